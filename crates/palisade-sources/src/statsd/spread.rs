//! How the values of an interval spread: buckets of the same width on a logarithmic scale, so that every value is known
//! to the same share of itself.
//!
//! The bounds are powers of 2^(1/8), each 9.05 % above the one before; the middle of a bucket is at most 4.6 % off
//! whatever it holds. Values closer to zero than 2^-30 count as zero, and those beyond 2^62 stand in one last bucket:
//! least and greatest are exact for them all.

use crate::{buckets::Buckets, power::power};
use palisade_model::Distribution;
use std::collections::BTreeMap;

/// Buckets for every doubling: 2³.
const SCALE: i32 = 3;
/// The upper bounds of the first and the last bucket are the powers of these.
const FIRST: i64 = -30 * 8 + 1;
const LAST: i64 = 62 * 8;

/// The values so far.
#[derive(Debug)]
pub(super) struct Spread {
    /// By place: 0 is zero, `n` from 1 the nth bucket above it, and `-n` the same mirrored.
    weights: BTreeMap<i64, f64>,
    sum: f64,
    min: f64,
    max: f64,
}

impl Default for Spread {
    fn default() -> Self {
        Self { weights: BTreeMap::new(), sum: 0.0, min: f64::INFINITY, max: f64::NEG_INFINITY }
    }
}

impl Spread {
    /// Takes a value that counts `weight` times. `has_room` is asked before another bucket is begun.
    pub(super) fn take(&mut self, value: f64, weight: f64, has_room: impl FnOnce() -> bool) -> bool {
        let place = place(value);
        if !self.weights.contains_key(&place) && !has_room() {
            return false;
        }
        *self.weights.entry(place).or_default() += weight;
        self.sum += value * weight;
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        true
    }

    /// The sum and the distribution.
    pub(super) fn finish(self) -> (f64, Distribution) {
        let mut buckets = Buckets::default();
        for (place, weight) in &self.weights {
            let (lower, upper) = match place {
                0 => (0.0, 0.0),
                1.. => (bound(place - 1), bound(*place)),
                _ => (-bound(-place), -bound(-place - 1)),
            };
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at least 0, and it saturates")]
            let count = weight.round() as u64;
            buckets.add(lower, upper, count).expect("the places of a map rise, and so do their bounds");
        }
        let (bounds, counts) = buckets.finish();
        let count = counts.iter().fold(0_u64, |sum, count| sum.saturating_add(*count));
        let [min, max] = [self.min, self.max].map(|extreme| extreme.is_finite().then_some(extreme));
        (self.sum, Distribution { count, min, max, bounds, counts, ..Distribution::default() })
    }
}

/// The upper bound of the nth bucket, the lower one of the next; infinite behind the last.
fn bound(place: i64) -> f64 {
    match FIRST - 1 + place {
        LAST.. => f64::INFINITY,
        index => power(index, SCALE),
    }
}

fn place(value: f64) -> i64 {
    let size = value.abs();
    if size <= power(FIRST - 1, SCALE) {
        return 0;
    }
    #[expect(clippy::cast_possible_truncation, reason = "logarithms of doubles are small")]
    let index = (size.log2() * 8.0).ceil() as i64;
    let mut place = (index - FIRST + 1).clamp(1, LAST - FIRST + 1);
    // The logarithm may be one rounding off where the value is a bound.
    while bound(place) < size {
        place += 1;
    }
    while place > 1 && bound(place - 1) >= size {
        place -= 1;
    }
    if value < 0.0 { -place } else { place }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn spread(values: &[f64]) -> (f64, Distribution) {
        let mut spread = Spread::default();
        assert!(values.iter().all(|value| spread.take(*value, 1.0, || true)));
        spread.finish()
    }

    #[test]
    fn places_of_values() {
        let (sum, found) = spread(&[1e300, -1e300, 0.0, 1.0, 1.0, 2.0, -1.0, 1e-12]);
        assert_eq!((sum, found.count, found.min, found.max), (3.0 + 1e-12, 8, Some(-1e300), Some(1e300)));
        assert_eq!(found.counts.first(), Some(&1), "far below");
        assert_eq!(found.counts.last(), Some(&1), "far above");
        let at = |bound: f64| found.bounds.iter().position(|found| *found == bound).map(|place| found.counts[place]);
        assert_eq!((at(0.0), at(1.0), at(2.0)), (Some(2), Some(2), Some(1)));
    }

    #[test]
    fn no_room_takes_nothing() {
        let mut spread = Spread::default();
        assert!(spread.take(1.0, 2.5, || true) && spread.take(1.0, 1.0, || false) && !spread.take(2.0, 1.0, || false));
        let (sum, found) = spread.finish();
        assert_eq!((sum, found.count, found.max), (3.5, 4, Some(1.0)));
    }

    proptest! {
        #[test]
        fn the_middle_of_a_bucket_is_near_its_values(value in 1e-9_f64..1e18) {
            for value in [value, -value] {
                let (_, found) = spread(&[value]);
                let place = found.counts.iter().position(|count| *count == 1).unwrap();
                let (lower, upper) = (found.bounds[place - 1], found.bounds[place]);
                prop_assert!(value.abs() >= lower.abs().min(upper.abs()) && value.abs() <= lower.abs().max(upper.abs()));
                prop_assert!(((lower + upper) / 2.0 - value).abs() <= value.abs() * 0.0454 + f64::EPSILON);
            }
        }

        #[test]
        fn every_value_has_a_place(values in proptest::collection::vec(any::<f64>().prop_filter("finite", |v| v.is_finite()), 1..50)) {
            let (_, found) = spread(&values);
            prop_assert_eq!(found.count, values.len() as u64);
            prop_assert_eq!(found.counts.len(), found.bounds.len() + 1);
            prop_assert!(found.bounds.is_sorted_by(|a, b| a < b));
        }
    }
}
