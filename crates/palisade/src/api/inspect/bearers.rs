//! What is said about the bearer token that came with a message: about its claims, and about who has shown it before.

use palisade_guard::policy::Policy;
use palisade_guard::{BearerTable, judge_bearer};
use palisade_model::{FindingDraft, Timestamp};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Where the member stands that holds the token, for evidence.
const POINTER: &str = "/bearer";

/// A day: sessions end, and addresses change, by the next morning.
const FORGET_AFTER: Duration = Duration::from_hours(24);

/// A bearer token, and who has shown it.
pub(super) struct Shown {
    pub(super) bearer: String,
    /// As the asker knows it; without it, only the claims are judged.
    pub(super) peer: Option<String>,
}

/// Remembers, by hash, who has shown which token to this server.
pub struct Bearers {
    table: Mutex<BearerTable>,
}

impl Bearers {
    /// Remembers at most `tokens_max` tokens.
    #[must_use]
    pub fn new(tokens_max: usize) -> Self {
        let forget_after = u64::try_from(FORGET_AFTER.as_nanos()).unwrap_or(u64::MAX);
        Self { table: Mutex::new(BearerTable::new(tokens_max, forget_after)) }
    }

    /// The findings about a token that is shown `now`.
    pub(super) fn judge(&self, shown: &Shown, policy: &Policy, now: Timestamp) -> Vec<FindingDraft> {
        let Shown { bearer, peer } = shown;
        let of_claims = policy.session().expected(now).and_then(|expected| judge_bearer(bearer, &expected));
        let reuse = peer.as_ref().and_then(|peer| {
            let now = u64::try_from(now.nanos()).unwrap_or_default();
            self.table.lock().unwrap_or_else(PoisonError::into_inner).show(bearer, peer, now)
        });
        let mut found: Vec<FindingDraft> =
            of_claims.into_iter().chain(reuse.map(|reuse| reuse.finding(bearer))).collect();
        for evidence in found.iter_mut().flat_map(|finding| &mut finding.evidence) {
            POINTER.clone_into(&mut evidence.pointer);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(peer: Option<&str>) -> Shown {
        Shown { bearer: "Bearer 5d0f9b1c7a".to_owned(), peer: peer.map(str::to_owned) }
    }

    #[test]
    fn a_token_in_two_hands_is_told_and_not_shown() {
        let (bearers, policy, now) = (Bearers::new(10), Policy::default(), Timestamp::from_nanos(1_000));
        let judge = |peer| bearers.judge(&shown(peer), &policy, now);
        assert!(judge(Some("10.0.0.1")).is_empty() && judge(Some("10.0.0.1")).is_empty() && judge(None).is_empty());
        let found = judge(Some("10.0.0.2"));
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].detector, &*found[0].evidence[0].pointer), ("guard.session.bearer-reuse", "/bearer"));
        assert!(!format!("{found:?}").contains("5d0f9b1c7a"));
    }
}
