//! OTLP traces: requests as SDKs send them, in both encodings, and hostile ones.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]

use opentelemetry_proto::tonic::{
    collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse},
    common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value::Value as Any},
    resource::v1::Resource,
    trace::v1::{
        ResourceSpans, ScopeSpans, Span as OtlpSpan, Status,
        span::{Event, Link},
    },
};
use palisade_model::{Observation, Span, Timestamp, Value};
use palisade_sources::{Context, Format, Limits, Parsed, Place, Problem, Receipt, SOURCES, Source, SourceError};
use proptest::prelude::*;
use prost::Message;

const START: u64 = 1_795_175_999_000_000_000;

fn source() -> &'static Source {
    SOURCES.iter().find(|source| source.name == "otlp-traces").unwrap()
}

fn received() -> Timestamp {
    Timestamp::parse("2026-11-20T12:00:00Z").unwrap()
}

fn try_read(format: Format, body: &[u8], limits: Limits) -> Result<Parsed, SourceError> {
    (source().read)(format, body, &Context { received: received(), limits: &limits })
}

fn read(format: Format, body: impl AsRef<[u8]>) -> Parsed {
    try_read(format, body.as_ref(), Limits::default()).unwrap()
}

fn spans(parsed: Parsed) -> Vec<Span> {
    assert_eq!(parsed.problems, []);
    let span = |observation| match observation {
        Observation::Span(span) => span,
        other => panic!("not a span: {other:?}"),
    };
    parsed.observations.into_iter().map(span).collect()
}

fn one(span: OtlpSpan) -> Span {
    spans(read(Format::Protobuf, request(vec![span]).encode_to_vec())).remove(0)
}

fn attribute<'s>(attributes: &'s [(String, Value)], wanted: &str) -> Option<&'s Value> {
    attributes.iter().find(|(key, _)| key == wanted).map(|(_, value)| value)
}

fn text(text: &str) -> AnyValue {
    AnyValue { value: Some(Any::StringValue(text.to_owned())) }
}

fn pair(key: &str, value: AnyValue) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(value), ..KeyValue::default() }
}

fn request(spans: Vec<OtlpSpan>) -> ExportTraceServiceRequest {
    let scope = InstrumentationScope { name: "lib".into(), version: "2".into(), ..InstrumentationScope::default() };
    let scope_spans = vec![ScopeSpans { scope: Some(scope), spans, ..ScopeSpans::default() }];
    let attributes = vec![pair("service.name", text("svc")), pair("host.name", text("h")), pair("zone", text("eu"))];
    let resource = Some(Resource { attributes, ..Resource::default() });
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans { resource, scope_spans, ..ResourceSpans::default() }],
    }
}

fn plain() -> OtlpSpan {
    OtlpSpan {
        trace_id: (1..=16).collect(),
        span_id: vec![0xAB; 8],
        name: "GET /a".into(),
        start_time_unix_nano: START,
        end_time_unix_nano: START + 250,
        ..OtlpSpan::default()
    }
}

fn full() -> OtlpSpan {
    let event = Event {
        time_unix_nano: START + 100,
        name: "exception".into(),
        attributes: vec![pair("exception.message", text("no"))],
        dropped_attributes_count: 1,
    };
    let link = Link {
        trace_id: vec![7; 16],
        span_id: vec![8; 8],
        trace_state: "b=2".into(),
        attributes: vec![pair("why", text("batch"))],
        dropped_attributes_count: 2,
        flags: 1,
    };
    OtlpSpan {
        trace_state: "a=1".into(),
        parent_span_id: vec![0xCD; 8],
        flags: 1,
        kind: 3,
        attributes: vec![pair("http.request.method", text("GET"))],
        dropped_attributes_count: 3,
        events: vec![event],
        dropped_events_count: 4,
        links: vec![link],
        dropped_links_count: 5,
        status: Some(Status { code: 2, message: "refused".into() }),
        ..plain()
    }
}

#[test]
fn protobuf_and_json_say_the_same() {
    let request = request(vec![full(), plain()]);
    let from_protobuf = spans(read(Format::Protobuf, request.encode_to_vec()));
    let from_json = spans(read(Format::Json, serde_json::to_vec(&request).unwrap()));
    assert_eq!(from_protobuf, from_json);
    insta::assert_snapshot!("protobuf", serde_json::to_string_pretty(&from_protobuf).unwrap());
}

/// The example of the specification: upper-case ids, a number as kind.
const SPECIFICATION: &str = r#"{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":
    "my.service"}}]},"scopeSpans":[{"scope":{"name":"my.library","version":"1.0.0","attributes":[{"key":"my.scope.attribute",
    "value":{"stringValue":"some scope attribute"}}]},"spans":[{"traceId":"5B8EFFF798038103D269B633813FC60C",
    "spanId":"EEE19B7EC3C1B174","parentSpanId":"EEE19B7EC3C1B173","name":"I'm a server span",
    "startTimeUnixNano":"1544712660000000000","endTimeUnixNano":"1544712661000000000","kind":2,
    "attributes":[{"key":"my.span.attr","value":{"stringValue":"some value"}}],"status":{}}]}]}]}"#;

