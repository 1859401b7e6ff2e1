//! What is usual at this time of the hour, day or week.
//!
//! A profile has one mean for each part of its period, and a second set for weekends where days differ. Whether a
//! period is one of the series is found by comparing: a profile speaks when its residuals are smaller than those
//! from the median.

use super::checkpoint::{Carry, Codec};

const DAY: i64 = 86_400;
/// The share a new value has in a mean at least, so that profiles follow slow change.
const SHARE_LEAST: f32 = 0.02;
/// A value further from the mean than this many spreads moves it no more than this far.
const PULL_MOST: f32 = 4.0;
/// Values of a part before its roughness is told apart from that of others.
const ROUGHNESS_FEWEST: u8 = 8;
/// Roughness of all parts that is mixed into that of each, and how much of the ratio counts.
const ROUGHNESS_MIXED: f32 = 0.3;
const ROUGHNESS_POWER: f32 = 0.7;

/// How a profile divides time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Period {
    /// Seconds.
    pub(super) length: i64,
    /// Whether Saturdays and Sundays have parts of their own.
    pub(super) weekends: bool,
}

impl Period {
    pub(super) const HOUR: Self = Self { length: 3_600, weekends: false };
    pub(super) const DAY: Self = Self { length: DAY, weekends: true };
    pub(super) const WEEK: Self = Self { length: 7 * DAY, weekends: false };

    fn part(self, seconds: i64, parts: usize) -> usize {
        let parts = if self.weekends { parts / 2 } else { parts };
        let part = seconds.rem_euclid(self.length) as usize * parts / self.length as usize;
        // The epoch was a Thursday.
        let weekday = (seconds.div_euclid(DAY) + 3).rem_euclid(7);
        if self.weekends && weekday >= 5 { part + parts } else { part }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Profile<const PARTS: usize> {
    means: [f32; PARTS],
    /// Usual distance from the mean.
    distances: [f32; PARTS],
    seen: [u8; PARTS],
}

impl<const PARTS: usize> Profile<PARTS> {
    pub(super) const fn new() -> Self {
        Self { means: [0.0; PARTS], distances: [0.0; PARTS], seen: [0; PARTS] }
    }

    /// What is usual at `seconds` since the epoch, if anything was seen at that time of the period.
    pub(super) fn expect(&self, period: Period, seconds: i64) -> Option<f32> {
        let part = period.part(seconds, PARTS);
        let other = if period.weekends { (part + PARTS / 2) % PARTS } else { part };
        [part, other].into_iter().find(|&part| self.seen[part] > 0).map(|part| self.means[part])
    }

    /// How far values are from their mean at `seconds`, against all times of the period: 1 where nothing is known.
    pub(super) fn roughness(&self, period: Period, seconds: i64) -> f32 {
        let part = period.part(seconds, PARTS);
        let known = self.distances.iter().filter(|distance| **distance > 0.0).count();
        let mean = self.distances.iter().sum::<f32>() / known.max(1) as f32;
        if self.seen[part] < ROUGHNESS_FEWEST || mean <= 0.0 {
            return 1.0;
        }
        let mixed = (self.distances[part] + ROUGHNESS_MIXED * mean) / (mean + ROUGHNESS_MIXED * mean);
        mixed.powf(ROUGHNESS_POWER)
    }

    pub(super) fn learn(&mut self, period: Period, seconds: i64, value: f32, spread: f32) {
        let part = period.part(seconds, PARTS);
        self.seen[part] = self.seen[part].saturating_add(1);
        let share = (1.0 / f32::from(self.seen[part])).max(SHARE_LEAST);
        let pull = (value - self.means[part]).clamp(-PULL_MOST * spread, PULL_MOST * spread);
        self.distances[part] += share * (pull.abs() - self.distances[part]);
        self.means[part] = if self.seen[part] == 1 { value } else { self.means[part] + share * pull };
    }
}

impl<const PARTS: usize> Carry for Profile<PARTS> {
    fn carry(&mut self, codec: &mut impl Codec) {
        codec.f32s(&mut self.means);
        codec.f32s(&mut self.distances);
        codec.u8s(&mut self.seen);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekends_are_apart() {
        let mut profile = Profile::<48>::new();
        // Thursday, 1 January 1970, and fourteen days on.
        for hour in 0..14 * 24 {
            let seconds = hour * 3_600;
            let weekend = matches!((hour / 24) % 7, 2 | 3);
            profile.learn(Period::DAY, seconds, if weekend { 1.0 } else { 9.0 }, 10.0);
        }
        assert_eq!(profile.expect(Period::DAY, 21 * DAY), Some(9.0));
        assert_eq!(profile.expect(Period::DAY, 23 * DAY), Some(1.0));
    }

    #[test]
    fn times_before_the_epoch_have_their_part() {
        assert_eq!(Period::DAY.part(-1, 48), 23);
        assert_eq!(Period::WEEK.part(i64::MIN / 2, 56), Period::WEEK.part(i64::MIN / 2, 56));
    }
}
