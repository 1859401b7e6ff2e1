//! Why something in an archive was not inspected.

use std::io;

/// Why an entry, or the rest of an archive, was not inspected.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum Problem {
    /// It unpacks to more than so many times its size.
    #[error("it unpacks to more than {0} times its size, as decompression bombs do; the rest was not inspected")]
    Bomb(u64),
    /// It unpacks to more than so many bytes.
    #[error("it unpacks to more than {} MiB; the rest was not inspected", .0 >> 20)]
    Unpacked(u64),
    /// It has more than so many entries.
    #[error("it has more than {0} entries; the rest was not inspected")]
    Entries(u64),
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
        matches!(self, Self::Bomb(_) | Self::Unpacked(_) | Self::Entries(_) | Self::Results)
    }

    /// True for what was made to do harm.
    pub fn is_hostile(&self) -> bool {
        matches!(self, Self::Bomb(_))
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
