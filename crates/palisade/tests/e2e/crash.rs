//! Killed again and again under load, the server loses nothing that it acknowledged and keeps nothing twice.
//!
//! The kills come at different moments: after some acknowledgements, in the middle of a commit, right after one, and
//! while the server recovers from the kill before. Some senders give every batch an idempotency key and send it until
//! it is acknowledged, also to the next server; the others never know what became of their last batch.

use crate::{
    commands::query_folder,
    deadline::until,
    http::Request,
    planted::{TOKEN_CLASS, token},
    server::{Home, Server},
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    fs,
    net::SocketAddr,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

/// Short commits, so that kills meet them; answers large enough to check everything.
const SETTINGS: &str = "[lake]\ncommit_seconds = 1\n[limits]\nquery_rows_max = 1000000\n";
/// Between two requests of a sender: as fast as it goes would be more than one answer of a query holds.
const PAUSE: Duration = Duration::from_millis(5);
const BATCH_EVENTS: usize = 40;
/// Every so many events one holds a secret.
const PLANTED_EVERY: usize = 10;

/// When the server is killed.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// After so many batches were acknowledged.
    Acknowledged(usize),
    /// As soon as a table has a new version: the others may not have theirs yet.
    CommitBegun,
    /// As soon as the position of a commit stands on disk.
    Committed,
}

/// How often it is killed.
const KILLS: usize = 30;

/// Over and over.
const MOMENTS: [Moment; 12] = [
    Moment::Acknowledged(1),
    Moment::CommitBegun,
    Moment::Acknowledged(25),
    Moment::Committed,
    Moment::Acknowledged(7),
    Moment::CommitBegun,
    Moment::Acknowledged(60),
    Moment::CommitBegun,
    Moment::Acknowledged(3),
    Moment::Committed,
    Moment::Acknowledged(40),
    Moment::CommitBegun,
];

/// After these rounds, the recovery itself is killed after so many milliseconds.
const INTERRUPTED: [(usize, u64); 4] = [(1, 60), (4, 120), (6, 200), (8, 300)];

/// What a client sends.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    /// Events as NDJSON.
    Lines,
    /// One event as JSON.
    Single,
    /// OTLP, in JSON.
    Logs,
    Metrics,
    Spans,
}

/// Each client with what it sends, and whether it sends that again until it is acknowledged.
const SENDERS: [(Kind, bool); 6] = [
    (Kind::Lines, false),
    (Kind::Lines, true),
    (Kind::Single, false),
    (Kind::Logs, false),
    (Kind::Metrics, false),
    (Kind::Spans, true),
];

/// One client.
struct Sender {
    name: usize,
    kind: Kind,
    /// With an idempotency key, and again until acknowledged.
    repeats: bool,
    next: usize,
    acknowledged: Vec<usize>,
}

#[test]
fn nothing_acknowledged_is_lost_or_doubled() {
    let home = Home::new(SETTINGS);
    let mut senders =
        SENDERS.map(|(kind, repeats)| Sender { name: 0, kind, repeats, next: 0, acknowledged: Vec::new() });
    for (name, sender) in senders.iter_mut().enumerate() {
        sender.name = name;
    }
    for (round, moment) in MOMENTS.into_iter().cycle().take(KILLS).enumerate() {
        load_and_kill(&home, &mut senders, moment);
        for (_, millis) in INTERRUPTED.iter().filter(|(after, _)| *after == round) {
            home.start_and_kill(Duration::from_millis(*millis));
        }
    }
    let server = home.start();
    let of = |kinds: &[Kind]| senders.iter().filter(|sender| kinds.contains(&sender.kind)).collect::<Vec<_>>();
    let events = check_sent(&server, "events", &of(&[Kind::Lines, Kind::Single, Kind::Logs]));
    let metrics = check_sent(&server, "metrics", &of(&[Kind::Metrics]));
    let spans = check_sent(&server, "spans", &of(&[Kind::Spans]));
    let findings = check_findings(&server);
    assert!(server.stop().0.success());
    for (table, wanted) in [("events", events), ("metrics", metrics), ("spans", spans), ("findings", findings)] {
        let sql = format!("SELECT count(*), count(DISTINCT id) FROM {table}");
        let kept = query_folder(&home.data(), &sql, "json").expect_code(0).json();
        assert_eq!(kept["rows"], json!([[wanted, wanted]]), "{table} in the lake");
    }
}

fn load_and_kill(home: &Home, senders: &mut [Sender], moment: Moment) {
    let server = home.start();
    let acknowledged = AtomicUsize::new(0);
    let (address, key) = (server.address, server.key.clone());
    let (versions, committed) = (server.versions(), committed(&home.data()));
    thread::scope(|scope| {
        for sender in senders {
            scope.spawn(|| sender.send_until_refused(address, &key, &acknowledged));
        }
        until(&format!("{moment:?}"), || {
            let count = acknowledged.load(Ordering::Relaxed);
            let come = match moment {
                Moment::Acknowledged(wanted) => count >= wanted,
                Moment::CommitBegun => count > 0 && server.versions() > versions,
                Moment::Committed => count > 0 && self::committed(&home.data()) != committed,
            };
            come.then_some(())
        });
        server.kill();
    });
}

fn committed(data: &Path) -> String {
    fs::read_to_string(data.join("committed")).unwrap_or_default()
}

