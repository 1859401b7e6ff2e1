//! OTLP logs: requests as SDKs send them, in both encodings, and hostile ones.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]

use opentelemetry_proto::tonic::{
    collector::logs::v1::{ExportLogsServiceRequest, ExportLogsServiceResponse},
    common::v1::{AnyValue, ArrayValue, InstrumentationScope, KeyValue, KeyValueList, any_value::Value as Any},
    logs::v1::{LogRecord, ResourceLogs, ScopeLogs},
    resource::v1::Resource,
};
use palisade_model::{Event, Observation, Severity, Timestamp};
use palisade_sources::{Context, Format, Limits, Parsed, Place, Problem, Receipt, SOURCES, SourceError};
use proptest::prelude::*;
use prost::Message;

fn received() -> Timestamp {
    Timestamp::parse("2026-11-20T12:00:00Z").unwrap()
}

fn try_read(format: Format, body: &[u8], limits: Limits) -> Result<Parsed, SourceError> {
    (SOURCES[1].read)(format, body, &Context { received: received(), limits: &limits })
}

fn read(format: Format, body: impl AsRef<[u8]>) -> Parsed {
    try_read(format, body.as_ref(), Limits::default()).unwrap()
}

fn events(parsed: Parsed) -> Vec<Event> {
    assert_eq!(parsed.problems, []);
    let event = |observation| match observation {
        Observation::Event(event) => event,
        other => panic!("not an event: {other:?}"),
    };
    parsed.observations.into_iter().map(event).collect()
}

fn pretty(events: &[Event]) -> String {
    serde_json::to_string_pretty(events).unwrap()
}

/// The only event of a JSON request with this record.
fn record(record: &str) -> Event {
    let body = format!(r#"{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{record}]}}]}}]}}"#);
    events(read(Format::Json, body)).pop().unwrap()
}

/// What the exporter of the JavaScript SDK sends (times and ids as text, counts as numbers).
const JAVASCRIPT: &str = r#"{"resourceLogs":[{"resource":{"attributes":[
    {"key":"service.name","value":{"stringValue":"checkout"}},{"key":"host.name","value":{"stringValue":"web-1"}},
    {"key":"telemetry.sdk.language","value":{"stringValue":"nodejs"}},
    {"key":"process.pid","value":{"intValue":4711}},
    {"key":"process.command_args","value":{"arrayValue":{"values":[{"stringValue":"node"},{"stringValue":"a.js"}]}}}],
    "droppedAttributesCount":0},"scopeLogs":[{"scope":{"name":"example","version":"1.0.0"},"logRecords":[
    {"timeUnixNano":"1795175999123000000","observedTimeUnixNano":"1795175999124000000","severityNumber":17,
     "severityText":"ERROR","body":{"stringValue":"payment failed"},"eventName":"payment",
     "attributes":[{"key":"enduser.id","value":{"stringValue":"ada"}},{"key":"user.name","value":{"stringValue":"Ada"}},
     {"key":"client.address","value":{"stringValue":"203.0.113.9"}},{"key":"retry","value":{"boolValue":false}},
     {"key":"cost","value":{"doubleValue":0.25}},{"key":"count","value":{"intValue":3}},
     {"key":"card","value":{"kvlistValue":{"values":[{"key":"brand","value":{"stringValue":"x"}},
       {"key":"years","value":{"arrayValue":{"values":[{"intValue":"26"},{},{"kvlistValue":{"values":[
       {"key":"k","value":{"boolValue":true}}]}}]}}}]}}}],
     "droppedAttributesCount":2,"flags":1,"traceId":"1f5cd1e2b2c84d0e8a3b5e7d9f001122","spanId":"00000000000000aa"}
    ]}]}]}"#;

