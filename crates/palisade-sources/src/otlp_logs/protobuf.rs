//! Export requests as Protocol Buffers.

use super::{
    batch::{Batch, Shared},
    record::Record,
};
use crate::SourceError;
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use prost::{
    Message,
    encoding::{DecodeContext, WireType, decode_key, decode_varint, skip_field},
};

/// Field numbers of `ExportLogsServiceRequest`, `ResourceLogs` and `ScopeLogs`.
const RESOURCE_LOGS: u32 = 1;
const RESOURCE: u32 = 1;
const SCOPE_LOGS: u32 = 2;
const SCOPE: u32 = 1;
const LOG_RECORDS: u32 = 2;

pub(super) fn read(body: &[u8], batch: &mut Batch<'_>) -> Result<(), SourceError> {
    for message in messages(body, RESOURCE_LOGS) {
        read_resource_logs(message?, batch)?;
    }
    Ok(())
}

fn read_resource_logs(bytes: &[u8], batch: &mut Batch<'_>) -> Result<(), SourceError> {
    let resource = batch.resource(merge_parts(bytes, RESOURCE, batch.part_bytes_max())?);
    for message in messages(bytes, SCOPE_LOGS) {
        read_scope_logs(message?, &resource, batch)?;
    }
    Ok(())
}

fn read_scope_logs(bytes: &[u8], resource: &Shared, batch: &mut Batch<'_>) -> Result<(), SourceError> {
    let scope = batch.scope(merge_parts(bytes, SCOPE, batch.part_bytes_max())?);
    for message in messages(bytes, LOG_RECORDS) {
        let record = read_record(message?, batch.part_bytes_max());
        batch.record(resource, &scope, record)?;
    }
    Ok(())
}

fn read_record(bytes: &[u8], bytes_max: usize) -> Result<Record, String> {
    if bytes.len() > bytes_max {
        return Err(format!("the log record has {} bytes; at most {bytes_max} are read", bytes.len()));
    }
    LogRecord::decode(bytes).map(Record::from).map_err(|error| format!("the log record cannot be decoded: {error}"))
}

/// A message field that stands at most once; the parts of one that is repeated are merged, as Protocol Buffers ask.
fn merge_parts<M: Message + Default>(
    bytes: &[u8],
    tag: u32,
    bytes_max: usize,
) -> Result<Result<M, String>, SourceError> {
    let mut merged = Ok(M::default());
    let mut bytes_read = 0;
    for part in messages(bytes, tag) {
        let part = part?;
        bytes_read += part.len();
        merged = merged.and_then(|mut message: M| match bytes_read <= bytes_max {
            true => message.merge(part).map(|()| message).map_err(|error| error.to_string()),
            false => Err(format!("it has more than {bytes_max} bytes")),
        });
    }
    Ok(merged)
}

/// The encoded messages of one field, in order.
fn messages(bytes: &[u8], wanted: u32) -> impl Iterator<Item = Result<&[u8], SourceError>> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            match next_field(&mut rest) {
                Ok((tag, Some(message))) if tag == wanted => return Some(Ok(message)),
                Ok(_) => {}
                Err(error) => {
                    rest = &[];
                    return Some(Err(SourceError::Malformed(format!("it is not an OTLP logs request: {error}"))));
                }
            }
        }
        None
    })
}

/// Takes one field off `rest`: its number, and its bytes when it is a message.
fn next_field<'b>(rest: &mut &'b [u8]) -> Result<(u32, Option<&'b [u8]>), String> {
    let (tag, wire_type) = decode_key(rest).map_err(|error| error.to_string())?;
    if wire_type != WireType::LengthDelimited {
        skip_field(wire_type, tag, rest, DecodeContext::default()).map_err(|error| error.to_string())?;
        return Ok((tag, None));
    }
    let length = decode_varint(rest).map_err(|error| error.to_string())?;
    let split = usize::try_from(length).ok().and_then(|length| rest.split_at_checked(length));
    let (message, behind) = split.ok_or_else(|| format!("field {tag} goes on beyond the end"))?;
    *rest = behind;
    Ok((tag, Some(message)))
}
