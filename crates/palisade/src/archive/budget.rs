//! How much one archive may unpack to, with all that is nested in it.

use super::Problem;
use std::{
    cell::Cell,
    io::{self, Read},
};

/// Entries of an archive: five times the files of a large source tree.
pub(super) const ENTRIES_MAX: u64 = 100_000;

/// Bytes that an archive may unpack to: some seconds of work.
pub(super) const UNPACKED_BYTES_MAX: u64 = 512 << 20;

/// Times its own size that an archive may unpack to. Logs come to 50; a bomb of one layer to 1,000.
pub(super) const RATIO_MAX: u64 = 100;

/// Bytes that any archive may unpack to, before the ratio counts: small files of blanks are no bombs.
const FREE_BYTES: u64 = 16 << 20;

/// What is left. Readers that are stacked on one another share it.
pub(super) struct Budget {
    archive_bytes: u64,
    unpacked_bytes: Cell<u64>,
    entries: Cell<u64>,
}

impl Budget {
    /// For an archive of so many bytes.
    pub(super) fn new(archive_bytes: usize) -> Self {
        Self { archive_bytes: archive_bytes as u64, unpacked_bytes: Cell::new(0), entries: Cell::new(0) }
    }

    pub(super) fn count_entry(&self) -> Result<(), Problem> {
        self.entries.set(self.entries.get() + 1);
        if self.entries.get() > ENTRIES_MAX { Err(Problem::Entries) } else { Ok(()) }
    }

    /// Counts what is read of `source`.
    pub(super) fn meter<R: Read>(&self, source: R) -> Metered<'_, R> {
        Metered { source, budget: self }
    }

    fn spend(&self, bytes: usize) -> Result<(), Problem> {
        let unpacked = self.unpacked_bytes.get() + bytes as u64;
        self.unpacked_bytes.set(unpacked);
        match unpacked {
            _ if unpacked > FREE_BYTES + self.archive_bytes * RATIO_MAX => Err(Problem::Bomb),
            _ if unpacked > UNPACKED_BYTES_MAX => Err(Problem::Unpacked),
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
