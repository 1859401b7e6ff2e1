//! The text that targets show: as it is served in practice, and hostile.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]

use palisade_model::{Metric, MetricKind, Observation, Timestamp};
use palisade_sources::{
    Context, Limits, SourceError,
    exposition::{Dialect, Scraped, Target, read},
};
use proptest::prelude::*;

fn try_read(dialect: Dialect, text: &[u8], limits: Limits) -> Result<Scraped, SourceError> {
    let labels = [("env".to_owned(), "prod".to_owned())];
    let target = Target { service: "node", host: "web-1:9100", labels: &labels };
    let context = Context { received: Timestamp::parse("2026-11-20T12:00:00Z").unwrap(), limits: &limits };
    read(dialect, text, &target, &context)
}

fn metrics(scraped: &Scraped) -> Vec<&Metric> {
    fn metric(observation: &Observation) -> &Metric {
        let Observation::Metric(metric) = observation else { panic!("not a metric: {observation:?}") };
        metric
    }
    scraped.parsed.observations.iter().map(metric).collect()
}

/// Every point on a line: name, labels, kind, value, and what else there is.
fn listed(scraped: &Scraped) -> String {
    let line = |metric: &&Metric| {
        let labels: Vec<_> = metric.attributes.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut line = format!("{}{{{}}} {:?} {}", metric.name, labels.join(","), metric.kind, metric.value);
        if !metric.unit.is_empty() {
            line += &format!(" {}", metric.unit);
        }
        if metric.time != Timestamp::parse("2026-11-20T12:00:00Z").unwrap() {
            line += &format!(" at {}", metric.time);
        }
        if metric.start_time != Timestamp::default() {
            line += &format!(" since {}", metric.start_time);
        }
        if let Some(distribution) = &metric.distribution {
            line += &format!(" n={}", distribution.count);
            line += &format!(" {:?} {:?}", distribution.bounds, distribution.counts);
            line += &distribution.quantiles.iter().map(|q| format!(" q{}={}", q.quantile, q.value)).collect::<String>();
        }
        line
    };
    let points = metrics(scraped);
    let problems = scraped.parsed.problems.iter().map(|problem| format!("! {problem}"));
    points.iter().map(line).chain(problems).map(|line| line + "\n").collect()
}

fn text(text: &str) -> Scraped {
    try_read(Dialect::Text, text.as_bytes(), Limits::default()).unwrap()
}

fn open(text: &str) -> Scraped {
    try_read(Dialect::OpenMetrics, text.as_bytes(), Limits::default()).unwrap()
}

/// The example of the documentation of the text format, whose timestamp is of 2014.
const EXAMPLE: &str = r#"# HELP http_requests_total The total number of HTTP requests.
# TYPE http_requests_total counter
http_requests_total{method="post",code="200"} 1027 1395066363000
http_requests_total{method="post",code="400"}    3 1395066363000

# Escaping in label values:
msdos_file_access_time_seconds{path="C:\\DIR\\FILE.TXT",error="Cannot find file:\n\"FILE.TXT\""} 1.458255915e9

# Minimalistic line:
metric_without_timestamp_and_labels 12.47

# A weird metric from before the epoch:
something_weird{problem="division by zero"} +Inf -3982045

# A histogram, which has a pretty complex representation in the text format:
# HELP http_request_duration_seconds A histogram of the request duration.
# TYPE http_request_duration_seconds histogram
http_request_duration_seconds_bucket{le="0.05"} 24054
http_request_duration_seconds_bucket{le="0.1"} 33444
http_request_duration_seconds_bucket{le="0.2"} 100392
http_request_duration_seconds_bucket{le="0.5"} 129389
http_request_duration_seconds_bucket{le="1"} 133988
http_request_duration_seconds_bucket{le="+Inf"} 144320
http_request_duration_seconds_sum 53423
http_request_duration_seconds_count 144320

# Finally a summary, which has a complex representation, too:
# HELP rpc_duration_seconds A summary of the RPC duration in seconds.
# TYPE rpc_duration_seconds summary
rpc_duration_seconds{quantile="0.01"} 3102
rpc_duration_seconds{quantile="0.05"} 3272
rpc_duration_seconds{quantile="0.5"} 4773
rpc_duration_seconds{quantile="0.9"} 9001
rpc_duration_seconds{quantile="0.99"} 76656
rpc_duration_seconds_sum 1.7560473e+07
rpc_duration_seconds_count 2693
"#;

