//! Other people's readers on the tables of a running server: they can always read, and in the end count the same.

use crate::{
    deadline::until,
    planted::token,
    python,
    server::{Home, Server},
};
use serde_json::{Value, json};
use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, ChildStdout, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

/// Looks at the tables while they are being written.
const LOOKS: usize = 5;

#[test]
fn polars_and_deltalake_count_what_the_server_counts() {
    let Some(python) = python::python() else { return };
    let home = Home::new("[lake]\ncommit_seconds = 1\n");
    let server = home.start();
    let mut command = python::script(&python, "lake_counts.py");
    let child = command.arg(home.data().join("lake")).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut counter = Counter::new(child.unwrap());

    let done = AtomicBool::new(false);
    let (seen, sent) = thread::scope(|scope| {
        let sending = scope.spawn(|| send(&server, &done));
        let looking = scope.spawn(move || {
            let seen: Vec<u64> = (0..LOOKS).map(|_| counter.look()["deltalake"]["events"].as_u64().unwrap()).collect();
            (counter, seen)
        });
        let looked = looking.join();
        done.store(true, Ordering::Relaxed);
        let sent = sending.join().unwrap();
        (looked.unwrap_or_else(|panic| std::panic::resume_unwind(panic)), sent)
    });
    let (mut counter, seen) = seen;
    assert!(seen.is_sorted(), "rows came and went: {seen:?}");
    let counts = json!({
        "events": server.number("SELECT count(*) FROM events"),
        "findings": server.number("SELECT count(*) FROM findings"),
    });
    assert_eq!(counts["events"], sent);
    assert_eq!(counts["findings"], sent / 10);
    let wanted = json!({"polars": counts, "polars ids": counts, "deltalake": counts});
    until("all readers to count the same", || (counter.look() == wanted).then_some(()));
}

/// Sends events, every tenth with a secret, until told to stop; how many.
fn send(server: &Server, done: &AtomicBool) -> usize {
    let mut sent = 0;
    while !done.load(Ordering::Relaxed) {
        let message = |number: usize| if number.is_multiple_of(10) { token() } else { "nothing".to_owned() };
        server.send(&Value::from_iter((0..50).map(|number| json!({"message": message(number), "seq": sent + number}))));
        sent += 50;
    }
    sent
}

/// The Python program that counts.
struct Counter {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Counter {
    fn new(mut child: Child) -> Self {
        let (to, from) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, to, from }
    }

    fn look(&mut self) -> Value {
        self.to.write_all(b"\n").unwrap();
        let mut line = String::new();
        self.from.read_line(&mut line).unwrap();
        serde_json::from_str(&line).expect("every look succeeds")
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _ended_already = self.child.wait();
    }
}
