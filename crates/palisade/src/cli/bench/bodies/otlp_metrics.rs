//! OTLP metrics in protobuf: the series of a fleet of hosts, a resource a host, as a collector that scrapes them sends
//! them on.
//!
//! Field numbers are those of opentelemetry-proto 1.9 (`metrics/v1/metrics.proto`). Times and values are 64-bit fields,
//! so a body is encoded once and written over.

use super::{
    Bodies,
    protobuf::{Message, put},
    series::{self, ACTIVE, Series, Shape},
};
use crate::clock::now;
use palisade_model::Timestamp;

/// How long before now the first scrape was: at 15 s a scrape there is room for 57 million points up to now.
pub(super) const BEFORE_NANOS: i64 = 12 * 3_600 * 1_000_000_000;
/// Scrapes of different hosts happen at different moments, and not quite on time.
const JITTER_NANOS: u64 = 3_000_000;
/// Aggregation temporality: cumulative.
const CUMULATIVE: u64 = 2;

/// Bodies in turn: each holds its share of the series, and all together are one scrape of the fleet.
pub struct Pool {
    bodies: Vec<Message>,
    shapes: Vec<Shape>,
    batch: usize,
    clock: ScrapeClock,
}

/// When scrapes happened.
pub(super) struct ScrapeClock {
    first: i64,
}

impl ScrapeClock {
    /// Scrapes that begin half a day ago.
    pub(super) fn new() -> Self {
        Self { first: now().nanos() - BEFORE_NANOS }
    }

    /// When scrape number `scrape` reached `host`, in nanoseconds since 1970.
    pub(super) fn time(&self, host: usize, scrape: u64) -> i64 {
        let place = (host as u64 * 733_000_000) % series::SCRAPE.as_nanos() as u64;
        let jitter = (scrape ^ host as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) % JITTER_NANOS;
        self.first + (scrape * series::SCRAPE.as_nanos() as u64 + place + jitter) as i64
    }
}

/// The series of one body: from `first` on, wrapping at hosts of the same shape.
pub(super) struct Share {
    /// Number of the first series in the fleet.
    pub(super) first: usize,
    /// How many.
    pub(super) count: usize,
}

impl Share {
    /// The shares of one scrape in bodies of `batch` points.
    pub(super) fn all(batch: usize) -> Vec<Self> {
        (0..(ACTIVE / batch.max(1)).max(1)).map(|body| Self { first: body * batch, count: batch }).collect()
    }

    /// Its series by host: the number of the host, and the places of its series among those of a host.
    pub(super) fn by_host(&self, per_host: usize) -> Vec<(usize, std::ops::Range<usize>)> {
        let end = self.first + self.count;
        let hosts = self.first / per_host..end.div_ceil(per_host);
        let of = |host: usize| {
            let start = host * per_host;
            (host, self.first.saturating_sub(start)..(end - start).min(per_host))
        };
        hosts.map(of).collect()
    }
}

impl Pool {
    /// Bodies of `batch` points.
    #[must_use]
    pub fn new(batch: usize) -> Self {
        let of_host = series::of_host();
        let clock = ScrapeClock::new();
        let bodies = Share::all(batch).iter().map(|share| request(share, &of_host, &clock)).collect();
        Self { bodies, shapes: of_host.iter().map(|series| series.shape).collect(), batch, clock }
    }
}

impl Bodies for Pool {
    fn batch(&self) -> usize {
        self.batch
    }

    fn body(&self, mark: u64, _: &dyn Fn(usize) -> Timestamp) -> Vec<u8> {
        let (turn, scrape) = (mark as usize % self.bodies.len(), mark / self.bodies.len() as u64);
        let body = &self.bodies[turn];
        let mut bytes = body.bytes.clone();
        let first = turn * self.batch;
        for (index, (&time, &place)) in body.times.iter().zip(&body.values).enumerate() {
            let number = first + index;
            let (host, shape) = (number / self.shapes.len(), self.shapes[number % self.shapes.len()]);
            put(&mut bytes, time, self.clock.time(host, scrape).to_le_bytes());
            put(&mut bytes, place, series::value(shape, number as u64, scrape).to_le_bytes());
        }
        bytes
    }
}

