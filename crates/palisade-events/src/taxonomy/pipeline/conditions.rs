//! What a transformation depends on: the rule, one of its items, or the name of a field.

use regex_automata::meta::Regex;
use rsigma_parser::{ConditionExpr, CorrelationRule, Detection, DetectionItem, LogSource, SigmaRule, SigmaValue};
use std::collections::HashSet;

/// Conditions of one kind.
#[derive(Clone, Debug)]
pub(super) struct Conditions<C> {
    /// Each with its name, by which the expression calls it.
    pub(super) all: Vec<(String, C)>,
    pub(super) linking: Linking,
    pub(super) is_negated: bool,
}

/// How several conditions are one.
#[derive(Clone, Debug)]
pub(super) enum Linking {
    All,
    Any,
    Expression(ConditionExpr),
}

impl<C> Default for Conditions<C> {
    fn default() -> Self {
        Self { all: Vec::new(), linking: Linking::All, is_negated: false }
    }
}

impl<C> Conditions<C> {
    /// True when they hold. None at all always hold.
    pub(super) fn hold(&self, holds: impl Fn(&C) -> bool) -> bool {
        if self.all.is_empty() {
            return true;
        }
        let held = match &self.linking {
            Linking::All => self.all.iter().all(|(_, condition)| holds(condition)),
            Linking::Any => self.all.iter().any(|(_, condition)| holds(condition)),
            Linking::Expression(expression) => self.evaluate(expression, &holds),
        };
        held != self.is_negated
    }

    fn evaluate(&self, expression: &ConditionExpr, holds: &impl Fn(&C) -> bool) -> bool {
        match expression {
            ConditionExpr::And(parts) => parts.iter().all(|part| self.evaluate(part, holds)),
            ConditionExpr::Or(parts) => parts.iter().any(|part| self.evaluate(part, holds)),
            ConditionExpr::Not(part) => !self.evaluate(part, holds),
            ConditionExpr::Identifier(name) => {
                self.all.iter().any(|(known, condition)| known == name && holds(condition))
            }
            // Refused when the pipeline is read.
            ConditionExpr::Selector { .. } => false,
        }
    }
}

/// The rule that a condition is asked about.
pub(super) enum Subject<'s> {
    Rule { rule: &'s SigmaRule, applied: &'s HashSet<String> },
    Correlation { rule: &'s CorrelationRule, sources: &'s [LogSource], applied: &'s HashSet<String> },
}

/// A condition on the rule.
#[derive(Clone, Debug)]
pub(super) enum RuleCondition {
    LogSource { product: Option<String>, category: Option<String>, service: Option<String> },
    ContainsField(String),
    ContainsItem { field: String, value: SigmaValue },
    Applied(String),
    IsRule,
    IsCorrelation,
    Tag(String),
    Attribute { name: String, value: String },
}

impl RuleCondition {
    pub(super) fn holds(&self, subject: &Subject<'_>) -> bool {
        match self {
            Self::LogSource { .. } => match subject {
                Subject::Rule { rule, .. } => self.is_source(&rule.logsource),
                Subject::Correlation { sources, .. } => sources.iter().any(|source| self.is_source(source)),
            },
            Self::ContainsField(field) => subject.has_item(&|item| item.field.name.as_deref() == Some(field)),
            Self::ContainsItem { field, value } => {
                subject.has_item(&|item| item.field.name.as_deref() == Some(field) && item.values.contains(value))
            }
            Self::Applied(id) => match subject {
                Subject::Rule { applied, .. } | Subject::Correlation { applied, .. } => applied.contains(id),
            },
            Self::IsRule => matches!(subject, Subject::Rule { .. }),
            Self::IsCorrelation => matches!(subject, Subject::Correlation { .. }),
            Self::Tag(tag) => match subject {
                Subject::Rule { rule, .. } => rule.tags.contains(tag),
                Subject::Correlation { rule, .. } => rule.tags.contains(tag),
            },
            Self::Attribute { name, value } => subject.attribute(name).as_deref() == Some(value),
        }
    }

    fn is_source(&self, source: &LogSource) -> bool {
        let Self::LogSource { product, category, service } = self else { return false };
        let fits = |wanted: &Option<String>, own: &Option<String>| wanted.is_none() || wanted == own;
        fits(product, &source.product) && fits(category, &source.category) && fits(service, &source.service)
    }
}

impl Subject<'_> {
    fn has_item(&self, holds: &dyn Fn(&DetectionItem) -> bool) -> bool {
        let Self::Rule { rule, .. } = self else { return false };
        rule.detection.named.values().any(|detection| has_item(detection, holds))
    }

    fn attribute(&self, name: &str) -> Option<String> {
        let (level, status, author, id) = match self {
            Self::Rule { rule, .. } => (&rule.level, &rule.status, &rule.author, &rule.id),
            Self::Correlation { rule, .. } => (&rule.level, &rule.status, &rule.author, &rule.id),
        };
        match name {
            "level" => level.map(|level| level.as_str().to_owned()),
            "status" => status.map(|status| format!("{status:?}").to_lowercase()),
            "author" => author.clone(),
            "id" => id.clone(),
            _ => None,
        }
    }
}

fn has_item(detection: &Detection, holds: &dyn Fn(&DetectionItem) -> bool) -> bool {
    match detection {
        Detection::AllOf(items) => items.iter().any(holds),
        Detection::AnyOf(parts) | Detection::And(parts) => parts.iter().any(|part| has_item(part, holds)),
        Detection::ArrayMatch { body, .. } => has_item(body, holds),
        Detection::Conditional { named, .. } => named.values().any(|part| has_item(part, holds)),
        Detection::Keywords(_) => false,
    }
}

/// A condition on an item of a detection.
#[derive(Clone, Debug)]
pub(super) enum ItemCondition {
    MatchString { pattern: Regex, all: bool, is_negated: bool },
    IsNull { all: bool },
}

impl ItemCondition {
    pub(super) fn holds(&self, item: &DetectionItem) -> bool {
        match self {
            Self::MatchString { pattern, all, is_negated } => {
                let matches = |value: &SigmaValue| match value {
                    SigmaValue::String(text) => pattern.is_match(text.original.as_str()),
                    _ => false,
                };
                of_all(&item.values, *all, matches) != *is_negated
            }
            Self::IsNull { all } => of_all(&item.values, *all, |value| *value == SigmaValue::Null),
        }
    }
}

fn of_all(values: &[SigmaValue], all: bool, holds: impl Fn(&SigmaValue) -> bool) -> bool {
    if all { values.iter().all(holds) } else { values.iter().any(holds) }
}

/// A condition on the name of a field.
#[derive(Clone, Debug)]
pub(super) enum FieldCondition {
    Include(Vec<FieldPattern>),
    Exclude(Vec<FieldPattern>),
}

/// A name, or a pattern of names.
#[derive(Clone, Debug)]
pub(super) enum FieldPattern {
    Plain(String),
    Pattern(Regex),
}

impl FieldCondition {
    pub(super) fn holds(&self, field: Option<&str>) -> bool {
        let is_one_of = |patterns: &[FieldPattern]| {
            field.is_some_and(|field| patterns.iter().any(|pattern| pattern.matches(field)))
        };
        match self {
            Self::Include(patterns) => is_one_of(patterns),
            Self::Exclude(patterns) => !is_one_of(patterns),
        }
    }
}

impl FieldPattern {
    fn matches(&self, field: &str) -> bool {
        match self {
            Self::Plain(name) => name == field,
            Self::Pattern(pattern) => pattern.is_match(field),
        }
    }
}
