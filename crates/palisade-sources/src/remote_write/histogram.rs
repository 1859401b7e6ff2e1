//! Native histograms as explicit buckets.
//!
//! Source: `prompb/types.proto`, *Histogram*; Prometheus, *Native Histograms* specification. With
//! `base = 2^(2^-schema)`, the positive bucket of index `i` holds what lies above `base^(i-1)` up to and with `base^i`,
//! the negative one the same mirrored; the zero bucket holds what is at most the zero threshold away from zero. Schema
//! -53 has bounds of its own. Between buckets that do not touch stand empty ones.
//!
//! Explicit buckets include their upper bound, mirrored negative ones the lower: a negative value that is exactly a
//! power of the base stands one bucket lower in the native form, which explicit bounds cannot tell.
//!
//! Counts are whole numbers here. A histogram of floats, as recording rules make them, is kept when its counts are
//! whole, and refused otherwise, because rounded buckets would tell of values that never were.

use super::series::Reading;
use crate::{
    buckets::{Buckets, whole_number},
    power::power,
};
use palisade_model::{Distribution, MetricKind};
use prost::Message;

/// The schemas of exponential buckets, and that of bounds of one's own.
const SCHEMAS: std::ops::RangeInclusive<i32> = -4..=8;
const CUSTOM: i32 = -53;

/// The most bytes and buckets of one histogram. Prometheus makes at most 160 buckets by default.
const BYTES_MAX: usize = 64 << 10;
const BUCKETS_MAX: usize = 1_024;

/// `Histogram.ResetHint.GAUGE`
const HINT_GAUGE: i32 = 3;

/// `prometheus.Histogram`; of each `oneof` the fields by themselves.
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

/// `prometheus.BucketSpan`: so many buckets, this far behind the end of the span before.
#[derive(Clone, Copy, PartialEq, Message)]
struct Span {
    #[prost(sint32, tag = "1")]
    offset: i32,
    #[prost(uint32, tag = "2")]
    length: u32,
}

/// A bucket that holds something: its index and count.
type Bucket = (i64, u64);

/// Reads a histogram.
///
/// # Errors
/// When it is none, or contradicts itself.
pub(super) fn read(bytes: &[u8]) -> Result<Reading, String> {
    if bytes.len() > BYTES_MAX {
        return Err(format!("the histogram has {} bytes; at most {BYTES_MAX} are read", bytes.len()));
    }
    let histogram = Histogram::decode(bytes).map_err(|error| format!("the histogram cannot be decoded: {error}"))?;
    let mut reading = Reading { time: histogram.timestamp, value: histogram.sum, histogram: None };
    if reading.is_stale() {
        return Ok(reading);
    }
    let kind = if histogram.reset_hint == HINT_GAUGE { MetricKind::Gauge } else { MetricKind::Counter };
    let distribution = histogram.distribution().map_err(|problem| format!("the histogram is refused: {problem}"))?;
    reading.histogram = Some((kind, Box::new(distribution)));
    Ok(reading)
}

impl Histogram {
    fn distribution(&self) -> Result<Distribution, String> {
        let count = self.count_int.map_or_else(|| whole_number(self.count_float.unwrap_or_default()), Ok)?;
        let (bounds, counts) = match self.schema {
            CUSTOM => self.custom()?,
            schema if SCHEMAS.contains(&schema) => self.exponential()?,
            schema => return Err(format!("its schema {schema} is not known")),
        };
        let total = counts.iter().try_fold(0_u64, |total, count| total.checked_add(*count));
        // Values that are no number count, but stand in no bucket; then the sum is no number either, and refused.
        match total {
            Some(total) if total == count || (self.sum.is_nan() && total < count) => {}
            _ => return Err(format!("its buckets do not add up to its count, which is {count}")),
        }
        Ok(Distribution { count, bounds, counts, ..Distribution::default() })
    }

