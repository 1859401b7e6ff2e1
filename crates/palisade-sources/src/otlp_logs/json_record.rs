//! Log records, resources and scopes in the JSON form of OTLP. `null` means absent, unknown fields are ignored.

use super::record::Record;
use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{GeneralPurpose, GeneralPurposeConfig},
};
use opentelemetry_proto::tonic::{
    common::v1::{AnyValue, ArrayValue, KeyValue, KeyValueList, any_value::Value as Any},
    logs::v1::SeverityNumber,
};
use serde::{Deserialize, Deserializer, de};
use std::{borrow::Cow, str::FromStr};

/// Padding may be there or not, as readers of the JSON form of Protocol Buffers must accept.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent),
);

/// Reads one log record.
pub(super) fn parse(text: &str) -> Result<Record, String> {
    let record: JsonRecord = serde_json::from_str(text).map_err(|error| explain(&error))?;
    Ok(record.into())
}

/// Says what is wrong without repeating the value that is.
pub(super) fn explain(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    match message.split_once(", expected ") {
        Some((_, wanted)) => format!("expected {wanted}, at line {}, column {}", error.line(), error.column()),
        None => format!("{message}, at line {}, column {}", error.line(), error.column()),
    }
}

/// A resource or a scope.
#[derive(Default, Deserialize)]
#[serde(default, expecting = "an object with attributes")]
pub(super) struct Attributed {
    #[serde(deserialize_with = "or_default")]
    pub(super) name: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) version: String,
    #[serde(deserialize_with = "key_values")]
    pub(super) attributes: Vec<KeyValue>,
}

impl Attributed {
    /// Reads one resource or scope.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| explain(&error))
    }
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "a log record object")]
struct JsonRecord {
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

#[derive(Default, Deserialize)]
#[serde(default, expecting = "a KeyValue object")]
struct JsonKeyValue {
    #[serde(deserialize_with = "or_default")]
    key: String,
    value: Option<JsonValue>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an AnyValue object")]
struct JsonValue {
    string_value: Option<String>,
    bool_value: Option<bool>,
    #[serde(deserialize_with = "optional_number")]
    int_value: Option<i64>,
    #[serde(deserialize_with = "optional_number")]
    double_value: Option<f64>,
    array_value: Option<JsonArray>,
    kvlist_value: Option<JsonMap>,
    bytes_value: Option<Base64>,
}

#[derive(Default, Deserialize)]
#[serde(default, expecting = "an ArrayValue object")]
struct JsonArray {
    #[serde(deserialize_with = "or_default")]
    values: Vec<JsonValue>,
}

#[derive(Default, Deserialize)]
#[serde(default, expecting = "a KeyValueList object")]
struct JsonMap {
    #[serde(deserialize_with = "key_values")]
    values: Vec<KeyValue>,
}

impl From<JsonValue> for AnyValue {
    fn from(json: JsonValue) -> Self {
        let list = |list: JsonArray| ArrayValue { values: list.values.into_iter().map(Self::from).collect() };
        let value = json.string_value.map(Any::StringValue);
        let value = value.or(json.bool_value.map(Any::BoolValue));
        let value = value.or(json.int_value.map(Any::IntValue));
        let value = value.or(json.double_value.map(Any::DoubleValue));
        let value = value.or(json.bytes_value.map(|bytes| Any::BytesValue(bytes.0)));
        let value = value.or_else(|| json.array_value.map(list).map(Any::ArrayValue));
        let value =
            value.or_else(|| json.kvlist_value.map(|map| Any::KvlistValue(KeyValueList { values: map.values })));
        Self { value }
    }
}

struct Base64(Vec<u8>);

impl<'de> Deserialize<'de> for Base64 {
    fn deserialize<D: Deserializer<'de>>(parser: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(parser)?;
        BASE64.decode(text.as_bytes()).map(Self).map_err(|_| de::Error::custom("bytesValue is not base64"))
    }
}

fn or_default<'de, T: Deserialize<'de> + Default, D: Deserializer<'de>>(parser: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(parser)?.unwrap_or_default())
}

fn key_values<'de, D: Deserializer<'de>>(parser: D) -> Result<Vec<KeyValue>, D::Error> {
    let members: Vec<JsonKeyValue> = or_default(parser)?;
    let members = members.into_iter().map(|member| KeyValue {
        key: member.key,
        value: member.value.map(AnyValue::from),
        ..KeyValue::default()
    });
    Ok(members.collect())
}

/// A number, or the text of one.
#[derive(Deserialize)]
#[serde(untagged)]
enum Number<'t> {
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    #[serde(borrow)]
    Text(Cow<'t, str>),
}

impl Number<'_> {
    /// The number as `T`. A float counts as the integer that it equals, because some languages write `1e3`.
    fn into<T: FromStr>(self) -> Option<T> {
        match self {
            Self::Unsigned(number) => number.to_string().parse().ok(),
            Self::Signed(number) => number.to_string().parse().ok(),
            Self::Float(number) => number.to_string().parse().ok(),
            Self::Text(text) => text.parse().ok(),
        }
    }
}

fn optional_number<'de, T: FromStr, D: Deserializer<'de>>(parser: D) -> Result<Option<T>, D::Error> {
    let number: Option<Number<'de>> = Option::deserialize(parser)?;
    let wrong = || de::Error::custom("a number is expected, and is malformed or out of range");
    number.map(|number| number.into().ok_or_else(wrong)).transpose()
}

fn number<'de, T: FromStr + Default, D: Deserializer<'de>>(parser: D) -> Result<T, D::Error> {
    Ok(optional_number(parser)?.unwrap_or_default())
}

/// The number, or the name of the enumeration that some writers of JSON give instead.
fn severity_number<'de, D: Deserializer<'de>>(parser: D) -> Result<i32, D::Error> {
    let number: Option<Number<'de>> = Option::deserialize(parser)?;
    Ok(match number {
        None => 0,
        Some(Number::Text(name)) => match SeverityNumber::from_str_name(&name) {
            Some(severity) => severity as i32,
            None => name.parse().unwrap_or(0),
        },
        Some(number) => number.into().unwrap_or(0),
    })
}
