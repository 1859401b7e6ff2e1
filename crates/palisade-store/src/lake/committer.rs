//! The lake as the rest of Palisade holds it: takes rows, commits them in time, and frees the log.

use super::{
    clock,
    memory::Memory,
    schema::TableName,
    table::{LakeTable, View},
    threads::Threads,
    upkeep,
};
use crate::{StoreError, checkpoint::Checkpoint};
use futures::future::BoxFuture;
use palisade_model::{Finding, Observation, Timestamp};
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{
    sync::{Notify, watch},
    task::JoinSet,
};

/// When to commit, what to keep.
#[derive(Clone, Debug)]
pub struct LakeOptions {
    /// Rows wait no longer than this for their commit.
    pub commit_every: Duration,
    /// Rows of one table that take this many bytes are committed at once.
    pub commit_bytes: usize,
    /// When uncommitted rows take this many bytes, taking in more waits.
    pub memory_bytes_max: usize,
    /// How often small files are joined and old ones forgotten.
    pub upkeep_every: Duration,
    /// Files are joined up to this size.
    pub file_bytes: u64,
    /// Days of receipt to keep; 0 keeps all.
    pub retention_days: u32,
    /// Bytes of files to keep in a table, oldest days go first; 0 keeps all.
    pub retention_bytes: u64,
    /// Files that no version needs any more are deleted once they are this old.
    pub vacuum_after: Duration,
    /// Called by each of the lake's threads when it has nothing to do, such as to give memory back.
    pub idle: fn(),
}

impl Default for LakeOptions {
    /// The reasons stand beside the settings in the configuration reference.
    fn default() -> Self {
        Self {
            commit_every: Duration::from_secs(5),
            commit_bytes: 16 << 20,
            memory_bytes_max: 48 << 20,
            upkeep_every: Duration::from_secs(60),
            file_bytes: 128 << 20,
            retention_days: 30,
            retention_bytes: 0,
            vacuum_after: Duration::from_secs(3_600),
            idle: || {},
        }
    }
}

/// How the lake fares.
#[derive(Clone, Debug, Default)]
pub struct LakeStatus {
    /// Rows not committed yet.
    pub memory_rows: usize,
    /// Their size.
    pub memory_bytes: usize,
    /// When rows were last committed.
    pub last_commit: Option<Timestamp>,
    /// Why the last commit failed, or else the last upkeep; until one succeeds.
    pub last_error: Option<String>,
}

/// Told the position up to which the tables hold everything. Returns whether replay may pass over what the log holds up
/// to there: whatever else it tells must be kept elsewhere first.
pub type Free = Box<dyn Fn(u64) -> BoxFuture<'static, bool> + Send + Sync>;

/// A handle to the lake.
#[derive(Clone, Debug)]
pub struct Lake {
    pub(super) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) tables: [LakeTable; 4],
    pub(super) options: LakeOptions,
    pub(super) threads: Threads,
    pub(super) engine: super::query::Engine,
    checkpoint: Checkpoint,
    /// The position up to which all rows are in the tables' memory or files. Locked while a record's rows are added,
    /// and while rows are taken for a commit: a commit holds whole records only.
    applied: Mutex<watch::Sender<u64>>,
    /// The same position, for those who wait for it.
    applied_at: watch::Receiver<u64>,
    /// The position that the log has made durable; queries wait until it is applied.
    durable: AtomicU64,
    health: Mutex<Health>,
    freed: (Mutex<()>, Condvar),
    hurry: Notify,
}

#[derive(Debug, Default)]
struct Health {
    last_commit: Option<Timestamp>,
    commit_error: Option<String>,
    upkeep_error: Option<String>,
}

/// How often the committer looks whether something is due.
const TICK: Duration = Duration::from_millis(200);
/// After a failed commit the next is tried no sooner.
const RETRY: Duration = Duration::from_secs(2);
/// A query waits no longer than this for rows that were acknowledged before it came.
const APPLY_WAIT: Duration = Duration::from_secs(2);

impl Lake {
    /// Opens the lake under `data_dir`, creating what is missing.
    ///
    /// # Errors
    /// When a table cannot be opened or created.
    pub async fn open(data_dir: &Path, options: LakeOptions) -> Result<Self, StoreError> {
        Self::open_tables(data_dir, options, true).await
    }

    /// Opens the lake under `data_dir` for queries only, without a server. Rows that a running server has not
    /// committed yet are not seen.
    ///
    /// # Errors
    /// When there is no lake, or it cannot be read.
    pub async fn open_read_only(data_dir: &Path) -> Result<Self, StoreError> {
        Self::open_tables(data_dir, LakeOptions::default(), false).await
    }