    fn exponential(&self) -> Result<(Vec<f64>, Vec<u64>), String> {
        let threshold = self.zero_threshold;
        if !threshold.is_finite() || threshold < 0.0 {
            return Err("its zero threshold is not a finite number of at least 0".to_owned());
        }
        let bound = |index: i64| power(index, self.schema);
        let mut buckets = Buckets::default();
        for (index, count) in self.negative()?.into_iter().rev() {
            buckets.add(-bound(index), -bound(index - 1).max(threshold), count)?;
        }
        buckets.add(-threshold, threshold, self.zero_count()?)?;
        for (index, count) in self.positive()? {
            buckets.add(bound(index - 1).max(threshold), bound(index), count)?;
        }
        Ok(buckets.finish())
    }

    /// Bucket `i` lies below the bound of this index, the one behind them all below infinity.
    fn custom(&self) -> Result<(Vec<f64>, Vec<u64>), String> {
        let bounds = &self.custom_values;
        if bounds.len() >= BUCKETS_MAX {
            return Err(too_many(bounds.len()));
        }
        if !bounds.iter().all(|bound| bound.is_finite()) || !bounds.is_sorted_by(|bound, next| bound < next) {
            return Err("its bounds are not finite and rising".to_owned());
        }
        if !self.negative()?.is_empty() || self.zero_count()? > 0 {
            return Err("it has bounds of its own, and negative or zero buckets beside them".to_owned());
        }
        let mut counts = vec![0; bounds.len() + 1];
        for (index, count) in self.positive()? {
            let place = usize::try_from(index).ok().and_then(|index| counts.get_mut(index));
            *place.ok_or_else(|| format!("it has a bucket {index} for {} bounds", bounds.len()))? = count;
        }
        Ok((bounds.clone(), counts))
    }

    fn zero_count(&self) -> Result<u64, String> {
        self.zero_count_int.map_or_else(|| whole_number(self.zero_count_float.unwrap_or_default()), Ok)
    }

    fn positive(&self) -> Result<Vec<Bucket>, String> {
        place(&self.positive_spans, &counts(&self.positive_deltas, &self.positive_counts)?)
    }

    fn negative(&self) -> Result<Vec<Bucket>, String> {
        place(&self.negative_spans, &counts(&self.negative_deltas, &self.negative_counts)?)
    }
}

/// The counts of buckets: of integer histograms the first and then differences, of those of floats themselves.
fn counts(deltas: &[i64], floats: &[f64]) -> Result<Vec<u64>, String> {
    if deltas.len().max(floats.len()) > BUCKETS_MAX {
        return Err(too_many(deltas.len().max(floats.len())));
    }
    if !floats.is_empty() {
        return floats.iter().map(|count| whole_number(*count)).collect();
    }
    let mut last = 0_i64;
    let mut next = |delta: &i64| {
        last = last.checked_add(*delta).filter(|count| *count >= 0)?;
        u64::try_from(last).ok()
    };
    deltas.iter().map(|delta| next(delta).ok_or_else(|| "one of its counts is less than 0".to_owned())).collect()
}

/// The index of every bucket that holds something.
fn place(spans: &[Span], counts: &[u64]) -> Result<Vec<Bucket>, String> {
    let mut placed = Vec::with_capacity(counts.len());
    let mut rest = counts;
    let mut index = 0_i64;
    for (number, span) in spans.iter().enumerate() {
        if number > 0 && span.offset < 0 {
            return Err("its spans overlap".to_owned());
        }
        index += i64::from(span.offset);
        let (held, behind) = usize::try_from(span.length)
            .ok()
            .and_then(|length| rest.split_at_checked(length))
            .ok_or_else(|| "its spans have more buckets than there are counts".to_owned())?;
        rest = behind;
        placed.extend((index..).zip(held.iter().copied()).filter(|(_, count)| *count > 0));
        index += i64::from(span.length);
    }
    match rest.len() {
        0 => Ok(placed),
        more => Err(format!("{more} of its counts belong to no span")),
    }
}

fn too_many(buckets: usize) -> String {
    format!("it has {buckets} buckets; at most {BUCKETS_MAX} are kept")
}
