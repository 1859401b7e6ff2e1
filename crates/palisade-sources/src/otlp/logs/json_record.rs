//! Log records in the JSON form of OTLP. `null` means absent, unknown fields are ignored.

use super::record::Record;
use crate::otlp::json_value::{JsonValue, enumeration, key_values, number, or_default};
use opentelemetry_proto::tonic::{
    common::v1::{AnyValue, KeyValue},
    logs::v1::SeverityNumber,
};
use serde::{Deserialize, Deserializer};

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "a log record object")]
pub(super) struct JsonRecord {
    #[serde(deserialize_with = "number")]
    time_unix_nano: u64,
    #[serde(deserialize_with = "number")]
    observed_time_unix_nano: u64,
    #[serde(deserialize_with = "severity_number")]
    severity_number: i32,
    #[serde(deserialize_with = "or_default")]
    severity_text: String,
    body: Option<JsonValue>,
    #[serde(deserialize_with = "key_values")]
    attributes: Vec<KeyValue>,
    #[serde(deserialize_with = "number")]
    dropped_attributes_count: u32,
    #[serde(deserialize_with = "or_default")]
    trace_id: String,
    #[serde(deserialize_with = "or_default")]
    span_id: String,
    #[serde(deserialize_with = "or_default")]
    event_name: String,
}

impl From<JsonRecord> for Record {
    fn from(record: JsonRecord) -> Self {
        Self {
            time: record.time_unix_nano,
            observed_time: record.observed_time_unix_nano,
            severity_number: record.severity_number,
            severity_text: record.severity_text,
            body: record.body.map(AnyValue::from),
            attributes: record.attributes,
            attributes_dropped: record.dropped_attributes_count,
            trace_id: record.trace_id,
            span_id: record.span_id,
            event_name: record.event_name,
        }
    }
}

fn severity_number<'de, D: Deserializer<'de>>(parser: D) -> Result<i32, D::Error> {
    enumeration(parser, |name| SeverityNumber::from_str_name(name).map(|severity| severity as i32))
}
