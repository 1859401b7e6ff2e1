//! Parties by their keys: the counterparties for a list's entries to be screened against, or the other way round.

use super::matcher::Matcher;
use crate::entity::Entity;
use std::collections::HashMap;

/// Parties ready to be compared, found by their keys.
pub struct Index<M: Matcher> {
    parties: Vec<Option<Indexed<M>>>,
    by_id: HashMap<(String, String), u32>,
    /// Places of parties under each key; places of parties that are gone stay in it until they are given again.
    by_key: HashMap<u64, Vec<u32>>,
    free: Vec<u32>,
}

/// A party with what the matcher made of it.
pub(super) struct Indexed<M: Matcher> {
    /// As it is.
    pub party: Entity,
    /// As it is compared.
    pub prepared: M::Prepared,
}

/// Which parties a search has come upon already.
#[derive(Default)]
pub(super) struct Marks {
    seen: Vec<u32>,
    search: u32,
}

impl<M: Matcher> Default for Index<M> {
    fn default() -> Self {
        Self { parties: Vec::new(), by_id: HashMap::new(), by_key: HashMap::new(), free: Vec::new() }
    }
}

impl<M: Matcher> Index<M> {
    /// Adds a party, in place of the one with the same source and id.
    pub fn insert(&mut self, matcher: &M, party: Entity) {
        self.remove(matcher, &party.source, &party.id);
        let prepared = matcher.prepare(&party);
        let place = self.free.pop().unwrap_or_else(|| {
            self.parties.push(None);
            u32::try_from(self.parties.len() - 1).unwrap_or(u32::MAX)
        });
        for key in matcher.keys(&prepared) {
            self.by_key.entry(key).or_default().push(place);
        }
        self.by_id.insert((party.source.clone(), party.id.clone()), place);
        self.parties[place as usize] = Some(Indexed { party, prepared });
    }

    /// Takes a party out; false when it is not there.
    pub fn remove(&mut self, matcher: &M, source: &str, id: &str) -> bool {
        let Some(place) = self.by_id.remove(&(source.to_owned(), id.to_owned())) else { return false };
        if let Some(gone) = self.parties[place as usize].take() {
            for key in matcher.keys(&gone.prepared) {
                if let Some(places) = self.by_key.get_mut(&key) {
                    places.retain(|other| *other != place);
                }
            }
        }
        self.free.push(place);
        true
    }

    /// A party.
    pub fn get(&self, source: &str, id: &str) -> Option<&Entity> {
        let place = self.by_id.get(&(source.to_owned(), id.to_owned()))?;
        self.parties[*place as usize].as_ref().map(|indexed| &indexed.party)
    }

    /// All parties.
    pub fn parties(&self) -> impl Iterator<Item = &Entity> {
        self.parties.iter().flatten().map(|indexed| &indexed.party)
    }

    /// How many parties.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// True when there are none.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// Every party that shares a key with this one, once.
    pub(super) fn candidates<'i>(&'i self, keys: &[u64], marks: &mut Marks, on: &mut dyn FnMut(&'i Indexed<M>)) {
        marks.begin(self.parties.len());
        for place in keys.iter().filter_map(|key| self.by_key.get(key)).flatten() {
            if marks.is_new(*place)
                && let Some(indexed) = &self.parties[*place as usize]
            {
                on(indexed);
            }
        }
    }
}

impl<M: Matcher> Index<M> {
    /// The same for a single search, without marks as long as the index.
    pub(super) fn candidates_once(&self, keys: &[u64]) -> impl Iterator<Item = &Indexed<M>> {
        let mut places: Vec<u32> = keys.iter().filter_map(|key| self.by_key.get(key)).flatten().copied().collect();
        places.sort_unstable();
        places.dedup();
        places.into_iter().filter_map(|place| self.parties[place as usize].as_ref())
    }
}

impl Marks {
    fn begin(&mut self, parties: usize) {
        self.search = self.search.wrapping_add(1);
        if self.seen.len() != parties || self.search == 0 {
            self.seen = vec![0; parties];
            self.search = 1;
        }
    }

    fn is_new(&mut self, place: u32) -> bool {
        let seen = &mut self.seen[place as usize];
        let is_new = *seen != self.search;
        *seen = self.search;
        is_new
    }
}
