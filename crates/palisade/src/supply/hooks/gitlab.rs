//! GitLab: push and merge request hooks (docs.gitlab.com, *Webhook events*).

use super::Host;
use super::change::{Change, Paths, commit, text, touched};
use serde_json::Value;

/// The change that an event reports, if it reports one.
pub(super) fn read(event: &str, payload: &Value) -> Option<Change> {
    let repository = payload.pointer("/project/id")?.as_u64()?.to_string();
    let shown = text(payload, "/project/path_with_namespace").unwrap_or(&repository).to_owned();
    let (commit, paths, what) = match event {
        "Push Hook" => {
            let commits = payload["commits"].as_array()?;
            // At most twenty are told.
            let all = payload["total_commits_count"].as_u64().is_none_or(|count| count <= commits.len() as u64);
            let paths = match commit(payload, "/before") {
                Some(before) if !all => Paths::Since(before),
                _ => Paths::Known(touched(commits)),
            };
            (commit(payload, "/after")?, paths, "push".to_owned())
        }
        "Merge Request Hook" => {
            let about = &payload["object_attributes"];
            let is_new = match about["action"].as_str()? {
                "open" | "reopen" => true,
                // Only with this are there new commits.
                "update" => about.get("oldrev").is_some(),
                _ => false,
            };
            let number = about["iid"].as_u64().filter(|_| is_new)?;
            (commit(about, "/last_commit/id")?, Paths::OfRequest(number), format!("merge request {number}"))
        }
        _ => return None,
    };
    Some(Change { host: Host::GitLab, repository, shown, commit, paths, what })
}
