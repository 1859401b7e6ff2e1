//! When a message that failed is tried again: exponential back-off with full jitter, or what the receiver asked for.
//!
//! Full jitter (Brooker, *Exponential Backoff And Jitter*, 2015): somewhere between now and the whole delay, so that what
//! failed together does not come back together.

use super::outbox::{Claimed, Settlement};
use crate::{
    channel::{Failure, Retry},
    settings::DeliverySettings,
};
use palisade_model::Timestamp;
use std::time::Duration;

/// The longest first delay.
const FIRST: Duration = Duration::from_secs(1);
/// The longest delay of all.
const LONGEST: Duration = Duration::from_secs(15 * 60);
/// A receiver that asks for more is asked again after this.
const ASKED_LONGEST: Duration = Duration::from_secs(3_600);

/// `time` later by `by`.
pub(super) fn later(time: Timestamp, by: Duration) -> Timestamp {
    Timestamp::from_nanos(time.nanos().saturating_add(i64::try_from(by.as_nanos()).unwrap_or(i64::MAX)))
}

/// How long after `time` `later` is.
pub(super) fn between(time: Timestamp, later: Timestamp) -> Duration {
    Duration::from_nanos(u64::try_from(later.nanos().saturating_sub(time.nanos())).unwrap_or(0))
}

/// What a receiver asks for, as far as it is listened to.
pub(super) fn asked(retry: Retry) -> Option<Duration> {
    match retry {
        Retry::After(wait) => Some(wait.min(ASKED_LONGEST)),
        Retry::Never | Retry::Later => None,
    }
}

/// The delay after `failures` failures, `part` of the longest one: 0 to 1.
fn delay(failures: u32, part: f64) -> Duration {
    let longest = FIRST.saturating_mul(1 << failures.min(20)).min(LONGEST);
    longest.mul_f64(part.clamp(0.0, 1.0))
}

/// What becomes of `claimed` after `failure`. `part` is random, 0 to 1.
pub(super) fn after(
    failure: &Failure,
    claimed: &Claimed,
    settings: &DeliverySettings,
    now: Timestamp,
    part: f64,
) -> Settlement {
    let may_repeat = claimed.may_repeat || failure.uncertain;
    let reached = if failure.reached.is_empty() { claimed.reached.clone() } else { failure.reached.clone() };
    let wait = delay(claimed.failures, part).max(asked(failure.retry).unwrap_or_default());
    let at = later(now, wait);
    let last = claimed.failures + 1 >= settings.attempts_max || at > settings.last_attempt(claimed.since);
    if failure.retry == Retry::Never || last {
        let reason = match failure.retry {
            Retry::Never => failure.reason.clone(),
            _ => format!("given up after {} attempts: {}", claimed.failures + 1, failure.reason),
        };
        return Settlement::Dead { reason, may_repeat, reached };
    }
    Settlement::Retry { at, reason: failure.reason.clone(), may_repeat, reached }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claimed(failures: u32) -> Claimed {
        Claimed { failures, ..Claimed::default() }
    }

    #[test]
    fn delays_grow_and_end() {
        let seconds: Vec<u64> = (0..13).map(|failures| delay(failures, 1.0).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
        assert_eq!(delay(u32::MAX, 1.0), LONGEST);
        assert_eq!(delay(5, 0.0), Duration::ZERO);
        assert_eq!(delay(3, 0.5), Duration::from_secs(4));
    }

    #[test]
    fn what_becomes_of_a_failure() {
        let settings = DeliverySettings { attempts_max: 3, ..DeliverySettings::default() };
        let now = Timestamp::from_millis(1_000);
        let check = |retry, failures| after(&Failure::certain("x", retry), &claimed(failures), &settings, now, 0.5);
        let retry_at = |seconds: f64| Settlement::Retry {
            at: Timestamp::from_millis(1_000 + (seconds * 1_000.0) as i64),
            reason: "x".into(),
            may_repeat: false,
            reached: vec![],
        };
        assert_eq!(check(Retry::Later, 0), retry_at(0.5));
        assert_eq!(check(Retry::Later, 1), retry_at(1.0));
        assert_eq!(check(Retry::After(Duration::from_secs(30)), 1), retry_at(30.0));
        assert_eq!(check(Retry::After(Duration::MAX), 1), retry_at(3_600.0));
        assert!(matches!(check(Retry::Later, 2), Settlement::Dead { reason, .. } if reason.contains("3 attempts: x")));
        assert!(matches!(check(Retry::Never, 0), Settlement::Dead { reason, .. } if reason == "x"));
        let uncertain = after(&Failure::uncertain("x"), &claimed(0), &settings, now, 0.5);
        assert!(matches!(uncertain, Settlement::Retry { may_repeat: true, .. }));
        let day_later = Timestamp::from_millis(24 * 3_600_000 + 1);
        let old = after(&Failure::certain("x", Retry::Later), &claimed(0), &settings, day_later, 0.5);
        assert!(matches!(old, Settlement::Dead { .. }), "{old:?}");
    }
}
