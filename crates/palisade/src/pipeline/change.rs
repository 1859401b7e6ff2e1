//! What the live stream tells of the response: an alert, an incident or a silence that is new or has changed.

use palisade_model::{Severity, wire};
use serde_json::Value;
use std::borrow::Cow;

/// The sorts of things that the stream tells of.
pub const CHANGING: [&str; 3] = ["alert", "incident", "silence"];

/// One of [`CHANGING`], as it is now.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Its sort.
    pub kind: &'static str,
    /// Its JSON, as the API gives it.
    pub body: Value,
}

impl Change {
    /// A change of something of this sort; `None` for sorts that the stream does not tell of.
    #[must_use]
    pub fn of(kind: &str, body: Value) -> Option<Self> {
        let kind = CHANGING.into_iter().find(|known| *known == kind)?;
        Some(Self { kind, body })
    }

    /// How bad it is.
    #[must_use]
    pub fn severity(&self) -> Option<Severity> {
        self.text("severity").parse().ok()
    }

    /// The text at this key; empty when there is none.
    #[must_use]
    pub fn text(&self, key: &str) -> &str {
        self.body.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    /// The label of this name: filters reach labels as attributes.
    #[must_use]
    pub fn label(&self, name: &str) -> &str {
        let labels = if self.kind == "incident" { "entities" } else { "labels" };
        self.body.get(labels).and_then(|labels| labels.get(name)).and_then(Value::as_str).unwrap_or_default()
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        match self.kind {
            "incident" => self.text("title"),
            "silence" => self.text("comment"),
            _ => self.label("alertname"),
        }
    }

    /// What there is to read.
    #[must_use]
    pub fn summary(&self) -> &str {
        let annotation = |key| self.body.get("annotations").and_then(|all| all.get(key)).and_then(Value::as_str);
        annotation("summary").unwrap_or_else(|| self.name())
    }

    /// One frame of JSON: the thing itself with its `type`.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        let mut frame = serde_json::Map::new();
        frame.insert("type".to_owned(), Value::from(self.kind));
        if let Some(members) = self.body.as_object() {
            frame.extend(members.iter().map(|(key, value)| (key.clone(), value.clone())));
        }
        Value::Object(frame).to_string().into_bytes()
    }

    /// The content of one protobuf frame.
    #[must_use]
    pub fn to_wire(&self) -> wire::FrameContent {
        wire::FrameContent::Change(wire::Change { r#type: self.kind.to_owned(), json: self.body.to_string() })
    }

    /// The value that a filter compares with, of a field by its name.
    #[must_use]
    pub fn attribute(&self, key: &str) -> Cow<'_, str> {
        let label = self.label(key);
        if label.is_empty() { Cow::Borrowed(self.text(key)) } else { Cow::Borrowed(label) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_told_of_an_alert() {
        let body = json!({"fingerprint": "f", "severity": "high", "labels": {"alertname": "Down", "host": "web-1"},
            "annotations": {"summary": "web-1 is down"}, "status": "firing"});
        let change = Change::of("alert", body).unwrap();
        assert_eq!(
            (change.severity(), change.name(), change.summary()),
            (Some(Severity::High), "Down", "web-1 is down")
        );
        assert_eq!((change.attribute("host"), change.attribute("status")), ("web-1".into(), "firing".into()));
        let frame: Value = serde_json::from_slice(&change.to_json()).unwrap();
        assert_eq!((&frame["type"], &frame["fingerprint"]), (&"alert".into(), &"f".into()));
        assert_eq!(Change::of("group", json!({})), None);
    }
}
