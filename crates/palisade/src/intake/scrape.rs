//! Targets that show their metrics, asked at their interval.
//!
//! Every target has a task of its own, so one that is slow or hostile harms no other: an answer is bounded in time and
//! bytes, and only reading it, which is bounded work, happens one at a time. While the server is at its limits a target
//! is simply not asked; the questions missed are not made up for.
//!
//! Each answer also gives what Prometheus gives: `up`, `scrape_duration_seconds` and `scrape_samples_scraped`.

mod answer;
mod target;

use super::Intake;
use crate::api::server::told;
use crate::cli::Failure;
use crate::clock;
use crate::config;
use answer::Client;
use metrics::{Counter, Gauge};
use palisade_model::{Attributes, Metric, MetricKind, Observation, Timestamp, Value};
use palisade_sources::Parsed;
use std::sync::Arc;
use std::time::Duration;
use target::Target;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

/// The name of this way in.
pub const NAME: &str = "scrape";

/// What came of asking once.
struct Asked {
    parsed: Parsed,
    bytes: usize,
    samples: usize,
}

/// One target and how it fared.
struct Scraper {
    target: Target,
    client: Client,
    intake: Intake,
    failures: Counter,
    down: Gauge,
    is_up: Option<bool>,
}

/// Starts to ask all targets of `groups`.
///
/// # Errors
/// When the client for it cannot be made.
pub fn start(
    groups: &[config::Scrape],
    limits: &config::Limits,
    intake: &Intake,
    stopped: &watch::Receiver<bool>,
    tasks: &mut JoinSet<()>,
) -> anyhow::Result<()> {
    if groups.is_empty() {
        return Ok(());
    }
    let client = Client::new(limits.body_bytes_max)
        .map_err(|error| Failure::internal(format!("cannot make a client to scrape with: {error}")))?;
    for target in groups.iter().flat_map(Target::all) {
        let labels = [("job", target.job.clone()), ("instance", target.instance.clone())];
        let mut scraper = Scraper {
            client: client.clone(),
            intake: intake.clone(),
            failures: metrics::counter!("palisade_scrape_failures_total", &labels),
            down: metrics::gauge!("palisade_scrape_target_down", &labels),
            is_up: None,
            target,
        };
        let mut stopped = stopped.clone();
        tasks.spawn(async move {
            tokio::select! {
                () = scraper.run() => {}
                () = told(&mut stopped) => {}
            }
        });
    }
    Ok(())
}

impl Scraper {
    /// Asks again and again, until the server stops.
    async fn run(&mut self) {
        let mut ticks = interval_at(Instant::now() + self.target.offset(), self.target.interval);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        loop {
            ticks.tick().await;
            if self.once().await.is_err() {
                return;
            }
        }
    }

    async fn once(&mut self) -> Result<(), super::Stopping> {
        let (asked_at, started) = (clock::now(), Instant::now());
        let asked = self.client.ask(&self.target, asked_at, self.intake.limits()).await;
        let took = started.elapsed();
        self.note(asked.as_ref().err());
        let is_up = asked.is_ok();
        let Asked { mut parsed, bytes, samples } =
            asked.unwrap_or_else(|_| Asked { parsed: Parsed::default(), bytes: 0, samples: 0 });
        parsed.observations.extend(self.about(asked_at, is_up, took, samples));
        self.intake.keep(parsed, bytes, None).await.map(drop)
    }

    /// Says once that a target fails, and once that it answers again.
    fn note(&mut self, failure: Option<&String>) {
        let is_up = failure.is_none();
        let (job, instance) = (self.target.job.as_str(), self.target.instance.as_str());
        match failure {
            Some(reason) if self.is_up != Some(false) => {
                tracing::warn!(job, instance, reason, "a target cannot be scraped");
            }
            None if self.is_up == Some(false) => tracing::info!(job, instance, "a target can be scraped again"),
            _ => {}
        }
        self.failures.increment(u64::from(!is_up));
        self.down.set(if is_up { 0.0 } else { 1.0 });
        self.is_up = Some(is_up);
    }

    /// What asking tells of the target, whatever it answered.
    #[expect(clippy::cast_precision_loss, reason = "samples are bounded far below 2⁵³")]
    fn about(&self, time: Timestamp, is_up: bool, took: Duration, samples: usize) -> impl Iterator<Item = Observation> {
        let labels: Attributes =
            self.target.labels.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect();
        let values = [
            ("up", f64::from(u8::from(is_up)), ""),
            ("scrape_duration_seconds", took.as_secs_f64(), "s"),
            ("scrape_samples_scraped", samples as f64, ""),
        ];
        values.into_iter().map(move |(name, value, unit)| {
            Observation::Metric(Metric {
                time,
                name: name.to_owned(),
                kind: MetricKind::Gauge,
                value,
                unit: unit.to_owned(),
                service: self.target.job.clone(),
                host: self.target.instance.clone(),
                attributes: labels.clone(),
                ..Metric::default()
            })
        })
    }
}

/// The order of reading answers: one after the other.
type Turn = Arc<tokio::sync::Semaphore>;
