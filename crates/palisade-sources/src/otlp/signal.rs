//! What differs between logs, metrics and traces, and how each is read.

use super::{batch::Batch, json, origin::Shared, protobuf};
use crate::{Context, Format, Parsed, Place, SourceError};

/// One kind of export request: the names of its levels, and how its records become observations. The field numbers of
/// the outer levels are the same for all signals.
pub(super) trait Signal {
    /// The name of the signal in messages: `logs`.
    const NAME: &'static str;
    /// The JSON name of the list of resources: `resourceLogs`.
    const RESOURCES: &'static str;
    /// The JSON name of the list of scopes of a resource: `scopeLogs`.
    const SCOPES: &'static str;
    /// The JSON name of the list of records of a scope: `logRecords`.
    const RECORDS: &'static str;
    /// Where the observation of this number stands.
    const PLACE: fn(usize) -> Place;

    /// Reads one encoded record.
    fn read_protobuf(record: &[u8], shared: &Shared<'_>, batch: &mut Batch<'_>) -> Result<(), SourceError>;

    /// Reads the text of one record.
    fn read_json(record: &str, shared: &Shared<'_>, batch: &mut Batch<'_>) -> Result<(), SourceError>;
}

/// Reads an export request.
pub(super) fn read<S: Signal>(format: Format, body: &[u8], context: &Context<'_>) -> Result<Parsed, SourceError> {
    let mut batch = Batch::new(context, body.len(), S::PLACE);
    match format {
        Format::Protobuf => protobuf::read::<S>(body, &mut batch)?,
        Format::Json | Format::Ndjson => json::read::<S>(body, &mut batch)?,
    }
    Ok(batch.finish())
}
