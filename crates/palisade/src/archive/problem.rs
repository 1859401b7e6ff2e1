//! Why something in an archive was not inspected.

use super::budget::{ENTRIES_MAX, RATIO_MAX, UNPACKED_BYTES_MAX};
use std::io;

/// Why an entry, or the rest of an archive, was not inspected.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum Problem {
    #[error(
        "it unpacks to more than {RATIO_MAX} times its size, as decompression bombs do; the rest was not inspected"
    )]
    Bomb,
    #[error("it unpacks to more than {} MiB; the rest was not inspected", UNPACKED_BYTES_MAX >> 20)]
    Unpacked,
    #[error("it has more than {ENTRIES_MAX} entries; the rest was not inspected")]
    Entries,
    #[error("its results are too many to keep; the rest was not inspected")]
    Results,
    #[error("it is nested in too many archives; it was not opened")]
    Nested,
    #[error("it is encrypted; it was not inspected")]
    Encrypted,
    #[error("its compression method {0} is not known here; it was not inspected")]
    Method(u16),
    #[error("it is a sparse file; it was not inspected")]
    Sparse,
    #[error("it is damaged: {0}; what could not be read was not inspected")]
    Damaged(String),
}

impl Problem {
    /// True for what concerns all of the outermost archive.
    pub fn ends_all(&self) -> bool {
        matches!(self, Self::Bomb | Self::Unpacked | Self::Entries | Self::Results)
    }

    /// True for what was made to do harm.
    pub fn is_hostile(&self) -> bool {
        *self == Self::Bomb
    }

    pub(super) fn damaged(what: &str) -> Self {
        Self::Damaged(what.to_owned())
    }
}

impl From<Problem> for io::Error {
    fn from(problem: Problem) -> Self {
        Self::other(problem)
    }
}

impl From<io::Error> for Problem {
    /// What a reader underneath had to say, or that the bytes are not what they should be.
    fn from(error: io::Error) -> Self {
        error.downcast::<Self>().unwrap_or_else(|error| Self::Damaged(error.to_string()))
    }
}
