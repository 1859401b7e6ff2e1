//! From one parsed correlation rule to what can be run, or the reason why it cannot.

use super::{
    condition::{Expression, Thresholds, references},
    hash::fingerprint,
    limits::{ORDERED_CONDITION_RULES_MAX, TEMPORAL_RULES_MAX},
    problem::Problem,
    set::{Correlation, Feed, Measure, Target, Test},
    window::{Mode, Window},
};
use rsigma_parser::{ConditionOperator, CorrelationCondition, CorrelationRule, CorrelationType, Timespan, WindowMode};
use std::collections::BTreeMap;

/// Compiles one rule by itself.
pub(super) fn draft(rule: &CorrelationRule, resolve: &impl Fn(&str) -> Option<Target>) -> Result<Correlation, Problem> {
    let names = names(rule);
    let mut targets = Vec::new();
    for name in &names {
        let target = resolve(name).ok_or_else(|| Problem::MissingRule(name.clone()))?;
        if !targets.contains(&target) {
            targets.push(target);
        }
    }
    if targets.is_empty() {
        return Err(Problem::NoRules);
    }
    let position = |name: &str| targets.iter().position(|held| Some(*held) == resolve(name));
    let (measure, test) = measure(rule, &names, targets.len(), &position)?;
    let window = window(rule)?;
    let value_fields = value_fields(rule, measure)?;
    Ok(Correlation {
        fingerprint: definition(rule, targets.len()),
        measure,
        window,
        test,
        group_names: rule.group_by.clone().into(),
        group_fields: by_position(rule, &rule.group_by, targets.len(), &position),
        value_fields: by_position(rule, &value_fields, targets.len(), &position),
        targets,
        suppress: suppress(rule)?,
        resets: resets(rule)?,
        generates: rule.generate,
        feed: Feed::default(),
    })
}

/// The references of a rule: those it lists, or else those of its condition.
fn names(rule: &CorrelationRule) -> Vec<String> {
    match &rule.condition {
        CorrelationCondition::Extended(written) if rule.rules.is_empty() => references(written),
        _ => rule.rules.clone(),
    }
}

fn measure(
    rule: &CorrelationRule,
    names: &[String],
    rules: usize,
    position: &impl Fn(&str) -> Option<usize>,
) -> Result<(Measure, Test), Problem> {
    use CorrelationType as Type;
    let is_temporal = matches!(rule.correlation_type, Type::Temporal | Type::TemporalOrdered);
    if is_temporal && rules > TEMPORAL_RULES_MAX {
        return Err(Problem::TooManyRules(rules));
    }
    let (test, percentile) = match &rule.condition {
        CorrelationCondition::Threshold { predicates, percentile, .. } => {
            // What the parser gives for a temporal rule without a condition.
            let is_default = is_temporal && matches!(predicates[..], [(ConditionOperator::Gte, 1)]);
            let test = if is_default { Test::AllRules } else { Test::Number(Thresholds::new(predicates)?) };
            (test, percentile.unwrap_or(50))
        }
        CorrelationCondition::Extended(_) if !is_temporal => return Err(Problem::ExpressionOfNumbers),
        CorrelationCondition::Extended(written) => (Test::Rules(Expression::compile(written, names, position)?), 50),
    };
    let measure = match rule.correlation_type {
        Type::EventCount => Measure::Events,
        Type::ValueCount => Measure::Distinct,
        Type::ValueSum => Measure::Sum,
        Type::ValueAvg => Measure::Average,
        Type::ValueMedian => Measure::Percentile(50),
        Type::ValuePercentile if percentile > 100 => return Err(Problem::Percentile(percentile)),
        Type::ValuePercentile => Measure::Percentile(percentile),
        Type::Temporal => Measure::Temporal,
        Type::TemporalOrdered => Measure::Ordered { is_of_all: matches!(test, Test::AllRules) },
    };
    match measure {
        Measure::Ordered { is_of_all: false } if rules > ORDERED_CONDITION_RULES_MAX => {
            Err(Problem::TooManyOrderedRules(rules))
        }
        _ => Ok((measure, test)),
    }
}

