//! The bytes of an index: a head with a checksum, a table of sections, and sections of numbers and text. Whatever the
//! bytes say, reading them gives a value or an error.

use thiserror::Error;

/// Why bytes are not an index.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum IndexError {
    /// Too short, or of something else.
    #[error("this is not an index of names")]
    Foreign,
    /// Made by another version.
    #[error("the index has version {0}, and {VERSION} is read: build it again from the lists")]
    Version(u32),
    /// Bytes were changed or cut off.
    #[error("the index is damaged: build it again from the lists")]
    Damaged,
    /// More names, words or text than fit.
    #[error("too much for one index: at most 4 billion bytes of names, and as many of entities")]
    TooLarge,
}

const MAGIC: &[u8; 8] = b"PALNAMES";
pub(super) const VERSION: u32 = 3;
const HEAD: usize = 16;

/// The sections, in their order in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    /// Text of all names, one behind the other, the lightest first.
    Names,
    /// Where each name begins, and the end of the last.
    NameStarts,
    /// The entity of each name.
    Entities,
    /// The type of each name.
    Types,
    /// The weight of each name, in parts of one.
    Weights,
    /// Words, one behind the other.
    Words,
    /// Where each word begins, and the end of the last.
    WordStarts,
    /// What each word is.
    WordKinds,
    /// Where the names of each word begin, and the end of the last.
    PostingStarts,
    /// Names of words, in ascending order.
    Postings,
    /// Where the reach keys of each front begin, and the end of the last.
    KeyFronts,
    /// Reach keys in ascending order, each with its word.
    Keys,
    /// What whoever made the file says of it. Empty in an index of names alone, as the rest.
    About,
    /// Entities, one behind the other.
    Records,
    /// Where each entity begins, and the end of the last.
    RecordStarts,
    /// What each entity is and whence it comes.
    RecordKinds,
    /// Hashes of identifiers in ascending order, each with its entity.
    Identifiers,
    /// Hashes of the ids of entities in ascending order, each with its entity.
    Ids,
}

pub(super) const SECTIONS: usize = 18;

/// The bytes of sections, put behind a head.
pub(super) fn assemble(sections: [Vec<u8>; SECTIONS]) -> Vec<u8> {
    let table = SECTIONS * 16;
    let total: usize = sections.iter().map(|section| section.len().next_multiple_of(8)).sum();
    let mut bytes = Vec::with_capacity(HEAD + table + total);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&VERSION.to_le_bytes());
    bytes.extend_from_slice(&[0; 4]);
    let mut start = HEAD + table;
    for section in &sections {
        bytes.extend_from_slice(&(start as u64).to_le_bytes());
        bytes.extend_from_slice(&(section.len() as u64).to_le_bytes());
        start += section.len().next_multiple_of(8);
    }
    for section in sections {
        bytes.extend_from_slice(&section);
        bytes.resize(bytes.len().next_multiple_of(8), 0);
    }
    let checksum = crc32fast::hash(&bytes[HEAD..]);
    bytes[12..16].copy_from_slice(&checksum.to_le_bytes());
    bytes
}

/// Where sections are in bytes that were checked.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    ranges: [(usize, usize); SECTIONS],
}

impl Layout {
    /// Checks the head, the checksum and that every section lies within.
    pub(super) fn check(bytes: &[u8]) -> Result<Self, IndexError> {
        if bytes.len() < HEAD + SECTIONS * 16 || &bytes[..8] != MAGIC {
            return Err(IndexError::Foreign);
        }
        let version = number(bytes, 8).ok_or(IndexError::Foreign)?;
        if version != VERSION {
            return Err(IndexError::Version(version));
        }
        if number(bytes, 12) != Some(crc32fast::hash(&bytes[HEAD..])) {
            return Err(IndexError::Damaged);
        }
        let mut ranges = [(0, 0); SECTIONS];
        for (place, range) in ranges.iter_mut().enumerate() {
            let start = long(bytes, HEAD + place * 16).ok_or(IndexError::Damaged)?;
            let length = long(bytes, HEAD + place * 16 + 8).ok_or(IndexError::Damaged)?;
            let end = start.checked_add(length).filter(|end| *end <= bytes.len()).ok_or(IndexError::Damaged)?;
            *range = (start, end);
        }
        let layout = Self { ranges };
        if layout.agrees() { Ok(layout) } else { Err(IndexError::Damaged) }
    }

    /// Whether sections that belong together have the lengths for it.
    fn agrees(&self) -> bool {
        let names = self.count(Section::Entities);
        let words = self.bytes(Section::WordKinds);
        self.count(Section::NameStarts) == names + 1
            && self.bytes(Section::Types) == names
            && self.bytes(Section::Weights) == names
            && self.count(Section::WordStarts) == words + 1
            && self.count(Section::PostingStarts) == words + 1
            && self.count(Section::KeyFronts) == FRONTS + 1
            && self.bytes(Section::Keys).is_multiple_of(8)
            && self.count(Section::RecordStarts) == self.count(Section::RecordKinds) + 1
            && self.bytes(Section::Identifiers).is_multiple_of(8)
            && self.bytes(Section::Ids).is_multiple_of(8)
    }

    fn bytes(&self, section: Section) -> usize {
        let (start, end) = self.ranges[section as usize];
        end - start
    }

    /// How many numbers a section has.
    pub(super) fn count(&self, section: Section) -> usize {
        self.bytes(section) / 4
    }

    /// A number of a section.
    pub(super) fn number(&self, bytes: &[u8], section: Section, place: usize) -> Option<u32> {
        number(self.section(bytes, section), place.checked_mul(4)?)
    }

    /// The bytes of a section.
    pub(super) fn section<'a>(&self, bytes: &'a [u8], section: Section) -> &'a [u8] {
        let (start, end) = self.ranges[section as usize];
        bytes.get(start..end).unwrap_or_default()
    }

    /// The part of a section between two starts that another section has.
    pub(super) fn part<'a>(
        &self,
        bytes: &'a [u8],
        starts: Section,
        section: Section,
        place: usize,
        width: usize,
    ) -> Option<&'a [u8]> {
        let start = self.number(bytes, starts, place)? as usize;
        let end = self.number(bytes, starts, place.checked_add(1)?)? as usize;
        self.section(bytes, section).get(start.checked_mul(width)?..end.checked_mul(width)?)
    }
}

/// Reach keys are found by their front first: so many fronts there are.
pub(super) const FRONTS: usize = 1 << 16;

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?)).ok()
}

/// The numbers of a run of bytes.
pub(crate) fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes.chunks_exact(4).map(|chunk| u32::from_le_bytes([chunk[0], chunk[1], chunk[2], chunk[3]]))
}

/// How many numbers of an ascending run are less.
pub(super) fn position(run: &[u8], number: u32) -> usize {
    let (mut low, mut high) = (0, run.len() / 4);
    while low < high {
        let middle = usize::midpoint(low, high);
        if numbers(&run[middle * 4..middle * 4 + 4]).next() < Some(number) { low = middle + 1 } else { high = middle }
    }
    low
}
