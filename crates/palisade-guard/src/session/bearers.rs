//! Bearer tokens in several hands.
//!
//! **What it finds.** A bearer token that one peer shows after another peer has shown it.
//!
//! **Why it matters.** A bearer token works for whoever holds it: one in two hands was stolen, or is shared.
//!
//! **Example.** A session that goes on from another address
//!
//! Who calls says who a peer is: an address, a client id, a certificate. Peers that change their address should be known
//! by something better. Tokens are forgotten some time after they were last shown, and the oldest when there are many.

use crate::{Detector, detector::Finds, limits::BEARER_PEERS_MAX, session::finding};
use palisade_model::{FindingDraft, Severity};
use sha2::{Digest, Sha256};
use std::collections::{HashMap, VecDeque};

pub(crate) static REUSE: Detector = Detector {
    class: "guard.session.bearer-reuse",
    version: "1",
    severity: Severity::Medium,
    title: "Bearer token in several hands",
    remediation: "End the session if its owner does not know all of these peers; bind tokens to their holder (RFC 8705, RFC 9449).",
    references: &["CWE-294", "CWE-384", "RFC6750"],
    finds: Finds::Limit,
};

/// How sure it is that a token in two hands was stolen, and in more.
const CONFIDENCE_TWO: f64 = 0.6;
const CONFIDENCE_MORE: f64 = 0.75;

/// A token that another peer has shown before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reuse {
    /// How many peers have shown it so far, this one included; counts to [`BEARER_PEERS_MAX`].
    pub peers: usize,
    /// When it was last shown, by whomever, in nanoseconds since the Unix epoch.
    pub last_seen_ns: u64,
}

impl Reuse {
    /// The finding about `bearer`, whose reuse this is; it shows the beginning of the token only, and no peer.
    #[must_use]
    pub fn finding(&self, bearer: &str) -> FindingDraft {
        let token = bearer.trim();
        let scheme = token.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("bearer ")).map_or(0, str::len);
        let token = token[scheme..].trim_start();
        let at_least = if self.peers == BEARER_PEERS_MAX { "at least " } else { "" };
        let explanation = format!("{at_least}{} peers have shown the same bearer token.", self.peers);
        let confidence = if self.peers > 2 { CONFIDENCE_MORE } else { CONFIDENCE_TWO };
        let start = bearer.find(token).unwrap_or(0);
        finding(&REUSE, bearer, start..start + token.len(), REUSE.severity, confidence, capitalised(explanation))
    }
}

fn capitalised(sentence: String) -> String {
    let first = sentence.get(..1).map(str::to_ascii_uppercase).unwrap_or_default();
    first + sentence.get(1..).unwrap_or_default()
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
    fn a_finding_tells_neither_token_nor_peer() {
        let bearer = " Bearer tR7mZq2XcV9bN4kL";
        let found = Reuse { peers: BEARER_PEERS_MAX, last_seen_ns: 2 }.finding(bearer);
        assert_eq!((found.evidence[0].start, found.evidence[0].end), (8, 24));
        assert!(found.explanation.starts_with("At least 8 peers"), "{}", found.explanation);
        assert!(!format!("{found:?}").contains("Zq2X"));
        assert_eq!(Reuse { peers: 2, last_seen_ns: 2 }.finding("").evidence[0].end, 0);
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
