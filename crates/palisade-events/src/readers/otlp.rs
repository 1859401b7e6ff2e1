//! OTLP logs in JSON, as collectors write them to files: `resourceLogs` ▸ `scopeLogs` ▸ `logRecords`.
//!
//! Every log record is one event. Its attributes and those of its resource are fields under their own names; its body
//! is `message`, or fields where it is a map, and is read again for what it holds.

use super::{embedded, fault::Fault};
use crate::{
    limits::{DEPTH_MAX, OTLP_RECORD_BYTES_MAX},
    record::{Record, Value},
};
use palisade_model::Timestamp;
use serde::Deserialize;
use serde_json::{Value as Json, value::RawValue};

/// The outer levels, whose parts stay text until it is their turn.
#[derive(Deserialize)]
struct Logs<'t> {
    #[serde(default, borrow, rename = "resourceLogs")]
    resources: Vec<&'t RawValue>,
}

#[derive(Deserialize)]
struct Resource<'t> {
    #[serde(default, borrow)]
    resource: Option<&'t RawValue>,
    #[serde(default, borrow, rename = "scopeLogs")]
    scopes: Vec<&'t RawValue>,
}

#[derive(Deserialize)]
struct Scope<'t> {
    #[serde(default, borrow)]
    scope: Option<&'t RawValue>,
    #[serde(default, borrow, rename = "logRecords")]
    records: Vec<&'t RawValue>,
}

