//! Exact percentiles: every sample is kept.

use serde::Serialize;
use std::time::Duration;

/// Samples in microseconds. Four bytes each; 71 minutes is the longest that fits.
#[derive(Default)]
pub struct Samples(Vec<u32>);

/// Percentiles in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Percentiles {
    /// How many samples.
    pub count: usize,
    /// Half are no longer than this.
    pub p50: f64,
    /// 95 of 100 are no longer than this.
    pub p95: f64,
    /// 99 of 100 are no longer than this.
    pub p99: f64,
    /// The longest.
    pub max: f64,
}

impl Samples {
    /// Adds a sample.
    pub fn add(&mut self, time: Duration) {
        self.0.push(u32::try_from(time.as_micros()).unwrap_or(u32::MAX));
    }

    /// Adds all samples of `other`.
    pub fn append(&mut self, mut other: Self) {
        self.0.append(&mut other.0);
    }

    /// The percentiles by the nearest-rank method: a sample that was really taken.
    #[must_use]
    pub fn percentiles(&mut self) -> Percentiles {
        self.0.sort_unstable();
        let at = |share: f64| {
            let rank = (share * self.0.len() as f64).ceil() as usize;
            self.0.get(rank.max(1) - 1).map_or(0.0, |&micros| f64::from(micros) / 1_000.0)
        };
        Percentiles { count: self.0.len(), p50: at(0.50), p95: at(0.95), p99: at(0.99), max: at(1.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(millis: impl IntoIterator<Item = u64>) -> Percentiles {
        let mut samples = Samples::default();
        millis.into_iter().for_each(|millis| samples.add(Duration::from_millis(millis)));
        samples.percentiles()
    }

    #[test]
    fn nearest_rank() {
        assert_eq!(of((1..=100).rev()), Percentiles { count: 100, p50: 50.0, p95: 95.0, p99: 99.0, max: 100.0 });
        assert_eq!(of([7]), Percentiles { count: 1, p50: 7.0, p95: 7.0, p99: 7.0, max: 7.0 });
        assert_eq!(of([1, 2, 3, 1000]), Percentiles { count: 4, p50: 2.0, p95: 1000.0, p99: 1000.0, max: 1000.0 });
        assert_eq!(of([]), Percentiles::default());
    }

    #[test]
    fn samples_of_many_are_one() {
        let (mut left, mut right) = (Samples::default(), Samples::default());
        left.add(Duration::from_micros(1_500));
        right.add(Duration::from_micros(500));
        left.append(right);
        assert_eq!((left.percentiles().p50, left.percentiles().max), (0.5, 1.5));
    }
}
