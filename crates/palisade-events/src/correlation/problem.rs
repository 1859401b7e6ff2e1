//! Why correlation rules are refused.

use super::limits::{CHAIN_DEPTH_MAX, ORDERED_CONDITION_RULES_MAX, TEMPORAL_RULES_MAX};

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
