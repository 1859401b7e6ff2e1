//! What cannot be read, and where it stands.

use super::json::JsonProblem;
use std::fmt;

/// Why one event cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason} at byte {byte}")]
pub struct Fault {
    /// What is wrong.
    pub reason: &'static str,
    /// Where, counted from the first byte of the event.
    pub byte: usize,
}

/// A part of a stream that was left out; reading went on behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line, counted from one; nothing where the format has no lines.
    pub line: Option<u64>,
    /// The place in the stream, counted from its first byte.
    pub byte: u64,
    /// What is wrong.
    pub reason: String,
}

impl Fault {
    pub(crate) fn new(reason: &'static str, byte: usize) -> Self {
        Self { reason, byte }
    }
}

impl From<JsonProblem> for Fault {
    fn from(problem: JsonProblem) -> Self {
        Self { reason: problem.reason, byte: problem.byte }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(formatter, "line {line}, byte {}: {}", self.byte, self.reason),
            None => write!(formatter, "byte {}: {}", self.byte, self.reason),
        }
    }
}

impl std::error::Error for Problem {}
