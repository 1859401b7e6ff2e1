//! A snapshot on disk: a line of JSON that names it, then a line for each entity. A file that was cut or changed is
//! not opened, because its hash no longer fits.

use super::{Edition, Snapshot, hash_of};
use crate::{entity::Entity, lists::Summary};
use serde::{Deserialize, Serialize};
use std::io::{self, BufRead, Read, Write};

/// Longest line of a snapshot's file.
const LINE_BYTES_MAX: u64 = 16 << 20;

/// Why a snapshot's file was not opened.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// It could not be read.
    #[error("the snapshot cannot be read: {0}")]
    Io(#[from] io::Error),
    /// A line is not what was written.
    #[error("line {line} of the snapshot is damaged: {reason}; fetch the list again")]
    Damaged {
        /// From one.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// It does not have what its first line says.
    #[error("the snapshot has {found} entries where {expected} are expected, or others; fetch the list again")]
    Other {
        /// Entries by its first line.
        expected: usize,
        /// Entries in the file.
        found: usize,
    },
}

#[derive(Serialize, Deserialize)]
struct Heading {
    edition: Edition,
    summary: Summary,
}

/// Writes a snapshot.
///
/// # Errors
/// When it cannot be written.
pub fn write_snapshot(snapshot: &Snapshot, output: &mut impl Write) -> io::Result<()> {
    let heading = Heading { edition: snapshot.edition.clone(), summary: snapshot.summary.clone() };
    serde_json::to_writer(&mut *output, &heading)?;
    output.write_all(b"\n")?;
    for entity in &snapshot.entities {
        serde_json::to_writer(&mut *output, entity)?;
        output.write_all(b"\n")?;
    }
    Ok(())
}

/// Reads a snapshot that [`write_snapshot`] wrote.
///
/// # Errors
/// When it cannot be read, or is not whole.
pub fn read_snapshot(input: &mut impl BufRead) -> Result<Snapshot, SnapshotError> {
    let mut number = 0;
    let heading: Heading = next_line(input, &mut number)?.unwrap_or_else(|| Err(damaged(1, &"it is empty")))?;
    let mut entities: Vec<Entity> = Vec::new();
    while let Some(entity) = next_line(input, &mut number)? {
        entities.push(entity?);
    }
    let expected = heading.edition.count;
    if entities.len() != expected || hash_of(&entities) != heading.edition.hash {
        return Err(SnapshotError::Other { expected, found: entities.len() });
    }
    Ok(Snapshot { edition: heading.edition, entities, summary: heading.summary })
}

fn damaged(line: usize, reason: &dyn std::fmt::Display) -> SnapshotError {
    SnapshotError::Damaged { line, reason: reason.to_string() }
}

type Parsed<T> = Result<T, SnapshotError>;

fn next_line<T: for<'d> Deserialize<'d>>(
    input: &mut impl BufRead,
    number: &mut usize,
) -> Result<Option<Parsed<T>>, SnapshotError> {
    let mut line = Vec::new();
    let read = input.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line)?;
    if read == 0 {
        return Ok(None);
    }
    *number += 1;
    Ok(Some(serde_json::from_slice(&line).map_err(|error| damaged(*number, &error))))
}
