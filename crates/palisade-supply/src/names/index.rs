//! The protected names of one ecosystem, entered under every key by which a name may be mistaken for one of them.

use super::form::{COMPARED_MAX, Form};
use super::key::{Deletions, Kind, of};
use super::table::{IDS_MAX, Table};
use super::vocabulary::{Gathering, Vocabulary};
use super::{Popular, Suspicion, look, search, sound};
use crate::Ecosystem;

/// So many of the most popular names are found with two letters left out as well: nobody's names are imitated as often.
const FAMOUS_MAX: u32 = 1000;
const FAMOUS_LETTERS: std::ops::RangeInclusive<usize> = 7..=16;

/// Protected names with their popularity. Immutable: a new list makes a new index.
#[derive(Clone, Debug)]
pub struct Index {
    ecosystem: Ecosystem,
    /// All names, one behind the other.
    text: String,
    /// Where each name ends in `text`.
    ends: Vec<u32>,
    /// Downloads in the order of the names; empty where the list has none.
    downloads: Vec<u64>,
    /// Every key but deletions.
    keys: Table,
    deletions: Table,
    vocabulary: Vocabulary,
}

impl Index {
    /// The index of `names`, most popular first. Names beyond [`super::NAMES_MAX`] are left out.
    #[must_use]
    pub fn new<'a>(ecosystem: Ecosystem, names: impl IntoIterator<Item = &'a Popular>) -> Self {
        let mut building = Building::default();
        let mut gathering = Gathering::new();
        for popular in names.into_iter().take(IDS_MAX) {
            building.add(ecosystem, popular, &mut gathering);
        }
        building.finish(ecosystem, gathering.finish())
    }

    /// Where the names are from.
    #[must_use]
    pub fn ecosystem(&self) -> Ecosystem {
        self.ecosystem
    }

    /// How many names are protected.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// True when nothing is protected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Bytes of memory that it takes.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        size_of::<Self>()
            + self.text.capacity()
            + self.ends.capacity() * size_of::<u32>()
            + self.downloads.capacity() * size_of::<u64>()
            + self.keys.memory()
            + self.deletions.memory()
            + self.vocabulary.memory()
    }

    /// The place of `name` among the protected names, 1 for the most popular, if it is one of them.
    #[must_use]
    pub fn rank(&self, name: &str) -> Option<u32> {
        let written = registered(self.ecosystem, name);
        let found = self.find(Kind::Exact, written.as_bytes());
        found
            .filter(|id| self.name(*id).is_some_and(|own| registered(self.ecosystem, own) == written))
            .min()
            .map(|id| id + 1)
    }

    /// Downloads of the protected name at `rank`, where the list has them.
    #[must_use]
    pub fn downloads(&self, rank: u32) -> Option<u64> {
        self.downloads.get(rank.checked_sub(1)? as usize).copied()
    }

    /// The protected name at `rank`, counted from 1.
    #[must_use]
    pub fn at(&self, rank: u32) -> Option<&str> {
        self.name(rank.checked_sub(1)?)
    }

    /// The names that `name` may be mistaken for, most popular first, at most [`search::SUSPICIONS_MAX`]. A protected
    /// name is never suspected.
    #[must_use]
    pub fn check(&self, name: &str) -> Vec<Suspicion> {
        if self.rank(name).is_some() { Vec::new() } else { search::suspicions(self, name) }
    }

    pub(super) fn name(&self, id: u32) -> Option<&str> {
        let at = id as usize;
        let end = *self.ends.get(at)? as usize;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        self.text.get(start..end)
    }

    pub(super) fn find(&self, kind: Kind, key: &[u8]) -> impl Iterator<Item = u32> + '_ {
        self.keys.find(of(kind, key))
    }

    pub(super) fn find_deletion(&self, hash: u64) -> impl Iterator<Item = u32> + '_ {
        self.deletions.find(hash)
    }

    pub(super) fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }
}

/// The form under which a registry holds a name for the same package.
pub(super) fn registered(ecosystem: Ecosystem, name: &str) -> String {
    match ecosystem {
        // crates.io takes `-` and `_` for the same, and no case.
        Ecosystem::Cargo => name.to_ascii_lowercase().replace('_', "-"),
        _ => ecosystem.normalize(name).into_owned(),
    }
}

/// The parts of an index while names are added.
#[derive(Default)]
struct Building {
    text: String,
    ends: Vec<u32>,
    downloads: Vec<u64>,
    keys: Vec<(u64, u32)>,
    deletions: Vec<(u64, u32)>,
}

impl Building {
    fn add(&mut self, ecosystem: Ecosystem, popular: &Popular, gathering: &mut Gathering) {
        let (Ok(id), Ok(end)) = (u32::try_from(self.ends.len()), u32::try_from(self.text.len() + popular.name.len()))
        else {
            return;
        };
        self.text.push_str(&popular.name);
        self.ends.push(end);
        self.downloads.extend(popular.downloads);
        let form = Form::new(ecosystem, &popular.name);
        gathering.add(&form);
        self.keys.push((of(Kind::Exact, registered(ecosystem, &popular.name).as_bytes()), id));
        self.add_keys(&form, id);
        self.add_deletions(&form.fold, id);
        if let Some(core) = form.core() {
            self.keys.push((of(Kind::Core, core.as_bytes()), id));
            self.add_deletions(&core, id);
        }
    }

    fn add_keys(&mut self, form: &Form, id: u32) {
        let mut add = |kind, key: &[u8]| self.keys.push((of(kind, key), id));
        add(Kind::Fold, form.fold.as_bytes());
        add(Kind::Look, &look::seen_as(&form.fold));
        if let Some(ordered) = form.ordered() {
            add(Kind::Order, ordered.as_bytes());
        }
        if let Some(sounds) = sound::key(&form.fold) {
            add(Kind::Sound, &sounds);
        }
        if !form.owner().is_empty() {
            add(Kind::Flat, form.flat().as_bytes());
            add(Kind::Body, form.body().as_bytes());
        }
    }

    fn add_deletions(&mut self, text: &str, id: u32) {
        if text.len() <= COMPARED_MAX {
            let deletions = Deletions::new(text.as_bytes());
            self.deletions.push((deletions.none(), id));
            self.deletions.extend(deletions.one().map(|hash| (hash, id)));
            if id < FAMOUS_MAX && FAMOUS_LETTERS.contains(&text.len()) {
                self.deletions.extend(deletions.two().map(|hash| (hash, id)));
            }
        }
    }

    fn finish(mut self, ecosystem: Ecosystem, vocabulary: Vocabulary) -> Index {
        // Numbers must stand for all names, or for none: they are found by place.
        if self.downloads.len() != self.ends.len() {
            self.downloads.clear();
        }
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.downloads.shrink_to_fit();
        // A letter left out of a doubled one leaves the same: entered once.
        self.deletions.dedup();
        Index {
            ecosystem,
            text: self.text,
            ends: self.ends,
            downloads: self.downloads,
            keys: Table::new(&self.keys),
            deletions: Table::new(&self.deletions),
            vocabulary,
        }
    }
}
