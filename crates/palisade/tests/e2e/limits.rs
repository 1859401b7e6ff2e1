//! Limits that the operator sets, and writes that are sent twice.

use crate::{deadline::until, server::Home};
use serde_json::{Value, json};
use std::{thread, time::Duration};

#[test]
fn senders_beyond_their_rate_are_told_when_to_come_back() {
    let home = Home::new("[limits]\nrate_events_per_second = 5\nrate_events_burst = 10\nevents_per_body_max = 10\n");
    let server = home.start();
    let other = server.key_with("ingest");
    let ten = Value::from_iter((0..10).map(|number| json!({"seq": number.to_string()})));
    server.send(&ten);
    let refused = server.events().json(&ten).send().unwrap().expect_status(429);
    let seconds: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=3).contains(&seconds), "{seconds}");
    assert!(refused.json()["action"].as_str().unwrap().contains("Retry-After"));
    assert!(server.metric("palisade_refused_total") >= 1.0);

    // Another key is not held up, and the first comes in again after a while.
    server.events().header("Authorization", format!("Bearer {other}")).json(&ten).send().unwrap().expect_status(202);
    until("room for the first sender, who does as told", || {
        let answer = server.events().json(&ten).send().unwrap();
        let seconds = answer.header("retry-after").map(|seconds| seconds.parse().unwrap());
        seconds.into_iter().for_each(|seconds| thread::park_timeout(Duration::from_secs(seconds)));
        (answer.status == 202).then_some(())
    });
    let eleven = Value::from_iter((0..11).map(|number| json!({"seq": number.to_string()})));
    server.events().header("Authorization", format!("Bearer {other}")).json(&eleven).send().unwrap().expect_status(413);
    assert_eq!(server.number("SELECT count(*) FROM events"), 30, "nothing of what was refused");
}

#[test]
fn bodies_and_events_beyond_the_limits_are_refused() {
    let settings = "[limits]\nbody_bytes_max = 2000\nline_bytes_max = 1000\nvalue_bytes_max = 500\n\
                    key_bytes_max = 20\nattributes_max = 5\ndepth_max = 3\n";
    let server = Home::new(settings).start();
    let wide: serde_json::Map<String, Value> = (0..6).map(|key| (format!("k{key}"), json!(1))).collect();
    let cases = [
        (json!({"message": "a".repeat(1990)}), 413, "2000"),
        (json!({"message": "a".repeat(501)}), 400, "500"),
        (json!({"k".repeat(21): 1}), 400, "20"),
        (Value::from(wide), 400, "5"),
        (json!({"a": {"b": {"c": {}}}}), 400, "3"),
    ];
    for (event, status, limit) in cases {
        let answer = server.events().json(&event).send().unwrap().expect_status(status);
        assert!(answer.text().contains(limit), "{limit} is missing in {}", answer.text());
    }
    let fits = json!({"message": "a".repeat(500), "k".repeat(20): 1, "a": {"b": {"c": 1}}});
    server.send(&fits);
    assert_eq!(server.number("SELECT count(*) FROM events"), 1);
}

#[test]
fn a_write_sent_twice_is_done_once_also_by_the_next_server() {
    let home = Home::new("[lake]\ncommit_seconds = 1\n");
    let mut server = home.start();
    let other = server.key_with("ingest");
    let send = |server: &crate::server::Server, key: &str, idempotency_key: &str| {
        let request = server.events().header("Authorization", format!("Bearer {key}"));
        let request = request.header("Idempotency-Key", idempotency_key).json(&json!([{"a": 1}, {"a": 2}]));
        assert_eq!(request.send().unwrap().expect_status(202).json(), json!({"accepted": 2}));
    };
    let count = |server: &crate::server::Server| server.number("SELECT count(*) FROM events");
    let key = server.key.clone();
    send(&server, &key, "one");
    send(&server, &key, "one");
    assert_eq!(count(&server), 2, "the same key twice");
    send(&server, &key, "two");
    send(&server, &other, "one");
    assert_eq!(count(&server), 6, "another key, and another sender's key");

    server.kill();
    server = home.start();
    send(&server, &key, "one");
    assert_eq!(count(&server), 6, "after a crash");

    let committed = server.versions();
    server.send(&json!({}));
    until("a commit", || (server.versions() > committed).then_some(()));
    server.kill();
    server = home.start();
    send(&server, &key, "two");
    send(&server, &other, "one");
    assert_eq!(count(&server), 7, "after a commit and a crash");

    assert!(server.stop().0.success());
    server = home.start();
    send(&server, &key, "one");
    assert_eq!(count(&server), 7, "after a stop");
}

#[test]
fn a_sender_that_leaves_and_comes_back_is_served_once() {
    let server = Home::new("").start();
    for number in 0..100 {
        let request = server.events().header("Idempotency-Key", format!("again-{number}"));
        let request = request.json(&json!({"seq": number.to_string()}));
        request.send_and_leave().unwrap();
        request.send().unwrap().expect_status(202);
    }
    assert_eq!(server.texts("SELECT attributes['seq'] FROM events").len(), 100);
}
