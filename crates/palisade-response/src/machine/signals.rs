//! What a signal does: begins an alert, is one more of it, or ends it.

use super::{
    Response,
    alerts::{AlertEntry, AlertState, Timing},
};
use crate::{
    Refusal, fingerprint_of,
    limits::{
        ANNOTATION_BYTES_MAX, ANNOTATIONS_MAX, FINDINGS_MAX, FINGERPRINT_BYTES_MAX, LABEL_BYTES_MAX, LABELS_MAX,
        NAME_BYTES_MAX,
    },
};
use palisade_model::{Alert, AlertStatus, Id, Labels, Severity, Signal, Timestamp, fingerprint};
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64_with_seed;

impl Response {
    /// Takes a signal in.
    pub(super) fn take_signal(&mut self, now: Timestamp, mut signal: Signal) -> Result<(), Refusal> {
        bound(&mut signal)?;
        let is_over = signal.ends_at.is_some_and(|end| end <= now);
        let known = self.by_fingerprint.get(signal.fingerprint.as_str()).copied();
        match known.map(|alert| (alert, self.alerts[alert].alert.status)) {
            // What is over and was never there, or is over already, changes nothing.
            None | Some((_, AlertStatus::Resolved)) if is_over => {}
            None => self.begin(now, signal),
            Some((alert, AlertStatus::Resolved)) => self.begin_again(now, alert, signal),
            // It ended before what is there began: it tells of an episode before.
            Some((alert, _)) if signal.ends_at.is_some_and(|end| end < self.alerts[alert].alert.starts_at) => {}
            Some((alert, _)) if is_over => self.end(now, alert, signal),
            Some((alert, _)) => self.tell_again(now, alert, signal),
        }
        Ok(())
    }

    /// An alert that is not there yet.
    fn begin(&mut self, now: Timestamp, signal: Signal) {
        if !self.make_room(now, &signal.fingerprint) {
            return;
        }
        let key: Arc<str> = signal.fingerprint.as_str().into();
        let alert = self.alerts.insert(AlertEntry::new(Alert::default(), Arc::clone(&key)));
        self.by_fingerprint.insert(key, alert);
        self.begin_episode(now, alert, signal);
    }

    /// An alert that was resolved fires again: a new episode.
    fn begin_again(&mut self, now: Timestamp, alert: usize, signal: Signal) {
        let entry = &self.alerts[alert];
        self.forgettable.remove(&(entry.alert.ends_at.unwrap_or_default(), Arc::clone(&entry.key)));
        self.begin_episode(now, alert, signal);
    }

    fn begin_episode(&mut self, now: Timestamp, alert: usize, signal: Signal) {
        let entry = &mut self.alerts[alert];
        let before = std::mem::take(&mut entry.alert);
        let changes = std::mem::take(&mut entry.state.changes);
        // While it comes and goes it is the same matter for those who look at it.
        let (acknowledged, snoozed_until) =
            if before.flapping { (before.acknowledged.clone(), before.snoozed_until) } else { (None, None) };
        entry.state = AlertState { changes, ..AlertState::default() };
        entry.state.told_severities[severity_index(signal.severity)] = now;
        let starts_at = signal.starts_at.unwrap_or(now).min(now);
        entry.alert = Alert {
            id: episode_id(now, &signal.fingerprint, before.id),
            fingerprint: signal.fingerprint,
            labels: signal.labels,
            annotations: signal.annotations,
            severity: signal.severity,
            status: AlertStatus::Pending,
            source: signal.source,
            generator_url: signal.generator_url,
            starts_at,
            ends_at: signal.ends_at,
            last_seen: now,
            updated_at: now,
            count: 1,
            findings: signal.finding.into_iter().collect(),
            acknowledged,
            snoozed_until,
            flapping: before.flapping,
            // An incident is about an episode, so it is not taken over.
            ..Alert::default()
        };
        self.follow_labels(alert);
        self.part_with(now, alert, &before);
        let entry = &mut self.alerts[alert];
        if entry.alert.ends_at.is_none() {
            entry.alert.ends_at = Some(entry.timing.resolve_after.after(now));
        }
        let fires_at = entry.timing.hold_for.after(now);
        entry.state.fires_at = Some(fires_at);
        if fires_at <= now {
            self.fire(now, alert);
        }
        self.mark_alert(alert);
        self.arm_alert(alert);
    }

