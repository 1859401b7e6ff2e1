//! How fast bodies become observations, on one core: NDJSON events of about 300 bytes, the same as an array, and OTLP
//! logs, metrics and traces; Prometheus remote write and the text of targets; statsd.
//!
//! `cargo bench -p palisade-sources` prints events a second and bytes a second.
#![allow(missing_docs, reason = "a benchmark has no readers of its documentation")]

use divan::{
    Bencher,
    counter::{BytesCount, ItemsCount},
};
use opentelemetry_proto::tonic::{
    collector::{
        logs::v1::ExportLogsServiceRequest, metrics::v1::ExportMetricsServiceRequest,
        trace::v1::ExportTraceServiceRequest,
    },
    common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value::Value},
    logs::v1::{LogRecord, ResourceLogs, ScopeLogs},
    metrics::v1::{
        AggregationTemporality, Histogram, HistogramDataPoint, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics,
        Sum, metric::Data, number_data_point::Value as Number,
    },
    resource::v1::Resource,
    trace::v1::{ResourceSpans, ScopeSpans, Span, span::Event},
};
use palisade_model::Timestamp;
use palisade_sources::{
    Context, Format, Limits, SOURCES, Source,
    exposition::{Dialect, Target, read},
    statsd::{Aggregator, Bounds},
};
use prost::Message;
use std::fmt::Write;

/// The allocator of the binary, since reading is half allocating.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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

const TIME: u64 = 1_795_176_000_000_000_000;

fn resource() -> Option<Resource> {
    let attributes = vec![text("service.name", "checkout"), text("host.name", "web-1"), text("k8s.pod.name", "pod-1")];
    Some(Resource { attributes, ..Resource::default() })
}

fn scope() -> Option<InstrumentationScope> {
    Some(InstrumentationScope { name: "checkout.http".to_owned(), ..InstrumentationScope::default() })
}

fn request() -> ExportLogsServiceRequest {
    let record = |number: usize| LogRecord {
        time_unix_nano: TIME + number as u64,
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
    let scope_logs =
        ScopeLogs { scope: scope(), log_records: (0..EVENTS).map(record).collect(), ..ScopeLogs::default() };
    ExportLogsServiceRequest {
        resource_logs: vec![ResourceLogs {
            resource: resource(),
            scope_logs: vec![scope_logs],
            ..ResourceLogs::default()
        }],
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

/// Ten metrics, each with a hundred points of three attributes.
fn metrics(data: impl Fn(usize) -> Data) -> ExportMetricsServiceRequest {
    let metric = |number: usize| Metric {
        name: format!("http.server.request.count.{number}"),
        unit: "{request}".to_owned(),
        data: Some(data(number)),
        ..Metric::default()
    };
    let scope_metrics = ScopeMetrics { scope: scope(), metrics: (0..10).map(metric).collect(), ..Default::default() };
    ExportMetricsServiceRequest {
        resource_metrics: vec![ResourceMetrics {
            resource: resource(),
            scope_metrics: vec![scope_metrics],
            ..ResourceMetrics::default()
        }],
    }
}

fn labels(number: usize) -> Vec<KeyValue> {
    vec![
        text("http.route", &format!("/api/cart/{}", number % 50)),
        text("http.request.method", "GET"),
        text("http.response.status_code", "200"),
    ]
}

fn counters() -> ExportMetricsServiceRequest {
    let point = |number: usize| NumberDataPoint {
        attributes: labels(number),
        start_time_unix_nano: TIME,
        time_unix_nano: TIME + number as u64,
        value: Some(Number::AsInt(number as i64)),
        ..NumberDataPoint::default()
    };
    metrics(|_| {
        Data::Sum(Sum {
            data_points: (0..EVENTS / 10).map(point).collect(),
            aggregation_temporality: AggregationTemporality::Cumulative as i32,
            is_monotonic: true,
        })
    })
}

fn histograms() -> ExportMetricsServiceRequest {
    let point = |number: usize| HistogramDataPoint {
        attributes: labels(number),
        start_time_unix_nano: TIME,
        time_unix_nano: TIME + number as u64,
        count: 15,
        sum: Some(100.0),
        bucket_counts: vec![1; 15],
        explicit_bounds: (1..15).map(f64::from).collect(),
        ..HistogramDataPoint::default()
    };
    metrics(|_| {
        Data::Histogram(Histogram {
            data_points: (0..EVENTS / 10).map(point).collect(),
            aggregation_temporality: AggregationTemporality::Cumulative as i32,
        })
    })
}

#[divan::bench]
fn otlp_counters_protobuf(bencher: Bencher<'_, '_>) {
    run(bencher, "otlp-metrics", Format::Protobuf, &counters().encode_to_vec());
}

#[divan::bench]
fn otlp_counters_json(bencher: Bencher<'_, '_>) {
    let body = serde_json::to_vec(&counters()).expect("a message can be written as JSON");
    run(bencher, "otlp-metrics", Format::Json, &body);
}

#[divan::bench]
fn otlp_histograms_protobuf(bencher: Bencher<'_, '_>) {
    run(bencher, "otlp-metrics", Format::Protobuf, &histograms().encode_to_vec());
}

/// Spans with five attributes and one event.
fn spans() -> ExportTraceServiceRequest {
    let span = |number: usize| Span {
        trace_id: vec![7; 16],
        span_id: (number as u64 + 1).to_be_bytes().to_vec(),
        parent_span_id: vec![9; 8],
        name: "GET /api/cart".to_owned(),
        kind: 2,
        start_time_unix_nano: TIME,
        end_time_unix_nano: TIME + number as u64,
        attributes: [labels(number), vec![text("server.address", "web-1"), text("user_agent.original", "curl")]]
            .concat(),
        events: vec![Event { time_unix_nano: TIME, name: "cache.miss".to_owned(), ..Event::default() }],
        ..Span::default()
    };
    let scope_spans = ScopeSpans { scope: scope(), spans: (0..EVENTS).map(span).collect(), ..ScopeSpans::default() };
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            resource: resource(),
            scope_spans: vec![scope_spans],
            ..ResourceSpans::default()
        }],
    }
}

