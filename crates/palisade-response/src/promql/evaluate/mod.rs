//! Evaluating a tree at a time.

mod aggregate;
mod binary;
mod context;
pub(super) mod dates;
mod fetch;
pub(super) mod histogram;
pub(super) mod labels;
pub(super) mod math;
pub(super) mod over_time;
pub(super) mod rates;
mod scalar_binary;
mod sums;
pub(super) mod vectors;
mod windows;

pub(super) use context::Context;
pub(super) use windows::Window;

/// Why an expression gives no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvaluateError {
    /// A limit is reached.
    #[error("the query takes more than {limit} {what}: {advice}")]
    Limit {
        /// Of what there is too much.
        what: &'static str,
        /// How much there may be.
        limit: u64,
        /// What to do.
        advice: &'static str,
    },
    /// Operands do not fit each other.
    #[error("{0}")]
    Invalid(String),
    /// The data cannot be read.
    #[error("the series cannot be read: {0}")]
    Data(String),
}
