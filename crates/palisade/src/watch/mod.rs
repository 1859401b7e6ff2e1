//! The watches, fitted to the pipeline: each looks at an observation and says what it finds.
//!
//! The watches themselves are libraries that know nothing of Palisade's way of an observation; these adapters choose
//! what they are shown. The table [`WATCHES`] is all there are. Workers look at records side by side, each with a
//! [`Worker`] of its own; what needs the order of the stream is left to [`Correlating`] and to [`Telemetry`].

mod events;
mod guard;
pub mod telemetry;

pub use events::{Correlating, Hit, Rules};

use palisade_guard::Guard;
use palisade_model::{Finding, Observation};
use std::sync::Arc;
use telemetry::Telemetry;

/// What the watches share and keep.
pub struct Watches {
    /// Judges text that somebody asks about.
    pub guard: Guard,
    /// Judges what passes by.
    stream_guard: Guard,
    /// The rules over security events.
    pub rules: Rules,
    /// The watch over series, which looks at records in the order of the log.
    pub telemetry: Telemetry,
}

impl Default for Watches {
    fn default() -> Self {
        let stream_guard = Guard::with(guard::belongs_on_the_stream);
        Self { guard: Guard::new(), stream_guard, rules: Rules::default(), telemetry: Telemetry::default() }
    }
}

impl Watches {
    /// The watches, with this one over series.
    #[must_use]
    pub fn with(telemetry: Telemetry) -> Self {
        Self { telemetry, ..Self::default() }
    }
}

/// What was found in one record.
#[derive(Default)]
pub struct Found {
    /// What is told.
    pub findings: Vec<Finding>,
    /// What correlations wait for.
    pub hits: Vec<Hit>,
}

/// One watch: its name, and how it judges the observation with that index in its record.
struct Watch {
    name: &'static str,
    judge: fn(&mut Worker, &Observation, usize, &mut Found),
}

const WATCHES: &[Watch] = &[
    Watch { name: "guard", judge: |worker, observation, _, found| worker.inspect(observation, found) },
    Watch { name: "events", judge: Worker::detect },
];

impl std::fmt::Debug for Watches {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_list().entries(WATCHES.iter().map(|watch| watch.name)).finish()
    }
}

/// The watches as one thread asks them.
pub struct Worker {
    watches: Arc<Watches>,
    events: events::Judge,
}

impl Worker {
    /// A worker that has seen nothing yet.
    #[must_use]
    pub fn new(watches: Arc<Watches>) -> Self {
        Self { watches, events: events::Judge::default() }
    }

    /// Everything that any watch finds in the observations of one record.
    pub fn judge(&mut self, observations: &[Observation]) -> Found {
        self.events.refresh(&self.watches.rules);
        let mut found = Found::default();
        for (index, observation) in observations.iter().enumerate() {
            for watch in WATCHES {
                let before = found.findings.len();
                (watch.judge)(self, observation, index, &mut found);
                count(watch.name, found.findings.len() - before);
            }
        }
        found
    }

    /// What only the rules over security events find, told to nobody and not counted.
    pub fn judge_events(&mut self, observations: &[Observation]) -> Found {
        self.events.refresh(&self.watches.rules);
        let mut found = Found::default();
        for (index, observation) in observations.iter().enumerate() {
            self.detect(observation, index, &mut found);
        }
        found
    }

    fn inspect(&mut self, observation: &Observation, found: &mut Found) {
        guard::judge(&self.watches.stream_guard, observation, &mut found.findings);
    }

    fn detect(&mut self, observation: &Observation, index: usize, found: &mut Found) {
        if let Observation::Event(event) = observation {
            self.events.judge(event, index, &mut found.findings, &mut found.hits);
        }
    }
}

/// Counts what a watch has found.
pub fn count(watch: &'static str, found: usize) {
    if found > 0 {
        metrics::counter!("palisade_findings_total", "watch" => watch).increment(found as u64);
    }
}
