//! Prometheus remote write: requests as Prometheus sends them, and hostile ones.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]

use palisade_model::{Distribution, Metric, MetricKind, Observation, Timestamp, Value};
use palisade_sources::{Context, Format, Limits, Parsed, Receipt, SOURCES, Source, SourceError, decompress};
use proptest::prelude::*;
use prost::Message;

#[derive(Clone, PartialEq, Message)]
struct WriteRequest {
    #[prost(message, repeated, tag = "1")]
    timeseries: Vec<TimeSeries>,
    #[prost(message, repeated, tag = "3")]
    metadata: Vec<Metadata>,
}

#[derive(Clone, PartialEq, Message)]
struct TimeSeries {
    #[prost(message, repeated, tag = "1")]
    labels: Vec<Label>,
    #[prost(message, repeated, tag = "2")]
    samples: Vec<Sample>,
    #[prost(message, repeated, tag = "4")]
    histograms: Vec<Histogram>,
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

#[derive(Clone, PartialEq, Message)]
struct Metadata {
    #[prost(int32, tag = "1")]
    r#type: i32,
    #[prost(string, tag = "2")]
    name: String,
    #[prost(string, tag = "4")]
    help: String,
    #[prost(string, tag = "5")]
    unit: String,
}

#[derive(Clone, PartialEq, Message)]
struct Histogram {
    #[prost(uint64, optional, tag = "1")]
    count_int: Option<u64>,
    #[prost(double, optional, tag = "2")]
    count_float: Option<f64>,
    #[prost(double, tag = "3")]
    sum: f64,
    #[prost(sint32, tag = "4")]
    schema: i32,
    #[prost(double, tag = "5")]
    zero_threshold: f64,
    #[prost(uint64, optional, tag = "6")]
    zero_count_int: Option<u64>,
    #[prost(double, optional, tag = "7")]
    zero_count_float: Option<f64>,
    #[prost(message, repeated, tag = "8")]
    negative_spans: Vec<Span>,
    #[prost(sint64, repeated, tag = "9")]
    negative_deltas: Vec<i64>,
    #[prost(double, repeated, tag = "10")]
    negative_counts: Vec<f64>,
    #[prost(message, repeated, tag = "11")]
    positive_spans: Vec<Span>,
    #[prost(sint64, repeated, tag = "12")]
    positive_deltas: Vec<i64>,
    #[prost(double, repeated, tag = "13")]
    positive_counts: Vec<f64>,
    #[prost(int32, tag = "14")]
    reset_hint: i32,
    #[prost(int64, tag = "15")]
    timestamp: i64,
    #[prost(double, repeated, tag = "16")]
    custom_values: Vec<f64>,
}

#[derive(Clone, Copy, PartialEq, Message)]
struct Span {
    #[prost(sint32, tag = "1")]
    offset: i32,
    #[prost(uint32, tag = "2")]
    length: u32,
}

const NOW: i64 = 1_795_176_000_000;
const STALE: u64 = 0x7ff0_0000_0000_0002;

fn source() -> &'static Source {
    SOURCES.iter().find(|source| source.name == "prometheus-remote-write").unwrap()
}

fn try_read(body: &[u8], limits: Limits) -> Result<Parsed, SourceError> {
    let context = Context { received: Timestamp::from_millis(NOW), limits: &limits };
    (source().read)(Format::Protobuf, body, &context)
}

fn read(request: &WriteRequest) -> Parsed {
    try_read(&request.encode_to_vec(), Limits::default()).unwrap()
}

fn labels(labels: &[(&str, &str)]) -> Vec<Label> {
    labels.iter().map(|(name, value)| Label { name: (*name).into(), value: (*value).into() }).collect()
}

fn sample(value: f64) -> Sample {
    Sample { value, timestamp: NOW }
}

/// Labels and samples.
type Series<'s> = (&'s [(&'s str, &'s str)], &'s [Sample]);

