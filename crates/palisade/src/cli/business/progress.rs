//! How far a batch has come, kept beside its answers, so that one that was stopped goes on behind its last row.

use crate::cli::{Failure, bounded};
use anyhow::Context as _;
use palisade_model::Severity;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

const BYTES_MAX: u64 = 64 << 10;
const PIECE_BYTES: usize = 256 << 10;

/// How far a batch has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Progress {
    /// What the batch was begun with: the input, the lists and how they are searched.
    pub(super) begun_with: BegunWith,
    /// The last row whose answer is in the output.
    pub(super) row: u64,
    /// Bytes of the output up to there.
    pub(super) bytes: u64,
    /// Rows with a hit.
    pub(super) hits: u64,
    /// Rows that could not be read.
    pub(super) unreadable: u64,
    /// How grave the gravest hit is.
    pub(super) worst: Option<Severity>,
}

/// What answers of one batch have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct BegunWith {
    /// The SHA-256 of the input.
    pub(super) input: String,
    /// The lists, with their hashes.
    pub(super) lists: Vec<String>,
    /// Mode, threshold, limit and form.
    pub(super) how: String,
}

impl BegunWith {
    /// What is another than in `before`, for people.
    pub(super) fn differs(&self, before: &Self) -> Option<&'static str> {
        match self {
            _ if self.input != before.input => Some("another input"),
            _ if self.lists != before.lists => Some("other lists or versions of them"),
            _ if self.how != before.how => Some("other options"),
            _ => None,
        }
    }
}

/// The file beside the output.
pub(super) fn file_of(output: &Path) -> PathBuf {
    let mut name = output.as_os_str().to_owned();
    name.push(".progress");
    name.into()
}

/// What the batch that writes `output` has done already.
///
/// # Errors
/// When the file beside it cannot be read.
pub(super) fn read(output: &Path) -> anyhow::Result<Option<Progress>> {
    let path = file_of(output);
    match bounded::read_file(&path, BYTES_MAX) {
        Ok(text) => serde_json::from_str(&text).map(Some).map_err(|error| {
            let failure = Failure::input(format!("{} cannot be read: {error}", path.display()));
            failure.hint("--restart begins the batch anew").into()
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// Keeps it in the place of what was there, in one step.
///
/// # Errors
/// When it cannot be written.
pub(super) fn keep(output: &Path, progress: &Progress) -> io::Result<()> {
    let path = file_of(output);
    let draft = path.with_extension("progress.new");
    let mut file = File::create(&draft)?;
    serde_json::to_writer(&mut file, progress)?;
    file.flush()?;
    file.sync_all()?;
    fs::rename(draft, path)
}

/// The SHA-256 of a file and how many lines it has.
///
/// # Errors
/// When it cannot be read.
pub(super) fn look_at(path: &Path) -> io::Result<(String, u64)> {
    let mut file = File::open(path)?;
    let (mut digest, mut lines, mut piece) = (Sha256::new(), 0, vec![0; PIECE_BYTES]);
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            let hash = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
            return Ok((hash, lines));
        }
        digest.update(&piece[..read]);
        lines += piece[..read].iter().filter(|byte| **byte == b'\n').count() as u64;
    }
}
