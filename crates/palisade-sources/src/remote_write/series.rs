//! One series: its labels once, and a point for each of its samples and histograms.

use super::{
    histogram,
    labels::{self, HISTOGRAMS, SAMPLES},
    metadata::Metadata,
    protobuf::{Field, fields},
};
use crate::{Context, Place, SourceError, collector::Collector, window};
use palisade_model::{Distribution, Metric, MetricKind, Timestamp};

/// The fields of `Sample`.
const VALUE: u32 = 1;
const TIME: u32 = 2;

/// The bits of the value that says that a series has ended (Remote-Write 1.0 specification, *Stale Markers*).
const STALE: u64 = 0x7ff0_0000_0000_0002;

/// What a sample or a histogram says.
pub(super) struct Reading {
    /// Milliseconds since the epoch.
    pub(super) time: i64,
    /// The value, or the sum.
    pub(super) value: f64,
    /// The buckets of a histogram, and how they relate to those before.
    pub(super) histogram: Option<(MetricKind, Box<Distribution>)>,
}

impl Reading {
    /// True for the mark that the series has ended.
    pub(super) fn is_stale(&self) -> bool {
        self.value.to_bits() == STALE
    }

    /// The point, made of one of the series without time and value.
    fn into_point(self, series: impl FnOnce() -> Metric, received: Timestamp) -> Result<Metric, String> {
        let time = window::check(Timestamp::from_millis(self.time), received)?;
        if !self.value.is_finite() {
            let name = if self.histogram.is_some() { "sum" } else { "value" };
            return Err(format!("its {name} is {}, which cannot be kept", self.value));
        }
        let mut point = Metric { time, value: self.value, ..series() };
        if let Some((kind, distribution)) = self.histogram {
            point.kind = kind;
            point.distribution = Some(distribution);
        }
        Ok(point)
    }
}

/// Reads the points of a series.
///
/// # Errors
/// When the body as a whole asks for too much.
pub(super) fn read(
    series: &[u8],
    metadata: &Metadata<'_>,
    context: &Context<'_>,
    collector: &mut Collector<'_>,
) -> Result<(), SourceError> {
    let (mut labelled, mut left) = match labels::read(series, metadata, context.limits) {
        Ok(labelled) => labelled,
        Err(problem) => return refuse(points(series).count().max(1), &problem, collector),
    };
    for reading in points(series) {
        left -= 1;
        let place = Place::Point(collector.count() + 1);
        match reading() {
            Ok(reading) if reading.is_stale() => collector.skip()?,
            Ok(reading) => {
                // The labels are copied for every point but the last; most series have only one.
                let labels = || if left == 0 { std::mem::take(&mut labelled) } else { labelled.clone() };
                collector.add(place, reading.into_point(labels, context.received))?;
            }
            Err(problem) => collector.add(place, Err::<Metric, _>(problem))?,
        }
    }
    Ok(())
}

fn refuse(points: usize, problem: &str, collector: &mut Collector<'_>) -> Result<(), SourceError> {
    for _ in 0..points {
        collector.add(Place::Point(collector.count() + 1), Err::<Metric, _>(problem.to_owned()))?;
    }
    Ok(())
}

/// The points of a series up to the first broken field, each still to be read.
fn points(series: &[u8]) -> impl Iterator<Item = impl FnOnce() -> Result<Reading, String>> {
    fields(series).map_while(Result::ok).filter_map(|field| match field {
        (tag @ (SAMPLES | HISTOGRAMS), Field::Bytes(bytes)) => {
            Some(move || if tag == SAMPLES { read_sample(bytes) } else { histogram::read(bytes) })
        }
        _ => None,
    })
}

fn read_sample(bytes: &[u8]) -> Result<Reading, String> {
    let mut reading = Reading { time: 0, value: 0.0, histogram: None };
    for field in fields(bytes) {
        match field.map_err(|problem| format!("the sample cannot be read: {problem}"))? {
            (VALUE, Field::Fixed64(bits)) => reading.value = f64::from_bits(bits),
            (TIME, Field::Varint(time)) => reading.time = time.cast_signed(),
            _ => {}
        }
    }
    Ok(reading)
}
