//! How fast a receiver is sent to: a bucket that fills with time, one token a message.
//!
//! A lane has to know how many tokens there are before it knows how many it spends, because it claims no more than it may
//! send; that is why this is no general rate limiter.

use super::retry::{between, later};
use crate::{kind::KindRow, settings::DeliverySettings};
use palisade_model::Timestamp;
use std::time::Duration;

/// A bucket of tokens; or none, when there is no limit.
#[derive(Clone, Debug)]
pub(super) struct Rate {
    limit: Option<Limit>,
}

#[derive(Clone, Debug)]
struct Limit {
    /// In which one token comes.
    interval: Duration,
    /// How many there are at most.
    burst: u32,
    /// When the bucket would be full if nothing were taken from it any more.
    full_at: Timestamp,
}

impl Rate {
    pub(super) fn new(settings: &DeliverySettings, row: &KindRow) -> Self {
        let limit = |interval, burst| Some(Limit { interval, burst, full_at: Timestamp::from_nanos(i64::MIN) });
        let per_minute = settings.messages_per_minute.unwrap_or(row.messages_per_minute);
        let limit = match settings.digest_seconds {
            Some(seconds) => limit(Duration::from_secs(u64::from(seconds)), 1),
            None if per_minute == 0 => None,
            None => limit(Duration::from_secs(60) / per_minute, settings.burst.unwrap_or(row.burst).max(1)),
        };
        Self { limit }
    }

    /// How many messages may be sent now.
    pub(super) fn tokens(&self, now: Timestamp) -> usize {
        let Some(limit) = &self.limit else { return usize::MAX };
        let missing = between(now, limit.full_at).as_nanos().div_ceil(limit.interval.as_nanos().max(1));
        usize::try_from(u128::from(limit.burst).saturating_sub(missing)).unwrap_or(usize::MAX)
    }

    /// Takes a token for each of `messages`; more than there are delay those after them.
    pub(super) fn take(&mut self, now: Timestamp, messages: usize) {
        if let Some(limit) = &mut self.limit {
            let taken = limit.interval.saturating_mul(u32::try_from(messages).unwrap_or(u32::MAX));
            limit.full_at = later(limit.full_at.max(now), taken);
        }
    }

    /// How long until there is a token.
    pub(super) fn wait(&self, now: Timestamp) -> Duration {
        let Some(limit) = &self.limit else { return Duration::ZERO };
        between(now, limit.full_at).saturating_sub(limit.interval.saturating_mul(limit.burst - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::KINDS;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn burst_then_one_an_interval() {
        let settings =
            DeliverySettings { messages_per_minute: Some(60), burst: Some(3), ..DeliverySettings::default() };
        let mut rate = Rate::new(&settings, &KINDS[0]);
        assert_eq!((rate.tokens(at(0)), rate.wait(at(0))), (3, Duration::ZERO));
        rate.take(at(0), 2);
        assert_eq!(rate.tokens(at(0)), 1);
        rate.take(at(0), 1);
        assert_eq!((rate.tokens(at(0)), rate.wait(at(0))), (0, Duration::from_secs(1)));
        assert_eq!((rate.tokens(at(999)), rate.wait(at(999))), (0, Duration::from_millis(1)));
        assert_eq!((rate.tokens(at(1_000)), rate.wait(at(1_000))), (1, Duration::ZERO));
        assert_eq!(rate.tokens(at(3_600_000)), 3);
        rate.take(at(3_600_000), 5);
        assert_eq!(rate.wait(at(3_600_000)), Duration::from_secs(3));
    }

    #[test]
    fn digests_and_no_limit() {
        let digest = DeliverySettings { digest_seconds: Some(900), ..DeliverySettings::default() };
        let mut rate = Rate::new(&digest, &KINDS[0]);
        rate.take(at(0), 1);
        assert_eq!(rate.wait(at(0)), Duration::from_secs(900));
        let none = DeliverySettings { messages_per_minute: Some(0), ..DeliverySettings::default() };
        let mut rate = Rate::new(&none, &KINDS[0]);
        rate.take(at(0), 1_000_000);
        assert_eq!((rate.tokens(at(0)), rate.wait(at(0))), (usize::MAX, Duration::ZERO));
    }
}
