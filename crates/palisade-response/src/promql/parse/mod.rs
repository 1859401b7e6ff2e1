//! From text to a checked tree. A hand-written parser, because those that exist bring a parser generator along.

mod check;
mod expression;
mod lexer;
mod modifier;
mod quoted;
mod selector;
mod sequence;

pub(crate) use quoted::read_quoted;
pub(crate) use selector::parse_selector;
pub(crate) use sequence::parse_sequence;

pub(super) use expression::parse;

/// An expression may be this long.
const TEXT_BYTES_MAX: usize = 64 * 1024;
/// Expressions may be nested this deep; more than anybody writes, and safe for the stack.
const DEPTH_MAX: usize = 100;

/// What is wrong with an expression, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{line}:{column}: {message}")]
pub struct ParseError {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// What is wrong.
    pub message: String,
}

/// A mistake at a place in the text, in bytes.
#[derive(Debug)]
pub(super) struct Mistake {
    pub(super) at: usize,
    pub(super) message: String,
}

impl Mistake {
    pub(super) fn new(at: usize, message: impl Into<String>) -> Self {
        Self { at, message: message.into() }
    }

    /// The mistake with line and column.
    pub(super) fn in_text(self, text: &str) -> ParseError {
        let before = text.get(..self.at.min(text.len())).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        ParseError {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            message: self.message,
        }
    }
}
