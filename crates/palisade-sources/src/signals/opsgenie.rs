//! Opsgenie's Alert API, version 2: `POST /v2/alerts`, so that a tool that pages there can page here, before Opsgenie
//! ends and after.
//!
//! The form is that of Opsgenie's documentation of its Alert API: *Create alert*, *Close alert*, *Acknowledge alert*.
//! Alerts of one `alias` tell of the same matter; without one, each is its own.

use super::{
    Call, Calls,
    checked::{RawLabels, key_of, text},
    json, severity_of,
};
use crate::{Limits, SourceError};
use palisade_model::{Labels, Signal, Timestamp, fingerprint};
use serde::Deserialize;
use serde_json::Value;

/// Characters of an alias.
const ALIAS_CHARS_MAX: usize = 512;
/// What an alert is without a priority.
const PRIORITY: &str = "P3";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Alert {
    #[serde(default)]
    message: String,
    #[serde(default)]
    alias: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    details: Value,
    #[serde(default)]
    entity: String,
    #[serde(default)]
    source: String,
    #[serde(default)]
    priority: String,
    #[serde(default)]
    note: String,
}

pub(super) fn read(body: &[u8], _received: Timestamp, limits: &Limits) -> Result<Calls, SourceError> {
    // One alert a body: what is wrong with it is wrong with the body.
    let signal = created(json(body)?, limits).map_err(SourceError::Malformed)?;
    Ok(Calls { calls: vec![Call::Signal(signal)], ..Calls::default() })
}

/// What is asked of the alert with this alias: `close` or `acknowledge`.
///
/// # Errors
/// When it is neither, or the alias is empty or too long.
pub fn opsgenie_action(alias: &str, action: &str, received: Timestamp) -> Result<Call, String> {
    let fingerprint = matter(alias)?;
    match action {
        "acknowledge" => Ok(Call::Acknowledge(fingerprint)),
        "close" => Ok(Call::Signal(Signal {
            fingerprint,
            ends_at: Some(received),
            source: "opsgenie".to_owned(),
            ..Signal::default()
        })),
        other => Err(format!("{other:?} is not one of close and acknowledge")),
    }
}

fn matter(alias: &str) -> Result<String, String> {
    key_of(alias, ALIAS_CHARS_MAX).map(|alias| fingerprint(&["opsgenie", alias]))
}

fn created(alert: Alert, limits: &Limits) -> Result<Signal, String> {
    if alert.message.is_empty() {
        return Err("message is missing".to_owned());
    }
    let severity = severity_of(if alert.priority.is_empty() { PRIORITY } else { &alert.priority });
    let labels = [
        ("alertname", alert.message.clone()),
        ("entity", alert.entity),
        ("source", alert.source),
        ("tags", alert.tags.join(",")),
        ("severity", severity.name().to_owned()),
    ];
    let mut annotations = match alert.details {
        Value::Object(_) => serde_json::from_value::<RawLabels>(alert.details)
            .map_err(|error| error.to_string())?
            .check("details", limits)?,
        Value::Null => Labels::new(),
        other => Labels::from([("details".to_owned(), text(&other))]),
    };
    let told = [("summary", alert.message), ("description", alert.description), ("note", alert.note)];
    annotations.extend(filled(told));
    Ok(Signal {
        fingerprint: if alert.alias.is_empty() { String::new() } else { matter(&alert.alias)? },
        labels: filled(labels).collect(),
        annotations,
        severity,
        source: "opsgenie".to_owned(),
        ..Signal::default()
    })
}

fn filled<const N: usize>(pairs: [(&str, String); N]) -> impl Iterator<Item = (String, String)> {
    pairs.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name.to_owned(), value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use palisade_model::Severity;

    const NOW: Timestamp = Timestamp::from_millis(1_795_176_000_000);

    fn signal(body: &str) -> Result<Signal, SourceError> {
        read(body.as_bytes(), NOW, &Limits::default()).map(|mut calls| match calls.calls.remove(0) {
            Call::Signal(signal) => signal,
            Call::Acknowledge(_) => panic!("a signal"),
        })
    }

    #[test]
    fn one_matter_is_created_acknowledged_and_closed() {
        let created = signal(
            r#"{"message":"disk full","alias":"disk/web-1","description":"no byte is left","entity":"web-1","tags":["db","eu"],
            "priority":"P1","details":{"free":0,"mount":"/"},"responders":[{"name":"db","type":"team"}]}"#,
        )
        .unwrap();
        assert_eq!((created.severity, created.labels["alertname"].as_str()), (Severity::Critical, "disk full"));
        assert_eq!((created.annotations["free"].as_str(), created.labels["tags"].as_str()), ("0", "db,eu"));
        assert_eq!(created.annotations["description"], "no byte is left");
        let acknowledged = opsgenie_action("disk/web-1", "acknowledge", NOW).unwrap();
        assert_eq!(acknowledged, Call::Acknowledge(created.fingerprint.clone()));
        let Ok(Call::Signal(over)) = opsgenie_action("disk/web-1", "close", NOW) else { panic!("a signal") };
        assert_eq!((over.fingerprint, over.ends_at), (created.fingerprint, Some(NOW)));
    }

    #[test]
    fn what_is_not_said_has_opsgenies_meaning() {
        let bare = signal(r#"{"message":"x"}"#).unwrap();
        assert_eq!((bare.severity, bare.fingerprint.as_str()), (Severity::Medium, ""));
        assert_eq!(bare.labels.keys().collect::<Vec<_>>(), ["alertname", "severity"]);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let long = format!(r#"{{"message":"x","alias":"{}"}}"#, "a".repeat(513));
        for (body, part) in [("{}", "message is missing"), (long.as_str(), "512"), ("7", "invalid type")] {
            let error = signal(body).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
        assert!(opsgenie_action("a", "snooze", NOW).unwrap_err().contains("snooze"));
        assert!(opsgenie_action("", "close", NOW).unwrap_err().contains("empty"));
    }
}
