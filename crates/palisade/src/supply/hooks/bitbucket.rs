//! Bitbucket Cloud: repo:push and pullrequest (support.atlassian.com, *Event payloads*).

use super::Host;
use super::change::{Change, Paths, commit, repository};
use serde_json::Value;

/// The changes that an event reports: one for each branch that a push moves.
pub(super) fn read(event: &str, payload: &Value) -> Vec<Change> {
    let Some(repository) = repository(payload, "/repository/full_name") else { return Vec::new() };
    let about = |(commit, paths, what)| Change {
        host: Host::Bitbucket,
        shown: repository.clone(),
        repository: repository.clone(),
        commit,
        paths,
        what,
    };
    if event != "repo:push" {
        return request(event, payload).map(about).into_iter().collect();
    }
    let branches = payload.pointer("/push/changes").and_then(Value::as_array).into_iter().flatten();
    let mut changes: Vec<Change> = branches.filter_map(branch).map(about).collect();
    // Two branches may be moved over the same commits.
    changes.dedup();
    changes
}

/// A branch that was moved or made; none for one that was deleted.
fn branch(change: &Value) -> Option<(String, Paths, String)> {
    let paths = commit(change, "/old/target/hash").map_or(Paths::OfCommit, Paths::Since);
    Some((commit(change, "/new/target/hash")?, paths, "push".to_owned()))
}

fn request(event: &str, payload: &Value) -> Option<(String, Paths, String)> {
    match event {
        "pullrequest:created" | "pullrequest:updated" => {
            let number = payload.pointer("/pullrequest/id")?.as_u64()?;
            let commit = commit(payload, "/pullrequest/source/commit/hash")?;
            Some((commit, Paths::OfRequest(number), format!("pull request {number}")))
        }
        _ => None,
    }
}