/// What the exporter of the JavaScript SDK sends.
const JAVASCRIPT: &str = r#"{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":
    "checkout"}}],"droppedAttributesCount":0},"scopeSpans":[{"scope":{"name":"tracer"},"spans":[
    {"traceId":"1f5cd1e2b2c84d0e8a3b5e7d9f001122","spanId":"00000000000000aa","traceState":null,"name":"pay","kind":
     "SPAN_KIND_CLIENT","startTimeUnixNano":"1795175999000000000","endTimeUnixNano":"1795175999001500000","attributes":
     [{"key":"amount","value":{"intValue":5}}],"droppedAttributesCount":0,"events":[{"attributes":[],"name":"sent",
     "timeUnixNano":"1795175999001000000","droppedAttributesCount":0}],"droppedEventsCount":0,"status":{"code":
     "STATUS_CODE_OK"},"links":[],"droppedLinksCount":0,"flags":257}]}]}]}"#;

#[test]
fn requests_of_sdks() {
    let pretty = |body| serde_json::to_string_pretty(&spans(read(Format::Json, body))).unwrap();
    insta::assert_snapshot!("specification", pretty(SPECIFICATION));
    insta::assert_snapshot!("javascript", pretty(JAVASCRIPT));
}

#[test]
fn kinds_and_states() {
    for (number, kind) in
        [(0, ""), (1, "internal"), (2, "server"), (3, "client"), (4, "producer"), (5, "consumer"), (6, ""), (-1, "")]
    {
        assert_eq!(one(OtlpSpan { kind: number, ..plain() }).kind, kind);
    }
    for (code, failed, status_code) in [(0, false, None), (1, false, Some("OK")), (2, true, None), (9, false, None)] {
        let span = one(OtlpSpan { status: Some(Status { code, message: "m".into() }), ..plain() });
        assert_eq!((span.failed, span.status_message.as_str()), (failed, "m"));
        assert_eq!(attribute(&span.attributes, "otel.status_code"), status_code.map(Value::from).as_ref(), "{code}");
    }
}

#[test]
fn times() {
    for (start, end, time, duration, problem) in [
        (START, START, START, 0, None),
        (START, START - 1, START, 0, Some("it ends before it starts: its duration is not known")),
        (START, 0, START, 0, Some("it says no end: its duration is not known")),
        (0, START, 0, 0, Some("it says no start: its duration is not known")),
        (1, u64::MAX, 1, 0, Some("it takes longer than 292 years")),
        (u64::MAX - 5, u64::MAX, 0, 5, Some("18446744073709551610 ns lie beyond the year 2261")),
    ] {
        let span = one(OtlpSpan { start_time_unix_nano: start, end_time_unix_nano: end, ..plain() });
        let wanted = if time == 0 { received() } else { Timestamp::from_nanos(i64::try_from(time).unwrap()) };
        assert_eq!((span.time, span.duration_ns), (wanted, duration), "{start} {end}");
        assert_eq!(attribute(&span.attributes, "otel.time_problem"), problem.map(Value::from).as_ref());
    }
    let event = |time_unix_nano| Event { time_unix_nano, ..Event::default() };
    let span = one(OtlpSpan { events: vec![event(0), event(u64::MAX), event(START + 1)], ..plain() });
    assert_eq!(span.events.iter().map(|event| event.time == span.time).collect::<Vec<_>>(), [true, true, false]);
    assert!(attribute(&span.events[1].attributes, "otel.time_problem").is_some());
}

