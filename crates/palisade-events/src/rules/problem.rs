//! Why a rule does not run, or not as written.

use std::fmt;

/// Something wrong with a rule, at its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file as it was named when it was loaded.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong and, where that is not plain, what to do.
    pub reason: String,
    /// True when the rule does not run because of it.
    pub is_refused: bool,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.file, self.line, self.reason)
    }
}
