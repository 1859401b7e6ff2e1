//! A store of counterparties, screened against entries of lists: all of them, or what changed in one.

use super::{
    hit::{Event, Hit, Hits, Pair, ScreeningHit},
    screener::{Options, Screener},
    search::{Scratch, Search, Side},
};
use crate::{entity::Entity, snapshot::Difference};
use std::collections::{BTreeMap, HashSet};

/// Every hit of all counterparties among these entries. The limit of the options does not count here.
pub fn screen_all(counterparties: &Screener, entries: &[Entity], options: &Options<'_>) -> Hits {
    Hits::from(screen_entries(counterparties, &entries.iter().collect::<Vec<_>>(), options))
}

/// Screens all counterparties against what changed in a list, and tells what that changed in the hits. Afterwards they
/// are the same as if everything had been screened anew.
pub fn rescreen(
    counterparties: &Screener,
    hits: &mut Hits,
    difference: &Difference,
    options: &Options<'_>,
) -> Vec<Event> {
    let source = &difference.to.source;
    // An entry that counts as added may have hits all the same, when a difference is applied a second time.
    let touched: HashSet<&str> =
        difference.outdated().chain(difference.added.iter().map(|entity| entity.id.as_str())).collect();
    let outdated: BTreeMap<Pair, Hit> =
        hits.take(|pair| pair.source == *source && touched.contains(pair.entry.as_str()));
    let found = screen_entries(counterparties, &difference.entries().collect::<Vec<_>>(), options);
    hits.replace(outdated, found)
}

/// Entries are shared out to the machine's cores; each looks up the counterparties that are like its own.
fn screen_entries(counterparties: &Screener, entries: &[&Entity], options: &Options<'_>) -> Vec<Hit> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = entries.len().div_ceil(cores).max(64);
    if entries.len() <= share {
        return screen_share(counterparties, entries, options);
    }
    std::thread::scope(|scope| {
        let workers: Vec<_> = entries
            .chunks(share)
            .map(|share| scope.spawn(move || screen_share(counterparties, share, options)))
            .collect();
        // A comparison that panics has said nothing of its entries, so neither may this.
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

fn screen_share(counterparties: &Screener, entries: &[&Entity], options: &Options<'_>) -> Vec<Hit> {
    // What is asked of the other side holds for the entries, which are listed.
    let all = Options { sources: None, types: None, ..*options };
    let mut scratch = Scratch::default();
    let wanted = |entry: &&&Entity| {
        options.sources.is_none_or(|sources| sources.contains(&entry.source))
            && options.types.is_none_or(|types| types.contains(&entry.entity_type))
    };
    let mut hits = Vec::new();
    for entry in entries.iter().filter(wanted) {
        let found = Search::new(counterparties, &all, Side::Counterparties, &mut scratch).hits(entry);
        hits.extend(found.into_iter().map(|ScreeningHit { entity, comparison, evidence }| {
            let pair = Pair { counterparty: entity.id, source: entry.source.clone(), entry: entry.id.clone() };
            Hit { pair, comparison, evidence }
        }));
    }
    hits
}
