//! `palisade scan` as it is used: in a folder, with its exit code, what it writes and where.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use serde_json::Value;
use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Output},
};

const HIDDEN: &str = "pay\u{202E}txt.exe\n";

fn scan(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_palisade"));
    command.arg("scan").args(arguments).current_dir(folder).env("NO_COLOR", "1").output().unwrap()
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn this_repository_is_quiet() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let output = scan(&root, &["."]);
    assert_eq!(output.status.code(), Some(0), "{}{}", said(&output.stdout), said(&output.stderr));
    assert_eq!(said(&output.stdout), "");
    assert!(said(&output.stderr).starts_with("policy: palisade-policy.toml\n"));
}

#[test]
fn a_bomb_harms_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.gz"), gzip(&vec![b' '; 200 << 20])).unwrap();
    fs::write(folder.path().join("b.txt.gz"), gzip(HIDDEN.as_bytes())).unwrap();
    let output = scan(folder.path(), &[".", "--format", "ndjson", "--fail-on", "critical"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output.stderr));
    let results: Vec<Value> = said(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(results[0]["error"].as_str().unwrap().contains("decompression bombs"));
    assert_eq!((&results[1]["input"], &results[1]["verdict"]), (&"./b.txt.gz!/b.txt".into(), &"block".into()));
    assert!(said(&output.stderr).contains("error: ./a.gz: it unpacks to more than 100 times its size"));
    assert_eq!(scan(folder.path(), &["."]).status.code(), Some(1), "findings count more than what was not read");
}

#[test]
fn policies_of_the_folder_count_and_expire() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), HIDDEN).unwrap();
    assert_eq!(scan(folder.path(), &["."]).status.code(), Some(1));
    let policy = |expires: &str| {
        let entry =
            "extends = 'balanced'\n[[allow]]\nclass = 'guard.unicode'\npath = 'a.*'\nreason = 'shown on purpose'";
        fs::write(folder.path().join("palisade-policy.toml"), format!("{entry}\nexpires = {expires}\n")).unwrap();
        scan(folder.path(), &["."])
    };
    let allowed = policy("2099-01-01");
    assert_eq!(allowed.status.code(), Some(0), "{}", said(&allowed.stdout));
    assert!(said(&allowed.stderr).contains("note: 1 allowed by the policy"));
    let expired = policy("2020-01-01");
    assert_eq!(expired.status.code(), Some(1));
    assert!(said(&expired.stderr).contains("has expired: allowed at line 2: shown on purpose"));
}

#[test]
fn sarif_names_paths_from_where_it_runs() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("d")).unwrap();
    fs::write(folder.path().join("d/a.txt"), HIDDEN).unwrap();
    let absolute = folder.path().canonicalize().unwrap().join("d");
    for argument in [".", "d", absolute.to_str().unwrap()] {
        let output = scan(folder.path(), &[argument, "--format", "sarif"]);
        let sarif: Value = serde_json::from_slice(&output.stdout).unwrap();
        let result = &sarif["runs"][0]["results"][0];
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "d/a.txt", "{argument}");
        assert_eq!((&place["region"]["startLine"], &result["ruleId"]), (&1.into(), &"guard.unicode.bidi".into()));
    }
}

#[test]
fn results_written_into_the_tree_are_not_judged() {
    let folder = tempfile::tempdir().unwrap();
    let results = folder.path().join("results.json");
    fs::write(&results, HIDDEN).unwrap();
    let into = fs::File::options().append(true).open(&results).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_palisade"));
    let status = command.args(["scan", ".", "--format", "json"]).current_dir(folder.path()).stdout(into).status();
    assert_eq!(status.unwrap().code(), Some(0));
}
