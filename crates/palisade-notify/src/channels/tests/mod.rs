//! Channels, each opened with settings that are complete, and messages for them.

mod requests;
mod settings;

use crate::{
    Answer, ChannelSettings, Claimed, Http, HttpRequest, KINDS, Kind, MASK, Message, OpenChannel, Retry, Site,
    channels::{alertmanager::Alertmanager, pagerduty::PagerDuty, webhook::Webhook},
    keep_masked,
    over_http::HttpChannel,
};
use palisade_model::{
    Acknowledgement, Alert, AlertStatus, Incident, IncidentStatus, Notification, Reason, Severity, TimelineEntry,
    Timestamp,
};
use serde_json::{Value, json};

/// A label as an attacker would like it.
const HOSTILE: &str =
    "<!channel> <http://evil|click> @everyone [x](http://evil) *b* _i_ `c` </b><script>\r\nBcc: x\u{7}";

fn site() -> Site {
    Site { external_url: "https://palisade.example.org".into(), name: "Example".into() }
}

fn http() -> Http {
    Http::new().unwrap()
}

/// Settings that are right, one a kind.
fn complete(kind: &str) -> Value {
    let members = match kind {
        "smtp" => {
            json!({"host": "mail.example.org", "username": "u", "password": "p", "from": "Palisade <p@example.org>",
                         "to": ["a@example.org"]})
        }
        "slack" => json!({"bot_token": "xoxb-1", "channel": "C1", "signing_secret": "s"}),
        "teams" => json!({"webhook_url": "https://example.org/workflows/1"}),
        "discord" => json!({"webhook_url": "https://discord.com/api/webhooks/1/x"}),
        "telegram" => json!({"bot_token": "1:x", "chat_id": "-100", "topic_id": 5}),
        "ntfy" => json!({"topic": "alerts", "token": "tk_1"}),
        "sms" => {
            json!({"account_sid": "AC1", "auth_token": "t", "from": "+15005550006", "to": ["+4915112345678", "+4915112345679"]})
        }
        "pagerduty" => json!({"routing_key": "r".repeat(32)}),
        "webhook" => {
            json!({"url": "https://example.org/hook", "signing_secret": "s", "headers": {"Authorization": "Bearer x"}})
        }
        "alertmanager" => json!({"url": "https://example.org/hook", "token": "t"}),
        "syslog" => json!({"host": "log.example.org"}),
        "file" => json!({"path": "/var/log/n.ndjson"}),
        "command" => json!({"command": ["/bin/true", "x"]}),
        other => panic!("no settings for {other}"),
    };
    let mut all = json!({"name": "ops", "kind": kind});
    all.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    all
}

fn open(settings: Value) -> Result<OpenChannel, String> {
    let settings: ChannelSettings = serde_json::from_value(settings).map_err(|error| error.to_string())?;
    OpenChannel::open(settings, &site(), &http()).map_err(|error| error.to_string())
}

fn alert(fingerprint: &str, severity: Severity) -> Alert {
    Alert {
        fingerprint: fingerprint.into(),
        labels: [
            ("alertname".into(), "Sqli".into()),
            ("host".into(), "web-1".into()),
            ("service".into(), HOSTILE.into()),
        ]
        .into(),
        annotations: [
            ("summary".into(), format!("SQL injection {HOSTILE}")),
            ("description".into(), "The argument closes a string.".into()),
            ("remediation".into(), "Pass values as bound parameters.".into()),
        ]
        .into(),
        severity,
        status: AlertStatus::Firing,
        starts_at: Timestamp::parse("2026-11-20T11:48:00Z").unwrap(),
        count: 3,
        ..Alert::default()
    }
}

fn firing(alerts: usize) -> Notification {
    let severity = |n: usize| if n == 0 { Severity::Critical } else { Severity::Medium };
    Notification {
        id: "n1".into(),
        channel: "ops".into(),
        decided_at: Timestamp::parse("2026-11-20T12:00:00.5Z").unwrap(),
        group_key: "{}:{team=\"web\"}".into(),
        group_labels: [("team".into(), "web".into())].into(),
        alerts: (0..alerts).map(|n| alert(&format!("f{n}"), severity(n))).collect(),
        ..Notification::default()
    }
}

fn resolved() -> Notification {
    let mut notification = Notification { reason: Reason::Resolved, ..firing(1) };
    notification.alerts[0].status = AlertStatus::Resolved;
    notification.alerts[0].ends_at = Some(Timestamp::parse("2026-11-20T11:58:00Z").unwrap());
    notification
}

fn incident(status: IncidentStatus) -> Notification {
    let incident = Incident {
        number: 12,
        title: "Checkout under attack".into(),
        severity: Severity::High,
        status,
        owner: Some("ana".into()),
        timeline: vec![TimelineEntry {
            by: "ana".into(),
            text: "blocked the address".into(),
            ..TimelineEntry::default()
        }],
        ..Incident::default()
    };
    Notification { incident: Some(Box::new(incident)), reason: Reason::Incident, ..firing(0) }
}

fn message(settings: &Value, notification: Notification) -> Message {
    let claimed = Claimed { notification, thread: Some("17".into()), ..Claimed::default() };
    open(settings.clone()).unwrap().compose(&[claimed], Timestamp::parse("2026-11-20T12:00:01Z").unwrap())
}

fn requests(settings: &Value, notification: Notification) -> Vec<HttpRequest> {
    let message = message(settings, notification);
    let requests = match serde_json::from_value::<ChannelSettings>(settings.clone()).unwrap().kind {
        Kind::Slack(settings) => settings.requests(&message),
        Kind::Teams(settings) => settings.requests(&message),
        Kind::Discord(settings) => settings.requests(&message),
        Kind::Telegram(settings) => settings.requests(&message),
        Kind::Ntfy(settings) => settings.requests(&message),
        Kind::Sms(settings) => settings.requests(&message),
        Kind::Pagerduty(settings) => PagerDuty::new(settings, &site()).requests(&message),
        Kind::Webhook(settings) => Webhook::new(settings, &site()).unwrap().requests(&message),
        Kind::Alertmanager(settings) => Alertmanager::new(settings, &site()).requests(&message),
        other => panic!("{other:?} is not over HTTP"),
    };
    requests.unwrap().into_iter().map(|(_, request)| request).collect()
}

fn body(kind: &str, notification: Notification) -> Value {
    serde_json::from_slice(&requests(&complete(kind), notification)[0].body).unwrap()
}

fn chars(value: &Value) -> usize {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).chars().count()
}