impl Sender {
    /// Sends until the server is gone.
    fn send_until_refused(&mut self, address: SocketAddr, key: &str, acknowledged: &AtomicUsize) {
        loop {
            thread::park_timeout(PAUSE);
            let mut request = self.request(address).header("Authorization", format!("Bearer {key}"));
            if self.repeats {
                request = request.header("Idempotency-Key", format!("{}-{}", self.name, self.next));
            }
            match request.send().map(|answer| (answer.status, answer.text())) {
                Ok((202, text)) => {
                    assert_eq!(text, format!("{{\"accepted\":{}}}", self.kind.batch()));
                    self.acknowledged.push(self.next);
                    self.next += 1;
                    acknowledged.fetch_add(1, Ordering::Relaxed);
                }
                Ok((200, text)) => {
                    assert!(!text.contains("rejected"), "{text}");
                    self.acknowledged.push(self.next);
                    self.next += 1;
                    acknowledged.fetch_add(1, Ordering::Relaxed);
                }
                Ok((503, _)) => thread::park_timeout(Duration::from_millis(100)),
                Ok((status, text)) => panic!("{status} {text}"),
                Err(_) => {
                    self.next += usize::from(!self.repeats);
                    return;
                }
            }
        }
    }

    fn request(&self, address: SocketAddr) -> Request {
        let post = |path: &str| Request::new(address, "POST", path);
        let rows: Vec<Value> = (0..self.kind.batch()).map(|index| self.row(index)).collect();
        match self.kind {
            Kind::Lines => post("/api/v1/events").ndjson(rows.iter().map(|row| format!("{row}\n")).collect::<String>()),
            Kind::Single => post("/api/v1/events").json(&rows[0]),
            Kind::Logs => post("/v1/logs").json(&json!({"resourceLogs": [{"scopeLogs": [{"logRecords": rows}]}]})),
            Kind::Metrics => {
                let metric = json!({"name": "load", "gauge": {"dataPoints": rows}});
                post("/v1/metrics").json(&json!({"resourceMetrics": [{"scopeMetrics": [{"metrics": [metric]}]}]}))
            }
            Kind::Spans => post("/v1/traces").json(&json!({"resourceSpans": [{"scopeSpans": [{"spans": rows}]}]})),
        }
    }

    fn row(&self, index: usize) -> Value {
        let is_planted = index.is_multiple_of(PLANTED_EVERY);
        let message = if is_planted { format!("the key is {}", token()) } else { "nothing to see".to_owned() };
        let seq = seq(self.name, self.next, index);
        let text = |key: &str, value: &str| json!({"key": key, "value": {"stringValue": value}});
        let attributes = |planted: bool| json!([text("seq", &seq), text("planted", &planted.to_string())]);
        match self.kind {
            Kind::Lines | Kind::Single => {
                json!({"seq": seq, "planted": is_planted, "message": message, "service": "load"})
            }
            Kind::Logs => json!({"body": {"stringValue": message}, "attributes": attributes(is_planted)}),
            Kind::Metrics => {
                json!({"asInt": index.to_string(), "timeUnixNano": now(), "attributes": attributes(false)})
            }
            Kind::Spans => json!({
                "traceId": "0af7651916cd43dd8448eb211c80319c",
                "spanId": format!("{:016x}", self.next * BATCH_EVENTS + index + 1),
                "name": "load", "startTimeUnixNano": now(), "endTimeUnixNano": now(), "attributes": attributes(false),
            }),
        }
    }
}

impl Kind {
    /// How many rows are sent at once.
    const fn batch(self) -> usize {
        match self {
            Self::Single => 1,
            _ => BATCH_EVENTS,
        }
    }
}

fn now() -> String {
    std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos().to_string()
}

fn seq(sender: usize, batch: usize, index: usize) -> String {
    format!("{sender}-{batch}-{index}")
}

/// Everything acknowledged is there once, and nothing twice. How many rows there are.
fn check_sent(server: &Server, table: &str, senders: &[&Sender]) -> usize {
    let rows = server.rows(&format!("SELECT attributes['seq'], count(*) FROM {table} GROUP BY 1"));
    let found: BTreeMap<&str, u64> = rows.iter().map(|row| (text(&row[0]), row[1].as_u64().unwrap())).collect();
    let doubled: Vec<_> = found.iter().filter(|(_, count)| **count != 1).take(20).collect();
    assert!(doubled.is_empty(), "there more than once: {doubled:?}");
    let mut wanted = 0;
    for sender in senders {
        assert!(!sender.acknowledged.is_empty());
        for batch in &sender.acknowledged {
            wanted += sender.kind.batch();
            for index in 0..sender.kind.batch() {
                let seq = seq(sender.name, *batch, index);
                assert!(found.contains_key(seq.as_str()), "acknowledged and lost: {seq}");
            }
        }
    }
    let unknown = |sender: &&&Sender| if sender.repeats { 1 } else { KILLS + 1 } * sender.kind.batch();
    let most = wanted + senders.iter().map(|sender| unknown(&sender)).sum::<usize>();
    assert!(found.len() <= most, "{} events, though at most {most} were sent", found.len());
    found.len()
}

/// Every planted secret is found once and nothing else is found. The number of findings.
fn check_findings(server: &Server) -> usize {
    let doubled = server.rows("SELECT id, count(*) FROM findings GROUP BY id HAVING count(*) > 1");
    assert!(doubled.is_empty(), "there more than once: {doubled:?}");
    let planted = server.texts("SELECT id FROM events WHERE attributes['planted'] = 'true'");
    let findings = server.rows("SELECT observation, class FROM findings");
    let mut found = BTreeMap::<&str, usize>::new();
    for row in &findings {
        assert_eq!(row[1], TOKEN_CLASS);
        *found.entry(text(&row[0])).or_default() += 1;
    }
    for id in &planted {
        assert_eq!(found.get(id.as_str()), Some(&1), "findings in event {id}");
    }
    assert_eq!(found.len(), planted.len(), "findings in events with nothing planted");
    findings.len()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
