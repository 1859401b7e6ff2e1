//! What can go wrong in the store, and what its user can do about it.

use crate::{feeds::FeedError, state::StateError};
use std::path::PathBuf;

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file system refused.
    #[error("the data folder cannot be used: {0}. Check that it exists, is writable, and that the disk has space")]
    Io(#[from] std::io::Error),
    /// Another process uses the data folder.
    #[error("{} is in use by another Palisade: stop it, or choose another --data-dir", .0.display())]
    InUse(PathBuf),
    /// There is nothing to read.
    #[error("there is no lake at {}: start `palisade serve --data-dir` there first", .0.display())]
    NoLake(PathBuf),
    /// A table is damaged or cannot be reached.
    #[error("the table {} cannot be opened: {error}", table.display())]
    Table {
        /// Its folder.
        table: PathBuf,
        /// What the engine says.
        error: String,
    },
    /// The state database.
    #[error(transparent)]
    State(#[from] StateError),
    /// The feeds.
    #[error(transparent)]
    Feed(#[from] FeedError),
    /// A fault of ours.
    #[error("an internal fault: {0}. Please report it")]
    Internal(String),
}

impl From<deltalake::DeltaTableError> for StoreError {
    fn from(error: deltalake::DeltaTableError) -> Self {
        Self::Internal(error.to_string())
    }
}