#[test]
fn ids() {
    assert_eq!(one(OtlpSpan { parent_span_id: vec![0; 8], ..plain() }).parent_span_id, "");
    let nowhere = Link { trace_id: vec![0; 16], attributes: vec![pair("k", text("v"))], ..Link::default() };
    assert_eq!(one(OtlpSpan { links: vec![nowhere], ..plain() }).links[0].trace_id, "");
    for (bad, wanted) in [
        (OtlpSpan { trace_id: vec![], ..plain() }, "its trace id is missing or all zeros"),
        (OtlpSpan { trace_id: vec![0; 16], ..plain() }, "its trace id is missing or all zeros"),
        (OtlpSpan { trace_id: vec![1; 15], ..plain() }, "its trace id has 15 bytes instead of 16"),
        (OtlpSpan { span_id: vec![0; 8], ..plain() }, "its span id is missing or all zeros"),
        (OtlpSpan { span_id: vec![1; 16], ..plain() }, "its span id has 16 bytes instead of 8"),
        (OtlpSpan { parent_span_id: vec![1; 7], ..plain() }, "its parent span id has 7 bytes instead of 8"),
        (
            OtlpSpan { links: vec![Link { trace_id: vec![1; 3], ..Link::default() }], ..plain() },
            "its trace id of a link has 3 bytes instead of 16",
        ),
    ] {
        let request = request(vec![plain(), bad]);
        for parsed in
            [read(Format::Protobuf, request.encode_to_vec()), read(Format::Json, serde_json::to_vec(&request).unwrap())]
        {
            assert_eq!((parsed.observations.len(), parsed.problems.len()), (1, 1));
            assert_eq!(parsed.problems[0].to_string(), format!("span 2: {wanted}"));
        }
    }
    for id in ["xyz", "0", "5b8efff798038103d269b633813fc60\u{e9}"] {
        let body = format!(r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{"traceId":"{id}"}}]}}]}}]}}"#);
        assert!(read(Format::Json, body).problems[0].message.starts_with("an id is expected in hexadecimal digits"));
    }
}

#[test]
fn limits_hold_within_a_span() {
    let many = OtlpSpan {
        events: vec![Event::default(); 2_000],
        dropped_events_count: 1,
        links: vec![Link::default(); 1_025],
        ..plain()
    };
    let span = one(many);
    assert_eq!((span.events.len(), span.links.len()), (1_024, 1_024));
    assert_eq!(attribute(&span.attributes, "otel.dropped_events_count"), Some(&Value::Integer(977)));
    assert_eq!(attribute(&span.attributes, "otel.dropped_links_count"), Some(&Value::Integer(1)));
    let crowd = vec![pair("k", text("v")); 257];
    for (bad, wanted) in [
        (OtlpSpan { attributes: crowd.clone(), ..plain() }, "the span has more than 256 attributes: send fewer"),
        (
            OtlpSpan { events: vec![Event { attributes: crowd.clone(), ..Event::default() }], ..plain() },
            "the event of the span has more than 256 attributes: send fewer",
        ),
        (
            OtlpSpan { links: vec![Link { attributes: crowd, ..Link::default() }], ..plain() },
            "the link of the span has more than 256 attributes: send fewer",
        ),
        (OtlpSpan { name: "n".repeat(2 << 20), ..plain() }, "the span has 2097203 bytes; at most 1048576 are read"),
    ] {
        let parsed = read(Format::Protobuf, request(vec![bad, plain()]).encode_to_vec());
        assert_eq!((parsed.observations.len(), parsed.rejected()), (1, 1));
        assert_eq!(parsed.problems[0].message, wanted);
    }
}

#[test]
fn small_bodies_cannot_ask_for_much() {
    let limits = Limits::default();
    let body = request(vec![OtlpSpan::default(); 100_001]).encode_to_vec();
    assert_eq!(try_read(Format::Protobuf, &body, limits), Err(SourceError::TooManyEvents { max: 100_000 }));
    // Empty events are two bytes on the wire and a hundred times that in memory.
    let crowd = OtlpSpan { events: vec![Event::default(); 1_024], links: vec![Link::default(); 1_024], ..plain() };
    let refused = try_read(Format::Protobuf, &request(vec![crowd; 5_000]).encode_to_vec(), limits).unwrap_err();
    assert_eq!(refused.status(), 413);
}

#[test]
fn broken_requests_are_malformed() {
    let whole = request(vec![full()]).encode_to_vec();
    for (format, body) in [
        (Format::Protobuf, &whole[..whole.len() - 1]),
        (Format::Json, b"" as &[u8]),
        (Format::Json, b"[]"),
        (Format::Json, br#"{"resourceSpans":7}"#),
        (Format::Json, &whole),
    ] {
        assert_eq!(try_read(format, body, Limits::default()).unwrap_err().status(), 400, "{format:?}");
    }
}

#[test]
fn answers() {
    let respond = source().respond;
    let good = Receipt { accepted: 3, ..Receipt::default() };
    assert_eq!((respond(Format::Json, &good), respond(Format::Protobuf, &good)), (b"{}".to_vec(), Vec::new()));
    let problems = vec![Problem { place: Some(Place::Span(2)), message: "it is odd".into() }];
    let partly = Receipt { accepted: 1, rejected: 1, problems };
    assert_eq!(
        String::from_utf8(respond(Format::Json, &partly)).unwrap(),
        r#"{"partialSuccess":{"rejectedSpans":"1","errorMessage":"span 2: it is odd"}}"#
    );
    let answer = ExportTraceServiceResponse::decode(&respond(Format::Protobuf, &partly)[..]).unwrap();
    let partial = answer.partial_success.unwrap();
    assert_eq!((partial.rejected_spans, partial.error_message.as_str()), (1, "span 2: it is odd"));
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
        let request = request(vec![full(), full()]);
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
