//! Files on their way in: copied beside the old version, hashed while they are copied, bounded, gone again unless kept.

use crate::{
    feeds::{Feed, FeedError, FeedFormat, check::check, download::joined},
    state::hex,
};
use sha2::{Digest, Sha256};
use std::{
    fs::{self, File, OpenOptions},
    io::{Read, Write},
    path::{Path, PathBuf},
};

/// The most that one file of a feed may have. The largest known, the dump of crates.io, has some 1.5 GB.
pub(super) const FILE_BYTES_MAX: u64 = 4 << 30;
/// Held by the import that runs on a feed.
pub(super) const LOCK_NAME: &str = ".lock";
const BUFFER_BYTES: usize = 256 << 10;
const ORIGINAL_CHARS_MAX: usize = 200;

/// A file being written into the folder of its feed. Removed when dropped.
pub(super) struct Incoming {
    temporary: Temporary,
    file: File,
    digest: Sha256,
    head: Vec<u8>,
    size_bytes: u64,
    bytes_max: u64,
    /// What people call it: its path or address.
    source: String,
}

/// A file that arrived whole, is of a format that its feed takes, and is on the disk. Removed when dropped.
pub(super) struct Arrived {
    temporary: Temporary,
    pub(super) original: String,
    pub(super) format: FeedFormat,
    pub(super) sha256: String,
    pub(super) size_bytes: u64,
}

struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        // It is not there when it was kept; what a crash leaves is removed by the next import.
        let _ = fs::remove_file(&self.0);
    }
}

impl Incoming {
    pub(super) fn create(folder: &Path, source: String, bytes_max: u64) -> Result<Self, FeedError> {
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(crate::state::StateError::from)?;
        let path = folder.join(format!(".incoming-{}", hex(&random)));
        let file = OpenOptions::new().write(true).create_new(true).open(&path).map_err(FeedError::file(&path))?;
        let (digest, head) = (Sha256::new(), Vec::new());
        Ok(Self { temporary: Temporary(path), file, digest, head, size_bytes: 0, bytes_max, source })
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), FeedError> {
        self.size_bytes += bytes.len() as u64;
        if self.size_bytes > self.bytes_max {
            return Err(FeedError::TooLarge { file: self.source.clone(), bytes_max: self.bytes_max });
        }
        let missing = 4_usize.saturating_sub(self.head.len());
        self.head.extend(bytes.iter().take(missing));
        self.digest.update(bytes);
        self.file.write_all(bytes).map_err(FeedError::file(&self.temporary.0))
    }

    /// Compares with the hash that was expected, checks the format from the first byte to the last, and makes it
    /// durable.
    pub(super) fn finish(self, feed: &'static Feed, name: &str, expected: Option<&str>) -> Result<Arrived, FeedError> {
        let got = hex(&self.digest.finalize());
        if let Some(expected) = expected.filter(|expected| *expected != got) {
            return Err(FeedError::OtherHash { file: self.source, expected: expected.to_owned(), got });
        }
        let format = FeedFormat::detect(name, &self.head).unwrap_or(feed.formats[0]);
        if !feed.formats.contains(&format) {
            let accepted: Vec<&str> = feed.formats.iter().map(|format| format.as_str()).collect();
            let accepted = accepted.join(", ");
            return Err(FeedError::OtherFormat { file: self.source, format, name: feed.name, accepted });
        }
        let checked = match feed.is_list && format.is_text() {
            true => check_not_empty(self.size_bytes),
            false => check(&self.temporary.0, name, format),
        };
        checked.map_err(|reason| FeedError::Malformed { file: self.source, format, reason })?;
        self.file.sync_all().map_err(FeedError::file(&self.temporary.0))?;
        let original = name.chars().filter(|letter| !letter.is_control()).take(ORIGINAL_CHARS_MAX).collect();
        Ok(Arrived { temporary: self.temporary, original, format, sha256: got, size_bytes: self.size_bytes })
    }
}

impl Arrived {
    /// Where it lies until it is kept.
    pub(super) fn path(&self) -> &Path {
        &self.temporary.0
    }

    /// The name under which it is kept: that of its content.
    pub(super) fn stored_name(&self) -> String {
        format!("{}.{}", self.sha256, self.format)
    }

    /// Gives it its name, in one step. A file that has the name already has the same content.
    pub(super) fn keep(&self, folder: &Path) -> Result<(), FeedError> {
        let path = folder.join(self.stored_name());
        fs::rename(&self.temporary.0, &path).map_err(FeedError::file(path))
    }
}

/// Copies a file in.
pub(super) fn copy(
    folder: &Path,
    path: &Path,
    feed: &'static Feed,
    expected: Option<&str>,
) -> Result<Arrived, FeedError> {
    let mut incoming = Incoming::create(folder, path.display().to_string(), FILE_BYTES_MAX)?;
    let mut file = File::open(path).map_err(FeedError::file(path))?;
    if !file.metadata().map_err(FeedError::file(path))?.is_file() {
        return Err(FeedError::file(path)(std::io::Error::other("not a file")));
    }
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        match file.read(&mut buffer).map_err(FeedError::file(path))? {
            0 => break,
            read => incoming.write(&buffer[..read])?,
        }
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    incoming.finish(feed, &name, expected)
}

/// What a list is worth is for its watch to say, which reads it in any encoding.
fn check_not_empty(size_bytes: u64) -> Result<(), String> {
    if size_bytes > 0 { Ok(()) } else { Err("there is nothing in it".to_owned()) }
}

/// Waits until no other import runs on the feed. The lock ends with the file.
pub(super) async fn lock(folder: &Path) -> Result<File, FeedError> {
    let path = folder.join(LOCK_NAME);
    joined(tokio::task::spawn_blocking(move || {
        let file = File::options().create(true).append(true).open(&path).map_err(FeedError::file(&path))?;
        file.lock().map_err(FeedError::file(&path))?;
        Ok(file)
    }))
    .await
}

/// Makes new names in the folder durable.
pub(super) fn sync_folder(folder: &Path) -> Result<(), FeedError> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(FeedError::file(folder))
}
