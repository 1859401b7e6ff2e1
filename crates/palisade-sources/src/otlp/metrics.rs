//! OTLP metrics: `ExportMetricsServiceRequest`, each data point one [`Metric`](palisade_model::Metric).
//!
//! | data | kind | value |
//! |---|---|---|
//! | `Gauge` | gauge | the number |
//! | `Sum`, cumulative and monotonic | counter | the number |
//! | `Sum`, cumulative, not monotonic | gauge | the number |
//! | `Sum`, delta | delta | the number |
//! | `Histogram`, `ExponentialHistogram`, cumulative or delta | counter or delta | the sum; buckets in `distribution` |
//! | `Summary` | counter | the sum; quantiles in `distribution` |
//!
//! A sum that is not monotonic says so in the attribute `otel.sum.monotonic`, so that it can be told from a gauge. A
//! histogram without a sum has the value 0 and says so in `otel.sum.unknown`. Whole numbers beyond 2⁵³ are rounded to the
//! nearest double.
//!
//! What the attributes of a point say makes its series, so they only ever get additions that stay the same from point to
//! point: `otel.time_problem`, where a time that is not believable was replaced by that of receipt, does not repeat it.
//! Such a `start_time` is left out.
//!
//! A point with the flag *no recorded value* says that its series has ended (a staleness marker of Prometheus). It is
//! valid and holds no value, so it is counted as accepted and nothing is kept of it. Every other point must have finite
//! values: one that is NaN or infinite would make every sum and average over it so, and costs its own point. A quantile
//! of a summary that is NaN only says that nothing was seen lately, and is left out.
//!
//! Descriptions, metadata and exemplars are not kept.

mod exponential;
mod json_metric;
mod point;
mod reading;
mod stream;

use super::{
    answer,
    batch::Batch,
    json,
    origin::Shared,
    protobuf::{self, Field},
    signal::{self, Signal},
};
use crate::{Context, Format, Parsed, Place, Receipt, SourceError};
use json_metric::JsonMetric;
use opentelemetry_proto::tonic::collector::metrics::v1::{ExportMetricsPartialSuccess, ExportMetricsServiceResponse};
use palisade_model::Metric;
use point::Point;
use prost::Message;
use stream::{Named, Properties, Shape, Stream};

/// Reads an export request.
pub(crate) fn read(format: Format, body: &[u8], context: &Context<'_>) -> Result<Parsed, SourceError> {
    signal::read::<Metrics>(format, body, context)
}

/// Answers an export request.
pub(crate) fn respond(format: Format, receipt: &Receipt) -> Vec<u8> {
    answer::respond(format, receipt, "rejectedDataPoints", |rejected_data_points, error_message| {
        let partial = ExportMetricsPartialSuccess { rejected_data_points, error_message };
        ExportMetricsServiceResponse { partial_success: Some(partial) }.encode_to_vec()
    })
}

struct Metrics;

impl Signal for Metrics {
    const NAME: &'static str = "metrics";
    const RESOURCES: &'static str = "resourceMetrics";
    const SCOPES: &'static str = "scopeMetrics";
    const RECORDS: &'static str = "metrics";
    const PLACE: fn(usize) -> Place = Place::Point;

    /// The points are not built all at once, because a metric may have as many as the whole body. Their common
    /// properties stand behind them, so the fields are passed over twice.
    fn read_protobuf(metric: &[u8], shared: &Shared<'_>, batch: &mut Batch<'_>) -> Result<(), SourceError> {
        let named = match Named::from_protobuf(metric) {
            Ok(named) => named,
            Err(problem) => return refuse_metric(&problem, batch),
        };
        for (tag, field) in protobuf::fields(metric).map_while(Result::ok) {
            if let (Some(shape), Field::Bytes(data)) = (Shape::from_tag(tag), field) {
                read_data(data, &named, shape, shared, batch)?;
            }
        }
        Ok(())
    }

    fn read_json(metric: &str, shared: &Shared<'_>, batch: &mut Batch<'_>) -> Result<(), SourceError> {
        let metric: JsonMetric<'_> = match json::parse_bounded(metric, usize::MAX) {
            Ok(metric) => metric,
            Err(problem) => return refuse_metric(&problem, batch),
        };
        let named = Named { name: &metric.name, unit: &metric.unit };
        for (shape, data) in metric.data() {
            let stream = Stream::new(named, shape, data.properties(), batch.context.limits);
            for point in &data.data_points.0 {
                add(json_metric::point(shape, point.get(), batch.part_bytes_max()), &stream, shared, batch)?;
            }
        }
        Ok(())
    }
}

fn read_data(
    data: &[u8],
    named: &Named<'_>,
    shape: Shape,
    shared: &Shared<'_>,
    batch: &mut Batch<'_>,
) -> Result<(), SourceError> {
    let properties = match Properties::from_protobuf(data) {
        Ok(properties) => properties,
        Err(problem) => return refuse_metric(&problem, batch),
    };
    let stream = Stream::new(*named, shape, properties, batch.context.limits);
    for point in protobuf::messages(data, stream::DATA_POINTS) {
        let point = point.and_then(|point| Point::from_protobuf(shape, point, batch.part_bytes_max()));
        add(point, &stream, shared, batch)?;
    }
    Ok(())
}

fn add(
    point: Result<Point, String>,
    stream: &Result<Stream<'_>, String>,
    shared: &Shared<'_>,
    batch: &mut Batch<'_>,
) -> Result<(), SourceError> {
    match (shared, stream, point) {
        (Ok(_), Ok(_), Ok(point)) if !point.is_recorded() => batch.skip(),
        (Ok(origins), Ok(stream), Ok(point)) => batch.add(point.into_metric(stream, *origins, batch.context)),
        (Err(problem), _, _) => batch.add(refused((*problem).to_owned())),
        (_, Err(problem), _) => batch.add(refused(problem.clone())),
        (_, _, Err(problem)) => batch.add(refused(problem)),
    }
}

/// A metric that is no message costs itself, and its points cannot be counted.
fn refuse_metric(problem: &str, batch: &mut Batch<'_>) -> Result<(), SourceError> {
    batch.add(refused(format!("its metric cannot be decoded: {problem}")))
}

fn refused(problem: String) -> Result<Metric, String> {
    Err(problem)
}
