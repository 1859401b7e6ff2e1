//! Reading the log back after a stop or a crash.
//!
//! A torn tail, the trace of a crash while writing, is cut off: nothing in it was acknowledged. Damage in the middle
//! is reported and skipped: reading goes on at the next record whose checksum and position hold. Neither is fatal.

use super::segment;
use std::{
    fmt,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

/// How many positions may be missing across one damaged place. Bounds the search for the next sound record.
const POSITIONS_SKIPPED_MAX: u64 = 1 << 32;

/// What was found in a log folder.
#[derive(Debug)]
pub struct Recovered {
    /// The position that the next record shall have.
    pub next_position: u64,
    /// How many sound records there are.
    pub records: u64,
    /// What was wrong, in the order of the log.
    pub damage: Vec<Damage>,
}

/// A place in the log that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The segment file.
    pub file: PathBuf,
    /// Where in the file it begins.
    pub offset: u64,
    /// How many bytes were passed over.
    pub bytes: u64,
    /// True for a tail that a crash tore, false for damage with sound records after it.
    pub torn_tail: bool,
}

impl fmt::Display for Damage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, offset, bytes, torn_tail } = self;
        let file = file.display();
        match torn_tail {
            true => write!(
                formatter,
                "{file}: cut a torn tail of {bytes} bytes at offset {offset}; it was not acknowledged"
            ),
            false => {
                write!(formatter, "{file}: skipped {bytes} damaged bytes at offset {offset}; records in them are lost")
            }
        }
    }
}

/// Checks the log in `folder`, which need not exist, and cuts a torn tail off its last segment.
///
/// # Errors
/// When the folder cannot be created, or a segment not read or cut.
pub fn recover(folder: &Path) -> io::Result<Recovered> {
    std::fs::create_dir_all(folder)?;
    let mut recovered = scan(folder, 0, &mut |_, _| {})?;
    let last = segment::list(folder)?.pop();
    for damage in recovered.damage.iter().filter(|damage| damage.torn_tail) {
        if last.as_ref().is_some_and(|(_, path)| *path == damage.file) {
            let file = File::options().write(true).open(&damage.file)?;
            file.set_len(damage.offset)?;
            file.sync_all()?;
        }
    }
    if let Some((first, _)) = last {
        recovered.next_position = recovered.next_position.max(first);
    }
    Ok(recovered)
}

/// Gives `each` every sound record after position `after`, in order.
///
/// # Errors
/// When a segment cannot be read.
pub fn replay(folder: &Path, after: u64, each: &mut dyn FnMut(u64, &[u8])) -> io::Result<()> {
    let mut beyond = |position, payload: &[u8]| {
        if position > after {
            each(position, payload);
        }
    };
    scan(folder, after, &mut beyond).map(|_| ())
}

/// Reads all segments that can hold records after `after`.
fn scan(folder: &Path, after: u64, each: &mut dyn FnMut(u64, &[u8])) -> io::Result<Recovered> {
    let segments = segment::list(folder)?;
    let mut recovered = Recovered { next_position: 1, records: 0, damage: Vec::new() };
    for (index, (first, path)) in segments.iter().enumerate() {
        let all_before = segments.get(index + 1).is_some_and(|(next, _)| *next <= after + 1);
        if !all_before {
            recovered.next_position = recovered.next_position.max(*first);
            scan_segment(path, &mut recovered, each)?;
        }
    }
    Ok(recovered)
}

fn scan_segment(path: &Path, recovered: &mut Recovered, each: &mut dyn FnMut(u64, &[u8])) -> io::Result<()> {
    let bytes = read(path)?;
    let mut damaged_from = None;
    let mut at = if bytes.starts_with(segment::MAGIC) { segment::MAGIC.len() } else { 0 };
    if at == 0 && !bytes.is_empty() {
        damaged_from = Some(0);
    }
    while at < bytes.len() {
        let acceptable = recovered.next_position..recovered.next_position.saturating_add(POSITIONS_SKIPPED_MAX);
        let found = segment::may_begin(&bytes[at..], &acceptable).then(|| segment::decode(&bytes[at..])).flatten();
        let Some((position, payload)) = found else {
            damaged_from.get_or_insert(at);
            at += 1;
            continue;
        };
        if let Some(from) = damaged_from.take() {
            recovered.damage.push(damage(path, from, at, false));
        }
        each(position, payload);
        recovered.records += 1;
        recovered.next_position = position + 1;
        at += segment::RECORD_HEADER + payload.len();
    }
    if let Some(from) = damaged_from {
        recovered.damage.push(damage(path, from, bytes.len(), true));
    }
    Ok(())
}

fn damage(path: &Path, from: usize, to: usize, torn_tail: bool) -> Damage {
    Damage { file: path.to_owned(), offset: from as u64, bytes: (to - from) as u64, torn_tail }
}

/// Reads a segment; its size is bounded by the writer, and anything larger is read no further than that.
#[expect(clippy::disallowed_methods, reason = "bounded by `take`")]
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(2 * segment::PAYLOAD_BYTES_MAX as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}
