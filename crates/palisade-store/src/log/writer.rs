//! Appending, with group commit.

use super::segment;
use std::{
    fs::File,
    io::{self, Seek as _, Write as _},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};
use tokio::sync::oneshot;

/// Limits of the log.
#[derive(Clone, Copy, Debug)]
pub struct LogLimits {
    /// A segment is closed once it holds this many bytes.
    pub segment_bytes: usize,
    /// One write takes no more than about this many bytes together.
    pub group_bytes: usize,
    /// How many appends may wait for the writer.
    pub waiting: usize,
}

impl Default for LogLimits {
    /// 64 MiB segments are freed soon after they are committed; groups of 8 MiB bound how long one
    /// flush takes; 4,096 waiting appends are more than the connections that a server takes.
    fn default() -> Self {
        Self { segment_bytes: 64 << 20, group_bytes: 8 << 20, waiting: 4_096 }
    }
}

/// What an append does while it cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// Gives up, so that its client can be told.
    Briefly,
    /// Waits as long as it takes, also while the disk refuses.
    Long,
}

/// About as long as the disk takes for one group.
const FULL_PAUSE: Duration = Duration::from_millis(5);
/// After the disk refused, what can wait is tried again this often.
const DISK_PAUSE: Duration = Duration::from_secs(2);

/// While the log cannot be written it is tried this often whether it can, so that it is known without a sender.
const PROBE_PAUSE: Duration = Duration::from_secs(1);
/// So much must fit: a disk that takes a byte but no batch is still full.
const PROBE_BYTES: u64 = 1 << 20;

/// Positions that a failed group may have left on disk; more than a group can hold.
const POSITIONS_LEFT_OUT: u64 = 1 << 20;

/// Why an append is not durable.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The disk refused. Nothing was acknowledged; the next append tries a new segment.
    #[error("the log cannot be written: {0}. Check free space and the health of the disk")]
    Disk(String),
    /// More appends wait than the log takes.
    #[error("too many writes wait for the log")]
    Busy,
    /// The record is larger than the log takes.
    #[error("the record of {0} bytes is larger than the log takes")]
    TooLarge(usize),
    /// The log is closed.
    #[error("the log is closed")]
    Closed,
}

/// A handle to the log; appends `T`s and hands them on once they are durable.
#[derive(Debug)]
pub struct Log<T> {
    appends: SyncSender<Request<T>>,
    folder: PathBuf,
    failing: Arc<AtomicBool>,
}

/// A clone appends to the same log; `T` need not be cloned for that.
impl<T> Clone for Log<T> {
    fn clone(&self) -> Self {
        Self { appends: self.appends.clone(), folder: self.folder.clone(), failing: Arc::clone(&self.failing) }
    }
}

#[derive(Debug)]
enum Request<T> {
    Append(Append<T>),
    Close,
}

#[derive(Debug)]
struct Append<T> {
    payload: Vec<u8>,
    item: T,
    answer: oneshot::Sender<Result<u64, Failed<T>>>,
}

/// What the disk refused, so that it can be tried again.
#[derive(Debug)]
struct Failed<T> {
    error: String,
    payload: Vec<u8>,
    item: T,
}

