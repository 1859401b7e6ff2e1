//! All lists in one file that opens quickly: names and identifiers are indexed, entities lie behind them and are read
//! only when they are needed. The same file over counterparties finds those whom a list's change touches.

use super::{
    hit::ScreeningHit,
    search::{Scratch, Search, Side},
};
use crate::{
    entity::{Entity, EntityType},
    index::{IndexBuilder, IndexError, NameIndex, Section, flat, numbers, partition_point},
    matching::{Mode, plain_value},
    names::{NameType, hash},
    snapshot::Edition,
};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::{borrow::Borrow, io};

/// How to screen.
#[derive(Clone, Copy, Debug)]
pub struct Options<'o> {
    /// How differences are judged.
    pub mode: Mode,
    /// The least score of a hit; the threshold of the mode when there is none.
    pub at_least: Option<f32>,
    /// At most so many hits, the best.
    pub limit: usize,
    /// Only entities of these sources; all when there is none.
    pub sources: Option<&'o [String]>,
    /// Only entities of these types; all when there is none.
    pub types: Option<&'o [EntityType]>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self { mode: Mode::default(), at_least: None, limit: 50, sources: None, types: None }
    }
}

impl Options<'_> {
    /// The least score of a hit.
    pub fn least(&self) -> f32 {
        self.at_least.unwrap_or_else(|| self.mode.threshold())
    }
}

/// What screening of one party found.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Screening {
    /// The hits, the best first.
    pub hits: Vec<ScreeningHit>,
    /// False when more names were alike than are compared, or more hits found than were asked for.
    pub complete: bool,
}

/// Entities to screen against, in bytes in memory or mapped.
#[derive(Clone, Debug)]
pub struct Screener {
    pub(super) index: NameIndex,
    about: About,
}

/// What the file says of itself.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct About {
    editions: Vec<Edition>,
    sources: Vec<String>,
}

/// Sources that one file can tell apart.
const SOURCES_MAX: usize = 1 << 16;

impl Screener {
    /// Over the entities of all lists together, of these editions.
    ///
    /// # Errors
    /// `TooLarge` when they do not fit into one file.
    pub fn build<E: Borrow<Entity>>(
        entities: impl IntoIterator<Item = E>,
        editions: Vec<Edition>,
    ) -> Result<Self, IndexError> {
        let mut building = Building { about: About { editions, sources: Vec::new() }, ..Building::default() };
        entities.into_iter().try_for_each(|entity| building.add(entity.borrow()))?;
        Self::open(building.bytes()?)
    }

    /// Opens what was written.
    ///
    /// # Errors
    /// When the bytes are of another version, of something else, or not whole.
    pub fn open(bytes: impl Into<Bytes>) -> Result<Self, IndexError> {
        let index = NameIndex::open(bytes)?;
        let about = serde_json::from_slice(index.section(Section::About)).map_err(|_| IndexError::Foreign)?;
        Ok(Self { index, about })
    }

