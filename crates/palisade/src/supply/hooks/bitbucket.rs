//! Bitbucket Cloud: repo:push and pullrequest (support.atlassian.com, *Event payloads*).

use super::Host;
use super::change::{Change, Paths, commit, repository};
use serde_json::Value;

/// The change that an event reports, if it reports one. Of a push to several branches the first counts.
pub(super) fn read(event: &str, payload: &Value) -> Option<Change> {
    let repository = repository(payload, "/repository/full_name")?;
    let (commit, paths, what) = match event {
        "repo:push" => {
            let changes = payload.pointer("/push/changes")?.as_array()?;
            let change = changes.iter().find(|change| commit(change, "/new/target/hash").is_some())?;
            let paths = commit(change, "/old/target/hash").map_or(Paths::OfCommit, Paths::Since);
            (commit(change, "/new/target/hash")?, paths, "push".to_owned())
        }
        "pullrequest:created" | "pullrequest:updated" => {
            let number = payload.pointer("/pullrequest/id")?.as_u64()?;
            let commit = commit(payload, "/pullrequest/source/commit/hash")?;
            (commit, Paths::OfRequest(number), format!("pull request {number}"))
        }
        _ => return None,
    };
    Some(Change { host: Host::Bitbucket, shown: repository.clone(), repository, commit, paths, what })
}
