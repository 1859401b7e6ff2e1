//! OTLP traces: `ExportTraceServiceRequest`, each span one [`Span`](palisade_model::Span).
//!
//! What has no field of its own becomes an attribute when it is there: `otel.trace_state`, `otel.dropped_attributes_count`,
//! `otel.dropped_events_count`, `otel.dropped_links_count`, and `otel.status_code` = `OK` for a status that was set to
//! that. Times that are not believable are replaced and said in `otel.time_problem`. The flags of W3C Trace Context are
//! not kept.

mod json_span;
mod span;

use super::{
    answer,
    batch::Batch,
    json,
    origin::Shared,
    protobuf,
    signal::{self, Signal},
};
use crate::{Context, Format, Parsed, Place, Receipt, SourceError};
use json_span::JsonSpan;
use opentelemetry_proto::tonic::{
    collector::trace::v1::{ExportTracePartialSuccess, ExportTraceServiceResponse},
    trace::v1::Span,
};
use prost::Message;

/// Reads an export request.
pub(crate) fn read(format: Format, body: &[u8], context: &Context<'_>) -> Result<Parsed, SourceError> {
    signal::read::<Traces>(format, body, context)
}

/// Answers an export request.
pub(crate) fn respond(format: Format, receipt: &Receipt) -> Vec<u8> {
    answer::respond(format, receipt, "rejectedSpans", |rejected_spans, error_message| {
        let partial = ExportTracePartialSuccess { rejected_spans, error_message };
        ExportTraceServiceResponse { partial_success: Some(partial) }.encode_to_vec()
    })
}

struct Traces;

impl Signal for Traces {
    const NAME: &'static str = "traces";
    const RESOURCES: &'static str = "resourceSpans";
    const SCOPES: &'static str = "scopeSpans";
    const RECORDS: &'static str = "spans";
    const PLACE: fn(usize) -> Place = Place::Span;

    fn read_protobuf(span: &[u8], shared: &Shared<'_>, batch: &mut Batch<'_>) -> Result<(), SourceError> {
        add(protobuf::decode(span, batch.part_bytes_max(), "span"), shared, batch)
    }

    fn read_json(span: &str, shared: &Shared<'_>, batch: &mut Batch<'_>) -> Result<(), SourceError> {
        add(json::parse_bounded::<JsonSpan>(span, batch.part_bytes_max()).map(Span::from), shared, batch)
    }
}

fn add(span: Result<Span, String>, shared: &Shared<'_>, batch: &mut Batch<'_>) -> Result<(), SourceError> {
    let span = match shared {
        Ok(origins) => span.and_then(|span| span::convert(span, *origins, batch.context)),
        Err(problem) => Err((*problem).to_owned()),
    };
    batch.add(span)
}
