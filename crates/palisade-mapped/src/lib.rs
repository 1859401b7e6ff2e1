//! Files mapped into memory: what is read when it is opened and not copied, is in memory once for all processes that look
//! at it, and is given back when memory is wanted.
//!
//! A map is sound as long as nobody shortens or changes the file. Files that are written once, under a name of their
//! content, and renamed into place keep to that by themselves; others must not be mapped.
#![deny(unsafe_code)]

use memmap2::{Mmap, MmapOptions};
use std::{fs::File, io};

/// A file that is never changed, as bytes.
#[derive(Debug)]
pub struct MappedFile(Mmap);

impl MappedFile {
    /// Maps the whole of a file that is written once and then only read or removed: one that is renamed into its place
    /// when it is whole. Removing it later is harmless; what is mapped stays.
    ///
    /// # Errors
    /// When the system does not map it: an empty one, or one that is no file.
    #[allow(unsafe_code, reason = "the only interface to a map")]
    pub fn open(file: &File) -> io::Result<Self> {
        // SAFETY: the bytes must not change while they are borrowed. Callers map only files that are written under
        // another name, renamed into place and from then on never opened for writing; somebody else who can write to
        // the data folder could as well replace the program's state.
        unsafe { MmapOptions::new().populate().map(file) }.map(Self)
    }
}

impl AsRef<[u8]> for MappedFile {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, io::Write as _};

    #[test]
    fn a_file_is_seen_whole_and_outlives_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lists.index");
        File::create(&path).unwrap().write_all(&[7; 10_000]).unwrap();
        let mapped = MappedFile::open(&File::open(&path).unwrap()).unwrap();
        fs::remove_file(&path).unwrap();
        assert_eq!(mapped.as_ref(), [7; 10_000]);
    }

    #[test]
    fn what_is_no_file_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert!(MappedFile::open(&File::open(folder.path()).unwrap()).is_err());
    }
}
