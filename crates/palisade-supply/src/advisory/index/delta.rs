//! What is new between two indexes, so that stored bills of material are judged again only where it matters.

use super::Index;
use crate::Ecosystem;
use std::collections::{BTreeMap, BTreeSet};

/// The difference between two indexes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delta {
    /// Ids that only the newer one has.
    pub added: BTreeSet<String>,
    /// Ids whose versions, severity or exploitation differ.
    pub changed: BTreeSet<String>,
    /// Ids that only the older one has: withdrawn, or their feed was taken out.
    pub removed: BTreeSet<String>,
    /// The packages that all of these are about, by folded name.
    pub packages: BTreeSet<(Ecosystem, String)>,
}

impl Delta {
    /// What changed from `old` to `new`.
    #[must_use]
    pub fn between(old: &Index, new: &Index) -> Self {
        let (before, after) = (contents(old), contents(new));
        let mut delta = Self::default();
        for (id, hash) in &after {
            match before.get(id) {
                None => delta.added.insert((*id).to_owned()),
                Some(known) if known != hash => delta.changed.insert((*id).to_owned()),
                Some(_) => false,
            };
        }
        delta.removed = before.keys().filter(|id| !after.contains_key(*id)).map(|id| (*id).to_owned()).collect();
        for index in [old, new] {
            let packages = delta.packages_in(index);
            delta.packages.extend(packages);
        }
        delta
    }

    /// True when nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.removed.is_empty()
    }

    fn packages_in(&self, index: &Index) -> Vec<(Ecosystem, String)> {
        let touched = |id: &str| self.added.contains(id) || self.changed.contains(id) || self.removed.contains(id);
        let is_touched: Vec<bool> = index.advisories().map(|advisory| touched(advisory.id())).collect();
        let of_touched = |number: u32| is_touched.get(number as usize).copied().unwrap_or(false);
        let entries = index.packages().filter(|entry| entry.affects().any(|one| of_touched(one.advisory_number())));
        entries.filter_map(|entry| Some((entry.ecosystem()?, entry.name().to_owned()))).collect()
    }
}

/// What each id says; records of several sources with the same id count together.
fn contents(index: &Index) -> BTreeMap<&str, u64> {
    let mut contents: BTreeMap<&str, u64> = BTreeMap::new();
    for advisory in index.advisories() {
        let hash = contents.entry(advisory.id()).or_default();
        *hash = hash.wrapping_add(advisory.content_hash());
    }
    contents
}
