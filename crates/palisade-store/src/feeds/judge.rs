//! The say that those have who use a feed, before a version of it takes the place of the one before.

use crate::feeds::{Feed, FeedError, FeedVersion, download::joined, incoming::Arrived};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// A version that wants to serve.
#[derive(Debug)]
pub struct Candidate {
    /// The feed.
    pub feed: &'static str,
    /// Its files, in the order in which they were given: what each was called, and where it lies, at a path of no meaning.
    pub files: Vec<(String, PathBuf)>,
    /// The version that serves now.
    pub serving: Option<Arc<FeedVersion>>,
}

/// Why a version may not serve.
#[derive(Debug)]
pub struct Unfit {
    /// What was called so.
    pub file: String,
    /// For people.
    pub reason: String,
}

/// Says what is wrong with a version for those who use the feed, if anything is.
pub type Judge = Arc<dyn Fn(&Candidate) -> Result<(), Unfit> + Send + Sync>;

/// Asks about every file by itself.
///
/// # Errors
/// What `judge` says of the first that it refuses.
pub fn each_file(candidate: &Candidate, judge: impl Fn(&str, &Path) -> Result<(), String>) -> Result<(), Unfit> {
    candidate
        .files
        .iter()
        .try_for_each(|(name, path)| judge(name, path).map_err(|reason| Unfit { file: name.clone(), reason }))
}

/// Asks on a thread that may take its time.
pub(super) async fn ask(
    judge: Judge,
    feed: &'static Feed,
    files: &[Arrived],
    serving: Option<Arc<FeedVersion>>,
) -> Result<(), FeedError> {
    let files = files.iter().map(|file| (file.original.clone(), file.path().to_owned())).collect();
    let candidate = Candidate { feed: feed.name, files, serving };
    let judging = tokio::task::spawn_blocking(move || {
        judge(&candidate).map_err(|Unfit { file, reason }| FeedError::Unfit { file, reason })
    });
    joined(judging).await
}
