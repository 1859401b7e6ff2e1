//! What channels send: notifications of every sort, delivered by real channels.

use palisade_model::{
    Alert, AlertStatus, Incident, IncidentStatus, Notification, Reason, Severity, TimelineEntry, Timestamp,
};
use palisade_notify::{ChannelSettings, Claimed, Failure, Http, OpenChannel, Receipt, Site};
use serde_json::{Value, json};
use std::time::SystemTime;

fn now() -> Timestamp {
    let since = SystemTime::UNIX_EPOCH.elapsed().unwrap();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap())
}

/// Delivers `notification` through a channel with these `settings`, as an answer in a thread where there are such.
pub(crate) async fn deliver(settings: Value, notification: Notification) -> Result<Receipt, Failure> {
    let mut all = json!({"name": "ops", "allow_internal": true, "delivery": {"timeout_seconds": 30}});
    all.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
    let settings: ChannelSettings = serde_json::from_value(all).unwrap();
    let site = Site { external_url: "https://palisade.example.org".into(), name: "Example".into() };
    let channel = OpenChannel::open(settings, &site, &Http::new().unwrap()).unwrap();
    let claimed = Claimed { notification, thread: Some("17".into()), ..Claimed::default() };
    channel.deliver(&channel.compose(&[claimed], now())).await
}

fn alert(number: usize, severity: Severity) -> Alert {
    let text = "SQL injection <!channel> @everyone [x](http://evil) *b* `c` </b><script>\r\nBcc: x\u{7}";
    Alert {
        fingerprint: format!("f{number}"),
        labels: [("alertname", "Sqli"), ("host", "web-1"), ("team", text)]
            .map(|(name, value)| (name.into(), value.into()))
            .into(),
        annotations: [("summary", text), ("remediation", "Pass values as bound parameters.")]
            .map(|(name, value)| (name.into(), value.into()))
            .into(),
        severity,
        status: AlertStatus::Firing,
        starts_at: Timestamp::parse("2026-11-20T11:48:00Z").unwrap(),
        count: 3,
        ..Alert::default()
    }
}

fn firing(alerts: Vec<Alert>) -> Notification {
    Notification {
        id: "n1".into(),
        channel: "ops".into(),
        decided_at: Timestamp::parse("2026-11-20T12:00:00.5Z").unwrap(),
        group_key: "{}:{team=\"web\"}".into(),
        group_labels: [("team".into(), "web".into())].into(),
        alerts,
        ..Notification::default()
    }
}

/// One alert fires.
pub(crate) fn one_alert() -> Notification {
    firing(vec![alert(0, Severity::Critical)])
}

/// One notification of every sort, with its name.
pub(crate) fn every_sort() -> Vec<(&'static str, Notification)> {
    let severities = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low, Severity::Informational];
    let many = (0..30).map(|number| alert(number, severities[number % 5])).collect();
    let bare = Alert { fingerprint: "f".into(), ..Alert::default() };
    let mut over = alert(0, Severity::High);
    over.status = AlertStatus::Resolved;
    over.ends_at = Some(Timestamp::parse("2026-11-20T11:58:00Z").unwrap());
    let entry = TimelineEntry { by: "ana".into(), text: "blocked the address".into(), ..TimelineEntry::default() };
    let incident = Incident {
        number: 12,
        title: "Checkout under attack".into(),
        severity: Severity::High,
        status: IncidentStatus::Identified,
        owner: Some("ana".into()),
        timeline: vec![entry],
        ..Incident::default()
    };
    let incident = Some(Box::new(incident));
    let people = ["U024BE7LH", "80351110224678912", "ana@example.org"].map(str::to_owned).to_vec();
    vec![
        ("firing", one_alert()),
        ("many", Notification { truncated_alerts: 4, ..firing(many) }),
        ("bare", firing(vec![bare])),
        ("resolved", Notification { reason: Reason::Resolved, ..firing(vec![over]) }),
        ("repeat", Notification { reason: Reason::Repeat, ..one_alert() }),
        ("acknowledged", Notification { reason: Reason::Acknowledged, ..one_alert() }),
        (
            "escalation",
            Notification { reason: Reason::Escalation, escalation_step: 2, recipients: people, ..one_alert() },
        ),
        ("incident", Notification { incident, reason: Reason::Incident, ..firing(Vec::new()) }),
        ("test", Notification { reason: Reason::Test, ..firing(Vec::new()) }),
    ]
}
