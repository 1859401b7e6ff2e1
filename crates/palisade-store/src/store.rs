//! All that is kept, opened together under one data folder.
//!
//! ```text
//! DIR/lock        held by the process that uses the folder
//! DIR/log/        the write-ahead log
//! DIR/committed   the log position up to which the lake holds everything
//! DIR/lake/       the Delta tables
//! DIR/state.db    keys, sessions, feed versions
//! DIR/feeds/      reference data
//! ```

use crate::{
    Feeds, Lake, LakeOptions, State, StoreError,
    log::{self, Log, LogLimits, Recovered},
};
use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
    thread::JoinHandle,
};

/// How the store is kept.
#[derive(Clone, Debug, Default)]
pub struct StoreOptions {
    /// The lake's.
    pub lake: LakeOptions,
    /// The log's.
    pub log: LogLimits,
}

/// The open store. The folder is free for another process once this is dropped.
pub struct Store {
    /// Tables and queries.
    pub lake: Lake,
    /// Keys, sessions, settings.
    pub state: State,
    /// Reference data.
    pub feeds: Feeds,
    /// What was found in the log at the start.
    pub recovered: Recovered,
    data_dir: PathBuf,
    log_limits: LogLimits,
    /// Findings up to this position of the log are kept.
    response_position: u64,
    _lock: File,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Store").field("data_dir", &self.data_dir).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the store under `data_dir`, creating what is missing.
    ///
    /// # Errors
    /// When the folder is in use by another process, or a part of it cannot be opened.
    pub async fn open(data_dir: &Path, options: StoreOptions) -> Result<Self, StoreError> {
        std::fs::create_dir_all(data_dir)?;
        let lock = lock(data_dir)?;
        let recovered = log::recover(&log_folder(data_dir))?;
        for damage in &recovered.damage {
            tracing::warn!("{damage}");
        }
        let state = State::open(&data_dir.join("state.db")).await?;
        let response_position = state.response_position().await?;
        let feeds = Feeds::open(data_dir, state.clone()).await?;
        let lake = Lake::open(data_dir, options.lake).await?;
        let (data_dir, log_limits) = (data_dir.to_owned(), options.log);
        Ok(Self { lake, state, feeds, recovered, data_dir, log_limits, response_position, _lock: lock })
    }

    /// Gives `each` every record of the log that the lake may not hold yet, in order.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn replay(&self, each: &mut dyn FnMut(u64, &[u8])) -> Result<(), StoreError> {
        self.replay_after(self.lake.committed()?, each)
    }

    /// Gives `each` every record of the log after this position, as far as the log goes back, in order.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn replay_after(&self, position: u64, each: &mut dyn FnMut(u64, &[u8])) -> Result<(), StoreError> {
        Ok(log::replay(&log_folder(&self.data_dir), position, each)?)
    }

    /// Starts the log's writer; see [`Log::start`].
    ///
    /// # Errors
    /// When its thread cannot be started.
    pub fn start_log<T: Send + 'static>(
        &self,
        deliver: impl FnMut(u64, T) + Send + 'static,
    ) -> Result<(Log<T>, JoinHandle<()>), StoreError> {
        // A log that was trimmed or lost must not give positions again that the lake or the response holds already.
        let held = self.lake.committed()?.max(self.response_position);
        let next = self.recovered.next_position.max(held + 1);
        Ok(Log::start(&log_folder(&self.data_dir), next, self.log_limits, deliver)?)
    }
}

fn log_folder(data_dir: &Path) -> PathBuf {
    data_dir.join("log")
}

fn lock(data_dir: &Path) -> Result<File, StoreError> {
    let file = File::create(data_dir.join("lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse(data_dir.to_owned())),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}
