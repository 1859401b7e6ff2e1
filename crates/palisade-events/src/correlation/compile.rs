//! From parsed correlation rules to a set that can be run, with the reason for each rule that cannot.

use super::{
    condition::{Expression, Thresholds, references},
    graph,
    hash::fingerprint,
    limits::{CHAIN_DEPTH_MAX, ORDERED_CONDITION_RULES_MAX, TEMPORAL_RULES_MAX},
    window::{Mode, Window},
};
use rsigma_parser::{ConditionOperator, CorrelationCondition, CorrelationRule, CorrelationType, Timespan, WindowMode};
use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

/// What a reference in a correlation rule stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// The detection rule with this index.
    Rule(usize),
    /// The correlation with this index in the list that is compiled.
    Correlation(usize),
}

/// Why a correlation rule cannot be run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// It names no rule.
    #[error("it names no rules: list the ids or names of those to correlate under 'rules'")]
    NoRules,
    /// It names a rule that there is not.
    #[error("there is no rule with the id or name '{0}'")]
    MissingRule(String),
    /// It names a correlation that is refused itself.
    #[error("it refers to '{0}', which is refused")]
    RefusedRule(String),
    /// Correlations refer to one another in a circle.
    #[error("correlations refer to one another in a circle: {0}")]
    Cycle(String),
    /// Too many correlations stand above one another.
    #[error("more than {CHAIN_DEPTH_MAX} correlations stand above one another")]
    TooDeep,
    /// The window is empty, or longer than time can hold.
    #[error("the time '{0}' is not usable: between 1s and 200y are")]
    Span(String),
    /// A session has no gap, or another window has one.
    #[error("'gap' belongs to a session window, and a session window needs one")]
    Gap,
    /// It counts values but does not say of which field.
    #[error("it needs the name of a field, as 'field' under 'condition'")]
    NoField,
    /// It adds up or sorts numbers, for which several fields have no meaning.
    #[error("numbers can be taken of one field only, it names {0}")]
    SeveralFields(usize),
    /// A percentile beyond 100.
    #[error("the percentile {0} is not between 0 and 100")]
    Percentile(u64),
    /// A threshold below zero.
    #[error("a threshold must be a number from 0 on")]
    NegativeThreshold,
    /// An expression over rules where numbers are counted.
    #[error("a condition over rules is for 'temporal' and 'temporal_ordered' only")]
    ExpressionOfNumbers,
    /// A condition names a rule that the correlation does not.
    #[error("the condition names '{0}', which 'rules' does not")]
    UnknownInCondition(String),
    /// A condition is nested too deep.
    #[error("the condition is nested too deep")]
    ConditionTooDeep,
    /// Too many rules for a temporal correlation.
    #[error("{0} rules are more than the {TEMPORAL_RULES_MAX} that a temporal correlation can have")]
    TooManyRules(usize),
    /// Too many rules for an ordered correlation with a condition.
    #[error("with a condition, an ordered correlation can have {ORDERED_CONDITION_RULES_MAX} rules, this has {0}")]
    TooManyOrderedRules(usize),
    /// An attribute has a value that is not known.
    #[error("'{0}' cannot be '{1}'")]
    Attribute(&'static str, String),
}

/// A correlation rule that is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Its index in the list that was compiled.
    pub correlation: usize,
    /// Why.
    pub problem: Problem,
}

/// Compiled correlations.
#[derive(Clone, Debug, Default)]
pub struct Correlations {
    pub(super) entries: Vec<Option<Correlation>>,
    /// For each detection rule, what it feeds.
    pub(super) by_rule: Vec<Feed>,
}

/// What a rule or a correlation feeds.
#[derive(Clone, Debug, Default)]
pub(super) struct Feed {
    pub(super) edges: Vec<Edge>,
    /// Whether one of them wants it to be told on its own as well.
    pub(super) is_told: bool,
}

/// A correlation and the place of the rule in its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    pub(super) correlation: u32,
    pub(super) position: u32,
}

/// One compiled correlation.
#[derive(Clone, Debug)]
pub(super) struct Correlation {
    /// Equal for equal definitions, whatever their index.
    pub(super) fingerprint: u64,
    pub(super) measure: Measure,
    pub(super) window: Window,
    pub(super) test: Test,
    pub(super) group_names: Arc<[String]>,
    pub(super) targets: Vec<Target>,
    /// For each rule of the list, the names of the fields to group by; one entry when all have the same.
    pub(super) group_fields: Vec<Vec<String>>,
    /// In the same way, the fields whose values are counted.
    pub(super) value_fields: Vec<Vec<String>>,
    /// For how long a group is quiet after a match, where the rule says so.
    pub(super) suppress: Option<i64>,
    /// Whether a match empties the window.
    pub(super) resets: bool,
    pub(super) generates: bool,
    pub(super) feed: Feed,
}

/// What is measured of the events in a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    Events,
    Distinct,
    Sum,
    Average,
    Percentile(u64),
    Temporal,
    Ordered { is_of_all: bool },
}

