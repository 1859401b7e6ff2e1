//! OpenTelemetry over HTTP and gRPC: the SDKs of Python and JavaScript as they are, every signal, and what a server
//! says that refuses.

use crate::{
    commands::{palisade, run},
    python,
    server::{Home, Server},
};
use serde_json::{Value, json};
use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    process::Command,
    time::Duration,
};

const WITH_GRPC: &str = "[otlp]\ngrpc_listen = \"127.0.0.1:0\"\n";
const LOGS: &str = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
const METRICS: &str = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";

/// Runs a program of an SDK with `PROTOCOL URL KEY SERVICE` and sees that everything it sent is found.
fn check(server: &Server, mut program: Command, protocol: &str, service: &str, rest: &[&str]) {
    let url = match protocol {
        "grpc" => format!("http://{}", server.grpc_address()),
        _ => format!("http://{}", server.address),
    };
    let sent = run(program.args([protocol, &url, &server.key, service]).args(rest), b"").expect_code(0);
    let rows = |sql: &str| Value::from_iter(server.rows(&sql.replace("SERVICE", service)));
    assert_eq!(
        rows(
            "SELECT name, kind, value, unit, attributes['route'], attributes['otel.sum.monotonic'], \
             attributes['otel.scope.name'], host, count, min, max FROM metrics WHERE service = 'SERVICE' ORDER BY name"
        ),
        json!([
            ["latency", "counter", 43.0, "ms", null, null, "shop.meter", "otel-1", 3, 1.0, 40.0],
            ["orders", "counter", 3.0, "1", "/a", null, "shop.meter", "otel-1", null, null, null],
            ["queue", "gauge", -2.0, "1", null, "false", "shop.meter", "otel-1", null, null, null],
            ["temperature", "gauge", 21.5, "Cel", null, null, "shop.meter", "otel-1", null, null, null],
        ]),
        "{service}: {}",
        sent.err
    );
    assert_eq!(
        rows(
            "SELECT child.name, child.failed, parent.name, parent.failed, parent.attributes['cart'], \
             parent.duration_ns >= child.duration_ns, parent.parent_span_id, child.trace_id = parent.trace_id, \
             parent.host, child.kind, parent.kind, child.status_message, child.events LIKE '%\"declined\"%' \
             FROM spans child JOIN spans parent ON child.parent_span_id = parent.span_id \
             WHERE child.service = 'SERVICE'"
        ),
        json!([[
            "charge",
            true,
            "checkout",
            false,
            "7",
            true,
            null,
            true,
            "otel-1",
            "client",
            "server",
            "card declined",
            true
        ]]),
        "{service}"
    );
    assert_eq!(
        rows(
            "SELECT e.message, e.severity, e.attributes['order'], e.host, s.name FROM events e \
             JOIN spans s ON e.span_id = s.span_id AND e.trace_id = s.trace_id WHERE e.service = 'SERVICE'"
        ),
        json!([["order paid", "medium", "7", "otel-1", "checkout"]]),
        "{service}"
    );
}

#[test]
fn the_python_sdk_sends_every_signal() {
    let Some(python) = python::python() else { return };
    let server = Home::new(WITH_GRPC).start();
    for (protocol, compression) in [("http", "none"), ("http", "gzip"), ("grpc", "none"), ("grpc", "gzip")] {
        let program = python::script(&python, "otlp_signals.py");
        check(&server, program, protocol, &format!("python-{protocol}-{compression}"), &[compression]);
    }
    assert_eq!(server.number("SELECT count(*) FROM metrics"), 16, "each point once");
}

#[test]
fn the_javascript_sdk_sends_every_signal() {
    let server = Home::new(WITH_GRPC).start();
    for protocol in ["http", "proto", "grpc"] {
        let Some(program) = python::javascript("otlp_signals.js") else { return };
        check(&server, program, protocol, &format!("javascript-{protocol}"), &[]);
    }
    assert_eq!(server.number("SELECT count(*) FROM spans"), 6, "each span once");
}

/// One message field in the encoding of Protocol Buffers.
fn field(tag: u8, bytes: &[u8]) -> Vec<u8> {
    let mut length = bytes.len();
    let mut field = vec![tag << 3 | 2];
    while length >= 0x80 {
        field.push((length & 0x7F) as u8 | 0x80);
        length >>= 7;
    }
    field.push(length as u8);
    field.extend_from_slice(bytes);
    field
}

/// An export request of records that are encoded already.
fn request(records: &[Vec<u8>]) -> Vec<u8> {
    let records: Vec<u8> = records.iter().flat_map(|record| field(2, record)).collect();
    field(1, &field(2, &records))
}

/// A log record with this body.
fn log(text: &str) -> Vec<u8> {
    field(5, &field(1, text.as_bytes()))
}

/// A gauge with a point of each value.
fn gauge(values: &[f64]) -> Vec<u8> {
    let point = |value: &f64| field(1, &[&[4 << 3 | 1][..], &value.to_le_bytes()].concat());
    let points: Vec<u8> = values.iter().flat_map(point).collect();
    [field(1, b"load"), field(5, &points)].concat()
}