fn window(rule: &CorrelationRule) -> Result<Window, Problem> {
    let mode = match (rule.window, &rule.gap) {
        (WindowMode::Sliding, None) => Mode::Sliding,
        (WindowMode::Tumbling, None) => Mode::Tumbling,
        (WindowMode::Session, Some(gap)) => Mode::Session { gap: nanos(gap)? },
        _ => return Err(Problem::Gap),
    };
    Ok(Window { mode, span: nanos(&rule.timespan)? })
}

fn nanos(span: &Timespan) -> Result<i64, Problem> {
    let nanos = i64::try_from(span.seconds).ok().and_then(|seconds| seconds.checked_mul(1_000_000_000));
    nanos.filter(|nanos| *nanos > 0).ok_or_else(|| Problem::Span(span.original.clone()))
}

fn value_fields(rule: &CorrelationRule, measure: Measure) -> Result<Vec<String>, Problem> {
    let fields = match &rule.condition {
        CorrelationCondition::Threshold { field: Some(fields), .. } => fields.clone(),
        _ => Vec::new(),
    };
    match (measure, fields.len()) {
        (Measure::Events | Measure::Temporal | Measure::Ordered { .. }, _) => Ok(Vec::new()),
        (_, 0) => Err(Problem::NoField),
        (Measure::Distinct, _) | (_, 1) => Ok(fields),
        (_, several) => Err(Problem::SeveralFields(several)),
    }
}

/// The names of fields in the events of each rule, by the aliases.
fn by_position(
    rule: &CorrelationRule,
    names: &[String],
    rules: usize,
    position: &impl Fn(&str) -> Option<usize>,
) -> Vec<Vec<String>> {
    let mut fields = vec![names.to_vec()];
    let mut aliased = rule.aliases.iter().filter(|alias| names.contains(&alias.alias)).peekable();
    if aliased.peek().is_none() {
        return fields;
    }
    fields.resize(rules, names.to_vec());
    for alias in aliased {
        for (reference, field) in &alias.mapping {
            let Some(of_rule) = position(reference).and_then(|position| fields.get_mut(position)) else { continue };
            let places = names.iter().zip(of_rule).filter(|(name, _)| **name == alias.alias);
            places.for_each(|(_, place)| place.clone_from(field));
        }
    }
    fields
}

fn suppress(rule: &CorrelationRule) -> Result<Option<i64>, Problem> {
    let Some(written) = rule.custom_attributes.get("rsigma.suppress").and_then(|value| value.as_str()) else {
        return Ok(None);
    };
    let problem = || Problem::Attribute("rsigma.suppress", written.to_owned());
    let span = Timespan::parse(written).map_err(|_| problem())?;
    nanos(&span).map(Some).map_err(|_| problem())
}

fn resets(rule: &CorrelationRule) -> Result<bool, Problem> {
    match rule.custom_attributes.get("rsigma.action").and_then(|value| value.as_str()) {
        None | Some("alert") => Ok(false),
        Some("reset") => Ok(true),
        Some(other) => Err(Problem::Attribute("rsigma.action", other.to_owned())),
    }
}

/// The hash of all that decides what a rule counts, so that a rule that is loaded again goes on counting.
fn definition(rule: &CorrelationRule, targets: usize) -> u64 {
    let aliases: BTreeMap<_, BTreeMap<_, _>> =
        rule.aliases.iter().map(|alias| (&alias.alias, alias.mapping.iter().collect())).collect();
    fingerprint(&format!(
        "{:?}",
        (
            (&rule.id, &rule.name, &rule.title, rule.correlation_type, &rule.rules, targets, &rule.group_by),
            (rule.timespan.seconds, rule.window, rule.gap.as_ref().map(|gap| gap.seconds), &rule.condition, aliases),
        )
    ))
}
