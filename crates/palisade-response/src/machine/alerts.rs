//! The life of one alert: pending, firing, resolved; and the timers on that way.

use super::{Response, inhibition::Role, membership::Membership, timers::Timer};
use crate::{config::Flapping, limits::FLAPPING_CHANGES_MAX, routing::Way};
use palisade_model::{Alert, AlertStatus, Id, Severity, Timestamp};
use serde::{Deserialize, Serialize};
use std::{cmp::Reverse, sync::Arc};

/// An alert, what is kept with it, and what follows from the rest of the machine.
#[derive(Debug)]
pub(super) struct AlertEntry {
    pub(super) alert: Alert,
    pub(super) key: Arc<str>,
    pub(super) state: AlertState,
    pub(super) memberships: Vec<Membership>,
    pub(super) standing: Standing,
    pub(super) timing: Timing,
    /// Silences that match and have not expired.
    pub(super) silences: Vec<Id>,
    /// Maintenance windows that match, on or not.
    pub(super) windows: Vec<usize>,
    pub(super) roles: Vec<Role>,
    pub(super) armed: Option<Timestamp>,
    pub(super) is_dirty: bool,
}

/// What is kept of an alert beside what people see.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct AlertState {
    /// When a pending alert fires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fires_at: Option<Timestamp>,
    /// When each severity was last told, the least first; zero for never.
    pub(super) told_severities: [Timestamp; 5],
    /// When it fired or resolved, lately.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) changes: Vec<Timestamp>,
}

/// How an alert stands towards its groups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Standing {
    /// It fires, or is held because it flaps.
    pub(super) is_open: bool,
    /// Nobody is to be told now.
    pub(super) is_hidden: bool,
    pub(super) is_acknowledged: bool,
}

/// What the first of an alert's routes says about its life.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Timing {
    pub(super) hold_for: crate::Period,
    pub(super) keep_firing_for: crate::Period,
    pub(super) resolve_after: crate::Period,
}

/// The place of an alert in a message: the worst first, then the oldest.
pub(super) type Rank = (Reverse<Severity>, Timestamp, Arc<str>);

impl Timing {
    pub(super) fn of(way: &Way) -> Self {
        Self { hold_for: way.hold_for, keep_firing_for: way.keep_firing_for, resolve_after: way.resolve_after }
    }
}

impl Standing {
    pub(super) fn of(alert: &Alert) -> Self {
        Self {
            is_open: alert.status == AlertStatus::Firing || alert.flapping,
            is_hidden: !alert.suppressed_by.is_empty() || alert.snoozed_until.is_some(),
            is_acknowledged: alert.acknowledged.is_some(),
        }
    }

    /// It stands in the messages of its groups.
    pub(super) fn is_listed(self) -> bool {
        self.is_open && !self.is_hidden
    }

    /// Somebody should look at it and nobody does.
    pub(super) fn is_unattended(self) -> bool {
        self.is_listed() && !self.is_acknowledged
    }
}

impl AlertEntry {
    pub(super) fn new(alert: Alert, key: Arc<str>) -> Self {
        Self {
            alert,
            key,
            state: AlertState::default(),
            memberships: Vec::new(),
            standing: Standing::default(),
            timing: Timing::default(),
            silences: Vec::new(),
            windows: Vec::new(),
            roles: Vec::new(),
            armed: None,
            is_dirty: false,
        }
    }

    pub(super) fn rank(&self) -> Rank {
        (Reverse(self.alert.severity), self.alert.starts_at, Arc::clone(&self.key))
    }

    /// When it is over unless it is told again.
    pub(super) fn over_at(&self) -> Option<Timestamp> {
        let end = self.alert.ends_at?;
        match self.alert.status {
            AlertStatus::Firing => Some(self.timing.keep_firing_for.after(end)),
            AlertStatus::Pending | AlertStatus::Resolved => Some(end),
        }
    }

    /// When it is calm again.
    fn calm_at(&self, flapping: &Flapping) -> Option<Timestamp> {
        let last = self.state.changes.last().copied().unwrap_or_default();
        self.alert.flapping.then(|| flapping.window.after(last))
    }

    /// True when nobody waits for it any more.
    pub(super) fn is_done(&self) -> bool {
        self.alert.status == AlertStatus::Resolved && !self.alert.flapping && self.memberships.is_empty()
    }
}

impl Response {
    /// When the next thing happens to `alert` by itself.
    fn alert_due_at(&self, alert: usize) -> Option<Timestamp> {
        let entry = &self.alerts[alert];
        let (flapping, kept) = (&self.config.flapping, self.config.resolved_kept.0);
        let by_status = match entry.alert.status {
            AlertStatus::Pending => entry.state.fires_at.into_iter().chain(entry.alert.ends_at).min(),
            AlertStatus::Firing => entry.over_at(),
            AlertStatus::Resolved if entry.is_done() => entry.alert.ends_at.map(|end| kept.after(end)),
            AlertStatus::Resolved => None,
        };
        by_status.into_iter().chain(entry.alert.snoozed_until).chain(entry.calm_at(flapping)).min()
    }

