//! The data that some tests and the benchmark run on: SigmaHQ's rules and regression cases, and a sample of real events.
//!
//! They stand in the folder that `PALISADE_DATA` names, under `events/`.
#![allow(dead_code, reason = "each test uses a part")]
#![allow(clippy::disallowed_methods, reason = "own fixtures")]

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
};

/// The folder of the data, or nothing after saying that `what` is skipped.
pub(crate) fn folder(what: &str) -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("PALISADE_DATA") else {
        eprintln!("SKIPPED: {what}: set PALISADE_DATA to the folder that holds `events/`");
        return None;
    };
    Some(PathBuf::from(folder).join("events"))
}

/// A sample of real events, one a line, and the log source of each.
pub(crate) fn sample(folder: &Path) -> Vec<(String, String)> {
    let (events, sources) =
        (unpacked(folder, "mordor_20k.ndjson.gz"), unpacked(folder, "mordor_20k.logsource.ndjson.gz"));
    events.lines().map(str::to_owned).zip(sources.lines().map(str::to_owned)).collect()
}

fn unpacked(folder: &Path, name: &str) -> String {
    let file = fs::File::open(folder.join(name)).expect("the sample is there");
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).expect("the sample is text");
    text
}

/// Every file below `folder` that ends so, with its text, in order.
pub(crate) fn files(folder: &Path, ending: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    gather(folder, ending, &mut found);
    found.sort();
    found
}

fn gather(folder: &Path, ending: &str, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("the folder is there").flatten() {
        let path = entry.path();
        if path.is_dir() {
            gather(&path, ending, found);
        } else if path.to_string_lossy().ends_with(ending) {
            found.push((path.to_string_lossy().into_owned(), fs::read_to_string(&path).expect("a text")));
        }
    }
}
