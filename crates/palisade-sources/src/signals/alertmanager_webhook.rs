//! The webhook of Alertmanager, version 4 of its message: another Alertmanager that hands on its alerts.
//!
//! The form is that of Alertmanager's documentation of `webhook_config`. An alert whose `status` is `resolved` is over,
//! also where it names no time.

use super::{Call, Calls, checked::RawAlert, json};
use crate::{Limits, SourceError};
use palisade_model::Timestamp;
use serde::Deserialize;

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    version: Option<String>,
    alerts: Vec<RawAlert>,
}

pub(super) fn read(body: &[u8], received: Timestamp, limits: &Limits) -> Result<Calls, SourceError> {
    let message: Message = json(body)?;
    if message.version.as_deref().is_some_and(|version| version != "4") {
        return Err(SourceError::Malformed("the webhook's message is not of version 4".to_owned()));
    }
    Calls::collect(message.alerts, limits, |alert| signal(alert, "alertmanager-webhook", received, limits))
}

/// One alert of the message, which Grafana's has too.
pub(super) fn signal(alert: RawAlert, source: &str, received: Timestamp, limits: &Limits) -> Result<Call, String> {
    let is_over = alert.status.as_str() == Some("resolved");
    let mut signal = alert.check(source, limits)?;
    signal.ends_at = match is_over {
        true => Some(signal.ends_at.unwrap_or(received)),
        // A firing alert names no end; what stands there is the zero time or a guess.
        false => None,
    };
    Ok(Call::Signal(signal))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn firing_and_resolved() {
        let body = r#"{"version":"4","groupKey":"{}:{}","status":"firing","receiver":"palisade","truncatedAlerts":0,
            "groupLabels":{"alertname":"Down"},"commonLabels":{},"commonAnnotations":{},"externalURL":"http://am:9093",
            "alerts":[
            {"status":"firing","labels":{"alertname":"Down","host":"a"},"annotations":{},
             "startsAt":"2026-11-20T12:00:00Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"","fingerprint":"1"},
            {"status":"resolved","labels":{"alertname":"Down","host":"b"},"startsAt":"2026-11-20T12:00:00Z",
             "endsAt":"2026-11-20T12:30:00Z"},
            {"status":"resolved","labels":{"alertname":"Down","host":"c"}}]}"#;
        let now = Timestamp::parse("2026-11-20T13:00:00Z").unwrap();
        let calls = read(body.as_bytes(), now, &Limits::default()).unwrap();
        let ends: Vec<_> = calls
            .calls
            .iter()
            .map(|call| match call {
                Call::Signal(signal) => signal.ends_at,
                Call::Acknowledge(_) => panic!("nobody acknowledges"),
            })
            .collect();
        assert_eq!(ends, [None, Timestamp::parse("2026-11-20T12:30:00Z").ok(), Some(now)]);
        assert!(read(br#"{"version":"3","alerts":[]}"#, now, &Limits::default()).is_err());
    }
}
