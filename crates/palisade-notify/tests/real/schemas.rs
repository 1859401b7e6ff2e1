//! The requests that channels really send, beside what the receivers' makers publish about them: the types of their
//! packages, which TypeScript's compiler holds the bodies against, and the libraries of CloudEvents and Standard Webhooks.
//!
//! A check that takes everything would prove nothing, so each is shown bodies with a mistake, and has to refuse them all.

use crate::{
    programs::{beside, packages},
    receiver::{Receiver, Request},
    sent::{deliver, every_sort, one_alert},
};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    fmt::Write as _,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

/// Of each type in `shapes.ts`, settings of a channel that sends such, with the path of its address.
fn channels() -> Vec<(&'static str, Value)> {
    vec![
        (
            "SlackBot",
            json!({"kind": "slack", "bot_token": "xoxb-1", "channel": "C1", "signing_secret": "s", "api_url": "/"}),
        ),
        ("SlackWebhook", json!({"kind": "slack", "webhook_url": "/hook", "signing_secret": "s"})),
        ("Teams", json!({"kind": "teams", "webhook_url": "/hook"})),
        ("PagerDutyTrigger", json!({"kind": "pagerduty", "routing_key": "r".repeat(32), "url": "/v2/enqueue"})),
        ("Discord", json!({"kind": "discord", "webhook_url": "/hook"})),
        ("Telegram", json!({"kind": "telegram", "bot_token": "1:x", "chat_id": "-100", "topic_id": 5, "api_url": "/"})),
    ]
}

/// Mistakes in the body about one alert: the type, where, and what stands there instead; nothing for a member that is
/// left out, and a member of the name `unknown` where nobody knows one.
fn mistakes() -> Vec<(&'static str, &'static str, Option<Value>)> {
    vec![
        ("SlackBot", "/channel", None),
        ("SlackBot", "/thread_ts", Some(json!(17))),
        ("SlackBot", "/attachments/0/blocks/0/type", Some(json!("heading"))),
        ("SlackBot", "/attachments/0/blocks/0/text/type", Some(json!("mrkdwn"))),
        ("SlackBot", "/attachments/0/blocks/1/text/text", None),
        ("SlackBot", "/attachments/0/blocks/2/elements/0/style", Some(json!("green"))),
        ("SlackBot", "/attachments/0/blocks/2/elements/0/unknown", Some(json!(1))),
        ("SlackWebhook", "/attachments/0/blocks/2/elements", Some(json!({}))),
        ("SlackWebhook", "/unfurl_links", Some(json!("no"))),
        ("SlackWebhook", "/unknown", Some(json!(1))),
        ("Teams", "/type", None),
        ("Teams", "/attachments/0/contentType", None),
        ("Teams", "/attachments/0/content/type", Some(json!("Card"))),
        ("Teams", "/attachments/0/content/version", Some(json!("0.9"))),
        ("Teams", "/attachments/0/content/body/0/type", Some(json!("Text"))),
        ("Teams", "/attachments/0/content/body/0/color", Some(json!("Red"))),
        ("Teams", "/attachments/0/content/body/1/facts/0/title", None),
        ("Teams", "/attachments/0/content/actions/0/url", Some(json!(1))),
        ("PagerDutyTrigger", "/routing_key", None),
        ("PagerDutyTrigger", "/event_action", Some(json!("open"))),
        ("PagerDutyTrigger", "/payload", None),
        ("PagerDutyTrigger", "/payload/severity", Some(json!("high"))),
        ("PagerDutyTrigger", "/payload/component", Some(Value::Null)),
        ("PagerDutyTrigger", "/payload/unknown", Some(json!(1))),
        ("PagerDutyTrigger", "/links/0/href", None),
        ("Discord", "/embeds/0/color", Some(json!("#cf222e"))),
        ("Discord", "/embeds/0/unknown", Some(json!(1))),
        ("Discord", "/allowed_mentions/parse", Some(json!("none"))),
        ("Telegram", "/chat_id", None),
        ("Telegram", "/text", None),
        ("Telegram", "/parse_mode", Some(json!("Slack"))),
        ("Telegram", "/reply_parameters/message_id", Some(json!("17"))),
        ("Telegram", "/unknown", Some(json!(1))),
    ]
}

/// `body` with a mistake at the place that a JSON pointer names.
fn with_mistake(mut body: Value, pointer: &str, mistake: Option<Value>) -> Value {
    let (parent, member) = pointer.rsplit_once('/').unwrap();
    let parent = body.pointer_mut(parent).unwrap_or_else(|| panic!("nothing is at {pointer}")).as_object_mut().unwrap();
    match mistake {
        Some(mistake) => drop(parent.insert(member.to_owned(), mistake)),
        None => drop(parent.remove(member).unwrap_or_else(|| panic!("nothing is at {pointer}"))),
    }
    body
}

/// The bodies that a channel of `settings` sends of every sort of notification, with the name of the sort.
async fn bodies(settings: &Value) -> Vec<(&'static str, Value)> {
    let receiver = Receiver::start().await;
    let settings = receiver.addressed(settings);
    let mut bodies = Vec::new();
    for (sort, notification) in every_sort() {
        deliver(settings.clone(), notification).await.unwrap_or_else(|failure| panic!("{settings}: {failure:?}"));
        let Request { body, .. } = receiver.taken().pop().unwrap();
        bodies.push((sort, serde_json::from_str(&body).unwrap()));
    }
    bodies
}

