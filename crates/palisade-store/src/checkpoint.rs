//! The position up to which the tables hold everything: a small file, replaced atomically.
//!
//! It only saves work. Where it is missing or older than the tables, replay reads more of the log, and each table
//! leaves out what its own version covers.

use std::{
    fs::File,
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

/// The file that holds the position, as decimal digits.
#[derive(Debug)]
pub(crate) struct Checkpoint {
    path: PathBuf,
}

impl Checkpoint {
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self { path: folder.join("committed") }
    }

    /// The position, 0 when there is none or the file is damaged.
    #[expect(clippy::disallowed_methods, reason = "no more than 64 bytes are taken")]
    pub(crate) fn read(&self) -> io::Result<u64> {
        let mut text = String::new();
        match File::open(&self.path) {
            Ok(file) => file.take(64).read_to_string(&mut text)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
            Err(error) => return Err(error),
        };
        Ok(text.trim().parse().unwrap_or(0))
    }

    pub(crate) fn write(&self, position: u64) -> io::Result<()> {
        let fresh = self.path.with_extension("new");
        let mut file = File::create(&fresh)?;
        writeln!(file, "{position}")?;
        file.sync_all()?;
        std::fs::rename(fresh, &self.path)
    }
}
