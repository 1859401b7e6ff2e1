//! How far each file was read, in one small file of the data folder that is replaced as a whole.

use super::search::{FILES_MAX, Identity};
use crate::cli::bounded;
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

const FILE: &str = "files.json";
/// A position takes some 300 bytes, a path up to 4 KiB.
const FILE_BYTES_MAX: u64 = (FILES_MAX as u64) * 8 * 1024;

/// What is known of all files.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Positions {
    /// The values of `files.path` that were searched before: files that match them later are new and not old.
    pub(super) patterns: Vec<String>,
    pub(super) files: Vec<Position>,
}

/// How far one file was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Position {
    pub(super) path: PathBuf,
    pub(super) device: u64,
    pub(super) inode: u64,
    /// Random, one for each content that the file ever began.
    pub(super) generation: u64,
    /// Bytes whose lines are durable.
    pub(super) position: u64,
    pub(super) fingerprint: Fingerprint,
}

/// What the file begins with, to tell it from another in its place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Fingerprint {
    /// How many bytes.
    pub(super) bytes: u64,
    /// SHA-256, the first half of it, in hexadecimal digits.
    pub(super) hash: String,
}

impl Position {
    pub(super) const fn identity(&self) -> Identity {
        Identity { device: self.device, inode: self.inode }
    }
}

impl Positions {
    /// Those of the data folder; none when there are none yet.
    ///
    /// # Errors
    /// When they cannot be read.
    pub(super) fn load(data_dir: &Path) -> io::Result<Self> {
        match bounded::read_file(&data_dir.join(FILE), FILE_BYTES_MAX) {
            Ok(text) => serde_json::from_str(&text).map_err(io::Error::from),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error),
        }
    }

    /// Replaces those of the data folder, durably.
    ///
    /// # Errors
    /// When they cannot be written; those before stay.
    pub(super) fn save(&self, data_dir: &Path) -> io::Result<()> {
        let (path, fresh) = (data_dir.join(FILE), data_dir.join(format!("{FILE}.new")));
        let mut file = File::create(&fresh)?;
        file.write_all(&serde_json::to_vec(self)?)?;
        file.sync_all()?;
        fs::rename(&fresh, &path)?;
        File::open(data_dir)?.sync_all()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_replaced_as_a_whole() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Positions::load(folder.path()).unwrap(), Positions::default());
        let position = Position {
            path: "/var/log/x".into(),
            device: u64::MAX,
            inode: 2,
            generation: u64::MAX,
            position: 4,
            fingerprint: Fingerprint { bytes: 4, hash: "ab".to_owned() },
        };
        let mut positions = Positions { patterns: vec!["/var/log/*".to_owned()], files: vec![position] };
        positions.save(folder.path()).unwrap();
        positions.files[0].position = 5;
        positions.save(folder.path()).unwrap();
        assert_eq!(Positions::load(folder.path()).unwrap(), positions);
        fs::write(folder.path().join(FILE), "{").unwrap();
        assert!(Positions::load(folder.path()).is_err(), "what is broken is not taken for nothing");
    }
}
