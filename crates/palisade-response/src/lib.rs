//! From findings to the right person, once: a state machine.
//!
//! ```text
//! findings, signals ──► Response::apply(now, input) ──► Outcome: records to keep (alerts, groups, silences, incidents)
//! commands of people ──►   (all state in memory)                 notifications to send
//! time (Tick)       ──►                                          audit entries
//! ```
//!
//! Nothing here does I/O, reads a clock or starts a thread. The caller keeps each [`Outcome`] in one transaction: the
//! records, the notifications in an outbox, and the position of the input. [`Response::restore`] makes the same
//! machine again out of the records, so a restart at any point changes nothing; what was applied is not applied twice
//! because the position is kept with it.
#![forbid(unsafe_code)]

mod input;
mod outcome;
pub mod promql;
pub mod rules;

pub use input::{Actor, Command, Input};
pub use outcome::{AuditEntry, Outcome, Record, Refusal};