    /// A new episode has begun before all groups of `alert` were told that the one `before` is over.
    fn part_with(&mut self, now: Timestamp, alert: usize, before: &Alert) {
        let entry = &mut self.alerts[alert];
        if entry.memberships.is_empty() {
            return;
        }
        if entry.timing.hold_for.is_zero() || before.flapping {
            // It fires at once, so those who are still its groups need not hear of the end.
            self.leave_groups(now, alert, before);
        } else {
            let members = std::mem::take(&mut entry.memberships);
            self.leave(now, alert, members, before);
        }
    }

    /// One more signal of an alert that is there.
    fn tell_again(&mut self, now: Timestamp, alert: usize, signal: Signal) {
        let entry = &mut self.alerts[alert];
        let severity_before = entry.alert.severity;
        entry.state.told_severities[severity_index(signal.severity)] = now;
        entry.alert.severity = entry.worst_severity(now).max(signal.severity);
        entry.alert.count += 1;
        entry.alert.last_seen = now;
        entry.alert.updated_at = now;
        entry.alert.ends_at = Some(signal.ends_at.unwrap_or(entry.timing.resolve_after.after(now)));
        if let Some(finding) = signal.finding {
            let findings = &mut entry.alert.findings;
            if findings.len() >= FINDINGS_MAX {
                findings.remove(0);
            }
            findings.push(finding);
        }
        let labels_change = entry.take_labels(signal.labels, signal.severity);
        take_annotations(&mut entry.alert, signal.annotations, signal.generator_url);
        if labels_change {
            self.change_labels(now, alert, severity_before);
        } else if severity_before != self.alerts[alert].alert.severity {
            let is_worse = self.alerts[alert].alert.severity > severity_before;
            self.refresh(now, alert, is_worse);
        }
        self.mark_alert(alert);
        self.arm_alert(alert);
    }

    /// A signal that says that it is over.
    fn end(&mut self, now: Timestamp, alert: usize, signal: Signal) {
        let entry = &mut self.alerts[alert];
        entry.alert.ends_at = signal.ends_at;
        entry.alert.updated_at = now;
        take_annotations(&mut entry.alert, signal.annotations, signal.generator_url);
        self.mark_alert(alert);
        let is_over = self.alerts[alert].over_at().is_some_and(|at| at <= now);
        if is_over {
            self.resolve(now, alert);
        }
        if self.alerts.contains(alert) {
            self.arm_alert(alert);
        }
    }

    /// The labels of a pending or firing alert have changed: it may take other ways and be held back by others.
    fn change_labels(&mut self, now: Timestamp, alert: usize, severity_before: Severity) {
        let is_firing = self.alerts[alert].alert.status == AlertStatus::Firing;
        self.set_source(now, alert, false);
        self.follow_labels(alert);
        if !self.alerts[alert].memberships.is_empty() {
            let last = self.alerts[alert].alert.clone();
            self.leave_groups(now, alert, &last);
        }
        if is_firing {
            self.enter_groups(now, alert);
            self.set_source(now, alert, true);
        }
        let is_worse = self.alerts[alert].alert.severity > severity_before;
        self.refresh(now, alert, is_worse);
    }

    /// Finds out what follows from the labels of `alert`: its channels, its timing, what holds it back.
    pub(super) fn follow_labels(&mut self, alert: usize) {
        let entry = &mut self.alerts[alert];
        let ways = self.rules.routing.take(&entry.alert.labels);
        let mut channels: Vec<String> = Vec::new();
        for &way in &ways {
            let new = self.rules.routing.get(way).channels.iter().filter(|channel| !channels.contains(channel));
            let new: Vec<String> = new.cloned().collect();
            channels.extend(new);
        }
        entry.alert.channels = channels;
        entry.timing = ways.first().map(|&way| Timing::of(self.rules.routing.get(way))).unwrap_or_default();
        self.find_mutes(alert);
    }
}

