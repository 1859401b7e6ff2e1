//! Series and samples, and where they come from.

use super::Matcher;
use palisade_model::Labels;
use std::{collections::BTreeMap, sync::Arc};

/// The label that holds the name of a metric.
pub const NAME: &str = "__name__";

/// The bits of the number that says that a series has ended. It is one of the many NaNs, so it is told by its bits.
pub const STALE_BITS: u64 = 0x7ff0_0000_0000_0002;

/// The number that says that a series has ended.
#[must_use]
pub fn stale() -> f64 {
    f64::from_bits(STALE_BITS)
}

/// True for the number that says that a series has ended.
#[must_use]
pub fn is_stale(value: f64) -> bool {
    value.to_bits() == STALE_BITS
}

/// A number at a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// Milliseconds since the Unix epoch.
    pub at: i64,
    /// The number; [`stale`] when the series ended here.
    pub value: f64,
}

/// Samples of one set of labels, in the order of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// Its labels, the name of the metric among them as [`NAME`].
    pub labels: Arc<Labels>,
    /// Its samples, the oldest first, none twice at one time.
    pub samples: Vec<Sample>,
}

/// One number of a vector.
#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    /// What it is of.
    pub labels: Arc<Labels>,
    /// The number.
    pub value: f64,
}

/// Where series come from.
pub trait Queryable {
    /// The series that all `matchers` match, with their samples from `from` to `to` (milliseconds, both included),
    /// the oldest first. No two series may have the same labels.
    ///
    /// # Errors
    /// Says why the series cannot be read.
    fn select(&self, matchers: &[Matcher], from: i64, to: i64) -> Result<Vec<Series>, String>;
}

/// Series held in memory.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    series: BTreeMap<Arc<Labels>, Vec<Sample>>,
}

impl Memory {
    /// Adds a sample; one that is there at the same time is replaced.
    pub fn add(&mut self, labels: &Arc<Labels>, sample: Sample) {
        let samples = self.series.entry(Arc::clone(labels)).or_default();
        let place = samples.partition_point(|before| before.at < sample.at);
        match samples.get_mut(place) {
            Some(there) if there.at == sample.at => *there = sample,
            _ => samples.insert(place, sample),
        }
    }

    /// Adds all samples of a series.
    pub fn add_series(&mut self, series: &Series) {
        for sample in &series.samples {
            self.add(&series.labels, *sample);
        }
    }
}

impl Queryable for Memory {
    fn select(&self, matchers: &[Matcher], from: i64, to: i64) -> Result<Vec<Series>, String> {
        let matching = self.series.iter().filter(|(labels, _)| matchers.iter().all(|matcher| matcher.matches(labels)));
        let cut = matching.map(|(labels, samples)| Series {
            labels: Arc::clone(labels),
            samples: window(samples, from, to).to_vec(),
        });
        Ok(cut.filter(|series| !series.samples.is_empty()).collect())
    }
}

/// The samples from `from` to `to`, both included.
pub(super) fn window(samples: &[Sample], from: i64, to: i64) -> &[Sample] {
    let begin = samples.partition_point(|sample| sample.at < from);
    let end = samples.partition_point(|sample| sample.at <= to);
    samples.get(begin..end).unwrap_or_default()
}
