//! Where the user's own clients ask: the configuration of npm, pip and cargo, read as they read it, as far as it says
//! where a registry is and who may ask there.
//!
//! Files of the user count in full. Those of a project may come from anybody, so they only say where a registry on the
//! public internet is: they are given no variable of the environment and no credential, and lead into no internal network.

pub(super) mod cargo;
pub(super) mod npm;
pub(super) mod pip;

use crate::cli::bounded;
use std::path::{Path, PathBuf};

/// Bytes of a client's configuration.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// The environment that clients read, replaced in tests.
pub(crate) trait Environment {
    /// The value of a variable that is set and not empty.
    fn variable(&self, name: &str) -> Option<String>;

    /// The user's folder.
    fn home(&self) -> Option<PathBuf> {
        self.variable("HOME").map(PathBuf::from)
    }

    /// The text of a file that can be read.
    fn file(&self, path: &Path) -> Option<String> {
        bounded::read_file(path, FILE_BYTES_MAX).ok()
    }
}

/// The environment of this process.
pub(crate) struct Process;

impl Environment for Process {
    fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok().filter(|value| !value.is_empty())
    }
}

/// Lines `key = value`, comments and sections aside, each with the section that it stands in.
fn settings(text: &str) -> impl Iterator<Item = (&str, &str, &str)> {
    let mut section = "";
    text.lines().filter_map(move |line| {
        let line = line.trim();
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name.trim();
            return None;
        }
        let (key, value) = line.split_once('=').filter(|_| !line.starts_with(['#', ';']))?;
        let value = value.trim();
        let unquoted = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value);
        Some((section, key.trim(), unquoted))
    })
}
