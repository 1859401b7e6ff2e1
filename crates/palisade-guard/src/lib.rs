//! The guard: judges text and JSON, and says exactly where something stands.
//!
//! **How it works.** Every detector names its *needles*, byte sequences without which it cannot find anything. One
//! prefilter holds the needles of all detectors and passes over the bytes once; text without a needle, nearly all
//! text, is done then, without an allocation. Where a needle stands, its detector looks at the surroundings and
//! confirms or declines. So a detector costs nothing until its needle is there, and precision is bought where it is
//! needed.
//!
//! **What is decoded.** Text hides in URL encoding, HTML references, escapes, base64, comments and look-alikes. The
//! same pass notes where those begin; what stands there is decoded into a view, judged like any text, and told at the
//! place in the input that it came from. The module of views has the details.
//!
//! **Limits.** Every confirmation looks at each byte a bounded number of times, and says how far it has looked, so
//! that hostile text cannot make the work quadratic. Every number of that kind stands in [`limits`].
//!
//! **What it must not know.** Files, sockets, clocks, threads: there are none here. What a secret *is* never leaves
//! this crate: evidence is masked where it is made.
//!
//! All detectors stand in one table, which [`detectors`] gives; a new one is one file and one row of its family.
#![forbid(unsafe_code)]

mod attention;
mod detector;
mod excerpt;
mod execution;
#[cfg(test)]
mod flood;
mod gathering;
mod guard;
mod injection;
mod json;
pub mod limits;
mod member;
mod neutralise;
mod once;
mod output;
mod personal;
pub mod policy;
mod prefilter;
mod prompt;
mod rarity;
mod scan;
mod secret;
mod session;
mod table;
#[cfg(test)]
mod testing;
mod text;
pub mod tuning;
mod unicode;
mod views;

pub use detector::Detector;
pub use guard::Guard;
pub use json::{JsonProblem, JsonProblemKind};
pub use neutralise::Neutralised;
pub use scan::Woken;
pub use session::{BearerTable, ClaimFault, Expected, Reuse, judge_bearer, judge_claims};
pub use table::detectors;
