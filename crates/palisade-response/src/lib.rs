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
//!
//! Where what is decided: `routing` which ways an alert takes, `machine/alerts` when it fires and resolves,
//! `machine/mutes` and `machine/inhibition` whether it is held back, `machine/groups` what is new in a group and
//! `machine/telling` when and what people are told. What follows from other state (which silence matches which alert,
//! who is in a group) is not kept but made again by `machine/keeping`.
#![forbid(unsafe_code)]

pub mod alertmanager;
pub mod config;
pub mod ical;
pub mod incident;
mod input;
pub mod limits;
mod machine;
mod matcher;
mod outcome;
mod period;
pub mod promql;
mod routing;
pub mod rules;
mod schedule;
mod signal;
mod silence;
mod time_interval;

pub use config::{Config, ConfigError};
pub use input::{Actor, Command, Input};
pub use machine::{Counts, Group, OnCall, Response, RestoreProblem};
pub use matcher::{Comparison, Matcher, MatcherError, all_met, parse_matchers};
pub use outcome::{AuditEntry, Outcome, Record, Refusal};
pub use period::{Period, PeriodError};
pub use schedule::Override;
pub use signal::{fingerprint_of, signal_of};
pub use silence::{Silence, SilenceDraft, SilenceStatus};
