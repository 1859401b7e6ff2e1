//! What all signals have in the JSON form of OTLP: attributes, numbers, ids. `null` means absent, unknown fields are
//! ignored.

use super::id;
use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{GeneralPurpose, GeneralPurposeConfig},
};
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, KeyValue, KeyValueList, any_value::Value as Any};
use serde::{Deserialize, Deserializer, de};
use std::{borrow::Cow, str::FromStr};

/// Padding may be there or not, as readers of the JSON form of Protocol Buffers must accept.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent),
);

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

#[derive(Default, Deserialize)]
#[serde(default, expecting = "a KeyValue object")]
struct JsonKeyValue {
    #[serde(deserialize_with = "or_default")]
    key: String,
    value: Option<JsonValue>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an AnyValue object")]
pub(super) struct JsonValue {
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

/// The value, or its default for `null`.
pub(super) fn or_default<'de, T: Deserialize<'de> + Default, D: Deserializer<'de>>(parser: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(parser)?.unwrap_or_default())
}

/// Attributes.
pub(super) fn key_values<'de, D: Deserializer<'de>>(parser: D) -> Result<Vec<KeyValue>, D::Error> {
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

/// A number, `None` for `null`.
pub(super) fn optional_number<'de, T: FromStr, D: Deserializer<'de>>(parser: D) -> Result<Option<T>, D::Error> {
    let number: Option<Number<'de>> = Option::deserialize(parser)?;
    let wrong = || de::Error::custom("a number is expected, and is malformed or out of range");
    number.map(|number| number.into().ok_or_else(wrong)).transpose()
}

/// A number, 0 for `null`.
pub(super) fn number<'de, T: FromStr + Default, D: Deserializer<'de>>(parser: D) -> Result<T, D::Error> {
    Ok(optional_number(parser)?.unwrap_or_default())
}

/// A list of numbers, empty for `null`.
pub(super) fn numbers<'de, T: FromStr, D: Deserializer<'de>>(parser: D) -> Result<Vec<T>, D::Error> {
    let numbers: Option<Vec<Number<'de>>> = Option::deserialize(parser)?;
    let wrong = || de::Error::custom("a list of numbers is expected, and one is malformed or out of range");
    numbers.unwrap_or_default().into_iter().map(|number| number.into().ok_or_else(wrong)).collect()
}

/// The number of an enumeration, or the name of it that some writers of JSON give instead; 0 for what is unknown.
pub(super) fn enumeration<'de, D: Deserializer<'de>>(
    parser: D,
    from_name: impl FnOnce(&str) -> Option<i32>,
) -> Result<i32, D::Error> {
    let number: Option<Number<'de>> = Option::deserialize(parser)?;
    Ok(match number {
        None => 0,
        Some(Number::Text(name)) => from_name(&name).or_else(|| name.parse().ok()).unwrap_or(0),
        Some(number) => number.into().unwrap_or(0),
    })
}

/// The bytes of an id, which is hexadecimal text; empty for `null`.
pub(super) fn id_bytes<'de, D: Deserializer<'de>>(parser: D) -> Result<Vec<u8>, D::Error> {
    let text: Option<Cow<'de, str>> = Option::deserialize(parser)?;
    let wrong = || de::Error::custom("an id is expected in hexadecimal digits");
    text.map_or_else(|| Ok(Vec::new()), |text| id::from_hexadecimal(&text).ok_or_else(wrong))
}
