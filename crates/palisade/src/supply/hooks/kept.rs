//! Changes that were acknowledged and are not judged yet: a file each in the data folder, written before the
//! acknowledgement and removed after the work, so that a server that stops or fails loses none.

use super::change::Change;
use crate::cli::bounded;
use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
    sync::atomic::{AtomicU64, Ordering},
};

const FOLDER: &str = "hooks";
const ENDING: &str = "json";
/// A report has at most half as much, and its change is a part of it.
const FILE_BYTES_MAX: u64 = 16 << 20;

/// Where they are kept. Clones share the folder.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    folder: Arc<Path>,
    next: Arc<AtomicU64>,
}

/// A change with the number of its file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Waiting {
    pub(super) change: Change,
    number: u64,
}

impl Kept {
    /// Opens the folder, and returns the oldest changes that are in it, at most `most`. Files that cannot be read stay, and are
    /// told.
    ///
    /// # Errors
    /// When there can be no such folder.
    pub(super) fn open(data_dir: &Path, most: usize) -> io::Result<(Self, Vec<Waiting>)> {
        let folder = data_dir.join(FOLDER);
        fs::create_dir_all(&folder)?;
        let mut numbers = Vec::new();
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let stem = path.file_stem().and_then(|stem| stem.to_str()?.parse::<u64>().ok());
            match stem.filter(|_| path.extension().is_some_and(|ending| ending == ENDING)) {
                Some(number) => numbers.push(number),
                // What was being written when the process ended was not acknowledged.
                None if path.extension().is_some_and(|ending| ending == "new") => fs::remove_file(path)?,
                None => {}
            }
        }
        numbers.sort_unstable();
        let next = numbers.last().map_or(0, |last| last.saturating_add(1));
        let kept = Self { folder: folder.into(), next: Arc::new(AtomicU64::new(next)) };
        let waiting = numbers.into_iter().take(most).filter_map(|number| kept.read(number));
        let waiting = waiting.collect();
        Ok((kept, waiting))
    }

    fn path(&self, number: u64) -> PathBuf {
        self.folder.join(format!("{number}.{ENDING}"))
    }

    fn read(&self, number: u64) -> Option<Waiting> {
        let path = self.path(number);
        let read = bounded::read_file(&path, FILE_BYTES_MAX).map(|text| serde_json::from_str(&text));
        match read {
            Ok(Ok(change)) => Some(Waiting { change, number }),
            Ok(Err(error)) => {
                tracing::error!(file = %path.display(), %error, "a change that a code host reported cannot be read");
                None
            }
            Err(error) => {
                tracing::error!(file = %path.display(), %error, "a change that a code host reported cannot be read");
                None
            }
        }
    }

    /// Keeps `changes`, all or none.
    ///
    /// # Errors
    /// When they cannot be written.
    pub(super) fn keep(&self, changes: Vec<Change>) -> io::Result<Vec<Waiting>> {
        let mut kept = Vec::with_capacity(changes.len());
        for change in changes {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let waiting = Waiting { change, number };
            let written = self.write(&waiting);
            kept.push(waiting);
            if let Err(error) = written {
                kept.iter().for_each(|waiting| self.forget(waiting));
                return Err(error);
            }
        }
        File::open(&self.folder)?.sync_all()?;
        Ok(kept)
    }

    fn write(&self, waiting: &Waiting) -> io::Result<()> {
        let path = self.path(waiting.number);
        let fresh = path.with_extension("new");
        let mut file = File::create(&fresh)?;
        file.write_all(&serde_json::to_vec(&waiting.change)?)?;
        file.sync_all()?;
        fs::rename(&fresh, &path)
    }

    /// Forgets a change that is judged.
    pub(super) fn forget(&self, waiting: &Waiting) {
        let path = self.path(waiting.number);
        if let Err(error) = fs::remove_file(&path)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(file = %path.display(), %error, "a change that is judged will be judged again");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Host, change::Paths};
    use super::*;

    fn change(commit: &str) -> Change {
        Change {
            host: Host::GitHub,
            repository: "o/n".to_owned(),
            shown: "o/n".to_owned(),
            commit: commit.to_owned(),
            paths: Paths::Known(vec!["package.json".to_owned()]),
            what: "push".to_owned(),
        }
    }

    #[test]
    fn what_was_kept_and_is_not_judged_is_there_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let (kept, before) = Kept::open(folder.path(), 10).unwrap();
        assert!(before.is_empty());
        let waiting = kept.keep(vec![change("aaaaaaa"), change("bbbbbbb")]).unwrap();
        kept.forget(&waiting[0]);
        fs::write(folder.path().join("hooks/7.json"), "{").unwrap();
        fs::write(folder.path().join("hooks/8.new"), "half").unwrap();
        let (again, restored) = Kept::open(folder.path(), 10).unwrap();
        assert_eq!(restored, waiting[1..], "the broken one is told, the other is there");
        assert!(!folder.path().join("hooks/8.new").exists());
        let more = again.keep(vec![change("ccccccc")]).unwrap();
        assert!(more[0].number > 7, "no file is written over");
        assert_eq!(Kept::open(folder.path(), 1).unwrap().1.len(), 1);
    }
}
