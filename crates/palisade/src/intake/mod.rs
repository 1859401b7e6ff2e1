//! Ways in that are no request: connections and datagrams of log senders, followed files, targets that are asked, and the
//! machine itself.
//!
//! Such a sender gets no answer that it could act on. So where it can be made to wait it waits: [`Intake::keep`] returns
//! once the observations are on disk, however long the server is at its limits, and its caller does not read on
//! meanwhile. Where it cannot (datagrams), the caller bounds what it holds and counts what it drops.
//!
//! The bytes are read by `palisade-sources`; here are sockets, files and clocks.

pub mod files;
pub mod host;
pub mod scrape;
mod senders;
pub mod statsd;
pub mod syslog;

use crate::config::{self, Config};
use crate::pipeline::{Pipeline, Receipt, Refusal, Submission};
use metrics::Counter;
use palisade_sources::{Limits, Parsed};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Starts every way in that the configuration asks for, and says where it listens. Each ends when it is told to stop.
///
/// # Errors
/// When one cannot begin.
pub async fn start(
    config: &Config,
    pipeline: &Pipeline,
    stopped: &watch::Receiver<bool>,
) -> anyhow::Result<JoinSet<()>> {
    let limits = &config.limits;
    let mut tasks = JoinSet::new();
    scrape::start(&config.scrape, limits, &Intake::new(scrape::NAME, pipeline.clone(), limits), stopped, &mut tasks)?;
    let intake = Intake::new(statsd::NAME, pipeline.clone(), limits);
    if let Some(address) = statsd::start(&config.statsd, intake, stopped, &mut tasks).await? {
        tell!("Listening for statsd on {address}");
    }
    host::start(&config.telemetry, Intake::new(host::NAME, pipeline.clone(), limits), stopped, &mut tasks);
    syslog::start(config, pipeline, stopped, &mut tasks).await?;
    files::start(config, pipeline, stopped, &mut tasks)?;
    Ok(tasks)
}

/// Waits until every way in has ended, but no longer than `time_max`.
pub async fn end(mut tasks: JoinSet<()>, time_max: Duration) {
    let all = async { while tasks.join_next().await.is_some() {} };
    if tokio::time::timeout(time_max, all).await.is_err() {
        tracing::warn!("a way in did not end in time");
    }
}

/// What an observation takes of memory at the least, however few bytes it came in: the queue is bounded by memory.
const OBSERVATION_BYTES_MIN: usize = 512;

/// One way in, as it hands over what it read.
#[derive(Clone)]
pub struct Intake {
    pipeline: Pipeline,
    limits: Limits,
    source: &'static str,
    bytes: Counter,
    accepted: Counter,
    rejected: Counter,
}

/// The server is going down; what was handed over is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the server is stopping")]
pub struct Stopping;

impl Intake {
    /// The way in of this name, which is also its label in metrics.
    #[must_use]
    pub fn new(source: &'static str, pipeline: Pipeline, limits: &config::Limits) -> Self {
        Self {
            pipeline,
            limits: limits.of_sources(),
            source,
            bytes: metrics::counter!("palisade_ingest_bytes_total", "source" => source),
            accepted: metrics::counter!("palisade_ingest_events_total", "source" => source),
            rejected: metrics::counter!("palisade_ingest_rejected_events_total", "source" => source),
        }
    }

    /// How large what is read may be.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Counts what is refused before it is handed over.
    pub fn refused(&self, count: usize) {
        self.rejected.increment(count as u64);
    }

    /// Makes what was read from `bytes` bytes durable; waits while the server is at its limits or its disk refuses.
    /// With an `idempotency_key` a second handing over of the same is none: the key must be prefixed with the name of
    /// the source.
    ///
    /// # Errors
    /// When the server is stopping.
    pub async fn keep(
        &self,
        parsed: Parsed,
        bytes: usize,
        idempotency_key: Option<String>,
    ) -> Result<Receipt, Stopping> {
        self.bytes.increment(bytes as u64);
        self.rejected.increment(parsed.rejected() as u64);
        if let Some(problem) = parsed.problems.first() {
            tracing::debug!(source = self.source, rejected = parsed.rejected(), %problem, "some of it is refused");
        }
        if parsed.observations.is_empty() {
            return Ok(Receipt::default());
        }
        let count = parsed.observations.len() as u64;
        let bytes = bytes.max(parsed.bytes).max(parsed.observations.len() * OBSERVATION_BYTES_MIN);
        let share = self.pipeline.room_whenever(bytes).await;
        let submission = Submission { observations: parsed.observations, share, idempotency_key, judged: None };
        match self.pipeline.submit_whenever(submission).await {
            Ok(receipt) => {
                self.accepted.increment(receipt.accepted as u64);
                self.rejected.increment(receipt.refused_series as u64);
                Ok(receipt)
            }
            Err(Refusal::Stopping) => Err(Stopping),
            // Waiting would not help: such as a record larger than the log takes.
            Err(refusal) => {
                tracing::error!(source = self.source, %refusal, "what was read cannot be kept");
                self.rejected.increment(count);
                Ok(Receipt::default())
            }
        }
    }

    /// Forgets idempotency keys that will not be used again, so that a way in that uses many keeps no others out.
    pub fn forget(&self, idempotency_keys: &[String]) {
        self.pipeline.forget(idempotency_keys);
    }
}
