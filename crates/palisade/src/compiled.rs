//! What is made of feeds and kept in a file under the content that it was made of: a start finds it there, whoever
//! changes a feed makes it anew.

use palisade_mapped::MappedFile;
use palisade_store::feeds::FeedVersion;
use sha2::{Digest as _, Sha256};
use std::{
    fs::{self, File},
    io::{self, BufWriter, Read as _, Write as _},
    path::PathBuf,
    sync::Arc,
};

/// The files of one content: their names begin alike, hold its key, and differ in their ends.
pub struct Compiled {
    folder: PathBuf,
    begin: &'static str,
    key: String,
}

impl Compiled {
    /// What `folder` keeps, or is to keep, of these versions.
    pub fn of(folder: PathBuf, begin: &'static str, versions: &[&Arc<FeedVersion>]) -> Self {
        Self { folder, begin, key: key(versions) }
    }

    /// The file with this end, as far as `bytes_max`; `None` where it cannot be read.
    pub fn read(&self, end: &str, bytes_max: u64) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        #[expect(clippy::disallowed_methods, reason = "bounded by `take`")]
        File::open(self.folder.join(self.name(end))).ok()?.take(bytes_max).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    /// The file with this end, mapped: it is written once and then only read or removed. `None` where it cannot be.
    pub fn map(&self, end: &str) -> Option<MappedFile> {
        MappedFile::open(&File::open(self.folder.join(self.name(end))).ok()?).ok()
    }

    /// Puts the file with this end in its place, whole or not at all.
    ///
    /// # Errors
    /// When the folder does not take it.
    pub fn write(&self, end: &str, content: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let draft = self.folder.join(format!(".{}{}", self.begin, std::process::id()));
        let written = File::create(&draft).and_then(|file| {
            let mut output = BufWriter::new(file);
            content(&mut output)?;
            output.flush()?;
            output.get_ref().sync_all()
        });
        let placed = written.and_then(|()| fs::rename(&draft, self.folder.join(self.name(end))));
        placed.inspect_err(|_| drop(fs::remove_file(&draft)))
    }

    /// Removes the files of other contents.
    ///
    /// # Errors
    /// When the folder cannot be read. A file that another process has removed already is no error.
    pub fn remove_others(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.folder)?.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with(self.begin) && !name.contains(&self.key) {
                drop(fs::remove_file(entry.path()));
            }
        }
        Ok(())
    }

    fn name(&self, end: &str) -> String {
        format!("{}{}{end}", self.begin, self.key)
    }
}

/// Equal for equal content, read by the same program: another may read records otherwise, or order versions otherwise.
fn key(versions: &[&Arc<FeedVersion>]) -> String {
    let mut digest = Sha256::new().chain_update(program());
    for version in versions {
        digest.update(version.name);
        digest.update(&version.sha256);
        version.files.iter().for_each(|file| digest.update(&file.original));
    }
    digest.finalize()[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What tells this program from another build of it.
fn program() -> String {
    let metadata = std::env::current_exe().and_then(fs::metadata);
    let changed = metadata.as_ref().ok().and_then(|metadata| metadata.modified().ok());
    format!("{} {:?} {changed:?}", env!("CARGO_PKG_VERSION"), metadata.map(|metadata| metadata.len()).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compiled(folder: &tempfile::TempDir, key: &str) -> Compiled {
        Compiled { folder: folder.path().join("below"), begin: "lists-", key: key.to_owned() }
    }

    #[test]
    fn a_new_content_takes_the_place_of_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let (old, new) = (compiled(&folder, "0a"), compiled(&folder, "0b"));
        assert_eq!(old.read(".index", 9), None);
        old.write(".index", |output| output.write_all(b"old")).unwrap();
        new.write(".index", |output| output.write_all(b"new")).unwrap();
        fs::write(folder.path().join("below/other-0a"), "").unwrap();
        let mapped = old.map(".index").unwrap();
        new.remove_others().unwrap();
        assert_eq!(mapped.as_ref(), b"old", "who still looks at the old one is not harmed");
        assert_eq!((old.read(".index", 9), new.read(".index", 9)), (None, Some(b"new".to_vec())));
        assert!(folder.path().join("below/other-0a").exists());
    }

    #[test]
    fn what_fails_while_it_is_written_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let compiled = compiled(&folder, "0a");
        compiled.write(".index", |output| output.write_all(b"whole")).unwrap();
        let failed = compiled.write(".index", |output| {
            output.write_all(b"half")?;
            Err(io::Error::other("the disk is full"))
        });
        assert_eq!(failed.unwrap_err().to_string(), "the disk is full");
        assert_eq!(compiled.read(".index", 9), Some(b"whole".to_vec()));
        assert_eq!(fs::read_dir(folder.path().join("below")).unwrap().count(), 1);
    }
}