/// The example of the specification: upper-case ids, integers as text, no flags.
const SPECIFICATION: &str = r#"{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":
    "my.service"}}]},"scopeLogs":[{"scope":{"name":"my.library","version":"1.0.0","attributes":[{"key":"my.scope.attribute",
    "value":{"stringValue":"some scope attribute"}}]},"logRecords":[{"timeUnixNano":"1544712660300000000",
    "observedTimeUnixNano":"1544712660300000000","severityNumber":10,"severityText":"Information",
    "traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174","body":{"stringValue":"Example log record"},
    "attributes":[{"key":"string.attribute","value":{"stringValue":"some string"}},{"key":"boolean.attribute",
    "value":{"boolValue":true}},{"key":"int.attribute","value":{"intValue":"10"}},{"key":"double.attribute",
    "value":{"doubleValue":637.704}},{"key":"map.attribute","value":{"kvlistValue":{"values":[{"key":"some.map.key",
    "value":{"stringValue":"some value"}}]}}}]}]}]}]}"#;

#[test]
fn requests_of_sdks() {
    insta::assert_snapshot!("javascript", pretty(&events(read(Format::Json, JAVASCRIPT))));
    insta::assert_snapshot!("specification", pretty(&events(read(Format::Json, SPECIFICATION))));
}