/// `ExportMetricsServiceRequest` of the hosts of `share`.
fn request(share: &Share, of_host: &[Series], clock: &ScrapeClock) -> Message {
    let started = (clock.time(0, 0) - BEFORE_NANOS) as u64;
    let mut request = Message::default();
    for (host, places) in share.by_host(of_host.len()) {
        request.message(1, |of_resource| {
            of_resource.message(1, |resource| describe(resource, host));
            of_resource.message(2, |of_scope| {
                of_scope.message(1, |scope| {
                    scope.text(1, "github.com/open-telemetry/opentelemetry-collector-contrib/prometheusreceiver");
                    scope.text(2, "0.139.0");
                });
                for metric in of_host[places].chunk_by(|one, other| one.name == other.name) {
                    of_scope.message(2, |message| write(message, metric, started));
                }
            });
        });
    }
    request
}

/// The attributes that the Prometheus receiver gives a scraped host.
fn describe(resource: &mut Message, host: usize) {
    let name = series::host_name(host);
    let instance = format!("{name}:9100");
    let attributes = [
        ("service.name", "node"),
        ("service.instance.id", instance.as_str()),
        ("host.name", name.as_str()),
        ("server.port", "9100"),
        ("cloud.region", "eu-central-1"),
    ];
    attributes.iter().for_each(|(key, value)| resource.attribute(1, key, value));
}

/// `Metric` with a data point a series.
fn write(message: &mut Message, metric: &[Series], started: u64) {
    let Series { name, shape, .. } = metric[0];
    message.text(1, name);
    let is_counter = matches!(shape, Shape::Count | Shape::Seconds);
    message.message(if is_counter { 7 } else { 5 }, |data| {
        for series in metric {
            data.message(1, |point| {
                if is_counter {
                    point.fixed(2, started);
                }
                point.time(3);
                point.value(4);
                let labels = series.labels.iter().filter(|(key, _)| !key.is_empty());
                labels.for_each(|(key, value)| point.attribute(7, key, value));
            });
        }
        if is_counter {
            data.number(2, CUMULATIVE);
            data.number(3, 1);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use palisade_model::{MetricKind, Observation};
    use palisade_sources::{Context, Format, Limits, SOURCES};

    #[test]
    fn our_own_source_reads_every_point_with_its_value() {
        let pool = Pool::new(2_000);
        let (mark, scrape) = (13, 1);
        let body = pool.body(mark, &|_| Timestamp::default());
        let source = SOURCES.iter().find(|source| source.path == "/v1/metrics").unwrap();
        let context = Context { received: now(), limits: &Limits::default() };
        let parsed = (source.read)(Format::Protobuf, &body, &context).unwrap();
        assert_eq!(parsed.observations.len(), 2_000);
        for (index, observation) in parsed.observations.iter().enumerate() {
            let Observation::Metric(metric) = observation else { panic!("a point is a metric") };
            let number = 3 * 2_000 + index;
            let series = series::of_host()[number % 1_000];
            assert_eq!(metric.name, series.name);
            assert_eq!(metric.value, series::value(series.shape, number as u64, scrape), "{series:?}");
            assert_eq!(metric.time.nanos(), pool.clock.time(number / 1_000, scrape));
            assert_eq!(metric.host, series::host_name(number / 1_000));
            let is_counter = matches!(series.shape, Shape::Count | Shape::Seconds);
            assert_eq!(metric.kind == MetricKind::Counter, is_counter, "{series:?}");
        }
    }

    #[test]
    fn shares_of_a_scrape_hold_every_series_once() {
        for batch in [1, 500, 2_000, 40_000] {
            let shares = Share::all(batch);
            let mut numbers = Vec::new();
            for share in &shares {
                for (host, places) in share.by_host(1_000) {
                    numbers.extend(places.map(|place| host * 1_000 + place));
                }
            }
            assert_eq!(numbers, (0..shares.len() * batch).collect::<Vec<_>>(), "{batch}");
        }
    }

    #[test]
    fn scrapes_of_a_host_follow_each_other() {
        let clock = ScrapeClock::new();
        for host in [0, 7, 19] {
            for scrape in 0..1_000 {
                let step = clock.time(host, scrape + 1) - clock.time(host, scrape);
                assert!((14_990_000_000..=15_010_000_000).contains(&step), "{step}");
            }
        }
    }
}
