//! PagerDuty's Events API, version 2: `POST /v2/enqueue`, so that a tool that pages there can page here.
//!
//! The form is that of PagerDuty's documentation of the Events API v2. The `routing_key` is the sender's key to us, and is
//! looked at by the door. Events of one `dedup_key` tell of the same matter; without one, each trigger is its own.

use super::{
    Call, Calls,
    checked::{RawLabels, key, text, time},
    json, severity_of,
};
use crate::{Limits, SourceError};
use palisade_model::{Labels, Signal, Timestamp, fingerprint};
use serde::Deserialize;
use serde_json::Value;

/// Characters of a summary, which PagerDuty cuts there as well.
const SUMMARY_CHARS_MAX: usize = 1_024;

#[derive(Deserialize)]
struct Event {
    event_action: String,
    #[serde(default)]
    dedup_key: String,
    #[serde(default)]
    payload: Option<Payload>,
    #[serde(default)]
    client_url: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Payload {
    summary: String,
    source: String,
    severity: String,
    timestamp: String,
    component: String,
    group: String,
    class: String,
    custom_details: Value,
}

pub(super) fn read(body: &[u8], received: Timestamp, limits: &Limits) -> Result<Calls, SourceError> {
    let event: Event = json(body)?;
    let call = match event.event_action.as_str() {
        "trigger" => trigger(event, limits),
        "acknowledge" => key(&event.dedup_key).map(|key| Call::Acknowledge(matter(key))),
        "resolve" => key(&event.dedup_key).map(|key| resolved(key, received)),
        other => Err(format!("event_action {other:?} is not one of trigger, acknowledge and resolve")),
    };
    // One event a body: what is wrong with it is wrong with the body.
    let call = call.map_err(SourceError::Malformed)?;
    Ok(Calls { calls: vec![call], ..Calls::default() })
}

fn matter(dedup_key: &str) -> String {
    fingerprint(&["pagerduty", dedup_key])
}

fn resolved(dedup_key: &str, received: Timestamp) -> Call {
    let source = "pagerduty".to_owned();
    Call::Signal(Signal { fingerprint: matter(dedup_key), ends_at: Some(received), source, ..Signal::default() })
}

fn trigger(event: Event, limits: &Limits) -> Result<Call, String> {
    let payload = event.payload.ok_or("a trigger needs a payload")?;
    for (name, value) in [("summary", &payload.summary), ("source", &payload.source), ("severity", &payload.severity)] {
        if value.is_empty() {
            return Err(format!("payload.{name} is missing"));
        }
    }
    let summary: String = payload.summary.chars().take(SUMMARY_CHARS_MAX).collect();
    let starts_at = time(&payload.timestamp)?;
    let severity = severity_of(&payload.severity);
    let dedup_key = if event.dedup_key.is_empty() { None } else { Some(key(&event.dedup_key)?) };
    let name = if payload.class.is_empty() { &summary } else { &payload.class };
    let labels = [
        ("alertname", name),
        ("source", &payload.source),
        ("component", &payload.component),
        ("group", &payload.group),
        ("class", &payload.class),
        ("severity", &severity.name().to_owned()),
    ];
    let labels: Labels = labels
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .collect();
    Ok(Call::Signal(Signal {
        fingerprint: dedup_key.map(matter).unwrap_or_default(),
        annotations: annotations(summary, payload.custom_details, limits)?,
        severity,
        source: "pagerduty".to_owned(),
        generator_url: event.client_url,
        starts_at,
        labels,
        ..Signal::default()
    }))
}

fn annotations(summary: String, details: Value, limits: &Limits) -> Result<Labels, String> {
    let mut annotations = match details {
        Value::Object(_) => serde_json::from_value::<RawLabels>(details)
            .map_err(|error| error.to_string())?
            .check("custom_details", limits)?,
        Value::Null => Labels::new(),
        other => Labels::from([("details".to_owned(), text(&other))]),
    };
    annotations.insert("summary".to_owned(), summary);
    Ok(annotations)
}

#[cfg(test)]
mod tests {
    use super::*;
    use palisade_model::Severity;

    fn call(body: &str) -> Result<Call, SourceError> {
        let now = Timestamp::from_millis(1_795_176_000_000);
        read(body.as_bytes(), now, &Limits::default()).map(|mut calls| calls.calls.remove(0))
    }

    #[test]
    fn one_matter_is_triggered_acknowledged_and_resolved() {
        let trigger = r#"{"routing_key":"r","event_action":"trigger","dedup_key":"disk/web-1","client_url":"https://m/1",
            "payload":{"summary":"disk full","source":"web-1","severity":"error","timestamp":"2026-11-20T12:00:00Z",
            "component":"sda","custom_details":{"free":0,"mount":"/"}}}"#;
        let Ok(Call::Signal(signal)) = call(trigger) else { panic!("a signal") };
        assert_eq!((signal.severity, signal.labels["alertname"].as_str()), (Severity::High, "disk full"));
        assert_eq!((signal.annotations["free"].as_str(), signal.labels["source"].as_str()), ("0", "web-1"));
        let acknowledge = r#"{"routing_key":"r","event_action":"acknowledge","dedup_key":"disk/web-1"}"#;
        assert_eq!(call(acknowledge).unwrap(), Call::Acknowledge(signal.fingerprint.clone()));
        let Ok(Call::Signal(over)) = call(&acknowledge.replace("acknowledge", "resolve")) else { panic!("a signal") };
        assert_eq!((over.fingerprint, over.ends_at.is_some()), (signal.fingerprint, true));
    }

    #[test]
    fn what_is_missing_is_named() {
        for (body, part) in [
            (r#"{"event_action":"trigger"}"#, "payload"),
            (r#"{"event_action":"trigger","payload":{"source":"a","severity":"info"}}"#, "summary"),
            (r#"{"event_action":"resolve"}"#, "key is empty"),
            (r#"{"event_action":"explode","dedup_key":"a"}"#, "explode"),
            (&format!(r#"{{"event_action":"resolve","dedup_key":"{}"}}"#, "x".repeat(256)), "255"),
        ] {
            let error = call(body).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
    }
}
