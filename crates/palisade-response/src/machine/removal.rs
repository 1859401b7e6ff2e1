//! What leaves the machine: alerts that are over for long, and the oldest of them when there are too many.

use super::{Response, keeping::Kind, timers::Timer};
use crate::limits::{ALERTS_MAX, RESOLVED_MAX};
use palisade_model::{Labels, Severity, Signal, Timestamp};
use std::sync::Arc;

/// The fingerprint of the alert that tells how many alerts were dropped.
pub(super) const DROPPED: &str = "palisade-alerts-dropped";

impl Response {
    /// Takes `alert` out of everything.
    pub(super) fn remove_alert(&mut self, alert: usize) {
        self.clear_mutes(alert);
        let entry = self.alerts.remove(alert);
        self.by_fingerprint.remove(&entry.key);
        self.timers.disarm(entry.armed, || Timer::Alert(Arc::clone(&entry.key)));
        self.forgettable.remove(&(entry.alert.ends_at.unwrap_or_default(), Arc::clone(&entry.key)));
        for mut member in entry.memberships {
            let group = &mut self.groups[member.group];
            member.catch_up(group.state.told);
            member.unsay(group);
            group.list(&mut member, None, false, alert);
            group.members -= 1;
            self.touched.insert(Arc::clone(&group.key));
        }
        if !entry.is_dirty {
            self.pending.alerts.push(entry.key);
        }
    }

    /// Forgets the oldest resolved alerts beyond the number that is kept.
    pub(super) fn forget_excess(&mut self) {
        while self.forgettable.len() > RESOLVED_MAX && self.forget_oldest() {}
    }

    /// Forgets the oldest resolved alert; false when there is none.
    fn forget_oldest(&mut self) -> bool {
        let Some((_, key)) = self.forgettable.pop_first() else { return false };
        if let Some(&alert) = self.by_fingerprint.get(&key) {
            self.remove_alert(alert);
        }
        true
    }

    /// Makes room for one more alert. False when there is none: it is dropped, and people are told.
    pub(super) fn make_room(&mut self, now: Timestamp, key: &str) -> bool {
        // One place is free for the alert that tells of those dropped.
        if self.alerts.len() < ALERTS_MAX || key == DROPPED || self.forget_oldest() {
            return true;
        }
        self.tell_dropped(now);
        false
    }

    /// Counts a dropped alert, in an alert of its own.
    fn tell_dropped(&mut self, now: Timestamp) {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let summary = format!(
            "There are {ALERTS_MAX} alerts at once, and further ones are dropped: the count of this alert says how many"
        );
        let remediation = "Look for what raises so many, and silence or group it where it comes from.";
        let signal = Signal {
            fingerprint: DROPPED.to_owned(),
            labels: Labels::from([pair("alertname", "AlertsDropped"), pair("severity", Severity::High.name())]),
            annotations: Labels::from([pair("summary", &summary), pair("remediation", remediation)]),
            severity: Severity::High,
            source: "palisade".to_owned(),
            ..Signal::default()
        };
        // Its labels are short and its place is free, so nothing can be refused.
        let _ = self.take_signal(now, signal);
    }

    /// The record of kind `kind` and this key goes into the next outcome.
    pub(super) fn mark(&mut self, kind: Kind, key: impl Into<String>) {
        self.pending.others.insert((kind, key.into()));
    }
}