/// The name of the type for `body`: what follows a trigger of PagerDuty has one of its own.
fn type_of(name: &'static str, body: &Value) -> &'static str {
    match name {
        "PagerDutyTrigger" if body["event_action"] != "trigger" => "PagerDutyFollowing",
        name => name,
    }
}

/// A file of TypeScript that says, one a line, of which type each of `all` is.
fn program(all: &[(&str, Value)]) -> String {
    let mut program = "import type * as shapes from './shapes';\n".to_owned();
    for (number, (name, body)) in all.iter().enumerate() {
        // Line breaks are escaped in JSON, so it is one line; every text of JSON is one of TypeScript.
        writeln!(program, "export const body{number}: shapes.{name} = {body};").unwrap();
    }
    program
}

/// What TypeScript's compiler finds in `file`: the lines that it refuses, counted from 0 for the first body.
fn refused(said: &str, file: &str) -> BTreeSet<usize> {
    let lines = said.lines().filter_map(|line| line.strip_prefix(file)?.strip_prefix('(')?.split(',').next());
    lines.map(|number| number.parse::<usize>().unwrap() - 2).collect()
}

fn compile(packages: &Path, right: &[(&str, Value)], wrong: &[(&str, Value)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    for file in ["shapes.ts", "tsconfig.json"] {
        std::fs::copy(beside(file), folder.path().join(file)).unwrap();
    }
    std::os::unix::fs::symlink(packages, folder.path().join("node_modules")).unwrap();
    std::fs::write(folder.path().join("right.ts"), program(right)).unwrap();
    std::fs::write(folder.path().join("wrong.ts"), program(wrong)).unwrap();
    let compiler = packages.join("typescript/bin/tsc");
    let output =
        Command::new("node").arg(compiler).current_dir(folder.path()).args(["--pretty", "false"]).output().unwrap();
    String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
}

#[tokio::test]
async fn bodies_are_what_the_makers_of_receivers_publish() {
    let wanted = [
        "typescript",
        "@slack/web-api",
        "@slack/webhook",
        "@microsoft/teams.cards",
        "botframework-schema",
        "@pagerduty/pdjs",
        "discord-api-types",
        "@grammyjs/types",
    ];
    let Some(packages) = packages(&wanted) else { return };
    let (mut right, mut wrong) = (Vec::new(), Vec::new());
    for (name, settings) in channels() {
        let bodies = bodies(&settings).await;
        let (_, first) = bodies.first().unwrap();
        for (_, pointer, mistake) in mistakes().into_iter().filter(|(of, ..)| *of == name) {
            wrong.push((name, with_mistake(first.clone(), pointer, mistake)));
        }
        right.extend(bodies.into_iter().map(|(_, body)| (type_of(name, &body), body)));
    }
    assert_eq!((right.len(), wrong.len()), (54, mistakes().len()));
    let following = right.iter().filter(|(name, _)| *name == "PagerDutyFollowing").count();
    assert_eq!(following, 2, "resolved and acknowledged");
    let said = compile(&packages, &right, &wrong);
    let mistaken: Vec<_> = refused(&said, "right.ts").into_iter().map(|number| &right[number]).collect();
    assert!(mistaken.is_empty(), "{mistaken:#?}\n{said}");
    let refused = refused(&said, "wrong.ts");
    for (number, (name, pointer, mistake)) in mistakes().iter().enumerate() {
        assert!(refused.contains(&number), "{name} takes {mistake:?} at {pointer}:\n{said}");
    }
    assert!(said.lines().all(|line| line.starts_with("wrong.ts(") || line.starts_with(' ')), "{said}");
}

/// In the form of Standard Webhooks.
const SECRET: &str = "whsec_b3BlbnNlc2FtZQ==";

/// A request of a webhook as the libraries are given it.
fn for_library(reader: &str, request: &Request) -> Value {
    json!({"reader": reader, "headers": request.headers, "body": request.body, "secret": SECRET})
}

#[tokio::test]
async fn webhooks_are_read_by_the_libraries_of_their_standards() {
    let Some(packages) = packages(&["cloudevents", "standardwebhooks"]) else { return };
    let receiver = Receiver::start().await;
    let settings = receiver.addressed(&json!({"kind": "webhook", "url": "/hook", "cloudevents": true,
                                              "signing_secret": SECRET}));
    for (_, notification) in every_sort() {
        deliver(settings.clone(), notification).await.unwrap();
    }
    deliver(settings, one_alert()).await.unwrap();
    let taken = receiver.taken();
    let libraries = ["cloudevents", "standardwebhooks"];
    let mut all: Vec<Value> =
        libraries.iter().flat_map(|library| taken.iter().map(|request| for_library(library, request))).collect();
    let right = all.len();
    for member in ["type", "source"] {
        let mut request = for_library("cloudevents", &taken[0]);
        let mut body: Value = serde_json::from_str(&taken[0].body).unwrap();
        body[member] = json!("");
        request["body"] = body.to_string().into();
        all.push(request);
    }
    for (place, mistake) in [
        ("/body", json!(format!("{} ", taken[0].body))),
        ("/headers/webhook-id", json!("n2")),
        ("/headers/webhook-timestamp", json!("1600000000")),
        ("/secret", json!("whsec_b3BlbnNlc2FtZSE=")),
    ] {
        let mut request = for_library("standardwebhooks", &taken[0]);
        *request.pointer_mut(place).unwrap() = mistake;
        all.push(request);
    }
    let said = ask_libraries(&packages, &all);
    assert_eq!(said.len(), all.len(), "{said:?}");
    for (number, said) in said.iter().enumerate() {
        assert_eq!(said == "taken", number < right, "{said}: {}", all[number]);
    }
}

/// A line for each of `requests`.
fn ask_libraries(packages: &Path, requests: &[Value]) -> Vec<String> {
    let mut process = Command::new("node")
        .arg(beside("webhooks.cjs"))
        .env("NODE_PATH", packages)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    process.stdin.take().unwrap().write_all(json!(requests).to_string().as_bytes()).unwrap();
    let output = process.wait_with_output().unwrap();
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}
