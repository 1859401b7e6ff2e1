//! The lake's clock: when versions are made, and which days have passed.

use palisade_model::Timestamp;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The time now.
pub(super) fn now() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_nanos(i64::try_from(since_epoch.as_nanos()).unwrap_or(i64::MAX))
}

/// Between two looks the clock may be set by no more than this: clocks that are kept by NTP are set by seconds.
const JUMP_MAX: Duration = Duration::from_secs(5 * 60);

/// Whether the clock goes as time does. What is deleted by age is deleted for good, and a clock that is a month ahead
/// for a moment must not do that.
#[derive(Debug)]
pub(super) struct Steady {
    wall: Timestamp,
    at: Instant,
}

impl Steady {
    /// From now on.
    pub(super) const fn new(wall: Timestamp, at: Instant) -> Self {
        Self { wall, at }
    }

    /// False when the clock was set, forth or back, since the last look. A clock that was set is believed at the next
    /// look, if it goes on from there.
    pub(super) fn holds(&mut self, wall: Timestamp, at: Instant) -> bool {
        let passed = i128::from(wall.nanos()) - i128::from(self.wall.nanos());
        let wanted = i128::try_from(at.duration_since(self.at).as_nanos()).unwrap_or(i128::MAX);
        *self = Self { wall, at };
        passed.abs_diff(wanted) <= JUMP_MAX.as_nanos()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_jumps_is_believed_at_the_second_look() {
        let start = Instant::now();
        let mut steady = Steady::new(Timestamp::from_millis(0), start);
        for (minute, wall_minute, wanted) in
            [(10, 10, true), (20, 24, true), (30, 43_230, false), (40, 43_240, true), (50, 50, false), (60, 60, true)]
        {
            let wall = Timestamp::from_millis(wall_minute * 60_000);
            let at = start + Duration::from_secs(minute * 60);
            assert_eq!(steady.holds(wall, at), wanted, "minute {minute}");
        }
    }
}
