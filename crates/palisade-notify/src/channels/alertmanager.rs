//! The webhook of Alertmanager, version 4: what listens to Alertmanager listens to Palisade unchanged.
//!
//! Schema: <https://prometheus.io/docs/alerting/latest/configuration/#webhook_config>.

use crate::{
    channel::Failure,
    http::{HttpRequest, check_secret_url},
    message::{Message, Site},
    over_http::HttpChannel,
    secret::Secret,
    settings::SettingsError,
};
use palisade_model::{Alert, AlertStatus, Labels, Notification};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// How Go writes a time that is not set.
const NO_TIME: &str = "0001-01-01T00:00:00Z";

/// What an Alertmanager webhook needs to know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where to.
    pub url: Secret,
    /// A bearer token, where the receiver asks for one.
    #[serde(default)]
    pub token: Secret,
}

impl Settings {
    pub(crate) fn check(&self, allow_internal: bool) -> Result<(), SettingsError> {
        check_secret_url("url", &self.url, allow_internal)
    }
}

/// A receiver of Alertmanager's webhook.
pub(crate) struct Alertmanager {
    settings: Settings,
    site: Site,
}

impl Alertmanager {
    pub(crate) fn new(settings: Settings, site: &Site) -> Self {
        Self { settings, site: site.clone() }
    }
}

impl HttpChannel for Alertmanager {
    fn requests(&self, message: &Message) -> Result<Vec<(String, HttpRequest)>, Failure> {
        let body = body(&message.notification, message.shown.status, &self.site);
        let mut request = HttpRequest::json(self.settings.url.clone(), &body);
        if !self.settings.token.is_missing() {
            request = request.with("authorization", format!("Bearer {}", self.settings.token.reveal()));
        }
        Ok(vec![(String::new(), request)])
    }
}

fn body(notification: &Notification, status: &str, site: &Site) -> Value {
    let alerts = &notification.alerts;
    json!({
        "version": "4",
        "groupKey": notification.group_key,
        "truncatedAlerts": notification.truncated_alerts,
        "status": status,
        "receiver": notification.channel,
        "groupLabels": notification.group_labels,
        "commonLabels": common(alerts, |alert| &alert.labels),
        "commonAnnotations": common(alerts, |alert| &alert.annotations),
        "externalURL": site.external_url,
        "alerts": alerts.iter().map(|alert| shown(alert, site)).collect::<Vec<_>>(),
    })
}

fn shown(alert: &Alert, site: &Site) -> Value {
    let over = alert.status == AlertStatus::Resolved;
    let ends_at = alert.ends_at.filter(|_| over).map_or_else(|| NO_TIME.to_owned(), |time| time.to_string());
    let generator = if alert.generator_url.is_empty() { site.alert_link(alert) } else { alert.generator_url.clone() };
    json!({
        "status": if over { "resolved" } else { "firing" },
        "labels": alert.labels,
        "annotations": alert.annotations,
        "startsAt": alert.starts_at,
        "endsAt": ends_at,
        "generatorURL": generator,
        "fingerprint": alert.fingerprint,
    })
}

/// The names and values that all alerts have.
fn common(alerts: &[Alert], of: impl Fn(&Alert) -> &Labels) -> Labels {
    let Some((first, rest)) = alerts.split_first() else { return Labels::new() };
    let shared = of(first).iter().filter(|(name, value)| rest.iter().all(|alert| of(alert).get(*name) == Some(value)));
    shared.map(|(name, value)| (name.clone(), value.clone())).collect()
}
