//! The way of an observation, from admission to the tables.
//!
//! ```text
//! submit ──► ids, encoding ──► log (one fsync for all that wait) ──► acknowledged
//!                                │ in log order
//!                                ▼
//!                    detection workers, one a core ──► sequencer ──► tables, live stream
//! ```
//!
//! Records go to the workers in turn and come back from them in the same turn, so the sequencer sees log order without
//! sorting. What is under way is bounded in bytes: a submission has its share of the queue before its body is parsed, and
//! holds it until its rows are in the tables' memory; what does not fit is refused with a time to come back.
//!
//! After a crash the records that the tables do not hold are judged again. Ids are the same, so nothing doubles, and
//! nothing is published live a second time. What correlations had counted is counted again from the tables before.

pub mod admission;
pub mod change;
pub mod filter;
pub mod live;
mod queue;
mod record;
mod repeats;
mod replay;
mod series;
mod stages;
mod warm;

use crate::{clock, desk::Desk, watch::Watches};
use futures::FutureExt as _;
use live::Live;
use palisade_model::{Finding, FindingDraft, Id, Observation, Subject};
use palisade_store::{
    LakeStatus, Store, StoreError,
    log::{AppendError, Log, Waiting},
};
use queue::Queue;
pub use queue::Share;
use record::Record;
pub use repeats::IDEMPOTENCY_TIME;
use repeats::Repeats;
use series::SeriesLimit;
use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};
use tokio::sync::watch;

/// Limits of the pipeline; see `config::limits` for the reasons.
#[derive(Clone, Copy, Debug)]
pub struct PipelineLimits {
    /// Bytes of memory that submissions under way may take.
    pub queue_bytes_max: usize,
    /// Series of metrics at a time.
    pub series_max: usize,
    /// Live subscribers at a time.
    pub subscribers_max: usize,
    /// Frames that wait for one subscriber.
    pub frames_per_subscriber: usize,
}

/// A handle to the running pipeline.
#[derive(Clone, Debug)]
pub struct Pipeline {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    store: Arc<Store>,
    watches: Arc<Watches>,
    live: Arc<Live>,
    repeats: Arc<Repeats>,
    log: Log<Record>,
    queue: Arc<Queue>,
    series: SeriesLimit,
    limits: PipelineLimits,
    next_block: AtomicU64,
    stopping: AtomicBool,
    threads: Mutex<Vec<JoinHandle<()>>>,
    stop_lake: watch::Sender<bool>,
    committer: Mutex<Option<tokio::task::JoinHandle<()>>>,
}

/// What a source hands in.
#[derive(Debug)]
pub struct Submission {
    /// What was seen; ids are given here.
    pub observations: Vec<Observation>,
    /// Room in the queue for about the memory that they take.
    pub share: Share,
    /// What the client calls this write, prefixed with its API key's id.
    pub idempotency_key: Option<String>,
    /// For the record of inline questions, one for each observation: what was found. It is not judged again.
    pub judged: Option<Vec<Told>>,
}

/// What a watch said to an inline question.
#[derive(Debug)]
pub enum Told {
    /// About the text that was asked about.
    Drafts(Subject, Vec<FindingDraft>),
    /// About things that have a name of their own.
    Findings(Vec<Finding>),
}

impl Told {
    /// How many findings it makes.
    #[must_use]
    pub fn count(&self) -> usize {
        match self {
            Self::Drafts(_, drafts) => drafts.len(),
            Self::Findings(findings) => findings.len(),
        }
    }
}

/// A submission that is durable.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Receipt {
    /// How many observations were taken.
    pub accepted: usize,
    /// How many points of metrics were not, because they would begin too many series.
    pub refused_series: usize,
    /// The id of the first; the others follow it.
    pub first_id: Id,
    /// The position in the log.
    pub position: u64,
    /// True when the idempotency key was seen before: nothing was written again.
    pub repeated: bool,
    /// The findings of inline questions, in their order.
    pub findings: Vec<Finding>,
}

/// Why a submission was not taken. Nothing of it is kept.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// More is under way than the limits allow.
    #[error("overloaded: {reason}")]
    Overloaded {
        /// Which limit, for the metric and the answer.
        reason: &'static str,
        /// When to come back.
        retry_after: Duration,
    },
    /// The log cannot be written.
    #[error("{0}")]
    Storage(String),
    /// The server is going down.
    #[error("the server is stopping")]
    Stopping,
}

/// How the pipeline fares.
#[derive(Clone, Debug, Default)]
pub struct PipelineStatus {
    /// Series of metrics that points came of lately.
    pub series: usize,
    /// Series that are watched for what is odd.
    pub watched: usize,
    /// Whether others are not, for lack of room.
    pub is_watch_full: bool,
    /// Bytes under way.
    pub queue_bytes: usize,
    /// The limit on them.
    pub queue_bytes_max: usize,
    /// Why it is not healthy; empty when it is.
    pub degraded: Vec<String>,
    /// The lake's part.
    pub lake: LakeStatus,
}

