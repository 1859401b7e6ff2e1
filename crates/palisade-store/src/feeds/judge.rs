//! The say that those have who use a feed, before a version of it takes the place of the one before.

use crate::feeds::{Feed, FeedError, download::joined, incoming::Arrived};
use std::path::{Path, PathBuf};

/// Says what is wrong with a file for those who use the feed of this name, if anything is. It lies at a path of no
/// meaning; `name` is what it was called.
pub type Judge = fn(feed: &'static str, name: &str, file: &Path) -> Result<(), String>;

/// Asks about every file, on a thread that may take its time.
pub(super) async fn all(judge: Judge, feed: &'static Feed, files: &[Arrived]) -> Result<(), FeedError> {
    let judged: Vec<(String, PathBuf)> =
        files.iter().map(|file| (file.original.clone(), file.path().to_owned())).collect();
    let judging = tokio::task::spawn_blocking(move || {
        judged.into_iter().try_for_each(|(file, path)| {
            judge(feed.name, &file, &path).map_err(|reason| FeedError::Unfit { file, reason })
        })
    });
    joined(judging).await
}
