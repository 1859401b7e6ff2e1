//! How fast bodies become observations, on one core: NDJSON events of about 300 bytes, the same as an array, and OTLP.
//!
//! `cargo bench -p palisade-sources` prints events a second and bytes a second.
#![allow(missing_docs, reason = "a benchmark has no readers of its documentation")]

use divan::{
    Bencher,
    counter::{BytesCount, ItemsCount},
};
use opentelemetry_proto::tonic::{
    collector::logs::v1::ExportLogsServiceRequest,
    common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value::Value},
    logs::v1::{LogRecord, ResourceLogs, ScopeLogs},
    resource::v1::Resource,
};
use palisade_model::Timestamp;
use palisade_sources::{Context, Format, Limits, SOURCES, Source};
use prost::Message;
use std::fmt::Write;

const EVENTS: usize = 1_000;

fn main() {
    divan::main();
}

fn source(name: &str) -> &'static Source {
    SOURCES.iter().find(|source| source.name == name).expect("the source stands in the table")
}

fn run(bencher: Bencher<'_, '_>, name: &str, format: Format, body: &[u8]) {
    let limits = Limits::default();
    let received = Timestamp::parse("2026-11-20T13:00:00Z").expect("a valid time");
    let context = Context { received, limits: &limits };
    let parsed = (source(name).read)(format, body, &context).expect("a valid body");
    assert_eq!((parsed.observations.len(), parsed.rejected()), (EVENTS, 0));
    bencher
        .counter(ItemsCount::new(EVENTS))
        .counter(BytesCount::new(body.len()))
        .bench(|| (source(name).read)(format, divan::black_box(body), &context));
}

/// Events as a web service logs them, 290 to 310 bytes each.
fn lines() -> Vec<String> {
    let line = |number: usize| {
        let mut text = String::new();
        let (second, millis) = (number / 60 % 60, number % 1_000);
        let _ = write!(
            text,
            r#"{{"time":"2026-11-20T12:{:02}:{second:02}.{millis:03}Z","kind":"http","severity":"info","service":"checkout","host":"web-{}","actor":"user-{}","source_ip":"203.0.113.{}","message":"GET /api/cart/{number} answered 200","http":{{"method":"GET","status":200,"bytes":{}}},"duration_ms":{}.25,"trace_id":"{number:032x}","cached":false}}"#,
            number % 60,
            number % 8,
            number % 5_000,
            number % 250,
            number * 37 % 90_000,
            number % 400,
        );
        text
    };
    (1..=EVENTS).map(line).collect()
}

#[divan::bench]
fn events_ndjson(bencher: Bencher<'_, '_>) {
    run(bencher, "events", Format::Ndjson, lines().join("\n").as_bytes());
}

#[divan::bench]
fn events_array(bencher: Bencher<'_, '_>) {
    run(bencher, "events", Format::Json, format!("[{}]", lines().join(",")).as_bytes());
}

fn text(key: &str, text: &str) -> KeyValue {
    let value = Some(AnyValue { value: Some(Value::StringValue(text.to_owned())) });
    KeyValue { key: key.to_owned(), value, ..KeyValue::default() }
}

fn request() -> ExportLogsServiceRequest {
    let record = |number: usize| LogRecord {
        time_unix_nano: 1_795_176_000_000_000_000 + number as u64,
        severity_number: 9,
        severity_text: "INFO".to_owned(),
        body: Some(AnyValue { value: Some(Value::StringValue(format!("GET /api/cart/{number} answered 200"))) }),
        attributes: vec![
            text("user.id", "user-7"),
            text("client.address", "203.0.113.7"),
            text("http.route", "/api/cart"),
        ],
        trace_id: vec![7; 16],
        span_id: vec![7; 8],
        ..LogRecord::default()
    };
    let scope = InstrumentationScope { name: "checkout.http".to_owned(), ..InstrumentationScope::default() };
    let scope_logs =
        ScopeLogs { scope: Some(scope), log_records: (0..EVENTS).map(record).collect(), ..ScopeLogs::default() };
    let attributes = vec![text("service.name", "checkout"), text("host.name", "web-1"), text("k8s.pod.name", "pod-1")];
    let resource = Some(Resource { attributes, ..Resource::default() });
    ExportLogsServiceRequest {
        resource_logs: vec![ResourceLogs { resource, scope_logs: vec![scope_logs], ..ResourceLogs::default() }],
    }
}

#[divan::bench]
fn otlp_logs_protobuf(bencher: Bencher<'_, '_>) {
    run(bencher, "otlp-logs", Format::Protobuf, &request().encode_to_vec());
}

#[divan::bench]
fn otlp_logs_json(bencher: Bencher<'_, '_>) {
    let body = serde_json::to_vec(&request()).expect("a message can be written as JSON");
    run(bencher, "otlp-logs", Format::Json, &body);
}