fn request(series: &[Series<'_>]) -> WriteRequest {
    let series = series.iter().map(|(names, samples)| TimeSeries {
        labels: labels(names),
        samples: samples.to_vec(),
        histograms: Vec::new(),
    });
    WriteRequest { timeseries: series.collect(), metadata: Vec::new() }
}

fn metrics(parsed: &Parsed) -> Vec<&Metric> {
    fn metric(observation: &Observation) -> &Metric {
        let Observation::Metric(metric) = observation else { panic!("not a metric: {observation:?}") };
        metric
    }
    parsed.observations.iter().map(metric).collect()
}

fn problems(parsed: &Parsed) -> Vec<String> {
    parsed.problems.iter().map(ToString::to_string).collect()
}

#[test]
fn samples_become_points() {
    let up: &[_] = &[("__name__", "up"), ("empty", ""), ("env", "prod"), ("instance", "web-1:9100"), ("job", "node")];
    let later = Sample { value: 0.0, timestamp: NOW - 15_000 };
    let parsed = read(&request(&[(up, &[sample(1.0), later, sample(1.0)])]));
    assert_eq!(parsed.problems, []);
    let wanted = Metric {
        time: Timestamp::from_millis(NOW),
        name: "up".into(),
        kind: MetricKind::Gauge,
        value: 1.0,
        service: "node".into(),
        host: "web-1:9100".into(),
        attributes: vec![("env".into(), Value::from("prod"))],
        ..Metric::default()
    };
    let earlier = Metric { time: Timestamp::from_millis(NOW - 15_000), value: 0.0, ..wanted.clone() };
    assert_eq!(metrics(&parsed), [&wanted, &earlier, &wanted], "out of order and twice, as they came");
}

#[test]
fn kinds_and_units() {
    let metadata = |r#type, name: &str, unit: &str| Metadata {
        r#type,
        name: name.into(),
        help: "Help.".into(),
        unit: unit.into(),
    };
    let described = [
        metadata(2, "odd_total", ""),
        metadata(1, "odd", "bytes"),
        metadata(1, "requests", "seconds"),
        metadata(3, "latency", "seconds"),
        metadata(4, "sizes", "bytes"),
        metadata(5, "rpc", "furlongs"),
        metadata(0, "unknown_total", ""),
        metadata(7, "state", ""),
    ];
    for (name, undescribed, kind, unit) in [
        ("odd_total", MetricKind::Counter, MetricKind::Gauge, ""),
        ("odd", MetricKind::Gauge, MetricKind::Counter, "By"),
        ("requests_total", MetricKind::Counter, MetricKind::Counter, "s"),
        ("latency_bucket", MetricKind::Counter, MetricKind::Counter, "s"),
        ("latency_sum", MetricKind::Counter, MetricKind::Counter, "s"),
        ("latency", MetricKind::Gauge, MetricKind::Counter, "s"),
        ("sizes_bucket", MetricKind::Counter, MetricKind::Gauge, "By"),
        ("sizes_gcount", MetricKind::Gauge, MetricKind::Gauge, "By"),
        ("rpc", MetricKind::Gauge, MetricKind::Gauge, "furlongs"),
        ("rpc_count", MetricKind::Counter, MetricKind::Counter, "furlongs"),
        ("unknown_total", MetricKind::Counter, MetricKind::Counter, ""),
        ("state", MetricKind::Gauge, MetricKind::Gauge, ""),
        ("other", MetricKind::Gauge, MetricKind::Gauge, ""),
    ] {
        let mut request = request(&[(&[("__name__", name)], &[sample(1.0)])]);
        assert_eq!(metrics(&read(&request))[0].kind, undescribed, "{name}");
        request.metadata = described.to_vec();
        let parsed = read(&request);
        let metric = metrics(&parsed)[0];
        assert_eq!((metric.kind, metric.unit.as_str()), (kind, unit), "{name}");
    }
    assert_eq!(read(&WriteRequest { metadata: described.to_vec(), ..WriteRequest::default() }), Parsed::default());
}

