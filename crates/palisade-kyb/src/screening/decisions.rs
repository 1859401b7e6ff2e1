//! What people decided on hits. A decision holds as long as what it was made on: when the list or the counterparty says
//! something else, the hit is open again, and the old decision is shown with it.

use super::hit::{Hit, Pair};
use palisade_model::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const TEXT_CHARACTERS_MAX: usize = 4_000;

/// What somebody decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The counterparty is somebody else.
    NotAMatch,
    /// The counterparty is who is listed.
    Match,
}

/// A decision on a hit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// On whom.
    #[serde(flatten)]
    pub pair: Pair,
    /// What.
    pub verdict: Verdict,
    /// Why, in the author's words.
    pub reason: String,
    /// Who decided.
    pub author: String,
    /// When.
    pub decided: Timestamp,
    /// The hash of the evidence that it was made on.
    pub evidence: String,
}

/// Why a decision is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecisionError {
    /// A decision without one cannot be defended later.
    #[error("a decision needs a reason of at most 4,000 characters")]
    Reason,
    /// Somebody has to stand for it.
    #[error("a decision needs an author")]
    Author,
}

/// How a hit stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "standing", content = "decision")]
pub enum Standing<'d> {
    /// Nobody has decided.
    Open,
    /// It was decided on other evidence.
    Reopened(&'d Decision),
    /// It is not a match.
    Dismissed(&'d Decision),
    /// It is a match.
    Confirmed(&'d Decision),
}

/// The last decision on each pair.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Decision>", into = "Vec<Decision>")]
pub struct Decisions {
    by_pair: BTreeMap<Pair, Decision>,
}

impl From<Vec<Decision>> for Decisions {
    fn from(decisions: Vec<Decision>) -> Self {
        Self { by_pair: decisions.into_iter().map(|decision| (decision.pair.clone(), decision)).collect() }
    }
}

impl From<Decisions> for Vec<Decision> {
    fn from(decisions: Decisions) -> Self {
        decisions.by_pair.into_values().collect()
    }
}

impl Decisions {
    /// Decides on a hit as it is now.
    ///
    /// # Errors
    /// When reason or author is missing.
    pub fn decide(
        &mut self,
        hit: &Hit,
        verdict: Verdict,
        reason: &str,
        author: &str,
        decided: Timestamp,
    ) -> Result<&Decision, DecisionError> {
        let (reason, author) = (reason.trim(), author.trim());
        if reason.is_empty() || reason.chars().count() > TEXT_CHARACTERS_MAX {
            return Err(DecisionError::Reason);
        }
        if author.is_empty() || author.chars().count() > TEXT_CHARACTERS_MAX {
            return Err(DecisionError::Author);
        }
        let decision = Decision {
            pair: hit.pair.clone(),
            verdict,
            reason: reason.to_owned(),
            author: author.to_owned(),
            decided,
            evidence: hit.evidence.clone(),
        };
        self.by_pair.insert(hit.pair.clone(), decision);
        Ok(&self.by_pair[&hit.pair])
    }

    /// How a hit stands.
    pub fn standing(&self, hit: &Hit) -> Standing<'_> {
        match self.by_pair.get(&hit.pair) {
            None => Standing::Open,
            Some(decision) if decision.evidence != hit.evidence => Standing::Reopened(decision),
            Some(decision) if decision.verdict == Verdict::NotAMatch => Standing::Dismissed(decision),
            Some(decision) => Standing::Confirmed(decision),
        }
    }

    /// All decisions, in the order of their pairs.
    pub fn iter(&self) -> impl Iterator<Item = &Decision> {
        self.by_pair.values()
    }
}
