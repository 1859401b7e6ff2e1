//! Templates in labels and annotations: the part of Go's `text/template` that rule files use, with Prometheus'
//! functions.
//!
//! `{{ $labels.job }}`, `{{ .Value }}`, `{{ $value | humanize }}`, `{{ printf "%.2f" $value }}`, `if`, `else`, `range`,
//! `with`, variables, `query`. What is not among it (`define`, `template`, `block`, `call`, `tmpl`) is refused when the
//! rule is read, with its line. A template that goes wrong when it is filled in leaves the reason in its place, as
//! Prometheus does; how long it runs and how much it writes is bounded.

mod datum;
mod evaluate;
mod format;
mod functions;
mod humanize;
mod lexer;
mod parse;

use super::External;
use crate::promql::{Options, Queryable};
use palisade_model::Labels;
use parse::Piece;

/// What is wrong with a template, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("template, line {line}: {message}")]
pub struct TemplateError {
    /// From 1, within the template.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

/// A template that was read and checked.
#[derive(Clone, Debug)]
pub(super) struct Template {
    pieces: Vec<Piece>,
}

/// What a template is filled in with.
#[derive(Clone, Copy)]
pub(super) struct Filling<'a> {
    pub(super) labels: &'a Labels,
    pub(super) value: f64,
    pub(super) external: &'a External,
    /// What `query` asks; nothing where there are no series.
    pub(super) data: Option<&'a dyn Queryable>,
    /// Milliseconds since the epoch.
    pub(super) now: i64,
    pub(super) options: &'a Options,
}

impl Template {
    /// Reads and checks a template.
    pub(super) fn parse(text: &str) -> Result<Self, TemplateError> {
        parse::parse(text).map(|pieces| Self { pieces })
    }

    /// The text, or why it cannot be filled in, at its place.
    pub(super) fn fill(&self, filling: &Filling<'_>) -> String {
        match evaluate::fill(&self.pieces, filling) {
            Ok(text) => text,
            Err(reason) => format!("<error expanding template: {reason}>"),
        }
    }
}