/// What `count` calls were answered; `None` when the test is to be skipped.
fn call(
    server: &Server,
    method: &str,
    key: &str,
    compression: &str,
    count: usize,
    message: &[u8],
) -> Option<Vec<Value>> {
    let mut command = python::script(&python::python()?, "grpc_call.py");
    command.args([&server.grpc_address(), method, key, compression, &count.to_string()]);
    let said = run(&mut command, message).expect_code(0).text();
    Some(said.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

#[test]
fn calls_that_cannot_be_served_say_why() {
    let limits = "[limits]\nbody_bytes_max = 100000\nline_bytes_max = 100000\nvalue_bytes_max = 100000\n\
                  decompressed_bytes_max = 200000\n";
    let server = Home::new(&format!("{limits}{WITH_GRPC}")).start();
    let (good, key) = (request(&[log("good")]), server.key.as_str());
    let reader = server.key_with("read");
    let unknown = format!("pal_{}", "x".repeat(43));
    let large = request(&[log(&"x".repeat(100_000))]);
    let bomb = vec![0; 1 << 20];
    let other = "/opentelemetry.proto.collector.logs.v1.LogsService/Import";
    let nan = request(&[gauge(&[f64::NAN])]);
    for (method, key, compression, message, code, says) in [
        (LOGS, "", "none", &good, "UNAUTHENTICATED", "the request carries no key"),
        (LOGS, &unknown, "none", &good, "UNAUTHENTICATED", "unknown, expired or revoked"),
        (LOGS, &reader, "none", &good, "PERMISSION_DENIED", "the key lacks the scope ingest"),
        (LOGS, key, "none", &b"what?".to_vec(), "INVALID_ARGUMENT", "not an OTLP logs request"),
        (LOGS, key, "none", &large, "INVALID_ARGUMENT", "larger than 100005 bytes"),
        (LOGS, key, "gzip", &bomb, "INVALID_ARGUMENT", "larger than 200000 bytes when decompressed"),
        (METRICS, key, "none", &nan, "INVALID_ARGUMENT", "all 1 events were refused"),
        (other, key, "none", &good, "UNIMPLEMENTED", "there is no such method"),
    ] {
        let Some(answers) = call(&server, method, key, compression, 1, message) else { return };
        let answer = &answers[0];
        assert_eq!(answer["code"], code, "{answer}");
        assert!(answer["message"].as_str().unwrap().contains(says), "{says}: {answer}");
        assert_eq!(answer.get("retry_seconds"), None, "trying again would not help: {answer}");
    }
    for compression in ["none", "gzip", "deflate"] {
        let answers = call(&server, LOGS, key, compression, 1, &good).unwrap();
        assert_eq!(answers, [json!({"code": "OK", "answer": ""})], "{compression}");
    }
    assert_eq!(server.number("SELECT count(*) FROM events WHERE message = 'good'"), 3);
}

#[test]
fn what_is_refused_of_a_call_is_said() {
    let server = Home::new(WITH_GRPC).start();
    let message = request(&[gauge(&[1.5, f64::INFINITY, 2.5])]);
    let Some(answers) = call(&server, METRICS, &server.key, "none", 1, &message) else { return };
    let said = field(2, b"point 2: its value is infinite");
    let wanted = field(1, &[&[1 << 3, 1][..], &said].concat());
    let wanted: String = wanted.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(answers, [json!({"code": "OK", "answer": wanted})]);
    assert_eq!(server.number("SELECT count(*) FROM metrics WHERE name = 'load'"), 2);
}

#[test]
fn a_sender_beyond_its_rate_is_told_when_to_come_back() {
    let limits = "[limits]\nrate_events_per_second = 1\nrate_events_burst = 1\nevents_per_body_max = 1\n";
    let server = Home::new(&format!("{limits}{WITH_GRPC}")).start();
    let Some(answers) = call(&server, LOGS, &server.key, "none", 50, &request(&[log("again")])) else { return };
    let refused: Vec<&Value> = answers.iter().filter(|answer| answer["code"] != "OK").collect();
    assert!(!refused.is_empty(), "50 calls took 50 seconds");
    for answer in &refused {
        assert_eq!((&answer["code"], &answer["retry_seconds"]), (&json!("RESOURCE_EXHAUSTED"), &json!(1)), "{answer}");
    }
    let kept = server.number("SELECT count(*) FROM events");
    assert_eq!(kept, (answers.len() - refused.len()) as u64, "what was refused is not kept");
    assert!(kept >= 1);
}

#[test]
fn strangers_on_the_listener_hurt_nobody_and_do_not_keep_it_up() {
    let server = Home::new(WITH_GRPC).start();
    let connect = || {
        let stream = TcpStream::connect(server.grpc_address()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream
    };
    let silent: Vec<TcpStream> = (0..20).map(|_| connect()).collect();
    for said in [&b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"[..], b"\0\xFF\x16\x03\x01 what is this?\r\n\r\n\r\n\r\n"] {
        let mut stream = connect();
        stream.write_all(said).unwrap();
        // The server ends it, with or without a last word.
        let _ended = stream.read_to_end(&mut Vec::new());
    }
    if let Some(answers) = call(&server, LOGS, &server.key, "none", 1, &request(&[log("still here")])) {
        assert_eq!(answers[0]["code"], "OK", "{answers:?}");
    }
    let (status, said) = server.stop();
    assert_eq!(status.code(), Some(0), "{said}");
    assert!(!said.contains("were cut"), "{said}");
    drop(silent);
}

#[test]
fn the_listener_is_where_the_setting_says() {
    let home = Home::new("");
    assert!(!home.start().said().contains("gRPC"), "none was wanted");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    for (listen, says) in [
        (taken.as_str(), "set otlp.grpc_listen to another address"),
        ("0.0.0.0:4317", "otlp.grpc_listen 0.0.0.0:4317 can be reached from other machines"),
        ("nowhere", "otlp.grpc_listen \"nowhere\" is not an address and port"),
    ] {
        let config = home.file("palisade-grpc.toml", format!("[otlp]\ngrpc_listen = \"{listen}\"\n"));
        let mut command = palisade(&["serve", "--listen", "127.0.0.1:0", "--config"]);
        let refused = run(command.arg(config).arg("--data-dir").arg(home.data()), b"").expect_code(2);
        assert!(refused.err.contains(says), "{listen}: {}", refused.err);
    }
}
