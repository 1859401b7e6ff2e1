//! What an answer cites of a list: which version was searched, and how old it is.

use palisade_kyb::snapshot::Snapshot;
use palisade_model::Timestamp;
use palisade_store::feeds::{Feed, FeedVersion};
use serde::{Deserialize, Serialize};

const NANOS_A_DAY: i64 = 24 * 60 * 60 * 1_000_000_000;

/// A version of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListEdition {
    /// The list, by the name of its feed.
    pub list: String,
    /// What it is, in a few words.
    pub title: String,
    /// What the list says of its version; empty when it says nothing.
    pub version: String,
    /// How many entries.
    pub entries: usize,
    /// Records that could not be read.
    pub problems: u64,
    /// When it was imported, or last found to be the newest.
    pub imported: Timestamp,
    /// The SHA-256 over its entries: the same in another format have the same.
    pub hash: String,
    /// The SHA-256 of its files.
    pub sha256: String,
}

/// How a list stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// Imported, and not too long ago.
    Ready,
    /// Imported longer ago than its publisher takes for a new version.
    Stale,
}

impl ListEdition {
    /// Of a snapshot of this version.
    pub fn of(version: &FeedVersion, snapshot: &Snapshot) -> Self {
        let edition = snapshot.edition();
        Self {
            list: version.name.to_owned(),
            title: Feed::find(version.name).map_or("", |feed| feed.title).to_owned(),
            version: edition.version.clone(),
            entries: edition.count,
            problems: snapshot.summary().problems,
            imported: version.imported,
            hash: edition.hash.clone(),
            sha256: version.sha256.clone(),
        }
    }

    /// Whole days since it was imported.
    pub fn age_days(&self, now: Timestamp) -> i64 {
        (now.nanos().saturating_sub(self.imported.nanos()) / NANOS_A_DAY).max(0)
    }

    /// How it stands at `now`.
    pub fn standing(&self, now: Timestamp) -> Standing {
        let fresh_days = Feed::find(&self.list).map_or(0, |feed| i64::from(feed.fresh_days));
        if self.age_days(now) >= fresh_days.max(1) { Standing::Stale } else { Standing::Ready }
    }
}
