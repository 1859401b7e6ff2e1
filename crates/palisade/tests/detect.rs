//! `palisade detect` and `palisade rules` as they are used: with files of rules and events, exit codes and output.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use serde_json::Value;
use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

const RULES: &str = "\
title: Whoami as somebody else
id: 3c0b9d5e-7a64-4a53-9f0b-3a8f2f7c9a10
logsource: {product: windows, category: process_creation}
detection:
    selection: {Image|endswith: '\\whoami.exe'}
    own: {User|contains: 'anna'}
    condition: selection and not own
tags: [attack.discovery, attack.t1033]
level: high
---
title: Failed logon
name: failed_logon
logsource: {product: windows, service: security}
detection: {selection: {EventID: 4625}, condition: selection}
level: low
---
title: Password spray
id: 9f7f3e0c-31a7-4c0a-8d0e-6e3c5d1b7a22
correlation:
    type: value_count
    rules: [failed_logon]
    group-by: [IpAddress]
    timespan: 10m
    condition: {gte: 4, field: TargetUserName}
level: critical
";

const BROKEN: &str = "\
title: Broken
logsource: {product: windows}
detection: {selection: {Image|contians: 'x'}, condition: selection}
";

fn palisade(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_palisade"));
    command.args(arguments).current_dir(folder).env("NO_COLOR", "1").output().unwrap()
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn prepared() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("rules")).unwrap();
    fs::write(folder.path().join("rules/mixed.yml"), RULES).unwrap();
    let process = |user: &str| {
        format!(
            r#"{{"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":1,"UtcTime":"2026-11-20 10:00:00.000","Image":"C:\\Windows\\System32\\whoami.exe","User":"{user}","Computer":"pc1"}}"#
        )
    };
    let logon = |second: u32| {
        format!(
            r#"{{"Channel":"Security","EventID":4625,"@timestamp":"2026-11-20T10:01:{second:02}Z","IpAddress":"10.0.0.9","TargetUserName":"user{second}"}}"#
        )
    };
    let lines = [process("anna"), process("svc"), "{broken".to_owned()];
    let lines: Vec<String> = lines.into_iter().chain((0..6).map(logon)).collect();
    fs::write(folder.path().join("events.ndjson"), lines.join("\n")).unwrap();
    folder
}

#[test]
fn rules_and_correlations_find() {
    let folder = prepared();
    let output =
        palisade(folder.path(), &["detect", "--rules", "rules", "--format", "ndjson", "--stats", "events.ndjson"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output.stderr));
    let found: Vec<Value> = said(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<_> = found.iter().map(|f| (f["input"].as_u64().unwrap(), f["title"].as_str().unwrap())).collect();
    assert_eq!(told, [(2, "Whoami as somebody else"), (6, "Password spray")]);
    assert_eq!((&found[0]["severity"], &found[0]["references"][0]), (&"high".into(), &"T1033".into()));
    assert_eq!(found[0]["subject"]["name"], "pc1");
    assert_eq!(found[0]["time"], "2026-11-20T10:00:00.000000000Z");
    assert_eq!(found[1]["subject"]["name"], "IpAddress=10.0.0.9");
    let notes = said(&output.stderr);
    assert!(notes.contains("events.ndjson: line 3, byte ") && notes.contains("8 events"), "{notes}");
}

#[test]
fn text_is_for_people_and_nothing_found_is_zero() {
    let folder = prepared();
    let output =
        palisade(folder.path(), &["detect", "--rules", "rules/mixed.yml", "events.ndjson", "--fail-on", "critical"]);
    let text = said(&output.stdout);
    assert!(text.starts_with("high          Whoami as somebody else  [3c0b9d5e"), "{text}");
    assert!(text.contains("Image = C:\\Windows\\System32\\whoami.exe"), "{text}");
    fs::write(folder.path().join("quiet.ndjson"), "{\"a\":1}\n").unwrap();
    let output = palisade(folder.path(), &["detect", "--rules", "rules", "--format", "json", "quiet.ndjson"]);
    assert_eq!((output.status.code(), said(&output.stdout).as_str()), (Some(0), "[]\n"));
}

#[test]
fn a_broken_rule_is_told_and_the_others_run() {
    let folder = prepared();
    fs::write(folder.path().join("rules/broken.yml"), BROKEN).unwrap();
    let output = palisade(folder.path(), &["detect", "--rules", "rules", "events.ndjson"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output.stderr).contains("rules/broken.yml:"), "{}", said(&output.stderr));
    let output = palisade(folder.path(), &["detect", "--rules", "nowhere", "events.ndjson"]);
    assert_eq!(output.status.code(), Some(2));
    let output = palisade(folder.path(), &["rules", "lint", "rules"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output.stderr));
    assert!(said(&output.stdout).contains("broken.yml:"), "{}", said(&output.stdout));
    let output = palisade(folder.path(), &["rules", "list", "rules", "--format", "json"]);
    let listed: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(listed.as_array().unwrap().len(), 3, "{listed}");
}