impl<T: Send + 'static> Log<T> {
    /// Starts the writer of the log in `folder`, whose next record has position `next_position`. `deliver` is given
    /// each durable record's position and item, in order; while it blocks, appends wait.
    ///
    /// # Errors
    /// When the thread cannot be started.
    pub fn start(
        folder: &Path,
        next_position: u64,
        limits: LogLimits,
        deliver: impl FnMut(u64, T) + Send + 'static,
    ) -> io::Result<(Self, JoinHandle<()>)> {
        let (appends, requests) = sync_channel(limits.waiting);
        let failing = Arc::<AtomicBool>::default();
        let mut writer = Writer {
            folder: folder.to_owned(),
            limits,
            next_position,
            segment: None,
            buffer: Vec::new(),
            failing: Arc::clone(&failing),
        };
        let thread =
            std::thread::Builder::new().name("log".to_owned()).spawn(move || writer.run(&requests, deliver))?;
        Ok((Self { appends, folder: folder.to_owned(), failing }, thread))
    }

    /// Makes `payload` durable and hands `item` on. Returns the record's position.
    ///
    /// # Errors
    /// When it is not durable; see [`AppendError`].
    pub async fn append(&self, payload: Vec<u8>, item: T, waiting: Waiting) -> Result<u64, AppendError> {
        if payload.len() > segment::PAYLOAD_BYTES_MAX {
            return Err(AppendError::TooLarge(payload.len()));
        }
        let (mut payload, mut item) = (payload, item);
        loop {
            let failed = match self.append_once(payload, item, waiting).await? {
                Ok(position) => return Ok(position),
                Err(failed) if waiting == Waiting::Briefly => return Err(AppendError::Disk(failed.error)),
                Err(failed) => failed,
            };
            tokio::time::sleep(DISK_PAUSE).await;
            (payload, item) = (failed.payload, failed.item);
        }
    }

    async fn append_once(
        &self,
        payload: Vec<u8>,
        item: T,
        waiting: Waiting,
    ) -> Result<Result<u64, Failed<T>>, AppendError> {
        let (answer, answered) = oneshot::channel();
        let mut request = Request::Append(Append { payload, item, answer });
        loop {
            request = match self.appends.try_send(request) {
                Ok(()) => return answered.await.map_err(|_| AppendError::Closed),
                Err(TrySendError::Disconnected(_)) => return Err(AppendError::Closed),
                Err(TrySendError::Full(_)) if waiting == Waiting::Briefly => return Err(AppendError::Busy),
                Err(TrySendError::Full(request)) => request,
            };
            tokio::time::sleep(FULL_PAUSE).await;
        }
    }

    /// Whether the disk refuses: the last write failed, and no try since then succeeded.
    #[must_use]
    pub fn is_failing(&self) -> bool {
        self.failing.load(Ordering::Relaxed)
    }

    /// Ends the writer once everything that waits is written.
    pub fn close(&self) {
        // A closed channel means that the writer has ended already.
        let _ = self.appends.send(Request::Close);
    }

    /// Deletes the segments that hold only records up to `position`, which are kept elsewhere by now.
    ///
    /// # Errors
    /// When a file cannot be deleted.
    pub fn trim(&self, position: u64) -> io::Result<usize> {
        let segments = segment::list(&self.folder)?;
        let mut deleted = 0;
        for pair in segments.windows(2) {
            if pair[1].0 <= position + 1 {
                std::fs::remove_file(&pair[0].1)?;
                deleted += 1;
            }
        }
        Ok(deleted)
    }
}

struct Writer {
    folder: PathBuf,
    limits: LogLimits,
    next_position: u64,
    segment: Option<Segment>,
    buffer: Vec<u8>,
    failing: Arc<AtomicBool>,
}

struct Segment {
    file: File,
    path: PathBuf,
    /// What is durable of it.
    bytes: usize,
}

impl Writer {
    fn run<T>(&mut self, requests: &Receiver<Request<T>>, mut deliver: impl FnMut(u64, T)) {
        let fsync_seconds = metrics::histogram!("palisade_log_fsync_seconds");
        let written_bytes = metrics::counter!("palisade_log_bytes_total");
        let mut closing = false;
        while !closing {
            let (group, close) = self.gather(requests);
            closing = close;
            if group.is_empty() {
                continue;
            }
            let started = Instant::now();
            let result = self.write();
            fsync_seconds.record(started.elapsed());
            written_bytes.increment(self.buffer.len() as u64);
            let first = self.next_position;
            match &result {
                Ok(()) => self.next_position += group.len() as u64,
                // What reached the disk of a failed group is unknown. Its positions are not given again, and the next
                // group begins a new segment, so that recovery can tell the two apart.
                Err(error) => {
                    tracing::error!(%error, "the log cannot be written");
                    self.next_position += POSITIONS_LEFT_OUT;
                    self.give_up_segment();
                }
            }
            self.failing.store(result.is_err(), Ordering::Relaxed);
            answer(group, first, result.map_err(|error| error.to_string()), &mut deliver);
        }
    }

    /// Waits for an append, takes what else waits, and encodes them into the buffer.
    fn gather<T>(&mut self, requests: &Receiver<Request<T>>) -> (Vec<Append<T>>, bool) {
        self.buffer.clear();
        self.buffer.shrink_to(self.limits.group_bytes);
        let mut group = Vec::new();
        let mut next = self.wait(requests);
        loop {
            match next {
                Request::Close => return (group, true),
                Request::Append(append) => {
                    segment::encode(&mut self.buffer, self.next_position + group.len() as u64, &append.payload);
                    group.push(append);
                }
            }
            if self.buffer.len() >= self.limits.group_bytes {
                return (group, false);
            }
            match requests.try_recv() {
                Ok(request) => next = request,
                Err(_) => return (group, false),
            }
        }
    }

