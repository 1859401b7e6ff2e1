//! What the tests of readers share.

use crate::record::{Record, Value};

/// All fields as text, in order.
pub(crate) fn fields<'r>(record: &'r Record<'_>) -> Vec<(&'r str, String)> {
    record.fields().map(|field| (field.name, shown(field.value))).collect()
}

/// The value as text, nested ones as they are written.
pub(crate) fn shown(value: Value<'_>) -> String {
    match value {
        Value::Null => "null".into(),
        Value::List(written) | Value::Object(written) => written.into(),
        _ => value.get().unwrap_or_default().into_owned(),
    }
}

/// The first value of `name` as text.
pub(crate) fn first(record: &Record<'_>, name: &str) -> Option<String> {
    record.first(name).map(shown)
}
