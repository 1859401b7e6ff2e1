//! A change that a code host reports, whichever host it is: what there is to fetch, and where.

use super::Host;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A change of a repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Change {
    pub(super) host: Host,
    /// The repository as its API names it: `owner/name`, or GitLab's number.
    pub(super) repository: String,
    /// The repository as people name it.
    pub(super) shown: String,
    /// The commit at which files are read, and which gets a status.
    pub(super) commit: String,
    pub(super) paths: Paths,
    /// What it is: `push`, `pull request 7`.
    pub(super) what: String,
}

/// Which files changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Paths {
    /// The report says so.
    Known(Vec<String>),
    /// Those of a pull or merge request.
    OfRequest(u64),
    /// Those between this commit and the one of the change.
    Since(String),
    /// Those of the commit alone.
    OfCommit,
}

/// Letters of the name of a repository, and of a commit.
const NAME_BYTES_MAX: usize = 200;
const COMMIT_BYTES: std::ops::RangeInclusive<usize> = 7..=64;

/// The text at this place.
pub(super) fn text<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    value.pointer(pointer)?.as_str().filter(|text| !text.is_empty())
}

/// `owner/name`, when it is one.
pub(super) fn repository(value: &Value, pointer: &str) -> Option<String> {
    let name = text(value, pointer)?;
    let is_part = |part: &str| {
        !matches!(part, "" | "." | "..")
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    };
    (name.len() <= NAME_BYTES_MAX && name.split('/').count() == 2 && name.split('/').all(is_part))
        .then(|| name.to_owned())
}

/// A commit that there is: hexadecimal, not all zeros.
pub(super) fn commit(value: &Value, pointer: &str) -> Option<String> {
    let commit = text(value, pointer)?;
    let is_one = COMMIT_BYTES.contains(&commit.len()) && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_one && commit.bytes().any(|byte| byte != b'0')).then(|| commit.to_owned())
}

/// What the commits of a push add and change.
pub(super) fn touched(commits: &[Value]) -> Vec<String> {
    let lists = commits.iter().flat_map(|commit| ["added", "modified"].map(|key| &commit[key]));
    let paths = lists.filter_map(Value::as_array).flatten().filter_map(Value::as_str);
    let mut paths: Vec<String> = paths.map(str::to_owned).collect();
    paths.sort_unstable();
    paths.dedup();
    paths
}
