//! Export requests as JSON, in the form of OTLP (hexadecimal ids, 64-bit integers as text or number).
//!
//! The types of `opentelemetry-proto` can be read with serde, but they build the whole request at once, refuse `null`
//! where Protocol Buffers say that it means *absent*, refuse an empty `arrayValue`, and refuse `"NaN"` as a
//! `doubleValue`. So the outer levels are walked as raw text here, and records have their own reader.

use super::{
    batch::{Batch, Shared},
    json_record::{self, Attributed},
};
use crate::SourceError;
use opentelemetry_proto::tonic::{common::v1::InstrumentationScope, resource::v1::Resource};
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an export request object")]
struct Request<'b> {
    #[serde(borrow)]
    resource_logs: Option<Vec<&'b RawValue>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "a ResourceLogs object")]
struct ResourceLogs<'b> {
    #[serde(borrow)]
    resource: Option<&'b RawValue>,
    #[serde(borrow)]
    scope_logs: Option<Vec<&'b RawValue>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "a ScopeLogs object")]
struct ScopeLogs<'b> {
    #[serde(borrow)]
    scope: Option<&'b RawValue>,
    #[serde(borrow)]
    log_records: Option<Vec<&'b RawValue>>,
}

pub(super) fn read(body: &[u8], batch: &mut Batch<'_>) -> Result<(), SourceError> {
    let body = str::from_utf8(body).map_err(|error| SourceError::Malformed(format!("it is not UTF-8: {error}")))?;
    let request: Request<'_> = parse_level("request", body)?;
    for resource_logs in request.resource_logs.unwrap_or_default() {
        read_resource_logs(resource_logs, batch)?;
    }
    Ok(())
}

fn read_resource_logs(text: &RawValue, batch: &mut Batch<'_>) -> Result<(), SourceError> {
    let level: ResourceLogs<'_> = parse_level("resourceLogs", text.get())?;
    let resource = read_attributed(level.resource, batch.part_bytes_max());
    let resource = batch.resource(resource.map(|part| Resource { attributes: part.attributes, ..Resource::default() }));
    for scope_logs in level.scope_logs.unwrap_or_default() {
        read_scope_logs(scope_logs, &resource, batch)?;
    }
    Ok(())
}

fn read_scope_logs(text: &RawValue, resource: &Shared, batch: &mut Batch<'_>) -> Result<(), SourceError> {
    let level: ScopeLogs<'_> = parse_level("scopeLogs", text.get())?;
    let scope = read_attributed(level.scope, batch.part_bytes_max()).map(|part| InstrumentationScope {
        name: part.name,
        version: part.version,
        attributes: part.attributes,
        ..InstrumentationScope::default()
    });
    let scope = batch.scope(scope);
    for record in level.log_records.unwrap_or_default() {
        let record = bounded(record, batch.part_bytes_max()).and_then(json_record::parse);
        batch.record(resource, &scope, record)?;
    }
    Ok(())
}

fn parse_level<'b, T: Deserialize<'b>>(name: &str, text: &'b str) -> Result<T, SourceError> {
    serde_json::from_str(text).map_err(|error| {
        let problem = json_record::explain(&error);
        SourceError::Malformed(format!("it is not an OTLP logs request: {name}: {problem}"))
    })
}

fn read_attributed(part: Option<&RawValue>, bytes_max: usize) -> Result<Attributed, String> {
    part.map_or_else(|| Ok(Attributed::default()), |part| bounded(part, bytes_max).and_then(Attributed::parse))
}

fn bounded(part: &RawValue, bytes_max: usize) -> Result<&str, String> {
    match part.get().len() {
        bytes if bytes > bytes_max => Err(format!("it has {bytes} bytes; at most {bytes_max} are read")),
        _ => Ok(part.get()),
    }
}
