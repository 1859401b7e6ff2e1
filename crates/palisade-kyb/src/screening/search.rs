//! From one party to all that match it: candidates by name and by identifier, a quick score of names, and the full
//! comparison of those that can still reach what is asked for. Which pairs are hits follows from the pairs alone, so it
//! does not matter from which side they are found.

use super::{
    evidence::evidence_hash,
    hit::ScreeningHit,
    screener::{Options, Screener},
};
use crate::{
    entity::{Entity, EntityType},
    index::{self, Covered, Wanted},
    matching::{Matcher, Mode, PreparedEntity, RAISED_BY_EVIDENCE_MAX, of_types},
    names::ParsedName,
};

/// Memory that screenings use again, one for each thread.
#[derive(Debug, Default)]
pub struct Scratch {
    names: index::Scratch,
    entities: Vec<u32>,
}

/// On which side of a comparison the entities of a screener stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// They are listed.
    Listed,
    /// They are counterparties, and the party asked for is listed.
    Counterparties,
}

/// Names that are compared for each name of a listed side. Of counterparties all are, since none may be missed there.
const CANDIDATES_MAX: usize = 1_000;
/// Entities with one identifier. A value that more have is a placeholder.
const IDENTIFIED_MAX: usize = 200;
/// Names covered less than this much below the least score do not reach it.
const COVERAGE_BELOW_SCORE: f32 = 0.2;
/// More coverage than this is never asked for: two spellings of a name may differ in weight.
const COVERAGE_ENOUGH: f32 = 0.5;
/// People of two names who share one word only score less than this.
const TWO_WORDS_FROM: f32 = 0.68;
/// Less coverage than this is never looked for.
const COVERAGE_MIN: f32 = 0.1;

/// One search in progress.
pub(super) struct Search<'a, 'o> {
    screener: &'a Screener,
    options: &'a Options<'o>,
    side: Side,
    matcher: Matcher,
    sources: Option<Vec<bool>>,
    scratch: &'a mut Scratch,
    /// Nothing was left out.
    pub(super) complete: bool,
}

impl<'a, 'o> Search<'a, 'o> {
    pub(super) fn new(screener: &'a Screener, options: &'a Options<'o>, side: Side, scratch: &'a mut Scratch) -> Self {
        let sources = options.sources.map(|sources| screener.source_numbers(sources));
        Self { screener, options, side, matcher: Matcher::new(options.mode), sources, scratch, complete: true }
    }

    /// Every hit of a party, in no order.
    pub(super) fn hits(&mut self, party: &Entity) -> Vec<ScreeningHit> {
        let prepared = self.matcher.prepare(party);
        self.scratch.entities.clear();
        prepared.parsed_names().for_each(|name| self.named(name, &prepared));
        prepared.identifier_values().for_each(|value| self.identified(value));
        let mut entities = std::mem::take(&mut self.scratch.entities);
        entities.sort_unstable();
        entities.dedup();
        let hits = entities.iter().filter_map(|number| self.hit(party, &prepared, *number)).collect();
        self.scratch.entities = entities;
        hits
    }

    /// Takes the entities of which a name is enough like one of the party's.
    fn named(&mut self, name: &ParsedName, party: &PreparedEntity) {
        let least = self.options.least();
        let found = self.screener.index.search(name, self.wanted(), &mut self.scratch.names);
        self.complete &= found.names.len() < CANDIDATES_MAX || self.side == Side::Counterparties;
        let more = if party.says_more_than_names() { RAISED_BY_EVIDENCE_MAX } else { 0.0 };
        let reaches = |score: f32, types: f32| score + more * score * score + types >= least;
        for candidate in found.names {
            let number = candidate.entity;
            let Some(types) = self.wanted_type(number).map(|other| of_types(party.entity_type(), other)) else {
                continue;
            };
            if !reaches(1.0, types) || self.scratch.entities.last() == Some(&number) {
                continue;
            }
            let text = self.screener.index.name(candidate.name).unwrap_or_default();
            let other = self.matcher.parse(text, self.screener.index.name_type(candidate.name));
            let score = match self.side {
                Side::Listed => self.matcher.name_score(name, &other),
                Side::Counterparties => self.matcher.name_score(&other, name),
            };
            if reaches(score, types) {
                self.scratch.entities.push(number);
            }
        }
    }

    fn wanted(&self) -> Wanted {
        let above = (self.options.least() - COVERAGE_BELOW_SCORE).clamp(COVERAGE_MIN, COVERAGE_ENOUGH);
        // OFAC's search asks how much of the name entered is found, and counts all its words alike: one may be enough.
        let (covered, above) = match (self.options.mode, self.side) {
            (Mode::Ofac, Side::Listed) => (Covered::Query, COVERAGE_MIN),
            (Mode::Ofac, Side::Counterparties) => (Covered::Listed, COVERAGE_MIN),
            _ => (Covered::Both, above),
        };
        let limit = if self.side == Side::Listed { CANDIDATES_MAX } else { usize::MAX };
        // One word in common takes more off than that, whatever else is known.
        let two_words = self.options.mode != Mode::Ofac && self.options.least() >= TWO_WORDS_FROM;
        Wanted { limit, above, covered, two_words }
    }

    fn identified(&mut self, value: &str) {
        let found = self.screener.identified(value).take(IDENTIFIED_MAX);
        self.scratch.entities.extend(found);
    }

    /// The type of an entity, when it is one of those asked for.
    fn wanted_type(&self, number: u32) -> Option<EntityType> {
        let (entity_type, source) = self.screener.kind(number)?;
        let wanted = self.options.types.is_none_or(|types| types.contains(&entity_type))
            && self.sources.as_ref().is_none_or(|sources| sources.get(source) == Some(&true));
        wanted.then_some(entity_type)
    }

    fn hit(&self, party: &Entity, prepared: &PreparedEntity, number: u32) -> Option<ScreeningHit> {
        self.wanted_type(number)?;
        let entity = self.screener.entity(number)?;
        let other = self.matcher.prepare(&entity);
        let (comparison, evidence) = match self.side {
            Side::Listed => (self.matcher.compare(prepared, &other), evidence_hash(party, &entity)),
            Side::Counterparties => (self.matcher.compare(&other, prepared), evidence_hash(&entity, party)),
        };
        (comparison.score >= self.options.least()).then_some(ScreeningHit { entity, comparison, evidence })
    }
}
