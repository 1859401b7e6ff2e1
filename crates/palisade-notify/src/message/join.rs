//! Several notifications in one message: what waited because a receiver takes no more.

use palisade_model::{Alert, AlertStatus, Labels, Notification, Reason, fingerprint};
use std::{cmp::Reverse, collections::BTreeMap};

/// No more alerts are kept of all together; the rest is counted.
const ALERTS_MAX: usize = 100;

/// True when one message may stand for both: they go to the same people, and nobody waits for one of them by itself.
pub(crate) fn together(one: &Notification, other: &Notification) -> bool {
    one.recipients == other.recipients && one.reason != Reason::Test && other.reason != Reason::Test
}

/// One notification with what `all` say, in the order in which they were decided. Of an alert that several tell, the
/// last word counts. Its id follows from theirs, so the same ones joined again are the same message.
pub(crate) fn joined(all: &[&Notification]) -> Notification {
    let ids: Vec<&str> = all.iter().map(|notification| notification.id.as_str()).collect();
    let mut alerts: BTreeMap<&str, &Alert> = BTreeMap::new();
    for alert in all.iter().flat_map(|notification| &notification.alerts) {
        alerts.insert(&alert.fingerprint, alert);
    }
    let mut alerts: Vec<Alert> = alerts.into_values().cloned().collect();
    alerts.sort_by_key(|alert| (alert.status == AlertStatus::Resolved, Reverse(alert.severity), alert.starts_at));
    let left_out = alerts.len().saturating_sub(ALERTS_MAX) as u64;
    alerts.truncate(ALERTS_MAX);
    let mut incidents = all.iter().filter_map(|notification| notification.incident.clone());
    let incident = incidents.next().filter(|first| incidents.all(|other| other.id == first.id));
    let incident_alone = incident.filter(|_| all.iter().all(|notification| notification.incident.is_some()));
    let truncated = all.iter().fold(left_out, |sum, one| sum.saturating_add(one.truncated_alerts));
    Notification {
        id: format!("joined-{}", fingerprint(&ids)),
        channel: all.first().map(|first| first.channel.clone()).unwrap_or_default(),
        decided_at: all.iter().map(|notification| notification.decided_at).max().unwrap_or_default(),
        reason: reason(all, &alerts),
        group_key: shared(all.iter().map(|notification| &notification.group_key)).unwrap_or_default(),
        group_labels: shared_labels(all),
        alerts,
        truncated_alerts: truncated,
        incident: incident_alone,
        escalation_step: all.iter().map(|notification| notification.escalation_step).max().unwrap_or_default(),
        recipients: all.first().map(|first| first.recipients.clone()).unwrap_or_default(),
    }
}

/// The most pressing reason. All over is what it is when nothing fires any more.
fn reason(all: &[&Notification], alerts: &[Alert]) -> Reason {
    let has = |reason| all.iter().any(|notification| notification.reason == reason);
    let over = !alerts.is_empty() && alerts.iter().all(|alert| alert.status == AlertStatus::Resolved);
    let pressing = [Reason::Escalation, Reason::Firing, Reason::Repeat, Reason::Incident, Reason::Acknowledged];
    match pressing.into_iter().find(|reason| has(*reason)) {
        _ if over => Reason::Resolved,
        found => found.unwrap_or(Reason::Resolved),
    }
}

fn shared<'a>(mut all: impl Iterator<Item = &'a String>) -> Option<String> {
    let first = all.next()?;
    all.all(|other| other == first).then(|| first.clone())
}

fn shared_labels(all: &[&Notification]) -> Labels {
    let Some((first, rest)) = all.split_first() else { return Labels::new() };
    let common = first
        .group_labels
        .iter()
        .filter(|(name, value)| rest.iter().all(|notification| notification.group_labels.get(*name) == Some(value)));
    common.map(|(name, value)| (name.clone(), value.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use palisade_model::{Severity, Timestamp};

    fn notification(id: &str, reason: Reason, alerts: &[(&str, Severity, AlertStatus)]) -> Notification {
        let alert = |(fingerprint, severity, status): &(&str, Severity, AlertStatus)| Alert {
            fingerprint: (*fingerprint).into(),
            severity: *severity,
            status: *status,
            ..Alert::default()
        };
        Notification {
            id: id.into(),
            channel: "ops".into(),
            reason,
            group_key: id.into(),
            group_labels: [("team".into(), "a".into()), ("id".into(), id.into())].into(),
            alerts: alerts.iter().map(alert).collect(),
            decided_at: Timestamp::from_millis(id.len() as i64),
            ..Notification::default()
        }
    }

    #[test]
    fn the_last_word_counts_and_the_worst_is_first() {
        use AlertStatus::{Firing, Resolved};
        let one = notification("1", Reason::Firing, &[("a", Severity::Critical, Firing), ("b", Severity::Low, Firing)]);
        let two = notification("22", Reason::Resolved, &[("a", Severity::Critical, Resolved)]);
        let both = joined(&[&one, &two]);
        let order: Vec<_> = both.alerts.iter().map(|alert| (alert.fingerprint.as_str(), alert.status)).collect();
        assert_eq!(order, [("b", Firing), ("a", Resolved)]);
        assert_eq!((both.reason, both.group_key.as_str(), both.decided_at), (Reason::Firing, "", two.decided_at));
        assert_eq!(both.group_labels, [("team".to_owned(), "a".to_owned())].into());
        assert_eq!(both.id, joined(&[&one, &two]).id);
        assert_ne!(both.id, joined(&[&two, &one]).id);
        let over = notification("3", Reason::Resolved, &[("b", Severity::Low, Resolved)]);
        assert_eq!(joined(&[&one, &two, &over]).reason, Reason::Resolved);
    }

    #[test]
    fn nothing_grows_without_end() {
        let many: Vec<Notification> = (0..300)
            .map(|n| {
                notification(&n.to_string(), Reason::Firing, &[(&format!("f{n}"), Severity::Low, AlertStatus::Firing)])
            })
            .collect();
        let all = joined(&many.iter().collect::<Vec<_>>());
        assert_eq!((all.alerts.len(), all.truncated_alerts), (100, 200));
    }

    #[test]
    fn different_people_get_their_own() {
        let one = notification("1", Reason::Firing, &[]);
        let other = Notification { recipients: vec!["ana".into()], ..one.clone() };
        let test = Notification { reason: Reason::Test, ..one.clone() };
        assert!(together(&one, &one) && !together(&one, &other) && !together(&one, &test));
    }
}
