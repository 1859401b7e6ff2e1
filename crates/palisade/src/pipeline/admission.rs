//! Admission: what may come in now, and what has to wait.
//!
//! Two budgets guard the server before anything is parsed: events a second for each key (a token bucket), and bytes
//! that requests hold in memory, for each key and altogether. The bytes are held by a [`Permit`], which gives them back
//! when it is dropped, whatever becomes of the request. Every refusal says when to come back and is counted by reason.
//!
//! Who a key belongs to and what it may do is for `api::auth`; the memory of what is already durable is the pipeline's.

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// When memory is short: long enough that a body in flight has become durable, which takes milliseconds, short enough
/// that a sender does not fall behind.
const MEMORY_RETRY_AFTER: Duration = Duration::from_secs(1);

/// The budgets, from `config::limits`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budgets {
    /// Events a second for one key, over time.
    pub rate_events_per_second: u32,
    /// Events for one key at once.
    pub rate_events_burst: u32,
    /// Bytes that all requests together may hold.
    pub in_flight_bytes_max: usize,
    /// Bytes that the requests of one key may hold.
    pub in_flight_bytes_per_key_max: usize,
}

/// Why something may not come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The key sends more events a second than it may.
    #[error("this key has sent more events than its rate allows")]
    Rate {
        /// When there is room again.
        retry_after: Duration,
    },
    /// More events at once than the rate could ever let through.
    #[error("the request holds more events than the {burst} that one key may send at once")]
    Burst {
        /// The most events at once.
        burst: u32,
    },
    /// The request alone takes more memory than one key may ever hold.
    #[error("the request takes more than the {max} bytes that one key may have in flight")]
    TooLarge {
        /// The most bytes.
        max: usize,
    },
    /// The other requests of the key hold too much memory.
    #[error("the requests of this key that are being served hold all the memory that it may have")]
    KeyMemory {
        /// When to try again.
        retry_after: Duration,
    },
    /// All requests together hold too much memory.
    #[error("the requests being served hold all the memory that there is for them")]
    Memory {
        /// When to try again.
        retry_after: Duration,
    },
}

impl Refused {
    /// The word for it in metrics.
    #[must_use]
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::Rate { .. } => "rate",
            Self::Burst { .. } => "burst",
            Self::TooLarge { .. } => "body_size",
            Self::KeyMemory { .. } => "key_memory",
            Self::Memory { .. } => "memory",
        }
    }
}

/// Counts a refusal under its reason.
pub fn count_refusal(reason: &'static str) {
    metrics::counter!("palisade_refused_total", "reason" => reason).increment(1);
}

/// The gate before everything that takes memory or time.
#[derive(Debug)]
pub struct Admission {
    budgets: Budgets,
    rate: DefaultKeyedRateLimiter<String>,
    clock: DefaultClock,
    held: Arc<Mutex<Held>>,
}

#[derive(Debug, Default)]
struct Held {
    bytes: usize,
    by_key: HashMap<Arc<str>, usize>,
}

/// Bytes held for one request.
#[derive(Debug)]
pub struct Permit {
    held: Arc<Mutex<Held>>,
    key: Arc<str>,
    bytes: usize,
    budgets: Budgets,
}

impl Admission {
    /// A gate with these budgets; a rate of 0 counts as 1.
    #[must_use]
    pub fn new(budgets: Budgets) -> Self {
        let at_least_one = |number: u32| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        let per_second = Quota::per_second(at_least_one(budgets.rate_events_per_second));
        let quota = per_second.allow_burst(at_least_one(budgets.rate_events_burst));
        Self { budgets, rate: RateLimiter::keyed(quota), clock: DefaultClock::default(), held: Arc::default() }
    }

    /// Lets `events` more of this key pass, or none of them.
    ///
    /// # Errors
    /// [`Refused::Rate`] or [`Refused::Burst`].
    pub fn events(&self, key: &String, events: usize) -> Result<(), Refused> {
        let Some(events) = u32::try_from(events).ok().map_or(Some(NonZeroU32::MAX), NonZeroU32::new) else {
            return Ok(());
        };
        let burst = Refused::Burst { burst: self.budgets.rate_events_burst };
        let answer = self.rate.check_key_n(key, events).map_err(|_| self.refuse(burst))?;
        answer.map_err(|not_until| {
            let retry_after = not_until.wait_time_from(self.clock.now());
            self.refuse(Refused::Rate { retry_after })
        })
    }

    /// A permit for this key that holds nothing yet.
    #[must_use]
    pub fn permit(&self, key: &str) -> Permit {
        Permit { held: Arc::clone(&self.held), key: key.into(), bytes: 0, budgets: self.budgets }
    }

