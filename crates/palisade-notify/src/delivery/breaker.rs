//! A circuit breaker: a receiver that fails again and again is left alone for a while, then tried with one message.

use super::retry::later;
use palisade_model::Timestamp;
use serde::Serialize;
use std::time::Duration;

/// Failures in a row after which a receiver is left alone.
const FAILURES_MAX: u32 = 5;
/// For how long at first, and at most; twice as long each time it still fails.
const FIRST: Duration = Duration::from_secs(5);
const LONGEST: Duration = Duration::from_secs(5 * 60);

/// Whether a receiver is sent to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BreakerState {
    /// Yes.
    #[default]
    Closed,
    /// One message, to see whether it works again.
    HalfOpen,
    /// No; it failed too often.
    Open,
}

/// Counts failures in a row.
#[derive(Clone, Debug, Default)]
pub(super) struct Breaker {
    failures: u32,
    open_until: Option<Timestamp>,
    times_opened: u32,
}

impl Breaker {
    /// The receiver answers.
    pub(super) fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// The receiver does not answer, or says that it cannot.
    pub(super) fn failed(&mut self, now: Timestamp) {
        self.failures = self.failures.saturating_add(1);
        // What was under way when it opened fails too, and does not count again.
        let is_open = self.state(now) == BreakerState::Open;
        if self.failures >= FAILURES_MAX && !is_open {
            let pause = FIRST.saturating_mul(1 << self.times_opened.min(10)).min(LONGEST);
            self.open_until = Some(later(now, pause));
            self.times_opened = self.times_opened.saturating_add(1);
        }
    }

    pub(super) fn state(&self, now: Timestamp) -> BreakerState {
        match self.open_until {
            None => BreakerState::Closed,
            Some(until) if now < until => BreakerState::Open,
            Some(_) => BreakerState::HalfOpen,
        }
    }

    /// Until when nothing is sent.
    pub(super) fn open_until(&self) -> Option<Timestamp> {
        self.open_until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_tries_and_closes() {
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1_000);
        let mut breaker = Breaker::default();
        for _ in 0..4 {
            breaker.failed(at(0));
        }
        assert_eq!(breaker.state(at(0)), BreakerState::Closed);
        for _ in 0..30 {
            breaker.failed(at(0));
        }
        assert_eq!((breaker.state(at(4)), breaker.state(at(5))), (BreakerState::Open, BreakerState::HalfOpen));
        breaker.failed(at(5));
        assert_eq!((breaker.state(at(14)), breaker.state(at(15))), (BreakerState::Open, BreakerState::HalfOpen));
        for _ in 0..20 {
            let until = breaker.open_until().unwrap();
            breaker.failed(until);
        }
        let until = breaker.open_until().unwrap();
        breaker.failed(until);
        assert_eq!(breaker.open_until(), Some(later(until, LONGEST)));
        breaker.succeeded();
        assert_eq!(breaker.state(at(0)), BreakerState::Closed);
    }
}
