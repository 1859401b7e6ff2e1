//! Whether a new snapshot may take the place of the old. A list that is cut, that shrank or that is older than the one
//! in use would let people through who are listed: so it is refused, the old one serves on, and somebody has to confirm.

use super::{Difference, Snapshot};

/// A list with this share of the entries that it had, or less, is taken for cut off.
const SHRUNK_TO_SHARE: f64 = 0.5;
/// A list of which more than this share cannot be read is not the list that it says it is.
const UNREADABLE_SHARE_MAX: f64 = 0.05;

/// Why a snapshot was not taken. Confirm it by its hash after looking at the list.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// Nothing was read.
    #[error("{source_name}: the list has no entries; the one before stays in use")]
    Empty {
        /// The list.
        source_name: String,
    },
    /// The file ends before its end, or a limit was reached.
    #[error(
        "{source_name}: the list is cut off after {count} entries; the one before stays in use until this one is confirmed as {hash}"
    )]
    Incomplete {
        /// The list.
        source_name: String,
        /// Entries that were read.
        count: usize,
        /// What to confirm.
        hash: String,
    },
    /// It says that it has another number of entries than it has.
    #[error(
        "{source_name}: the list says that it has {announced} entries, and {count} were read; the one before stays in use until this one is confirmed as {hash}"
    )]
    Miscounted {
        /// The list.
        source_name: String,
        /// What it says.
        announced: u64,
        /// Entries that were read.
        count: usize,
        /// What to confirm.
        hash: String,
    },
    /// Too much of it cannot be read.
    #[error(
        "{source_name}: {problems} records of the list cannot be read, {count} can; the one before stays in use until this one is confirmed as {hash}"
    )]
    Unreadable {
        /// The list.
        source_name: String,
        /// Records that cannot be read.
        problems: u64,
        /// Entries that were read.
        count: usize,
        /// What to confirm.
        hash: String,
    },
    /// It has half of the entries that the one in use has, or less.
    #[error(
        "{source_name}: the list shrank from {before} to {count} entries; the one before stays in use until this one is confirmed as {hash}"
    )]
    Shrunk {
        /// The list.
        source_name: String,
        /// Entries of the one in use.
        before: usize,
        /// Entries of the new one.
        count: usize,
        /// What to confirm.
        hash: String,
    },
    /// It is older than the one in use.
    #[error(
        "{source_name}: the list is of {version}, and the one in use of {in_use}; it stays in use until this one is confirmed as {hash}"
    )]
    Older {
        /// The list.
        source_name: String,
        /// Version of the new one.
        version: String,
        /// Version of the one in use.
        in_use: String,
        /// What to confirm.
        hash: String,
    },
    /// They are not of the same list.
    #[error("a snapshot of {new} cannot take the place of one of {old}")]
    OtherSource {
        /// The list in use.
        old: String,
        /// The new one.
        new: String,
    },
}

/// What changes when `new` takes the place of `old`. `confirmed` is the hash of a snapshot that somebody has looked at
/// and wants in spite of what speaks against it; it counts for that snapshot alone.
///
/// # Errors
/// What speaks against it. An empty list and one of another source cannot be confirmed.
pub fn admit(old: Option<&Snapshot>, new: &Snapshot, confirmed: Option<&str>) -> Result<Difference, Refusal> {
    let source_name = new.edition.source.clone();
    if let Some(old) = old.filter(|old| old.edition.source != source_name) {
        return Err(Refusal::OtherSource { old: old.edition.source.clone(), new: source_name });
    }
    if new.edition.count == 0 {
        return Err(Refusal::Empty { source_name });
    }
    if confirmed != Some(new.edition.hash.as_str()) {
        judge(old, new)?;
    }
    Ok(Difference::between(old, new))
}

fn judge(old: Option<&Snapshot>, new: &Snapshot) -> Result<(), Refusal> {
    let (source_name, hash, count) = (new.edition.source.clone(), new.edition.hash.clone(), new.edition.count);
    let summary = &new.summary;
    if summary.incomplete {
        return Err(Refusal::Incomplete { source_name, count, hash });
    }
    // A format that gives several fragments an entity cannot be counted this way, and none that announces does.
    if let Some(announced) = summary.announced.filter(|announced| *announced != summary.fragments + summary.problems) {
        return Err(Refusal::Miscounted { source_name, announced, count, hash });
    }
    if summary.problems as f64 > count as f64 * UNREADABLE_SHARE_MAX {
        return Err(Refusal::Unreadable { source_name, problems: summary.problems, count, hash });
    }
    let Some(old) = old else { return Ok(()) };
    let (before, version, in_use) = (old.edition.count, &new.edition.version, &old.edition.version);
    if count as f64 <= before as f64 * SHRUNK_TO_SHARE {
        return Err(Refusal::Shrunk { source_name, before, count, hash });
    }
    if is_date(version) && is_date(in_use) && version < in_use {
        let (version, in_use) = (version.clone(), in_use.clone());
        return Err(Refusal::Older { source_name, version, in_use, hash });
    }
    Ok(())
}

/// Only dates with the year in front come in the order of their text.
fn is_date(version: &str) -> bool {
    let bytes = version.as_bytes();
    bytes.len() >= 10 && bytes[..4].iter().all(u8::is_ascii_digit) && bytes[4] == b'-' && bytes[7] == b'-'
}
