//! The folder of data, and what is packed in it. `tar` and `gzip` unpack: the archives are the tests' own.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// The folder with packages' data; `None` when the test is to be skipped.
pub(crate) fn folder() -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("PALISADE_DATA") else {
        eprintln!("SKIPPED: set PALISADE_DATA to the folder that holds `supply/`");
        return None;
    };
    Some(Path::new(&folder).join("supply"))
}

/// Name and content of every file in an archive.
pub(crate) fn documents(archive: &str) -> Option<Vec<(String, Vec<u8>)>> {
    let archive = folder()?.join(archive);
    let unpacked = tempfile::tempdir().unwrap();
    let done = Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(unpacked.path()).status();
    assert!(done.is_ok_and(|status| status.success()), "{} is unpacked", archive.display());
    let mut documents = Vec::new();
    let mut folders = vec![unpacked.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                documents.push((path.display().to_string(), std::fs::read(&path).unwrap()));
            }
        }
    }
    documents.sort();
    Some(documents)
}

/// The content of a compressed file.
pub(crate) fn lines(file: &str) -> Option<Vec<u8>> {
    let output = Command::new("gzip").arg("-dc").arg(folder()?.join(file)).output().unwrap();
    assert!(output.status.success(), "{file} is unpacked");
    Some(output.stdout)
}
