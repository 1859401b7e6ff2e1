//! Packages on a running server: asked about one by one and by manifest, kept as inventories, and judged again when a new
//! advisory comes in.

use crate::{
    commands::{palisade, run},
    deadline::until,
    http::Answer,
    server::{Home, Server},
};
use serde_json::{Value, json};

const LOCK: &str = r#"{"name":"shop","version":"1.0.0","lockfileVersion":3,"packages":{
    "":{"name":"shop","version":"1.0.0","dependencies":{"made-up-parser":"^1.0.0"}},
    "node_modules/made-up-parser":{"version":"1.0.3","integrity":"sha512-AA==","dependencies":{"made-up-core":"2"}},
    "node_modules/made-up-core":{"version":"2.1.0","integrity":"sha512-AA=="}}}"#;

const ADVISORY: &str = r#"{"schema_version":"1.6.0","id":"GHSA-test-0001","modified":"2026-11-01T00:00:00Z",
    "summary":"made-up-core reads past its end",
    "severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
    "affected":[{"package":{"ecosystem":"npm","name":"made-up-core"},
        "ranges":[{"type":"SEMVER","events":[{"introduced":"2.0.0"},{"fixed":"2.1.4"}]}]}]}"#;

fn ask(server: &Server, path: &str, body: &str) -> Answer {
    server.request("POST", path).body("application/json", body).send().unwrap()
}

fn json_of(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap()
}

fn import(home: &Home, feed: &str, name: &str, content: &str) {
    let (file, data) = (home.file(name, content), home.data());
    let arguments = ["feed", "import", feed, file.to_str().unwrap(), "--data-dir", data.to_str().unwrap()];
    run(&mut palisade(&arguments), b"").expect_code(0);
}

#[test]
fn names_are_handed_to_a_server_and_answered_in_order() {
    let server = Home::new("").start();
    let told = server.run(&["package", "check", "--server", "npm/lodash", "npm/lodahs@1.0.0"]);
    assert_eq!(told.code, 1, "{}", told.err);
    let text = String::from_utf8(told.out).unwrap();
    assert!(text.contains("npm/lodash: nothing found") && text.contains("lodahs looks like an imitation"), "{text}");
    let lines: String = (0..1_500).map(|number| format!("npm/made-up-name-{number}\n")).collect();
    let mut command = server.command(&["package", "check", "--server", "--stdin"]);
    let told = run(&mut command, (lines + "nonsense\npkg:npm/lodahs@1.0.0\n").as_bytes());
    let results: Vec<Value> =
        told.out.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect();
    assert_eq!(results.len(), 1_502, "{}", told.err);
    assert!((1..).zip(&results).all(|(number, result)| result["input"] == number));
    assert!(results[1_500]["error"].is_string());
    assert_eq!(results[1_501]["verdict"], "block");
    assert_eq!(server.number("SELECT count(*) FROM events WHERE kind = 'scan'"), 1_503, "each question is recorded");
    let mut wrong = server.command(&["package", "check", "--server", "npm/lodash"]);
    assert_eq!(run(wrong.env("PALISADE_KEY", "pal_wrong"), b"").code, 2);
}

#[test]
fn packages_are_judged_and_inventories_again_when_an_advisory_comes() {
    let home = Home::new("");
    let server = home.start();
    let answer = ask(&server, "/api/v1/scan", r#"{"ecosystem":"npm","package_name":"lodahs","version":"1.0.0"}"#);
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    let told = json_of(&answer);
    assert_eq!(told["verdict"], "block", "{told}");
    assert_eq!(told["findings"][0]["class"], "supply.squat");
    assert!(told["findings"][0]["observation"].is_string(), "the question is recorded: {told}");
    let many = json!({"items": [{"purl": "pkg:npm/lodash@4.17.21"}, {"ecosystem": "npm", "package_name": "lodahs"}]});
    let told = json_of(&ask(&server, "/api/v1/scan", &many.to_string()));
    let verdicts: Vec<&Value> = told["answers"].as_array().unwrap().iter().map(|answer| &answer["verdict"]).collect();
    assert_eq!(verdicts, ["allow", "block"]);

    let told = json_of(&ask(&server, "/api/v1/manifests?name=package-lock.json&inventory=shop", LOCK));
    assert_eq!((&told["packages"], &told["verdict"]), (&json!(2), &json!("allow")), "{told}");
    let count = |class: &str| server.number(&format!("SELECT count(*) FROM findings WHERE class = '{class}'"));
    assert_eq!(count("supply.vulnerable"), 0);
    import(&home, "osv", "GHSA-test-0001.json", ADVISORY);
    until("a finding about the inventory", || (count("supply.vulnerable") == 1).then_some(()));
    let told = json_of(&ask(&server, "/api/v1/manifests?name=package-lock.json", LOCK));
    assert_eq!(told["told"][0]["fix"], "2.1.4", "{told}");
    assert_eq!(told["told"][0]["severity"], "critical");

    let listed = json_of(&server.get("/api/v1/inventories").send().unwrap());
    assert_eq!((&listed["items"][0]["name"], &listed["items"][0]["packages"]), (&json!("shop"), &json!(2)));
}

#[test]
fn questions_that_make_no_sense_are_refused_with_the_place() {
    let server = Home::new("").start();
    for (path, body, wanted) in [
        ("/api/v1/scan", r#"{"ecosystem":"cobol","package_name":"x"}"#, "is no ecosystem"),
        ("/api/v1/scan", r#"{"items":[{"purl":"pkg:npm/a"},{"purl":"nothing"}]}"#, "/items/1"),
        ("/api/v1/scan", r#"{"package_name":"x"}"#, "give ecosystem and package_name"),
        ("/api/v1/manifests?name=notes.txt", "hello", "no manifest of a known format"),
    ] {
        let answer = ask(&server, path, body);
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(answer.status == 400 && text.contains(wanted), "{path}: {} {text}", answer.status);
    }
    let broken = json_of(&ask(&server, "/api/v1/manifests?name=package-lock.json", "{\"packages\": {"));
    assert!(!broken["problems"].as_array().unwrap().is_empty(), "{broken}");
}
