//! Rules from archives and from the feed, tuned, tested and explained: as users type it, with exit codes and output.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use serde_json::Value;
use std::{
    fs,
    process::{Command, Output},
};
use tempfile::TempDir;

const RULES: &str = r"title: Whoami run by a service account
id: 7a0c5b52-4b0e-4a55-9f4e-2c3b1c0d9e11
logsource: {product: windows, category: process_creation}
detection:
    selection:
        Image|endswith: '\whoami.exe'
        User|contains: svc
    filter: {ParentImage|endswith: '\agent.exe'}
    condition: selection and not filter
level: high
---
title: Failed logon
name: failed_logon
logsource: {product: windows, service: security}
detection: {selection: {EventID: 4625}, condition: selection}
level: low
---
title: Spray
correlation:
    type: value_count
    rules: [failed_logon]
    group-by: [IpAddress]
    timespan: 1m
    condition: {gte: 3, field: TargetUserName}
level: high
";

const EVENT: &str = r#"{"Channel":"Security","EventID":4688,"Image":"C:\\whoami.exe","User":"CORP\\svc-a","Computer":"pc1","ParentImage":"C:\\cmd.exe"}"#;

const TESTS: &str = r"rule: 7a0c5b52-4b0e-4a55-9f4e-2c3b1c0d9e11
logsource: {product: windows, category: process_creation}
tests:
  - name: a service account
    event: {Image: 'C:\whoami.exe', User: 'CORP\svc-backup'}
    match: true
  - name: what was recorded
    file: events.ndjson
    count: 1
---
rule: Spray
tests:
  - name: three users
    events:
      - {Channel: Security, EventID: 4625, IpAddress: 10.0.0.9, TargetUserName: a, time: 2026-11-20T10:00:00Z}
      - {Channel: Security, EventID: 4625, IpAddress: 10.0.0.9, TargetUserName: b, time: 2026-11-20T10:00:20Z}
      - {Channel: Security, EventID: 4625, IpAddress: 10.0.0.9, TargetUserName: c, time: 2026-11-20T10:00:40Z}
    count: 1
";

const BROKEN: &str = "title: Broken\nlogsource: {product: windows}\ndetection: {selection: {Image|contians: 'x'}, condition: selection}\n";

const TUNING: &str = r#"[[allow]]
rule = "7a0c5b52-4b0e-4a55-9f4e-2c3b1c0d9e11"
reason = "the scheduler asks who it is"
event = { "ParentImage|endswith" = '\cmd.exe' }

