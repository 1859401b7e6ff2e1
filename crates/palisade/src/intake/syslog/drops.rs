//! Counts of datagrams dropped, for each sender.
//!
//! Senders' addresses can be forged, so the number of those that are told apart is bounded: the first to be dropped have
//! a series each, all others share one.

use metrics::Counter;
use std::{collections::HashMap, net::IpAddr};

/// Senders with a series of their own.
const SENDERS_MAX: usize = 64;

/// The counts of one way in.
pub(super) struct Drops {
    source: &'static str,
    senders: HashMap<IpAddr, Counter>,
    others: Counter,
    total: u64,
}

impl Drops {
    /// None so far. The series of all other senders is there from the beginning, so that an alert has something to watch.
    pub(super) fn new(source: &'static str) -> Self {
        Self { source, senders: HashMap::new(), others: counter(source, "other".to_owned()), total: 0 }
    }

    /// Counts one.
    pub(super) fn count(&mut self, sender: IpAddr) {
        self.total += 1;
        if self.total.is_power_of_two() {
            tracing::warn!(source = self.source, %sender, dropped = self.total, "datagrams come faster than they can be kept");
        }
        if let Some(counter) = self.senders.get(&sender) {
            return counter.increment(1);
        }
        if self.senders.len() >= SENDERS_MAX {
            return self.others.increment(1);
        }
        let counter = counter(self.source, sender.to_string());
        counter.increment(1);
        self.senders.insert(sender, counter);
    }

    /// How many there were of all senders.
    #[cfg(test)]
    pub(super) const fn total(&self) -> u64 {
        self.total
    }
}

fn counter(source: &'static str, sender: String) -> Counter {
    metrics::counter!("palisade_udp_dropped_total", "source" => source, "sender" => sender)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn senders_without_end_take_no_series_without_end() {
        let mut drops = Drops::new("test");
        for number in 0..1_000_u32 {
            drops.count(IpAddr::from(number.to_be_bytes()));
        }
        assert_eq!((drops.senders.len(), drops.total()), (SENDERS_MAX, 1_000));
    }
}
