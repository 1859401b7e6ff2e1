//! Histograms and summaries as numbers: how many values come, and the 99th percentile of those since the point before.

use palisade_model::{Distribution, Metric, MetricKind};
use palisade_telemetry::anomaly::{Kind, SeriesId};
use std::collections::HashMap;

/// With fewer values than this a 99th percentile says nothing.
const VALUES_MIN: u64 = 20;
const SHARE: f64 = 0.99;
/// Buckets that are remembered of a series.
const BUCKETS_MAX: usize = 256;
/// The percentile is a series beside the one that counts.
const PERCENTILE_KEY: u64 = 0x5bd1_e995_97f4_a7c1;

/// One number of a histogram.
#[derive(Debug, PartialEq)]
pub(super) struct Part {
    pub(super) id: SeriesId,
    /// What the name of the metric is followed by.
    pub(super) suffix: &'static str,
    pub(super) kind: Kind,
    pub(super) value: f64,
}

/// The counts of running totals at the point before.
#[derive(Debug, Default)]
pub(super) struct Histograms {
    before: HashMap<SeriesId, Box<[u64]>>,
}

impl Histograms {
    /// The numbers that a point of the series `id` says.
    pub(super) fn parts(&mut self, id: SeriesId, metric: &Metric, told: &Distribution) -> Vec<Part> {
        let is_total = metric.kind == MetricKind::Counter;
        let kind = if is_total { Kind::Counter } else { Kind::Gauge };
        let mut parts = vec![Part { id, suffix: ".count", kind, value: told.count as f64 }];
        let percentile = match told.quantiles.last() {
            Some(highest) => Some(highest.value),
            None if told.counts.len() > BUCKETS_MAX || told.counts.len() != told.bounds.len() + 1 => None,
            None if is_total => self.since_before(id, told),
            None => percentile(&told.counts, told),
        };
        let percentile =
            percentile.map(|value| Part { id: id ^ PERCENTILE_KEY, suffix: ".p99", kind: Kind::Gauge, value });
        parts.extend(percentile);
        parts
    }

    /// The percentile of what came since the point before; none at the first, and when the totals began anew.
    fn since_before(&mut self, id: SeriesId, told: &Distribution) -> Option<f64> {
        let before = self.before.insert(id, told.counts.clone().into_boxed_slice())?;
        if before.len() != told.counts.len() {
            return None;
        }
        let counts: Option<Vec<u64>> =
            told.counts.iter().zip(&before).map(|(now, before)| now.checked_sub(*before)).collect();
        percentile(&counts?, told)
    }

    /// Forgets a series.
    pub(super) fn forget(&mut self, id: SeriesId) {
        self.before.remove(&id);
    }

    /// The counts kept of a series, for a checkpoint.
    pub(super) fn kept(&self, id: SeriesId) -> Vec<u64> {
        self.before.get(&id).map(|counts| counts.to_vec()).unwrap_or_default()
    }

    /// Goes on from counts that were kept.
    pub(super) fn restore(&mut self, id: SeriesId, counts: Vec<u64>) {
        if !counts.is_empty() && counts.len() <= BUCKETS_MAX {
            self.before.insert(id, counts.into_boxed_slice());
        }
    }
}

/// The 99th percentile, taking values as spread evenly in their bucket, as PromQL's `histogram_quantile` does.
fn percentile(counts: &[u64], told: &Distribution) -> Option<f64> {
    let all = counts.iter().fold(0_u64, |sum, count| sum.saturating_add(*count));
    if all < VALUES_MIN {
        return None;
    }
    let rank = SHARE * all as f64;
    let mut below = 0.0;
    for (bucket, &count) in counts.iter().enumerate() {
        let count = count as f64;
        if below + count >= rank && count > 0.0 {
            let low = bucket.checked_sub(1).and_then(|before| told.bounds.get(before)).copied();
            let Some(high) = told.bounds.get(bucket).copied() else { return told.max.or(low) };
            let low = low.unwrap_or_else(|| told.min.unwrap_or(0.0).min(high));
            return Some(low + (high - low) * (rank - below) / count);
        }
        below += count;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(counts: &[u64]) -> Metric {
        let told = Distribution {
            count: counts.iter().sum(),
            bounds: vec![1.0, 2.0, 4.0],
            counts: counts.to_vec(),
            ..Distribution::default()
        };
        Metric { kind: MetricKind::Counter, distribution: Some(Box::new(told)), ..Metric::default() }
    }

    #[test]
    fn the_percentile_is_of_what_came_since() {
        let mut histograms = Histograms::default();
        let mut parts = |counts: &[u64]| {
            let metric = total(counts);
            let told = metric.distribution.clone().unwrap();
            histograms.parts(7, &metric, &told).into_iter().map(|part| (part.suffix, part.value)).collect::<Vec<_>>()
        };
        assert_eq!(parts(&[500, 0, 0, 0]), [(".count", 500.0)], "the first has nothing before it");
        assert_eq!(parts(&[500, 0, 100, 0]), [(".count", 600.0), (".p99", 3.98)]);
        assert_eq!(parts(&[500, 0, 105, 0]), [(".count", 605.0)], "five values say nothing");
        assert_eq!(parts(&[100, 0, 0, 0]), [(".count", 100.0)], "it began anew");
        assert_eq!(parts(&[100, 0, 0, 90]), [(".count", 190.0), (".p99", 4.0)], "beyond the last bound");
    }

    #[test]
    fn a_summary_has_its_own_and_differences_are_as_they_are() {
        let quantiles = vec![palisade_model::Quantile { quantile: 0.99, value: 0.7 }];
        let told = Distribution { count: 5, quantiles, ..Distribution::default() };
        let metric = Metric { kind: MetricKind::Delta, ..Metric::default() };
        let parts = Histograms::default().parts(7, &metric, &told);
        assert_eq!((parts[0].kind, parts[1].value), (Kind::Gauge, 0.7));
    }
}
