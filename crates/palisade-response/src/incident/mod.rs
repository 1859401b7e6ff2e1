//! Incidents: what people work on together, opened by hand, by a rule, or because alerts belong together.
//!
//! ```text
//! alerts that change ──► take_alert ──► correlate/: shared entities, rarity, time, topology ──► join, open, merge
//! commands of people ──► apply      ──► act, relate, alerts, review                         ──► timeline, audit
//! time               ──► tick       ──► resolve what is quiet, forget what is old
//! ```
//!
//! [`Incidents`] is a state machine like the rest of this crate: no I/O, no clock, and all of its state is in the
//! records that it gives out. Every function of it is a function of that state, never of the order in which a map
//! happens to be walked, so that a restart at any point changes nothing.
//!
//! The timeline is kept one record an entry, so that a change to an incident with a thousand alerts writes as little
//! as a change to one with two.

mod act;
mod alerts;
mod change;
mod command;
mod config;
mod correlate;
mod figures;
mod incidents;
mod keep;
mod relate;
mod report;
mod review;
mod sentence;
mod template;
mod upkeep;

pub use command::{Change, Command, NewIncident};
pub use config::{Config, Correlation, EntityLabel, Limits, NotifiedChannel, OpenRule, Service, Values};
pub use correlate::entities_of;
pub use figures::{Figures, figures};
pub use incidents::Incidents;
pub use report::{markdown, pdf};
pub use template::{TEMPLATE_BYTES_MAX, check_template, default_template};

#[cfg(test)]
mod correlation_tests;
#[cfg(test)]
mod history_tests;
#[cfg(test)]
mod story_tests;
