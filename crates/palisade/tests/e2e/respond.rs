//! From a finding to a person: grouped, told by mail and webhook, acknowledged from the command line, escalated when
//! nobody acts, joined into an incident.

use crate::{
    deadline::until,
    planted::{TOKEN_CLASS, token},
    prometheus::{Program, free_address},
    python,
    receiver::{Posted, Receiver},
    server::{Home, Server},
};
use serde_json::{Value, json};
use std::{
    io::{BufRead as _, BufReader},
    process::Stdio,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

/// A rule over what a shop does.
const RULE: &str = "title: Something forbidden\nid: 2f9d4a3c-7a5b-4a0a-9d51-6a5b8f6f0c11\nlogsource: {product: shop}\n\
                    detection:\n  selection: {action: forbidden}\n  condition: selection\nlevel: high\n";

/// A mail server and what it has taken.
struct Mailbox {
    mails: Arc<Mutex<Vec<Value>>>,
    port: u16,
    _program: Program,
}

impl Mailbox {
    fn start() -> Option<Self> {
        let python = python::python()?;
        let port = free_address().port();
        let mut command = python::script(&python, "mail_sink.py");
        let mut child = command.arg(port.to_string()).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let program = Program(child);
        assert_eq!(lines.next().unwrap().unwrap(), "ready");
        let mails = Arc::<Mutex<Vec<Value>>>::default();
        let taken = Arc::clone(&mails);
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                taken.lock().unwrap().push(serde_json::from_str(&line).unwrap());
            }
        });
        Some(Self { mails, port, _program: program })
    }

    fn all(&self) -> Vec<Value> {
        self.mails.lock().unwrap().clone()
    }
}

fn settings(mailbox: &Mailbox, receiver: &Receiver) -> String {
    format!(
        "[[channels]]\nname = \"mail\"\nkind = \"smtp\"\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\n\
         from = \"Palisade <palisade@example.org>\"\nto = [\"on-call@example.org\"]\nallow_internal = true\n\
         [[channels]]\nname = \"hook\"\nkind = \"webhook\"\nurl = \"{hook}\"\nallow_internal = true\n\
         [[channels]]\nname = \"boss\"\nkind = \"webhook\"\nurl = \"{boss}\"\nallow_internal = true\n\
         [response.route]\nchannels = [\"mail\", \"hook\"]\nescalation = \"up\"\n\
         [[response.escalations]]\nname = \"up\"\nsteps = [{{ after = \"12s\", channels = [\"boss\"] }}]\n",
        port = mailbox.port,
        hook = receiver.url("/hook"),
        boss = receiver.url("/boss"),
    )
}

fn told(receiver: &Receiver, path: &str) -> Vec<Posted> {
    receiver.posted().into_iter().filter(|posted| posted.path == path).collect()
}

fn alerts_of(posted: &Posted) -> Vec<&str> {
    let alerts = posted.body["notification"]["alerts"].as_array();
    alerts.into_iter().flatten().filter_map(|alert| alert["labels"]["class"].as_str()).collect()
}

fn alerts(server: &Server) -> Vec<Value> {
    let answer = server.run(&["alert", "list", "--format", "json"]).expect_code(0).text();
    serde_json::from_str::<Value>(&answer).unwrap()["items"].as_array().unwrap().clone()
}

