//! Median and spread of a series in a few numbers, by stochastic approximation.
//!
//! Each new value moves the first decile, the median and the ninth decile a little towards it, by steps that shrink
//! with the number of values and never vanish (Robbins and Monro, 1951, on the derivative of the quantile loss). A
//! sample of the same size would be noisier.

use super::checkpoint::{Carry, Codec};

const SHARES: [f32; 3] = [0.1, 0.5, 0.9];
/// Between the first and the ninth decile of a normal distribution lie 2.56 standard deviations.
const DECILES_APART: f32 = 2.56;
/// The first step is this many distances between deciles; steps no longer shrink after so many values.
const GAIN: f32 = 2.5;
const HORIZON: u32 = 8_000;
/// Values while the range tells more of the distance between deciles than the deciles do.
const YOUNG: u32 = 30;
const YOUNG_SHARE: f32 = 0.4;
/// A series that mostly stands still has no distance between deciles: then this share of its range counts.
const RANGE_SHARE: f32 = 0.02;
/// The share of what lies outside the deciles that the range forgets with each value: one outlier counts for a while.
const FORGOTTEN: f32 = 1e-3;

#[derive(Debug, Clone)]
pub(super) struct Quantiles {
    marks: [f32; 3],
    low: f32,
    high: f32,
    seen: u32,
}

impl Quantiles {
    pub(super) const fn new() -> Self {
        Self { marks: [0.0; 3], low: 0.0, high: 0.0, seen: 0 }
    }

    pub(super) fn learn(&mut self, value: f32) {
        self.seen = self.seen.saturating_add(1);
        if self.seen == 1 {
            *self = Self { marks: [value; 3], low: value, high: value, seen: 1 };
            return;
        }
        self.low = value.min(self.low + FORGOTTEN * (self.marks[0] - self.low));
        self.high = value.max(self.high + FORGOTTEN * (self.marks[2] - self.high));
        let share = if self.seen <= YOUNG { YOUNG_SHARE } else { RANGE_SHARE };
        let apart = (self.marks[2] - self.marks[0]).max(share * (self.high - self.low));
        let step = apart * GAIN / self.seen.min(HORIZON) as f32;
        for (mark, share) in self.marks.iter_mut().zip(SHARES) {
            let below = if value < *mark {
                1.0
            } else if value > *mark {
                0.0
            } else {
                share
            };
            *mark += step * (share - below);
        }
        self.marks[0] = self.marks[0].min(self.marks[1]);
        self.marks[2] = self.marks[2].max(self.marks[1]);
    }

    pub(super) const fn median(&self) -> f32 {
        self.marks[1]
    }

    /// A standard deviation that outliers do not move, never below `least`.
    pub(super) fn spread(&self, least: f32) -> f32 {
        let deciles = self.marks[2] - self.marks[0];
        deciles.max(RANGE_SHARE * (self.high - self.low)).max(least) / DECILES_APART
    }
}

impl Carry for Quantiles {
    fn carry(&mut self, codec: &mut impl Codec) {
        codec.f32s(&mut self.marks);
        codec.f32(&mut self.low);
        codec.f32(&mut self.high);
        codec.u32(&mut self.seen);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anomaly::sample::scramble;

    #[test]
    fn median_and_spread_follow_the_series() {
        let mut quantiles = Quantiles::new();
        for index in 0..5_000_u64 {
            quantiles.learn(3_000.0 + (scramble(index) % 1000) as f32);
        }
        assert!((quantiles.median() - 3_500.0).abs() < 30.0, "{quantiles:?}");
        assert!((quantiles.spread(0.0) - 800.0 / 2.56).abs() < 20.0, "{quantiles:?}");
    }

    #[test]
    fn an_outlier_is_forgotten() {
        let mut quantiles = Quantiles::new();
        for index in 0..20_000_u64 {
            quantiles.learn(if index == 100 { 1e15 } else { (scramble(index) % 1000) as f32 });
        }
        assert!(quantiles.spread(0.0) < 1_000_000.0, "{quantiles:?}");
    }
}