    async fn open_tables(data_dir: &Path, options: LakeOptions, create: bool) -> Result<Self, StoreError> {
        let folder = data_dir.join("lake");
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        let threads = Threads::start(cores, options.idle)?;
        let opening = folder.clone();
        let open = async move {
            let [events, metrics, spans, findings] = TableName::ALL;
            let folder = opening.as_path();
            Ok::<_, StoreError>([
                open_table(folder, events, create).await?,
                open_table(folder, metrics, create).await?,
                open_table(folder, spans, create).await?,
                open_table(folder, findings, create).await?,
            ])
        };
        let tables = threads.handle().spawn(open).await.map_err(|error| StoreError::Internal(error.to_string()))??;
        let (applied, applied_at) = watch::channel(0);
        let inner = Inner {
            tables,
            options,
            threads,
            engine: super::query::Engine::new().map_err(|error| StoreError::Internal(error.to_string()))?,
            checkpoint: Checkpoint::in_folder(data_dir),
            applied: Mutex::new(applied),
            applied_at,
            durable: AtomicU64::new(0),
            health: Mutex::default(),
            freed: Default::default(),
            hurry: Notify::new(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The position up to which everything is committed; replay begins after it.
    ///
    /// # Errors
    /// When the file that holds it cannot be read.
    pub fn committed(&self) -> Result<u64, StoreError> {
        Ok(self.inner.checkpoint.read()?)
    }

    /// Tells that the log holds everything up to `position`, and that rows will follow.
    pub fn expect(&self, position: u64) {
        self.inner.durable.fetch_max(position, Ordering::AcqRel);
    }

    /// Takes the rows of the record at `position`; records come in order. Waits while memory is full, so it must not
    /// be called on a thread that serves requests.
    ///
    /// # Errors
    /// When rows cannot be made, which no input can cause.
    pub fn append(&self, position: u64, observations: &[Observation], findings: &[Finding]) -> Result<(), StoreError> {
        self.wait_for_memory();
        let applied = self.inner.applied.lock().unwrap_or_else(PoisonError::into_inner);
        let [events, metrics, spans, found] = &self.inner.tables;
        for observation in observations {
            match observation {
                Observation::Event(event) => events.push(position, |rows| rows.push_event(event))?,
                Observation::Metric(metric) => metrics.push(position, |rows| rows.push_metric(metric))?,
                Observation::Span(span) => spans.push(position, |rows| rows.push_span(span))?,
            }
        }
        for finding in findings {
            found.push(position, |rows| rows.push_finding(finding))?;
        }
        applied.send_replace(position);
        drop(applied);
        // At once, not at the next tick: meanwhile fast senders would fill what is left of the memory, and then wait.
        if self.inner.is_large() {
            self.inner.hurry.notify_one();
        }
        Ok(())
    }

    fn wait_for_memory(&self) {
        let (lock, freed) = &self.inner.freed;
        let mut guard = lock.lock().unwrap_or_else(PoisonError::into_inner);
        while self.inner.memory_bytes() > self.inner.options.memory_bytes_max {
            self.inner.hurry.notify_one();
            guard = freed.wait_timeout(guard, TICK).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits until rows that were durable before this call can be queried, or a short while has passed.
    pub(super) async fn wait_until_applied(&self) {
        let durable = self.inner.durable.load(Ordering::Acquire);
        let mut applied = self.inner.applied_at.clone();
        let wait = applied.wait_for(|applied| *applied >= durable);
        // Under overload the answer may lack the newest rows rather than come late.
        let _ = tokio::time::timeout(APPLY_WAIT, wait).await;
    }

    /// Commits and keeps up until `stop` turns true, then commits the rest. `free` is given the position up to which
    /// the log is not needed any more.
    pub async fn run(self, stop: watch::Receiver<bool>, free: Free) {
        let free = Arc::new(free);
        // A fault in an engine must not end commits unseen: it shows as a failed one, and they go on.
        loop {
            let work = self.clone().work(stop.clone(), Arc::clone(&free));
            match self.inner.threads.handle().spawn(work).await {
                Ok(()) => return,
                Err(error) => self.inner.failed(format!("committing broke off: {error}")),
            }
            if *stop.borrow() {
                return;
            }
            tokio::time::sleep(RETRY).await;
        }
    }

    /// Commits what is due until `stop` turns true, and keeps up meanwhile: rows that come in while large files are
    /// merged must not wait in memory for the end of that.
    async fn work(self, mut stop: watch::Receiver<bool>, free: Arc<Free>) {
        let mut upkeep = JoinSet::new();
        upkeep.spawn(self.clone().keep_up_in_time());
        loop {
            tokio::select! {
                () = tokio::time::sleep(TICK) => {}
                () = self.inner.hurry.notified() => {}
                Some(broken) = upkeep.join_next() => {
                    if let Err(error) = broken {
                        self.inner.upkeep_failed(format!("upkeep broke off: {error}"));
                    }
                    upkeep.spawn(self.clone().keep_up_in_time());
                }
                _ = stop.wait_for(|stop| *stop) => break,
            }
            if self.inner.due() && !self.commit_all(&free).await {
                tokio::time::sleep(RETRY).await;
            }
        }
        self.commit_all(&free).await;
    }

    /// Keeps up again and again. May be broken off anywhere: what a merge wrote counts when its version stands, and is
    /// deleted at a later upkeep otherwise.
    async fn keep_up_in_time(self) {
        let mut steady = clock::Steady::new(clock::now(), Instant::now());
        loop {
            tokio::time::sleep(self.inner.options.upkeep_every).await;
            let now = clock::now();
            if steady.holds(now, Instant::now()) {
                self.keep_up(now).await;
            } else {
                tracing::warn!(%now, "the clock jumped since the last upkeep, so nothing is deleted until the next");
            }
        }
    }

    /// Commits all rows in memory. Returns whether that succeeded.
    pub(super) async fn commit_all(&self, free: &Free) -> bool {
        let started = Instant::now();
        let position = match self.settle_and_take().await {
            Ok(position) => position,
            Err(error) => {
                self.inner.failed(format!("rows in memory cannot be taken for a commit: {error}"));
                return false;
            }
        };
        let (mut rows, mut done) = (0, true);
        for table in &self.inner.tables {
            match table.commit(position).await {
                Ok(count) => rows += count,
                Err(error) => {
                    self.inner.failed(format!("table {} cannot be committed: {error}", table.name.as_str()));
                    done = false;
                }
            }
        }
        self.inner.freed.1.notify_all();
        if !done {
            return false;
        }
        metrics::histogram!("palisade_commit_seconds").record(started.elapsed());
        metrics::counter!("palisade_committed_rows_total").increment(rows as u64);
        if free(position).await
            && let Err(error) = self.inner.checkpoint.write(position)
        {
            self.inner.failed(format!("the checkpoint cannot be written: {error}"));
            return false;
        }
        self.inner.succeeded();
        true
    }

    async fn settle_and_take(&self) -> Result<u64, StoreError> {
        for table in &self.inner.tables {
            table.settle().await?;
        }
        self.take()
    }

    /// Takes the rows of all tables for a commit, between two records, so that they are those up to the position
    /// returned and no others.
    fn take(&self) -> Result<u64, StoreError> {
        let position = self.inner.applied.lock().unwrap_or_else(PoisonError::into_inner);
        for table in &self.inner.tables {
            table.take()?;
        }
        Ok(*position.borrow())
    }

    /// Joins small files, forgets old days, and deletes files that no version needs.
    pub(crate) async fn keep_up(&self, now: Timestamp) {
        self.inner.health().upkeep_error = None;
        for table in &self.inner.tables {
            if let Err(problem) = upkeep::keep_up(table, &self.inner.options, now).await {
                self.inner.upkeep_failed(format!("upkeep of table {}: {problem}", table.name.as_str()));
            }
        }
    }

    /// How the lake fares.
    #[must_use]
    pub fn status(&self) -> LakeStatus {
        let health = self.inner.health();
        LakeStatus {
            memory_rows: self.inner.tables.iter().map(|table| table.memory(|memory| memory.rows())).sum(),
            memory_bytes: self.inner.memory_bytes(),
            last_commit: health.last_commit,
            last_error: health.commit_error.clone().or_else(|| health.upkeep_error.clone()),
        }
    }
}

async fn open_table(folder: &Path, name: TableName, create: bool) -> Result<LakeTable, StoreError> {
    let table = LakeTable::open(folder, name, create).await;
    table.map_err(|error| StoreError::Table {
        table: PathBuf::from(folder).join(name.as_str()),
        error: error.to_string(),
    })
}

fn count_error(error: &str) {
    tracing::error!("{error}");
    metrics::counter!("palisade_lake_errors_total").increment(1);
}

impl Inner {
    pub(super) fn views(&self) -> Result<Vec<(TableName, View)>, StoreError> {
        self.tables.iter().map(|table| Ok((table.name, table.view()?))).collect()
    }

    fn memory_bytes(&self) -> usize {
        self.tables.iter().map(|table| table.memory(|memory| memory.bytes())).sum()
    }

    fn due(&self) -> bool {
        let is_old = |since: Instant| since.elapsed() >= self.options.commit_every;
        let waits = |memory: &mut Memory| memory.has_taken() || memory.since().is_some_and(is_old);
        self.is_large() || self.tables.iter().any(|table| table.memory(waits))
    }

    /// Whether the rows of a table are enough for a commit.
    fn is_large(&self) -> bool {
        self.tables.iter().any(|table| table.memory(|memory| memory.uncommitted_bytes()) >= self.options.commit_bytes)
    }

    fn health(&self) -> MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn failed(&self, error: String) {
        count_error(&error);
        self.health().commit_error = Some(error);
    }

    fn upkeep_failed(&self, error: String) {
        count_error(&error);
        self.health().upkeep_error = Some(error);
    }

    fn succeeded(&self) {
        let mut health = self.health();
        health.commit_error = None;
        // What the disk did to an upkeep it does no more; if it does, the next one tells again.
        health.upkeep_error = None;
        health.last_commit = Some(clock::now());
    }
}