#[test]
fn stale_markers_are_neither_kept_nor_refused() {
    let stale = sample(f64::from_bits(STALE));
    assert_eq!(read(&request(&[(&[("__name__", "up")], &[stale])])), Parsed::default());
    let parsed = read(&request(&[(&[("__name__", "up")], &[sample(1.0), stale])]));
    assert_eq!((parsed.observations.len(), parsed.rejected()), (1, 0));
    assert_eq!(metrics(&parsed)[0].name, "up");
    let histogram = Histogram { sum: f64::from_bits(STALE), timestamp: NOW, ..Histogram::default() };
    assert_eq!(read(&histograms(&[histogram])), Parsed::default());
}

#[test]
fn samples_that_cannot_be_kept_cost_only_themselves() {
    let at = |timestamp| Sample { value: 1.0, timestamp };
    let values = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY].map(sample);
    let times = [-1, NOW + 86_400_001, i64::MIN, i64::MAX].map(at);
    let samples = [&values[..], &times, &[sample(7.0), at(0), at(NOW + 86_400_000)]].concat();
    let parsed = read(&request(&[(&[("__name__", "x")], &samples), (&[("__name__", "y")], &[sample(8.0)])]));
    assert_eq!(metrics(&parsed).iter().map(|metric| metric.value).collect::<Vec<_>>(), [7.0, 1.0, 1.0, 8.0]);
    assert_eq!(metrics(&parsed).iter().map(|metric| metric.name.as_str()).collect::<Vec<_>>(), ["x", "x", "x", "y"]);
    insta::assert_snapshot!(problems(&parsed).join("\n"), @r"
    point 1: its value is NaN, which cannot be kept
    point 2: its value is inf, which cannot be kept
    point 3: its value is -inf, which cannot be kept
    point 4: the time 1969-12-31T23:59:59.999000000Z lies before 1970: check the clock of the sender
    point 5: the time 2026-11-21T12:00:00.001000000Z lies more than a day ahead: check the clock of the sender
    point 6: the time 1677-09-21T00:12:43.145224192Z lies before 1970: check the clock of the sender
    point 7: the time 2262-04-11T23:47:16.854775807Z lies more than a day ahead: check the clock of the sender
    ");
}

#[test]
fn labels_that_name_no_series_cost_their_series() {
    let long = "x".repeat(600);
    let many: Vec<(String, String)> = (0..300).map(|number| (format!("l{number:03}"), "v".into())).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[], "no name"),
        (&[("__name__", "")], "no name"),
        (&[("job", "node")], "no name"),
        (&[("__name__", "x"), ("a", "1"), ("a", "1")], "the label 'a' twice"),
        (&[("a", "1"), ("__name__", "x"), ("b", "2"), ("a", "2")], "the label 'a' twice"),
        (&[("__name__", "x"), ("__name__", "y")], "the label '__name__' twice"),
        (&[("__name__", "x"), ("", "1")], "has no name"),
        (&[("__name__", "x"), (&long, "1")], "longer than 512 bytes"),
        (&many, "more than 256 labels"),
    ];
    for (labels, wanted) in cases {
        let good: (&[_], &[_]) = (&[("__name__", "good")], &[sample(1.0)]);
        let parsed = read(&request(&[good, (labels, &[sample(1.0), sample(2.0)]), good]));
        assert_eq!((parsed.observations.len(), parsed.rejected()), (2, 2), "{wanted}");
        assert!(parsed.problems.iter().all(|problem| problem.message.contains(wanted)), "{:?}", problems(&parsed));
    }
    let unsorted = read(&request(&[(&[("b", "2"), ("__name__", "x"), ("a", "1")], &[sample(1.0)])]));
    assert_eq!((unsorted.observations.len(), unsorted.rejected()), (1, 0));
}

fn histograms(histograms: &[Histogram]) -> WriteRequest {
    let labels = labels(&[("__name__", "latency")]);
    let series = TimeSeries { labels, samples: Vec::new(), histograms: histograms.to_vec() };
    WriteRequest { timeseries: vec![series], metadata: Vec::new() }
}

fn span(offset: i32, length: u32) -> Span {
    Span { offset, length }
}

