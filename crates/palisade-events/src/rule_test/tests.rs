//! Tests of rules as users write them, those that pass and those that fail.

use super::*;
use crate::{Loader, Ruleset, taxonomy::Taxonomy};

const RULES: &str = r"
title: Whoami
id: 7a0c5b52-4b0e-4a55-9f4e-2c3b1c0d9e11
logsource: {product: windows, category: process_creation}
detection:
    selection: {Image|endswith: '\whoami.exe', User|contains: svc}
    condition: selection
---
title: Failed logon
name: failed_logon
logsource: {product: windows, service: security}
detection: {selection: {EventID: 4625}, condition: selection}
---
title: Spray
correlation:
    type: value_count
    rules: [failed_logon]
    group-by: [IpAddress]
    timespan: 1m
    condition: {gte: 3, field: TargetUserName}
";

const TESTS: &str = r"
rule: Whoami
logsource: {product: windows, category: process_creation}
tests:
  - name: a service account
    event: {Image: 'C:\whoami.exe', User: svc-backup}
    match: true
  - event: {Image: 'C:\whoami.exe', User: anna}
    match: true
  - events: [{Image: 'C:\whoami.exe', User: svc}, {Image: x}]
    count: 1
  - file: whoami.ndjson
    count: 2
---
rule: Spray
tests:
  - name: three users in a minute
    events:
      - {Channel: Security, EventID: 4625, IpAddress: 10.0.0.9, TargetUserName: a, time: 2026-11-20T10:00:00Z}
      - {Channel: Security, EventID: 4625, IpAddress: 10.0.0.9, TargetUserName: b, time: 2026-11-20T10:00:20Z}
      - {Channel: Security, EventID: 4625, IpAddress: 10.0.0.9, TargetUserName: c, time: 2026-11-20T10:00:40Z}
    count: 1
  - name: three users in two minutes
    events:
      - {Channel: Security, EventID: 4625, IpAddress: 10.0.0.9, TargetUserName: a, time: 2026-11-20T10:00:00Z}
      - {Channel: Security, EventID: 4625, IpAddress: 10.0.0.9, TargetUserName: b, time: 2026-11-20T10:01:20Z}
      - {Channel: Security, EventID: 4624, IpAddress: 10.0.0.9, TargetUserName: c, time: 2026-11-20T10:01:40Z}
    match: true
---
rule: Nobody
tests:
  - {event: {a: b}, match: false}
";

fn ruleset() -> Ruleset {
    let mut loader = Loader::new();
    loader.add("rules.yml", RULES);
    Ruleset::new(loader.finish(), &Taxonomy::default())
}

#[test]
fn tests_pass_or_say_why_not() {
    let ruleset = ruleset();
    let mut tester = Tester::new(&ruleset);
    let files = TestFile::parse("a.test.yml", TESTS).expect("tests");
    let bytes = b"{\"Image\":\"C:\\\\whoami.exe\",\"User\":\"svc\"}\n{\"Image\":\"x\"}\n";
    let mut outcomes = Vec::new();
    for file in &files {
        outcomes.extend(file.tests.iter().map(|test| (test.line, tester.run(file, test, bytes))));
    }
    let passed: Vec<(usize, bool)> = outcomes.iter().map(|(line, outcome)| (*line, outcome.passed)).collect();
    assert_eq!(passed, [(5, true), (8, false), (10, true), (12, false), (17, true), (23, false), (32, false)]);
    let failed: Vec<&Outcome> = outcomes.iter().map(|(_, outcome)| outcome).filter(|outcome| !outcome.passed).collect();
    assert_eq!((failed[0].expected.as_str(), failed[0].found, failed[0].events), ("a match", 0, 1));
    let user = &failed[0].why[0].trace.condition.parts[1];
    assert_eq!((user.holds, user.seen[0].value.as_str()), (Some(false), "anna"));
    assert_eq!((failed[1].found, failed[1].why.len(), failed[1].why[0].event), (1, 1, 2));
    assert_eq!(failed[2].reasons, ["its rule failed_logon matched 2 of 3 events"]);
    assert_eq!((failed[2].why[0].event, failed[2].why[0].rule.as_str()), (3, "Failed logon"));
    assert!(failed[3].reasons[0].contains("'Nobody'"), "{:?}", failed[3]);
}

#[test]
fn a_test_without_source_takes_what_the_event_tells() {
    let ruleset = ruleset();
    let text = "rule: Whoami\ntests:\n  - event: {Image: 'C:\\whoami.exe', User: svc}\n    match: true\n";
    let file = &TestFile::parse("a.test.yml", text).expect("tests")[0];
    let outcome = Tester::new(&ruleset).run(file, &file.tests[0], &[]);
    assert!(!outcome.passed && !outcome.why[0].trace.is_of_interest, "{outcome:?}");
    assert_eq!(outcome.why[0].trace.condition.holds, Some(true));
}

#[test]
fn what_cannot_be_is_refused_with_its_line() {
    for (text, line, reason) in [
        ("rule: a\n", 1, "tests"),
        ("rule: a\ntests: []\n", 1, "no tests"),
        ("rule: a\nruel: b\ntests: []\n", 2, "ruel"),
        ("rule: a\ntests:\n  - match: true\n", 3, "looked at"),
        ("rule: a\ntests:\n  - event: {a: b}\n    file: b\n    match: true\n", 3, "looked at"),
        ("rule: a\ntests:\n  - event: {a: b}\n  - event: {a: b}\n", 3, "must come of it"),
        ("rule: a\ntests:\n  - event: b\n    match: true\n", 3, "mapping"),
        ("rule: a\ntests:\n  - {event: {a: b}, match: true}\n---\nrule: a\n\ttests: x\n", 6, ""),
        ("- a\n", 1, ""),
    ] {
        let problem = TestFile::parse("a.test.yml", text).expect_err(text);
        assert!(problem.reason.contains(reason), "{text}: {problem}");
        assert_eq!(problem.line, line, "{text}: {problem}");
    }
    assert!(TestFile::parse("a", &" ".repeat(5 << 20)).is_err());
}

#[test]
fn the_example_above_can_be_read() {
    let lines = include_str!("mod.rs").lines().skip_while(|line| *line != "//! ```yaml").skip(1);
    let example: String = lines
        .take_while(|line| *line != "//! ```")
        .map(|line| line.trim_start_matches("//! ").to_owned() + "\n")
        .collect();
    assert_eq!(TestFile::parse("a", &example).expect("the example")[0].tests.len(), 3);
}