impl AlertEntry {
    /// The worst severity that was told lately: within the time after which silence means that it is over.
    fn worst_severity(&self, now: Timestamp) -> Severity {
        let since = self.timing.resolve_after.before(now);
        let told = |severity: &Severity| {
            let at = self.state.told_severities[severity_index(*severity)];
            at != Timestamp::default() && at > since
        };
        Severity::ALL.into_iter().rev().find(told).unwrap_or_default()
    }

    /// Takes the labels of a further signal; true when they are others than before. A label `severity` that is the
    /// signal's own severity follows that of the alert.
    fn take_labels(&mut self, mut labels: Labels, severity: Severity) -> bool {
        if severity != self.alert.severity
            && let Some(label) = labels.get_mut("severity").filter(|label| *label == severity.name())
        {
            self.alert.severity.name().clone_into(label);
        }
        let changes = labels != self.alert.labels;
        if changes {
            self.alert.labels = labels;
        }
        changes
    }
}

fn take_annotations(alert: &mut Alert, annotations: Labels, generator_url: String) {
    if !annotations.is_empty() && annotations != alert.annotations {
        alert.annotations = annotations;
    }
    if !generator_url.is_empty() && generator_url != alert.generator_url {
        alert.generator_url = generator_url;
    }
}

fn severity_index(severity: Severity) -> usize {
    usize::try_from(severity.number() - 1).unwrap_or(0)
}

/// The id of the episode that begins `now`, after the one `before`.
fn episode_id(now: Timestamp, fingerprint: &str, before: Id) -> Id {
    let before = u64::from_le_bytes(before.as_bytes()[8..].try_into().unwrap_or_default());
    let seed = u64::from_le_bytes(now.nanos().to_le_bytes()) ^ before;
    Id::first_of_block(now, xxh3_64_with_seed(fingerprint.as_bytes(), seed))
}

/// Refuses a signal with too many or too large labels, cuts annotations, and gives it a fingerprint.
fn bound(signal: &mut Signal) -> Result<(), Refusal> {
    if signal.labels.len() > LABELS_MAX {
        return Err(Refusal::Limit(format!("an alert has at most {LABELS_MAX} labels")));
    }
    // An empty label is none.
    if signal.labels.values().any(String::is_empty) {
        signal.labels.retain(|_, value| !value.is_empty());
    }
    if signal.labels.is_empty() && signal.fingerprint.is_empty() {
        return Err(Refusal::Invalid("an alert needs a label, alertname for example".to_owned()));
    }
    if signal.labels.keys().any(|name| name.is_empty() || name.len() > NAME_BYTES_MAX) {
        return Err(Refusal::Limit(format!("the name of a label has 1 to {NAME_BYTES_MAX} bytes")));
    }
    if signal.labels.values().any(|value| value.len() > LABEL_BYTES_MAX) {
        return Err(Refusal::Limit(format!("the value of a label has at most {LABEL_BYTES_MAX} bytes")));
    }
    while signal.annotations.len() > ANNOTATIONS_MAX {
        signal.annotations.pop_last();
    }
    if signal.annotations.keys().any(|name| name.len() > NAME_BYTES_MAX) {
        signal.annotations.retain(|name, _| name.len() <= NAME_BYTES_MAX);
    }
    for value in signal.annotations.values_mut().chain([&mut signal.generator_url]) {
        if value.len() > ANNOTATION_BYTES_MAX {
            value.truncate(value.floor_char_boundary(ANNOTATION_BYTES_MAX));
        }
    }
    if signal.source.len() > NAME_BYTES_MAX {
        signal.source.truncate(signal.source.floor_char_boundary(NAME_BYTES_MAX));
    }
    if signal.fingerprint.is_empty() {
        signal.fingerprint = fingerprint_of(&signal.labels);
    } else if signal.fingerprint.len() > FINGERPRINT_BYTES_MAX {
        signal.fingerprint = fingerprint(&[&signal.fingerprint]);
    }
    Ok(())
}