    /// Bytes that all permits hold now.
    #[must_use]
    pub fn bytes_held(&self) -> usize {
        lock(&self.held).bytes
    }

    /// Forgets the rates of keys that have not sent for so long that it makes no difference. To be called now and then.
    pub fn forget_idle_keys(&self) {
        self.rate.retain_recent();
    }

    fn refuse(&self, refused: Refused) -> Refused {
        count_refusal(refused.reason());
        refused
    }
}

impl Permit {
    /// Holds `bytes` more.
    ///
    /// # Errors
    /// When the request, the key or all requests together would hold too much; what was held before stays held.
    pub fn grow(&mut self, bytes: usize) -> Result<(), Refused> {
        let Budgets { in_flight_bytes_max: all_max, in_flight_bytes_per_key_max: key_max, .. } = self.budgets;
        let mut held = lock(&self.held);
        let of_key = held.by_key.get(&self.key).copied().unwrap_or(0);
        let retry_after = MEMORY_RETRY_AFTER;
        let refused = if self.bytes + bytes > key_max.min(all_max) {
            Some(Refused::TooLarge { max: key_max.min(all_max) })
        } else if of_key + bytes > key_max {
            Some(Refused::KeyMemory { retry_after })
        } else if held.bytes + bytes > all_max {
            Some(Refused::Memory { retry_after })
        } else {
            None
        };
        if let Some(refused) = refused {
            drop(held);
            count_refusal(refused.reason());
            return Err(refused);
        }
        held.bytes += bytes;
        *held.by_key.entry(Arc::clone(&self.key)).or_default() += bytes;
        drop(held);
        self.bytes += bytes;
        Ok(())
    }

    /// How many bytes it holds.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if self.bytes == 0 {
            return;
        }
        let mut held = lock(&self.held);
        held.bytes -= self.bytes;
        if let Some(of_key) = held.by_key.get_mut(&self.key) {
            *of_key -= self.bytes;
            if *of_key == 0 {
                held.by_key.remove(&self.key);
            }
        }
    }
}

/// The two sums are changed together and nothing between can panic, so they are whole in any case.
fn lock(held: &Mutex<Held>) -> MutexGuard<'_, Held> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUDGETS: Budgets = Budgets {
        rate_events_per_second: 1,
        rate_events_burst: 10,
        in_flight_bytes_max: 100,
        in_flight_bytes_per_key_max: 60,
    };

    #[test]
    fn rate_is_kept_for_each_key() {
        let admission = Admission::new(BUDGETS);
        let (a, b) = ("a".to_owned(), "b".to_owned());
        assert_eq!(admission.events(&a, 0), Ok(()));
        assert_eq!(admission.events(&a, 9), Ok(()));
        let refused = admission.events(&a, 5);
        assert!(
            matches!(refused, Err(Refused::Rate { retry_after }) if (3..=4).contains(&retry_after.as_secs())),
            "one is left, four more come at one a second: {refused:?}"
        );
        assert_eq!(admission.events(&a, 1), Ok(()), "a refusal takes nothing");
        assert_eq!(admission.events(&b, 10), Ok(()), "another key has its own rate");
        assert_eq!(admission.events(&b, 11), Err(Refused::Burst { burst: 10 }));
        assert_eq!(admission.events(&b, usize::MAX), Err(Refused::Burst { burst: 10 }));
    }

    #[test]
    fn bytes_are_held_and_given_back() {
        let retry_after = MEMORY_RETRY_AFTER;
        let admission = Admission::new(BUDGETS);
        let mut first = admission.permit("a");
        assert_eq!(first.grow(61), Err(Refused::TooLarge { max: 60 }));
        assert_eq!((first.grow(20), first.grow(20)), (Ok(()), Ok(())));
        let mut second = admission.permit("a");
        assert_eq!(second.grow(21), Err(Refused::KeyMemory { retry_after }));
        assert_eq!(second.grow(20), Ok(()));
        let mut other = admission.permit("b");
        assert_eq!(other.grow(41), Err(Refused::Memory { retry_after }));
        assert_eq!(other.grow(40), Ok(()));
        assert_eq!((admission.bytes_held(), first.bytes(), second.bytes()), (100, 40, 20));
        drop(first);
        assert_eq!((other.grow(1), second.grow(39)), (Ok(()), Ok(())));
        drop((second, other));
        assert_eq!(admission.bytes_held(), 0);
        assert!(lock(&admission.held).by_key.is_empty());
    }
}
