//! The vocabulary of Palisade.
//!
//! Everything that comes in is an [`Observation`]; everything that a watch says about it is a [`Finding`] with
//! [`Evidence`]. Findings become [`Alert`]s, alerts [`Incident`]s, and what people are told of both is a
//! [`Notification`]. Observations and findings have one JSON form (serde, what people read), one binary form ([`wire`],
//! what the log and the binary live stream hold) and one exchange form ([`ocsf`], for other people's tools).
//!
//! This crate does no I/O and reads no clock: time is always an argument.
#![forbid(unsafe_code)]

mod alert;
mod finding;
mod id;
mod incident;
mod notification;
mod observation;
pub mod ocsf;
mod severity;
mod time;
mod value;
mod verdict;
pub mod wire;

pub use alert::{Acknowledgement, Alert, AlertStatus, Labels, Signal, Suppression};
pub use finding::{Evidence, Finding, FindingDraft, Subject, fingerprint, written};
pub use id::{FindingId, Id, IdError};
pub use incident::{Decision, DecisionOutcome, Incident, IncidentKind, IncidentStatus, Link, Task, TimelineEntry};
pub use notification::{Notification, Reason};
pub use observation::{Distribution, Event, Metric, MetricKind, Observation, Quantile, Span, SpanEvent, SpanLink};
pub use severity::{Severity, UnknownSeverity};
pub use time::{TimeError, Timestamp};
pub use value::{Attributes, Value};
pub use verdict::Verdict;
