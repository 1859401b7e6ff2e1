//! How much one archive may unpack to, with all that is nested in it.

use super::{Problem, load::FILE_BYTES_MAX};
use std::{
    cell::Cell,
    io::{self, Read},
};

/// What an archive may unpack to, with all that is nested in it.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub entries_max: u64,
    pub unpacked_bytes_max: u64,
    /// Times its own size that it may unpack to.
    pub ratio_max: u64,
    /// Bytes of one file in it.
    pub file_bytes_max: u64,
}

impl Limits {
    /// For what is inspected: five times the files of a large source tree, some seconds of work. Logs come to 50 times
    /// their size, a bomb of one layer to 1,000.
    pub const INSPECTED: Self =
        Self { entries_max: 100_000, unpacked_bytes_max: 512 << 20, ratio_max: 100, file_bytes_max: FILE_BYTES_MAX };
    /// For reference data that somebody imports: ten times the advisories of all ecosystems.
    pub const FEED: Self =
        Self { entries_max: 4_000_000, unpacked_bytes_max: 32 << 30, ratio_max: 100, file_bytes_max: FILE_BYTES_MAX };
    /// For a list, which is held in memory while it is read: ten times the largest file of a sanctions list, OFAC's
    /// advanced XML.
    pub const LIST: Self =
        Self { entries_max: 10_000, unpacked_bytes_max: 1 << 30, ratio_max: 100, file_bytes_max: 1 << 30 };
}

/// Bytes that any archive may unpack to, before the ratio counts: small files of blanks are no bombs.
const FREE_BYTES: u64 = 16 << 20;

/// What is left. Readers that are stacked on one another share it.
pub(super) struct Budget {
    limits: Limits,
    archive_bytes: u64,
    unpacked_bytes: Cell<u64>,
    entries: Cell<u64>,
}

impl Budget {
    /// For an archive of so many bytes.
    pub(super) fn new(limits: Limits, archive_bytes: usize) -> Self {
        Self { limits, archive_bytes: archive_bytes as u64, unpacked_bytes: Cell::new(0), entries: Cell::new(0) }
    }

    /// Bytes of one file.
    pub(super) fn file_bytes_max(&self) -> u64 {
        self.limits.file_bytes_max
    }

    pub(super) fn count_entry(&self) -> Result<(), Problem> {
        self.entries.set(self.entries.get() + 1);
        if self.entries.get() > self.limits.entries_max {
            Err(Problem::Entries(self.limits.entries_max))
        } else {
            Ok(())
        }
    }

    /// Counts what is read of `source`.
    pub(super) fn meter<R: Read>(&self, source: R) -> Metered<'_, R> {
        Metered { source, budget: self }
    }

    fn spend(&self, bytes: usize) -> Result<(), Problem> {
        let unpacked = self.unpacked_bytes.get() + bytes as u64;
        self.unpacked_bytes.set(unpacked);
        match unpacked {
            _ if unpacked > FREE_BYTES + self.archive_bytes * self.limits.ratio_max => {
                Err(Problem::Bomb(self.limits.ratio_max))
            }
            _ if unpacked > self.limits.unpacked_bytes_max => Err(Problem::Unpacked(self.limits.unpacked_bytes_max)),
            _ => Ok(()),
        }
    }
}

/// A reader that fails when the budget is spent.
pub(super) struct Metered<'b, R> {
    source: R,
    budget: &'b Budget,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.budget.spend(read)?;
        Ok(read)
    }
}
