//! What nobody should send: a clear refusal for the one, no harm to the others.
//!
//! All of it goes to one server, while someone else sends good events to the same one.

use crate::{
    http::{Answer, Request},
    server::{Home, Server},
};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

const MEMORY_KIB_MAX: u64 = 300 << 10;
const MIB: usize = 1 << 20;
const PROBLEM: &str = "application/problem+json";

/// Between two good bodies: as fast as it goes would be more than one answer of a query holds.
const PAUSE: Duration = Duration::from_millis(5);

/// A request, the status it gets, and what the answer must hold.
type Case = (&'static str, Request, u16, &'static [&'static str]);

#[test]
fn what_nobody_should_send_harms_only_its_sender() {
    let server = Home::new("[lake]\ncommit_seconds = 1\n[limits]\nquery_rows_max = 1000000\n").start();
    server.send(&json!({"service": "good", "seq": "before"}));
    let done = AtomicBool::new(false);
    let sent = thread::scope(|scope| {
        let good = scope.spawn(|| send_good(&server, &done));
        // The flag is set whatever becomes of a case, so that the good sender ends.
        let checked = thread::Builder::new().spawn_scoped(scope, || check_all(&server)).unwrap().join();
        done.store(true, Ordering::Relaxed);
        let sent = good.join().unwrap();
        checked.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        sent
    });
    server.send(&json!({"service": "good", "seq": "after"}));

    let peak = server.memory_kib("VmHWM");
    assert!(peak < MEMORY_KIB_MAX, "the server took {peak} KiB");
    let kept = server.texts("SELECT attributes['seq'] FROM events WHERE service = 'good'");
    assert!(kept.contains("before") && kept.contains("after"));
    assert_eq!(kept.len(), sent + 2, "every good event is there once");
    let beside = server.number("SELECT count(*) FROM events WHERE service = 'beside'");
    assert_eq!(beside, 5, "good events in bodies with bad ones");
    assert_eq!(server.number("SELECT count(*) FROM events WHERE service = 'odd'"), 3, "odd, but allowed");
    assert!(server.stop().0.success());
}

/// Sends good events until the rest is done; how many.
fn send_good(server: &Server, done: &AtomicBool) -> usize {
    let mut sent = 0;
    while !done.load(Ordering::Relaxed) {
        let event = |index: usize| json!({"service": "good", "seq": format!("{}", sent + index)});
        server.send(&Value::from_iter((0..20).map(event)));
        sent += 20;
        thread::park_timeout(PAUSE);
    }
    assert!(sent > 0);
    sent
}

fn check_all(server: &Server) {
    let cases = [bodies(server), documents(server), lines(server), callers(server), odd(server)];
    for case in cases.iter().flatten() {
        check(case);
    }
    check_otlp(server);
    check_points(server);
    check_no_http(server);
}

fn check((name, request, status, says): &Case) {
    let answer = request.send().unwrap_or_else(|error| panic!("{name}: {error}"));
    let text = answer.text();
    assert_eq!(answer.status, *status, "{name}: {text}");
    for part in *says {
        assert!(text.contains(part), "{name}: {part:?} is missing in {text}");
    }
    // The HTTP library refuses huge headers before there is anyone to write a body.
    if answer.status >= 400 && answer.status != 431 {
        check_problem(name, &answer);
    }
}

/// RFC 9457, with what to do about it.
fn check_problem(name: &str, answer: &Answer) {
    assert_eq!(answer.header("content-type"), Some(PROBLEM), "{name}");
    let problem = answer.json();
    assert_eq!(problem["status"], answer.status, "{name}");
    for member in ["type", "title", "detail", "action"] {
        assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "{name}: {member} in {problem}");
    }
}

/// Too large, wrongly packed, wrongly named.
fn bodies(server: &Server) -> Vec<Case> {
    let long_line = [b"{\"message\":\"".to_vec(), vec![b'a'; 100 * MIB], b"\"}\n".to_vec()].concat();
    let gzip = |body: &[u8]| server.events().ndjson(gzip(body)).header("Content-Encoding", "gzip");
    let small = b"{\"message\":\"hello\"}".as_slice();
    let mut cut = self::gzip(small);
    cut.truncate(cut.len() - 6);
    let many = "{}\n".repeat(100_001);
    vec![
        ("a line of 100 MB", server.events().ndjson(long_line.clone()), 413, &["larger than 16777216 bytes"]),
        ("… of a length not told", server.events().ndjson(long_line.clone()).chunked(), 413, &["larger than 16777216"]),
        ("… packed", gzip(&long_line), 413, &["decompressed"]),
        ("a gzip bomb", gzip(&vec![0; 400 * MIB]), 413, &["decompressed"]),
        ("a zstd bomb", server.events().ndjson(zstd_bomb()).header("Content-Encoding", "zstd"), 413, &["decompressed"]),
        ("a bomb in a bomb", gzip(&self::gzip(&vec![0; 100 * MIB])), 400, &["rejected"]),
        ("truncated gzip", server.events().ndjson(cut).header("Content-Encoding", "gzip"), 400, &["gzip"]),
        ("no gzip at all", server.events().ndjson(small).header("Content-Encoding", "gzip"), 400, &["gzip"]),
        ("an unknown encoding", server.events().ndjson(small).header("Content-Encoding", "br"), 415, &["br", "zstd"]),
        ("a wrong content type", server.events().body("text/plain", small), 415, &["text/plain", "application/json"]),
        ("100,001 events", server.events().ndjson(many), 413, &["100000 events"]),
        (
            "an endless idempotency key",
            server.events().ndjson(small).header("Idempotency-Key", "k".repeat(300)),
            400,
            &["256"],
        ),
    ]
}

/// One JSON document that cannot be read, or is no event.
fn documents(server: &Server) -> Vec<Case> {
    let json = |body: &[u8]| server.events().body("application/json", body);
    let objects = format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    let lists = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let nul = [b"{\"a\":\"".as_slice(), &[0], b"\"}"].concat();
    let utf8 = [b"{\"a\":\"".as_slice(), &[0xC3, 0x28], b"\"}"].concat();
    let wide: serde_json::Map<String, Value> = (0..1000).map(|key| (format!("k{key}"), json!(1))).collect();
    vec![
        ("objects 100,000 deep", json(objects.as_bytes()), 400, &["event", "deeper than 64 levels"]),
        ("lists 100,000 deep", json(lists.as_bytes()), 400, &["event", "deeper than 64 levels"]),
        ("lists that never end", json("[".repeat(100_000).as_bytes()), 400, &["line 1, column"]),
        ("the year 1", json(br#"{"time":"0001-01-01T00:00:00Z"}"#), 400, &["event", "0001-01-01T00:00:00Z"]),
        ("the year 9999", json(br#"{"time":"9999-12-31T23:59:59Z"}"#), 400, &["event", "9999-12-31T23:59:59Z"]),
        ("the year 1969", json(br#"{"time":"1969-12-31T23:59:59Z"}"#), 400, &["before 1970"]),
        ("the year 2200", json(br#"{"time":"2200-01-01T00:00:00Z"}"#), 400, &["a day ahead"]),
        ("a time before all numbers", json(br#"{"time":-1}"#), 400, &["before 1970"]),
        ("no time", json(br#"{"time":"yesterday"}"#), 400, &["yesterday", "RFC 3339"]),
        ("a number beyond numbers", json(br#"{"a":1e400}"#), 400, &["\"line\":1", "number out of range, at column"]),
        ("invalid UTF-8", json(&utf8), 400, &["\"line\":1", "UTF-8 from its byte 7"]),
        ("a NUL in a text", json(&nul), 400, &["line 1, column", "control character"]),
        ("nothing but NUL", json(&[0; 1000]), 400, &["line 1, column 1"]),
        ("a number", json(b"42"), 400, &["an event is a JSON object"]),
        ("a list in a list", json(b"[[{}]]"), 400, &["an event is a JSON object"]),
        ("a lone quote", json(b"\""), 400, &["line 1"]),
        ("1,000 attributes", json(Value::from(wide).to_string().as_bytes()), 400, &["event", "attributes"]),
    ]
}

/// Bad events beside good ones: the good are kept, the bad are named.
fn lines(server: &Server) -> Vec<Case> {
    let good = br#"{"service":"beside"}"#.as_slice();
    let beside = |bad: &[u8]| server.events().ndjson([good, b"\n", bad].concat());
    let long = format!("{{\"message\":\"{}\"}}", "a".repeat(2 * MIB));
    let deep = format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    let array = [b"[".as_slice(), good, b",{\"a\":"].concat();
    vec![
        ("a line of 2 MB", beside(long.as_bytes()), 202, &["\"rejected\":1", "\"line\":2", "at most 1048576"]),
        ("a deep line", beside(deep.as_bytes()), 202, &["\"rejected\":1", "\"line\":2", "deeper than 64"]),
        (
            "a line of other bytes",
            beside(b"{\"a\":\"\xFF\"}"),
            202,
            &["\"rejected\":1", "\"line\":2", "UTF-8 from its byte 7"],
        ),
        ("half a line", beside(b"{\"a\":"), 202, &["\"rejected\":1", "\"line\":2", "column"]),
        (
            "a list cut in the middle",
            server.events().body("application/json", array),
            202,
            &["\"rejected\":1", "\"event\":2", "column"],
        ),
    ]
}

/// Those who may not, and those who ask wrongly.
fn callers(server: &Server) -> Vec<Case> {
    let reader = server.key_with("read");
    let from = |authorization: String| server.events().json(&json!({})).header("Authorization", authorization);
    let unknown = format!("Bearer pal_{}", "A".repeat(43));
    let many = (0..200).fold(server.get("/healthz"), |request, number| request.header(&format!("X-{number}"), "1"));
    vec![
        ("no key", from(String::new()).without("Authorization"), 401, &["no key", "palisade key create"]),
        ("no bearer", from("Basic YTpi".to_owned()), 401, &["Bearer"]),
        ("an empty key", from("Bearer ".to_owned()), 401, &["Bearer"]),
        ("an unknown key", from(unknown), 401, &["unknown, expired or revoked"]),
        ("a key for other things", from(format!("Bearer {reader}")), 403, &["ingest"]),
        ("a huge header", server.get("/healthz").header("X-Huge", "a".repeat(64 << 10)), 431, &[]),
        ("200 headers", many, 431, &[]),
        ("another host", server.get("/healthz").header("Host", "evil.example"), 421, &["evil.example"]),
        ("another method", server.request("DELETE", "/api/v1/events"), 405, &["method"]),
        ("another path", server.get("/wp-login.php"), 404, &["nothing is served"]),
        (
            "a huge question",
            server.request("POST", "/api/v1/query").json(&json!({"sql": "a".repeat(2 * MIB)})),
            413,
            &["1048576"],
        ),
    ]
}

/// Looks wrong and is not.
fn odd(server: &Server) -> Vec<Case> {
    let json = |body: &[u8]| server.events().body("application/json", body);
    vec![
        ("an empty body", json(b""), 202, &["\"accepted\":0"]),
        ("blank lines", server.events().ndjson(b"\n\r\n  \n".as_slice()), 202, &["\"accepted\":0"]),
        ("keys twice", json(br#"{"service":"odd","service":"odd","a":1,"a":2}"#), 202, &["\"accepted\":1"]),
        (
            "an escaped NUL",
            json(br#"{"service":"odd","message":"a\u0000b","\u0000":"\u0000"}"#),
            202,
            &["\"accepted\":1"],
        ),
        (
            "names of nothing",
            json(br#"{"service":"odd","":"","a.b":{"c":{}},"d":[null,[]]}"#),
            202,
            &["\"accepted\":1"],
        ),
    ]
}

/// Senders of OTLP get a status in the format of their request.
fn check_otlp(server: &Server) {
    let logs = |body: &[u8]| server.request("POST", "/v1/logs").body("application/x-protobuf", body);
    let answer = logs(&[0xFF; 100]).send().unwrap().expect_status(400);
    assert_eq!(answer.header("content-type"), Some("application/x-protobuf"));
    assert!(!answer.body.is_empty());
    for path in ["/v1/logs", "/v1/metrics", "/v1/traces"] {
        for (encoding, bomb) in [("gzip", gzip(&vec![0; 200 * MIB])), ("zstd", zstd_bomb())] {
            let request = server.request("POST", path).body("application/x-protobuf", bomb);
            let answer = request.header("Content-Encoding", encoding).send().unwrap();
            assert_eq!(answer.status, 413, "{path} {encoding}: {}", answer.text());
        }
    }
    let answer = logs(b"").without("Authorization").send().unwrap().expect_status(401);
    assert!(answer.text().contains("no key"), "{}", answer.text());
}

/// Points that are no numbers are refused and named; those that come late or twice are kept as they came.
fn check_points(server: &Server) {
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos();
    let point = |value: Value, seconds_ago: u128| json!({"asDouble": value, "timeUnixNano": (now - seconds_ago * 1_000_000_000).to_string()});
    let points = json!([
        point(json!(1.5), 10),
        point(json!("NaN"), 9),
        point(json!("Infinity"), 8),
        point(json!("-Infinity"), 7),
        point(json!(2.5), 60),
        point(json!(1.5), 10),
    ]);
    let metric = json!({"name": "odd", "gauge": {"dataPoints": points}});
    let body = json!({"resourceMetrics": [{"scopeMetrics": [{"metrics": [metric]}]}]});
    let answer = server.request("POST", "/v1/metrics").json(&body).send().unwrap().expect_status(200).json();
    assert_eq!(answer["partialSuccess"]["rejectedDataPoints"], "3", "{answer}");
    assert!(answer["partialSuccess"]["errorMessage"].as_str().unwrap().contains("number"), "{answer}");
    let sql = "SELECT count(*), sum(value), count(DISTINCT time) FROM metrics WHERE name = 'odd'";
    assert_eq!(server.rows(sql), [[json!(3), json!(5.5), json!(2)]]);
}

/// What is no HTTP at all gets an end.
fn check_no_http(server: &Server) {
    for bytes in [vec![0; 100], vec![0x16, 3, 1, 2, 0, 1, 0], b"GET / HTTP/9.9\r\n\r\n".to_vec(), vec![b'a'; MIB]] {
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream.set_read_timeout(Some(crate::deadline::PATIENCE)).unwrap();
        // The server may have closed before all is written.
        let _refused = stream.write_all(&bytes).and_then(|()| stream.shutdown(std::net::Shutdown::Write));
        let mut answer = Vec::new();
        let _reset = stream.read_to_end(&mut answer);
        assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 4"), "{}", String::from_utf8_lossy(&answer));
    }
}

/// 4 GiB of nothing.
fn zstd_bomb() -> Vec<u8> {
    zstd::stream::encode_all(std::io::repeat(0).take(4 << 30), 1).unwrap()
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}
