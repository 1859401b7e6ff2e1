//! What a notification reads like: [`Shown`] holds the words and numbers that templates and cards are made of.

use super::Site;
use palisade_model::{Alert, AlertStatus, Incident, IncidentStatus, Labels, Notification, Reason, Severity, Timestamp};
use serde::Serialize;

/// Longest summary, description or other single text, in characters.
const TEXT_CHARS_MAX: usize = 1_000;
/// Longest line.
const LINE_CHARS_MAX: usize = 200;
/// The labels that say where something is, the most telling first.
const PLACES: [&str; 14] = [
    "service",
    "host",
    "hostname",
    "instance",
    "node",
    "namespace",
    "pod",
    "container",
    "job",
    "user",
    "actor",
    "package",
    "subject",
    "source_ip",
];
/// How many of them are shown.
const PLACES_MAX: usize = 4;

/// What stands in a template: members of the notification in words.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Shown {
    /// What it is, for the head: `FIRING`, `FIRING × 3`, `RESOLVED`, `ESCALATED, step 2`, `TEST` …
    pub badge: String,
    /// The severity of the worst.
    pub severity: Severity,
    /// The worst alert or the incident in one line.
    pub headline: String,
    /// `firing` or `resolved`.
    pub status: &'static str,
    /// Why it is sent: `firing`, `resolved`, `repeat`, `escalation`, `acknowledged`, `incident`, `test`.
    pub reason: Reason,
    /// How many alerts it is about, those that are not listed too.
    pub count: u64,
    /// How many of the listed ones fire.
    pub firing: usize,
    /// How many of the listed ones are resolved.
    pub resolved: usize,
    /// The alerts, the worst first.
    pub alerts: Vec<ShownAlert>,
    /// How many more there are than are listed.
    pub more: u64,
    /// The labels that the alerts have in common.
    pub group: Labels,
    /// The incident, as its JSON; none when it is about alerts.
    pub incident: Option<Box<Incident>>,
    /// What happened last in the incident.
    pub latest: String,
    /// The step of the escalation, 0 when it is none.
    pub step: u32,
    /// For how many messages it stands.
    pub covers: usize,
    /// Whether it may have arrived before.
    pub may_repeat: bool,
    /// Where it can be looked at.
    pub link: String,
    /// What this Palisade is called.
    pub site: String,
    /// Who is to be told.
    pub recipients: Vec<String>,
    /// When it was decided, to the second.
    pub at: String,
}

/// The names that a template may use: the members of [`Shown`].
pub(crate) const KNOWN: [&str; 20] = [
    "badge",
    "severity",
    "headline",
    "status",
    "reason",
    "count",
    "firing",
    "resolved",
    "alerts",
    "more",
    "group",
    "incident",
    "latest",
    "step",
    "covers",
    "may_repeat",
    "link",
    "site",
    "recipients",
    "at",
];

/// One alert in words.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ShownAlert {
    /// What it is.
    pub summary: String,
    /// What is known.
    pub description: String,
    /// What to do.
    pub remediation: String,
    /// How bad it is.
    pub severity: Severity,
    /// Where it stands.
    pub status: AlertStatus,
    /// Where it is: `service checkout, host web-1`.
    pub place: String,
    /// Since when: `2026-11-20 12:00:00 UTC`.
    pub since: String,
    /// For how long at the time of the message: `12 min`.
    pub duration: String,
    /// How often it was told.
    pub count: u64,
    /// Who looks at it.
    pub acknowledged_by: String,
    /// All its labels.
    pub labels: Labels,
    /// All its annotations.
    pub annotations: Labels,
    /// Its fingerprint.
    pub fingerprint: String,
    /// Where it can be looked at.
    pub link: String,
}

impl Shown {
    /// What `notification` reads like with at most `alerts_max` alerts.
    #[must_use]
    pub fn new(notification: &Notification, covers: usize, may_repeat: bool, site: &Site, alerts_max: usize) -> Self {
        let alerts = &notification.alerts;
        let listed = alerts.len().min(alerts_max);
        let firing = alerts.iter().filter(|alert| alert.status != AlertStatus::Resolved).count();
        let incident = notification.incident.as_deref();
        let worst = alerts.iter().map(|alert| alert.severity).max();
        let count = (alerts.len() as u64).saturating_add(notification.truncated_alerts);
        Self {
            badge: badge(notification, count),
            severity: worst.max(incident.map(|incident| incident.severity)).unwrap_or_default(),
            headline: headline(notification),
            status: if is_over(notification) { "resolved" } else { "firing" },
            reason: notification.reason,
            count,
            firing,
            resolved: alerts.len() - firing,
            alerts: alerts[..listed].iter().map(|alert| shown(alert, notification.decided_at, site)).collect(),
            more: count - listed as u64,
            group: notification.group_labels.clone(),
            incident: notification.incident.clone(),
            latest: incident
                .and_then(|incident| incident.timeline.last())
                .map(|entry| clip(&format!("{}: {}", entry.by, entry.text), TEXT_CHARS_MAX))
                .unwrap_or_default(),
            step: notification.escalation_step,
            covers,
            may_repeat,
            link: site.link(notification),
            site: site.name.clone(),
            recipients: notification.recipients.clone(),
            at: seconds(notification.decided_at),
        }
    }
}

