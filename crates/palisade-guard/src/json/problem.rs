//! Why a text could not be read as JSON, and where.

use crate::limits::JSON_DEPTH_MAX;

/// What is wrong with a JSON text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} at line {line}, column {column} (byte {offset})")]
pub struct JsonProblem {
    /// What is wrong.
    pub kind: JsonProblemKind,
    /// The byte at which reading stopped.
    pub offset: usize,
    /// Its line, from 1.
    pub line: usize,
    /// Its column in characters, from 1.
    pub column: usize,
}

/// The ways in which a text is not JSON (RFC 8259).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonProblemKind {
    /// The text ends within a value.
    #[error("the JSON text ends too early")]
    EndsEarly,
    /// Something else stands where a value has to begin.
    #[error("expected a JSON value")]
    ExpectedValue,
    /// A member does not begin with its name.
    #[error("expected a member's name in quotes")]
    ExpectedName,
    /// No colon after a member's name.
    #[error("expected ':'")]
    ExpectedColon,
    /// Neither a comma nor the end of the array or object.
    #[error("expected ',' or the end of the array or object")]
    ExpectedCommaOrEnd,
    /// A number that JSON does not know.
    #[error("not a JSON number")]
    BadNumber,
    /// An escape that JSON does not know.
    #[error("not a JSON escape")]
    BadEscape,
    /// A control character in a string.
    #[error("a control character stands in a string; write it as an escape")]
    ControlCharacter,
    /// More follows after the value.
    #[error("more text follows the JSON value")]
    TrailingText,
    /// Arrays and objects nest too deep.
    #[error("arrays and objects nest deeper than {JSON_DEPTH_MAX}")]
    TooDeep,
}

impl JsonProblem {
    /// The problem of `kind` at the byte `offset` of `text`.
    pub(super) fn at(kind: JsonProblemKind, text: &str, offset: usize) -> Self {
        let before = &text[..text.floor_char_boundary(offset)];
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
        Self { kind, offset, line, column: before[line_start..].chars().count() + 1 }
    }
}
