//! What screening finds: pairs of a counterparty and an entry, with their score and what it rests on.

use crate::{entity::Entity, matching::EntityComparison};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A counterparty and an entry of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Pair {
    /// Id of the counterparty.
    pub counterparty: String,
    /// The list.
    pub source: String,
    /// Id of the entry within the list.
    pub entry: String,
}

/// A pair that fits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hit {
    /// Who.
    #[serde(flatten)]
    pub pair: Pair,
    /// How well, and why.
    pub comparison: EntityComparison,
    /// Hash of what was compared: see [`super::evidence_hash`].
    pub evidence: String,
}

/// An entity that fits a party that was screened.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ScreeningHit {
    /// Whom it fits.
    pub entity: Entity,
    /// How well, and why.
    pub comparison: EntityComparison,
    /// Hash of what was compared: see [`super::evidence_hash`].
    pub evidence: String,
}

impl ScreeningHit {
    /// The hit as it is kept, of the counterparty that was screened.
    pub fn of(self, counterparty: &str) -> Hit {
        let pair = Pair { counterparty: counterparty.to_owned(), source: self.entity.source, entry: self.entity.id };
        Hit { pair, comparison: self.comparison, evidence: self.evidence }
    }
}

/// All hits, in the order of their pairs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Vec<Hit>", into = "Vec<Hit>")]
pub struct Hits {
    pub(super) by_pair: BTreeMap<Pair, Hit>,
}

/// What a screening changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
#[expect(clippy::large_enum_variant, reason = "few at a time, and handed on at once")]
pub enum Event {
    /// A new hit.
    Raised {
        /// The hit.
        hit: Hit,
    },
    /// A hit whose evidence or score is another now.
    Changed {
        /// As it was.
        before: Hit,
        /// As it is.
        after: Hit,
    },
    /// A hit that is none any more.
    Cleared {
        /// As it was.
        hit: Hit,
    },
}

impl From<Vec<Hit>> for Hits {
    fn from(hits: Vec<Hit>) -> Self {
        Self { by_pair: hits.into_iter().map(|hit| (hit.pair.clone(), hit)).collect() }
    }
}

impl From<Hits> for Vec<Hit> {
    fn from(hits: Hits) -> Self {
        hits.by_pair.into_values().collect()
    }
}

impl Hits {
    /// The hits, in the order of their pairs.
    pub fn iter(&self) -> impl Iterator<Item = &Hit> {
        self.by_pair.values()
    }

    /// The hit of a pair.
    pub fn get(&self, pair: &Pair) -> Option<&Hit> {
        self.by_pair.get(pair)
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.by_pair.len()
    }

    /// True when there are none.
    pub fn is_empty(&self) -> bool {
        self.by_pair.is_empty()
    }

    /// Puts hits in the place of those that `replaced` were, and tells what that changed.
    pub(super) fn replace(&mut self, mut replaced: BTreeMap<Pair, Hit>, hits: Vec<Hit>) -> Vec<Event> {
        let mut events = Vec::new();
        for after in hits {
            match replaced.remove(&after.pair) {
                Some(before) if before == after => {}
                Some(before) => events.push(Event::Changed { before, after: after.clone() }),
                None => events.push(Event::Raised { hit: after.clone() }),
            }
            self.by_pair.insert(after.pair.clone(), after);
        }
        events.extend(replaced.into_values().map(|hit| Event::Cleared { hit }));
        events
    }

    /// Takes out the hits that `is` picks.
    pub(super) fn take(&mut self, is: impl Fn(&Pair) -> bool) -> BTreeMap<Pair, Hit> {
        let (taken, kept) = std::mem::take(&mut self.by_pair).into_iter().partition(|(pair, _)| is(pair));
        self.by_pair = kept;
        taken
    }
}