    /// Writes the file that [`Self::open`] reads.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, output: &mut impl io::Write) -> io::Result<()> {
        output.write_all(self.index.as_bytes())
    }

    /// How many entities.
    pub fn len(&self) -> usize {
        self.index.section(Section::RecordKinds).len() / 4
    }

    /// True when there are no entities, so that no answer means anything.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many names the entities have.
    pub fn names(&self) -> usize {
        self.index.len()
    }

    /// The lists, as they stood.
    pub fn editions(&self) -> &[Edition] {
        &self.about.editions
    }

    /// The entity of a number, in the order in which they were given.
    pub fn entity(&self, number: u32) -> Option<Entity> {
        let record = self.index.part(Section::RecordStarts, Section::Records, number, 1)?;
        serde_json::from_slice(record).ok()
    }

    /// All entities, in the order in which they were given.
    pub fn entities(&self) -> impl Iterator<Item = Entity> + '_ {
        (0..self.len() as u32).filter_map(|number| self.entity(number))
    }

    /// Screens a party. `scratch` is memory that screenings use again, one for each thread.
    pub fn screen(&self, party: &Entity, options: &Options<'_>, scratch: &mut Scratch) -> Screening {
        let mut search = Search::new(self, options, Side::Listed, scratch);
        let mut hits = search.hits(party);
        hits.sort_by(|one, other| {
            let key = |hit: &ScreeningHit| (hit.entity.source.clone(), hit.entity.id.clone());
            other.comparison.score.total_cmp(&one.comparison.score).then_with(|| key(one).cmp(&key(other)))
        });
        let complete = search.complete && hits.len() <= options.limit;
        hits.truncate(options.limit);
        Screening { hits, complete }
    }

    /// The entity with this id in a source.
    pub fn find(&self, source: &str, id: &str) -> Option<Entity> {
        let numbers = self.keyed(Section::Ids, hash(id.as_bytes()));
        let mut entities = numbers.filter_map(|number| self.entity(number));
        entities.find(|entity| entity.id == id && entity.source == source)
    }

    /// The entities that have an identifier of this value, whatever its kind.
    pub(super) fn identified(&self, value: &str) -> impl Iterator<Item = u32> + '_ {
        self.keyed(Section::Identifiers, hash(value.as_bytes()))
    }

    /// The entities that a hash leads to.
    fn keyed(&self, section: Section, key: u32) -> impl Iterator<Item = u32> + '_ {
        let all = self.index.section(section);
        let from = all.get(partition_point(all, key) * 8..).unwrap_or_default();
        let same = from.chunks_exact(8).take_while(move |pair| pair[..4] == key.to_le_bytes());
        same.filter_map(|pair| numbers(&pair[4..]).next())
    }

    /// What an entity is, and the number of its source.
    pub(super) fn kind(&self, number: u32) -> Option<(EntityType, usize)> {
        let at = number as usize * 4;
        let kind = numbers(self.index.section(Section::RecordKinds).get(at..at + 4)?).next()?;
        let entity_type = TYPES.get(kind as usize & 0xff).copied().unwrap_or_default();
        Some((entity_type, (kind >> 8) as usize))
    }

    /// The numbers of sources by their names.
    pub(super) fn source_numbers(&self, names: &[String]) -> Vec<bool> {
        self.about.sources.iter().map(|source| names.contains(source)).collect()
    }
}

const TYPES: [EntityType; 6] = [
    EntityType::Unknown,
    EntityType::Person,
    EntityType::Organization,
    EntityType::Vessel,
    EntityType::Aircraft,
    EntityType::Asset,
];

/// What becomes a file.
#[derive(Default)]
struct Building {
    about: About,
    names: IndexBuilder,
    records: Vec<u8>,
    starts: Vec<u32>,
    kinds: Vec<u32>,
    identifiers: Vec<(u32, u32)>,
    ids: Vec<(u32, u32)>,
}

impl Building {
    fn add(&mut self, entity: &Entity) -> Result<(), IndexError> {
        let number = self.kinds.len() as u32;
        self.starts.push(u32::try_from(self.records.len()).map_err(|_| IndexError::TooLarge)?);
        serde_json::to_writer(&mut self.records, entity).map_err(|_| IndexError::TooLarge)?;
        let entity_type = TYPES.iter().position(|known| *known == entity.entity_type).unwrap_or_default();
        let source = self.source(&entity.source)?;
        self.kinds.push((source << 8) as u32 | entity_type as u32);
        let name_type = NameType::from(entity.entity_type);
        for name in entity.names.iter().take(crate::matching::NAMES_MAX) {
            self.names.add(number, &name.full, name_type)?;
        }
        self.ids.push((hash(entity.id.as_bytes()), number));
        let values = entity.identifiers.iter().map(plain_value);
        self.identifiers.extend(values.filter(|value| !value.is_empty()).map(|value| (hash(value.as_bytes()), number)));
        Ok(())
    }

    /// The number of a source. Lists come one after the other, so it is mostly the last.
    fn source(&mut self, name: &str) -> Result<usize, IndexError> {
        let sources = &mut self.about.sources;
        if let Some(place) = sources.iter().rposition(|source| source == name) {
            return Ok(place);
        }
        sources.push(name.to_owned());
        if sources.len() > SOURCES_MAX { Err(IndexError::TooLarge) } else { Ok(sources.len() - 1) }
    }

    fn bytes(mut self) -> Result<Vec<u8>, IndexError> {
        self.starts.push(u32::try_from(self.records.len()).map_err(|_| IndexError::TooLarge)?);
        let (identifiers, ids) = (in_order(self.identifiers), in_order(self.ids));
        let about = serde_json::to_vec(&self.about).map_err(|_| IndexError::TooLarge)?;
        self.names.bytes_with([about, self.records, flat(&self.starts), flat(&self.kinds), identifiers, ids])
    }
}

/// Hashes with their entities, as they are looked up.
fn in_order(mut keys: Vec<(u32, u32)>) -> Vec<u8> {
    keys.sort_unstable();
    keys.dedup();
    flat(&keys.into_iter().flat_map(|(key, number)| [key, number]).collect::<Vec<u32>>())
}
