//! Correlations: what several events say together.
//!
//! A correlation counts the hits of its rules in a window of time, for each group of events apart, and matches when a
//! condition holds. It is fed with hits and never looks back: each kind keeps its number up to date, so that an event
//! costs the same however many are in the window.
//!
//! | type | what is kept of a group | cost of an event |
//! |---|---|---|
//! | `event_count` | a ring of times | O(1) |
//! | `value_count` | one node a value, by latest occurrence; beyond 200,000 a HyperLogLog, and the match says so | O(1) |
//! | `value_sum`, `value_avg` | a ring of numbers, a compensated sum | O(1) |
//! | `value_percentile`, `value_median` | two sorted halves, cut at the rank | O(log n) |
//! | `temporal` | the latest hit of each rule | O(rules) |
//! | `temporal_ordered` | an automaton: the latest beginning of each chain of rules | O(1) |
//!
//! Events that come late cost O(log n).
//!
//! **What belongs together.** Groups are told apart by the values of `group-by`. An event without a value belongs to
//! the group without one: "optionally defines one or multiple fields which should be treated as separate event
//! occurrence scope" names no event that would be left out. A list has no value to group by.
//!
//! **When it matches.** With the event for which the condition begins to hold, and then not again until the window
//! shares no time with that of the match: one match for one burst, and one more for each `timespan` that it goes on. A
//! tumbling window or a session that begins anew may match at once. A rule can say otherwise: `rsigma.suppress` gives
//! the time to be quiet, `rsigma.action: reset` empties the window with a match. [`Repeat::EachEvent`] matches with
//! every event.
//!
//! **Correlations over correlations.** One that asks which rules were seen (`temporal`, `temporal_ordered`) sees the
//! one below for as long as its condition holds, so that "many failures, then a success" holds up to the last failure.
//! One that counts, counts matches. Values to group by come from the group below and else from the event that
//! completed it: "Even if the rule many_failed_logins groups by the "ComputerName" field, the correlation rule only
//! uses its own `group-by` "User"".
//!
//! **Time** is that of the events. The latest seen by a correlation, less the allowed lateness, is its watermark: an
//! event before is not counted, but it is counted that it was not. A late event goes to its place in the window that
//! its group is at; a window that has passed is not opened again. Time may go back: after eight events in a row that
//! are too late, it has.
//!
//! **Names.** An [`OtherNames`] made of the correlations and a taxonomy finds `User` in events that call it `user.name`.
//!
//! **Memory** is bounded for all groups together; the least recently touched are given up first, and counted.
//!
//! ```
//! use palisade_events::{Record, Value, correlation::{Correlations, Correlator, Settings, Target}};
//! use palisade_model::Timestamp;
//! use std::sync::Arc;
//!
//! let rules = rsigma_parser::parse_sigma_yaml(r#"
//! title: Ten failed logins of a user within a minute
//! correlation:
//!   type: event_count
//!   rules: [failed_login]
//!   group-by: [User]
//!   timespan: 1m
//!   condition: { gte: 10 }
//! "#).expect("it parses").correlations;
//! let (correlations, refusals) = Correlations::compile(&rules, |name| (name == "failed_login").then_some(Target::Rule(0)));
//! assert!(refusals.is_empty());
//!
//! let mut correlator = Correlator::new(Arc::new(correlations), Settings::default());
//! let mut event = Record::new("");
//! event.push("User", Value::text("anna"));
//! let mut matches = Vec::new();
//! for second in 0..30 {
//!     correlator.hit(0, &event, Timestamp::from_millis(second * 1_000), &mut matches);
//! }
//! assert_eq!(matches.len(), 1);
//! assert_eq!(matches[0].group, [("User".to_owned(), Some("anna".to_owned()))]);
//! assert_eq!(matches[0].number, 10.0);
//! ```

mod clock;
mod compile;
mod condition;
mod correlator;
mod describe;
mod distinct;
mod examples;
mod graph;
mod group;
mod groups;
mod hash;
pub mod limits;
mod loaded;
mod measure;
mod named;
mod ordered;
mod problem;
mod queue;
mod ranked;
mod set;
mod sketch;
mod source;
mod tally;
mod temporal;
#[cfg(test)]
mod tests;
mod told;
mod window;

pub use correlator::Correlator;
pub use describe::explain;
pub use named::{NamedRecord, OtherNames};
pub use problem::{Problem, Refusal};
pub use set::{Correlations, Target};
pub use source::Fields;
pub use told::{CorrelationMatch, Repeat, Settings, Statistics};
