//! The form of the bytes: a header with a checksum and the places of the sections, then sections of rows of fixed size.
//! All numbers are little-endian.

use std::ops::Range;
use xxhash_rust::xxh3::xxh3_64;

/// Begins every index; the digit is the version of the form.
const MAGIC: [u8; 8] = *b"PALADV1\n";
const CHECKSUM_AT: usize = MAGIC.len();
const PLACES_AT: usize = CHECKED_FROM;
/// Where begins what the checksum covers.
pub(super) const CHECKED_FROM: usize = CHECKSUM_AT + 8;
const SECTIONS: usize = 8;
const HEADER_BYTES: usize = PLACES_AT + SECTIONS * 16;

/// The sections, each with the bytes of a row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    /// Texts and version keys, end to end.
    Text = 0,
    /// Names of ecosystems.
    Ecosystems = 1,
    /// Hash table: the number of a package plus one, or zero.
    Slots = 2,
    /// Name, ecosystem, its rows of `Affected`.
    Packages = 3,
    /// Advisory, its rows of `Intervals` and `Versions`, symbols, flags.
    Affected = 4,
    /// Low key, high key, first mended version, last affected version.
    Intervals = 5,
    /// Keys of single versions, sorted for each row of `Affected`.
    Versions = 6,
    /// What an advisory says.
    Advisories = 7,
}

impl Section {
    pub(super) const ALL: [Self; SECTIONS] = [
        Self::Text,
        Self::Ecosystems,
        Self::Slots,
        Self::Packages,
        Self::Affected,
        Self::Intervals,
        Self::Versions,
        Self::Advisories,
    ];

    pub(super) const fn row_bytes(self) -> usize {
        match self {
            Self::Text => 1,
            Self::Slots => 4,
            Self::Ecosystems | Self::Versions => 8,
            Self::Packages => 20,
            Self::Affected | Self::Intervals => 32,
            Self::Advisories => 92,
        }
    }
}

/// Why bytes are no index.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IndexError {
    /// They begin otherwise, or were written in another form.
    #[error("this is no index of advisories, or one of another version: import the feeds again")]
    Form,
    /// They are cut off or damaged.
    #[error("the index of advisories is damaged: import the feeds again")]
    Damaged,
}

/// Where sections lie in the bytes.
pub(super) type Places = [Range<usize>; SECTIONS];

/// The header and `sections` as one run of bytes.
pub(super) fn join(sections: &[Vec<u8>; SECTIONS]) -> Vec<u8> {
    let mut bytes = vec![0; HEADER_BYTES];
    bytes[..MAGIC.len()].copy_from_slice(&MAGIC);
    let mut places = Vec::with_capacity(SECTIONS * 16);
    for section in sections {
        places.extend((bytes.len() as u64).to_le_bytes());
        places.extend((section.len() as u64).to_le_bytes());
        bytes.extend_from_slice(section);
    }
    bytes[PLACES_AT..HEADER_BYTES].copy_from_slice(&places);
    seal(&mut bytes);
    bytes
}

/// Writes the checksum of all that follows it.
pub(super) fn seal(bytes: &mut [u8]) {
    let checksum = xxh3_64(&bytes[CHECKED_FROM..]);
    bytes[CHECKSUM_AT..CHECKED_FROM].copy_from_slice(&checksum.to_le_bytes());
}

/// Verifies the checksum and finds the sections.
pub(super) fn places(bytes: &[u8]) -> Result<Places, IndexError> {
    if bytes.get(..MAGIC.len()) != Some(&MAGIC[..]) {
        return Err(IndexError::Form);
    }
    let body = bytes.get(CHECKED_FROM..).ok_or(IndexError::Damaged)?;
    if u64_at(bytes, CHECKSUM_AT) != Some(xxh3_64(body)) {
        return Err(IndexError::Damaged);
    }
    let mut places = Places::default();
    for (place, section) in places.iter_mut().zip(Section::ALL) {
        let at = PLACES_AT + section as usize * 16;
        let number = |at| u64_at(bytes, at).and_then(|number| usize::try_from(number).ok()).ok_or(IndexError::Damaged);
        let (start, length) = (number(at)?, number(at + 8)?);
        let end = start.checked_add(length).filter(|end| *end <= bytes.len()).ok_or(IndexError::Damaged)?;
        if start < HEADER_BYTES || length % section.row_bytes() != 0 {
            return Err(IndexError::Damaged);
        }
        *place = start..end;
    }
    Ok(places)
}

/// What packages are hashed by.
pub(super) fn hash(ecosystem: &str, name: &str) -> u64 {
    let mut hash = xxhash_rust::xxh3::Xxh3Default::new();
    hash.update(ecosystem.as_bytes());
    hash.update(&[0]);
    hash.update(name.as_bytes());
    hash.digest()
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..)?.first_chunk().copied()?))
}

pub(super) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..)?.first_chunk().copied()?))
}

/// A number that may be missing, which is written as not a number.
pub(super) fn f32_at(bytes: &[u8], at: usize) -> Option<f32> {
    u32_at(bytes, at).map(f32::from_bits).filter(|number| number.is_finite())
}
