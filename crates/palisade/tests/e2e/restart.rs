//! What correlations have counted outlives the server.

use crate::{deadline::until, server::Home, server::Server};
use serde_json::json;
use std::time::Duration;

const RULES: &str = "
title: Failed logon
name: failed_logon
logsource: {product: windows, service: security}
detection: {selection: {EventID: 4625}, condition: selection}
---
title: Five failed logons
id: 6f0a5c1e-9a36-4a57-8c1a-4a1d6b0a7d11
correlation: {type: event_count, rules: [failed_logon], group-by: [IpAddress], timespan: 10m, condition: {gte: 5}}
level: high
";
const FOUND: &str = "SELECT title FROM findings WHERE class = 'events.correlation'";
/// Longer than a worker takes for one event: nothing more comes.
const QUIET: Duration = Duration::from_millis(500);

fn fail_logon(server: &Server, times: usize) {
    let failed = json!({"Channel": "Security", "EventID": 4625, "IpAddress": "10.0.0.9"});
    let answer = server.send(&serde_json::Value::Array(vec![failed; times]));
    assert_eq!(answer.status, 202, "{answer:?}");
}

fn home() -> Home {
    let home = Home::new("");
    let rules = home.file("rules.yml", RULES);
    let settings = format!("[events]\nrules = [{rules:?}]\n[lake]\ncommit_seconds = 1\n[otlp]\ngrpc_listen = \"\"\n");
    home.file("palisade.toml", settings);
    home
}

#[test]
fn correlations_count_across_a_stop_and_a_crash() {
    let home = home();
    let server = home.start();
    fail_logon(&server, 2);
    // A stop commits: these two are in the tables, and the log is empty.
    assert!(server.stop().0.success());
    let server = home.start();
    fail_logon(&server, 2);
    // A crash does not: these are in the log, or in the tables, or one each.
    server.kill();
    let server = home.start();
    std::thread::sleep(QUIET);
    assert!(server.rows(FOUND).is_empty(), "four are not five");
    fail_logon(&server, 1);
    until("the correlation", || (server.rows(FOUND).len() == 1).then_some(()));
    server.kill();
    let server = home.start();
    fail_logon(&server, 3);
    std::thread::sleep(QUIET);
    assert_eq!(server.rows(FOUND).len(), 1, "one burst is told once, whatever happens in its middle");
}
