//! What is sent: bodies written ahead of time, in which only what must differ each time is written over.
//!
//! Writing observations costs more than sending them, and would be measured with the server. So each kind of sender
//! has a pool of bodies made before the start; times, values and the number of the batch have a fixed width in them.
//! What a pool can give at most is measured too ([`ceiling`]), so that the generator cannot pass for the server.

mod events;
mod otlp_logs;
mod otlp_metrics;
mod protobuf;
mod remote_write;
mod series;

pub use events::mark_in;

use clap::ValueEnum;
use palisade_model::Timestamp;
use serde::Serialize;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// How long making bodies is timed.
const CEILING_TIME: Duration = Duration::from_millis(300);

/// A pool of bodies.
pub trait Bodies: Send + Sync {
    /// Observations in each body.
    fn batch(&self) -> usize;

    /// Body number `mark`, whose observation at place `index` happened at `time(index)`. Bodies of metrics have the
    /// times of their scrapes instead.
    fn body(&self, mark: u64, time: &dyn Fn(usize) -> Timestamp) -> Vec<u8>;
}

/// What is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// NDJSON to /api/v1/events
    #[default]
    Events,
    /// OTLP logs in protobuf to /v1/logs
    OtlpLogs,
    /// OTLP metrics in protobuf to /v1/metrics
    OtlpMetrics,
    /// Prometheus remote write 1.0 to /api/v1/write
    RemoteWrite,
}

impl Content {
    /// The path that takes it.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Events => "/api/v1/events",
            Self::OtlpLogs => "/v1/logs",
            Self::OtlpMetrics => "/v1/metrics",
            Self::RemoteWrite => "/api/v1/write",
        }
    }

    /// The headers that say what it is, for bodies of `batch` observations.
    #[must_use]
    pub const fn headers(self, batch: usize) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Events if batch == 1 => &[("content-type", "application/json")],
            Self::Events => &[("content-type", "application/x-ndjson")],
            Self::OtlpLogs | Self::OtlpMetrics => &[("content-type", "application/x-protobuf")],
            // Prometheus Remote-Write 1.0 specification, "Protocol".
            Self::RemoteWrite => &[
                ("content-type", "application/x-protobuf"),
                ("content-encoding", "snappy"),
                ("x-prometheus-remote-write-version", "0.1.0"),
            ],
        }
    }

    /// The table that it ends in.
    #[must_use]
    pub const fn table(self) -> &'static str {
        match self {
            Self::Events | Self::OtlpLogs => "events",
            Self::OtlpMetrics | Self::RemoteWrite => "metrics",
        }
    }

    /// A pool of bodies of `batch` observations; `event_bytes` is the size of an event and means nothing for metrics.
    #[must_use]
    pub fn bodies(self, batch: usize, event_bytes: usize) -> Arc<dyn Bodies> {
        match self {
            Self::Events => Arc::new(events::Pool::new(batch, event_bytes)),
            Self::OtlpLogs => Arc::new(otlp_logs::Pool::new(batch, event_bytes)),
            Self::OtlpMetrics => Arc::new(otlp_metrics::Pool::new(batch)),
            Self::RemoteWrite => Arc::new(remote_write::Pool::new(batch)),
        }
    }
}

/// Events of `event_bytes` of which at least `different` differ, for filling a lake that is to be searched.
#[must_use]
pub fn different_events(batch: usize, event_bytes: usize, different: usize) -> Arc<dyn Bodies> {
    Arc::new(events::Pool::of(batch, event_bytes, different))
}

/// Observations a second that one core can make of `bodies`, with nobody to send them to.
#[must_use]
pub fn ceiling(bodies: &dyn Bodies) -> f64 {
    let (start, mut mark, mut bytes) = (Instant::now(), 0, 0);
    while start.elapsed() < CEILING_TIME {
        bytes += std::hint::black_box(bodies.body(mark, &|_| Timestamp::default())).len();
        mark += 1;
    }
    debug_assert!(bytes > 0, "bodies are not empty");
    (mark * bodies.batch() as u64) as f64 / start.elapsed().as_secs_f64()
}
