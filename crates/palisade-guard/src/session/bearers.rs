//! Which peer has shown which bearer token: one token in two hands is a stolen one, or a shared one.

use crate::limits::BEARER_PEERS_MAX;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, VecDeque};

/// A token that another peer has shown before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reuse {
    /// How many peers have shown it so far, this one included; counts to [`BEARER_PEERS_MAX`].
    pub peers: usize,
    /// When it was last shown, by whomever, in nanoseconds since the Unix epoch.
    pub last_seen_ns: u64,
}

/// The first half of SHA-256: tokens and peers are not kept themselves.
type Hash = [u8; 16];

/// Remembers a bounded number of tokens with the peers that have shown them, by hash only.
#[derive(Debug)]
pub struct BearerTable {
    tokens_max: usize,
    forget_after_ns: u64,
    holders: HashMap<Hash, Holders>,
    /// Tokens by first appearance; the oldest goes first when there is no more room.
    order: VecDeque<Hash>,
}

#[derive(Debug)]
struct Holders {
    peers: Vec<Hash>,
    last_seen_ns: u64,
}

impl BearerTable {
    /// A table of at most `tokens_max` tokens, each of which is forgotten `forget_after_ns` after it was last shown.
    #[must_use]
    pub fn new(tokens_max: usize, forget_after_ns: u64) -> Self {
        Self { tokens_max: tokens_max.max(1), forget_after_ns, holders: HashMap::new(), order: VecDeque::new() }
    }

    /// Notes that `peer` has shown `bearer` at `now_ns`; tells when another peer has shown it before.
    pub fn show(&mut self, bearer: &str, peer: &str, now_ns: u64) -> Option<Reuse> {
        let (bearer, peer) = (hash(bearer), hash(peer));
        let Some(holders) = self.holders.get_mut(&bearer) else {
            self.remember(bearer, peer, now_ns);
            return None;
        };
        let last_seen_ns = std::mem::replace(&mut holders.last_seen_ns, now_ns);
        if now_ns.saturating_sub(last_seen_ns) > self.forget_after_ns {
            holders.peers.clear();
        }
        if !holders.peers.contains(&peer) && holders.peers.len() < BEARER_PEERS_MAX {
            holders.peers.push(peer);
        }
        (holders.peers.len() > 1).then_some(Reuse { peers: holders.peers.len(), last_seen_ns })
    }

    /// How many tokens are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.holders.len()
    }

    /// True when none is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.holders.is_empty()
    }

    fn remember(&mut self, bearer: Hash, peer: Hash, now_ns: u64) {
        if self.order.len() == self.tokens_max
            && let Some(oldest) = self.order.pop_front()
        {
            self.holders.remove(&oldest);
        }
        self.order.push_back(bearer);
        self.holders.insert(bearer, Holders { peers: vec![peer], last_seen_ns: now_ns });
    }
}

fn hash(text: &str) -> Hash {
    let digest = Sha256::digest(text);
    let mut half = Hash::default();
    half.iter_mut().zip(digest.iter()).for_each(|(kept, byte)| *kept = *byte);
    half
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_in_two_hands_is_told() {
        let mut table = BearerTable::new(10, 1_000);
        assert_eq!(table.show("t", "anna", 1), None);
        assert_eq!(table.show("t", "anna", 2), None);
        assert_eq!(table.show("t", "bert", 3), Some(Reuse { peers: 2, last_seen_ns: 2 }));
        assert_eq!(table.show("t", "anna", 4), Some(Reuse { peers: 2, last_seen_ns: 3 }));
        assert_eq!(table.show("t", "carl", 2_000), None, "forgotten after its time");
    }

    #[test]
    fn the_table_is_bounded_and_the_oldest_goes_first() {
        let mut table = BearerTable::new(2, u64::MAX);
        for (place, token) in ["a", "b", "c"].iter().enumerate() {
            assert_eq!(table.show(token, "anna", place as u64), None);
        }
        assert_eq!(table.len(), 2);
        assert_eq!(table.show("a", "bert", 9), None);
        assert!(table.show("c", "bert", 10).is_some());
        (0..100).for_each(|peer| assert!(table.show("c", &peer.to_string(), 11).unwrap().peers <= BEARER_PEERS_MAX));
    }
}