    /// The next request. While the disk refuses, it is tried meanwhile whether it still does.
    fn wait<T>(&mut self, requests: &Receiver<Request<T>>) -> Request<T> {
        while self.failing.load(Ordering::Relaxed) {
            match requests.recv_timeout(PROBE_PAUSE) {
                Ok(request) => return request,
                Err(RecvTimeoutError::Disconnected) => return Request::Close,
                Err(RecvTimeoutError::Timeout) => self.probe(),
            }
        }
        requests.recv().unwrap_or(Request::Close)
    }

    /// Tries the disk with a new segment, which the next group then goes to.
    fn probe(&mut self) {
        match Segment::create(&self.folder, self.next_position).and_then(Segment::with_room) {
            Ok(segment) => {
                tracing::info!("the log can be written again");
                self.segment = Some(segment);
                self.failing.store(false, Ordering::Relaxed);
            }
            Err(error) => tracing::debug!(%error, "the log still cannot be written"),
        }
    }

    /// Never writes to the segment again: after a failed fsync the system may take pages for written that are not. What
    /// of the failed group stands in it is cut off, or it would come back at the next start though it was refused.
    fn give_up_segment(&mut self) {
        let Some(segment) = self.segment.take() else { return };
        if let Err(error) = segment.cut() {
            tracing::warn!(%error, "what the log refused may come back at the next start");
        }
    }

    /// Writes the buffer and waits for the disk.
    fn write(&mut self) -> io::Result<()> {
        let segment = match &mut self.segment {
            Some(segment) if segment.bytes < self.limits.segment_bytes => segment,
            stale => stale.insert(Segment::create(&self.folder, self.next_position)?),
        };
        segment.file.write_all(&self.buffer)?;
        segment.file.sync_data()?;
        segment.bytes += self.buffer.len();
        Ok(())
    }
}

impl Segment {
    fn create(folder: &Path, first: u64) -> io::Result<Self> {
        let path = segment::path(folder, first);
        let file = File::options().write(true).create(true).truncate(true).open(&path)?;
        let mut segment = Self { file, path, bytes: 0 };
        match segment.begin(folder) {
            Ok(()) => Ok(segment),
            Err(error) => {
                let _error_of_interest = segment.cut();
                Err(error)
            }
        }
    }

    fn begin(&mut self, folder: &Path) -> io::Result<()> {
        self.file.write_all(segment::MAGIC)?;
        self.file.sync_all()?;
        // The name of the file must be durable, too.
        File::open(folder)?.sync_all()?;
        self.bytes = segment::MAGIC.len();
        Ok(())
    }

    /// Fails unless the disk takes some more. The segment is as it was then, or gone.
    fn with_room(mut self) -> io::Result<Self> {
        let mut zeros = io::Read::take(io::repeat(0), PROBE_BYTES);
        let written = io::copy(&mut zeros, &mut self.file).and_then(|_| self.file.sync_all());
        if let Err(error) = written {
            let _error_of_interest = self.cut();
            return Err(error);
        }
        self.file.set_len(self.bytes as u64)?;
        self.file.seek(io::SeekFrom::Start(self.bytes as u64))?;
        Ok(self)
    }

    /// Takes off what is not durable; a segment without a record is deleted.
    fn cut(&self) -> io::Result<()> {
        if self.bytes <= segment::MAGIC.len() {
            return std::fs::remove_file(&self.path);
        }
        self.file.set_len(self.bytes as u64)?;
        self.file.sync_all()
    }
}

/// Hands the durable items of a group on, in order, and tells their appenders.
fn answer<T>(group: Vec<Append<T>>, first: u64, result: Result<(), String>, deliver: &mut impl FnMut(u64, T)) {
    for (position, append) in (first..).zip(group) {
        // An appender that has gone away does not change that its record is durable.
        let _ = match &result {
            Ok(()) => {
                deliver(position, append.item);
                append.answer.send(Ok(position))
            }
            Err(error) => {
                let failed = Failed { error: error.clone(), payload: append.payload, item: append.item };
                append.answer.send(Err(failed))
            }
        };
    }
}
