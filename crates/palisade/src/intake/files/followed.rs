//! One file that is followed: what changed since the last look, and its next lines.

use super::{
    positions::{Fingerprint, Position},
    search::{Identity, renamed},
};
use palisade_model::Observation;
use palisade_sources::{Framer, LineOrigin, read_line};
use sha2::{Digest as _, Sha256};
use std::{
    fs::{self, File},
    io,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    time::{Instant, SystemTime},
};

/// Bytes read at once.
const READ_BYTES: usize = 256 * 1024;
/// Lines of one batch.
const BATCH_LINES_MAX: usize = 4_000;
/// How much of its beginning tells a file from others.
const FINGERPRINT_BYTES_MAX: u64 = 1_024;

/// A file on its way.
pub(super) struct Followed {
    pub(super) path: PathBuf,
    pub(super) identity: Identity,
    /// The table `[[files]]` that it belongs to.
    pub(super) entry: usize,
    pub(super) generation: u64,
    /// Bytes whose lines are durable.
    pub(super) position: u64,
    pub(super) fingerprint: Fingerprint,
    pub(super) file: Option<File>,
    /// When it last had something new.
    pub(super) active: Instant,
    /// Since when it is not found under a name that is followed.
    pub(super) lost: Option<Instant>,
    framer: Framer,
    /// Bytes that the framer has taken.
    taken: u64,
    seen: Option<(u64, SystemTime)>,
}

/// Lines that are read and not yet durable.
pub(super) struct Batch {
    pub(super) observations: Vec<Observation>,
    /// Where in the file each of them ends.
    pub(super) ends: Vec<u64>,
    /// Where the whole ends, blank lines included.
    pub(super) end: u64,
    /// The generation and place of its beginning: what it is known by.
    pub(super) key: String,
}

/// What a look at a file finds.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// Nothing new.
    Same,
    /// More than before.
    Grown,
    /// Another content, to be read from its beginning.
    Anew,
}

impl Followed {
    pub(super) fn new(position: Position, entry: usize, line_bytes_max: usize, now: Instant) -> Self {
        let identity = position.identity();
        Self {
            path: position.path,
            identity,
            entry,
            generation: position.generation,
            position: position.position,
            fingerprint: position.fingerprint,
            file: None,
            active: now,
            lost: None,
            framer: Framer::lines(line_bytes_max),
            taken: position.position,
            seen: None,
        }
    }

    pub(super) fn saved(&self) -> Position {
        Position {
            path: self.path.clone(),
            device: self.identity.device,
            inode: self.identity.inode,
            generation: self.generation,
            position: self.position,
            fingerprint: self.fingerprint.clone(),
        }
    }