fn base() -> Histogram {
    Histogram { count_int: Some(0), zero_count_int: Some(0), sum: 1.5, timestamp: NOW, ..Histogram::default() }
}

#[test]
fn native_histograms_have_exact_buckets() {
    let integers = Histogram {
        count_int: Some(13),
        schema: 0,
        zero_threshold: 0.5,
        zero_count_int: Some(2),
        negative_spans: vec![span(1, 1), span(1, 1)],
        negative_deltas: vec![1, 2],
        positive_spans: vec![span(1, 2), span(1, 1)],
        positive_deltas: vec![1, 1, 2],
        ..base()
    };
    // Positive: index 1 (1, 2] 1; index 2 (2, 4] 2; index 4 (8, 16] 4. Negative: 1 in [-2, -1), 3 in [-8, -4).
    let bounds = vec![-8.0, -4.0, -2.0, -1.0, -0.5, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0];
    let counts = vec![0, 3, 0, 1, 0, 2, 0, 1, 2, 0, 4, 0];
    let floats = Histogram {
        count_int: None,
        count_float: Some(13.0),
        zero_count_int: None,
        zero_count_float: Some(2.0),
        negative_counts: vec![1.0, 3.0],
        positive_counts: vec![1.0, 2.0, 4.0],
        negative_deltas: vec![],
        positive_deltas: vec![],
        reset_hint: 3,
        ..integers.clone()
    };
    let sizes = 4_f64.sqrt();
    let cases = [
        (integers.clone(), 13, bounds.clone(), counts.clone()),
        (floats, 13, bounds, counts),
        (base(), 0, vec![0.0], vec![0, 0]),
        (
            Histogram {
                count_int: Some(3),
                schema: 1,
                positive_spans: vec![span(2, 1)],
                positive_deltas: vec![3],
                ..base()
            },
            3,
            vec![0.0, 2_f64.sqrt(), sizes],
            vec![0, 0, 3, 0],
        ),
        (
            Histogram {
                count_int: Some(3),
                schema: -4,
                positive_spans: vec![span(0, 2)],
                positive_deltas: vec![1, 1],
                ..base()
            },
            3,
            vec![0.0, 2_f64.powi(-16), 1.0, 65_536.0],
            vec![0, 0, 1, 2, 0],
        ),
        (
            Histogram {
                count_int: Some(1),
                schema: 8,
                positive_spans: vec![span(1_024 << 8, 1)],
                positive_deltas: vec![1],
                ..base()
            },
            1,
            vec![0.0, 2_f64.powf(1_024.0 - 1.0 / 256.0)],
            vec![0, 0, 1],
        ),
        (
            Histogram {
                count_int: Some(6),
                schema: -53,
                custom_values: vec![0.1, 1.0, 10.0],
                positive_spans: vec![span(0, 1), span(1, 2)],
                positive_deltas: vec![1, 1, 1],
                ..base()
            },
            6,
            vec![0.1, 1.0, 10.0],
            vec![1, 0, 2, 3],
        ),
    ];
    for (histogram, count, bounds, counts) in cases {
        let parsed = read(&histograms(std::slice::from_ref(&histogram)));
        assert_eq!(problems(&parsed), [""; 0], "{histogram:?}");
        let metric = metrics(&parsed)[0];
        let kind = if histogram.reset_hint == 3 { MetricKind::Gauge } else { MetricKind::Counter };
        assert_eq!((metric.name.as_str(), metric.value, metric.kind), ("latency", 1.5, kind));
        let found = metric.distribution.as_deref().unwrap();
        let near = |found: &[f64]| found.iter().zip(&bounds).all(|(a, b)| (a - b).abs() <= b.abs() * f64::EPSILON);
        assert!(found.bounds.len() == bounds.len() && near(&found.bounds), "{found:?}");
        assert_eq!(*found, Distribution { count, bounds: found.bounds.clone(), counts, ..Distribution::default() });
    }
}

