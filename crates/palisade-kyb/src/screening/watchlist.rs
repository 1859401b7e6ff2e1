//! Screening of counterparties and entries against each other, from either side.

use super::{
    evidence::evidence_hash,
    hit::{Event, Hit, Hits, Pair},
    index::{Index, Indexed, Marks},
    matcher::Matcher,
};
use crate::{entity::Entity, snapshot::Difference};
use std::collections::{BTreeMap, HashSet};

/// The entries of all lists, for counterparties that come one by one.
pub struct Watchlist<'m, M: Matcher> {
    matcher: &'m M,
    entries: Index<M>,
    at_least: f64,
}

impl<'m, M: Matcher> Watchlist<'m, M> {
    /// Without entries yet; only what scores `at_least` is a hit.
    pub fn new(matcher: &'m M, at_least: f64) -> Self {
        Self { matcher, entries: Index::default(), at_least }
    }

    /// Adds entries of a list.
    pub fn extend(&mut self, entries: impl IntoIterator<Item = Entity>) {
        for entry in entries {
            self.entries.insert(self.matcher, entry);
        }
    }

    /// Follows a list to its next version.
    pub fn apply(&mut self, difference: &Difference) {
        for gone in &difference.removed {
            self.entries.remove(self.matcher, &gone.source, &gone.id);
        }
        for entry in difference.entries() {
            self.entries.insert(self.matcher, entry.clone());
        }
    }

    /// How many entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True when there are no entries, so that no answer means anything.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The hits of one counterparty, the best first.
    pub fn screen(&self, counterparty: &Entity) -> Vec<Hit> {
        let prepared = self.matcher.prepare(counterparty);
        let mut hits = Vec::new();
        for entry in self.entries.candidates_once(&self.matcher.keys(&prepared)) {
            if let Some(score) = self.matcher.score(&prepared, &entry.prepared, self.at_least) {
                hits.push(hit(counterparty, &entry.party, score));
            }
        }
        hits.sort_by(|first, second| {
            second.score.value.total_cmp(&first.score.value).then_with(|| first.pair.cmp(&second.pair))
        });
        hits
    }
}

fn hit(counterparty: &Entity, entry: &Entity, score: super::matcher::Score) -> Hit {
    let pair = Pair { counterparty: counterparty.id.clone(), source: entry.source.clone(), entry: entry.id.clone() };
    Hit { pair, score, evidence: evidence_hash(counterparty, entry) }
}

/// Every hit of all counterparties among these entries.
pub fn screen_all<M: Matcher>(matcher: &M, counterparties: &Index<M>, entries: &[Entity], at_least: f64) -> Hits {
    Hits::from(screen_entries(matcher, counterparties, &entries.iter().collect::<Vec<_>>(), at_least))
}

/// Screens all counterparties against what changed in a list, and tells what that changed in the hits. Afterwards they
/// are the same as if everything had been screened anew.
pub fn rescreen<M: Matcher>(
    matcher: &M,
    counterparties: &Index<M>,
    hits: &mut Hits,
    difference: &Difference,
    at_least: f64,
) -> Vec<Event> {
    let source = &difference.to.source;
    // An entry that counts as added may have hits all the same, when a difference is applied a second time.
    let touched: HashSet<&str> =
        difference.outdated().chain(difference.added.iter().map(|entity| entity.id.as_str())).collect();
    let outdated: BTreeMap<Pair, Hit> =
        hits.take(|pair| pair.source == *source && touched.contains(pair.entry.as_str()));
    let found = screen_entries(matcher, counterparties, &difference.entries().collect::<Vec<_>>(), at_least);
    hits.replace(outdated, found)
}

/// Entries are shared out to the machine's cores; each looks up the counterparties that share a key with its own.
fn screen_entries<M: Matcher>(matcher: &M, counterparties: &Index<M>, entries: &[&Entity], at_least: f64) -> Vec<Hit> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = entries.len().div_ceil(cores).max(64);
    if entries.len() <= share {
        return screen_share(matcher, counterparties, entries, at_least);
    }
    std::thread::scope(|scope| {
        let workers: Vec<_> = entries
            .chunks(share)
            .map(|share| scope.spawn(move || screen_share(matcher, counterparties, share, at_least)))
            .collect();
        // A matcher that panics has said nothing of its entries, so neither may this.
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

fn screen_share<M: Matcher>(matcher: &M, counterparties: &Index<M>, entries: &[&Entity], at_least: f64) -> Vec<Hit> {
    let (mut hits, mut marks) = (Vec::new(), Marks::default());
    for entry in entries {
        let prepared = matcher.prepare(entry);
        let keys = matcher.keys(&prepared);
        counterparties.candidates(&keys, &mut marks, &mut |counterparty: &Indexed<M>| {
            if let Some(score) = matcher.score(&counterparty.prepared, &prepared, at_least) {
                hits.push(hit(&counterparty.party, entry, score));
            }
        });
    }
    hits
}
