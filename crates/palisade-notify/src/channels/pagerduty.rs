//! PagerDuty Events API v2, which many others take too. A group of alerts is one PagerDuty incident: it is triggered,
//! acknowledged and resolved by the same key, and PagerDuty drops what it has already.
//!
//! Schema: <https://developer.pagerduty.com/docs/events-api-v2/trigger-events/>.

use super::secret_present;
use crate::{
    channel::Failure,
    http::{HttpRequest, check_url},
    message::{Message, Site, clip, one_line},
    over_http::HttpChannel,
    secret::Secret,
    settings::SettingsError,
};
use palisade_model::{Reason, Severity, fingerprint};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Longest key, in bytes.
const KEY_BYTES_MAX: usize = 255;
/// Longest summary, in characters.
const SUMMARY_CHARS_MAX: usize = 1_024;
/// How many alerts the details list; an event has at most 512 KB.
const ALERTS_MAX: usize = 20;

/// What a PagerDuty channel needs to know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The integration key of the service.
    pub routing_key: Secret,
    /// Where events go.
    #[serde(default = "default_url")]
    pub url: String,
}

fn default_url() -> String {
    "https://events.pagerduty.com/v2/enqueue".into()
}

impl Settings {
    pub(crate) fn check(&self, allow_internal: bool) -> Result<(), SettingsError> {
        secret_present("routing_key", &self.routing_key)?;
        check_url("url", &self.url, allow_internal)
    }
}

/// A PagerDuty service.
pub(crate) struct PagerDuty {
    settings: Settings,
    site: Site,
}

impl PagerDuty {
    pub(crate) fn new(settings: Settings, site: &Site) -> Self {
        Self { settings, site: site.clone() }
    }
}

impl HttpChannel for PagerDuty {
    fn requests(&self, message: &Message) -> Result<Vec<(String, HttpRequest)>, Failure> {
        let event = event(&self.settings, &self.site, message);
        Ok(vec![(String::new(), HttpRequest::json(self.settings.url.as_str(), &event))])
    }
}

/// The key of a group: itself where it fits, else its beginning and a hash of all of it.
fn dedup_key(group_key: &str) -> String {
    if group_key.len() <= KEY_BYTES_MAX {
        return group_key.to_owned();
    }
    let hash = fingerprint(&[group_key]);
    let end = (0..=KEY_BYTES_MAX - hash.len() - 1).rev().find(|end| group_key.is_char_boundary(*end)).unwrap_or(0);
    format!("{}-{hash}", &group_key[..end])
}

/// What is done to PagerDuty's incident.
fn action(message: &Message) -> &'static str {
    let incident = message.notification.incident.as_deref();
    match message.notification.reason {
        _ if message.shown.status == "resolved" => "resolve",
        Reason::Acknowledged => "acknowledge",
        Reason::Incident if incident.is_some_and(|incident| incident.acknowledged_at.is_some()) => "acknowledge",
        _ => "trigger",
    }
}

fn event(settings: &Settings, site: &Site, message: &Message) -> Value {
    let action = action(message);
    let mut event = json!({
        "routing_key": settings.routing_key.reveal(),
        "event_action": action,
        "dedup_key": dedup_key(&message.notification.group_key),
    });
    if action != "trigger" {
        return event;
    }
    let first = message.shown.alerts.first();
    let label = |name: &str| first.and_then(|alert| alert.labels.get(name)).cloned();
    let source = ["host", "instance", "service"].into_iter().find_map(label).unwrap_or_else(|| "palisade".into());
    event["payload"] = json!({
        "summary": clip(&message.title, SUMMARY_CHARS_MAX),
        "source": one_line(&source, 255),
        "severity": match message.severity() {
            Severity::Critical => "critical",
            Severity::High => "error",
            Severity::Medium => "warning",
            Severity::Low | Severity::Informational => "info",
        },
        "timestamp": message.notification.alerts.first().map_or(message.notification.decided_at, |alert| alert.starts_at),
        "custom_details": details(message),
    });
    for (member, name) in [("component", "service"), ("class", "alertname")] {
        if let Some(value) = label(name) {
            event["payload"][member] = value.into();
        }
    }
    event["client"] = (if site.name.is_empty() { "Palisade" } else { &site.name }).into();
    if !message.shown.link.is_empty() {
        event["client_url"] = message.shown.link.clone().into();
        event["links"] = json!([{"href": message.shown.link, "text": "Look at it"}]);
    }
    event
}

fn details(message: &Message) -> Value {
    let alerts: Vec<Value> = message
        .shown
        .alerts
        .iter()
        .take(ALERTS_MAX)
        .map(|alert| {
            json!({
                "summary": alert.summary, "description": alert.description, "remediation": alert.remediation,
                "severity": alert.severity, "where": alert.place, "since": alert.since, "link": alert.link,
            })
        })
        .collect();
    json!({"count": message.shown.count, "group": message.shown.group, "alerts": alerts})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_fit_and_stay_apart() {
        assert_eq!(dedup_key("{}:{team=\"a\"}"), "{}:{team=\"a\"}");
        let long = "ä".repeat(300);
        let (one, other) = (dedup_key(&format!("{long}1")), dedup_key(&format!("{long}2")));
        assert!(one.len() <= KEY_BYTES_MAX && one != other && one == dedup_key(&format!("{long}1")), "{one}");
    }
}
