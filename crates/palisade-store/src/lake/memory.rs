//! Rows that are not committed yet.

use super::{rows::Rows, schema::TableName};
use deltalake::arrow::{array::RecordBatch, error::ArrowError};
use std::{sync::Arc, time::Instant};

/// Rows are sealed into batches of this many, so that a query needs to seal only a few.
pub(super) const BATCH_ROWS: usize = 8 * 1024;

/// The uncommitted rows of one table: being gathered, sealed, and on their way to the disk.
#[derive(Debug)]
pub(super) struct Memory {
    gathered: Rows,
    sealed: Vec<RecordBatch>,
    sealed_bytes: usize,
    committing: Arc<Vec<RecordBatch>>,
    committing_bytes: usize,
    since: Option<Instant>,
}

impl Memory {
    pub(super) fn new(name: TableName) -> Self {
        let gathered = Rows::new(name);
        Self {
            gathered,
            sealed: Vec::new(),
            sealed_bytes: 0,
            committing: Arc::default(),
            committing_bytes: 0,
            since: None,
        }
    }

    /// Lets `push` add rows.
    pub(super) fn push(&mut self, push: impl FnOnce(&mut Rows)) -> Result<(), ArrowError> {
        push(&mut self.gathered);
        if self.since.is_none() && self.gathered.len() > 0 {
            self.since = Some(Instant::now());
        }
        if self.gathered.len() >= BATCH_ROWS { self.seal() } else { Ok(()) }
    }

    fn seal(&mut self) -> Result<(), ArrowError> {
        if self.gathered.len() > 0 {
            self.sealed_bytes += self.gathered.bytes();
            self.sealed.push(self.gathered.seal()?);
        }
        Ok(())
    }

    /// All rows, oldest first.
    pub(super) fn batches(&mut self) -> Result<Vec<RecordBatch>, ArrowError> {
        self.seal()?;
        Ok(self.committing.iter().chain(&self.sealed).cloned().collect())
    }

    /// Takes the rows for a commit. They stay visible until [`Memory::committed`] or [`Memory::failed`] is called.
    pub(super) fn take(&mut self) -> Result<(), ArrowError> {
        self.seal()?;
        self.committing = Arc::new(std::mem::take(&mut self.sealed));
        self.committing_bytes = std::mem::take(&mut self.sealed_bytes);
        self.since = None;
        Ok(())
    }

    /// Whether rows are taken of which it is not known what became of them.
    pub(super) fn has_taken(&self) -> bool {
        !self.committing.is_empty()
    }

    /// The rows taken.
    pub(super) fn taken(&self) -> Arc<Vec<RecordBatch>> {
        Arc::clone(&self.committing)
    }

    pub(super) fn committed(&mut self) {
        self.committing = Arc::default();
        self.committing_bytes = 0;
    }

    /// Puts the rows back, for the next try.
    pub(super) fn failed(&mut self) {
        let mut batches: Vec<_> = self.committing.iter().cloned().collect();
        batches.append(&mut self.sealed);
        self.sealed = batches;
        self.sealed_bytes += self.committing_bytes;
        self.since = Some(Instant::now());
        self.committed();
    }

    pub(super) fn bytes(&self) -> usize {
        self.uncommitted_bytes() + self.committing_bytes
    }

    /// The bytes that the next commit would take.
    pub(super) fn uncommitted_bytes(&self) -> usize {
        self.gathered.bytes() + self.sealed_bytes
    }

    pub(super) fn rows(&self) -> usize {
        let sealed = self.committing.iter().chain(&self.sealed).map(RecordBatch::num_rows).sum::<usize>();
        sealed + self.gathered.len()
    }

    /// When the oldest row of the next commit came in; `None` when there is none.
    pub(super) const fn since(&self) -> Option<Instant> {
        self.since
    }
}