/// What the measure must meet.
#[derive(Clone, Debug)]
pub(super) enum Test {
    /// A number.
    Number(Thresholds),
    /// All rules were seen.
    AllRules,
    /// An expression over the rules seen.
    Rules(Expression),
}

impl Correlations {
    /// Compiles `rules`. What a reference, an id or a name, stands for is told by `resolve`. The index of a
    /// correlation in matches is that in `rules`.
    #[must_use]
    pub fn compile(rules: &[CorrelationRule], resolve: impl Fn(&str) -> Option<Target>) -> (Self, Vec<Refusal>) {
        let drafts = rules.iter().map(|rule| draft(rule, &resolve)).collect();
        let settled = graph::settle(drafts, rules);
        let mut refusals = Vec::new();
        let mut known = HashSet::new();
        let mut compiled = Self::default();
        for (correlation, entry) in settled.into_iter().enumerate() {
            match entry {
                Ok(mut entry) => {
                    // The same rule twice counts twice, each by itself.
                    while !known.insert(entry.fingerprint) {
                        entry.fingerprint = entry.fingerprint.wrapping_add(1);
                    }
                    compiled.entries.push(Some(entry));
                }
                Err(problem) => {
                    refusals.push(Refusal { correlation, problem });
                    compiled.entries.push(None);
                }
            }
        }
        compiled.link();
        (compiled, refusals)
    }

    /// True when nothing can be correlated.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_rule.is_empty()
    }

    /// Whether a correlation wants to be told when the detection rule with this index matches.
    #[must_use]
    pub fn has_rule(&self, rule: usize) -> bool {
        self.by_rule.get(rule).is_some_and(|feed| !feed.edges.is_empty())
    }

    /// Whether a detection rule only serves correlations: some refer to it and none of them says `generate: true`.
    /// "Defines if the rules referred from the correlation rule should be converted as stand-alone rules or if only the
    /// correlation query should be generated (default)."
    #[must_use]
    pub fn is_silent(&self, rule: usize) -> bool {
        self.by_rule.get(rule).is_some_and(Feed::is_silent)
    }

    /// The names by which a correlation groups, in the order of its rule.
    #[must_use]
    pub fn group_names(&self, correlation: usize) -> &[String] {
        self.entries.get(correlation).and_then(Option::as_ref).map_or(&[], |entry| &entry.group_names)
    }

    fn link(&mut self) {
        for correlation in 0..self.entries.len() {
            let Some(entry) = &self.entries[correlation] else { continue };
            let generates = entry.generates;
            for (position, target) in entry.targets.clone().into_iter().enumerate() {
                let edge = Edge { correlation: correlation as u32, position: position as u32 };
                if let Some(feed) = self.feed_mut(target) {
                    feed.edges.push(edge);
                    feed.is_told |= generates;
                }
            }
        }
    }

    fn feed_mut(&mut self, target: Target) -> Option<&mut Feed> {
        match target {
            Target::Rule(rule) => {
                if self.by_rule.len() <= rule {
                    self.by_rule.resize_with(rule + 1, Feed::default);
                }
                self.by_rule.get_mut(rule)
            }
            Target::Correlation(index) => self.entries.get_mut(index)?.as_mut().map(|entry| &mut entry.feed),
        }
    }
}

impl Feed {
    /// Whether what feeds is to be told only through what it feeds.
    pub(super) fn is_silent(&self) -> bool {
        !self.edges.is_empty() && !self.is_told
    }
}

impl Correlation {
    /// The fields to group by in events of the rule at `position`.
    pub(super) fn group_fields(&self, position: u32) -> &[String] {
        of_position(&self.group_fields, position)
    }

    /// The fields whose values count in events of the rule at `position`.
    pub(super) fn value_fields(&self, position: u32) -> &[String] {
        of_position(&self.value_fields, position)
    }

    /// Whether it asks which rules were seen, not how often.
    pub(super) fn is_temporal(&self) -> bool {
        matches!(self.measure, Measure::Temporal | Measure::Ordered { .. })
    }
}

fn of_position(fields: &[Vec<String>], position: u32) -> &[String] {
    fields.get(position as usize).or_else(|| fields.first()).map_or(&[], Vec::as_slice)
}

/// Compiles one rule by itself.
fn draft(rule: &CorrelationRule, resolve: &impl Fn(&str) -> Option<Target>) -> Result<Correlation, Problem> {
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
        fingerprint: definition(rule),
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
fn definition(rule: &CorrelationRule) -> u64 {
    let aliases: BTreeMap<_, BTreeMap<_, _>> =
        rule.aliases.iter().map(|alias| (&alias.alias, alias.mapping.iter().collect())).collect();
    fingerprint(&format!(
        "{:?}",
        (
            (&rule.id, &rule.name, &rule.title, rule.correlation_type, &rule.rules, &rule.group_by),
            (rule.timespan.seconds, rule.window, rule.gap.as_ref().map(|gap| gap.seconds), &rule.condition, aliases),
        )
    ))
}
