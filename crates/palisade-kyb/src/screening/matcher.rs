//! What screening wants of a matcher.

use crate::entity::Entity;
use serde::{Deserialize, Serialize};

/// Compares two parties.
///
/// Two promises make continuous screening right, and a property test holds a matcher to them: parties that score at
/// least `at_least` share a key, and keys and score follow from the parties alone, never from what else is listed.
pub trait Matcher: Sync {
    /// A party made ready to be compared many times.
    type Prepared: Send + Sync;

    /// Makes a party ready.
    fn prepare(&self, party: &Entity) -> Self::Prepared;

    /// By what a party is found, without repetitions.
    fn keys(&self, party: &Self::Prepared) -> Vec<u64>;

    /// How well a counterparty fits an entry of a list, or nothing when that is below `at_least`.
    fn score(&self, counterparty: &Self::Prepared, entry: &Self::Prepared, at_least: f64) -> Option<Score>;
}

/// How well two parties fit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// From 0 to 1.
    pub value: f64,
    /// True when an identifier decided it, so that no habit may lower it.
    #[serde(default)]
    pub by_identifier: bool,
    /// What it is made of.
    pub parts: Vec<Part>,
}

/// A part of a score.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// What was compared: `name:trading`, `date`, `country`.
    pub name: String,
    /// What it gave or took.
    pub value: f64,
    /// Why, for people.
    pub explanation: String,
}
