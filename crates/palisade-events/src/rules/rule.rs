//! A rule as the engine runs it.

use super::{expression::Expression, tuning::Tuned};
use palisade_model::Severity;
use rsigma_parser::Level;
use std::fmt;

/// What is known of a rule beside what it detects.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its id, or its name or title where it has none.
    pub id: String,
    /// The name by which correlations may call it, empty when it has none.
    pub name: String,
    /// One line for a list.
    pub title: String,
    /// What it detects, in the words of its author.
    pub description: String,
    /// How bad a match is.
    pub severity: Severity,
    /// Its tags, such as `attack.t1059.001`.
    pub tags: Vec<String>,
    /// Harmless things that match too, in the words of its author.
    pub false_positives: Vec<String>,
    /// Which events it looks at.
    pub source: LogSource,
    /// The file that it stands in.
    pub file: String,
    /// The line on which it begins.
    pub line: usize,
    /// What tuning says about it.
    pub tuned: Vec<Tuned>,
    pub(crate) expression: Expression,
}

/// What kind of events a rule looks at, or an event is of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LogSource {
    /// The product, such as `windows`, in lower case.
    pub product: Option<String>,
    /// The category, such as `process_creation`, in lower case.
    pub category: Option<String>,
    /// The service, such as `security`, in lower case.
    pub service: Option<String>,
}

impl LogSource {
    /// A log source; empty text stands for none.
    #[must_use]
    pub fn new(product: &str, category: &str, service: &str) -> Self {
        let part = |text: &str| (!text.is_empty()).then(|| text.to_lowercase());
        Self { product: part(product), category: part(category), service: part(service) }
    }
}

impl fmt::Display for LogSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [&self.product, &self.category, &self.service];
        let named: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
        formatter.write_str(&if named.is_empty() { "anything".to_owned() } else { named.join("/") })
    }
}

/// A correlation rule as it was read; the correlation engine compiles it.
#[derive(Clone, Debug)]
pub struct LoadedCorrelation {
    /// The rule.
    pub rule: rsigma_parser::CorrelationRule,
    /// The file that it stands in.
    pub file: String,
    /// The line on which it begins.
    pub line: usize,
    /// What tuning says about it.
    pub tuned: Vec<Tuned>,
}

/// How bad a match of a rule of this level is; in the middle where the rule does not say.
#[must_use]
pub fn severity_of(level: Option<Level>) -> Severity {
    match level {
        Some(Level::Informational) => Severity::Informational,
        Some(Level::Low) => Severity::Low,
        Some(Level::Medium) | None => Severity::Medium,
        Some(Level::High) => Severity::High,
        Some(Level::Critical) => Severity::Critical,
    }
}