#[test]
fn quirks_of_json_writers() {
    let plain = record(r#"{"body":{"stringValue":"m"}}"#);
    assert_eq!((plain.message.as_str(), plain.kind.as_str(), plain.time), ("m", "log", received()));
    for same in [
        r#"{"body":{"stringValue":"m"},"attributes":null,"traceId":null,"timeUnixNano":null,"severityNumber":null}"#,
        r#"{"body":{"stringValue":"m"},"attributes":[],"traceId":"","spanId":"","timeUnixNano":"0","eventName":""}"#,
        r#"{"body":{"stringValue":"m"},"timeUnixNano":0,"observedTimeUnixNano":"0","unknown":{"deep":[1]},"flags":1}"#,
        r#"{"body":{"stringValue":"m","future":1},"traceId":"00000000000000000000000000000000"}"#,
    ] {
        assert_eq!(record(same), plain, "{same}");
    }
    for (value, wanted) in [
        (r#"{"doubleValue":"NaN"}"#, "NaN"),
        (r#"{"doubleValue":"-Infinity"}"#, "-inf"),
        (r#"{"doubleValue":2}"#, "2"),
        (r#"{"intValue":"-9223372036854775808"}"#, "-9223372036854775808"),
        (r#"{"intValue":7}"#, "7"),
        (r#"{"intValue":1e3}"#, "1000"),
        (r#"{"arrayValue":{}}"#, "[]"),
        (r#"{"arrayValue":{"values":null}}"#, "[]"),
        (r#"{"kvlistValue":{}}"#, "{}"),
        (r#"{"bytesValue":"aGk="}"#, "aGk="),
        (r#"{"bytesValue":"aGk"}"#, "aGk="),
        ("{}", "null"),
        ("null", "null"),
    ] {
        let event = record(&format!(r#"{{"attributes":[{{"key":"k","value":{value}}}]}}"#));
        assert_eq!(event.attributes.len(), 1, "{value}");
        assert_eq!(
            (event.attributes[0].0.as_str(), event.attributes[0].1.to_string().as_str()),
            ("k", wanted),
            "{value}"
        );
    }
    assert_eq!(record(r#"{"attributes":[{"key":"k"}]}"#).attributes.len(), 1);
    let nanos = |record: &str| self::record(record).time.nanos();
    assert_eq!(nanos(r#"{"timeUnixNano":1795175999123456789}"#), 1_795_175_999_123_456_789);
    assert_eq!(nanos(r#"{"observedTimeUnixNano":"1795175999123456789"}"#), 1_795_175_999_123_456_789);
    assert_eq!(nanos(r#"{"timeUnixNano":1.795175999e18}"#), 1_795_175_999_000_000_000);
}

#[test]
fn severities() {
    for (fields, wanted) in [
        (r#""severityNumber":0"#, Severity::Informational),
        (r#""severityNumber":9,"severityText":"ERROR""#, Severity::Informational),
        (r#""severityNumber":13"#, Severity::Medium),
        (r#""severityNumber":"SEVERITY_NUMBER_ERROR""#, Severity::High),
        (r#""severityNumber":24"#, Severity::Critical),
        (r#""severityNumber":99,"severityText":"warn""#, Severity::Medium),
        (r#""severityText":"Fatal""#, Severity::Critical),
        (r#""severityText":"loud""#, Severity::Informational),
    ] {
        let event = record(&format!("{{{fields}}}"));
        assert_eq!(event.severity, wanted, "{fields}");
        let has_text = event.attributes.iter().any(|(key, _)| key == "severity_text");
        assert_eq!(has_text, fields.contains("severityText"), "{fields}");
    }
}

#[test]
fn a_clock_that_is_far_off_is_said_and_replaced() {
    for time in ["18446744073709551615", "9200000000000000000", "1895175999000000000"] {
        let body = format!(r#"{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{{"timeUnixNano":"{time}"}}]}}]}}]}}"#);
        let event = events(read(Format::Json, body)).pop().unwrap();
        assert_eq!((event.time, event.attributes[0].0.as_str()), (received(), "otel.time_problem"), "{time}");
    }
}

fn text(text: &str) -> AnyValue {
    AnyValue { value: Some(Any::StringValue(text.to_owned())) }
}

fn pair(key: &str, value: AnyValue) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(value), ..KeyValue::default() }
}

fn request(records: Vec<LogRecord>) -> ExportLogsServiceRequest {
    let scope = InstrumentationScope { name: "lib".into(), version: "2".into(), ..InstrumentationScope::default() };
    let scope_logs = vec![ScopeLogs { scope: Some(scope), log_records: records, ..ScopeLogs::default() }];
    let attributes = vec![pair("service.name", text("svc")), pair("host.name", text("h")), pair("zone", text("eu"))];
    let resource = Some(Resource { attributes, ..Resource::default() });
    ExportLogsServiceRequest { resource_logs: vec![ResourceLogs { resource, scope_logs, ..ResourceLogs::default() }] }
}

fn full_record() -> LogRecord {
    let list = ArrayValue { values: vec![text("a"), AnyValue { value: Some(Any::BytesValue(b"hi".to_vec())) }] };
    let map = KeyValueList { values: vec![pair("inner", text("x"))] };
    LogRecord {
        time_unix_nano: 1_795_175_999_000_000_001,
        severity_number: 13,
        severity_text: "WARN".into(),
        body: Some(AnyValue { value: Some(Any::KvlistValue(map.clone())) }),
        attributes: vec![
            pair("list", AnyValue { value: Some(Any::ArrayValue(list)) }),
            pair("map", AnyValue { value: Some(Any::KvlistValue(map)) }),
            pair("event.name", text("login")),
            pair("user.id", AnyValue { value: Some(Any::IntValue(1001)) }),
            pair("net.peer.ip", text("203.0.113.9")),
            pair("source.address", text("198.51.100.1")),
        ],
        trace_id: (0..16).collect(),
        span_id: vec![0xAB; 8],
        ..LogRecord::default()
    }
}

#[test]
fn protobuf_and_json_say_the_same() {
    let request = request(vec![full_record(), LogRecord::default()]);
    let from_protobuf = events(read(Format::Protobuf, request.encode_to_vec()));
    let from_json = events(read(Format::Json, serde_json::to_vec(&request).unwrap()));
    assert_eq!(from_protobuf, from_json);
    insta::assert_snapshot!("protobuf", pretty(&from_protobuf));
}

/// One message field in the encoding of Protocol Buffers.
fn field(tag: u8, bytes: &[u8]) -> Vec<u8> {
    let mut field = vec![tag << 3 | 2];
    prost::encode_length_delimiter(bytes.len(), &mut field).unwrap();
    field.extend_from_slice(bytes);
    field
}

#[test]
fn a_bad_record_costs_only_itself() {
    let good = LogRecord { body: Some(text("good")), ..LogRecord::default() }.encode_to_vec();
    let invalid_utf8 = field(3, b"\xFF");
    let mut deep = text("x");
    for _ in 0..200 {
        deep = AnyValue { value: Some(Any::ArrayValue(ArrayValue { values: vec![deep] })) };
    }
    let deep = LogRecord { body: Some(deep), ..LogRecord::default() }.encode_to_vec();
    let large = LogRecord { body: Some(text(&"x".repeat(2 << 20))), ..LogRecord::default() }.encode_to_vec();
    for bad in [invalid_utf8, deep, large] {
        let records = [&good, &bad, &good].map(|record| field(2, record)).concat();
        // Unknown fields of every wire type come before, and the resource after what it is about.
        let resource = field(
            1,
            &Resource { attributes: vec![pair("service.name", text("late"))], ..Resource::default() }.encode_to_vec(),
        );
        let unknown = [&[0x50, 1, 0x59, 0, 0, 0, 0, 0, 0, 0, 0, 0x5D, 0, 0, 0, 0][..], &field(12, b"new")].concat();
        let body = field(1, &[unknown, field(2, &records), resource].concat());
        let parsed = read(Format::Protobuf, body);
        assert_eq!((parsed.observations.len(), parsed.rejected()), (2, 1));
        assert_eq!(parsed.problems[0].place, Some(Place::Event(2)));
        let Observation::Event(event) = &parsed.observations[1] else { panic!("an event") };
        assert_eq!((event.message.as_str(), event.service.as_str()), ("good", "late"));
    }
    let json = r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{},{"timeUnixNano":"noon"},{"body":7},{"body":{"bytesValue":"?"}},{}]}]}]}"#;
    let parsed = read(Format::Json, json);
    let problems: Vec<_> = parsed.problems.iter().map(ToString::to_string).collect();
    assert_eq!(parsed.observations.len(), 2);
    insta::assert_snapshot!(problems.join("\n"), @r#"
    event 2: a number is expected, and is malformed or out of range, at line 1, column 23
    event 3: expected an AnyValue object, at line 1, column 9
    event 4: bytesValue is not base64, at line 1, column 26
    "#);
}

#[test]
fn depth_is_limited_and_costs_no_stack() {
    for levels in [30, 70, 1_000, 100_000] {
        let value = format!("{}{}", r#"{"arrayValue":{"values":["#.repeat(levels), "]}}".repeat(levels));
        let body = format!(r#"{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{{"body":{value}}},{{}}]}}]}}]}}"#);
        let limits = Limits { line_bytes: 64 << 20, value_bytes: 64 << 20, ..Limits::default() };
        let parsed = try_read(Format::Json, body.as_bytes(), limits).unwrap();
        let kept = if levels == 30 { 2 } else { 1 };
        assert_eq!(parsed.observations.len(), kept, "{levels}");
    }
    let unclosed = r#"{"resourceLogs":["#.repeat(100_000);
    assert_eq!(try_read(Format::Json, unclosed.as_bytes(), Limits::default()).unwrap_err().status(), 400);
    let limits = Limits { depth: 2, ..Limits::default() };
    let mut nested = text("x");
    for _ in 0..3 {
        nested = AnyValue { value: Some(Any::KvlistValue(KeyValueList { values: vec![pair("k", nested)] })) };
    }
    let record = LogRecord { attributes: vec![pair("a", nested)], ..LogRecord::default() };
    let parsed = try_read(Format::Protobuf, &request(vec![record]).encode_to_vec(), limits).unwrap();
    assert_eq!(parsed.problems[0].message, "it is nested too deep at 'a.k.k': flatten it");
}

#[test]
fn broken_requests_are_malformed() {
    let whole = request(vec![full_record()]).encode_to_vec();
    for (format, body) in [
        (Format::Protobuf, &whole[..whole.len() - 1]),
        (Format::Protobuf, b"{\"resourceLogs\":[]}"),
        (Format::Protobuf, b"\x0A\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"),
        (Format::Json, b""),
        (Format::Json, b"[]x"),
        (Format::Json, b"\xFF"),
        (Format::Json, &whole),
        (Format::Json, b"{\"resourceLogs\":{}}"),
    ] {
        assert_eq!(try_read(format, body, Limits::default()).unwrap_err().status(), 400, "{format:?} {body:?}");
    }
    for (format, body) in [(Format::Protobuf, ""), (Format::Json, "{}"), (Format::Json, r#"{"resourceLogs":null}"#)] {
        assert_eq!(read(format, body), Parsed::default());
    }
}

#[test]
fn small_bodies_cannot_ask_for_much() {
    let empty_records = field(1, &field(2, &field(2, b"").repeat(200_000)));
    let limits = Limits::default();
    assert_eq!(try_read(Format::Protobuf, &empty_records, limits), Err(SourceError::TooManyEvents { max: 100_000 }));

    // A resource of 1 MB that 10,000 records repeat would take 10 GB.
    let attributes = vec![pair("a", text(&"x".repeat(1_000_000)))];
    let resource = Some(Resource { attributes, ..Resource::default() });
    let scope_logs = vec![ScopeLogs { log_records: vec![LogRecord::default(); 10_000], ..ScopeLogs::default() }];
    let request = ExportLogsServiceRequest {
        resource_logs: vec![ResourceLogs { resource, scope_logs, ..ResourceLogs::default() }],
    };
    let refused = try_read(Format::Protobuf, &request.encode_to_vec(), limits).unwrap_err();
    assert_eq!(refused.status(), 413);

    let many = Resource { attributes: vec![pair("a", text("x")); 300], ..Resource::default() };
    let logs = ResourceLogs {
        resource: Some(many),
        scope_logs: vec![ScopeLogs { log_records: vec![LogRecord::default()], ..ScopeLogs::default() }],
        ..ResourceLogs::default()
    };
    let parsed = read(Format::Protobuf, ExportLogsServiceRequest { resource_logs: vec![logs] }.encode_to_vec());
    assert_eq!(
        parsed.problems[0].to_string(),
        "event 1: its resource is refused: the event has more than 256 attributes: send fewer"
    );
}

#[test]
fn answers() {
    let respond = SOURCES[1].respond;
    let good = Receipt { accepted: 3, ..Receipt::default() };
    assert_eq!(respond(Format::Json, &good), b"{}");
    assert_eq!(ExportLogsServiceResponse::decode(&respond(Format::Protobuf, &good)[..]).unwrap().partial_success, None);

    let problems = vec![Problem { place: Some(Place::Event(2)), message: "it is odd".into() }];
    let partly = Receipt { accepted: 1, rejected: 4, problems };
    let json = String::from_utf8(respond(Format::Json, &partly)).unwrap();
    assert_eq!(
        json,
        r#"{"partialSuccess":{"rejectedLogRecords":"4","errorMessage":"event 2: it is odd; and 3 more"}}"#
    );
    let answer = ExportLogsServiceResponse::decode(&respond(Format::Protobuf, &partly)[..]).unwrap();
    let partial = answer.partial_success.unwrap();
    assert_eq!((partial.rejected_log_records, partial.error_message.as_str()), (4, "event 2: it is odd; and 3 more"));
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(body in proptest::collection::vec(any::<u8>(), 0..300)) {
        for format in Format::ALL {
            let _ = try_read(format, &body, Limits::default());
        }
    }

    #[test]
    fn damaged_requests_never_panic(place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let request = request(vec![full_record(), full_record()]);
        for (format, mut body) in
            [(Format::Protobuf, request.encode_to_vec()), (Format::Json, serde_json::to_vec(&request).unwrap())]
        {
            let place = place.index(body.len());
            body[place] = byte;
            let _ = try_read(format, &body, Limits::default());
            body.truncate(place);
            let _ = try_read(format, &body, Limits::default());
        }
    }
}
