//! CloudEvents 1.0 in the JSON format (structured mode), one event or a batch.
//!
//! The event's `type` is the name of the alert, its `source` and `subject` are labels; the specification (§ *Required
//! attributes*) asks for `id`, `source`, `specversion` and `type`. `data` may say how bad it is (`severity`), whether it
//! is over (`status`: `resolved`), and give `labels`, `annotations`, a `summary` and a `fingerprint`.

use super::{
    Call, Calls,
    checked::{RawLabels, key, text, time},
    json, severity_of,
};
use crate::{Limits, SourceError};
use palisade_model::{Signal, Timestamp};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(untagged)]
enum Message {
    Batch(Vec<CloudEvent>),
    One(Box<CloudEvent>),
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct CloudEvent {
    specversion: String,
    id: String,
    source: String,
    r#type: String,
    subject: String,
    time: String,
    data: Value,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Data {
    severity: Value,
    status: Value,
    summary: Value,
    message: Value,
    fingerprint: Value,
    url: Value,
    labels: RawLabels,
    annotations: RawLabels,
}

pub(super) fn read(body: &[u8], received: Timestamp, limits: &Limits) -> Result<Calls, SourceError> {
    let events = match json(body)? {
        Message::Batch(events) => events,
        Message::One(event) => vec![*event],
    };
    Calls::collect(events, limits, |event| signal(event, received, limits).map(Call::Signal))
}

fn signal(event: CloudEvent, received: Timestamp, limits: &Limits) -> Result<Signal, String> {
    if event.specversion != "1.0" {
        return Err("specversion is not 1.0".to_owned());
    }
    for (name, value) in [("id", &event.id), ("source", &event.source), ("type", &event.r#type)] {
        if value.is_empty() || value.len() > limits.line_bytes {
            return Err(format!("{name} is missing or too long"));
        }
    }
    let data: Data = match event.data {
        Value::Object(_) => serde_json::from_value(event.data).map_err(|error| format!("data: {error}"))?,
        other => Data { summary: other, ..Data::default() },
    };
    let severity = severity_of(&text(&data.severity));
    let at = time(&event.time)?;
    let mut labels = data.labels.check("labels", limits)?;
    let own = [("alertname", event.r#type), ("source", event.source), ("subject", event.subject)];
    for (name, value) in own.into_iter().filter(|(_, value)| !value.is_empty()) {
        labels.entry(name.to_owned()).or_insert(value);
    }
    labels.entry("severity".to_owned()).or_insert_with(|| severity.name().to_owned());
    let mut annotations = data.annotations.check("annotations", limits)?;
    let summary = [data.summary, data.message].iter().map(text).find(|text| !text.is_empty());
    if let Some(summary) = summary.filter(|summary| summary.len() <= limits.line_bytes) {
        annotations.entry("summary".to_owned()).or_insert(summary);
    }
    let fingerprint = text(&data.fingerprint);
    let is_over = matches!(text(&data.status).as_str(), "resolved" | "ok" | "closed");
    Ok(Signal {
        fingerprint: if fingerprint.is_empty() { fingerprint } else { key(&fingerprint)?.to_owned() },
        severity,
        source: "cloudevents".to_owned(),
        generator_url: text(&data.url).chars().take(2_048).collect(),
        starts_at: if is_over { None } else { at },
        ends_at: is_over.then_some(at.unwrap_or(received)),
        labels,
        annotations,
        finding: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use palisade_model::Severity;

    #[test]
    fn one_and_many() {
        let one = r#"{"specversion":"1.0","id":"1","source":"/backup","type":"org.example.backup.failed","subject":"db-1",
            "time":"2026-11-20T12:00:00Z","data":{"severity":"critical","summary":"no backup","labels":{"team":"db"}}}"#;
        let over = one.replace("\"severity\":\"critical\"", "\"status\":\"resolved\"");
        let bad = r#"{"specversion":"0.3","id":"1","source":"a","type":"b"}"#;
        let batch = format!("[{one},{over},{bad}]");
        let now = Timestamp::default();
        let Call::Signal(signal) = read(one.as_bytes(), now, &Limits::default()).unwrap().calls.remove(0) else {
            panic!("a signal")
        };
        assert_eq!((signal.severity, signal.ends_at), (Severity::Critical, None));
        let labels: Vec<&str> = signal.labels.keys().map(String::as_str).collect();
        assert_eq!(labels, ["alertname", "severity", "source", "subject", "team"]);
        let calls = read(batch.as_bytes(), now, &Limits::default()).unwrap();
        assert_eq!((calls.calls.len(), calls.rejected), (2, 1));
        let Call::Signal(over) = &calls.calls[1] else { panic!("a signal") };
        assert!(over.ends_at.is_some());
    }
}
