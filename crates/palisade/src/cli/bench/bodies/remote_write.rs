//! Prometheus remote write 1.0: the same series as protobuf, compressed with Snappy (block format).
//!
//! What is compressed cannot be written over. So the uncompressed body is, and is compressed for each send, which costs
//! a fraction of what any receiver does with it; the generator's ceiling says how small a one.

use super::{
    Bodies,
    otlp_metrics::{ScrapeClock, Share},
    protobuf::{MILLIS_LEN, Message, millis, put},
    series::{self, Series, Shape},
};
use palisade_model::Timestamp;

/// Bodies in turn, as those of OTLP metrics.
pub struct Pool {
    bodies: Vec<Message>,
    shapes: Vec<Shape>,
    batch: usize,
    clock: ScrapeClock,
}

impl Pool {
    /// Bodies of `batch` samples.
    #[must_use]
    pub fn new(batch: usize) -> Self {
        let of_host = series::of_host();
        let bodies = Share::all(batch).iter().map(|share| request(share, &of_host)).collect();
        let shapes = of_host.iter().map(|series| series.shape).collect();
        Self { bodies, shapes, batch, clock: ScrapeClock::new() }
    }

    /// Body number `mark`, not compressed.
    fn plain(&self, mark: u64) -> Vec<u8> {
        let (turn, scrape) = (mark as usize % self.bodies.len(), mark / self.bodies.len() as u64);
        let body = &self.bodies[turn];
        let mut bytes = body.bytes.clone();
        let first = turn * self.batch;
        for (index, (&time, &place)) in body.times.iter().zip(&body.values).enumerate() {
            let number = first + index;
            let (host, shape) = (number / self.shapes.len(), self.shapes[number % self.shapes.len()]);
            let at = millis((self.clock.time(host, scrape) / 1_000_000) as u64);
            bytes[time..time + MILLIS_LEN].copy_from_slice(&at);
            put(&mut bytes, place, series::value(shape, number as u64, scrape).to_le_bytes());
        }
        bytes
    }
}

impl Bodies for Pool {
    fn batch(&self) -> usize {
        self.batch
    }

    fn body(&self, mark: u64, _: &dyn Fn(usize) -> Timestamp) -> Vec<u8> {
        let packed = snap::raw::Encoder::new().compress_vec(&self.plain(mark));
        packed.expect("Snappy takes blocks up to 4 GiB, and a body is a thousandth of it")
    }
}

/// `WriteRequest` (prometheus/prompb/remote.proto and types.proto); labels are sorted by name, as the specification
/// asks.
fn request(share: &Share, of_host: &[Series]) -> Message {
    let mut request = Message::default();
    for (host, places) in share.by_host(of_host.len()) {
        let instance = format!("{}:9100", series::host_name(host));
        for series in &of_host[places] {
            request.message(1, |message| write(message, series, &instance));
        }
    }
    request
}

/// `TimeSeries` with one sample.
fn write(message: &mut Message, series: &Series, instance: &str) {
    let mut labels = vec![
        ("__name__", series.name),
        ("cluster", "eu-central-1a"),
        ("environment", "production"),
        ("instance", instance),
        ("job", "node"),
    ];
    labels.extend(series.labels.iter().filter(|(key, _)| !key.is_empty()));
    labels.sort_unstable();
    for (key, value) in labels {
        message.message(1, |label| {
            label.text(1, key);
            label.text(2, value);
        });
    }
    message.message(2, |sample| {
        sample.value(1);
        sample.time_in_millis(2);
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost::Message as _;

    #[derive(Clone, PartialEq, prost::Message)]
    struct WriteRequest {
        #[prost(message, repeated, tag = "1")]
        series: Vec<TimeSeries>,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    struct TimeSeries {
        #[prost(message, repeated, tag = "1")]
        labels: Vec<Label>,
        #[prost(message, repeated, tag = "2")]
        samples: Vec<Sample>,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    struct Label {
        #[prost(string, tag = "1")]
        name: String,
        #[prost(string, tag = "2")]
        value: String,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    struct Sample {
        #[prost(double, tag = "1")]
        value: f64,
        #[prost(int64, tag = "2")]
        time: i64,
    }

    #[test]
    fn what_is_sent_is_a_write_request_of_one_scrape_after_the_other() {
        let pool = Pool::new(2_000);
        let read = |mark| {
            let plain = snap::raw::Decoder::new().decompress_vec(&pool.body(mark, &|_| Timestamp::default())).unwrap();
            WriteRequest::decode(plain.as_slice()).unwrap()
        };
        let (first, next) = (read(3), read(13));
        assert_eq!((first.series.len(), next.series.len()), (2_000, 2_000));
        for (one, other) in first.series.iter().zip(&next.series) {
            assert_eq!(one.labels, other.labels);
            assert!((6..=8).contains(&one.labels.len()) || one.labels.len() == 5, "{:?}", one.labels);
            assert!(one.labels.is_sorted_by_key(|label| label.name.clone()));
            let step = other.samples[0].time - one.samples[0].time;
            assert!((14_990..=15_010).contains(&step), "{step} ms between scrapes");
        }
        assert!(first.series.iter().any(|series| series.samples[0].value > 0.0));
    }
}
