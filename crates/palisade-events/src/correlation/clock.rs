//! How far time has come, by the events themselves.
//!
//! Each correlation has its own clock: where one source always comes an hour behind another, its events are late for
//! the rules of the other only, and those are not fed by it.

use super::limits::BACKWARD_EVENTS;

/// The latest time of the events that one correlation was given.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Clock {
    latest: Option<i64>,
    late_in_a_row: u32,
}

/// What the time of an event says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It counts.
    Timely,
    /// It lies before the watermark and does not count.
    TooLate,
    /// It counts, and time has gone back to it.
    WentBack,
}

impl Clock {
    /// Judges an event of `time` by the watermark, which is `lateness` before the latest time seen.
    ///
    /// One event from the future must not end the counting of all that follow, and neither must a second file that
    /// begins before the first: after [`BACKWARD_EVENTS`] events in a row that are too late, theirs is the time.
    pub(super) fn judge(&mut self, time: i64, lateness: i64) -> Verdict {
        let latest = self.latest.unwrap_or(time);
        if time >= latest.saturating_sub(lateness) {
            *self = Self { latest: Some(latest.max(time)), late_in_a_row: 0 };
            return Verdict::Timely;
        }
        self.late_in_a_row += 1;
        if self.late_in_a_row < BACKWARD_EVENTS {
            return Verdict::TooLate;
        }
        *self = Self { latest: Some(time), late_in_a_row: 0 };
        Verdict::WentBack
    }

    /// The latest time, once there was an event.
    pub(super) fn latest(&self) -> Option<i64> {
        self.latest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn late_events_count_until_the_watermark() {
        let mut clock = Clock::default();
        assert_eq!(clock.judge(1_000, 100), Verdict::Timely);
        assert_eq!(clock.judge(900, 100), Verdict::Timely);
        assert_eq!(clock.judge(899, 100), Verdict::TooLate);
        assert_eq!(clock.latest(), Some(1_000));
    }

    #[test]
    fn one_event_from_the_future_does_not_end_the_counting() {
        let mut clock = Clock::default();
        clock.judge(1_000, 100);
        clock.judge(i64::MAX, 100);
        let verdicts: Vec<_> = (0..BACKWARD_EVENTS).map(|index| clock.judge(1_001 + i64::from(index), 100)).collect();
        assert!(verdicts[..7].iter().all(|verdict| *verdict == Verdict::TooLate));
        assert_eq!(verdicts[7], Verdict::WentBack);
        assert_eq!(clock.judge(1_009, 100), Verdict::Timely);
    }

    #[test]
    fn late_events_between_timely_ones_do_not_turn_time_back() {
        let mut clock = Clock::default();
        for index in 0..100 {
            assert_eq!(clock.judge(1_000 + index, 10), Verdict::Timely);
            assert_eq!(clock.judge(5, 10), Verdict::TooLate);
        }
    }
}
