//! The pages in `docs/detectors`, made from the doc comments of the detectors' files and from their table.
//!
//! This test fails when the pages are out of date, or a detector has no text. To write them again:
//!
//! ```sh
//! UPDATE_GOLDEN=1 cargo nextest run --release --workspace -E 'test(detector_pages_are_up_to_date)'
//! ```
#![allow(clippy::disallowed_methods, reason = "reads and writes files of this repository")]
#![allow(clippy::unwrap_used, reason = "a test that cannot read the checkout fails")]

mod page;
mod source;

use source::Sources;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/detectors")
}

/// The pages as they lie there, by name.
fn published() -> BTreeMap<String, String> {
    let Ok(entries) = fs::read_dir(folder()) else { return BTreeMap::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(path).unwrap()))
        .collect()
}

fn publish(pages: &BTreeMap<String, String>) {
    fs::create_dir_all(folder()).unwrap();
    for stale in published().keys().filter(|name| !pages.contains_key(*name)) {
        fs::remove_file(folder().join(stale)).unwrap();
    }
    for (name, text) in pages {
        fs::write(folder().join(name), text).unwrap();
    }
}

#[test]
fn detector_pages_are_up_to_date() {
    let sources = Sources::read();
    let missing: Vec<&str> = palisade_guard::detectors()
        .iter()
        .map(|detector| detector.class)
        .filter(|class| sources.doc_of(class).is_none())
        .collect();
    assert!(missing.is_empty(), "no doc comment with What it finds, Why it matters and Example: {missing:?}");
    let pages = page::all(&sources);
    if std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        publish(&pages);
    }
    let published = published();
    let differ = |name: &&String| published.get(*name) != pages.get(*name);
    let names: Vec<&String> = pages.keys().chain(published.keys()).filter(differ).collect();
    assert!(names.is_empty(), "docs/detectors is out of date in {names:?}: run again with UPDATE_GOLDEN=1");
}
