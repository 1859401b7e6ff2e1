//! What holds an alert back: silences, maintenance windows, inhibition; and times at which a route tells nobody.

use super::{Response, keeping::Kind};
use crate::matcher::confirmed;
use palisade_model::{Suppression, Timestamp};
use serde_json::json;
use std::{collections::BTreeSet, sync::Arc};

impl Response {
    /// Finds everything that may hold `alert` back, and whether it does.
    pub(super) fn find_mutes(&mut self, alert: usize) {
        self.clear_mutes(alert);
        let labels = &self.alerts[alert].alert.labels;
        let silences = confirmed(&self.silence_index, labels, |id| {
            self.silences.get(id).map(|entry| entry.silence.matchers.as_slice())
        });
        let windows = confirmed(&self.window_index, labels, |number| {
            self.rules.windows.get(*number).map(|window| window.matchers.as_slice())
        });
        let key = &self.alerts[alert].key;
        for id in &silences {
            if let Some(entry) = self.silences.get_mut(id) {
                entry.alerts.insert(Arc::clone(key));
            }
        }
        for &number in &windows {
            self.windows[number].alerts.insert(Arc::clone(key));
        }
        let entry = &mut self.alerts[alert];
        entry.silences = silences;
        entry.windows = windows;
        self.find_roles(alert);
        self.alerts[alert].alert.suppressed_by = self.suppressions(alert);
    }

    /// The reverse of [`Response::find_mutes`].
    pub(super) fn clear_mutes(&mut self, alert: usize) {
        let entry = &mut self.alerts[alert];
        for id in std::mem::take(&mut entry.silences) {
            if let Some(silence) = self.silences.get_mut(&id) {
                silence.alerts.remove(&entry.key);
            }
        }
        for number in std::mem::take(&mut entry.windows) {
            self.windows[number].alerts.remove(&entry.key);
        }
        self.clear_roles(alert);
    }

    /// Why nobody is told of `alert`.
    pub(super) fn suppressions(&self, alert: usize) -> Vec<Suppression> {
        let entry = &self.alerts[alert];
        let is_active = |id: &&palisade_model::Id| self.silences.get(id).is_some_and(|entry| entry.is_active());
        let silences = entry.silences.iter().filter(is_active).map(|id| Suppression::Silence(*id));
        let on = entry.windows.iter().filter(|number| self.windows[**number].is_on);
        let windows = on.map(|number| Suppression::Maintenance(self.rules.windows[*number].name.clone()));
        silences.chain(windows).chain(self.inhibition_of(alert)).collect()
    }

    /// Finds out again whether the alert `key` is held back. That is not kept but follows, so no record changes.
    pub(super) fn hold_again(&mut self, now: Timestamp, key: &Arc<str>) {
        let Some(&alert) = self.by_fingerprint.get(key) else { return };
        let suppressions = self.suppressions(alert);
        let entry = &mut self.alerts[alert];
        if entry.alert.suppressed_by != suppressions {
            entry.alert.suppressed_by = suppressions;
            self.refresh(now, alert, false);
        }
    }

    /// As [`Response::hold_again`], for many.
    pub(super) fn hold_all_again(&mut self, now: Timestamp, keys: &BTreeSet<Arc<str>>) {
        for key in keys {
            self.hold_again(now, key);
        }
    }

    /// Switches windows and routes on and off as the clock says.
    pub(super) fn look_at_clock(&mut self, now: Timestamp) {
        for number in 0..self.windows.len() {
            let is_on = self.rules.is_window_on(number, now);
            if self.windows[number].is_on != is_on {
                self.switch_window(now, number, is_on);
            }
        }
        for route in 0..self.routes.len() {
            let way = self.rules.routing.get(route);
            let muted_by = self.rules.muted_by(way, now);
            if self.routes[route].muted_by.as_deref() != muted_by {
                let (muted_by, key) = (muted_by.map(str::to_owned), way.key.clone());
                self.routes[route].muted_by = muted_by;
                self.mark(Kind::Route, key);
                let groups = self.groups.iter().filter(|(_, group)| group.route == route);
                self.touched.extend(groups.map(|(_, group)| Arc::clone(&group.key)));
            }
        }
    }

    fn switch_window(&mut self, now: Timestamp, number: usize, is_on: bool) {
        self.windows[number].is_on = is_on;
        let name = self.rules.windows[number].name.clone();
        let action = if is_on { "maintenance.begin" } else { "maintenance.end" };
        let alerts = std::mem::take(&mut self.windows[number].alerts);
        self.note_automatic(now, action, name.clone(), json!({"alerts": alerts.len()}));
        self.mark(Kind::Window, name);
        self.hold_all_again(now, &alerts);
        self.windows[number].alerts = alerts;
    }
}
