//! OTLP logs over HTTP: `ExportLogsServiceRequest` as Protocol Buffers or JSON, each log record one event.
//!
//! Source: OTLP 1.9 specification and `opentelemetry/proto/logs/v1/logs.proto`. The outer levels are walked without
//! building them, and records are decoded one by one. So a bad record costs only itself, and a body of a few bytes
//! cannot ask for a hundred times its size in empty resources.

mod any_value;
mod batch;
mod json;
mod json_record;
mod protobuf;
mod record;

use crate::{Context, Format, Parsed, Receipt, SourceError};
use batch::Batch;
use opentelemetry_proto::tonic::collector::logs::v1::{ExportLogsPartialSuccess, ExportLogsServiceResponse};
use prost::Message;

/// Reads an export request.
pub(crate) fn read(format: Format, body: &[u8], context: &Context<'_>) -> Result<Parsed, SourceError> {
    let mut batch = Batch::new(context);
    match format {
        Format::Protobuf => protobuf::read(body, &mut batch)?,
        Format::Json | Format::Ndjson => json::read(body, &mut batch)?,
    }
    Ok(batch.finish())
}

/// Answers an export request. `partial_success` is left out when nothing was rejected, as the specification asks.
pub(crate) fn respond(format: Format, receipt: &Receipt) -> Vec<u8> {
    let rejected = i64::try_from(receipt.rejected).unwrap_or(i64::MAX);
    match (format, rejected) {
        (Format::Protobuf, 0) => Vec::new(),
        (Format::Protobuf, _) => {
            let partial = ExportLogsPartialSuccess { rejected_log_records: rejected, error_message: receipt.summary() };
            ExportLogsServiceResponse { partial_success: Some(partial) }.encode_to_vec()
        }
        (Format::Json | Format::Ndjson, 0) => b"{}".to_vec(),
        (Format::Json | Format::Ndjson, _) => {
            // The JSON form of Protocol Buffers writes 64-bit integers as text.
            let partial = serde_json::json!({
                "rejectedLogRecords": rejected.to_string(),
                "errorMessage": receipt.summary(),
            });
            serde_json::json!({ "partialSuccess": partial }).to_string().into_bytes()
        }
    }
}
