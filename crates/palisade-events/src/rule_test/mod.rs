//! Tests that stand beside rules: events, and whether a rule must match them.
//!
//! ```yaml
//! rule: 7a0c5b52-4b0e-4a55-9f4e-2c3b1c0d9e11   # its id, name or title
//! logsource: {product: windows, category: process_creation}   # what the events are of; else the events tell
//! tests:
//!   - name: a service account
//!     event: {Image: 'C:\Windows\System32\whoami.exe', User: 'CORP\svc-backup'}
//!     match: true
//!   - name: an administrator
//!     event: {Image: 'C:\Windows\System32\whoami.exe', User: 'CORP\anna'}
//!     match: false
//!   - name: what was recorded
//!     file: whoami.evtx            # beside this file, in any format that is read
//!     count: 3
//! ```
//!
//! `event` is one event, `events` a list, `file` the name of a file of them. `match: true` asks for one match or more,
//! `count` for so many: of a rule, events that it matches; of a correlation, how often it is told. Events of
//! correlations carry their times in a field such as `time`; one without is of the time of the one before.
//!
//! **What it must not know.** Files: whoever runs a test hands in the bytes of the file that it names.

mod reading;
mod run;

pub use run::{Outcome, Tester, Why};

use crate::LogSource;

/// The tests of one rule: one document of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestFile {
    /// The file as it was named.
    pub file: String,
    /// The id, name or title of the rule.
    pub rule: String,
    /// What the events are of, where they do not tell themselves.
    pub source: Option<LogSource>,
    /// Its tests, in order.
    pub tests: Vec<RuleTest>,
}

/// One test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleTest {
    /// Its name, or its number in the document.
    pub name: String,
    /// The line on which it begins.
    pub line: usize,
    /// What is looked at.
    pub events: TestEvents,
    /// What must come of it.
    pub expected: Expected,
}

/// The events of a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TestEvents {
    /// As JSON, one text an event.
    Written(Vec<String>),
    /// In the file of this name.
    File(String),
}

/// What must come of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// At least one match, or none.
    Match(bool),
    /// So many matches.
    Count(u64),
}

impl Expected {
    fn is_met_by(self, found: u64) -> bool {
        match self {
            Self::Match(wanted) => wanted == (found > 0),
            Self::Count(count) => count == found,
        }
    }

    /// True when `found` is less than it asks for.
    fn asks_for_more_than(self, found: u64) -> bool {
        match self {
            Self::Match(wanted) => wanted && found == 0,
            Self::Count(count) => found < count,
        }
    }
}

impl std::fmt::Display for Expected {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Match(true) => formatter.write_str("a match"),
            Self::Match(false) | Self::Count(0) => formatter.write_str("no match"),
            Self::Count(1) => formatter.write_str("1 match"),
            Self::Count(count) => write!(formatter, "{count} matches"),
        }
    }
}

#[cfg(test)]
mod tests;