[[severity]]
rule = "Spray"
severity = "low"
reason = "our test accounts"
expires = 2000-01-01
"#;

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        fs::create_dir(place.0.path().join("rules")).unwrap();
        place.write("rules/mixed.yml", RULES);
        place.write("events.ndjson", format!("{EVENT}\n"));
        place
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.0.path().join(name), content).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_palisade"));
        command.args(arguments).current_dir(self.0.path()).env("NO_COLOR", "1").env_remove("PALISADE_DATA_DIR");
        command.output().unwrap()
    }

    #[track_caller]
    fn check(&self, arguments: &[&str], code: i32, said: &[&str], noted: &[&str]) -> String {
        let output = self.run(arguments);
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{out}\n{err}");
        said.iter().for_each(|part| assert!(out.contains(part), "{arguments:?}: {part:?} is missing in\n{out}"));
        noted.iter().for_each(|part| assert!(err.contains(part), "{arguments:?}: {part:?} is missing in\n{err}"));
        out
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A zip of these entries, as they are (APPNOTE 4.3).
fn zip(entries: &[(&str, &str)]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in entries {
        let size = (content.len() as u32).to_le_bytes();
        let about = [&[0; 12][..], &size, &size, &(name.len() as u16).to_le_bytes(), &[0, 0]].concat();
        let offset = (bytes.len() as u32).to_le_bytes();
        bytes.extend([b"PK\x03\x04\x14\0", &about[..], name.as_bytes(), content.as_bytes()].concat());
        directory.extend([b"PK\x01\x02\x14\0\x14\0", &about[..], &[0; 10], &offset, name.as_bytes()].concat());
    }
    let (count, size) = ((entries.len() as u16).to_le_bytes(), (directory.len() as u32).to_le_bytes());
    let start = (bytes.len() as u32).to_le_bytes();
    [bytes, directory, [&b"PK\x05\x06\0\0\0\0"[..], &count, &count, &size, &start, &[0, 0]].concat()].concat()
}

#[test]
fn rules_are_read_from_archives() {
    let place = Place::new();
    place
        .write("rules.zip", zip(&[("r/a.yml", RULES), ("r/b.yml", BROKEN), ("r/a.test.yml", TESTS), ("LICENSE", "x")]));
    let broken = "rules.zip!/r/b.yml:3: Unknown modifier 'contians'";
    place.check(&["detect", "--rules", "rules.zip", "events.ndjson"], 1, &["Whoami run by"], &[broken]);
    place.check(&["rules", "lint", "rules.zip"], 1, &[broken], &["files 2, rules 2, correlations 1"]);
    place.check(&["rules", "list", "rules.zip"], 0, &["failed_logon", "Spray"], &[]);
    let whole = zip(&[("r/a.yml", RULES)]);
    place.write("cut.zip", &whole[..whole.len() - 30]);
    place.check(&["detect", "--rules", "cut.zip", "events.ndjson"], 2, &[], &["cut.zip", "damaged"]);
    place.write("empty.zip", zip(&[("README.md", "x")]));
    place.check(&["rules", "list", "empty.zip"], 2, &[], &["no file of rules"]);
}

#[test]
fn the_feed_gives_the_rules_when_none_are_named() {
    let place = Place::new();
    place.check(&["detect", "events.ndjson"], 2, &[], &["has no feed sigma", "palisade feed import sigma"]);
    place.write("rules.zip", zip(&[("r/a.yml", RULES)]));
    place.check(&["feed", "import", "sigma", "rules.zip"], 0, &["sigma has a new version"], &[]);
    place.check(&["detect", "events.ndjson"], 1, &["Whoami run by"], &["rules: the feed sigma, version 1"]);
    place.check(&["detect", "--rules", "feed:sigma", "events.ndjson"], 1, &["Whoami run by"], &[]);
    place.check(&["detect", "--rules", "feed:osv", "events.ndjson"], 2, &[], &["feed:sigma is the feed of rules"]);
    place.check(&["rules", "list", "--format", "json"], 0, &["feed:sigma/rules.zip!/r/a.yml"], &[]);
    for (name, entries, reason) in [
        ("none.zip", zip(&[("README.md", "x")]), "no file of rules"),
        ("broken.zip", zip(&[("a.yml", BROKEN)]), "0 run and 1 are refused"),
    ] {
        place.write(name, entries);
        place.check(&["feed", "import", "sigma", name], 2, &[], &["was not imported", reason]);
    }
    place.check(&["feed", "show", "sigma"], 0, &["broken.zip was not imported"], &[]);
    place.check(&["detect", "events.ndjson"], 1, &["Whoami run by"], &["version 1"]);
}

#[test]
fn tuning_allows_events_and_says_what_does_not_count() {
    let place = Place::new();
    place.write("tuning.toml", TUNING);
    let expired = "tuning.toml:6: the entry counted until 2000-01-01 and has expired";
    let detect = ["detect", "--rules", "rules", "--tuning", "tuning.toml", "events.ndjson"];
    place.check(&detect, 0, &[], &[expired]);
    place.check(&["rules", "lint", "rules", "--tuning", "tuning.toml"], 0, &[expired], &["remarks 1, refused 0"]);
    let listed = place.check(&["rules", "list", "rules", "--tuning", "tuning.toml"], 0, &[], &[]);
    assert!(listed.contains("allow at tuning.toml:1: the scheduler asks who it is"), "{listed}");
    place.write("unknown.toml", "\n[[disable]]\nrule = 'nobody'\nreason = 'x'\n");
    let unknown = "unknown.toml:2: no rule that is loaded has the id, name or title 'nobody'";
    place.check(&["detect", "--rules", "rules", "--tuning", "unknown.toml", "events.ndjson"], 1, &[], &[unknown]);
    place.check(&["rules", "lint", "rules", "--tuning", "unknown.toml"], 1, &[unknown], &[]);
    place.write("wrong.toml", TUNING.replace("|endswith", "|endswiht"));
    let wrong = ["detect", "--rules", "rules", "--tuning", "wrong.toml", "events.ndjson"];
    place.check(&wrong, 2, &[], &["wrong.toml:4: Unknown modifier 'endswiht'"]);
    place.write("disable.toml", "[[disable]]\nrule = 'Whoami*'\nreason = 'known'\n");
    let listed = ["rules", "list", "rules", "--tuning", "disable.toml"];
    place.check(&listed, 0, &["disabled  7a0c5b52-4b0e-4a55-9f4e-2c3b1c0d9e11"], &[]);
}

#[test]
fn tests_of_rules_pass_or_say_why_they_fail() {
    let place = Place::new();
    place.write("rules/mixed.test.yml", TESTS);
    place.check(&["rules", "test", "rules"], 2, &[], &["cannot read rules/events.ndjson"]);
    place.write("rules/events.ndjson", format!("{EVENT}\n"));
    place.check(
        &["rules", "test", "rules"],
        0,
        &["pass  rules/mixed.test.yml:4  Whoami run by a service account: a service account"],
        &["tests 3, passed 3, failed 0"],
    );
    place.check(&["rules", "test", "rules/mixed.test.yml", "--format", "json"], 0, &["\"passed\":true"], &[]);
    place.write("tuning.toml", TUNING);
    let failed = [
        "FAIL  rules/mixed.test.yml:7",
        "wanted: 1 match; found: 0 of 1 event",
        "✗ not",
        "✓ allow at tuning.toml:1: the scheduler asks who it is: event: ParentImage ends with '\\cmd.exe'   (ParentImage = C:\\cmd.exe)",
    ];
    place.check(&["rules", "test", "rules", "--tuning", "tuning.toml"], 1, &failed, &["passed 2, failed 1"]);
    place.write("rules/wrong.test.yml", "rule: Spray\ntests:\n  - event: {a: b}\n");
    place.check(&["rules", "test", "rules"], 2, &[], &["rules/wrong.test.yml:3: test 1: say what must come of it"]);
    place.check(&["rules", "test", "events.ndjson"], 2, &[], &["no file of tests"]);
}

#[test]
fn rules_are_explained_in_words_and_by_an_event() {
    let place = Place::new();
    let rule = "7a0c5b52-4b0e-4a55-9f4e-2c3b1c0d9e11";
    let said = [
        "Whoami run by a service account  [7a0c5b52",
        "severity    high",
        "looks at    windows/process_creation",
        "fields      Image, User, ParentImage",
        "needs       Image ends with '\\whoami.exe'",
        "all of\n      selection: all of\n        Image ends with '\\whoami.exe'\n        User contains 'svc'\n      not\n",
    ];
    place.check(&["rules", "explain", rule, "--rules", "rules"], 0, &said, &[]);
    place.write("anna.json", EVENT.replace("svc-a", "anna").replace(",\"Par", ",\n\"Par"));
    let said = [
        "event 1: does not match",
        "✓ the event is of windows/process_creation/security; the rule looks at windows/process_creation",
        "✗ User contains 'svc'   (User = CORP\\anna)",
    ];
    let explain = ["rules", "explain", rule, "--rules", "rules", "--event", "anna.json"];
    place.check(&explain, 0, &said, &[]);
    let said = ["value_count", "at least 3 different values of TargetUserName", "It counts\nFailed logon"];
    place.check(&["rules", "explain", "Spray", "--rules", "rules"], 0, &said, &[]);
    place.write("disable.toml", "[[disable]]\nrule = 'Whoami*'\nreason = 'known'\n");
    let explain = ["rules", "explain", rule, "--rules", "rules", "--tuning", "disable.toml"];
    place.check(&explain, 0, &["tuning      disabled at disable.toml:1: known", "User contains 'svc'"], &[]);
    let json = place.check(
        &["rules", "explain", rule, "--rules", "rules", "--event", "events.ndjson", "--format", "json"],
        0,
        &[],
        &[],
    );
    let told: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(told["events"][0]["is_match"], true);
    assert_eq!(told["events"][0]["condition"]["parts"][0]["holds"], true);
    place.check(&["rules", "explain", "nobody", "--rules", "rules"], 2, &[], &["'nobody'"]);
    place.write("none.json", "");
    place.check(&["rules", "explain", rule, "--rules", "rules", "--event", "none.json"], 2, &[], &["no event"]);
}