#[test]
fn findings_reach_people_who_act_on_them() {
    let Some(mailbox) = Mailbox::start() else { return };
    let receiver = Receiver::start(Duration::ZERO);
    let home = Home::new("");
    let rules = home.file("root.yml", RULE);
    let rules = format!("[events]\nrules = [{rules:?}]\n");
    home.file("palisade.toml", format!("[otlp]\ngrpc_listen = \"\"\n{rules}{}", settings(&mailbox, &receiver)));
    let server = home.start();
    let secret = token();
    let sent = Instant::now();
    server.send(&json!([
        {"kind": "log", "host": "web-1", "message": format!("token {secret}")},
        {"service": "shop", "host": "web-1", "actor": "root", "action": "forbidden"},
    ]));

    let classes = || {
        told(&receiver, "/hook")
            .iter()
            .flat_map(|posted| alerts_of(posted).into_iter().map(str::to_owned).collect::<Vec<_>>())
            .collect::<Vec<_>>()
    };
    until("both at the webhook", || {
        let classes = classes();
        (classes.iter().any(|class| class == TOKEN_CLASS) && classes.iter().any(|class| class.starts_with("events")))
            .then_some(())
    });
    until("both in the mailbox", || (mailbox.all().len() >= 2).then_some(()));
    // A third of a second on a machine that does nothing else; other tests run beside this one.
    assert!(sent.elapsed() < Duration::from_secs(3), "both were told after {:?}", sent.elapsed());
    let mail = mailbox.all().remove(0);
    assert_eq!(mail["to"], json!(["on-call@example.org"]));
    for part in ["text/plain", "text/html"] {
        assert!(mail["parts"][part].as_str().unwrap().contains("web-1"), "{part}: {mail}");
    }
    let everything = format!("{:?} {:?}", receiver.posted(), mailbox.all());
    assert!(!everything.contains(&secret), "the secret goes nowhere");

    let listed = alerts(&server);
    assert_eq!(listed.len(), 2, "{listed:?}");
    let [first, second] = [0, 1].map(|index| listed[index]["fingerprint"].as_str().unwrap().to_owned());
    server.run(&["alert", "ack", &first, "--note", "looking"]).expect_code(0).text();
    until("the escalation", || (!told(&receiver, "/boss").is_empty()).then_some(()));
    let escalated: Vec<String> = told(&receiver, "/boss")
        .iter()
        .flat_map(|posted| {
            let alerts = posted.body["notification"]["alerts"].as_array().cloned().unwrap_or_default();
            alerts.iter().map(|alert| alert["fingerprint"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        })
        .collect();
    assert!(escalated.contains(&second) && !escalated.contains(&first), "{escalated:?}");

    let incidents = server.run(&["incident", "list", "--format", "json"]).expect_code(0).text();
    let incidents: Value = serde_json::from_str(&incidents).unwrap();
    assert_eq!(incidents["items"].as_array().unwrap().len(), 1, "they share a host: {incidents}");
    let story = server.run(&["incident", "show", "1"]).expect_code(0).text();
    assert!(story.contains("web-1"), "{story}");
    let document = server.run(&["incident", "export", "1"]).expect_code(0).text();
    assert!(document.starts_with('#'), "{document}");
    server.run(&["alert", "resolve", &second]).expect_code(0).text();
    assert_eq!(alerts(&server).len(), 1);
    server.run(&["audit", "verify"]).expect_code(0).text();
}

#[test]
fn channels_are_made_tested_and_keep_their_secrets() {
    let receiver = Receiver::start(Duration::ZERO);
    let home = Home::new("");
    let server = home.start();
    let put = |name: &str, body: Value| {
        server.request("PUT", &format!("/api/v1/channels/{name}")).json(&body).send().unwrap()
    };
    let settings = json!({"kind": "webhook", "url": receiver.url("/x?token=sesame"), "allow_internal": true});
    let shown = put("hook", settings.clone()).expect_status(200).text();
    assert!(!shown.contains("sesame"), "{shown}");
    let internal = json!({"kind": "webhook", "url": receiver.url("/y")});
    put("inside", internal).expect_status(400);
    put("command", json!({"kind": "command", "command": ["/bin/true"]})).expect_status(403);
    put("bad", json!({"kind": "webhook", "url": "https://example.org", "colour": "red"})).expect_status(400);

    assert!(server.run(&["notify", "test", "hook"]).expect_code(0).text().contains("was taken"));
    assert_eq!(receiver.posted().last().unwrap().path, "/x?token=sesame");
    let listed = server.run(&["notify", "list", "--format", "json"]).expect_code(0).text();
    let listed: Value = serde_json::from_str(&listed).unwrap();
    let masked = listed["channels"][0]["settings"].clone();
    put("hook", masked).expect_status(200);
    assert!(server.run(&["notify", "test", "hook"]).expect_code(0).text().contains("was taken"), "the secret was kept");

    server.stop();
    let server = home.start();
    assert!(
        server.run(&["notify", "test", "hook"]).expect_code(0).text().contains("was taken"),
        "and outlives a restart"
    );
    let state = std::fs::read(home.data().join("state.db")).unwrap();
    assert!(!state.windows(6).any(|bytes| bytes == b"sesame"));
    server.request("DELETE", "/api/v1/channels/hook").send().unwrap().expect_status(204);
    server.request("POST", "/api/v1/channels/hook/test").send().unwrap().expect_status(404);
}

#[test]
fn other_tools_page_here() {
    let server = Home::new("").start();
    let key = server.key_with("ingest");
    let enqueue = |action: &str, key: &str| {
        let body = json!({"routing_key": key, "event_action": action, "dedup_key": "disk/web-1",
            "payload": {"summary": "disk full", "source": "web-1", "severity": "critical"}});
        server.request("POST", "/v2/enqueue").without("Authorization").json(&body).send().unwrap()
    };
    enqueue("trigger", "pal_nobody").expect_status(401);
    assert_eq!(enqueue("trigger", &key).expect_status(202).json()["status"], "success");
    let alert = alerts(&server).remove(0);
    assert_eq!((&alert["labels"]["alertname"], &alert["severity"]), (&"disk full".into(), &"critical".into()));
    enqueue("acknowledge", &key).expect_status(202);
    assert!(alerts(&server)[0]["acknowledged"]["by"].is_string());
    enqueue("resolve", &key).expect_status(202);
    assert!(alerts(&server).is_empty());
    let opsgenie = |path: &str, body: Value| {
        let request = server.request("POST", path).header("Authorization", format!("GenieKey {key}"));
        request.json(&body).send().unwrap()
    };
    let created = opsgenie("/v2/alerts", json!({"message": "queue long", "alias": "queue/1", "priority": "P2"}));
    assert!(created.expect_status(202).json()["requestId"].is_string());
    assert_eq!(alerts(&server)[0]["severity"], "high");
    opsgenie("/v2/alerts/queue%2F1/acknowledge?identifierType=alias", json!({})).expect_status(202);
    assert!(alerts(&server)[0]["acknowledged"]["by"].is_string());
    opsgenie("/v2/alerts/queue%2F1/close", json!({})).expect_status(400);
    opsgenie("/v2/alerts/queue%2F1/close?identifierType=alias", json!({})).expect_status(202);
    assert!(alerts(&server).is_empty());
    let event = json!({"specversion": "1.0", "id": "1", "source": "/backup", "type": "backup.failed"});
    server.request("POST", "/api/v1/signals/cloudevents").json(&event).send().unwrap().expect_status(202);
    assert_eq!(alerts(&server)[0]["labels"]["alertname"], "backup.failed");
}

#[test]
fn a_write_with_a_key_is_done_once() {
    let home = Home::new("");
    let server = home.start();
    let open = |server: &Server, key: &str| {
        let wish = json!({"title": "Checkout fails", "severity": "high"});
        let request = server.request("POST", "/api/v1/incidents").header("Idempotency-Key", key);
        request.json(&wish).send().unwrap().expect_status(201).json()["number"].clone()
    };
    let first = open(&server, "one");
    assert_eq!(open(&server, "one"), first);
    assert_ne!(open(&server, "two"), first);
    server.stop();
    let server = home.start();
    assert_eq!(open(&server, "one"), first, "also after a restart");
    let listed = server.get("/api/v1/incidents").send().unwrap().expect_status(200).json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 2);
}
