//! Killed again and again with messages on their way, the server loses none, and none comes twice unsaid.
//!
//! Alerts that were acknowledged to their sender must reach both receivers. The one that honours keys must never see two
//! keys for one alert; the other, which knows no keys, may get a message a second time, but that one must say so.

use crate::{
    deadline::until,
    receiver::{Posted, Receiver},
    server::{Home, Server},
};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    thread,
    time::Duration,
};

const KILLS: usize = 30;
/// Each route opens a bounded number of groups a minute, so there are many.
const TEAMS: usize = 30;
const ALERTS_PER_ROUND: usize = 12;
/// Receivers that take their time, so that kills meet messages on their way.
const ANSWERS_AFTER: Duration = Duration::from_millis(25);

fn settings(keyed: &Receiver, plain: &Receiver) -> String {
    let mut text = format!(
        "[[channels]]\nname = \"keyed\"\nkind = \"webhook\"\nurl = \"{}\"\nallow_internal = true\n\
         [[channels]]\nname = \"plain\"\nkind = \"discord\"\nwebhook_url = \"{}\"\nallow_internal = true\n\
         delivery = {{ messages_per_minute = 0, join = false }}\n\
         [response.route]\nchannels = [\"keyed\", \"plain\"]\ngroup_by = [\"alertname\"]\ngroup_wait = \"100ms\"\n",
        keyed.url("/keyed"),
        plain.url("/plain"),
    );
    for team in 0..TEAMS {
        let _ = write!(text, "[[response.route.routes]]\nmatchers = ['team=\"{team}\"']\n");
    }
    text + "[incidents.correlation]\nenabled = false\n"
}

/// Sends alerts of their own names; those that were acknowledged.
fn send(server: &Server, round: usize) -> Vec<String> {
    let mut acknowledged = Vec::new();
    for index in 0..ALERTS_PER_ROUND {
        let name = format!("page-{round}-{index}");
        let team = (round * ALERTS_PER_ROUND + index) % TEAMS;
        let body = json!([{"labels": {"alertname": name, "team": team.to_string()}}]);
        let answer = server.request("POST", "/api/v2/alerts").json(&body).send();
        if answer.is_ok_and(|answer| answer.status == 200) {
            acknowledged.push(name);
        }
    }
    acknowledged
}

/// By the name of the alert: the keys under which the first receiver got it.
fn keys(posted: &[Posted]) -> BTreeMap<String, BTreeSet<String>> {
    let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for posted in posted {
        for alert in posted.body["notification"]["alerts"].as_array().into_iter().flatten() {
            let name = alert["labels"]["alertname"].as_str().unwrap().to_owned();
            keys.entry(name).or_default().insert(posted.key.clone());
        }
    }
    keys
}

/// By the name of the alert: how often the second receiver got it without and with the note that it may be a repeat.
fn tellings(posted: &[Posted], names: &[String]) -> BTreeMap<String, (usize, usize)> {
    let mut tellings: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for posted in posted {
        let whole = posted.body.to_string();
        let says_so = whole.contains("may have reached you before");
        for name in names.iter().filter(|name| named(&whole, name)) {
            let times = tellings.entry(name.clone()).or_default();
            if says_so { times.1 += 1 } else { times.0 += 1 }
        }
    }
    tellings
}

/// Whether the text names this alert and not one whose name begins so.
fn named(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| !text[at + name.len()..].starts_with(|next: char| next.is_ascii_digit()))
}

#[test]
fn no_page_is_lost_and_none_comes_twice_unsaid() {
    let (keyed, plain) = (Receiver::start(ANSWERS_AFTER), Receiver::start(ANSWERS_AFTER));
    let home = Home::new(&settings(&keyed, &plain));
    let mut wanted = Vec::new();
    for round in 0..KILLS {
        let server = home.start();
        wanted.extend(send(&server, round));
        // From before the first message is decided to after the last is sent.
        thread::park_timeout(Duration::from_millis((round as u64 * 37) % 260));
        server.kill();
    }
    let server = home.start();
    let under_way = |state: &str| {
        let page = server.get(&format!("/api/v1/outbox?state={state}")).send().unwrap().expect_status(200).json();
        page["items"].as_array().unwrap().len()
    };
    let all = |keys: &BTreeMap<String, BTreeSet<String>>| wanted.iter().all(|name| keys.contains_key(name));
    until("every page", || {
        (all(&keys(&keyed.posted())) && under_way("waiting") + under_way("sending") == 0).then_some(())
    });
    assert_eq!(under_way("dead"), 0);
    assert!(wanted.len() >= KILLS * ALERTS_PER_ROUND / 2, "{}", wanted.len());

    let twice: Vec<_> = keys(&keyed.posted()).into_iter().filter(|(_, keys)| keys.len() > 1).collect();
    assert!(twice.is_empty(), "under two keys: {twice:?}");
    let told = tellings(&plain.posted(), &wanted);
    let lost: Vec<_> = wanted.iter().filter(|name| !told.contains_key(*name)).collect();
    assert!(lost.is_empty(), "{lost:?}");
    let unsaid: Vec<_> = told.iter().filter(|(_, (plainly, _))| *plainly > 1).collect();
    assert!(unsaid.is_empty(), "repeated without a word: {unsaid:?}");
    let verdict: Value = server.get("/api/v1/audit/verify").send().unwrap().expect_status(200).json();
    assert_eq!(verdict["broken"], Value::Null);
}
