//! OTLP metrics: requests as SDKs send them, in both encodings, and hostile ones.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]

use opentelemetry_proto::tonic::{
    collector::metrics::v1::{ExportMetricsServiceRequest, ExportMetricsServiceResponse},
    common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value::Value as Any},
    metrics::v1::{
        AggregationTemporality, Exemplar, ExponentialHistogram, ExponentialHistogramDataPoint, Gauge, Histogram,
        HistogramDataPoint, Metric as OtlpMetric, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum, Summary,
        SummaryDataPoint, exponential_histogram_data_point::Buckets, metric::Data, number_data_point::Value as Number,
        summary_data_point::ValueAtQuantile,
    },
    resource::v1::Resource,
};
use palisade_model::{Metric, MetricKind, Observation, Timestamp};
use palisade_sources::{Context, Format, Limits, Parsed, Place, Problem, Receipt, SOURCES, Source, SourceError};
use proptest::prelude::*;
use prost::Message;

const TIME: u64 = 1_795_175_999_000_000_001;
const START: u64 = 1_795_175_000_000_000_000;

fn source() -> &'static Source {
    SOURCES.iter().find(|source| source.name == "otlp-metrics").unwrap()
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

fn metrics(parsed: Parsed) -> Vec<Metric> {
    assert_eq!(parsed.problems, []);
    let metric = |observation| match observation {
        Observation::Metric(metric) => metric,
        other => panic!("not a metric: {other:?}"),
    };
    parsed.observations.into_iter().map(metric).collect()
}

fn pretty(metrics: &[Metric]) -> String {
    serde_json::to_string_pretty(metrics).unwrap()
}

fn json(metric: &str) -> Parsed {
    read(Format::Json, format!(r#"{{"resourceMetrics":[{{"scopeMetrics":[{{"metrics":[{metric}]}}]}}]}}"#))
}

fn problem(parsed: &Parsed) -> String {
    assert_eq!((parsed.observations.len(), parsed.rejected()), (0, 1), "{parsed:?}");
    parsed.problems[0].to_string()
}

fn text(text: &str) -> AnyValue {
    AnyValue { value: Some(Any::StringValue(text.to_owned())) }
}

fn pair(key: &str, value: AnyValue) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(value), ..KeyValue::default() }
}

fn metric(name: &str, data: Data) -> OtlpMetric {
    let metadata = vec![pair("prometheus.type", text("counter"))];
    OtlpMetric { name: name.into(), description: "What it is".into(), unit: "s".into(), metadata, data: Some(data) }
}

fn request(metrics: Vec<OtlpMetric>) -> ExportMetricsServiceRequest {
    let scope = InstrumentationScope { name: "lib".into(), version: "2".into(), ..InstrumentationScope::default() };
    let scope_metrics = vec![ScopeMetrics { scope: Some(scope), metrics, ..ScopeMetrics::default() }];
    let attributes = vec![pair("service.name", text("svc")), pair("host.name", text("h")), pair("zone", text("eu"))];
    let resource = Some(Resource { attributes, ..Resource::default() });
    ExportMetricsServiceRequest {
        resource_metrics: vec![ResourceMetrics { resource, scope_metrics, ..ResourceMetrics::default() }],
    }
}

fn number(value: Number) -> NumberDataPoint {
    NumberDataPoint {
        attributes: vec![pair("route", text("/a")), pair("code", AnyValue { value: Some(Any::IntValue(200)) })],
        start_time_unix_nano: START,
        time_unix_nano: TIME,
        exemplars: vec![Exemplar::default()],
        value: Some(value),
        ..NumberDataPoint::default()
    }
}

fn sum(temporality: AggregationTemporality, is_monotonic: bool) -> Data {
    Data::Sum(Sum {
        data_points: vec![number(Number::AsInt(7))],
        aggregation_temporality: temporality as i32,
        is_monotonic,
    })
}

fn histogram() -> HistogramDataPoint {
    HistogramDataPoint {
        start_time_unix_nano: START,
        time_unix_nano: TIME,
        count: 6,
        sum: Some(12.5),
        bucket_counts: vec![1, 2, 3],
        explicit_bounds: vec![0.5, 2.5],
        min: Some(0.25),
        max: Some(7.0),
        ..HistogramDataPoint::default()
    }
}

fn of_histogram(point: HistogramDataPoint) -> OtlpMetric {
    let data = Histogram { data_points: vec![point], aggregation_temporality: AggregationTemporality::Delta as i32 };
    metric("latency", Data::Histogram(data))
}