#[divan::bench]
fn otlp_traces_protobuf(bencher: Bencher<'_, '_>) {
    run(bencher, "otlp-traces", Format::Protobuf, &spans().encode_to_vec());
}

#[divan::bench]
fn otlp_traces_json(bencher: Bencher<'_, '_>) {
    let body = serde_json::to_vec(&spans()).expect("a message can be written as JSON");
    run(bencher, "otlp-traces", Format::Json, &body);
}

/// `prometheus.WriteRequest` as Prometheus sends it: one sample a series, labels as node-exporter has them.
#[derive(Clone, PartialEq, Message)]
struct WriteRequest {
    #[prost(message, repeated, tag = "1")]
    timeseries: Vec<TimeSeries>,
}

#[derive(Clone, PartialEq, Message)]
struct TimeSeries {
    #[prost(message, repeated, tag = "1")]
    labels: Vec<Label>,
    #[prost(message, repeated, tag = "2")]
    samples: Vec<Sample>,
}

#[derive(Clone, PartialEq, Message)]
struct Label {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(string, tag = "2")]
    value: String,
}

#[derive(Clone, Copy, PartialEq, Message)]
struct Sample {
    #[prost(double, tag = "1")]
    value: f64,
    #[prost(int64, tag = "2")]
    timestamp: i64,
}

fn write_request(samples: usize) -> Vec<u8> {
    let label = |name: &str, value: String| Label { name: name.to_owned(), value };
    let series = |number: usize| TimeSeries {
        labels: vec![
            label("__name__", "node_cpu_seconds_total".to_owned()),
            label("cpu", (number % 64).to_string()),
            label("instance", format!("10.0.0.{}:9100", number % 250)),
            label("job", "node".to_owned()),
            label("mode", "system".to_owned()),
        ],
        samples: (0..samples)
            .map(|sample| Sample { value: number as f64, timestamp: 1_795_176_000_000 + sample as i64 * 15_000 })
            .collect(),
    };
    WriteRequest { timeseries: (0..EVENTS / samples).map(series).collect() }.encode_to_vec()
}

#[divan::bench(args = [1, 10])]
fn remote_write(bencher: Bencher<'_, '_>, samples_per_series: usize) {
    run(bencher, "prometheus-remote-write", Format::Protobuf, &write_request(samples_per_series));
}

#[divan::bench]
fn exposition_text(bencher: Bencher<'_, '_>) {
    let mut text = "# TYPE node_cpu_seconds_total counter\n".to_owned();
    for number in 0..EVENTS {
        let _ = writeln!(text, "node_cpu_seconds_total{{cpu=\"{}\",mode=\"m{number}\"}} {number}.25", number % 64);
    }
    let limits = Limits::default();
    let received = Timestamp::parse("2026-11-20T13:00:00Z").expect("a valid time");
    let context = Context { received, limits: &limits };
    let target = Target { service: "node", host: "10.0.0.1:9100", labels: &[] };
    let read = |text: &[u8]| read(Dialect::Text, text, &target, &context).expect("a valid text");
    assert_eq!(read(text.as_bytes()).parsed.observations.len(), EVENTS);
    bencher
        .counter(ItemsCount::new(EVENTS))
        .counter(BytesCount::new(text.len()))
        .bench(|| read(divan::black_box(text.as_bytes())));
}

#[divan::bench]
fn statsd_lines(bencher: Bencher<'_, '_>) {
    let lines: Vec<String> = (0..EVENTS)
        .map(|number| {
            format!("checkout.requests:{number}|{}|#env:prod,shop:s{}", ["c", "ms", "g"][number % 3], number % 50)
        })
        .collect();
    let text = lines.join("\n");
    let time = Timestamp::parse("2026-11-20T13:00:00Z").expect("a valid time");
    let mut aggregator = Aggregator::new(Limits::default(), Bounds::default(), time);
    assert_eq!(aggregator.take(text.as_bytes()).accepted, EVENTS);
    bencher
        .counter(ItemsCount::new(EVENTS))
        .counter(BytesCount::new(text.len()))
        .bench_local(|| aggregator.take(divan::black_box(text.as_bytes())));
}
