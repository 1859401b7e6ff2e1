//! Feeds that are lists: whether a new version is taken, and what changed with it.

use super::aligned;
use crate::{clock::now, kyb};
use anyhow::anyhow;
use palisade_kyb::snapshot::{Difference, Edition, Snapshot};
use palisade_store::feeds::{Candidate, FeedStatus, FeedVersion, Feeds, Unfit, each_file};
use serde::Serialize;
use std::sync::{Arc, Mutex, PoisonError};

/// Entries that are shown of those added, removed and changed.
const SHOWN_MAX: usize = 10;

/// What the watches that use a feed say about a new version of it.
#[derive(Clone, Default)]
pub(super) struct Admission {
    /// The hash of a list that somebody has looked at and wants.
    confirmed: Option<String>,
    /// What taking the list over changes.
    changed: Arc<Mutex<Option<Changed>>>,
}

impl Admission {
    /// Takes the list with this hash whatever speaks against it.
    pub(super) fn confirming(confirmed: Option<String>) -> Self {
        Self { confirmed, ..Self::default() }
    }

    pub(super) fn judge(&self, candidate: &Candidate) -> Result<(), Unfit> {
        match candidate.feed {
            "sigma" => each_file(candidate, |_, file| crate::rules::judge(file)),
            list if kyb::is_list(list) => {
                let kyb::Admitted { difference, problems, problem_count } =
                    kyb::admit(candidate, self.confirmed.as_deref(), now())?;
                problems.iter().for_each(|problem| eprintln!("note: {problem}"));
                if problem_count > problems.len() as u64 {
                    eprintln!("note: {problem_count} such problems in all");
                }
                *self.changed.lock().unwrap_or_else(PoisonError::into_inner) = Some(Changed::of(&difference));
                Ok(())
            }
            feed => each_file(candidate, |name, file| crate::supply::judge(feed, name, file)),
        }
    }

    /// What taking the list over changed, for people.
    pub(super) fn said(&self) -> String {
        let changed = self.changed.lock().unwrap_or_else(PoisonError::into_inner);
        changed.as_ref().map(|changed| format!("{}\n", changed.sentence())).unwrap_or_default()
    }
}

/// What a version of a list changed.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Changed {
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Edition>,
    to: Edition,
    added: usize,
    removed: usize,
    changed: usize,
    /// The first entries of each sort.
    entries: Vec<Entry>,
}

/// An entry that changed.
#[derive(Clone, Debug, Serialize)]
struct Entry {
    what: &'static str,
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<String>,
}

impl Changed {
    fn of(difference: &Difference) -> Self {
        let whole = |what, entity: &palisade_kyb::entity::Entity| Entry {
            what,
            id: entity.id.clone(),
            name: kyb::shown_name(entity).to_owned(),
            fields: Vec::new(),
        };
        let added = difference.added.iter().take(SHOWN_MAX).map(|entity| whole("added", entity));
        let removed = difference.removed.iter().take(SHOWN_MAX).map(|entity| whole("removed", entity));
        let changed = difference.changed.iter().take(SHOWN_MAX).map(|change| Entry {
            fields: change.fields.iter().map(|field| field.field.clone()).collect(),
            ..whole("changed", &change.after)
        });
        Self {
            from: difference.from.clone(),
            to: difference.to.clone(),
            added: difference.added.len(),
            removed: difference.removed.len(),
            changed: difference.changed.len(),
            entries: added.chain(removed).chain(changed).collect(),
        }
    }

    fn sentence(&self) -> String {
        let version = if self.to.version.is_empty() { String::new() } else { format!(" of {}", self.to.version) };
        match &self.from {
            None => format!("{} entries{version}", self.to.count),
            Some(before) => format!(
                "{} entries{version}, {} before: {} added, {} removed, {} changed",
                self.to.count, before.count, self.added, self.removed, self.changed
            ),
        }
    }
}

/// A list as it is shown.
#[derive(Serialize)]
pub(super) struct Shown {
    edition: kyb::ListEdition,
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<Changed>,
}

/// A feed, and what it holds where it is a list.
#[derive(Serialize)]
pub(super) struct WithList {
    #[serde(flatten)]
    pub(super) feed: FeedStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) list: Option<Shown>,
}

impl Shown {
    /// The list in this feed, with what changed since the version before; nothing for other feeds.
    ///
    /// # Errors
    /// When its files cannot be read.
    pub(super) async fn of(feeds: &Feeds, status: &FeedStatus) -> anyhow::Result<Option<Self>> {
        let Some(version) = status.version.clone().filter(|_| kyb::is_list(status.name)) else { return Ok(None) };
        let earlier = feeds.earlier(status.name).await?;
        let reading = tokio::task::spawn_blocking(move || Self::read(&version, earlier.as_ref()));
        reading.await?.map(Some).map_err(|reason| anyhow!(reason))
    }

    fn read(version: &FeedVersion, earlier: Option<&FeedVersion>) -> Result<Self, String> {
        let snapshot = kyb::snapshot_of(version)?;
        let before: Option<Snapshot> = earlier.and_then(|earlier| kyb::snapshot_of(earlier).ok());
        let changes = before.map(|before| Changed::of(&Difference::between(Some(&before), &snapshot)));
        Ok(Self { edition: kyb::ListEdition::of(version, &snapshot), changes })
    }

    /// For people.
    pub(super) fn lines(&self) -> String {
        let mut lines = vec![
            ("list version", self.edition.version.clone()),
            ("entries", self.edition.entries.to_string()),
            ("unreadable", self.edition.problems.to_string()),
            ("list hash", self.edition.hash.clone()),
        ];
        if let Some(changes) = &self.changes {
            lines.push(("since before", changes.sentence()));
            for entry in &changes.entries {
                let fields =
                    if entry.fields.is_empty() { String::new() } else { format!(": {}", entry.fields.join(", ")) };
                lines.push((entry.what, format!("{} {}{fields}", entry.id, entry.name)));
            }
        }
        aligned(&lines)
    }
}
