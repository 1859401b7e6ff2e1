//! Metrics in the JSON form of OTLP. `null` means absent, unknown fields are ignored.

use super::{
    point::Point,
    stream::{Properties, Shape},
};
use crate::otlp::{
    json::{RawList, parse_bounded},
    json_value::{enumeration, key_values, number, numbers, optional_number, or_default},
};
use opentelemetry_proto::tonic::{
    common::v1::KeyValue,
    metrics::v1::{
        AggregationTemporality, ExponentialHistogramDataPoint, HistogramDataPoint, NumberDataPoint, SummaryDataPoint,
        exponential_histogram_data_point::Buckets, number_data_point::Value as Number,
        summary_data_point::ValueAtQuantile,
    },
};
use serde::{Deserialize, Deserializer};

/// One metric, its points not parsed yet.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "a metric object")]
pub(super) struct JsonMetric<'t> {
    #[serde(deserialize_with = "or_default")]
    pub(super) name: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) unit: String,
    #[serde(borrow)]
    gauge: Option<JsonData<'t>>,
    #[serde(borrow)]
    sum: Option<JsonData<'t>>,
    #[serde(borrow)]
    histogram: Option<JsonData<'t>>,
    #[serde(borrow)]
    exponential_histogram: Option<JsonData<'t>>,
    #[serde(borrow)]
    summary: Option<JsonData<'t>>,
}

impl<'t> JsonMetric<'t> {
    /// Its data, usually one.
    pub(super) fn data(&self) -> impl Iterator<Item = (Shape, &JsonData<'t>)> {
        let data = [
            (Shape::Gauge, &self.gauge),
            (Shape::Sum, &self.sum),
            (Shape::Histogram, &self.histogram),
            (Shape::ExponentialHistogram, &self.exponential_histogram),
            (Shape::Summary, &self.summary),
        ];
        data.into_iter().filter_map(|(shape, data)| Some((shape, data.as_ref()?)))
    }
}

/// The data of a metric of any shape.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object with data points")]
pub(super) struct JsonData<'t> {
    #[serde(borrow)]
    pub(super) data_points: RawList<'t>,
    #[serde(deserialize_with = "temporality")]
    aggregation_temporality: i32,
    #[serde(deserialize_with = "or_default")]
    is_monotonic: bool,
}

impl JsonData<'_> {
    pub(super) fn properties(&self) -> Properties {
        Properties { temporality: self.aggregation_temporality, is_monotonic: self.is_monotonic }
    }
}

/// Reads the point of a metric of this shape.
pub(super) fn point(shape: Shape, text: &str, bytes_max: usize) -> Result<Point, String> {
    match shape {
        Shape::Gauge | Shape::Sum => parse_bounded::<JsonNumberPoint>(text, bytes_max).map(|point| point.into()),
        Shape::Histogram => parse_bounded::<JsonHistogramPoint>(text, bytes_max).map(|point| point.into()),
        Shape::ExponentialHistogram => parse_bounded::<JsonExponentialPoint>(text, bytes_max).map(|point| point.into()),
        Shape::Summary => parse_bounded::<JsonSummaryPoint>(text, bytes_max).map(|point| point.into()),
    }
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "a data point object")]
struct JsonNumberPoint {
    #[serde(deserialize_with = "key_values")]
    attributes: Vec<KeyValue>,
    #[serde(deserialize_with = "number")]
    start_time_unix_nano: u64,
    #[serde(deserialize_with = "number")]
    time_unix_nano: u64,
    #[serde(deserialize_with = "number")]
    flags: u32,
    #[serde(deserialize_with = "optional_number")]
    as_double: Option<f64>,
    #[serde(deserialize_with = "optional_number")]
    as_int: Option<i64>,
}

impl From<JsonNumberPoint> for Point {
    fn from(point: JsonNumberPoint) -> Self {
        let value = point.as_double.map(Number::AsDouble).or(point.as_int.map(Number::AsInt));
        Self::from(NumberDataPoint {
            attributes: point.attributes,
            start_time_unix_nano: point.start_time_unix_nano,
            time_unix_nano: point.time_unix_nano,
            exemplars: Vec::new(),
            flags: point.flags,
            value,
        })
    }
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "a data point object")]
struct JsonHistogramPoint {
    #[serde(deserialize_with = "key_values")]
    attributes: Vec<KeyValue>,
    #[serde(deserialize_with = "number")]
    start_time_unix_nano: u64,
    #[serde(deserialize_with = "number")]
    time_unix_nano: u64,
    #[serde(deserialize_with = "number")]
    flags: u32,
    #[serde(deserialize_with = "number")]
    count: u64,
    #[serde(deserialize_with = "optional_number")]
    sum: Option<f64>,
    #[serde(deserialize_with = "optional_number")]
    min: Option<f64>,
    #[serde(deserialize_with = "optional_number")]
    max: Option<f64>,
    #[serde(deserialize_with = "numbers")]
    bucket_counts: Vec<u64>,
    #[serde(deserialize_with = "numbers")]
    explicit_bounds: Vec<f64>,
}

