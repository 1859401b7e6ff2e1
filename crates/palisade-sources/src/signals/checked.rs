//! Labels, times and texts as they come from tools, held to their limits.

use super::severity_of;
use crate::Limits;
use palisade_model::{Labels, Signal, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Characters of a fingerprint or a key that a tool chose, where it has no bound of its own; PagerDuty's is 255.
pub(super) const KEY_CHARS_MAX: usize = 255;

/// Names and values as a tool sends them: values that are no text are taken as they are written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub(super) struct RawLabels(BTreeMap<String, Value>);

impl RawLabels {
    /// The labels; those without a value say nothing and are left out, as Prometheus has it.
    pub(super) fn check(self, what: &str, limits: &Limits) -> Result<Labels, String> {
        let labels: Labels = self
            .0
            .into_iter()
            .map(|(name, value)| (name, text(&value)))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        if labels.len() > limits.attributes {
            return Err(format!("more than {} {what}", limits.attributes));
        }
        for (name, value) in &labels {
            if name.is_empty() || name.len() > limits.key_bytes {
                return Err(format!(
                    "the name of one of its {what} is empty or longer than {} bytes",
                    limits.key_bytes
                ));
            }
            if value.len() > limits.line_bytes {
                return Err(format!("one of its {what} is longer than {} bytes", limits.line_bytes));
            }
        }
        Ok(labels)
    }
}

/// A value as text: text without quotes, everything else as JSON, nothing for null.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A time; Go's zero time (year 1) and nothing at all say nothing.
pub(super) fn time(text: &str) -> Result<Option<Timestamp>, String> {
    if text.is_empty() || text.starts_with("0001-01-01T00:00:00") {
        return Ok(None);
    }
    Timestamp::parse(text).map(Some).map_err(|error| error.to_string())
}

/// One alert in the words that Alertmanager, its webhook and Grafana share.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct RawAlert {
    pub(super) status: Value,
    pub(super) labels: RawLabels,
    pub(super) annotations: RawLabels,
    pub(super) starts_at: String,
    pub(super) ends_at: String,
    #[serde(rename = "generatorURL")]
    pub(super) generator_url: String,
}

impl RawAlert {
    pub(super) fn check(self, source: &str, limits: &Limits) -> Result<Signal, String> {
        let labels = self.labels.check("labels", limits)?;
        if labels.is_empty() {
            return Err("it has no labels".to_owned());
        }
        let (starts_at, ends_at) = (time(&self.starts_at)?, time(&self.ends_at)?);
        if let (Some(start), Some(end)) = (starts_at, ends_at)
            && end < start
        {
            return Err("it ends before it starts".to_owned());
        }
        if self.generator_url.len() > limits.line_bytes {
            return Err(format!("its generatorURL is longer than {} bytes", limits.line_bytes));
        }
        Ok(Signal {
            severity: severity_of(labels.get("severity").map_or("", String::as_str)),
            annotations: self.annotations.check("annotations", limits)?,
            source: source.to_owned(),
            generator_url: self.generator_url,
            starts_at,
            ends_at,
            labels,
            ..Signal::default()
        })
    }
}

/// A key that a tool chose.
pub(super) fn key(text: &str) -> Result<&str, String> {
    key_of(text, KEY_CHARS_MAX)
}

/// A key of at most `chars_max` characters.
pub(super) fn key_of(text: &str, chars_max: usize) -> Result<&str, String> {
    match text.chars().count() {
        0 => Err("its key is empty".to_owned()),
        chars if chars > chars_max => Err(format!("its key is longer than {chars_max} characters")),
        _ => Ok(text),
    }
}
