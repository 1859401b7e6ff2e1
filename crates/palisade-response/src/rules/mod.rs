//! Rules that say when something is wrong: rule files of Prometheus over metrics, and SQL over any table.
//!
//! ```text
//! YAML ──► RuleFile::read ──► Group::evaluate(now, data) ──► Evaluation: signals, recorded series, records, next time
//! TOML ──► SqlRules::read ──► SqlRule::evaluate(now, rows) ─┘        ▲
//!                                                          active alerts (`for`, `keep_firing_for`)
//! ```
//!
//! A group with a mistake is refused by itself, with file, line and reason; the others run. What an alert waits for
//! is kept as records, so that a restart does not begin `for` anew.

mod active;
mod file;
mod group;
mod place;
mod rule;
mod sql;
mod template;
pub mod unit;

pub use active::{ActiveAlert, Stage};
pub use file::{Problem, RuleFile};
pub use group::{Evaluation, Failure, Group};
pub use rule::{AlertingRule, Environment, External, RecordingRule, Rule};
pub use sql::{Rows, SqlRule, SqlRules};
pub use template::TemplateError;

#[cfg(test)]
mod tests;

/// The sort of record that holds what an alert waits for.
pub const RECORD_KIND: &str = "rule_alert";
