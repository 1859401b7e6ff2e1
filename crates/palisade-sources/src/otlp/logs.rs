//! OTLP logs: `ExportLogsServiceRequest`, each log record one event.

mod json_record;
mod record;

use super::{
    answer,
    batch::Batch,
    json,
    origin::Shared,
    protobuf,
    signal::{self, Signal},
};
use crate::{Context, Format, Parsed, Place, Receipt, SourceError};
use json_record::JsonRecord;
use opentelemetry_proto::tonic::{
    collector::logs::v1::{ExportLogsPartialSuccess, ExportLogsServiceResponse},
    logs::v1::LogRecord,
};
use prost::Message;
use record::Record;

/// Reads an export request.
pub(crate) fn read(format: Format, body: &[u8], context: &Context<'_>) -> Result<Parsed, SourceError> {
    signal::read::<Logs>(format, body, context)
}

/// Answers an export request.
pub(crate) fn respond(format: Format, receipt: &Receipt) -> Vec<u8> {
    answer::respond(format, receipt, "rejectedLogRecords", |rejected_log_records, error_message| {
        let partial = ExportLogsPartialSuccess { rejected_log_records, error_message };
        ExportLogsServiceResponse { partial_success: Some(partial) }.encode_to_vec()
    })
}

struct Logs;

impl Signal for Logs {
    const NAME: &'static str = "logs";
    const RESOURCES: &'static str = "resourceLogs";
    const SCOPES: &'static str = "scopeLogs";
    const RECORDS: &'static str = "logRecords";
    const PLACE: fn(usize) -> Place = Place::Event;

    fn read_protobuf(record: &[u8], shared: &Shared<'_>, batch: &mut Batch<'_>) -> Result<(), SourceError> {
        let record = protobuf::decode::<LogRecord>(record, batch.part_bytes_max(), "log record").map(Record::from);
        add(record, shared, batch)
    }

    fn read_json(record: &str, shared: &Shared<'_>, batch: &mut Batch<'_>) -> Result<(), SourceError> {
        let record = json::parse_bounded::<JsonRecord>(record, batch.part_bytes_max()).map(Record::from);
        add(record, shared, batch)
    }
}

fn add(record: Result<Record, String>, shared: &Shared<'_>, batch: &mut Batch<'_>) -> Result<(), SourceError> {
    let event = match (shared, record) {
        (Ok(origins), Ok(record)) => {
            let event = record.into_event(*origins, batch.context);
            if event.is_err() {
                batch.charge(origins.text_bytes())?;
            }
            event
        }
        (Err(problem), _) => Err((*problem).to_owned()),
        (_, Err(problem)) => Err(problem),
    };
    batch.add(event)
}
