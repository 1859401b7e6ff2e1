//! The feed of rules: which files it has, and whether a new version of it may take the place of the one before.

use super::{RulePath, Sources, load};
use crate::{cli::Failure, clock::now, config::Events};
use palisade_store::{
    Feeds, State,
    feeds::{FeedSnapshot, FeedVersion},
};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The feed, as it stands among paths of rules.
pub(crate) const FEED: &str = "feed:sigma";

const NAME: &str = "sigma";

/// The version of the feed that serves.
pub(crate) fn version(feeds: &FeedSnapshot) -> Option<&Arc<FeedVersion>> {
    feeds.get(NAME)
}

/// Where `paths` are, with the files of the feed for `feed:sigma`; none when it was not imported.
///
/// # Errors
/// When another feed is named.
pub(crate) fn resolved(paths: &[PathBuf], feeds: &FeedSnapshot) -> anyhow::Result<Vec<RulePath>> {
    let mut found = Vec::new();
    for path in paths {
        match path.to_str().and_then(|text| text.strip_prefix("feed:")) {
            None => found.push(RulePath::new(path)),
            Some(NAME) => {
                let files = version(feeds).into_iter().flat_map(|version| &version.files);
                found.extend(
                    files.map(|file| RulePath { path: file.path.clone(), name: format!("{FEED}/{}", file.original) }),
                );
            }
            Some(other) => {
                let failure = Failure::input(format!("the feed '{other}' holds no rules"));
                return Err(failure.hint(format!("{FEED} is the feed of rules")).into());
            }
        }
    }
    Ok(found)
}

/// True when these settings use the feed, and it was not imported.
pub(crate) fn missing(settings: &Events, feeds: &FeedSnapshot) -> bool {
    settings.rules.iter().any(|path| path == Path::new(FEED)) && version(feeds).is_none()
}

/// The feeds in `data_dir`, as they serve now; none where there is no such folder yet.
///
/// # Errors
/// When the state cannot be read.
pub(crate) async fn snapshot(data_dir: &Path) -> anyhow::Result<Arc<FeedSnapshot>> {
    let file = data_dir.join("state.db");
    if !file.is_file() {
        return Ok(Arc::default());
    }
    let state = State::open_read_only(&file).await?;
    let feeds = Feeds::open(data_dir, state.clone()).await?;
    let snapshot = feeds.snapshot();
    state.close().await;
    Ok(snapshot)
}

/// Says why `file` cannot be a version of the feed: it cannot be read to its end, or more of its rules are refused than
/// run.
///
/// # Errors
/// The reason, for people.
pub(crate) fn judge(file: &Path) -> Result<(), String> {
    let at = RulePath { path: file.to_owned(), name: "rules".to_owned() };
    let sources = Sources { rules: vec![at], ..Sources::default() };
    let ruleset = load(&sources, now()).map_err(|error| error.to_string())?.ruleset;
    let runs = ruleset.engine().rules().len() + ruleset.correlations().len();
    let refused: Vec<_> = ruleset.problems().iter().filter(|problem| problem.is_refused).collect();
    match refused.first() {
        Some(first) if refused.len() >= runs => {
            Err(format!("of its rules {runs} run and {} are refused, the first: {first}", refused.len()))
        }
        None if runs == 0 => Err("there is no rule in it".to_owned()),
        _ => Ok(()),
    }
}
