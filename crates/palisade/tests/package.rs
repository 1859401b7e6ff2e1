//! `palisade package` as it is used: names, folders, feeds, exit codes and forms of output.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use serde_json::Value;
use std::{
    fs,
    io::{Read as _, Write as _},
    path::Path,
    process::{Command, Output, Stdio},
};

fn palisade(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_palisade"));
    command.args(arguments).current_dir(folder).env("NO_COLOR", "1").env_remove("PALISADE_DATA_DIR");
    command
}

fn ran(folder: &Path, arguments: &[&str]) -> Output {
    palisade(folder, arguments).output().unwrap()
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

const LOCK: &str = r#"{"name":"shop","version":"1.0.0","lockfileVersion":3,"packages":{
    "":{"name":"shop","version":"1.0.0","dependencies":{"made-up-parser":"^1.0.0"}},
    "node_modules/made-up-parser":{"version":"1.0.3","integrity":"sha512-AA==","dependencies":{"made-up-core":"2"}},
    "node_modules/made-up-core":{"version":"2.1.0","integrity":"sha512-AA=="}}}"#;

const ADVISORIES: &str = concat!(
    r#"{"id":"GHSA-test-0001","modified":"2026-11-01T00:00:00Z","summary":"made-up-core reads past its end","#,
    r#""affected":[{"package":{"ecosystem":"npm","name":"made-up-core"},"ranges":[{"type":"SEMVER","#,
    r#""events":[{"introduced":"2.0.0"},{"fixed":"2.1.4"}]}]}]}"#,
    "\n",
    r#"{"id":"MAL-2026-1","modified":"2026-11-01T00:00:00Z","summary":"steals keys","#,
    r#""affected":[{"package":{"ecosystem":"npm","name":"made-up-thief"},"versions":[],"#,
    r#""ranges":[{"type":"SEMVER","events":[{"introduced":"0"}]}]}]}"#,
    "\n"
);

#[test]
fn names_are_judged_one_result_each() {
    let folder = tempfile::tempdir().unwrap();
    let output = ran(folder.path(), &["package", "check", "npm/lodahs", "npm/lodash"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output.stderr));
    let text = said(&output.stdout);
    assert!(text.contains("lodahs looks like an imitation of lodash") && text.contains("npm/lodash: nothing found"));

    let mut child = palisade(folder.path(), &["package", "check", "--stdin"]);
    let mut child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"npm/lodash\nnonsense\npkg:npm/lodahs@1.0.0\n").unwrap();
    let output = child.wait_with_output().unwrap();
    let results: Vec<Value> = said(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<_> = results.iter().map(|result| (result["input"].as_u64(), result["verdict"].as_str())).collect();
    assert_eq!(told, [(Some(1), Some("allow")), (Some(2), None), (Some(3), Some("block"))]);
    assert!(results[1]["error"].as_str().unwrap().contains("ECOSYSTEM/NAME"));
}

#[test]
fn a_folder_is_scanned_with_advisories_of_the_feeds_in_every_form() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::create_dir(at.join("web")).unwrap();
    fs::write(at.join("web/package-lock.json"), LOCK).unwrap();
    fs::write(at.join("requirements.txt"), "reqeusts==1.0\n").unwrap();
    fs::write(at.join("advisories.jsonl"), ADVISORIES).unwrap();
    assert_eq!(ran(at, &["feed", "import", "osv", "advisories.jsonl"]).status.code(), Some(0));

    let output = ran(at, &["package", "scan", "."]);
    let text = said(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("GHSA-test-0001") && text.contains("asked for by made-up-parser > made-up-core"), "{text}");
    assert!(text.contains("reqeusts looks like an imitation of requests"), "{text}");

    let json: Value = serde_json::from_slice(&ran(at, &["package", "scan", ".", "--format", "json"]).stdout).unwrap();
    let file = json["files"].as_array().unwrap().iter().find(|file| file["format"] == "package-lock").unwrap();
    assert_eq!(file["told"][0]["path"].as_array().unwrap().len(), 2, "{file}");
    let sarif: Value = serde_json::from_slice(&ran(at, &["package", "scan", ".", "--format", "sarif"]).stdout).unwrap();
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), 2);
    let bill: Value =
        serde_json::from_slice(&ran(at, &["package", "scan", "web", "--format", "cyclonedx"]).stdout).unwrap();
    assert_eq!(bill["specVersion"], "1.6");
    assert_eq!(bill["vulnerabilities"][0]["id"], "GHSA-test-0001");
    let bill: Value = serde_json::from_slice(&ran(at, &["package", "scan", "web", "--format", "spdx"]).stdout).unwrap();
    assert_eq!(bill["spdxVersion"], "SPDX-2.3");
}

