//! What happens because time passes: quiet incidents resolve, alerts and incidents of long ago are forgotten.

use super::{
    change::Changes,
    correlate::Known,
    incidents::{Incidents, later},
    keep::{ENTRY, MEMBER, entry_key, gone, member_key},
    sentence::{called, span},
};
use crate::Outcome;
use palisade_model::{Id, IncidentStatus, Timestamp};
use serde_json::json;
use std::sync::Arc;

/// Alerts that may give way to one that comes, when there are too many.
const GIVE_WAY_MAX: usize = 8;

impl Incidents {
    /// Does what is due at `now`.
    pub fn tick(&mut self, now: Timestamp) -> Outcome {
        let mut changes = Changes::automatic(now);
        self.keep_up(&mut changes);
        self.finish(changes)
    }

    /// When [`Self::tick`] has something to do next.
    #[must_use]
    pub fn wake_at(&self) -> Option<Timestamp> {
        let resolve = self.due.first().map(|(at, _)| *at);
        let forget = self.index.first_until().map(|(at, _)| *at);
        [resolve, forget].into_iter().flatten().min()
    }

    pub(super) fn keep_up(&mut self, changes: &mut Changes) {
        while let Some((at, id)) = self.due.first().copied().filter(|(at, _)| *at <= changes.now) {
            self.due.remove(&(at, id));
            self.resolve_by_itself(changes, id);
        }
        while let Some((_, fingerprint)) = self.index.first_until().filter(|(until, _)| *until <= changes.now) {
            let fingerprint = fingerprint.clone();
            self.forget_alert(changes, &fingerprint);
        }
        for _ in 0..GIVE_WAY_MAX {
            let Some((_, fingerprint)) = self.index.first_until() else { break };
            if self.index.len() <= self.config.limits.known_alerts_max {
                break;
            }
            let fingerprint = fingerprint.clone();
            if self.is_needed(&fingerprint, false) {
                self.remember(changes, &fingerprint);
            } else {
                self.drop_alert(changes, &fingerprint);
            }
        }
        while self.cases.len() > self.config.limits.incidents_max {
            let Some((_, id)) = self.finished.pop_first() else { break };
            self.forget_incident(changes, id);
        }
    }

    fn resolve_by_itself(&mut self, changes: &mut Changes, id: Id) {
        let Some(case) = self.cases.get(&id).filter(|case| case.is_live()) else { return };
        let quiet = case.head.quiet_since.map_or(0, |since| changes.now.nanos().saturating_sub(since.nanos()));
        if let Some(head) = self.head(changes, id) {
            head.status = IncidentStatus::Resolved;
            head.resolved_at = Some(changes.now);
        }
        self.tell(changes, id, "status", format!("Resolved by itself: no alert of it has fired for {}.", span(quiet)));
        changes.told.insert(id);
        changes.audit("resolve", &id.to_string(), json!({"quiet_seconds": quiet / 1_000_000_000}));
        self.file(id);
    }

    /// Whether an alert must stay known: it fires, or its incident is open.
    fn is_needed(&self, fingerprint: &str, when_it_fires: bool) -> bool {
        let Some(Known { firing, incident, .. }) = self.index.get(fingerprint) else { return false };
        let open = incident.is_some_and(|id| self.cases.get(&id).is_some_and(|case| case.is_live()));
        open || *firing && when_it_fires
    }

    fn forget_alert(&mut self, changes: &mut Changes, fingerprint: &Arc<str>) {
        if self.is_needed(fingerprint, true) {
            self.remember(changes, fingerprint);
        } else {
            self.drop_alert(changes, fingerprint);
        }
    }

    /// Knows an alert no more. One that fires counts no longer in its incident, which is over.
    fn drop_alert(&mut self, changes: &mut Changes, fingerprint: &Arc<str>) {
        let fires = self.index.get(fingerprint).filter(|known| known.firing).and_then(|known| known.incident);
        if let Some(case) = fires.and_then(|id| self.cases.get_mut(&id)) {
            case.firing = case.firing.saturating_sub(1);
        }
        self.index.remove(fingerprint);
        changes.alerts.insert(fingerprint.clone());
    }

    /// Keeps an alert for another while.
    fn remember(&mut self, changes: &mut Changes, fingerprint: &Arc<str>) {
        let until = later(changes.now, self.memory());
        self.index.change(fingerprint, |known| known.until = until);
        changes.alerts.insert(fingerprint.clone());
    }

    /// For how many nanoseconds alerts are remembered. Longer than twice the window, so that what is forgotten could
    /// not have been a mate any more.
    pub(super) fn memory(&self) -> i64 {
        let settings = &self.config.correlation;
        let seconds = settings.memory_seconds.max(settings.window_seconds.saturating_mul(2).saturating_add(1));
        i64::from(seconds) * 1_000_000_000
    }

    /// Nothing is kept of an incident that was over long ago, but what the audit log says.
    fn forget_incident(&mut self, changes: &mut Changes, id: Id) {
        let Some(case) = self.cases.remove(&id) else { return };
        self.numbers.remove(&case.head.number);
        changes.heads.remove(&id);
        changes.told.remove(&id);
        changes.audit("forget", &id.to_string(), json!({"incident": called(&case.head)}));
        changes.forgotten.push(gone("incident", id.to_string()));
        changes.forgotten.extend((0..case.timeline.len()).map(|place| gone(ENTRY, entry_key(id, place))));
        changes.forgotten.extend(case.alerts.iter().map(|member| gone(MEMBER, member_key(id, &member.fingerprint))));
    }
}