impl From<JsonHistogramPoint> for Point {
    fn from(point: JsonHistogramPoint) -> Self {
        Self::from(HistogramDataPoint {
            attributes: point.attributes,
            start_time_unix_nano: point.start_time_unix_nano,
            time_unix_nano: point.time_unix_nano,
            count: point.count,
            sum: point.sum,
            bucket_counts: point.bucket_counts,
            explicit_bounds: point.explicit_bounds,
            exemplars: Vec::new(),
            flags: point.flags,
            min: point.min,
            max: point.max,
        })
    }
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "a data point object")]
struct JsonExponentialPoint {
    #[serde(deserialize_with = "key_values")]
    attributes: Vec<KeyValue>,
    #[serde(deserialize_with = "number")]
    start_time_unix_nano: u64,
    #[serde(deserialize_with = "number")]
    time_unix_nano: u64,
    #[serde(deserialize_with = "number")]
    flags: u32,
    #[serde(deserialize_with = "number")]
    count: u64,
    #[serde(deserialize_with = "optional_number")]
    sum: Option<f64>,
    #[serde(deserialize_with = "optional_number")]
    min: Option<f64>,
    #[serde(deserialize_with = "optional_number")]
    max: Option<f64>,
    #[serde(deserialize_with = "number")]
    scale: i32,
    #[serde(deserialize_with = "number")]
    zero_count: u64,
    #[serde(deserialize_with = "number")]
    zero_threshold: f64,
    positive: Option<JsonBuckets>,
    negative: Option<JsonBuckets>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object with bucket counts")]
struct JsonBuckets {
    #[serde(deserialize_with = "number")]
    offset: i32,
    #[serde(deserialize_with = "numbers")]
    bucket_counts: Vec<u64>,
}

impl From<JsonBuckets> for Buckets {
    fn from(buckets: JsonBuckets) -> Self {
        Self { offset: buckets.offset, bucket_counts: buckets.bucket_counts }
    }
}

impl From<JsonExponentialPoint> for Point {
    fn from(point: JsonExponentialPoint) -> Self {
        Self::from(ExponentialHistogramDataPoint {
            attributes: point.attributes,
            start_time_unix_nano: point.start_time_unix_nano,
            time_unix_nano: point.time_unix_nano,
            count: point.count,
            sum: point.sum,
            scale: point.scale,
            zero_count: point.zero_count,
            positive: point.positive.map(Buckets::from),
            negative: point.negative.map(Buckets::from),
            flags: point.flags,
            exemplars: Vec::new(),
            min: point.min,
            max: point.max,
            zero_threshold: point.zero_threshold,
        })
    }
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "a data point object")]
struct JsonSummaryPoint {
    #[serde(deserialize_with = "key_values")]
    attributes: Vec<KeyValue>,
    #[serde(deserialize_with = "number")]
    start_time_unix_nano: u64,
    #[serde(deserialize_with = "number")]
    time_unix_nano: u64,
    #[serde(deserialize_with = "number")]
    flags: u32,
    #[serde(deserialize_with = "number")]
    count: u64,
    #[serde(deserialize_with = "number")]
    sum: f64,
    #[serde(deserialize_with = "or_default")]
    quantile_values: Vec<JsonQuantile>,
}

#[derive(Default, Deserialize)]
#[serde(default, expecting = "an object with quantile and value")]
struct JsonQuantile {
    #[serde(deserialize_with = "number")]
    quantile: f64,
    #[serde(deserialize_with = "number")]
    value: f64,
}

impl From<JsonSummaryPoint> for Point {
    fn from(point: JsonSummaryPoint) -> Self {
        let values = point.quantile_values.into_iter();
        Self::from(SummaryDataPoint {
            attributes: point.attributes,
            start_time_unix_nano: point.start_time_unix_nano,
            time_unix_nano: point.time_unix_nano,
            count: point.count,
            sum: point.sum,
            quantile_values: values
                .map(|pair| ValueAtQuantile { quantile: pair.quantile, value: pair.value })
                .collect(),
            flags: point.flags,
        })
    }
}

fn temporality<'de, D: Deserializer<'de>>(parser: D) -> Result<i32, D::Error> {
    enumeration(parser, |name| AggregationTemporality::from_str_name(name).map(|temporality| temporality as i32))
}
