//! What people said of anomalies, on disk before it is answered.
//!
//! A checkpoint comes only every minute or so; what was said since the last one stands in a small file, and is said
//! again after a restart. Saying the same twice changes nothing.

use super::checkpoint::replace;
use palisade_model::{FindingId, Timestamp};
use palisade_telemetry::anomaly::{Feedback, SeriesId};
use serde::{Deserialize, Serialize};
use std::io;
use std::path::Path;

const FILE: &str = "feedback.json";
/// Words that are kept until a checkpoint has them; more are an error of whoever sends them.
const WORDS_MAX: usize = 10_000;
const FILE_BYTES_MAX: u64 = 64 << 20;

/// What was said of one anomaly.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Said {
    pub(super) finding: FindingId,
    pub(super) feedback: Feedback,
    /// The alarms that it is about.
    pub(super) alarms: Vec<(SeriesId, Timestamp)>,
}

/// Words that no checkpoint has yet.
#[derive(Debug, Default)]
pub(super) struct Words {
    said: Vec<Said>,
    /// How many of them the checkpoint under way has, and the position that it covers.
    drafted: Option<(usize, u64)>,
}

impl Words {
    pub(super) fn load(folder: &Path) -> Self {
        let text = crate::cli::bounded::read_file(&folder.join(FILE), FILE_BYTES_MAX).unwrap_or_default();
        Self { said: serde_json::from_str(&text).unwrap_or_default(), drafted: None }
    }

    pub(super) fn all(&self) -> &[Said] {
        &self.said
    }

    /// Adds a word and writes it down.
    pub(super) fn add(&mut self, said: Said, folder: &Path) -> io::Result<()> {
        if self.said.len() >= WORDS_MAX {
            return Err(io::Error::new(io::ErrorKind::QuotaExceeded, "too much was said since the last checkpoint"));
        }
        self.said.push(said);
        self.write(folder).inspect_err(|_| drop(self.said.pop()))
    }

    /// A checkpoint that covers `position` was made of what was said so far.
    pub(super) fn draft(&mut self, position: u64) {
        if self.drafted.is_none() && !self.said.is_empty() {
            self.drafted = Some((self.said.len(), position));
        }
    }

    /// The checkpoint on disk covers `position`: what it has need not be kept here.
    pub(super) fn kept(&mut self, position: u64, folder: &Path) -> io::Result<()> {
        let Some((count, _)) = self.drafted.filter(|(_, drafted)| *drafted <= position) else { return Ok(()) };
        self.said.drain(..count.min(self.said.len()));
        self.drafted = None;
        self.write(folder)
    }

    fn write(&self, folder: &Path) -> io::Result<()> {
        std::fs::create_dir_all(folder)?;
        replace(&folder.join(FILE), &serde_json::to_vec(&self.said)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_until_a_checkpoint_has_them() {
        let folder = tempfile::tempdir().unwrap();
        let said = |number: u64| Said {
            finding: FindingId::default(),
            feedback: Feedback::Fine,
            alarms: vec![(number, Timestamp::from_millis(5))],
        };
        let mut words = Words::load(folder.path());
        words.add(said(1), folder.path()).unwrap();
        words.draft(7);
        words.add(said(2), folder.path()).unwrap();
        assert_eq!(Words::load(folder.path()).all().len(), 2);
        words.kept(6, folder.path()).unwrap();
        assert_eq!(Words::load(folder.path()).all().len(), 2, "the checkpoint is not on disk yet");
        words.kept(7, folder.path()).unwrap();
        let left = Words::load(folder.path());
        assert_eq!(left.all().iter().map(|said| said.alarms[0].0).collect::<Vec<_>>(), [2]);
    }
}
