//! Lists as they stood: a snapshot has a source, a version, a hash and a time; two of them have a difference; and one
//! takes the place of another only when nothing speaks against it.

mod admission;
mod difference;
mod file;

pub use admission::{Refusal, admit};
pub use difference::{Change, Difference, FieldChange};
pub use file::{SnapshotError, read_snapshot, write_snapshot};

use crate::{
    entity::Entity,
    lists::{Listing, Summary},
};
use palisade_model::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// What names a snapshot, and what a report cites of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edition {
    /// The list, by the name of its feed.
    pub source: String,
    /// What the list says of its version; empty when it says nothing.
    pub version: String,
    /// SHA-256 over the entities, in lower-case hexadecimal: the same entities in another order or format have the same.
    pub hash: String,
    /// When it was read.
    pub taken: Timestamp,
    /// How many entities.
    pub count: usize,
}

/// A list as it stood.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    edition: Edition,
    /// In the order of their ids.
    entities: Vec<Entity>,
    summary: Summary,
}

impl Snapshot {
    /// What was read at a time. It may still be refused by [`admit`].
    pub fn new(source: &str, listing: Listing, taken: Timestamp) -> Self {
        let mut entities = listing.entities;
        entities.sort_by(|first, second| first.id.cmp(&second.id));
        let version = listing.summary.version.clone().unwrap_or_default();
        let (hash, count) = (hash_of(&entities), entities.len());
        let edition = Edition { source: source.to_owned(), version, hash, taken, count };
        Self { edition, entities, summary: listing.summary }
    }

    /// What names it.
    pub fn edition(&self) -> &Edition {
        &self.edition
    }

    /// Its entities, in the order of their ids.
    pub fn entities(&self) -> &[Entity] {
        &self.entities
    }

    /// How its reading went.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// The entity of an id.
    pub fn entity(&self, id: &str) -> Option<&Entity> {
        let found = self.entities.binary_search_by(|entity| entity.id.as_str().cmp(id));
        found.ok().map(|index| &self.entities[index])
    }

    /// True when it is older than `age_max` seconds, so that what is screened against it must say so.
    pub fn is_stale(&self, now: Timestamp, age_max_seconds: i64) -> bool {
        now.millis().saturating_sub(self.edition.taken.millis()) / 1_000 > age_max_seconds
    }
}

/// The hash of entities in the order of their ids. The order of items inside an entity counts: the first name leads.
fn hash_of(entities: &[Entity]) -> String {
    let mut hasher = Sha256::new();
    for entity in entities {
        // An entity has nothing that JSON cannot say.
        hasher.update(serde_json::to_vec(entity).unwrap_or_default());
        hasher.update(b"\n");
    }
    hexadecimal(&hasher.finalize())
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests;
