//! One rule of a group: one that alerts, or one that records.

use super::template::Template;
use crate::promql::{Options, Query, label_name_is_valid};
use palisade_model::{Labels, Signal};

/// One rule.
#[derive(Clone, Debug)]
pub enum Rule {
    /// Alerts on each element of the result.
    Alerting(Box<AlertingRule>),
    /// Records the result as series of this name.
    Recording(Box<RecordingRule>),
}

/// When something is wrong, and what to say about it.
#[derive(Clone, Debug)]
pub struct AlertingRule {
    /// The name of its alerts.
    pub name: String,
    /// Each element of the result is an alert.
    pub query: Query,
    /// How long, in milliseconds, it must be so before an alert fires.
    pub hold: i64,
    /// How long, in milliseconds, an alert fires on after it is over.
    pub keep_firing: i64,
    pub(super) labels: Vec<(String, Template)>,
    pub(super) annotations: Vec<(String, Template)>,
    /// Where it stands in the file, from 1; 0 in a file that is too large to tell.
    pub line: usize,
}

/// A result that is kept under a name of its own.
#[derive(Clone, Debug)]
pub struct RecordingRule {
    /// The name of the series.
    pub name: String,
    /// What is recorded.
    pub query: Query,
    /// Labels that the series have besides their own.
    pub labels: Labels,
    /// Where it stands in the file, from 1; 0 in a file that is too large to tell.
    pub line: usize,
}

impl Rule {
    /// The name of its alerts or series.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Alerting(rule) => &rule.name,
            Self::Recording(rule) => &rule.name,
        }
    }

    /// Where it stands in the file, from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        match self {
            Self::Alerting(rule) => rule.line,
            Self::Recording(rule) => rule.line,
        }
    }

    /// Its expression.
    #[must_use]
    pub fn query(&self) -> &Query {
        match self {
            Self::Alerting(rule) => &rule.query,
            Self::Recording(rule) => &rule.query,
        }
    }
}

/// What templates know of the place where they run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct External {
    /// Labels of the whole deployment.
    pub labels: Labels,
    /// Its address.
    pub url: String,
}

impl External {
    /// What can be no name of a label, if there is one.
    #[must_use]
    pub fn wrong_name(&self) -> Option<&str> {
        self.labels.keys().map(String::as_str).find(|name| !label_name_is_valid(name))
    }

    /// Gives what is sent the labels of the deployment that it has not itself, as Prometheus does.
    pub fn label(&self, signals: &mut [Signal]) {
        for signal in signals {
            for (name, value) in &self.labels {
                signal.labels.entry(name.clone()).or_insert_with(|| value.clone());
            }
        }
    }
}

/// With what rules are evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// What templates know of the deployment.
    pub external: External,
    /// How expressions are evaluated.
    pub options: Options,
    /// After how many milliseconds an alert that still fires is told again.
    pub resend_after: i64,
}

impl Default for Environment {
    /// As Prometheus: told again every minute.
    fn default() -> Self {
        Self { external: External::default(), options: Options::default(), resend_after: 60_000 }
    }
}
