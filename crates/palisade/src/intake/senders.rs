//! Whose datagrams are dropped: a counter for each sender, and one for all beyond so many.
//!
//! Addresses of datagrams can be forged, so their number is bounded.

use metrics::Counter;
use std::{collections::HashMap, net::IpAddr};

/// Senders that are told apart.
const SENDERS_MAX: usize = 256;

/// The counters of one way in.
pub struct Senders {
    source: &'static str,
    counters: HashMap<IpAddr, Counter>,
    others: Counter,
}

impl Senders {
    /// Nobody yet.
    #[must_use]
    pub fn new(source: &'static str) -> Self {
        Self { source, counters: HashMap::new(), others: counter(source, "other".to_owned()) }
    }

    /// Counts what was dropped of one sender.
    pub fn dropped(&mut self, sender: IpAddr, count: usize) {
        if count == 0 {
            return;
        }
        let has_room = self.counters.len() < SENDERS_MAX;
        let source = self.source;
        let counter = match self.counters.get(&sender) {
            Some(counter) => counter,
            None if has_room => self.counters.entry(sender).or_insert_with(|| counter(source, sender.to_string())),
            None => &self.others,
        };
        counter.increment(count as u64);
    }
}

fn counter(source: &'static str, sender: String) -> Counter {
    metrics::counter!("palisade_datagram_drops_total", "source" => source, "sender" => sender)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn senders_are_bounded() {
        let mut senders = Senders::new("test");
        for number in 0..1_000_u32 {
            senders.dropped(IpAddr::from(number.to_be_bytes()), 1);
        }
        senders.dropped(IpAddr::from([255, 0, 0, 1]), 0);
        assert_eq!(senders.counters.len(), SENDERS_MAX);
    }
}