/// Reads every log record of a text; `each` is given one after the other.
///
/// # Errors
/// When the text is not JSON of this form, or a log record is too large.
pub fn read(
    text: &str,
    spare: &mut Record<'static>,
    inner: &mut Record<'static>,
    each: &mut dyn FnMut(&Record<'_>),
) -> Result<(), Fault> {
    let logs: Logs<'_> = part(text)?;
    for resource in logs.resources {
        let resource: Resource<'_> = part(resource.get())?;
        let of_resource = resource.resource.map_or(Ok(Json::Null), whole)?;
        for scope in resource.scopes {
            let scope: Scope<'_> = part(scope.get())?;
            let of_scope = scope.scope.map_or(Ok(Json::Null), whole)?;
            for log in scope.records {
                let mut record = std::mem::take(spare).renew("");
                record_into(&mut record, &whole(log)?, inner);
                attributes_into(&mut record, &of_resource["attributes"], 0);
                for (name, key) in [("scope.name", "name"), ("scope.version", "version")] {
                    if let Some(text) = of_scope[key].as_str().filter(|text| !text.is_empty()) {
                        record.push(name, Value::text(text));
                    }
                }
                each(&record);
                *spare = record.renew("");
            }
        }
    }
    Ok(())
}

fn part<'t, T: Deserialize<'t>>(text: &'t str) -> Result<T, Fault> {
    serde_json::from_str(text)
        .map_err(|error| Fault::new("OTLP logs should have the form of the protocol", error.column()))
}

fn whole(part: &RawValue) -> Result<Json, Fault> {
    if part.get().len() > OTLP_RECORD_BYTES_MAX {
        return Err(Fault::new("a log record is larger than 1 MiB", 0));
    }
    self::part(part.get())
}

fn record_into(record: &mut Record<'_>, log: &Json, inner: &mut Record<'static>) {
    let time = [&log["timeUnixNano"], &log["observedTimeUnixNano"]].into_iter().find_map(nanoseconds);
    if let Some(time) = time {
        record.set_time(time);
    }
    attributes_into(record, &log["attributes"], 0);
    for (name, key) in
        [("severity", "severityText"), ("event_name", "eventName"), ("trace_id", "traceId"), ("span_id", "spanId")]
    {
        if let Some(text) = log[key].as_str().filter(|text| !text.is_empty()) {
            record.push(name, Value::text(text));
        }
    }
    match &log["body"] {
        body if body["stringValue"].is_string() => {
            let message = body["stringValue"].as_str().unwrap_or_default();
            record.push("message", Value::text(message));
            embedded::read_into(record, message, inner);
        }
        body if body["kvlistValue"].is_object() => attributes_into(record, &body["kvlistValue"]["values"], 0),
        body => value_into(record, "message", body, 0),
    }
}

/// Protobuf's JSON writes 64-bit numbers as text; many senders write them as numbers.
fn nanoseconds(value: &Json) -> Option<Timestamp> {
    let number = value.as_str().and_then(|text| text.parse().ok()).or_else(|| value.as_i64());
    number.filter(|&number| number > 0).map(Timestamp::from_nanos)
}

fn attributes_into(record: &mut Record<'_>, attributes: &Json, depth: usize) {
    for attribute in elements(attributes) {
        if let Some(key) = attribute["key"].as_str() {
            value_into(record, key, &attribute["value"], depth);
        }
    }
}

fn value_into(record: &mut Record<'_>, name: &str, value: &Json, depth: usize) {
    let Some((kind, value)) = value.as_object().and_then(|object| object.iter().next()) else {
        return record.push(name, Value::Null);
    };
    if depth >= DEPTH_MAX {
        return record.cut();
    }
    match (kind.as_str(), value) {
        ("arrayValue", list) => {
            elements(&list["values"]).iter().for_each(|value| value_into(record, name, value, depth + 1))
        }
        ("kvlistValue", map) => {
            for member in elements(&map["values"]) {
                let key = format!("{name}.{}", member["key"].as_str().unwrap_or_default());
                value_into(record, &key, &member["value"], depth + 1);
            }
        }
        ("intValue" | "doubleValue", Json::String(number)) => record.push(name, Value::Number(number)),
        (_, Json::Number(number)) => record.push(name, Value::Number(&number.to_string())),
        (_, Json::Bool(value)) => record.push(name, Value::Boolean(*value)),
        (_, Json::String(text)) => record.push(name, Value::text(text)),
        _ => record.push(name, Value::Null),
    }
}

fn elements(value: &Json) -> &[Json] {
    value.as_array().map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readers::testing::fields;

    fn all(text: &str) -> Vec<Vec<(String, String)>> {
        let mut events = Vec::new();
        let mut take = |record: &Record<'_>| {
            events.push(fields(record).into_iter().map(|(name, value)| (name.to_owned(), value)).collect());
        };
        read(text, &mut Record::default(), &mut Record::default(), &mut take).expect("reads");
        events
    }

    #[test]
    fn every_log_record_is_an_event() {
        let text = r#"{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"api"}}]},"scopeLogs":[{"scope":{"name":"s"},"logRecords":[
            {"timeUnixNano":"1600044263500000000","severityText":"WARN","body":{"stringValue":"user=root tty=x"},"attributes":[{"key":"n","value":{"intValue":"5"}},{"key":"l","value":{"arrayValue":{"values":[{"boolValue":true},{"doubleValue":0.5}]}}}]},
            {"body":{"kvlistValue":{"values":[{"key":"a","value":{"kvlistValue":{"values":[{"key":"b","value":{"stringValue":"c"}}]}}}]}}}]}]}]}"#;
        let events = all(text);
        let expected: [&[(&str, &str)]; 2] = [
            &[
                ("n", "5"),
                ("l", "true"),
                ("l", "0.5"),
                ("severity", "WARN"),
                ("message", "user=root tty=x"),
                ("user", "root"),
                ("tty", "x"),
                ("service.name", "api"),
                ("scope.name", "s"),
            ],
            &[("a.b", "c"), ("service.name", "api"), ("scope.name", "s")],
        ];
        for (event, expected) in events.iter().zip(expected) {
            assert_eq!(*event, expected.iter().map(|&(a, b)| (a.to_owned(), b.to_owned())).collect::<Vec<_>>());
        }
        assert_eq!(events.len(), 2);
    }

    #[test]
    fn odd_shapes_give_nothing() {
        for text in ["{}", r#"{"resourceLogs":[]}"#, r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[]}]}]}"#] {
            assert!(all(text).is_empty(), "{text}");
        }
        let large =
            format!(r#"{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{{"a":"{}"}}]}}]}}]}}"#, "x".repeat(1 << 20));
        for text in ["{", "1", r#"{"resourceLogs":{}}"#, r#"{"resourceLogs":[{"scopeLogs":[1]}]}"#, &large] {
            assert!(read(text, &mut Record::default(), &mut Record::default(), &mut |_| {}).is_err());
        }
    }
}
