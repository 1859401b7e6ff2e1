//! Time in even pieces: when a piece is over, what was counted in it becomes a point.

use palisade_model::Timestamp;

/// A piece of time that is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// Its end, the time of the points made of it.
    pub end: Timestamp,
}

/// Tells when an interval is over. What comes late counts for the interval that is open.
#[derive(Debug, Clone)]
pub struct Intervals {
    nanos: i64,
    open: Option<i64>,
}

impl Intervals {
    /// Intervals of `seconds`, at least one.
    #[must_use]
    pub fn new(seconds: u32) -> Self {
        Self { nanos: i64::from(seconds.max(1)) * 1_000_000_000, open: None }
    }

    /// Moves on to `time`; returns the interval that ended, if one did. Empty intervals in between are left out: a
    /// long silence is a gap, not a storm of zeros.
    pub fn advance(&mut self, time: Timestamp) -> Option<Interval> {
        let now = time.nanos().div_euclid(self.nanos);
        let open = *self.open.get_or_insert(now);
        (now > open).then(|| {
            self.open = Some(now);
            Interval { end: Timestamp::from_nanos((open + 1).saturating_mul(self.nanos)) }
        })
    }

    /// The length of an interval in seconds.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.nanos as f64 / 1e9
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_ends_once() {
        let mut intervals = Intervals::new(10);
        let ends: Vec<Option<i64>> = [1, 9, 10, 5, 12, 1_000, 1_001]
            .into_iter()
            .map(|second| intervals.advance(Timestamp::from_millis(second * 1_000)))
            .map(|ended| ended.map(|interval| interval.end.millis() / 1_000))
            .collect();
        assert_eq!(ends, [None, None, Some(10), None, None, Some(20), None]);
    }

    #[test]
    fn the_ends_of_time_are_no_trouble() {
        let mut intervals = Intervals::new(u32::MAX);
        assert_eq!(intervals.advance(Timestamp::from_nanos(i64::MIN)), None);
        assert!(intervals.advance(Timestamp::from_nanos(i64::MAX)).is_some());
    }
}