#[test]
fn the_example_of_the_text_format() {
    let scraped = text(EXAMPLE);
    assert_eq!(scraped.samples, 20);
    insta::assert_snapshot!(listed(&scraped));
    let first = metrics(&scraped)[0];
    assert_eq!((first.service.as_str(), first.host.as_str()), ("node", "web-1:9100"));
}

const OPEN: &str = r#"# TYPE acme_http_router_request_seconds summary
# UNIT acme_http_router_request_seconds seconds
# HELP acme_http_router_request_seconds Latency though all of ACME's HTTP request router.
acme_http_router_request_seconds_sum{path="/api/v1",method="GET"} 9036.32
acme_http_router_request_seconds_count{path="/api/v1",method="GET"} 807283.0
acme_http_router_request_seconds_created{path="/api/v1",method="GET"} 1605281325.0
acme_http_router_request_seconds_sum{path="/api/v2",method="POST"} 479.3
acme_http_router_request_seconds_count{path="/api/v2",method="POST"} 34.0
# TYPE go_goroutines gauge
go_goroutines 69 1795175999.5
# TYPE process_cpu_seconds counter
# UNIT process_cpu_seconds seconds
process_cpu_seconds_total 4.20072246e+06 # {trace_id="KOO5S4vxi0o"} 0.67
process_cpu_seconds_created 1605281325.25
# TYPE target info
target_info{version="1"} 1
# TYPE foo histogram
foo_bucket{le="0.01"} 0
foo_bucket{le="0.1"} 8 # {} 0.054
foo_bucket{le="1"} 11 # {trace_id="KOO5S4vxi0o"} 0.67
foo_bucket{le="10"} 17 # {trace_id="oHg5SJYRHA0"} 9.8 1520879607.789
foo_bucket{le="+Inf"} 17
foo_count 17
foo_sum 324789.3
foo_created 1520430000.123
# TYPE queue gaugehistogram
queue_bucket{le="10"} 3
queue_bucket{le="+Inf"} 4
queue_gcount 4
queue_gsum 30
# EOF
"#;

#[test]
fn openmetrics() {
    let scraped = open(OPEN);
    assert_eq!(scraped.samples, 21);
    insta::assert_snapshot!(listed(&scraped));
}

