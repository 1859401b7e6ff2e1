//! GitHub: push and pull_request (docs.github.com, *Webhook events and payloads*).

use super::Host;
use super::change::{Change, Paths, commit, repository, touched};
use serde_json::Value;

/// A push with more commits names only the first of them.
const COMMITS_MAX: usize = 2_048;

/// The change that an event reports, if it reports one.
pub(super) fn read(event: &str, payload: &Value) -> Option<Change> {
    let repository = repository(payload, "/repository/full_name")?;
    let (commit, paths, what) = match event {
        "push" => {
            let commits = payload["commits"].as_array()?;
            let paths = match commit(payload, "/before") {
                Some(before) if commits.len() >= COMMITS_MAX => Paths::Since(before),
                _ => Paths::Known(touched(commits)),
            };
            (commit(payload, "/after")?, paths, "push".to_owned())
        }
        "pull_request" if matches!(payload["action"].as_str(), Some("opened" | "synchronize" | "reopened")) => {
            let number = payload["number"].as_u64()?;
            (commit(payload, "/pull_request/head/sha")?, Paths::OfRequest(number), format!("pull request {number}"))
        }
        _ => return None,
    };
    Some(Change { host: Host::GitHub, shown: repository.clone(), repository, commit, paths, what })
}