#[test]
fn a_policy_lets_pass_with_a_reason_and_a_report_of_malice_stops() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("advisories.jsonl"), ADVISORIES).unwrap();
    fs::write(
        at.join("palisade-supply.toml"),
        "private = ['npm/@corp/*']\n[[suppress]]\npackage = 'npm/lodahs'\nreason = 'our own'\n",
    )
    .unwrap();
    assert_eq!(ran(at, &["feed", "import", "osv", "advisories.jsonl"]).status.code(), Some(0));
    let output = ran(at, &["package", "check", "npm/lodahs"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output.stdout));
    let output = ran(at, &["package", "check", "npm/made-up-thief@3.0.0"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output.stdout).contains("is reported as malicious"), "{}", said(&output.stdout));
    let output = ran(at, &["package", "check", "npm/lodahs", "--policy", "strictest"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output.stderr).contains("name one of observe, balanced and strict"));
}

#[test]
fn an_explanation_names_evidence_and_weights() {
    let folder = tempfile::tempdir().unwrap();
    let output = ran(folder.path(), &["package", "explain", "npm/lodahs", "--format", "json"]);
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(told["probability"].as_f64().unwrap() > 0.5 && !told["contributions"].as_array().unwrap().is_empty());
}

#[test]
fn a_feed_that_is_none_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("advisories.jsonl"), "{\"name\":\"nothing\"}\n{\"x\":1}\n").unwrap();
    let output = ran(at, &["feed", "import", "osv", "advisories.jsonl"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output.stderr));
    assert!(said(&output.stderr).contains("cannot be read"), "{}", said(&output.stderr));
}

/// A registry that answers one packument to whoever asks, on a thread of its own.
fn registry() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut head = Vec::new();
            let mut piece = [0; 1024];
            while !head.ends_with(b"\r\n\r\n") {
                match stream.read(&mut piece) {
                    Ok(read @ 1..) => head.extend_from_slice(&piece[..read]),
                    _ => break,
                }
            }
            let body = r#"{"time":{"1.0.0":"2026-11-20T00:00:00Z"},"versions":{"1.0.0":{"hasInstallScript":true}}}"#;
            let length = body.len();
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
            let _gone = stream.write_all((head + body).as_bytes());
        }
    });
    url
}

#[test]
fn registries_are_asked_where_that_is_allowed_and_nowhere_else() {
    let folder = tempfile::tempdir().unwrap();
    let url = registry();
    let explained = |online: bool, registry: &str| {
        let arguments = ["package", "explain", "npm/lodahs@1.0.0", "--format", "json"];
        let mut command = palisade(folder.path(), &arguments);
        command.args(online.then_some("--online")).env("HOME", folder.path()).env("npm_config_registry", registry);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", said(&output.stderr));
        let features = serde_json::from_slice::<Value>(&output.stdout).unwrap()["contributions"].to_string();
        (features.contains("manifest.install-script"), said(&output.stderr))
    };
    assert!(!explained(false, &url).0, "nothing is asked unless it is allowed");
    let (known, notes) = explained(true, "");
    assert!(!known && notes.contains("no registry of npm is configured"), "{notes}");
    let (known, notes) = explained(true, &url);
    assert!(known, "{notes}");
}

/// Runs a command with `input` on its standard input.
fn fed(command: &mut Command, input: &str) -> Output {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn registries_are_asked_about_each_line_and_what_they_do_not_say_is_told_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = palisade(folder.path(), &["package", "check", "--stdin", "--online"]);
    command.env("HOME", folder.path()).env("npm_config_registry", registry());
    let output = fed(&mut command, "npm/made-up-a@1.0.0\nnonsense\nnpm/lodahs@1.0.0\npypi/b\npypi/c\n");
    let results: Vec<Value> = said(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(results.len(), 5);
    let found = results[2]["findings"].to_string();
    assert!(found.contains("manifest.install-script"), "{found}");
    let notes = said(&output.stderr);
    assert_eq!(notes.matches("no registry of pypi is configured").count(), 1, "{notes}");
    assert!(notes.contains("2 packages are judged without it"), "{notes}");
}

#[test]
fn a_registry_that_is_no_address_is_an_error_that_names_the_key() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("p.toml"), "[supply.registries]\npypi = \"htps://u:hunter2@pypi.example\"\n").unwrap();
    let output = ran(folder.path(), &["package", "check", "npm/x", "--online", "--config", "p.toml"]);
    let errors = said(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(errors.contains("p.toml, line 2: supply.registries.pypi is not an address"), "{errors}");
    assert!(!errors.contains("hunter2"), "{errors}");
}