fn exponential() -> ExponentialHistogramDataPoint {
    ExponentialHistogramDataPoint {
        time_unix_nano: TIME,
        count: 10,
        sum: Some(-1.0),
        scale: 0,
        zero_count: 1,
        positive: Some(Buckets { offset: 1, bucket_counts: vec![2, 0, 3, 0] }),
        negative: Some(Buckets { offset: -1, bucket_counts: vec![4] }),
        zero_threshold: 0.25,
        ..ExponentialHistogramDataPoint::default()
    }
}

fn of_exponential(point: ExponentialHistogramDataPoint) -> OtlpMetric {
    let temporality = AggregationTemporality::Cumulative as i32;
    let data = ExponentialHistogram { data_points: vec![point], aggregation_temporality: temporality };
    metric("size", Data::ExponentialHistogram(data))
}

fn summary(quantiles: &[(f64, f64)]) -> OtlpMetric {
    let values = quantiles.iter().map(|(quantile, value)| ValueAtQuantile { quantile: *quantile, value: *value });
    let point = SummaryDataPoint {
        time_unix_nano: TIME,
        count: 4,
        sum: 2.5,
        quantile_values: values.collect(),
        ..SummaryDataPoint::default()
    };
    metric("old", Data::Summary(Summary { data_points: vec![point] }))
}

fn every_kind() -> ExportMetricsServiceRequest {
    use AggregationTemporality::{Cumulative, Delta};
    request(vec![
        metric("load", Data::Gauge(Gauge { data_points: vec![number(Number::AsDouble(0.5))] })),
        metric("requests", sum(Cumulative, true)),
        metric("requests.lately", sum(Delta, true)),
        metric("queue", sum(Cumulative, false)),
        metric("queue.change", sum(Delta, false)),
        of_histogram(histogram()),
        of_exponential(exponential()),
        summary(&[(0.5, 0.25), (0.99, 2.0)]),
    ])
}

#[test]
fn protobuf_and_json_say_the_same() {
    let from_protobuf = metrics(read(Format::Protobuf, every_kind().encode_to_vec()));
    let from_json = metrics(read(Format::Json, serde_json::to_vec(&every_kind()).unwrap()));
    assert_eq!(from_protobuf, from_json);
    insta::assert_snapshot!("every_kind", pretty(&from_protobuf));
}

/// What the exporter of the JavaScript SDK sends.
const JAVASCRIPT: &str = r#"{"resourceMetrics":[{"resource":{"attributes":[
    {"key":"service.name","value":{"stringValue":"checkout"}},{"key":"host.name","value":{"stringValue":"web-1"}}],
    "droppedAttributesCount":0},"scopeMetrics":[{"scope":{"name":"meter","version":"1.0.0"},"metrics":[
    {"name":"requests","description":"Requests","unit":"1","sum":{"aggregationTemporality":2,"isMonotonic":true,
     "dataPoints":[{"attributes":[{"key":"route","value":{"stringValue":"/a"}}],
     "startTimeUnixNano":"1795175000000000000","timeUnixNano":"1795175999000000000","asDouble":3}]}},
    {"name":"latency","description":"","unit":"ms","histogram":{"aggregationTemporality":
     "AGGREGATION_TEMPORALITY_CUMULATIVE","dataPoints":[{"attributes":[],"bucketCounts":[0,2,"1"],
     "explicitBounds":[0,5.5],"count":3,"sum":9.5,"min":1,"max":6,
     "startTimeUnixNano":"1795175000000000000","timeUnixNano":"1795175999000000000"}]}}]}]}]}"#;

#[test]
fn requests_of_sdks() {
    insta::assert_snapshot!("javascript", pretty(&metrics(read(Format::Json, JAVASCRIPT))));
}

