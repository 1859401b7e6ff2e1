//! statsd: lines of clients, what an interval amounts to, and hostile datagrams.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]

use palisade_model::{Metric, Observation, Timestamp};
use palisade_sources::{
    Limits,
    statsd::{Aggregator, Bounds, Line, Taken},
};
use proptest::prelude::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_795_176_000_000 + seconds * 1_000)
}

fn aggregator(bounds: Bounds) -> Aggregator {
    Aggregator::new(Limits::default(), bounds, at(0))
}

fn flush(aggregator: &mut Aggregator, seconds: i64) -> Vec<Metric> {
    let metric = |observation| match observation {
        Observation::Metric(metric) => metric,
        other => panic!("not a metric: {other:?}"),
    };
    let mut metrics: Vec<_> = aggregator.flush(at(seconds)).into_iter().map(metric).collect();
    metrics.sort_by(|a, b| (&a.name, format!("{:?}", a.attributes)).cmp(&(&b.name, format!("{:?}", b.attributes))));
    metrics
}

/// Every point on a line.
fn listed(metrics: &[Metric]) -> String {
    let line = |metric: &Metric| {
        let tags: Vec<_> = metric.attributes.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let spread = metric.distribution.as_deref().map_or(String::new(), |spread| {
            let held = spread.counts.iter().filter(|count| **count > 0).count();
            format!(" n={} {:?}..{:?} in {held}", spread.count, spread.min.unwrap(), spread.max.unwrap())
        });
        let Metric { name, kind, value, unit, service, host, .. } = metric;
        format!("{name}{{{}}} {kind:?} {value}{unit} {service}@{host}{spread}\n", tags.join(","))
    };
    metrics.iter().map(line).collect()
}

