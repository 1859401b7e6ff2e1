//! `AnyValue` as attribute values: maps are flattened to dotted keys, lists become JSON text, bytes base64 text.

use crate::{
    attribute_list::{AttributeList, shortened},
    draft::{Alias, Draft},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value::Value as Any};
use palisade_model::Value;
use serde::Serialize;

/// True for what is neither list nor map.
pub(super) fn is_scalar(value: Option<&AnyValue>) -> bool {
    !matches!(value.and_then(|value| value.value.as_ref()), Some(Any::ArrayValue(_) | Any::KvlistValue(_)))
}

/// Lifts a scalar to a field; lists and maps stay attributes, as one JSON text.
pub(super) fn lift(alias: Alias, value: Option<AnyValue>, draft: &mut Draft<'_>) {
    match leaf(value, usize::MAX) {
        Some(text @ Value::Json(_)) => draft.attribute(alias.name.to_owned(), text),
        Some(value) => draft.lift(alias, value),
        None => refuse_depth(alias.name, draft.attributes()),
    }
}

/// Keeps a value under `key`, or the members of a map under `key.member`.
pub(super) fn keep(key: String, value: Option<AnyValue>, levels_left: usize, attributes: &mut AttributeList<'_>) {
    match value {
        Some(AnyValue { value: Some(Any::KvlistValue(list)) }) if !list.values.is_empty() => {
            if levels_left == 0 {
                return refuse_depth(&key, attributes);
            }
            for KeyValue { key: member, value, .. } in list.values {
                if attributes.has_problem() {
                    return;
                }
                keep(format!("{key}.{member}"), value, levels_left - 1, attributes);
            }
        }
        scalar_or_list => match leaf(scalar_or_list, levels_left) {
            Some(value) => attributes.push(key, value),
            None => refuse_depth(&key, attributes),
        },
    }
}

/// The body of a record as text for people: text as it is, all else as JSON.
pub(super) fn into_message(body: AnyValue, levels_left: usize, draft: &mut Draft<'_>) -> Value {
    match leaf(Some(body), levels_left) {
        Some(Value::Json(text)) => Value::Text(text),
        Some(scalar) => scalar,
        None => {
            refuse_depth("body", draft.attributes());
            Value::Null
        }
    }
}

fn refuse_depth(key: &str, attributes: &mut AttributeList<'_>) {
    attributes.refuse(|| format!("it is nested too deep at '{}': flatten it", shortened(key)));
}

/// The value as one; `None` when it is nested deeper than `levels_left`.
fn leaf(value: Option<AnyValue>, levels_left: usize) -> Option<Value> {
    Some(match value.and_then(|value| value.value) {
        None | Some(Any::StringValueStrindex(_)) => Value::Null,
        Some(Any::StringValue(text)) => Value::Text(text),
        Some(Any::BoolValue(value)) => Value::Boolean(value),
        Some(Any::IntValue(value)) => Value::Integer(value),
        Some(Any::DoubleValue(value)) => Value::Float(value),
        Some(Any::BytesValue(bytes)) => Value::Text(STANDARD.encode(bytes)),
        Some(nested) => {
            let mut json = Vec::new();
            if !write_json(&nested, levels_left, &mut json) {
                return None;
            }
            Value::Json(String::from_utf8(json).ok()?)
        }
    })
}

/// Appends the value as compact JSON; false when it is nested deeper than `levels_left`. The decoders bound the depth of
/// what comes here, so the recursion is bounded too.
fn write_json(value: &Any, levels_left: usize, json: &mut Vec<u8>) -> bool {
    match value {
        Any::ArrayValue(list) => {
            write_members(b"[]", list.values.iter().map(|value| (None, Some(value))), levels_left, json)
        }
        Any::KvlistValue(map) => {
            let members = map.values.iter().map(|member| (Some(member.key.as_str()), member.value.as_ref()));
            write_members(b"{}", members, levels_left, json)
        }
        Any::StringValue(text) => write_scalar(text, json),
        Any::BoolValue(value) => write_scalar(value, json),
        Any::IntValue(value) => write_scalar(value, json),
        Any::DoubleValue(value) if value.is_finite() => write_scalar(value, json),
        Any::DoubleValue(value) => write_scalar(&value.to_string(), json),
        Any::BytesValue(bytes) => write_scalar(&STANDARD.encode(bytes), json),
        Any::StringValueStrindex(_) => write_scalar(&(), json),
    }
}

fn write_members<'v>(
    brackets: &[u8; 2],
    members: impl Iterator<Item = (Option<&'v str>, Option<&'v AnyValue>)>,
    levels_left: usize,
    json: &mut Vec<u8>,
) -> bool {
    let Some(levels_left) = levels_left.checked_sub(1) else { return false };
    json.push(brackets[0]);
    for (index, (key, value)) in members.enumerate() {
        if index > 0 {
            json.push(b',');
        }
        if let Some(key) = key {
            write_scalar(key, json);
            json.push(b':');
        }
        let is_written = match value.and_then(|value| value.value.as_ref()) {
            Some(value) => write_json(value, levels_left, json),
            None => write_scalar(&(), json),
        };
        if !is_written {
            return false;
        }
    }
    json.push(brackets[1]);
    true
}

fn write_scalar(value: &(impl Serialize + ?Sized), json: &mut Vec<u8>) -> bool {
    serde_json::to_writer(json, value).is_ok()
}