#[test]
fn quirks_of_json_writers() {
    let plain = metrics(json(r#"{"name":"m","gauge":{"dataPoints":[{"asInt":"3"}]}}"#)).pop().unwrap();
    assert_eq!((plain.value, plain.time, plain.start_time), (3.0, received(), Timestamp::default()));
    for same in [
        r#"{"name":"m","gauge":{"dataPoints":[{"asInt":3,"asDouble":null,"exemplars":[{"odd":1}],"flags":0}]}}"#,
        r#"{"name":"m","sum":null,"gauge":{"dataPoints":[{"asDouble":3,"attributes":null,"timeUnixNano":0}]}}"#,
        r#"{"name":"m","unit":null,"metadata":[],"gauge":{"dataPoints":[{"asDouble":"3.0","new":[]}]}}"#,
    ] {
        assert_eq!(metrics(json(same)), std::slice::from_ref(&plain), "{same}");
    }
    for empty in [r#"{"name":"m"}"#, r#"{"name":"m","gauge":{}}"#, r#"{"name":"m","sum":{"dataPoints":null}}"#] {
        assert_eq!(json(empty), Parsed::default(), "{empty}");
    }
    assert_eq!(
        problem(&json(r#"{"name":"m","sum":{"dataPoints":7}}"#)),
        "point 1: its metric cannot be decoded: expected a list, at line 1, column 33"
    );
    assert_eq!(
        problem(&json(r#"{"name":"m","gauge":{"dataPoints":[{"asInt":1.5}]}}"#)),
        "point 1: a number is expected, and is malformed or out of range, at line 1, column 13"
    );
}

#[test]
fn numbers_that_cannot_be_added_up_cost_their_point() {
    for (value, wanted) in [
        (r#""asDouble":"NaN""#, "point 1: its value is not a number"),
        (r#""asDouble":"Infinity""#, "point 1: its value is infinite"),
        (r#""asDouble":"-Infinity""#, "point 1: its value is infinite"),
        (r#""asDouble":1e999"#, ""),
        (r#""timeUnixNano":"1795175999000000000""#, "point 1: it has no value"),
    ] {
        let parsed = json(&format!(r#"{{"name":"m","gauge":{{"dataPoints":[{{{value}}}]}}}}"#));
        let problem = problem(&parsed);
        assert!(wanted.is_empty() || problem == wanted, "{value}: {problem}");
    }
    let all = [f64::NAN, 1.0, f64::INFINITY].map(|value| number(Number::AsDouble(value))).to_vec();
    let parsed =
        read(Format::Protobuf, request(vec![metric("m", Data::Gauge(Gauge { data_points: all }))]).encode_to_vec());
    assert_eq!((parsed.observations.len(), parsed.rejected()), (1, 2));
    assert_eq!(parsed.problems[1].place, Some(Place::Point(3)));
}

#[test]
fn a_point_without_a_recorded_value_is_accepted_and_not_kept() {
    let stale = NumberDataPoint { flags: 1, value: None, ..number(Number::AsInt(1)) };
    let nan = NumberDataPoint { flags: 1, ..number(Number::AsDouble(f64::NAN)) };
    let unknown_flag = NumberDataPoint { flags: 2, ..number(Number::AsInt(5)) };
    let gauge = Gauge { data_points: vec![stale, nan, unknown_flag, number(Number::AsDouble(f64::NAN))] };
    let parsed = read(Format::Protobuf, request(vec![metric("m", Data::Gauge(gauge))]).encode_to_vec());
    assert_eq!((parsed.observations.len(), parsed.rejected()), (1, 1));
    assert_eq!(parsed.problems[0].place, Some(Place::Point(4)));
    let histogram = HistogramDataPoint { flags: 1, count: 0, sum: None, ..histogram() };
    let parsed = read(Format::Protobuf, request(vec![of_histogram(histogram)]).encode_to_vec());
    assert_eq!(parsed, Parsed::default());
}

#[test]
fn times_that_are_not_believable_are_said_and_replaced() {
    for time in [u64::MAX, 9_200_000_000_000_000_000, 1_895_175_999_000_000_000] {
        let point = NumberDataPoint { time_unix_nano: time, start_time_unix_nano: time, ..number(Number::AsInt(1)) };
        let gauge = Data::Gauge(Gauge { data_points: vec![point] });
        let metric = metrics(read(Format::Protobuf, request(vec![metric("m", gauge)]).encode_to_vec())).remove(0);
        assert_eq!((metric.time, metric.start_time), (received(), Timestamp::default()), "{time}");
        let (key, value) = &metric.attributes[2];
        assert_eq!(key, "otel.time_problem");
        assert_eq!(value.to_string(), "the time of the sender is not believable: check its clock");
    }
}

#[test]
fn histograms_that_do_not_fit_are_refused() {
    type Change = fn(&mut HistogramDataPoint);
    let cases: [(Change, &str); 13] = [
        (|point| point.bucket_counts = vec![1, 5], "it has 2 bucket counts for 2 bounds: one more is expected"),
        (|point| point.bucket_counts = vec![], "it has 0 bucket counts for 2 bounds: one more is expected"),
        (|point| point.bucket_counts[0] = 2, "its buckets hold 7 values, and its count is 6"),
        (|point| point.bucket_counts[0] = u64::MAX, "its buckets hold more values than its count, which is 6"),
        (|point| point.explicit_bounds = vec![2.5, 2.5], "the bounds of its buckets are not finite and rising"),
        (|point| point.explicit_bounds[1] = f64::NAN, "the bounds of its buckets are not finite and rising"),
        (|point| point.explicit_bounds[1] = f64::INFINITY, "the bounds of its buckets are not finite and rising"),
        (|point| point.sum = Some(f64::NAN), "its sum is not a number"),
        (|point| point.sum = Some(f64::INFINITY), "its sum is infinite"),
        (|point| point.min = Some(f64::NEG_INFINITY), "its min is infinite"),
        (|point| point.max = Some(f64::NAN), "its max is not a number"),
        (|point| point.bucket_counts = vec![0; 1_025], "it has 1025 buckets; at most 1024 are kept: set fewer"),
        (
            |point| point.attributes = vec![pair("", text("")); 254],
            "the point has more than 256 attributes: send fewer",
        ),
    ];
    for (change, wanted) in cases {
        let mut point = histogram();
        change(&mut point);
        let parsed = read(Format::Protobuf, request(vec![of_histogram(point)]).encode_to_vec());
        assert_eq!(problem(&parsed), format!("point 1: {wanted}"));
    }
    let one = |point| metrics(read(Format::Protobuf, request(vec![of_histogram(point)]).encode_to_vec())).remove(0);
    let nothing = HistogramDataPoint {
        count: 0,
        sum: None,
        bucket_counts: vec![],
        explicit_bounds: vec![],
        min: Some(f64::INFINITY),
        max: Some(f64::NEG_INFINITY),
        ..histogram()
    };
    let metric = one(nothing);
    let distribution = metric.distribution.unwrap();
    assert_eq!((metric.value, distribution.min, distribution.max), (0.0, None, None));
    assert_eq!(metric.attributes[0].0, "otel.sum.unknown");
    let single = HistogramDataPoint { bucket_counts: vec![6], explicit_bounds: vec![], ..histogram() };
    assert_eq!(one(single).distribution.unwrap().counts, [6]);
}

#[test]
fn exponential_histograms_that_make_no_sense_are_refused() {
    type Change = fn(&mut ExponentialHistogramDataPoint);
    let cases: [(Change, &str); 7] = [
        (|point| point.scale = 21, "its scale 21 lies outside -10 to 20"),
        (|point| point.scale = i32::MIN, "its scale -2147483648 lies outside -10 to 20"),
        (|point| point.zero_threshold = f64::NAN, "its zero threshold is not a finite number of at least 0"),
        (|point| point.zero_threshold = -1.0, "its zero threshold is not a finite number of at least 0"),
        (|point| point.zero_threshold = 100.0, "the bounds of its buckets are not finite and rising"),
        (|point| point.count = 11, "its buckets hold 10 values, and its count is 11"),
        (
            |point| point.positive = Some(Buckets { offset: 0, bucket_counts: vec![1; 5_000] }),
            "it has 5001 buckets; at most 1024 are kept: set fewer",
        ),
    ];
    for (change, wanted) in cases {
        let mut point = exponential();
        change(&mut point);
        let parsed = read(Format::Protobuf, request(vec![of_exponential(point)]).encode_to_vec());
        assert_eq!(problem(&parsed), format!("point 1: {wanted}"));
    }
    // Empty buckets around the full ones cost nothing, however many there are.
    let sparse = [vec![0; 100_000], vec![1], vec![0; 100_000]].concat();
    let point = ExponentialHistogramDataPoint {
        positive: Some(Buckets { offset: -100_000, bucket_counts: sparse }),
        count: 6,
        ..exponential()
    };
    let metric = metrics(read(Format::Protobuf, request(vec![of_exponential(point)]).encode_to_vec())).remove(0);
    assert_eq!(metric.distribution.unwrap().bounds, [-1.0, -0.5, -0.25, 0.25, 1.0, 2.0]);
}

#[test]
fn summaries_leave_out_what_was_not_seen() {
    let read = |quantiles: &[(f64, f64)]| read(Format::Protobuf, request(vec![summary(quantiles)]).encode_to_vec());
    let metric = metrics(read(&[(0.5, f64::NAN), (0.9, 1.0)])).remove(0);
    assert_eq!((metric.kind, metric.distribution.unwrap().quantiles.len()), (MetricKind::Counter, 1));
    for (quantiles, wanted) in [
        (&[(1.5, 1.0)][..], "point 1: one of its quantiles lies outside 0 to 1"),
        (&[(f64::NAN, 1.0)], "point 1: one of its quantiles lies outside 0 to 1"),
        (&[(0.5, f64::INFINITY)], "point 1: its value of a quantile is infinite"),
        (&[(0.5, 1.0); 1_025], "point 1: it has 1025 quantiles; at most 1024 are kept"),
    ] {
        assert_eq!(problem(&read(quantiles)), wanted);
    }
}

#[test]
fn a_metric_that_cannot_be_told_costs_its_points() {
    use AggregationTemporality::{Cumulative, Unspecified};
    for (metric, wanted) in [
        (metric("", sum(Cumulative, true)), "point 1: its metric has no name"),
        (metric(&"n".repeat(513), sum(Cumulative, true)), "point 1: the name of its metric is longer than 512 bytes"),
        (
            OtlpMetric { unit: "u".repeat(513), ..metric("m", sum(Cumulative, true)) },
            "point 1: the unit of its metric is longer than 512 bytes",
        ),
        (metric("m", sum(Unspecified, true)), "point 1: its metric says neither delta nor cumulative: set one"),
    ] {
        assert_eq!(problem(&read(Format::Protobuf, request(vec![metric.clone()]).encode_to_vec())), wanted);
        assert_eq!(problem(&read(Format::Json, serde_json::to_vec(&request(vec![metric])).unwrap())), wanted);
    }
}

/// One message field in the encoding of Protocol Buffers.
fn field(tag: u8, bytes: &[u8]) -> Vec<u8> {
    let mut field = vec![tag << 3 | 2];
    prost::encode_length_delimiter(bytes.len(), &mut field).unwrap();
    field.extend_from_slice(bytes);
    field
}

#[test]
fn a_bad_point_or_metric_costs_only_itself() {
    let good = metric("good", Data::Gauge(Gauge { data_points: vec![number(Number::AsInt(1))] })).encode_to_vec();
    let bad_name = field(1, b"\xFF");
    let cut = [field(1, b"cut"), vec![5 << 3 | 2, 100]].concat();
    let cut_data = [field(1, b"cut"), field(5, &[1 << 3 | 2, 100])].concat();
    let bad_point = [field(1, b"m"), field(5, &field(1, b"\xFF"))].concat();
    let large = vec![pair("a", text(&"x".repeat(2 << 20)))];
    let large = NumberDataPoint { attributes: large, ..number(Number::AsInt(1)) };
    let large = metric("large", Data::Gauge(Gauge { data_points: vec![large] })).encode_to_vec();
    for bad in [bad_name, cut, cut_data, bad_point, large] {
        let metrics = [&good, &bad, &good].map(|metric| field(2, metric)).concat();
        let parsed = read(Format::Protobuf, field(1, &field(2, &metrics)));
        assert_eq!((parsed.observations.len(), parsed.rejected()), (2, 1), "{bad:?}");
        assert_eq!(parsed.problems[0].place, Some(Place::Point(2)));
    }
}

#[test]
fn what_points_share_may_stand_behind_them() {
    let point = field(1, &number(Number::AsInt(1)).encode_to_vec());
    let data = [point, vec![2 << 3, 2, 3 << 3, 1]].concat();
    let metric = [field(7, &data), field(3, b"s"), field(1, b"late")].concat();
    let metric = metrics(read(Format::Protobuf, field(1, &field(2, &field(2, &metric))))).remove(0);
    assert_eq!((metric.name.as_str(), metric.unit.as_str(), metric.kind), ("late", "s", MetricKind::Counter));
}

#[test]
fn more_points_than_a_record_may_have_bytes_are_read() {
    let gauge = Gauge { data_points: vec![number(Number::AsInt(1)); 50_000] };
    let body = request(vec![metric("m", Data::Gauge(gauge))]).encode_to_vec();
    assert!(body.len() > Limits::default().line_bytes);
    assert_eq!(metrics(read(Format::Protobuf, &body)).len(), 50_000);
}

#[test]
fn small_bodies_cannot_ask_for_much() {
    let limits = Limits::default();
    let too_many = Err(SourceError::TooManyEvents { max: 100_000 });
    let many = |flags: u32| {
        let point = NumberDataPoint { flags, ..NumberDataPoint::default() };
        let gauge = Gauge { data_points: vec![point; 100_001] };
        request(vec![metric("m", Data::Gauge(gauge))]).encode_to_vec()
    };
    for body in [many(0), many(1)] {
        assert_eq!(try_read(Format::Protobuf, &body, limits), too_many);
    }
    let points = vec!["{}"; 100_001].join(",");
    let body = format!(
        r#"{{"resourceMetrics":[{{"scopeMetrics":[{{"metrics":[{{"name":"m","gauge":{{"dataPoints":[{points}]}}}}]}}]}}]}}"#
    );
    assert_eq!(try_read(Format::Json, body.as_bytes(), limits), too_many);
    for (before, after) in [(r#"{"resourceMetrics":["#, "]}"), (r#"{"resourceMetrics":[{"scopeMetrics":["#, "]}]}")] {
        let body = format!("{before}{points}{after}");
        assert_eq!(try_read(Format::Json, body.as_bytes(), limits), too_many);
    }
    // A resource of 1 MB that 10,000 points repeat would take 10 GB.
    let mut request =
        request(vec![metric("m", Data::Gauge(Gauge { data_points: vec![number(Number::AsInt(1)); 10_000] }))]);
    let attributes = vec![pair("a", text(&"x".repeat(1_000_000)))];
    request.resource_metrics[0].resource = Some(Resource { attributes, ..Resource::default() });
    assert_eq!(try_read(Format::Protobuf, &request.encode_to_vec(), limits).unwrap_err().status(), 413);
}

#[test]
fn broken_requests_are_malformed() {
    let whole = every_kind().encode_to_vec();
    for (format, body) in [
        (Format::Protobuf, &whole[..whole.len() - 1]),
        (Format::Json, b"" as &[u8]),
        (Format::Json, b"[]"),
        (Format::Json, br#"{"resourceMetrics":{}}"#),
        (Format::Json, br#"{"resourceMetrics":[],"resourceMetrics":[]}"#),
        (Format::Json, &whole),
    ] {
        assert_eq!(try_read(format, body, Limits::default()).unwrap_err().status(), 400, "{format:?}");
    }
    for (format, body) in [(Format::Protobuf, ""), (Format::Json, "{}"), (Format::Json, r#"{"resourceMetrics":null}"#)]
    {
        assert_eq!(read(format, body), Parsed::default());
    }
}

#[test]
fn answers() {
    let respond = source().respond;
    let good = Receipt { accepted: 3, ..Receipt::default() };
    assert_eq!((respond(Format::Json, &good), respond(Format::Protobuf, &good)), (b"{}".to_vec(), Vec::new()));
    let problems = vec![Problem { place: Some(Place::Point(2)), message: "it is odd".into() }];
    let partly = Receipt { accepted: 1, rejected: 4, problems };
    assert_eq!(
        String::from_utf8(respond(Format::Json, &partly)).unwrap(),
        r#"{"partialSuccess":{"rejectedDataPoints":"4","errorMessage":"point 2: it is odd; and 3 more"}}"#
    );
    let answer = ExportMetricsServiceResponse::decode(&respond(Format::Protobuf, &partly)[..]).unwrap();
    let partial = answer.partial_success.unwrap();
    assert_eq!((partial.rejected_data_points, partial.error_message.as_str()), (4, "point 2: it is odd; and 3 more"));
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
        let request = every_kind();
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

    #[test]
    fn exponential_buckets_are_kept_or_refused(
        scale in any::<i32>(), offset in any::<i32>(), negative in any::<i32>(), threshold in any::<f64>(),
        counts in proptest::collection::vec(0_u64..9, 0..20),
    ) {
        let total: u64 = counts.iter().sum();
        for scale in [scale, scale % 21] {
            for offset in [offset, offset % 3_000] {
                let point = ExponentialHistogramDataPoint {
                    scale, zero_threshold: threshold, count: total * 2,
                    positive: Some(Buckets { offset, bucket_counts: counts.clone() }),
                    negative: Some(Buckets { offset: negative, bucket_counts: counts.clone() }),
                    ..ExponentialHistogramDataPoint::default()
                };
                let parsed = read(Format::Protobuf, request(vec![of_exponential(point)]).encode_to_vec());
                for observation in &parsed.observations {
                    let Observation::Metric(metric) = observation else { panic!("a metric") };
                    let distribution = metric.distribution.as_ref().unwrap();
                    prop_assert_eq!(distribution.counts.len(), distribution.bounds.len() + 1);
                    prop_assert_eq!(distribution.counts.iter().sum::<u64>(), total * 2);
                }
            }
        }
    }
}