/// True when what `notification` is about is over.
fn is_over(notification: &Notification) -> bool {
    let incident = notification.incident.as_deref();
    notification.reason == Reason::Resolved
        || incident.is_some_and(|incident| matches!(incident.status, IncidentStatus::Resolved | IncidentStatus::Closed))
}

fn badge(notification: &Notification, count: u64) -> String {
    let word = match notification.reason {
        Reason::Firing => "FIRING".to_owned(),
        Reason::Resolved => "RESOLVED".to_owned(),
        Reason::Repeat => "STILL FIRING".to_owned(),
        Reason::Escalation if notification.escalation_step > 0 => {
            format!("ESCALATED, step {}", notification.escalation_step)
        }
        Reason::Escalation => "ESCALATED".to_owned(),
        Reason::Acknowledged => "ACKNOWLEDGED".to_owned(),
        Reason::Incident => "INCIDENT".to_owned(),
        Reason::Test => "TEST".to_owned(),
    };
    if count > 1 { format!("{word} × {count}") } else { word }
}

fn headline(notification: &Notification) -> String {
    match (&notification.incident, notification.alerts.first()) {
        (Some(incident), _) => one_line(&format!("#{} {}", incident.number, incident.title), LINE_CHARS_MAX),
        (None, Some(alert)) => one_line(summary(alert), LINE_CHARS_MAX),
        (None, None) if notification.reason == Reason::Test => "this channel works".to_owned(),
        (None, None) => "no alert is left".to_owned(),
    }
}

fn shown(alert: &Alert, now: Timestamp, site: &Site) -> ShownAlert {
    let annotation = |name: &str| clip(alert.annotations.get(name).map_or("", String::as_str).trim(), TEXT_CHARS_MAX);
    let until = alert.ends_at.filter(|_| alert.status == AlertStatus::Resolved).unwrap_or(now);
    ShownAlert {
        summary: one_line(summary(alert), LINE_CHARS_MAX),
        description: annotation("description"),
        remediation: annotation("remediation"),
        severity: alert.severity,
        status: alert.status,
        place: place(&alert.labels),
        since: seconds(alert.starts_at),
        duration: duration(alert.starts_at, until),
        count: alert.count,
        acknowledged_by: alert.acknowledged.as_ref().map(|by| one_line(&by.by, LINE_CHARS_MAX)).unwrap_or_default(),
        labels: alert.labels.clone(),
        annotations: alert.annotations.clone(),
        fingerprint: alert.fingerprint.clone(),
        link: site.alert_link(alert),
    }
}

/// What an alert is in one line: what it says of itself, or its name.
fn summary(alert: &Alert) -> &str {
    let said = ["summary", "title", "message", "description"].iter().find_map(|name| alert.annotations.get(*name));
    let said = said.or_else(|| alert.labels.get("alertname")).map_or("", |text| text.trim());
    if said.is_empty() { "Alert" } else { said }
}

/// The labels that say where something is.
fn place(labels: &Labels) -> String {
    let named = PLACES.iter().filter_map(|name| labels.get(*name).map(|value| format!("{name} {value}")));
    one_line(&named.take(PLACES_MAX).collect::<Vec<_>>().join(", "), LINE_CHARS_MAX)
}

/// `2026-11-20 12:00:00 UTC`.
fn seconds(time: Timestamp) -> String {
    let text = time.to_string();
    match (text.get(..10), text.get(11..19)) {
        (Some(date), Some(clock)) => format!("{date} {clock} UTC"),
        _ => text,
    }
}

/// `45 s`, `12 min`, `3 h 20 min`, `2 d 4 h`.
fn duration(from: Timestamp, to: Timestamp) -> String {
    let seconds = to.nanos().saturating_sub(from.nanos()).max(0) / 1_000_000_000;
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min"),
        (0, ..) => format!("{hours} h {} min", minutes % 60),
        _ => format!("{days} d {} h", hours % 24),
    }
}

/// `text` in at most `chars_max` characters, the last an ellipsis when something was left out.
pub(crate) fn clip(text: &str, chars_max: usize) -> String {
    match text.char_indices().nth(chars_max) {
        None => text.to_owned(),
        Some(_) => text.chars().take(chars_max.saturating_sub(1)).chain(['…']).collect(),
    }
}

/// [`clip`]ped text without line breaks and other control characters.
pub(crate) fn one_line(text: &str, chars_max: usize) -> String {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    clip(&words.join(" "), chars_max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_names_are_the_members() {
        let members = serde_json::to_value(Shown::default()).unwrap();
        let mut members: Vec<_> = members.as_object().unwrap().keys().map(String::as_str).collect();
        let mut known = KNOWN.to_vec();
        members.sort_unstable();
        known.sort_unstable();
        assert_eq!(members, known);
    }

    #[test]
    fn lines_and_lengths() {
        assert_eq!(one_line("a\r\nBcc: x\u{7}\ty  z", 99), "a Bcc: x y z");
        assert_eq!(clip("äöüß", 4), "äöüß");
        assert_eq!(clip("äöüßx", 4), "äöü…");
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1_000);
        for (seconds, text) in
            [(-5, "0 s"), (59, "59 s"), (720, "12 min"), (12_000, "3 h 20 min"), (187_200, "2 d 4 h")]
        {
            assert_eq!(duration(at(0), at(seconds)), text);
        }
    }
}
