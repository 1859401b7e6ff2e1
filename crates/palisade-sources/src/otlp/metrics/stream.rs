//! What the points of one metric share.

use crate::{
    Limits,
    otlp::protobuf::{Field, fields},
};
use opentelemetry_proto::tonic::metrics::v1::AggregationTemporality;
use palisade_model::MetricKind;

/// Field numbers of `Metric`.
const NAME: u32 = 1;
const UNIT: u32 = 3;
/// Field numbers of `Gauge`, `Sum`, `Histogram`, `ExponentialHistogram` and `Summary`.
pub(super) const DATA_POINTS: u32 = 1;
const AGGREGATION_TEMPORALITY: u32 = 2;
const IS_MONOTONIC: u32 = 3;

/// Which data a metric has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Gauge,
    Sum,
    Histogram,
    ExponentialHistogram,
    Summary,
}

impl Shape {
    /// The shape of the field of `Metric` with this number.
    pub(super) fn from_tag(tag: u32) -> Option<Self> {
        Some(match tag {
            5 => Self::Gauge,
            7 => Self::Sum,
            9 => Self::Histogram,
            10 => Self::ExponentialHistogram,
            11 => Self::Summary,
            _ => return None,
        })
    }
}

/// How a metric is called.
#[derive(Clone, Copy)]
pub(super) struct Named<'m> {
    pub(super) name: &'m str,
    pub(super) unit: &'m str,
}

impl<'m> Named<'m> {
    /// Reads the names of an encoded `Metric`, and sees that all of its fields can be told apart.
    pub(super) fn from_protobuf(metric: &'m [u8]) -> Result<Self, String> {
        let mut named = Self { name: "", unit: "" };
        for field in fields(metric) {
            match field? {
                (NAME, Field::Bytes(name)) => named.name = text(name)?,
                (UNIT, Field::Bytes(unit)) => named.unit = text(unit)?,
                _ => {}
            }
        }
        Ok(named)
    }
}

fn text(bytes: &[u8]) -> Result<&str, String> {
    str::from_utf8(bytes).map_err(|error| format!("a name is not UTF-8: {error}"))
}

/// What the data of a metric says about all of its points.
#[derive(Clone, Copy, Default)]
pub(super) struct Properties {
    /// [`AggregationTemporality`]
    pub(super) temporality: i32,
    pub(super) is_monotonic: bool,
}

impl Properties {
    /// Reads those of the data of any shape, and sees that all points can be told apart.
    pub(super) fn from_protobuf(data: &[u8]) -> Result<Self, String> {
        let mut properties = Self::default();
        for field in fields(data) {
            match field? {
                (AGGREGATION_TEMPORALITY, Field::Varint(number)) => {
                    properties.temporality = i32::try_from(number).unwrap_or_default();
                }
                (IS_MONOTONIC, Field::Varint(number)) => properties.is_monotonic = number != 0,
                _ => {}
            }
        }
        Ok(properties)
    }
}

/// A stream of points, as the data model of OpenTelemetry calls it.
pub(super) struct Stream<'m> {
    pub(super) named: Named<'m>,
    pub(super) kind: MetricKind,
    /// True for sums that may also fall.
    pub(super) is_falling_sum: bool,
}

impl<'m> Stream<'m> {
    /// The stream of the points of a metric.
    ///
    /// # Errors
    /// When no point of it can be kept.
    pub(super) fn new(named: Named<'m>, shape: Shape, properties: Properties, limits: &Limits) -> Result<Self, String> {
        let max = limits.key_bytes;
        match named {
            Named { name: "", .. } => return Err("its metric has no name".to_owned()),
            Named { name, .. } if name.len() > max => {
                return Err(format!("the name of its metric is longer than {max} bytes"));
            }
            Named { unit, .. } if unit.len() > max => {
                return Err(format!("the unit of its metric is longer than {max} bytes"));
            }
            _ => {}
        }
        let is_falling_sum = shape == Shape::Sum && !properties.is_monotonic;
        Ok(Self { named, kind: kind(shape, properties)?, is_falling_sum })
    }
}

fn kind(shape: Shape, properties: Properties) -> Result<MetricKind, String> {
    use AggregationTemporality::{Cumulative, Delta, Unspecified};
    let temporality = AggregationTemporality::try_from(properties.temporality).unwrap_or(Unspecified);
    Ok(match (shape, temporality) {
        (Shape::Gauge, _) => MetricKind::Gauge,
        (Shape::Summary, _) => MetricKind::Counter,
        (_, Delta) => MetricKind::Delta,
        (Shape::Sum, Cumulative) if !properties.is_monotonic => MetricKind::Gauge,
        (_, Cumulative) => MetricKind::Counter,
        (_, Unspecified) => return Err("its metric says neither delta nor cumulative: set one".to_owned()),
    })
}
