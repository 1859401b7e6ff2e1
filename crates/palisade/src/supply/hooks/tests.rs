//! Reports as code hosts send them, and such as nobody should.

use super::Host;
use super::change::Paths;
use serde_json::{Value, json};

const SHA: &str = "0123456789abcdef0123456789abcdef01234567";
const BEFORE: &str = "89abcdef0123456789abcdef0123456789abcdef";
const ZERO: &str = "0000000000000000000000000000000000000000";

fn known(paths: &[&str]) -> Paths {
    Paths::Known(paths.iter().map(|path| (*path).to_owned()).collect())
}

fn github(commits: Value, after: &str) -> Value {
    json!({"before": BEFORE, "after": after, "repository": {"full_name": "o/n"}, "commits": commits})
}

fn merge(action: &str, more: Value) -> Value {
    let mut about = json!({"iid": 7, "action": action, "last_commit": {"id": SHA}});
    about.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({"project": {"id": 5, "path_with_namespace": "g/s/n"}, "object_attributes": about})
}

#[test]
fn reports_name_a_commit_and_what_changed() {
    let commits = json!([{"added": ["a/package.json"], "modified": ["b"], "removed": ["c"]}, {"modified": ["b"]}]);
    let gitlab = |count: u64| json!({"before": BEFORE, "after": SHA, "project": {"id": 5}, "commits": commits, "total_commits_count": count});
    let bitbucket = |old: Value| {
        json!({"repository": {"full_name": "w/r"}, "push": {"changes": [{"new": null, "old": {}},
            {"new": {"target": {"hash": SHA}}, "old": old}]}})
    };
    let pull = json!({"action": "opened", "number": 7, "repository": {"full_name": "o/n"},
        "pull_request": {"head": {"sha": SHA}}});
    let request = json!({"repository": {"full_name": "w/r"},
        "pullrequest": {"id": 7, "source": {"commit": {"hash": "0123456789ab"}}}});
    for (host, event, payload, repository, paths) in [
        (Host::GitHub, "push", github(commits.clone(), SHA), "o/n", known(&["a/package.json", "b"])),
        (Host::GitHub, "push", github(json!(vec![json!({}); 2_048]), SHA), "o/n", Paths::Since(BEFORE.to_owned())),
        (Host::GitHub, "pull_request", pull, "o/n", Paths::OfRequest(7)),
        (Host::GitLab, "Push Hook", gitlab(2), "5", known(&["a/package.json", "b"])),
        (Host::GitLab, "Push Hook", gitlab(21), "5", Paths::Since(BEFORE.to_owned())),
        (Host::GitLab, "Merge Request Hook", merge("open", json!({})), "5", Paths::OfRequest(7)),
        (Host::GitLab, "Merge Request Hook", merge("update", json!({"oldrev": BEFORE})), "5", Paths::OfRequest(7)),
        (Host::Bitbucket, "repo:push", bitbucket(Value::Null), "w/r", Paths::OfCommit),
        (
            Host::Bitbucket,
            "repo:push",
            bitbucket(json!({"target": {"hash": BEFORE}})),
            "w/r",
            Paths::Since(BEFORE.to_owned()),
        ),
        (Host::Bitbucket, "pullrequest:updated", request, "w/r", Paths::OfRequest(7)),
    ] {
        let changes = host.read(event, &payload);
        let [change] = &changes[..] else { panic!("{event} {payload}: {changes:?}") };
        assert_eq!((change.repository.as_str(), &change.paths), (repository, &paths), "{event}");
    }
}

#[test]
fn each_branch_of_a_push_is_a_change() {
    let moved = |new: &str, old: Value| json!({"new": {"target": {"hash": new}}, "old": old});
    let push = json!({"repository": {"full_name": "w/r"}, "push": {"changes": [
        moved(SHA, json!({"target": {"hash": BEFORE}})),
        {"new": null, "old": {"target": {"hash": BEFORE}}},
        moved(BEFORE, Value::Null),
    ]}});
    let changes = Host::Bitbucket.read("repo:push", &push);
    let said: Vec<_> = changes.iter().map(|change| (change.commit.as_str(), change.paths.clone())).collect();
    assert_eq!(said, [(SHA, Paths::Since(BEFORE.to_owned())), (BEFORE, Paths::OfCommit)]);
}

#[test]
fn what_reports_no_change_of_files_is_left_alone() {
    let named = |name: &str| json!({"after": SHA, "repository": {"full_name": name}, "commits": []});
    for (host, event, payload) in [
        (Host::GitHub, "ping", github(json!([]), SHA)),
        (Host::GitHub, "push", github(json!([]), ZERO)),
        (Host::GitHub, "push", github(json!([]), "../../x")),
        (Host::GitHub, "push", github(json!([]), "abc")),
        (Host::GitHub, "push", named("../n")),
        (Host::GitHub, "push", named("o/n/m")),
        (Host::GitHub, "push", named("o/n?x")),
        (Host::GitHub, "pull_request", json!({"action": "closed", "number": 7, "repository": {"full_name": "o/n"}})),
        (Host::GitLab, "Merge Request Hook", merge("update", json!({}))),
        (Host::GitLab, "Merge Request Hook", merge("close", json!({}))),
        (Host::GitLab, "Push Hook", json!({"project": {"id": "x"}})),
        (Host::Bitbucket, "repo:push", json!({"repository": {"full_name": "w/r"}, "push": {"changes": []}})),
        (Host::Bitbucket, "", json!([])),
    ] {
        assert_eq!(host.read(event, &payload), [], "{event} {payload}");
    }
}
