//! We in the place of an Alertmanager: Prometheus as it is packaged sends its alerts here, and `amtool` lists, silences
//! and expires.

use crate::{
    deadline::until,
    prometheus::{Program, free_address},
    python,
    server::{Home, Server},
};
use serde_json::Value;
use std::process::Command;

/// A rule that always fires.
const RULES: &str = "groups:\n- name: always\n  rules:\n  - alert: AlwaysOn\n    expr: vector(1)\n    labels:\n\
                     \x20     severity: critical\n      host: web-1\n    annotations:\n      summary: it is always on\n";

fn prometheus(home: &Home, server: &Server) -> Option<Program> {
    let mut command = python::program("prometheus")?;
    let rules = home.file("rules.yml", RULES);
    let config = format!(
        "global:\n  evaluation_interval: 1s\nrule_files: [{rules:?}]\nalerting:\n  alertmanagers:\n    - static_configs:\n\
         \x20       - targets: [\"{address}\"]\n      api_version: v2\n      authorization:\n        type: Bearer\n\
         \x20       credentials: {key}\n",
        address = server.address,
        key = server.key_with("ingest"),
    );
    let folder = home.data().join("../prometheus");
    std::fs::create_dir(&folder).unwrap();
    command.arg(format!("--config.file={}", home.file("prometheus.yml", config).display()));
    command.arg(format!("--storage.tsdb.path={}", folder.display()));
    command.arg(format!("--web.listen-address={}", free_address()));
    // It drops what fires in the seconds before it has found us, and would try again after a minute.
    command.arg("--rules.alert.resend-delay=1s");
    Some(Program::start(command))
}

/// Runs `amtool` against the server with a key of this scope.
struct Amtool {
    url: String,
}

impl Amtool {
    fn run(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("amtool");
        command.arg(format!("--alertmanager.url={}", self.url)).args(arguments);
        let output = command.output().unwrap();
        let (said, wrong) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{arguments:?}: {said} {wrong}");
        said.into_owned()
    }

    fn json(&self, arguments: &[&str]) -> Vec<Value> {
        serde_json::from_str(&self.run(&[arguments, &["--output=json"]].concat())).unwrap()
    }
}

#[test]
fn prometheus_sends_alerts_and_amtool_silences_them() {
    if python::program("amtool").is_none() {
        return;
    }
    let home = Home::new("");
    let server = home.start();
    let Some(_prometheus) = prometheus(&home, &server) else { return };
    let amtool = Amtool { url: format!("http://amtool:{}@{}", server.key_with("admin"), server.address) };

    let alerts = |flags: &[&str]| amtool.json(&[&["alert", "query"], flags].concat());
    let alert = until("the alert", || alerts(&[]).into_iter().find(|alert| alert["labels"]["alertname"] == "AlwaysOn"));
    assert_eq!(alert["annotations"]["summary"], "it is always on");
    assert_eq!(alert["status"]["state"], "active");
    assert!(alert["generatorURL"].as_str().unwrap().contains("/graph"));
    assert!(amtool.run(&["alert", "query", "host=~web-.*"]).contains("AlwaysOn"));
    assert!(!amtool.run(&["alert", "query", "host=db-1"]).contains("AlwaysOn"));
    let ours = server.get("/api/v1/alerts").send().unwrap().expect_status(200).json();
    assert_eq!(
        (&ours["items"][0]["severity"], &ours["items"][0]["source"]),
        (&"critical".into(), &"alertmanager".into())
    );

    let made =
        amtool.run(&["silence", "add", "alertname=AlwaysOn", "--comment=racks", "--author=ann", "--duration=1h"]);
    let id = made.trim();
    assert_eq!(alerts(&[]), Vec::<Value>::new(), "what is silenced is not active");
    let silenced = alerts(&["--silenced"]);
    assert_eq!(silenced[0]["status"]["silencedBy"][0], id);
    let silences = amtool.json(&["silence", "query"]);
    assert_eq!(
        (&silences[0]["id"], &silences[0]["createdBy"], &silences[0]["comment"]),
        (&id.into(), &"ann".into(), &"racks".into())
    );
    assert!(server.run(&["silence", "list"]).expect_code(0).text().contains("alertname=\"AlwaysOn\""));

    amtool.run(&["silence", "expire", id]);
    assert!(amtool.json(&["silence", "query"]).is_empty());
    assert_eq!(amtool.json(&["silence", "query", "--expired"]).len(), 1);
    until("the alert again", || (!alerts(&[]).is_empty()).then_some(()));

    amtool.run(&["alert", "add", "alertname=ByHand", "team=db", "--annotation=summary=x"]);
    assert_eq!(alerts(&["team=db"]).len(), 1);
    assert!(amtool.run(&["config", "show"]).contains("receiver"));
    assert!(amtool.run(&["cluster", "show"]).contains("disabled"));
    audit(&server);
}

