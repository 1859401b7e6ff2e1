//! PromQL, the language of Prometheus, evaluated without I/O.
//!
//! ```text
//! text ──► Query::parse ──► checked tree ──► Query::instant(data, at, options) ──► Value
//!            (parse/)         (tree)            (evaluate/)
//!                                                  ▲ data: Queryable, one `select` for each selector
//! ```
//!
//! Numbers are those of Prometheus 2.42: closed windows, five minutes of lookback, extrapolated rates. A test compares
//! them with `promtool`. Native histograms are refused. Times are milliseconds since the Unix epoch, as in Prometheus.

mod evaluate;
mod function;
mod limits;
mod matcher;
mod number;
mod parse;
mod query;
mod series;
mod tree;

pub use evaluate::EvaluateError;
pub use limits::Limits;
pub use matcher::{Matcher, Operation};
pub use number::{format_number, parse_duration};
pub use parse::ParseError;
pub use query::{Options, Query, Value};
pub use series::{Element, Memory, NAME, Queryable, STALE_BITS, Sample, Series, is_stale, stale};

pub(crate) use matcher::{compile_anchored, compile_regex, label_name_is_valid};
pub(crate) use number::{go_exponent, not_finite, parse_number};
pub(crate) use parse::{parse_selector, parse_sequence, read_quoted};

#[cfg(test)]
mod evaluate_tests;
#[cfg(test)]
mod parse_tests;
