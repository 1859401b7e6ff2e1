//! What other people's tools say is wrong, or over: each file reads one form into signals.
//!
//! As with observations, a reader is a pure function from bytes to what was read and a list of what could not be; one bad
//! alert costs no other its place. The forms are Alertmanager's API and its webhook, PagerDuty's Events API, Grafana's
//! webhook, Opsgenie's Alert API, CloudEvents, and any JSON with a mapping.

mod alertmanager;
mod alertmanager_webhook;
mod checked;
mod cloudevents;
mod grafana;
mod mapped;
mod opsgenie;
mod pagerduty;
mod severity;

pub use mapped::{Mapping, MappingError};
pub use opsgenie::opsgenie_action;
pub use severity::severity_of;

use crate::{Limits, PROBLEMS_LISTED_MAX, Place, Problem, SourceError};
use palisade_model::{Signal, Timestamp};

/// What a tool asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Call {
    /// Something is wrong, or over.
    Signal(Signal),
    /// Somebody there looks at the matter with this fingerprint.
    Acknowledge(String),
}

/// What was read from one body.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Calls {
    /// The good ones, in the order in which they came.
    pub calls: Vec<Call>,
    /// What was wrong with the others, the first [`PROBLEMS_LISTED_MAX`] of them.
    pub problems: Vec<Problem>,
    /// How many were refused.
    pub rejected: usize,
}

/// A reader: the body, when it came in, how much it may ask for.
pub type ReadSignals = fn(&[u8], Timestamp, &Limits) -> Result<Calls, SourceError>;

/// One way in.
#[derive(Clone, Copy, Debug)]
pub struct SignalSource {
    /// The name in metrics, and of the signals' source.
    pub name: &'static str,
    /// The HTTP path, for `POST`.
    pub path: &'static str,
    /// The HTTP status that says that what was read is kept.
    pub success_status: u16,
    /// Reads a decompressed body.
    pub read: ReadSignals,
}

/// Every way in for signals that needs no setting up.
pub const SIGNAL_SOURCES: &[SignalSource] = &[
    SignalSource { name: "alertmanager", path: "/api/v2/alerts", success_status: 200, read: alertmanager::read },
    SignalSource {
        name: "alertmanager-webhook",
        path: "/api/v1/signals/alertmanager",
        success_status: 200,
        read: alertmanager_webhook::read,
    },
    SignalSource { name: "pagerduty", path: "/v2/enqueue", success_status: 202, read: pagerduty::read },
    SignalSource { name: "opsgenie", path: "/v2/alerts", success_status: 202, read: opsgenie::read },
    SignalSource { name: "grafana", path: "/api/v1/signals/grafana", success_status: 200, read: grafana::read },
    SignalSource {
        name: "cloudevents",
        path: "/api/v1/signals/cloudevents",
        success_status: 202,
        read: cloudevents::read,
    },
];

impl Calls {
    /// Reads each of `items`, no more than a body may hold.
    fn collect<T>(
        items: Vec<T>,
        limits: &Limits,
        read: impl Fn(T) -> Result<Call, String>,
    ) -> Result<Self, SourceError> {
        if items.len() > limits.events_per_body {
            return Err(SourceError::TooManyEvents { max: limits.events_per_body });
        }
        let mut calls = Self::default();
        for (index, item) in items.into_iter().enumerate() {
            match read(item) {
                Ok(call) => calls.calls.push(call),
                Err(message) => calls.refuse(index + 1, message),
            }
        }
        Ok(calls)
    }

    fn refuse(&mut self, number: usize, message: String) {
        self.rejected += 1;
        if self.problems.len() < PROBLEMS_LISTED_MAX {
            self.problems.push(Problem { place: Some(Place::Event(number)), message });
        }
    }
}

fn json<'a, T: serde::Deserialize<'a>>(body: &'a [u8]) -> Result<T, SourceError> {
    serde_json::from_slice(body).map_err(|error| SourceError::Malformed(error.to_string()))
}