#[test]
fn histograms_that_contradict_themselves_are_refused() {
    let one = Histogram { count_int: Some(1), positive_spans: vec![span(0, 1)], positive_deltas: vec![1], ..base() };
    let custom = Histogram { schema: -53, custom_values: vec![1.0, 2.0], ..one.clone() };
    let good = read(&histograms(&[one.clone(), custom.clone()]));
    assert_eq!((good.observations.len(), good.rejected()), (2, 0));
    let cases = [
        (Histogram { schema: 9, ..one.clone() }, "schema 9"),
        (Histogram { schema: -5, ..one.clone() }, "schema -5"),
        (Histogram { count_int: Some(2), ..one.clone() }, "do not add up"),
        (Histogram { zero_threshold: -1.0, ..one.clone() }, "zero threshold"),
        (Histogram { zero_threshold: f64::NAN, ..one.clone() }, "zero threshold"),
        (Histogram { zero_threshold: 3.0, ..one.clone() }, "overlap"),
        (Histogram { sum: f64::NAN, ..one.clone() }, "sum is NaN"),
        (Histogram { sum: f64::NAN, count_int: Some(2), ..one.clone() }, "sum is NaN"),
        (Histogram { sum: f64::INFINITY, ..one.clone() }, "sum is inf"),
        (Histogram { positive_spans: vec![span(0, 2)], ..one.clone() }, "than there are counts"),
        (Histogram { positive_spans: vec![span(0, u32::MAX)], ..one.clone() }, "than there are counts"),
        (Histogram { positive_spans: vec![], ..one.clone() }, "belong to no span"),
        (Histogram { positive_spans: vec![span(0, 0), span(-1, 1)], ..one.clone() }, "spans overlap"),
        (Histogram { positive_deltas: vec![-1], ..one.clone() }, "less than 0"),
        (
            Histogram { positive_spans: vec![span(0, 2)], positive_deltas: vec![i64::MAX, i64::MAX], ..one.clone() },
            "less",
        ),
        (Histogram { positive_deltas: vec![0; 2_000], ..one.clone() }, "at most 1024"),
        (Histogram { positive_counts: vec![0.5], ..one.clone() }, "not a whole number"),
        (Histogram { positive_counts: vec![f64::NAN], ..one.clone() }, "not a whole number"),
        (Histogram { count_int: None, count_float: Some(1e300), ..one.clone() }, "not a whole number"),
        (Histogram { timestamp: -1, ..one }, "before 1970"),
        (Histogram { custom_values: vec![2.0, 1.0], ..custom.clone() }, "not finite and rising"),
        (Histogram { custom_values: vec![f64::INFINITY], ..custom.clone() }, "not finite and rising"),
        (Histogram { custom_values: vec![], positive_spans: vec![span(1, 1)], ..custom.clone() }, "bucket 1 for 0"),
        (Histogram { positive_spans: vec![span(-1, 1)], ..custom.clone() }, "bucket -1"),
        (Histogram { zero_count_int: Some(1), ..custom.clone() }, "beside them"),
        (Histogram { zero_count_int: None, zero_count_float: Some(1.0), ..custom }, "beside them"),
    ];
    for (histogram, wanted) in cases {
        let parsed = read(&histograms(std::slice::from_ref(&histogram)));
        assert_eq!((parsed.observations.len(), parsed.rejected()), (0, 1), "{histogram:?}");
        assert!(parsed.problems[0].message.contains(wanted), "{wanted}: {:?}", problems(&parsed));
    }
}

