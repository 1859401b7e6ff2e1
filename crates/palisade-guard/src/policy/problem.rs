//! Why a policy cannot be used, and what to write instead.

use std::ops::Range;

/// What is wrong with the text of a policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the policy: {message}")]
pub struct PolicyError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there, and what to write instead.
    pub message: String,
}

impl PolicyError {
    /// The problem at the bytes `span` of `text`.
    pub(super) fn at(text: &str, span: &Range<usize>, message: impl Into<String>) -> Self {
        let before = &text.as_bytes()[..span.start.min(text.len())];
        Self { line: before.iter().filter(|&&byte| byte == b'\n').count() + 1, message: message.into() }
    }
}
