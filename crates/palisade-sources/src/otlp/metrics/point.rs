//! One data point, whatever its shape was, and the metric that it becomes.

use super::{
    reading::Reading,
    stream::{Shape, Stream},
};
use crate::{
    Context,
    attribute_list::AttributeList,
    otlp::{any_value, origin::Origins, protobuf, time},
};
use opentelemetry_proto::tonic::{
    common::v1::KeyValue,
    metrics::v1::{
        DataPointFlags, ExponentialHistogramDataPoint, HistogramDataPoint, NumberDataPoint, SummaryDataPoint,
    },
};
use palisade_model::{Id, Metric, Value};

/// The same for every point, see the module comment of metrics.
const TIME_PROBLEM: &str = "the time of the sender is not believable: check its clock";

/// A data point. Times are nanoseconds since the epoch, 0 when unknown.
#[derive(Debug)]
pub(super) struct Point {
    attributes: Vec<KeyValue>,
    start_time: u64,
    time: u64,
    flags: u32,
    reading: Result<Reading, String>,
}

impl Point {
    /// Decodes the point of a metric of this shape.
    pub(super) fn from_protobuf(shape: Shape, bytes: &[u8], bytes_max: usize) -> Result<Self, String> {
        const NAME: &str = "data point";
        match shape {
            Shape::Gauge | Shape::Sum => protobuf::decode::<NumberDataPoint>(bytes, bytes_max, NAME).map(Self::from),
            Shape::Histogram => protobuf::decode::<HistogramDataPoint>(bytes, bytes_max, NAME).map(Self::from),
            Shape::ExponentialHistogram => {
                protobuf::decode::<ExponentialHistogramDataPoint>(bytes, bytes_max, NAME).map(Self::from)
            }
            Shape::Summary => protobuf::decode::<SummaryDataPoint>(bytes, bytes_max, NAME).map(Self::from),
        }
    }

    /// False for one that only says that its series has ended.
    pub(super) fn is_recorded(&self) -> bool {
        self.flags & DataPointFlags::NoRecordedValueMask as u32 == 0
    }

    /// The metric. A clock that is far off does not cost the point, see [`TIME_PROBLEM`].
    pub(super) fn into_metric(
        self,
        stream: &Stream<'_>,
        origins: Origins<'_>,
        context: &Context<'_>,
    ) -> Result<Metric, String> {
        let reading = self.reading?;
        let (time, is_believable) = match time::named(self.time, context.received) {
            Ok(time) => (time.unwrap_or(context.received), true),
            Err(_) => (context.received, false),
        };
        let start_time = time::named(self.start_time, context.received).ok().flatten().unwrap_or_default();
        let count = self.attributes.len() + origins.attribute_count() + 1;
        let mut attributes = AttributeList::new(context.limits, "point", count);
        for KeyValue { key, value, .. } in self.attributes {
            any_value::keep(key, value, context.limits.depth, &mut attributes);
        }
        if stream.is_falling_sum {
            attributes.push("otel.sum.monotonic".to_owned(), Value::Boolean(false));
        }
        if reading.is_sum_unknown {
            attributes.push("otel.sum.unknown".to_owned(), Value::Boolean(true));
        }
        if !is_believable {
            attributes.push(time::TIME_PROBLEM.to_owned(), Value::from(TIME_PROBLEM));
        }
        origins.copy_attributes(&mut attributes);
        Ok(Metric {
            id: Id::default(),
            time,
            name: stream.named.name.to_owned(),
            kind: stream.kind,
            value: reading.value,
            start_time,
            distribution: reading.distribution.map(Box::new),
            unit: stream.named.unit.to_owned(),
            service: origins.service(),
            host: origins.host(),
            attributes: attributes.finish()?,
        })
    }
}

impl From<NumberDataPoint> for Point {
    fn from(point: NumberDataPoint) -> Self {
        Self {
            reading: Reading::of_number(point.value),
            attributes: point.attributes,
            start_time: point.start_time_unix_nano,
            time: point.time_unix_nano,
            flags: point.flags,
        }
    }
}

impl From<HistogramDataPoint> for Point {
    fn from(mut point: HistogramDataPoint) -> Self {
        Self {
            attributes: std::mem::take(&mut point.attributes),
            start_time: point.start_time_unix_nano,
            time: point.time_unix_nano,
            flags: point.flags,
            reading: Reading::of_histogram(point),
        }
    }
}

impl From<ExponentialHistogramDataPoint> for Point {
    fn from(mut point: ExponentialHistogramDataPoint) -> Self {
        Self {
            attributes: std::mem::take(&mut point.attributes),
            start_time: point.start_time_unix_nano,
            time: point.time_unix_nano,
            flags: point.flags,
            reading: Reading::of_exponential_histogram(&point),
        }
    }
}

impl From<SummaryDataPoint> for Point {
    fn from(mut point: SummaryDataPoint) -> Self {
        Self {
            attributes: std::mem::take(&mut point.attributes),
            start_time: point.start_time_unix_nano,
            time: point.time_unix_nano,
            flags: point.flags,
            reading: Reading::of_summary(&point),
        }
    }
}