/// How long a client should stay away when the queue is full: the shortest that `Retry-After` can say, whose unit is a second.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// A sender waits so long for room in the queue before it is refused: longer than the tables take for a commit, so that
/// one that waits for its answers is slowed to the speed of the server instead of being sent away for a whole second.
const ROOM_WAIT: Duration = Duration::from_millis(900);

impl Pipeline {
    /// Judges what the log holds and the tables do not, then takes submissions.
    ///
    /// # Errors
    /// When the log or the state cannot be read, or a thread not be started.
    pub async fn start(
        store: Arc<Store>,
        limits: PipelineLimits,
        watches: Watches,
        desk: &Desk,
    ) -> Result<Self, StoreError> {
        let watches = Arc::new(watches);
        let repeats = Arc::new(Repeats::load(&store.state, clock::now()).await?);
        let (stop_lake, stopped) = watch::channel(false);
        // Replay must not lose its ground: the idempotency keys that it learns stand in the log alone.
        let keep_all = Box::new(|_| std::future::ready(false).boxed());
        let committer = tokio::spawn(store.lake.clone().run(stopped, keep_all));
        let replayed =
            replay::run(Arc::clone(&store), Arc::clone(&watches), Arc::clone(&repeats), desk.findings()).await;
        let _ = stop_lake.send(true);
        let _ = committer.await;
        let correlating = replayed?;

        let live = Arc::new(Live::new(limits.subscribers_max, limits.frames_per_subscriber));
        desk.tell(Live::clone(&live));
        let (mut deliver, mut threads) = stages::start(&store.lake, &watches, &live, desk.findings(), correlating)?;
        let known = Arc::clone(&repeats);
        let (log, log_thread) = store.start_log(move |position, record| {
            known.durable(&record, position);
            deliver(position, record);
        })?;
        threads.insert(0, log_thread);
        let (stop_lake, stopped) = watch::channel(false);
        let free =
            repeats::free(store.state.clone(), log.clone(), Arc::clone(&repeats), desk.clone(), Arc::clone(&watches));
        let committer = tokio::spawn(store.lake.clone().run(stopped, free));
        let inner = Inner {
            store,
            watches,
            live,
            repeats,
            log,
            queue: Arc::new(Queue::new(limits.queue_bytes_max)),
            series: SeriesLimit::new(limits.series_max),
            limits,
            next_block: AtomicU64::new(uuid::Uuid::new_v4().as_u64_pair().1),
            stopping: AtomicBool::new(false),
            threads: Mutex::new(threads),
            stop_lake,
            committer: Mutex::new(Some(committer)),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Room in the queue for a submission of about `bytes`, for senders that can be told to come back.
    ///
    /// # Errors
    /// When there is none and will not be soon.
    pub async fn room(&self, bytes: usize) -> Result<Share, Refusal> {
        let share = self.inner.queue.share_within(bytes, ROOM_WAIT).await;
        share.ok_or(Refusal::Overloaded { reason: "queue", retry_after: RETRY_AFTER })
    }

    /// Whether [`Pipeline::room`] would refuse at once.
    ///
    /// # Errors
    /// As that.
    pub fn line_has_room(&self) -> Result<(), Refusal> {
        match self.inner.queue.has_full_line() {
            true => Err(Refusal::Overloaded { reason: "queue", retry_after: RETRY_AFTER }),
            false => Ok(()),
        }
    }

    /// As [`Pipeline::room`], but waits however long it takes. For senders that can be made to wait: files, connections
    /// that are not read meanwhile.
    pub async fn room_whenever(&self, bytes: usize) -> Share {
        self.inner.queue.share(bytes).await
    }

    /// Makes the submission durable. `Ok` is the promise that it is kept, judged and findable.
    ///
    /// # Errors
    /// When it is not taken; see [`Refusal`].
    pub async fn submit(&self, submission: Submission) -> Result<Receipt, Refusal> {
        if self.inner.stopping.load(Ordering::Acquire) {
            return Err(Refusal::Stopping);
        }
        let Some(key) = submission.idempotency_key.clone() else {
            return self.inner.append(submission, Waiting::Briefly).await;
        };
        // Done to its end though the client leave: it will ask again, and must be told what became of this.
        let inner = Arc::clone(&self.inner);
        let append = async move { inner.append_once(&key, submission, Waiting::Briefly).await };
        tokio::spawn(append).await.unwrap_or_else(|error| Err(Refusal::Storage(error.to_string())))
    }

    /// As [`Pipeline::submit`], but tries as long as it takes while the disk refuses.
    ///
    /// # Errors
    /// [`Refusal::Storage`] for what the log will never take, and [`Refusal::Stopping`].
    pub async fn submit_whenever(&self, submission: Submission) -> Result<Receipt, Refusal> {
        if self.inner.stopping.load(Ordering::Acquire) {
            return Err(Refusal::Stopping);
        }
        match submission.idempotency_key.clone() {
            None => self.inner.append(submission, Waiting::Long).await,
            Some(key) => self.inner.append_once(&key, submission, Waiting::Long).await,
        }
    }

    /// Forgets idempotency keys whose senders have noted by themselves that their writes are durable.
    pub fn forget(&self, idempotency_keys: &[String]) {
        self.inner.repeats.release(idempotency_keys);
    }

    /// The live stream.
    #[must_use]
    pub fn live(&self) -> &Live {
        &self.inner.live
    }

    /// The guard, for inline questions.
    #[must_use]
    pub fn guard(&self) -> &palisade_guard::Guard {
        &self.inner.watches.guard
    }

    /// The rules over security events.
    #[must_use]
    pub fn rules(&self) -> &crate::watch::Rules {
        &self.inner.watches.rules
    }

    /// The watch over series.
    #[must_use]
    pub fn telemetry(&self) -> &crate::watch::telemetry::Telemetry {
        &self.inner.watches.telemetry
    }

    /// How it fares.
    #[must_use]
    pub fn status(&self) -> PipelineStatus {
        let lake = self.inner.store.lake.status();
        let queue_bytes = self.inner.queue.bytes();
        let mut degraded: Vec<String> = lake.last_error.iter().cloned().collect();
        if self.inner.log.is_failing() {
            degraded
                .push("the log cannot be written, so writes are refused; look at free space and the disk".to_owned());
        }
        if queue_bytes > self.inner.limits.queue_bytes_max / 10 * 9 {
            degraded.push("the queue to the watches is nearly full".to_owned());
        }
        let (series, series_max) = self.inner.series.count();
        if series >= series_max {
            degraded.push("there are as many series of metrics as limits.series_max allows".to_owned());
        }
        let (watched, _, is_watch_full) = self.inner.watches.telemetry.count();
        PipelineStatus {
            series,
            watched,
            is_watch_full,
            queue_bytes,
            queue_bytes_max: self.inner.limits.queue_bytes_max,
            degraded,
            lake,
        }
    }

    /// Takes no more, judges and commits what was taken, and ends.
    pub async fn stop(&self) {
        if self.inner.stopping.swap(true, Ordering::AcqRel) {
            return;
        }
        self.inner.log.close();
        let threads = std::mem::take(&mut *self.inner.threads.lock().unwrap_or_else(PoisonError::into_inner));
        let watches = Arc::clone(&self.inner.watches);
        let join = move || {
            threads.into_iter().for_each(|thread| drop(thread.join()));
            watches.telemetry.stop();
        };
        let _ = tokio::task::spawn_blocking(join).await;
        let _ = self.inner.stop_lake.send(true);
        let committer = self.inner.committer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(committer) = committer {
            let _ = committer.await;
        }
    }
}

impl Inner {
    async fn append_once(&self, key: &str, submission: Submission, waiting: Waiting) -> Result<Receipt, Refusal> {
        let entry = self.repeats.entry(key, clock::now());
        let mut known = entry.lock().await;
        if let Some(receipt) = known.as_ref() {
            return Ok(Receipt { repeated: true, ..receipt.clone() });
        }
        let receipt = self.append(submission, waiting).await.inspect_err(|_| self.repeats.forget(key, &entry))?;
        *known = Some(receipt.clone());
        Ok(receipt)
    }

    async fn append(&self, mut submission: Submission, waiting: Waiting) -> Result<Receipt, Refusal> {
        let now = clock::now();
        let refused_series = self.series.admit(&mut submission.observations, now);
        if refused_series > 0 {
            metrics::counter!("palisade_refused_total", "reason" => "series").increment(refused_series as u64);
            if submission.observations.is_empty() {
                return Ok(Receipt { refused_series, ..Receipt::default() });
            }
        }
        // Consecutive numbers from a random start: two blocks of one millisecond differ, and so do two starts.
        let block = self.next_block.fetch_add(1, Ordering::Relaxed);
        let (record, payload) = Record::new(submission, Id::first_of_block(now, block));
        let (accepted, first_id, findings) = (record.len(), record.first_id(), record.findings());
        let position = self.log.append(payload, record, waiting).await.map_err(refusal)?;
        Ok(Receipt { accepted, refused_series, first_id, position, repeated: false, findings })
    }
}

fn refusal(error: AppendError) -> Refusal {
    match error {
        AppendError::Busy => Refusal::Overloaded { reason: "log", retry_after: RETRY_AFTER },
        AppendError::Closed => Refusal::Stopping,
        AppendError::Disk(_) | AppendError::TooLarge(_) => Refusal::Storage(error.to_string()),
    }
}