#[test]
fn an_interval() {
    let mut aggregator = aggregator(Bounds::default());
    // The examples of statsd and DogStatsD.
    for datagram in [
        "gorets:1|c\ngorets:1|c|@0.1\nglork:320|ms|@0.1\ngaugor:333|g\nuniques:765|s\nuniques:765|s\nuniques:766|s",
        "gaugor:-10|g\ngaugor:+4|g\nfresh:-3|g\r\n\n",
        "page.views:1|c\nfuel.level:0.5|g\nsong.length:240|h|@0.5\nusers.uniques:1234|s\nusers.online:1|c|#country:china",
        "users.online:1|c|@0.5|#country:china\nusers.online:2|c|#b:2,a\nusers.online:2|c|#a,b:2",
        "page.time:1:2:32|d|#service:web,host:h1,env:prod|c:ci-00000000-0000-0000-0000-000000000000",
        "neg:-3:-3:0:4|h\nodd:a:b|s\nodd:a:b|s",
    ] {
        let taken = aggregator.take(datagram.as_bytes());
        assert_eq!(taken, Taken { accepted: taken.accepted, ..Taken::default() }, "{datagram}");
    }
    let metrics = flush(&mut aggregator, 10);
    insta::assert_snapshot!(listed(&metrics), @r"
    fresh{} Gauge -3 @
    fuel.level{} Gauge 0.5 @
    gaugor{} Gauge 327 @
    glork{} Delta 3200ms @ n=10 320.0..320.0 in 1
    gorets{} Delta 11 @
    neg{} Delta -2 @ n=4 -3.0..4.0 in 3
    odd{} Gauge 1 @
    page.time{env=prod} Delta 35 web@h1 n=3 1.0..32.0 in 3
    page.views{} Delta 1 @
    song.length{} Delta 480 @ n=2 240.0..240.0 in 1
    uniques{} Gauge 2 @
    users.online{a=true,b=2} Delta 4 @
    users.online{country=china} Delta 3 @
    users.uniques{} Gauge 1 @
    ");
    for metric in &metrics {
        assert_eq!(metric.time, at(10));
        let is_delta = metric.kind == palisade_model::MetricKind::Delta;
        assert_eq!(metric.start_time, if is_delta { at(0) } else { Timestamp::default() });
    }
    // What did not come again is not repeated, but gauges are remembered for changes.
    assert_eq!(flush(&mut aggregator, 20), []);
    aggregator.take(b"gaugor:+1|g\ngorets:2|c");
    insta::assert_snapshot!(listed(&flush(&mut aggregator, 30)), @r"
    gaugor{} Gauge 328 @
    gorets{} Delta 2 @
    ");
    for interval in 0..400 {
        assert_eq!(flush(&mut aggregator, 40 + interval), []);
    }
    assert_eq!(aggregator.series(), 0, "silent gauges are forgotten");
}

#[test]
fn bad_lines_cost_only_themselves() {
    let mut aggregator = aggregator(Bounds::default());
    for line in [
        "x",
        "x:1",
        ":1|c",
        "x:|c",
        "x:a|c",
        "x:1|",
        "x:1|q",
        "x:1|c|@0",
        "x:1|c|@2",
        "x:1|c|@x",
        "x:NaN|g",
        "x:inf|c",
        "x:1:|ms",
        "x:|s",
        "x:1|c|#:v",
        "x:1|c|?",
        "x:1|c|T1656581400",
        "_e{5,4}:title|text",
        "_sc|name|0",
        "x|y:1|c",
        "x:1|c:2|c",
        "x:1e999|c",
        "é",
    ] {
        let datagram = format!("a:1|c\n{line}\nb:1|c");
        let taken = aggregator.take(datagram.as_bytes());
        assert_eq!((taken.accepted, taken.rejected, taken.problems.len()), (2, 1, 1), "{line}");
    }
    assert_eq!(aggregator.take(b"\xff:1|c").rejected, 1);
    assert_eq!(aggregator.take(format!("{}:1|c", "x".repeat(600)).as_bytes()).rejected, 1);
    assert_eq!(flush(&mut aggregator, 10).len(), 2);
    let many = "x\n".repeat(1_000);
    let taken = aggregator.take(many.as_bytes());
    assert_eq!((taken.rejected, taken.problems.len()), (1_000, 100));
}

#[test]
fn sums_that_overflow_are_not_given_out() {
    let mut aggregator = aggregator(Bounds::default());
    aggregator.take(b"x:1e308|c\nx:1e308|c\nx:1e308|g\nx:+1e308|g\nx:1e308:1e308|h");
    assert_eq!(flush(&mut aggregator, 10), []);
}

#[test]
fn bounds_refuse_and_count() {
    let mut aggregator = aggregator(Bounds { series: 2, parts: 3 });
    assert_eq!(aggregator.take(b"a:1|s\nb:1:2|ms").accepted, 2);
    let taken = aggregator.take(b"a:2|s\na:1|s\nb:2|ms\nb:9|ms\nc:1|c");
    assert_eq!((taken.accepted, taken.rejected, taken.beyond_bounds), (2, 3, 3));
    let metrics = flush(&mut aggregator, 10);
    assert_eq!(metrics.iter().map(|metric| metric.value).collect::<Vec<_>>(), [1.0, 5.0]);
    assert_eq!(aggregator.take(b"c:1|c\nd:1|s").accepted, 2, "the next interval has room again");
    assert_eq!(flush(&mut aggregator, 20).len(), 2);
    aggregator.take(b"g:1|s\ng:2|s\ng:3|s\ng:4|s");
    assert_eq!(aggregator.take(b"h:1|ms").beyond_bounds, 1);
    let metrics = flush(&mut aggregator, 30);
    assert_eq!(metrics.len(), 1, "a series of which nothing was taken gives no point: {metrics:?}");
}

proptest! {
    #[test]
    fn arbitrary_datagrams_never_panic(datagram in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = Line::read(&datagram, &Limits::default());
        let mut aggregator = aggregator(Bounds { series: 3, parts: 5 });
        aggregator.take(&datagram);
        aggregator.flush(at(1));
    }

    #[test]
    fn lines_that_are_nearly_right_never_panic(datagram in "([a-c]{1,2}:[-+0-9.:e]{1,5}\\|(c|g|ms|h|d|s)(\\|@0\\.[0-9])?(\\|#[a-c:,]{0,6})?\\n){0,20}") {
        let mut aggregator = aggregator(Bounds { series: 5, parts: 9 });
        let taken = aggregator.take(datagram.as_bytes());
        prop_assert_eq!(taken.accepted + taken.rejected, datagram.lines().count());
        prop_assert!(aggregator.series() <= 5);
        for observation in aggregator.flush(at(1)) {
            let Observation::Metric(metric) = observation else { panic!("not a metric") };
            prop_assert!(metric.value.is_finite());
            prop_assert!(metric.distribution.is_none_or(|spread| spread.count == spread.counts.iter().sum::<u64>()));
        }
    }
}
