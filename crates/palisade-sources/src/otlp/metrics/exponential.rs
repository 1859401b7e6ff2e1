//! Exponential buckets as explicit ones.
//!
//! Source: OpenTelemetry metrics data model, *ExponentialHistogram*. With `base = 2^(2^-scale)`, the positive bucket of
//! index `i` holds what lies above `base^i` up to and with `base^(i+1)`; the negative one holds the same mirrored; the
//! zero bucket holds what is at most the zero threshold away from zero. Between them stand empty buckets where they do
//! not touch, so nothing is said about values that the sender did not count.
//!
//! Explicit buckets include their upper bound, mirrored negative ones the lower: a negative value that is exactly a
//! power of the base stands one bucket lower in the exponential form, which explicit bounds cannot tell.

use super::reading::{BUCKETS_MAX, too_many};
use crate::power::power;
use opentelemetry_proto::tonic::metrics::v1::{
    ExponentialHistogramDataPoint, exponential_histogram_data_point::Buckets,
};

/// The scales that SDKs use (metrics SDK specification, base-2 exponential bucket histogram aggregation).
const SCALES: std::ops::RangeInclusive<i32> = -10..=20;

/// The bounds and counts of explicit buckets, one count more than bounds. The caller checks that bounds rise and that
/// counts add up, which catches buckets that overlap.
///
/// # Errors
/// When the scale or the threshold makes no sense, or there are too many buckets.
pub(super) fn explicit(point: &ExponentialHistogramDataPoint) -> Result<(Vec<f64>, Vec<u64>), String> {
    if !SCALES.contains(&point.scale) {
        return Err(format!("its scale {} lies outside {} to {}", point.scale, SCALES.start(), SCALES.end()));
    }
    let threshold = point.zero_threshold;
    if !threshold.is_finite() || threshold < 0.0 {
        return Err("its zero threshold is not a finite number of at least 0".to_owned());
    }
    let negative = Range::trimmed(point.negative.as_ref(), point.scale);
    let positive = Range::trimmed(point.positive.as_ref(), point.scale);
    let count = negative.counts.len() + positive.counts.len();
    if count > BUCKETS_MAX {
        return Err(too_many(count));
    }
    let mut explicit = Explicit::default();
    explicit.add_negative(&negative, threshold);
    explicit.add(threshold, point.zero_count);
    explicit.add_positive(&positive, threshold);
    explicit.counts.push(explicit.beyond);
    Ok((explicit.bounds, explicit.counts))
}

/// The buckets of one sign, from the first to the last that holds something.
struct Range<'p> {
    scale: i32,
    offset: i64,
    counts: &'p [u64],
}

impl<'p> Range<'p> {
    fn trimmed(buckets: Option<&'p Buckets>, scale: i32) -> Self {
        let counts = buckets.map_or(&[][..], |buckets| &buckets.bucket_counts);
        let holds = |count: &u64| *count > 0;
        let first = counts.iter().position(holds).unwrap_or(counts.len());
        let end = counts.iter().rposition(holds).map_or(first, |last| last + 1);
        let offset = buckets.map_or(0, |buckets| i64::from(buckets.offset));
        Self { scale, offset: offset.saturating_add_unsigned(first as u64), counts: &counts[first..end] }
    }

    /// The lower bound of the bucket at this place, the upper one of the bucket before.
    fn bound(&self, place: usize) -> f64 {
        power(self.offset.saturating_add_unsigned(place as u64), self.scale)
    }
}

#[derive(Default)]
struct Explicit {
    bounds: Vec<f64>,
    counts: Vec<u64>,
    /// What lies above every bound that is a double.
    beyond: u64,
}

impl Explicit {
    /// The bucket up to `bound`.
    fn add(&mut self, bound: f64, count: u64) {
        if bound == f64::INFINITY {
            self.beyond = self.beyond.saturating_add(count);
        } else {
            self.bounds.push(bound);
            self.counts.push(count);
        }
    }

    fn add_negative(&mut self, range: &Range<'_>, threshold: f64) {
        let most = range.counts.len();
        if most > 0 && range.bound(most).is_finite() {
            self.add(-range.bound(most), 0);
        }
        for (place, count) in range.counts.iter().enumerate().rev() {
            let bound = range.bound(place).max(if place == 0 { threshold } else { 0.0 });
            self.add(-bound, *count);
        }
        if threshold > 0.0 && self.bounds.last().is_none_or(|last| *last < -threshold) {
            self.add(-threshold, 0);
        }
    }

    fn add_positive(&mut self, range: &Range<'_>, threshold: f64) {
        if !range.counts.is_empty() && range.bound(0) > threshold {
            self.add(range.bound(0), 0);
        }
        for (place, count) in range.counts.iter().enumerate() {
            self.add(range.bound(place + 1), *count);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buckets(offset: i32, counts: &[u64]) -> Option<Buckets> {
        Some(Buckets { offset, bucket_counts: counts.to_vec() })
    }

    #[test]
    fn layouts() {
        let (low, high) = (f64::MIN_POSITIVE, 1_023_f64.exp2());
        for (scale, zero, positive, negative, bounds, counts) in [
            (0, (0.0, 0), None, None, vec![0.0], vec![0, 0]),
            (0, (0.0, 3), buckets(0, &[1, 2]), None, vec![0.0, 1.0, 2.0, 4.0], vec![3, 0, 1, 2, 0]),
            (0, (0.5, 3), None, None, vec![-0.5, 0.5], vec![0, 3, 0]),
            // The sender left out no empty buckets; the zero bucket reaches into the first one.
            (0, (1.5, 3), buckets(-2, &[0, 0, 1, 0]), None, vec![-1.5, 1.5, 2.0], vec![0, 3, 1, 0]),
            (0, (0.0, 0), None, buckets(1, &[1, 2]), vec![-8.0, -4.0, -2.0, 0.0], vec![0, 2, 1, 0, 0]),
            (0, (3.0, 5), None, buckets(1, &[1, 2]), vec![-8.0, -4.0, -3.0, 3.0], vec![0, 2, 1, 5, 0]),
            (-1, (0.0, 0), buckets(-1, &[1, 1]), None, vec![0.0, 0.25, 1.0, 4.0], vec![0, 0, 1, 1, 0]),
            (1, (0.0, 0), buckets(2, &[1, 1]), None, vec![0.0, 2.0, 8_f64.sqrt(), 4.0], vec![0, 0, 1, 1, 0]),
            (0, (0.0, 0), buckets(-1_022, &[7]), None, vec![0.0, low, low * 2.0], vec![0, 0, 7, 0]),
            (0, (0.0, 0), buckets(1_023, &[7]), buckets(1_023, &[5]), vec![-high, 0.0, high], vec![5, 0, 0, 7]),
            (-10, (0.0, 0), buckets(-1, &[7, 8]), None, vec![0.0, low / 4.0, 1.0], vec![0, 0, 7, 8]),
        ] {
            let (zero_threshold, zero_count) = zero;
            let point = ExponentialHistogramDataPoint {
                scale,
                zero_threshold,
                zero_count,
                positive,
                negative,
                ..ExponentialHistogramDataPoint::default()
            };
            let (found_bounds, found_counts) = explicit(&point).unwrap();
            assert_eq!(found_counts, counts, "{point:?}");
            assert_eq!(found_bounds.len(), bounds.len(), "{point:?}: {found_bounds:?}");
            for (found, wanted) in found_bounds.iter().zip(&bounds) {
                assert!((found - wanted).abs() <= wanted.abs() * f64::EPSILON, "{point:?}: {found_bounds:?}");
            }
        }
    }
}