    /// Sees to it that `alert` is looked at in time.
    pub(super) fn arm_alert(&mut self, alert: usize) {
        let due = self.alert_due_at(alert);
        let entry = &mut self.alerts[alert];
        let key = &entry.key;
        self.timers.arm(&mut entry.armed, due, || Timer::Alert(Arc::clone(key)));
    }

    /// Does what is due of the alert `key`, whose timer stood at `armed`.
    pub(super) fn alert_due(&mut self, now: Timestamp, armed: Timestamp, key: &Arc<str>) {
        let Some(&alert) = self.by_fingerprint.get(key) else { return };
        self.alerts[alert].armed = None;
        // Its time has moved back since it was entered: it takes its place in the order of time again.
        if self.alert_due_at(alert).is_some_and(|due| due <= armed) {
            self.step(now, alert);
        }
        if self.alerts.contains(alert) {
            self.arm_alert(alert);
        }
    }

    /// Takes `alert` as far as it goes until `now`.
    fn step(&mut self, now: Timestamp, alert: usize) {
        let entry = &self.alerts[alert];
        if entry.alert.snoozed_until.is_some_and(|until| until <= now) {
            self.end_snooze(now, alert);
        }
        if self.alerts[alert].calm_at(&self.config.flapping).is_some_and(|at| at <= now) {
            self.calm_down(now, alert);
        }
        let entry = &self.alerts[alert];
        match entry.alert.status {
            AlertStatus::Pending => self.step_pending(now, alert),
            AlertStatus::Firing if entry.over_at().is_some_and(|at| at <= now) => self.resolve(now, alert),
            AlertStatus::Firing => {}
            AlertStatus::Resolved => {
                let kept = self.config.resolved_kept.0;
                if entry.is_done() && entry.alert.ends_at.is_some_and(|end| kept.after(end) <= now) {
                    self.remove_alert(alert);
                }
            }
        }
    }

    fn step_pending(&mut self, now: Timestamp, alert: usize) {
        let entry = &self.alerts[alert];
        let fires_at = entry.state.fires_at.unwrap_or(now);
        if entry.alert.ends_at.is_some_and(|end| end <= now && end < fires_at) {
            self.remove_alert(alert);
        } else if fires_at <= now {
            self.fire(now, alert);
        }
    }

    /// A pending or resolved alert fires.
    pub(super) fn fire(&mut self, now: Timestamp, alert: usize) {
        let entry = &mut self.alerts[alert];
        entry.alert.status = AlertStatus::Firing;
        entry.alert.updated_at = now;
        entry.state.fires_at = None;
        let begins_flapping = self.note_change(now, alert);
        self.enter_groups(now, alert);
        self.set_source(now, alert, true);
        self.refresh(now, alert, begins_flapping);
        self.mark_alert(alert);
    }

    /// A firing alert is over; a pending one was none.
    pub(super) fn resolve(&mut self, now: Timestamp, alert: usize) {
        if self.alerts[alert].alert.status == AlertStatus::Pending {
            self.remove_alert(alert);
            return;
        }
        let entry = &mut self.alerts[alert];
        entry.alert.ends_at = Some(entry.over_at().map_or(now, |at| at.min(now)));
        entry.alert.status = AlertStatus::Resolved;
        entry.alert.updated_at = now;
        let begins_flapping = self.note_change(now, alert);
        self.set_source(now, alert, false);
        self.refresh(now, alert, begins_flapping);
        self.mark_alert(alert);
        self.after_telling(alert);
    }

    /// Notes that `alert` fired or resolved; true when it begins to flap.
    fn note_change(&mut self, now: Timestamp, alert: usize) -> bool {
        let flapping = &self.config.flapping;
        let entry = &mut self.alerts[alert];
        let changes_max = usize::try_from(flapping.changes).unwrap_or(usize::MAX).min(FLAPPING_CHANGES_MAX);
        if changes_max == 0 {
            return false;
        }
        let since = flapping.window.before(now);
        entry.state.changes.retain(|at| *at > since);
        entry.state.changes.push(now);
        let excess = entry.state.changes.len().saturating_sub(changes_max);
        entry.state.changes.drain(..excess);
        let begins = !entry.alert.flapping && entry.state.changes.len() == changes_max;
        entry.alert.flapping |= begins;
        if begins {
            let key = entry.key.to_string();
            self.note_automatic(now, "alert.flapping", key, serde_json::Value::Null);
        }
        begins
    }

    /// `alert` has not changed for a while: it is what it is.
    fn calm_down(&mut self, now: Timestamp, alert: usize) {
        let entry = &mut self.alerts[alert];
        entry.alert.flapping = false;
        entry.alert.updated_at = now;
        entry.state.changes.clear();
        self.refresh(now, alert, false);
        self.mark_alert(alert);
        self.after_telling(alert);
    }

    fn end_snooze(&mut self, now: Timestamp, alert: usize) {
        let entry = &mut self.alerts[alert];
        entry.alert.snoozed_until = None;
        entry.alert.updated_at = now;
        self.refresh(now, alert, false);
        self.mark_alert(alert);
    }

    /// `alert` goes into the next outcome.
    pub(super) fn mark_alert(&mut self, alert: usize) {
        let entry = &mut self.alerts[alert];
        if !entry.is_dirty {
            entry.is_dirty = true;
            self.pending.alerts.push(Arc::clone(&entry.key));
        }
    }
}