    /// Looks whether there is something new.
    ///
    /// # Errors
    /// When the file cannot be read, or is gone.
    pub(super) fn look(&mut self) -> io::Result<Look> {
        let metadata = match &self.file {
            Some(file) => file.metadata()?,
            None => fs::metadata(&self.path)?,
        };
        let is_same_file = Identity::of(&metadata) == self.identity;
        let seen = (metadata.len(), metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH));
        if is_same_file && self.seen == Some(seen) {
            return Ok(Look::Same);
        }
        let length = if is_same_file { metadata.len() } else { self.open()?.metadata()?.len() };
        self.open()?;
        if length < self.taken || !self.begins_as_before()? {
            return Ok(Look::Anew);
        }
        self.seen = Some(seen);
        Ok(if length > self.taken { Look::Grown } else { Look::Same })
    }

    /// Opens the file, wherever it was renamed to.
    pub(super) fn open(&mut self) -> io::Result<&File> {
        if self.file.is_none() {
            let mut file = File::open(&self.path)?;
            if Identity::of(&file.metadata()?) != self.identity {
                let path = renamed(&self.path, self.identity).ok_or(io::ErrorKind::NotFound)?;
                file = File::open(&path)?;
                if Identity::of(&file.metadata()?) != self.identity {
                    return Err(io::ErrorKind::NotFound.into());
                }
                self.path = path;
            }
            self.file = Some(file);
        }
        self.file.as_ref().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Begins the content anew that is in the file now.
    pub(super) fn begin(&mut self, generation: u64, line_bytes_max: usize) {
        self.generation = generation;
        self.fingerprint = Fingerprint::default();
        self.framer = Framer::lines(line_bytes_max);
        (self.position, self.taken, self.seen) = (0, 0, None);
    }

    /// The next whole lines; `None` when there are none. With `is_last` what the file ends with counts as a line.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(super) fn next_batch(&mut self, origin: &LineOrigin<'_>, is_last: bool) -> io::Result<Option<Batch>> {
        let mut batch = Batch::new(self.generation, self.position);
        let mut buffer = vec![0; READ_BYTES];
        while batch.observations.is_empty() && batch.end == self.position {
            let taken = self.taken;
            let length = read_at(self.open()?, &mut buffer, taken)?;
            if length == 0 {
                if is_last && let Some(frame) = self.framer.finish() {
                    batch.observations.extend(read_line(frame, origin).map(Observation::Event));
                    batch.end = self.taken;
                    batch.ends.push(batch.end);
                    batch.key.push_str(":end");
                }
                break;
            }
            self.take(&buffer[..length], &mut batch, origin);
        }
        Ok((batch.end > self.position).then_some(batch))
    }

    fn take(&mut self, bytes: &[u8], batch: &mut Batch, origin: &LineOrigin<'_>) {
        let mut rest = bytes;
        let start = self.taken;
        while batch.observations.len() < BATCH_LINES_MAX {
            let Some(frame) = self.framer.next(&mut rest) else { break };
            batch.end = start + (bytes.len() - rest.len()) as u64;
            if let Some(event) = read_line(frame, origin) {
                batch.observations.push(Observation::Event(event));
                batch.ends.push(batch.end);
            }
        }
        self.taken = start + (bytes.len() - rest.len()) as u64;
    }

    /// Notes that the lines of `batch` are durable: all of them, or as many as were taken when it came before.
    ///
    /// # Errors
    /// When the beginning of the file cannot be read.
    pub(super) fn advance(
        &mut self,
        batch: &Batch,
        taken_before: Option<usize>,
        line_bytes_max: usize,
    ) -> io::Result<()> {
        self.position = match taken_before {
            Some(lines) if (1..batch.ends.len()).contains(&lines) => {
                let end = batch.ends[lines - 1];
                self.framer = Framer::lines(line_bytes_max);
                self.taken = end;
                end
            }
            _ => batch.end,
        };
        if self.fingerprint.bytes < FINGERPRINT_BYTES_MAX {
            let bytes = self.position.min(FINGERPRINT_BYTES_MAX);
            self.fingerprint = fingerprint(self.open()?, bytes)?;
        }
        Ok(())
    }

    /// Looks at the file again though nothing seems new: not all of it was read.
    pub(super) const fn look_again(&mut self) {
        self.seen = None;
    }

    /// Gives back the descriptor and memory of a file that is silent.
    pub(super) fn rest(&mut self, line_bytes_max: usize) {
        self.file = None;
        if self.framer.pending() > 0 {
            self.framer = Framer::lines(line_bytes_max);
            (self.taken, self.seen) = (self.position, None);
        }
    }

    fn begins_as_before(&mut self) -> io::Result<bool> {
        let known = self.fingerprint.clone();
        Ok(fingerprint(self.open()?, known.bytes)? == known || known.bytes == 0)
    }
}

impl Batch {
    fn new(generation: u64, position: u64) -> Self {
        let key = format!("files:{generation:016x}:{position}");
        Self { observations: Vec::new(), ends: Vec::new(), end: position, key }
    }
}

/// The fingerprint of a file's first `bytes` bytes.
pub(super) fn fingerprint(file: &File, bytes: u64) -> io::Result<Fingerprint> {
    let mut start = vec![0; usize::try_from(bytes.min(FINGERPRINT_BYTES_MAX)).unwrap_or(0)];
    let mut length = 0;
    while length < start.len() {
        match file.read_at(&mut start[length..], length as u64)? {
            0 => break,
            more => length += more,
        }
    }
    let hash = Sha256::digest(&start[..length]);
    let hash = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    Ok(Fingerprint { bytes: length as u64, hash })
}

/// Where the last whole line of a file ends, looked for in its last bytes.
pub(super) fn end_of_lines(path: &Path) -> io::Result<u64> {
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    let mut tail = vec![0; READ_BYTES];
    let start = length.saturating_sub(READ_BYTES as u64);
    let read = read_at(&file, &mut tail, start)?;
    let end = tail[..read].iter().rposition(|byte| *byte == b'\n').map(|last| start + last as u64 + 1);
    Ok(end.unwrap_or(if start == 0 { 0 } else { length }))
}

fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    loop {
        match file.read_at(buffer, offset) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}
