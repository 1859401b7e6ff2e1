//! Looks for files, reads what is new in them, and keeps their positions.

use super::{
    followed::{Batch, Followed, Look, end_of_lines},
    positions::{Fingerprint, Position, Positions},
    search::{FILES_MAX, Identity, Pattern},
};
use crate::{
    api::server::told,
    cli::{Failure, bounded},
    clock,
    config::{FileFormat, Files, ReadFrom},
    intake::{Intake, Stopping},
    pipeline::Receipt,
};
use palisade_sources::{Context, LineFormat, LineOrigin, Parsed};
use std::{
    collections::{HashMap, HashSet},
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use tokio::{runtime::Handle, sync::watch};

/// Between two looks while something is written, and when nothing is.
const LOOK_EVERY: [Duration; 2] = [Duration::from_millis(250), Duration::from_secs(1)];
/// Files that come, go and are renamed are noticed after so long.
const SEARCH_EVERY: Duration = Duration::from_secs(2);
/// Positions are saved this often; the keys of the batches since then make up for the rest.
const SAVE_EVERY: Duration = Duration::from_secs(1);
/// A file that was renamed or deleted may still be written to for as long as its writer is not told.
const LOST_SILENCE: Duration = Duration::from_secs(10);
/// A file that has been silent for so long is closed.
const REST_AFTER: Duration = Duration::from_secs(30);
/// Files that are open at most.
const OPEN_MAX: usize = 256;
/// Batches of one file before the others have their turn.
const BATCHES_IN_TURN: usize = 16;
/// How long what was read may take to become durable when the server stops.
const LAST_KEEP_MAX: Duration = Duration::from_secs(10);

/// Follows all files.
pub(super) struct Follower {
    tables: Vec<(Pattern, Files)>,
    data_dir: PathBuf,
    intake: Intake,
    host: String,
    stop: watch::Receiver<bool>,
    runtime: Handle,
    files: HashMap<Identity, Followed>,
    known_patterns: HashSet<String>,
    unreadable: HashSet<PathBuf>,
    /// Keys of batches whose positions are not saved yet.
    unsaved: Vec<String>,
    is_dirty: bool,
}

impl Follower {
    /// With the positions that were saved in the data folder.
    ///
    /// # Errors
    /// When they cannot be read, or a pattern is none.
    pub(super) fn new(
        tables: &[Files],
        data_dir: &Path,
        intake: Intake,
        stop: watch::Receiver<bool>,
    ) -> anyhow::Result<Self> {
        let saved = Positions::load(data_dir).map_err(|error| {
            Failure::internal(format!("cannot read how far files were followed: {error}"))
                .hint("remove files.json from the data folder to follow them from their ends")
        })?;
        let patterns = tables.iter().map(|table| Ok((Pattern::new(table)?, table.clone())));
        let line_bytes_max = intake.limits().line_bytes;
        let now = Instant::now();
        let files = saved.files.into_iter().take(FILES_MAX).map(|position| {
            let mut followed = Followed::new(position, 0, line_bytes_max, now);
            followed.lost = Some(now);
            (followed.identity, followed)
        });
        Ok(Self {
            tables: patterns.collect::<Result<_, globset::Error>>()?,
            data_dir: data_dir.to_owned(),
            intake,
            host: host_name(),
            stop,
            runtime: Handle::current(),
            files: files.collect(),
            known_patterns: saved.patterns.into_iter().collect(),
            unreadable: HashSet::new(),
            unsaved: Vec::new(),
            is_dirty: false,
        })
    }

    /// Follows until the server stops.
    pub(super) fn run(mut self) {
        let (mut searched, mut saved) = (None::<Instant>, Instant::now());
        loop {
            let now = Instant::now();
            if searched.is_none_or(|searched| now.duration_since(searched) >= SEARCH_EVERY) {
                self.search(now);
                searched = Some(now);
            }
            let Ok(is_busy) = self.read_all(now) else { break };
            if self.is_dirty && now.duration_since(saved) >= SAVE_EVERY {
                self.save();
                saved = now;
            }
            // A sender that is gone without a word stops as well: the server ends because something failed.
            if *self.stop.borrow() || self.stop.has_changed().is_err() {
                break;
            }
            self.pause(LOOK_EVERY[usize::from(!is_busy)]);
        }
        if self.is_dirty {
            self.save();
        }
    }

    fn pause(&mut self, time: Duration) {
        let stop = &mut self.stop;
        let _stopped = self.runtime.block_on(async { tokio::time::timeout(time, told(stop)).await });
    }

    /// Finds out which files there are, and makes known durably which are new.
    fn search(&mut self, now: Instant) {
        let mut found = HashSet::new();
        let mut unreadable = HashSet::new();
        let is_first = |table: &Files, known: &HashSet<String>| !known.contains(&table.path);
        for index in 0..self.tables.len() {
            let (pattern, table) = &self.tables[index];
            let from_end = table.read_from == ReadFrom::End && is_first(table, &self.known_patterns);
            for path in pattern.find() {
                match fs::metadata(&path) {
                    Ok(metadata) if !metadata.is_file() => {}
                    Ok(metadata) => {
                        let identity = Identity::of(&metadata);
                        if found.insert(identity) {
                            self.found(index, path, identity, from_end, now, &mut unreadable);
                        }
                    }
                    Err(error) => self.cannot_read(path, &error, &mut unreadable),
                }
            }
        }
        for (identity, followed) in &mut self.files {
            if !found.contains(identity) {
                followed.lost.get_or_insert(now);
            }
        }
        let patterns = self.tables.iter().map(|(_, table)| table.path.clone());
        let known: HashSet<String> = patterns.collect();
        self.is_dirty |= known != self.known_patterns;
        self.known_patterns = known;
        self.unreadable = unreadable;
        metrics::gauge!("palisade_files_followed").set(self.files.len() as f64);
        metrics::gauge!("palisade_files_unreadable").set(self.unreadable.len() as f64);
        if self.is_dirty {
            self.save();
        }
    }

    fn found(
        &mut self,
        entry: usize,
        path: PathBuf,
        identity: Identity,
        from_end: bool,
        now: Instant,
        unreadable: &mut HashSet<PathBuf>,
    ) {
        if let Some(known) = self.files.get_mut(&identity) {
            known.lost = None;
            known.entry = entry;
            if known.path != path {
                known.path = path;
                self.is_dirty = true;
            }
            return;
        }
        if self.files.len() >= FILES_MAX {
            return;
        }
        let position = if from_end { end_of_lines(&path) } else { fs::File::open(&path).map(|_| 0) };
        let position = match position {
            Ok(position) => position,
            Err(error) => return self.cannot_read(path, &error, unreadable),
        };
        let Identity { device, inode } = identity;
        let fingerprint = Fingerprint::default();
        let position = Position { path, device, inode, generation: generation(), position, fingerprint };
        let followed = Followed::new(position, entry, self.intake.limits().line_bytes, now);
        tracing::info!(path = %followed.path.display(), from = followed.position, "following a file");
        self.files.insert(identity, followed);
        self.is_dirty = true;
    }

    /// Says once of each file that it cannot be read.
    fn cannot_read(&self, path: PathBuf, error: &io::Error, unreadable: &mut HashSet<PathBuf>) {
        if !self.unreadable.contains(&path) {
            tracing::warn!(path = %path.display(), %error, "a file cannot be read");
        }
        unreadable.insert(path);
    }

    /// Reads what is new in all files, and says whether there was anything.
    fn read_all(&mut self, now: Instant) -> Result<bool, Stopping> {
        let mut identities: Vec<Identity> = self.files.keys().copied().collect();
        identities.sort_unstable();
        let mut is_busy = false;
        for identity in identities {
            let Some(mut followed) = self.files.remove(&identity) else { continue };
            let read = self.read(&mut followed, now);
            let is_over = matches!(read, Ok(Progress::Over));
            match read {
                Ok(Progress::Read) => {
                    (followed.active, is_busy) = (now, true);
                }
                Ok(Progress::None | Progress::Over) => {}
                Err(Trouble::Stopping) => {
                    self.files.insert(identity, followed);
                    return Err(Stopping);
                }
                Err(Trouble::File(error)) => {
                    tracing::debug!(path = %followed.path.display(), %error, "a file cannot be read now");
                    followed.file = None;
                    if followed.lost.is_some() && error.kind() == io::ErrorKind::NotFound {
                        self.is_dirty = true;
                        continue;
                    }
                }
            }
            if is_over {
                tracing::info!(path = %followed.path.display(), read = followed.position, "a file is over");
                self.is_dirty = true;
            } else {
                self.files.insert(identity, followed);
            }
        }
        self.close_silent(now);
        Ok(is_busy)
    }

    fn read(&mut self, followed: &mut Followed, now: Instant) -> Result<Progress, Trouble> {
        let line_bytes_max = self.intake.limits().line_bytes;
        // What is renamed or deleted can be found by its descriptor alone.
        if followed.lost.is_some() {
            followed.open()?;
        }
        let mut progress = Progress::None;
        match followed.look()? {
            Look::Same => {
                let silent_since = followed.lost.map(|lost| lost.max(followed.active));
                if silent_since.is_none_or(|since| now.duration_since(since) < LOST_SILENCE) {
                    return Ok(Progress::None);
                }
                progress = Progress::Over;
            }
            Look::Grown => {}
            Look::Anew => {
                tracing::info!(path = %followed.path.display(), "a file was truncated and begins anew");
                followed.begin(generation(), line_bytes_max);
                self.save_with(followed);
            }
        }
        for _ in 0..BATCHES_IN_TURN {
            let batch = self.next_batch(followed, matches!(progress, Progress::Over))?;
            let Some(batch) = batch else { return Ok(progress) };
            let receipt = self.keep(&batch, followed)?;
            followed.advance(&batch, receipt.repeated.then_some(receipt.accepted), line_bytes_max)?;
            self.is_dirty = true;
            if !matches!(progress, Progress::Over) {
                progress = Progress::Read;
            }
            if *self.stop.borrow() {
                followed.look_again();
                return Ok(Progress::Read);
            }
        }
        followed.look_again();
        Ok(Progress::Read)
    }

    fn next_batch(&self, followed: &mut Followed, is_last: bool) -> io::Result<Option<Batch>> {
        let table = &self.tables[followed.entry].1;
        let path = followed.path.to_string_lossy().into_owned();
        let origin = LineOrigin {
            context: Context { received: clock::now(), limits: self.intake.limits() },
            path: &path,
            service: &table.service,
            host: &self.host,
            format: match table.format {
                FileFormat::Auto => LineFormat::Auto,
                FileFormat::Text => LineFormat::Text,
                FileFormat::Json => LineFormat::Json,
            },
            zone_seconds: i32::try_from(table.utc_offset_minutes * 60).unwrap_or(0),
        };
        followed.next_batch(&origin, is_last)
    }

    /// Makes the lines durable, unless they were before.
    fn keep(&mut self, batch: &Batch, followed: &Followed) -> Result<Receipt, Stopping> {
        let bytes = usize::try_from(batch.end - followed.position).unwrap_or(usize::MAX);
        let parsed = Parsed { observations: batch.observations.clone(), ..Parsed::default() };
        let mut stop = self.stop.clone();
        let keep = self.intake.keep(parsed, bytes, Some(batch.key.clone()));
        let kept = self.runtime.block_on(async {
            tokio::select! {
                kept = keep => kept,
                () = async { told(&mut stop).await; tokio::time::sleep(LAST_KEEP_MAX).await } => Err(Stopping),
            }
        })?;
        self.unsaved.push(batch.key.clone());
        Ok(kept)
    }

    fn close_silent(&mut self, now: Instant) {
        let line_bytes_max = self.intake.limits().line_bytes;
        let mut open: Vec<&mut Followed> =
            self.files.values_mut().filter(|followed| followed.file.is_some() && followed.lost.is_none()).collect();
        open.sort_unstable_by_key(|followed| std::cmp::Reverse(followed.active));
        for (place, followed) in open.into_iter().enumerate() {
            if place >= OPEN_MAX || now.duration_since(followed.active) >= REST_AFTER {
                followed.rest(line_bytes_max);
            }
        }
    }

    /// Saves the positions, and those of a file that is just being read.
    fn save_with(&mut self, followed: &Followed) {
        self.save_all(Some(followed.saved()));
    }

    fn save(&mut self) {
        self.save_all(None);
    }

    fn save_all(&mut self, one_more: Option<Position>) {
        let mut files: Vec<Position> = self.files.values().map(Followed::saved).chain(one_more).collect();
        files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        let mut patterns: Vec<String> = self.known_patterns.iter().cloned().collect();
        patterns.sort_unstable();
        match (Positions { patterns, files }).save(&self.data_dir) {
            Ok(()) => {
                self.is_dirty = false;
                self.intake.forget(&std::mem::take(&mut self.unsaved));
            }
            Err(error) => tracing::error!(%error, "cannot save how far files were followed"),
        }
    }
}

/// How reading a file went on.
enum Progress {
    /// Nothing was new.
    None,
    /// Lines were.
    Read,
    /// It was renamed or deleted, and nobody writes to it any more.
    Over,
}

/// Why reading a file did not go on.
enum Trouble {
    Stopping,
    File(io::Error),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::File(error)
    }
}

impl From<Stopping> for Trouble {
    fn from(_: Stopping) -> Self {
        Self::Stopping
    }
}

/// A number that no other content of a file has.
fn generation() -> u64 {
    uuid::Uuid::new_v4().as_u64_pair().0
}

/// The name of this machine, where the system tells it (Linux, proc(5)).
fn host_name() -> String {
    bounded::read_file(Path::new("/proc/sys/kernel/hostname"), 1_024)
        .map_or_else(|_| String::new(), |name| name.trim().to_owned())
}