#[test]
fn broken_messages() {
    let good = request(&[(&[("__name__", "x")], &[sample(1.0)])]).encode_to_vec();
    for length in 1..good.len() {
        assert_eq!(try_read(&good[..length], Limits::default()).unwrap_err().status(), 400, "cut at {length}");
    }
    // A series that goes on beyond its end costs only itself.
    let broken = [&[0x0a, 2, 0x0a, 9][..], &good].concat();
    let parsed = try_read(&broken, Limits::default()).unwrap();
    assert_eq!((parsed.observations.len(), parsed.rejected()), (1, 1));
    // So does a label that is not UTF-8.
    let series = TimeSeries { labels: labels(&[("__name__", "??")]), samples: vec![sample(1.0)], histograms: vec![] };
    let request = WriteRequest { timeseries: vec![series], metadata: vec![] };
    let bytes: Vec<u8> =
        request.encode_to_vec().into_iter().map(|byte| if byte == b'?' { 0xff } else { byte }).collect();
    let parsed = try_read(&bytes, Limits::default()).unwrap();
    assert_eq!(problems(&parsed), ["point 1: a text of it is not UTF-8"]);
    assert_eq!(try_read(b"", Limits::default()).unwrap(), Parsed::default());
}

#[test]
fn limits_of_the_body() {
    let samples = vec![sample(1.0); 11];
    let body = request(&[(&[("__name__", "x"), ("a", &"v".repeat(1_000))], &samples)]).encode_to_vec();
    let limits = Limits { events_per_body: 10, ..Limits::default() };
    assert_eq!(try_read(&body, limits), Err(SourceError::TooManyEvents { max: 10 }));
    let stale = request(&[(&[("__name__", "x")], &[sample(f64::from_bits(STALE)); 11])]).encode_to_vec();
    assert_eq!(try_read(&stale, limits), Err(SourceError::TooManyEvents { max: 10 }), "what is not kept counts too");
    let limits = Limits { observation_bytes: 5_000, ..Limits::default() };
    assert_eq!(try_read(&body, limits), Err(SourceError::ObservationsTooLarge { max: 5_000 }), "copied labels count");
    let metadata = (0..11).map(|number| Metadata { name: format!("m{number}"), ..Metadata::default() }).collect();
    let body = WriteRequest { metadata, ..WriteRequest::default() }.encode_to_vec();
    let limits = Limits { events_per_body: 10, ..Limits::default() };
    assert_eq!(try_read(&body, limits), Err(SourceError::TooManyEvents { max: 10 }));
}

#[test]
fn as_it_comes_from_the_wire() {
    let request = request(&[(&[("__name__", "x"), ("job", "j")], &[sample(2.0)])]);
    let packed = snap::raw::Encoder::new().compress_vec(&request.encode_to_vec()).unwrap();
    let body = decompress(Some("snappy"), &packed, &Limits::default()).unwrap();
    let parsed = try_read(&body, Limits::default()).unwrap();
    assert_eq!(metrics(&parsed)[0].service, "j");
    assert_eq!((source().respond)(Format::Protobuf, &Receipt::default()), b"");
    assert!(source().partial_is_failure);
    assert_eq!(source().success_status, 204);
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(body in proptest::collection::vec(any::<u8>(), 0..500)) {
        let _ = try_read(&body, Limits::default());
    }

    #[test]
    fn damaged_requests_never_panic(at in 0..400_usize, byte in any::<u8>(), cut in 0..400_usize) {
        let histogram = Histogram {
            count_int: Some(3),
            zero_count_int: Some(0),
            positive_spans: vec![span(0, 1), span(2, 1)],
            positive_deltas: vec![1, 1],
            timestamp: NOW,
            ..Histogram::default()
        };
        let mut request = histograms(&[histogram]);
        request.timeseries.extend(self::request(&[(&[("__name__", "x"), ("a", "b")], &[sample(1.0); 3])]).timeseries);
        let mut body = request.encode_to_vec();
        let length = body.len();
        body[at % length] = byte;
        body.truncate(length - cut % length / 4);
        if let Ok(parsed) = try_read(&body, Limits::default()) {
            for metric in metrics(&parsed) {
                prop_assert!(metric.value.is_finite() && !metric.name.is_empty());
                if let Some(distribution) = &metric.distribution {
                    prop_assert_eq!(distribution.counts.len(), distribution.bounds.len() + 1);
                    prop_assert_eq!(distribution.counts.iter().sum::<u64>(), distribution.count);
                    prop_assert!(distribution.bounds.is_sorted_by(|a, b| a < b));
                }
            }
        }
    }
}