#[test]
fn lines() {
    for (line, wanted) in [
        ("up 1", "up{env=prod} Gauge 1"),
        ("  up\t1  ", "up{env=prod} Gauge 1"),
        ("a:b_total{} 1e3", "a:b_total{env=prod} Counter 1000"),
        ("x {b = \"2\" , a=\"1\",} .5", "x{a=1,b=2,env=prod} Gauge 0.5"),
        ("x{env=\"own\",none=\"\",job=\"j\"} -0x", "! line 1: the value is not a number"),
        ("x{env=\"own\",none=\"\",job=\"j\"} -1", "x{exported_env=own,job=j,env=prod} Gauge -1"),
        (r#"x{a="\\n\n\"\q{},="} 1"#, "x{a=\\n\n\"\\q{},=,env=prod} Gauge 1"),
        ("x{a=\"ü\"} 1 1795175999000", "x{a=ü,env=prod} Gauge 1 at 2026-11-20T11:59:59.000000000Z"),
        ("# anything", ""),
        ("#", ""),
        ("# TYPE", ""),
        ("# EOF", ""),
        ("", ""),
        ("x NaN", "! line 1: the value is NaN, which cannot be kept"),
        ("x +Inf", "! line 1: the value is inf, which cannot be kept"),
        ("x", "! line 1: the value is not a number"),
        ("x{", "! line 1: a label has no name, or one that is not allowed"),
        ("x{a", "! line 1: the label 'a' has no value"),
        ("x{a=b} 1", "! line 1: the label 'a' has no value"),
        ("x{a=\"b", "! line 1: the value of a label never ends"),
        ("x{a=\"b\\", "! line 1: the value of a label never ends"),
        ("x{a=\"1\"b=\"2\"} 1", "! line 1: the labels are not separated by commas, or never end"),
        ("x{a=\"1\",a=\"2\"} 1", "! line 1: the label 'a' stands twice"),
        ("x{1a=\"1\"} 1", "! line 1: a label has no name, or one that is not allowed"),
        ("x{a:b=\"1\"} 1", "! line 1: the label 'a' has no value"),
        ("1x 1", "! line 1: the line does not begin with the name of a metric"),
        ("{a=\"1\"} 1", "! line 1: the line does not begin with the name of a metric"),
        ("x 1 2 3", "! line 1: something stands behind the time"),
        ("x 1 soon", "! line 1: the time is not a number that can be one"),
        ("x 1 1.5", "! line 1: the time is not a number that can be one"),
        ("x 1 # {a=\"1\"} 2", "! line 1: something stands behind the time"),
    ] {
        let scraped = text(&format!("{line}\n"));
        assert_eq!(listed(&scraped).trim_end(), wanted, "{line}");
    }
}

#[test]
fn a_bad_line_costs_only_itself() {
    let scraped = try_read(Dialect::Text, b"a 1\n\xff 2\nb 3\nc d\ne 4\n", Limits::default()).unwrap();
    assert_eq!(scraped.samples, 5);
    insta::assert_snapshot!(listed(&scraped), @r"
    a{env=prod} Gauge 1
    b{env=prod} Gauge 3
    e{env=prod} Gauge 4
    ! line 2: the line is not UTF-8
    ! line 4: the value is not a number
    ");
    let limits = Limits { line_bytes: 40, ..Limits::default() };
    let scraped =
        try_read(Dialect::Text, b"a 1\nlong_name_long_name_long_name_long_name 12345\nb 2\n", limits).unwrap();
    assert_eq!((scraped.parsed.observations.len(), scraped.parsed.rejected()), (2, 1));
}

#[test]
fn text_that_breaks_off_is_not_trusted() {
    insta::assert_snapshot!(listed(&text("a 1\nb 12")), @r"
    a{env=prod} Gauge 1
    ! line 2: the last line has no line feed: the text was cut
    ");
    assert_eq!(listed(&text("a 1\n# the end")), listed(&text("a 1\n")));
    for cut in ["a 1\n", "a 1", "", "a 1\n# EO", "a 1\n# EOFF\n"] {
        let refused = try_read(Dialect::OpenMetrics, cut.as_bytes(), Limits::default()).unwrap_err();
        assert_eq!(refused.status(), 400, "{cut:?}");
    }
    for whole in ["a 1\n# EOF\n", "a 1\n# EOF"] {
        assert_eq!(open(whole).parsed.observations.len(), 1, "{whole:?}");
    }
}

#[test]
fn distributions_that_are_not_whole_stay_apart() {
    let missing = "# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 2\nh_count 2\n# TYPE s summary\n\
                   s{quantile=\"0.5\"} 3\ns_count 4\n";
    insta::assert_snapshot!(listed(&text(missing)), @r"
    h_bucket{le=1,env=prod} Counter 1
    h_bucket{le=+Inf,env=prod} Counter 2
    h_count{env=prod} Counter 2
    s{quantile=0.5,env=prod} Gauge 3
    s_count{env=prod} Counter 4
    ");
    let no_infinity = "# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_sum 1\nh_count 1\n";
    assert_eq!(text(no_infinity).parsed.observations.len(), 3);
    // Series of one family, mixed, and in any order of buckets and labels.
    let mixed = "# TYPE h histogram\nh_sum{a=\"1\",b=\"2\"} 1.5\nh_bucket{le=\"+Inf\",a=\"2\",b=\"2\"} 7\n\
                 h_bucket{b=\"2\",le=\"+Inf\",a=\"1\"} 3\nh_count{b=\"2\",a=\"1\"} 3\nh_sum{a=\"2\",b=\"2\"} 2\n\
                 h_bucket{a=\"1\",b=\"2\",le=\"1\"} 1\nh_count{a=\"2\",b=\"2\"} 7\n";
    insta::assert_snapshot!(listed(&text(mixed)), @r"
    h{a=1,b=2,env=prod} Counter 1.5 n=3 [1.0] [1, 2]
    h{a=2,b=2,env=prod} Counter 2 n=7 [] [7]
    ");
    // Of nothing there are no quantiles.
    let empty = "# TYPE s summary\ns{quantile=\"0.5\"} NaN\ns_sum 0\ns_count 0\n";
    insta::assert_snapshot!(listed(&text(empty)), @"s{env=prod} Counter 0 n=0 [] []");
}

#[test]
fn distributions_that_contradict_themselves_are_refused() {
    for (family, wanted) in [
        ("histogram\nx_bucket{le=\"1\"} 2\nx_bucket{le=\"+Inf\"} 1\nx_sum 1\nx_count 1", "fewer values"),
        ("histogram\nx_bucket{le=\"+Inf\"} 2\nx_sum 1\nx_count 1", "its count is 1"),
        (
            "histogram\nx_bucket{le=\"1\"} 1\nx_bucket{le=\"1.0\"} 1\nx_bucket{le=\"+Inf\"} 1\nx_sum 1\nx_count 1",
            "twice",
        ),
        ("histogram\nx_bucket{le=\"-Inf\"} 1\nx_bucket{le=\"+Inf\"} 1\nx_sum 1\nx_count 1", "not finite"),
        ("histogram\nx_bucket{le=\"+Inf\"} 0.5\nx_sum 1\nx_count 0.5", "whole number"),
        ("histogram\nx_bucket{le=\"+Inf\"} -1\nx_sum 1\nx_count -1", "whole number"),
        ("histogram\nx_bucket{le=\"+Inf\"} 1\nx_sum NaN\nx_count 1", "sum is NaN"),
        ("histogram\nx_bucket{le=\"+Inf\"} 1\nx_sum 1\nx_sum 1\nx_count 1", "twice"),
        ("summary\nx{quantile=\"2\"} 1\nx_sum 1\nx_count 1", "outside 0 to 1"),
        ("summary\nx{quantile=\"0.5\"} 1\nx{quantile=\"0.50\"} 1\nx_sum 1\nx_count 1", "twice"),
        ("summary\nx{quantile=\"0.5\"} +Inf\nx_sum 1\nx_count 1", "values is inf"),
    ] {
        let scraped = text(&format!("# TYPE x {family}\ny 1\n"));
        assert_eq!((scraped.parsed.observations.len(), scraped.parsed.rejected()), (1, 1), "{family}");
        assert!(scraped.parsed.problems[0].message.contains(wanted), "{family}: {:?}", scraped.parsed.problems);
    }
    let many: String = (0..2_000).map(|bound| format!("x_bucket{{le=\"{bound}\"}} 1\n")).collect();
    let scraped = text(&format!("# TYPE x histogram\n{many}x_bucket{{le=\"+Inf\"}} 1\nx_sum 1\nx_count 1\n"));
    assert_eq!((scraped.parsed.observations.len(), scraped.parsed.rejected()), (0, 1));
}

#[test]
fn limits_of_the_text() {
    let limits = Limits { events_per_body: 3, ..Limits::default() };
    let buckets = "# TYPE x histogram\nx_bucket{le=\"1\"} 1\nx_bucket{le=\"2\"} 1\nx_sum 1\nx_count 1\n";
    for body in ["a 1\nb 1\nc 1\nd 1\n", buckets] {
        let refused = try_read(Dialect::Text, body.as_bytes(), limits);
        assert_eq!(refused, Err(SourceError::TooManyEvents { max: 3 }), "{body}");
    }
}

#[test]
fn content_types() {
    for (content_type, wanted) in [
        (None, Some(Dialect::Text)),
        (Some("text/plain; version=0.0.4; charset=utf-8"), Some(Dialect::Text)),
        (Some("application/openmetrics-text; version=1.0.0; charset=utf-8"), Some(Dialect::OpenMetrics)),
        (Some("text/html"), None),
        (Some("application/vnd.google.protobuf"), None),
    ] {
        assert_eq!(Dialect::from_content_type(content_type).ok(), wanted, "{content_type:?}");
    }
}

fn token() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "x",
        "x_bucket",
        "x_sum",
        "x_count",
        "x_total",
        "{",
        "}",
        "le=\"1\"",
        "le=\"+Inf\"",
        "quantile=\"0.5\"",
        "=",
        "\"",
        "\\",
        ",",
        " ",
        "1",
        "2",
        "NaN",
        "+Inf",
        "\n",
        "# TYPE x histogram\n",
        "# TYPE x summary\n",
        "# TYPE x counter\n",
        "# EOF\n",
        "# ",
        "ü",
        "\n1795175999000",
        "x_bucket{le=\"+Inf\"} 1\nx_sum 1\nx_count 1\n",
    ])
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(body in proptest::collection::vec(any::<u8>(), 0..300)) {
        for dialect in [Dialect::Text, Dialect::OpenMetrics] {
            let _ = try_read(dialect, &body, Limits::default());
        }
    }

    #[test]
    fn arbitrary_pieces_never_panic(pieces in proptest::collection::vec(token(), 0..80)) {
        let body = pieces.concat();
        for dialect in [Dialect::Text, Dialect::OpenMetrics] {
            let Ok(scraped) = try_read(dialect, body.as_bytes(), Limits::default()) else { continue };
            for metric in metrics(&scraped) {
                prop_assert!(metric.value.is_finite() && !metric.name.is_empty());
                prop_assert!(metric.kind != MetricKind::Delta);
                if let Some(distribution) = metric.distribution.as_deref().filter(|found| !found.counts.is_empty()) {
                    prop_assert_eq!(distribution.counts.iter().sum::<u64>(), distribution.count);
                }
            }
        }
    }
}