/// An Alertmanager as it is packaged, told that we are Opsgenie.
fn alertmanager(home: &Home, server: &Server, address: &str) -> Option<Program> {
    let mut command = python::program("prometheus-alertmanager")?;
    let config = format!(
        "route: {{receiver: opsgenie, group_wait: 0s, group_interval: 1s}}\nreceivers:\n- name: opsgenie\n\
         \x20 opsgenie_configs:\n  - api_url: 'http://{}/'\n    api_key: '{}'\n    priority: P1\n",
        server.address,
        server.key_with("ingest"),
    );
    command.arg(format!("--config.file={}", home.file("alertmanager.yml", config).display()));
    command.arg(format!("--storage.path={}", home.data().join("../alertmanager").display()));
    command.arg(format!("--web.listen-address={address}"));
    command.arg("--cluster.listen-address=");
    Some(Program::start(command))
}

#[test]
fn an_alertmanager_pages_here_as_it_pages_opsgenie() {
    let home = Home::new("");
    let server = home.start();
    let address = free_address().to_string();
    let Some(_alertmanager) = alertmanager(&home, &server, &address) else { return };
    let amtool = Amtool { url: format!("http://{address}") };
    let alerts = || {
        let page = server.get("/api/v1/alerts").send().unwrap().expect_status(200).json();
        page["items"].as_array().unwrap().clone()
    };
    let told = |end: &str| {
        let mut add = vec!["alert", "add", "alertname=DiskFull", "host=web-1", "--annotation=summary=disk full"];
        add.extend((!end.is_empty()).then_some(end));
        amtool.run(&add)
    };
    until("the Alertmanager", || std::net::TcpStream::connect(&address).ok());
    told("");
    let alert = until("the page", || alerts().pop());
    assert_eq!((&alert["severity"], &alert["source"]), (&"critical".into(), &"opsgenie".into()));
    assert!(alert["labels"]["alertname"].as_str().unwrap().contains("DiskFull"), "{alert}");
    told(&format!("--end={}", alert["starts_at"].as_str().unwrap()));
    until("its end", || alerts().is_empty().then_some(()));
}

/// Whoever changed something stands in the log, and the log is whole.
fn audit(server: &Server) {
    let entries = server.get("/api/v1/audit").send().unwrap().expect_status(200).json();
    let did: Vec<(&str, &str)> = entries["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["action"].as_str().unwrap(), entry["via"].as_str().unwrap()))
        .collect();
    assert!(did.contains(&("silence.create", "alertmanager-api")), "{did:?}");
    assert!(did.contains(&("silence.expire", "alertmanager-api")), "{did:?}");
    assert!(server.run(&["audit", "verify"]).expect_code(0).text().contains("as they were written"));
}

#[test]
fn bad_silences_and_strangers_are_refused() {
    let server = Home::new("").start();
    let post = |path: &str, body: Value| server.request("POST", path).json(&body).send().unwrap();
    let silence = |value: &str| {
        serde_json::json!({"matchers": [{"name": "a", "value": value, "isRegex": true}], "comment": "c",
            "createdBy": "ann", "startsAt": "2026-11-20T12:00:00Z", "endsAt": "2099-11-20T12:00:00Z"})
    };
    for bad in ["(", "(a{1000}){1000}", "a)|(b"] {
        let answer = post("/api/v2/silences", silence(bad)).expect_status(400);
        assert!(answer.json().as_str().unwrap().contains("regular expression"), "{bad}");
    }
    let good = post("/api/v2/silences", silence("web-.*")).expect_status(200).json();
    let id = good["silenceID"].as_str().unwrap();
    let path = format!("/api/v2/silence/{id}");
    assert_eq!(server.get(&path).send().unwrap().expect_status(200).json()["status"]["state"], "active");
    let reader = format!("Bearer {}", server.key_with("read"));
    let with = |method: &str, key: &str| {
        server.request(method, &path).without("Authorization").header("Authorization", key).send().unwrap()
    };
    with("DELETE", &reader).expect_status(403);
    with("DELETE", "Bearer pal_nobody").expect_status(401);
    post("/api/v2/alerts", serde_json::json!({"labels": {}})).expect_status(400);
    post("/api/v2/alerts", serde_json::json!([{"labels": {}}])).expect_status(400);
    post("/api/v2/alerts", serde_json::json!([{"labels": {"alertname": "a"}}, {"labels": {}}])).expect_status(200);
}
