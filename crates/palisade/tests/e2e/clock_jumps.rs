//! A clock that jumps forth and back while the server runs: every observation is kept once, and nothing gets stuck.
//!
//! libfaketime, loaded into the server, adds to the clock what stands in a file. The monotonic clock goes on as it
//! does on a machine whose time is set.

use crate::{
    deadline::until,
    python::preload,
    server::{Home, Server},
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, fs, path::Path, process::Command};

const JUMPS: [&str; 9] = ["+0", "+3h", "-2h", "+26h", "-26h", "+20d", "+19d", "-40d", "+0"];
const BATCHES: usize = 8;
const BATCH_EVENTS: usize = 25;

#[test]
fn a_clock_that_jumps_loses_and_doubles_nothing() {
    let Some(library) = preload("libfaketimeMT.so.1") else { return };
    let home = Home::new("[lake]\ncommit_seconds = 1\n[limits]\nquery_rows_max = 1000000\nseries_max = 3\n");
    let offset = home.file("clock", JUMPS[0]);
    let start = || home.start_as(with_clock(home.command(), &library, &offset));
    let (mut server, mut sent) = (start(), BTreeSet::new());
    for (number, jump) in JUMPS.into_iter().enumerate() {
        // The file is replaced, never half written.
        fs::rename(home.file("clock.new", jump), &offset).unwrap();
        send(&server, jump, number, &mut sent);
        if number % 3 == 2 {
            server.kill();
            server = start();
        }
        check(&server, &sent, jump);
    }
    until("a commit of the last events", || (server.metric("palisade_memtable_rows") == 0.0).then_some(()));
    let days = server.rows("SELECT day, count(*) FROM events GROUP BY day ORDER BY day");
    assert!((3..=2 * JUMPS.len()).contains(&days.len()), "days of receipt: {days:?}");
    server.kill();
    check(&start(), &sent, "started again at the right time");
}

fn with_clock(mut command: Command, library: &Path, offset: &Path) -> Command {
    command.env("LD_PRELOAD", library).env("FAKETIME_TIMESTAMP_FILE", offset).env("FAKETIME_NO_CACHE", "1");
    command.env("FAKETIME_DONT_FAKE_MONOTONIC", "1").env("DONT_FAKE_MONOTONIC", "1").env("NO_FAKE_STAT", "1");
    command
}

fn send(server: &Server, jump: &str, number: usize, sent: &mut BTreeSet<String>) {
    for batch in 0..BATCHES {
        let seq = |index: usize| format!("{number}-{batch}-{index}");
        let event = |index: usize| json!({"seq": seq(index), "message": jump});
        let key = format!("{number}-{batch}");
        let events = Value::from_iter((0..BATCH_EVENTS).map(event));
        for _ in 0..2 {
            // Sent again at once, also across a jump within the day that a key is promised for.
            server.events().header("Idempotency-Key", &key).json(&events).send().unwrap().expect_status(202);
        }
        sent.extend((0..BATCH_EVENTS).map(seq));
    }
    // The same three series all the time; the window in which they count is by the clock.
    let point = |name: &str| json!({"name": name, "gauge": {"dataPoints": [{"asDouble": 1.0, "timeUnixNano": "0"}]}});
    let metrics = Value::from_iter(["a", "b", "c"].map(point));
    let body = json!({"resourceMetrics": [{"scopeMetrics": [{"metrics": metrics}]}]});
    let answer = server.request("POST", "/v1/metrics").json(&body).send().unwrap().expect_status(200);
    assert!(!answer.text().contains("rejected"), "{jump}: {}", answer.text());
}

fn check(server: &Server, sent: &BTreeSet<String>, when: &str) {
    assert_eq!(server.texts("SELECT attributes['seq'] FROM events"), *sent, "{when}");
    let ids = server.rows("SELECT count(DISTINCT id), count(*) FROM events");
    assert_eq!(ids, [[json!(sent.len()), json!(sent.len())]], "{when}");
}
