//! Grafana's webhook contact point: Alertmanager's message with links and values of its own.
//!
//! The form is that of Grafana's documentation of the webhook notifier. Its `version` counts for itself and says nothing
//! about Alertmanager's; `valueString`, `dashboardURL` and `panelURL` become annotations.

use super::{Call, Calls, alertmanager_webhook::signal, checked::RawAlert, json};
use crate::{Limits, SourceError};
use palisade_model::Timestamp;
use serde::Deserialize;

#[derive(Deserialize)]
struct Message {
    alerts: Vec<GrafanaAlert>,
}

#[derive(Deserialize)]
struct GrafanaAlert {
    #[serde(flatten)]
    alert: RawAlert,
    #[serde(default, rename = "valueString")]
    value: String,
    #[serde(default, rename = "dashboardURL")]
    dashboard: String,
    #[serde(default, rename = "panelURL")]
    panel: String,
}

pub(super) fn read(body: &[u8], received: Timestamp, limits: &Limits) -> Result<Calls, SourceError> {
    let message: Message = json(body)?;
    Calls::collect(message.alerts, limits, |alert| {
        let further = [("value", alert.value), ("dashboard_url", alert.dashboard), ("panel_url", alert.panel)];
        let mut call = signal(alert.alert, "grafana", received, limits)?;
        if let Call::Signal(signal) = &mut call {
            let short = |(_, text): &(&str, String)| !text.is_empty() && text.len() <= limits.line_bytes;
            let further = further.into_iter().filter(short);
            signal.annotations.extend(further.map(|(name, text)| (name.to_owned(), text)));
        }
        Ok(call)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use palisade_model::Severity;

    #[test]
    fn an_alert_with_its_panel() {
        let body = r#"{"receiver":"palisade","status":"firing","orgId":1,"version":"1","title":"[FIRING:1]","state":"alerting",
            "alerts":[{"status":"firing","labels":{"alertname":"High CPU","severity":"warning"},
            "annotations":{"summary":"busy"},"startsAt":"2026-11-20T12:00:00+01:00","endsAt":"0001-01-01T00:00:00Z",
            "generatorURL":"https://g/alerting/1","fingerprint":"f","silenceURL":"https://g/s","dashboardURL":"https://g/d",
            "panelURL":"","values":{"A":93.2},"valueString":"[ var='A' value=93.2 ]"}]}"#;
        let calls = read(body.as_bytes(), Timestamp::default(), &Limits::default()).unwrap();
        let Call::Signal(signal) = &calls.calls[0] else { panic!("a signal") };
        assert_eq!((signal.severity, signal.source.as_str()), (Severity::Medium, "grafana"));
        assert_eq!(signal.starts_at, Timestamp::parse("2026-11-20T11:00:00Z").ok());
        let names: Vec<&str> = signal.annotations.keys().map(String::as_str).collect();
        assert_eq!(names, ["dashboard_url", "summary", "value"]);
    }
}
