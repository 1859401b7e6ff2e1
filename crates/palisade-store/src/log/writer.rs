//! Appending, with group commit.

use super::segment;
use std::{
    fs::File,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
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
}

/// A clone appends to the same log; `T` need not be cloned for that.
impl<T> Clone for Log<T> {
    fn clone(&self) -> Self {
        Self { appends: self.appends.clone(), folder: self.folder.clone() }
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
        let mut writer = Writer { folder: folder.to_owned(), limits, next_position, segment: None, buffer: Vec::new() };
        let thread =
            std::thread::Builder::new().name("log".to_owned()).spawn(move || writer.run(&requests, deliver))?;
        Ok((Self { appends, folder: folder.to_owned() }, thread))
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
}

struct Segment {
    file: File,
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
                    self.segment = None;
                }
            }
            answer(group, first, result.map_err(|error| error.to_string()), &mut deliver);
        }
    }

    /// Waits for an append, takes what else waits, and encodes them into the buffer.
    fn gather<T>(&mut self, requests: &Receiver<Request<T>>) -> (Vec<Append<T>>, bool) {
        self.buffer.clear();
        self.buffer.shrink_to(self.limits.group_bytes);
        let mut group = Vec::new();
        let mut next = requests.recv().unwrap_or(Request::Close);
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
        let mut file = File::options().write(true).create(true).truncate(true).open(segment::path(folder, first))?;
        file.write_all(segment::MAGIC)?;
        file.sync_all()?;
        // The name of the file must be durable, too.
        File::open(folder)?.sync_all()?;
        Ok(Self { file, bytes: segment::MAGIC.len() })
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
