//! Tar archives (POSIX.1-2017 `pax`, ustar interchange format; GNU tar's long names): one block of header an entry,
//! then its bytes.

use super::{Problem, Unpacking};
use std::io::{self, Read};

/// Everything in a tar archive comes in blocks of this size.
pub(super) const BLOCK_BYTES: usize = 512;

/// Bytes of a long name, or of the records before an entry that hold one.
const RECORD_BYTES_MAX: u64 = 64 << 10;

type Block = [u8; BLOCK_BYTES];

/// True when `bytes` begin with a header: its checksum fits, which no other file has by chance.
pub(super) fn is_tar(bytes: &[u8]) -> bool {
    bytes.first_chunk::<BLOCK_BYTES>().is_some_and(|block| block[0] != 0 && has_checksum(block))
}

/// The sum of all bytes, with its own field as blanks, stands in octal at 148. Some old programs have added up signed
/// bytes.
fn has_checksum(block: &Block) -> bool {
    let Some(told) = number(&block[148..156]).and_then(|sum| i64::try_from(sum).ok()) else { return false };
    let (before, after) = (&block[..148], &block[156..]);
    let sum = |value: fn(u8) -> i64| before.iter().chain(after).map(|&byte| value(byte)).sum::<i64>();
    let blanks = 8 * i64::from(b' ');
    told == sum(i64::from) + blanks || told == sum(|byte| i64::from(byte.cast_signed())) + blanks
}

/// What records before an entry say about it.
#[derive(Default)]
struct Told {
    name: Option<Vec<u8>>,
    size: Option<u64>,
}

pub(super) fn open(unpacking: &mut Unpacking<'_>, outer: &str, source: &mut dyn Read) -> Result<(), Problem> {
    let mut told = Told::default();
    while let Some(block) = next_header(source)? {
        let size = told.size.or_else(|| number(&block[124..136])).ok_or_else(|| Problem::damaged("a size in it"))?;
        match block[156] {
            b'L' => told.name = Some(trimmed(&record(source, size)?).to_vec()),
            b'x' => read_pax(&record(source, size)?, &mut told),
            b'S' => {
                skip_map(source, &block)?;
                skip(source, size + padding(size))?;
                let name = std::mem::take(&mut told).name.unwrap_or_else(|| name(&block));
                unpacking.refuse(outer, &String::from_utf8_lossy(&name), Problem::Sparse)?;
            }
            // Links, devices and folders have no bytes, whatever they say.
            b'1'..=b'6' => told = Told::default(),
            b'0' | b'7' | 0 => {
                let name = std::mem::take(&mut told).name.unwrap_or_else(|| name(&block));
                let mut content = Read::take(&mut *source, size);
                unpacking.entry(outer, &String::from_utf8_lossy(&name), &mut content)?;
                let unread = content.limit();
                skip(source, unread + padding(size))?;
            }
            _ => skip(source, size + padding(size))?,
        }
    }
    Ok(())
}

/// The next header; `None` at the end, which is a block of zeros or nothing at all.
fn next_header(source: &mut dyn Read) -> Result<Option<Block>, Problem> {
    let mut block = [0; BLOCK_BYTES];
    let mut filled = 0;
    while filled < BLOCK_BYTES {
        match source.read(&mut block[filled..]) {
            Ok(0) if filled == 0 => return Ok(None),
            Ok(0) => return Err(Problem::damaged("it ends within a header")),
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    match block {
        _ if block.iter().all(|&byte| byte == 0) => Ok(None),
        _ if has_checksum(&block) => Ok(Some(block)),
        _ => Err(Problem::damaged("a checksum in it does not fit")),
    }
}

/// The content of a record that tells about the next entry.
#[expect(clippy::disallowed_methods, reason = "bounded by `take`")]
fn record(source: &mut dyn Read, size: u64) -> Result<Vec<u8>, Problem> {
    if size > RECORD_BYTES_MAX {
        return Err(Problem::damaged("a name in it is too long"));
    }
    let mut bytes = Vec::new();
    Read::take(&mut *source, size).read_to_end(&mut bytes)?;
    skip(source, padding(size))?;
    Ok(bytes)
}

/// `LENGTH KEY=VALUE\n`, again and again.
fn read_pax(mut records: &[u8], told: &mut Told) {
    while let Some(blank) = records.iter().position(|&byte| byte == b' ') {
        let length = std::str::from_utf8(&records[..blank]).ok().and_then(|length| length.parse::<usize>().ok());
        let Some(record) = length.and_then(|length| records.get(blank + 1..length)) else { return };
        records = &records[blank + 1 + record.len()..];
        let record = record.strip_suffix(b"\n").unwrap_or(record);
        if let Some(path) = record.strip_prefix(b"path=") {
            told.name = Some(path.to_vec());
        } else if let Some(size) = record.strip_prefix(b"size=") {
            told.size = std::str::from_utf8(size).ok().and_then(|size| size.parse().ok());
        }
    }
}

/// The name in the header; in ustar with what stands before it.
fn name(block: &Block) -> Vec<u8> {
    let (name, prefix) = (trimmed(&block[..100]), trimmed(&block[345..500]));
    if &block[257..263] == b"ustar\0" && !prefix.is_empty() { [prefix, b"/", name].concat() } else { name.to_vec() }
}

fn trimmed(field: &[u8]) -> &[u8] {
    field.split(|&byte| byte == 0).next().unwrap_or_default()
}

/// Octal digits, or big-endian bytes behind a first one of 0x80 (GNU tar, "base-256").
fn number(field: &[u8]) -> Option<u64> {
    if let [0x80, digits @ ..] = field {
        return digits.iter().try_fold(0_u64, |sum, &byte| sum.checked_mul(256)?.checked_add(u64::from(byte)));
    }
    let digits = trimmed(field).trim_ascii();
    let digit = |sum: u64, &byte: &u8| match byte {
        b'0'..=b'7' => sum.checked_mul(8)?.checked_add(u64::from(byte - b'0')),
        _ => None,
    };
    if digits.is_empty() { None } else { digits.iter().try_fold(0, digit) }
}

/// Skips the blocks that go on with the map of a sparse file (GNU tar, "Old GNU Format"): each says whether one more
/// follows, the header at 482 and the others at 504.
fn skip_map(source: &mut dyn Read, header: &Block) -> Result<(), Problem> {
    let mut goes_on = header[482] != 0;
    while goes_on {
        let mut block = [0; BLOCK_BYTES];
        source.read_exact(&mut block)?;
        goes_on = block[504] != 0;
    }
    Ok(())
}

/// Bytes after content of `size` up to the next block.
fn padding(size: u64) -> u64 {
    size.wrapping_neg() % BLOCK_BYTES as u64
}

fn skip(source: &mut dyn Read, bytes: u64) -> Result<(), Problem> {
    let skipped = io::copy(&mut source.take(bytes), &mut io::sink())?;
    if skipped < bytes { Err(Problem::damaged("it ends too soon")) } else { Ok(()) }
}
