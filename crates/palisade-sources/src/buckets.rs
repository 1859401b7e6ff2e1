//! Buckets of values as explicit ones, added in rising order. Where two do not touch, an empty one stands between them,
//! so that nothing is said about values that were not counted.

/// The buckets so far.
#[derive(Debug, Default)]
pub(crate) struct Buckets {
    bounds: Vec<f64>,
    counts: Vec<u64>,
    /// What lies above every finite bound.
    beyond: u64,
}

impl Buckets {
    /// Adds the bucket of values above `lower` up to and with `upper`; equal bounds stand for the one value. Bounds may
    /// be infinite.
    ///
    /// # Errors
    /// When it overlaps the bucket before or has no room.
    pub(crate) fn add(&mut self, lower: f64, upper: f64, count: u64) -> Result<(), String> {
        let last = self.bounds.last().copied().unwrap_or(f64::NEG_INFINITY);
        if lower < last || upper <= last || upper < lower {
            return Err("its buckets overlap".to_owned());
        }
        if last < lower && lower < upper && lower.is_finite() {
            self.bounds.push(lower);
            self.counts.push(0);
        }
        if upper == f64::INFINITY {
            self.beyond = self.beyond.saturating_add(count);
        } else {
            self.bounds.push(upper);
            self.counts.push(count);
        }
        Ok(())
    }

    /// The bounds, and the counts, which are one more.
    pub(crate) fn finish(mut self) -> (Vec<f64>, Vec<u64>) {
        self.counts.push(self.beyond);
        (self.bounds, self.counts)
    }
}

/// A count that came as a floating-point number.
///
/// # Errors
/// When it is not whole, or beyond what a double holds exactly.
pub(crate) fn whole_number(count: f64) -> Result<u64, String> {
    /// Beyond it a double skips whole numbers.
    const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
    if !(0.0..=EXACT_MAX).contains(&count) || count.fract() != 0.0 {
        return Err(format!("its count {count} is not a whole number of at least 0"));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked above")]
    Ok(count as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_empty_buckets() {
        let mut buckets = Buckets::default();
        for (lower, upper, count) in
            [(f64::NEG_INFINITY, -4.0, 1), (-2.0, -1.0, 2), (0.0, 0.0, 3), (0.0, 1.0, 4), (8.0, f64::INFINITY, 5)]
        {
            buckets.add(lower, upper, count).unwrap();
        }
        buckets.add(f64::INFINITY, f64::INFINITY, 6).unwrap();
        let wanted = (vec![-4.0, -2.0, -1.0, 0.0, 1.0, 8.0], vec![1, 0, 2, 3, 4, 0, 11]);
        assert_eq!(buckets.finish(), wanted);
    }

    #[test]
    fn overlaps_are_errors() {
        for (lower, upper) in [(0.5, 2.0), (1.0, 1.0), (0.0, 0.5), (3.0, 2.0)] {
            let mut buckets = Buckets::default();
            buckets.add(0.0, 1.0, 1).unwrap();
            assert!(buckets.add(lower, upper, 1).is_err(), "{lower} {upper}");
        }
    }
}
