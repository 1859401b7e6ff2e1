//! How much one evaluation may take, and counting it.

use super::EvaluateError;

/// How much one evaluation may take. Reaching one is an error that names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Samples that are looked at, again for each step that looks at them.
    pub samples: u64,
    /// Series that one selector gives, or one result holds.
    pub series: usize,
    /// Times at which anything is evaluated: steps of a range, and of subqueries in each of them.
    pub steps: u64,
    /// Bytes of label values that are made new.
    pub label_bytes: u64,
}

impl Default for Limits {
    /// As many samples as Prometheus allows, and what a second or two of one core is enough for.
    fn default() -> Self {
        Self { samples: 50_000_000, series: 200_000, steps: 500_000, label_bytes: 64 << 20 }
    }
}

/// What an evaluation has taken so far.
#[derive(Debug, Default)]
pub(super) struct Meter {
    limits: Limits,
    samples: u64,
    steps: u64,
    label_bytes: u64,
}

impl Meter {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Counts samples that are looked at.
    pub(super) fn samples(&mut self, more: usize) -> Result<(), EvaluateError> {
        self.samples = self.samples.saturating_add(more as u64);
        within(self.samples, self.limits.samples, "samples", "ask for a shorter time or fewer series")
    }

    /// Counts steps before they are taken.
    pub(super) fn steps(&mut self, more: u64) -> Result<(), EvaluateError> {
        self.steps = self.steps.saturating_add(more);
        within(self.steps, self.limits.steps, "steps", "ask for a shorter range or a wider step")
    }

    /// Counts bytes of new label values.
    pub(super) fn label_bytes(&mut self, more: usize) -> Result<(), EvaluateError> {
        self.label_bytes = self.label_bytes.saturating_add(more as u64);
        within(self.label_bytes, self.limits.label_bytes, "bytes of new labels", "make fewer or shorter ones")
    }

    /// Checks how many series a selector gave or a result holds.
    pub(super) fn series(&self, series: usize) -> Result<(), EvaluateError> {
        within(series as u64, self.limits.series as u64, "series", "name more labels in the selector")
    }
}

fn within(taken: u64, limit: u64, what: &'static str, advice: &'static str) -> Result<(), EvaluateError> {
    if taken <= limit { Ok(()) } else { Err(EvaluateError::Limit { what, limit, advice }) }
}
