//! Zip archives (PKWARE APPNOTE 6.3.10): a directory at the end, which names where each entry's bytes stand.
//!
//! Only the directory counts, as it does for everything that unpacks zips. Entries may overlap, as those of bombs do;
//! the budget ends that.

use super::{Problem, Unpacking, compressed};
use std::io::Read;

/// The end record, without its comment.
const END_BYTES: usize = 22;
const COMMENT_BYTES_MAX: usize = u16::MAX as usize;
const DIRECTORY_ENTRY_BYTES: usize = 46;
const LOCAL_HEADER_BYTES: usize = 30;

pub(super) fn open(unpacking: &mut Unpacking<'_>, outer: &str, bytes: &[u8]) -> Result<(), Problem> {
    let directory = Directory::find(bytes).ok_or_else(|| Problem::damaged("its directory is missing"))?;
    let mut at = directory.start;
    while bytes.get(at..at + 4) == Some(b"PK\x01\x02") {
        let entry = Entry::read(bytes, at).ok_or_else(|| Problem::damaged("its directory is cut off"))?;
        at = entry.next;
        if !entry.name.ends_with('/') {
            open_entry(unpacking, outer, bytes, directory.shift, &entry)?;
        }
    }
    Ok(())
}

/// Hands on one entry, or the reason why not.
fn open_entry(
    unpacking: &mut Unpacking<'_>,
    outer: &str,
    bytes: &[u8],
    shift: usize,
    entry: &Entry,
) -> Result<(), Problem> {
    let name = &entry.name;
    let content = match entry.content(bytes, shift) {
        _ if entry.is_encrypted => return unpacking.refuse(outer, name, Problem::Encrypted),
        None => return unpacking.refuse(outer, name, Problem::damaged("its bytes are not there")),
        Some(content) => content,
    };
    // APPNOTE 4.4.5.
    let decoder: Box<dyn Read + '_> = match entry.method {
        0 => Box::new(content),
        8 => Box::new(inflate(content)),
        12 => Box::new(compressed::bzip2(content)),
        93 => Box::new(compressed::zstandard(content)?),
        95 => Box::new(compressed::xz(content)?),
        method => return unpacking.refuse(outer, name, Problem::Method(method)),
    };
    unpacking.entry(outer, name, unpacking.budget.meter(decoder))
}

#[expect(clippy::disallowed_methods, reason = "the budget bounds it")]
fn inflate(content: &[u8]) -> impl Read {
    flate2::read::DeflateDecoder::new(content)
}

/// Where the directory is.
struct Directory {
    start: usize,
    /// Bytes before the archive, as in programs that unpack themselves; offsets do not count them.
    shift: usize,
}

impl Directory {
    fn find(bytes: &[u8]) -> Option<Self> {
        let first = bytes.len().saturating_sub(END_BYTES + COMMENT_BYTES_MAX);
        let last = bytes.len().checked_sub(END_BYTES)?;
        let end = (first..=last).rev().find(|&at| bytes[at..].starts_with(b"PK\x05\x06"))?;
        let (size, offset) = (u32_at(bytes, end + 12)?, u32_at(bytes, end + 16)?);
        if size != u64::from(u32::MAX) && offset != u64::from(u32::MAX) {
            return Self::before(end, size, offset);
        }
        let locator = end.checked_sub(20).filter(|&at| bytes[at..].starts_with(b"PK\x06\x07"))?;
        // The record of Zip64 stands just before its locator, unless something was put in between.
        let record = locator.checked_sub(56).filter(|&at| bytes[at..].starts_with(b"PK\x06\x06"))?;
        Self::before(record, u64_at(bytes, record + 40)?, u64_at(bytes, record + 48)?)
    }

    /// The directory that ends at `end`, and says that it has `size` bytes at `offset`.
    fn before(end: usize, size: u64, offset: u64) -> Option<Self> {
        let start = end.checked_sub(usize::try_from(size).ok()?)?;
        Some(Self { start, shift: start.checked_sub(usize::try_from(offset).ok()?)? })
    }
}

/// What the directory says about an entry.
struct Entry {
    name: String,
    is_encrypted: bool,
    method: u16,
    packed_bytes: u64,
    offset: u64,
    /// Where the next one stands.
    next: usize,
}

impl Entry {
    fn read(bytes: &[u8], at: usize) -> Option<Self> {
        let header = bytes.get(at..at + DIRECTORY_ENTRY_BYTES)?;
        let length = |at| u16_at(header, at).map(usize::from);
        let name_at = at + DIRECTORY_ENTRY_BYTES;
        let extra_at = name_at + length(28)?;
        let comment_at = extra_at + length(30)?;
        let mut entry = Self {
            name: String::from_utf8_lossy(bytes.get(name_at..extra_at)?).into_owned(),
            is_encrypted: u16_at(header, 8)? & 1 != 0,
            method: u16_at(header, 10)?,
            packed_bytes: u32_at(header, 20)?,
            offset: u32_at(header, 42)?,
            next: comment_at + length(32)?,
        };
        entry.read_zip64(bytes.get(extra_at..comment_at)?, u32_at(header, 24)? == u64::from(u32::MAX));
        Some(entry)
    }

    /// Numbers of 64 bits for those that do not fit into 32, in the order of the header (APPNOTE 4.5.3).
    fn read_zip64(&mut self, mut extra: &[u8], has_size: bool) {
        while let (Some(id), Some(length)) = (u16_at(extra, 0), u16_at(extra, 2)) {
            let Some(field) = extra.get(4..4 + usize::from(length)) else { return };
            extra = &extra[4 + field.len()..];
            if id != 1 {
                continue;
            }
            let mut at = if has_size { 8 } else { 0 };
            for number in [&mut self.packed_bytes, &mut self.offset] {
                if *number == u64::from(u32::MAX) {
                    *number = u64_at(field, at).unwrap_or(*number);
                    at += 8;
                }
            }
        }
    }

    /// Its bytes, as they are packed.
    fn content<'b>(&self, bytes: &'b [u8], shift: usize) -> Option<&'b [u8]> {
        let at = usize::try_from(self.offset).ok()?.checked_add(shift)?;
        let header = bytes.get(at..at.checked_add(LOCAL_HEADER_BYTES)?)?;
        if !header.starts_with(b"PK\x03\x04") {
            return None;
        }
        let start = at + LOCAL_HEADER_BYTES + usize::from(u16_at(header, 26)?) + usize::from(u16_at(header, 28)?);
        bytes.get(start..start.checked_add(usize::try_from(self.packed_bytes).ok()?)?)
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|number| u16::from_le_bytes(*number))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|number| u64::from(u32::from_le_bytes(*number)))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|number| u64::from_le_bytes(*number))
}
