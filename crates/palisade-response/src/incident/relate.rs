//! What incidents and alerts have to do with each other, as people say it: related, duplicate, merged, assigned.

use super::{
    act::within,
    change::Changes,
    incidents::{Incidents, is_live},
    sentence::{called, counted, who},
};
use crate::Refusal;
use palisade_model::{Id, IncidentStatus, Timestamp};
use serde_json::json;
use std::sync::Arc;

impl Incidents {
    pub(super) fn relate_by_hand(&mut self, changes: &mut Changes, id: Id, other: Id) -> Result<&'static str, Refusal> {
        self.different(id, other)?;
        for (one, other) in [(id, other), (other, id)] {
            let related = &self.case(one)?.head.related;
            if related.contains(&other) {
                return Err(Refusal::Invalid("they are related already".into()));
            }
            within("related incidents", related.len() + 1, self.config.limits.links_max)?;
        }
        let why = format!("{} said so", who(&changes.actor));
        self.relate(changes, id, other, &why);
        Ok("relate")
    }

    /// Relates two incidents, unless they are or have no room.
    pub(super) fn relate(&mut self, changes: &mut Changes, one: Id, other: Id, why: &str) {
        for (id, other) in [(one, other), (other, one)] {
            let max = self.config.limits.links_max;
            let Some(name) = self.cases.get(&other).map(|case| called(&case.head)) else { return };
            let related = self.cases.get(&id).map(|case| &case.head.related);
            if related.is_none_or(|related| related.contains(&other) || related.len() >= max) {
                continue;
            }
            if let Some(head) = self.head(changes, id) {
                head.related.push(other);
            }
            self.tell(changes, id, "related", format!("It has to do with {name}: {why}."));
        }
    }

    pub(super) fn duplicate_of(&mut self, changes: &mut Changes, id: Id, other: Id) -> Result<&'static str, Refusal> {
        self.different(id, other)?;
        let (duplicate, original) = (&self.case(id)?.head, &self.case(other)?.head);
        if duplicate.duplicate_of.is_some() {
            return Err(Refusal::Invalid("it is a duplicate already".into()));
        }
        if original.duplicate_of.is_some() {
            return Err(Refusal::Invalid("that one is a duplicate itself: name the one that it duplicates".into()));
        }
        let by = who(&changes.actor).to_owned();
        let (name, original) = (called(duplicate), called(original));
        self.enter(changes, id, IncidentStatus::Closed);
        if let Some(head) = self.head(changes, id) {
            head.duplicate_of = Some(other);
        }
        self.tell(changes, id, "related", format!("{by} closed it as a duplicate of {original}."));
        self.tell(changes, other, "related", format!("{by} found that {name} is the same matter."));
        Ok("duplicate")
    }

    pub(super) fn merge_by_hand(&mut self, changes: &mut Changes, id: Id, other: Id) -> Result<&'static str, Refusal> {
        self.different(id, other)?;
        let (from, into) = (self.case(id)?, self.case(other)?);
        if !is_live(into.head.status) {
            return Err(Refusal::Invalid("the other one is over: reopen it first, or merge the other way".into()));
        }
        if from.head.duplicate_of.is_some() {
            return Err(Refusal::Invalid("it was merged already".into()));
        }
        if from.head.kind != into.head.kind {
            return Err(Refusal::Invalid("they are of different kinds: relate them instead".into()));
        }
        let limits = &self.config.limits;
        within("alerts", from.alerts.len() + into.alerts.len(), limits.alerts_max)?;
        let open_tasks = from.head.tasks.iter().filter(|task| task.done_at.is_none()).count();
        within("tasks", open_tasks + into.head.tasks.len(), limits.tasks_max)?;
        within("entries of the timeline", into.timeline.len() + 1, limits.entries_max)?;
        let why = format!("{} said so", who(&changes.actor));
        self.merge(changes, id, other, &why);
        Ok("merge")
    }

    /// Moves the alerts and the open tasks of one incident into another, and closes it. There must be room.
    pub(super) fn merge(&mut self, changes: &mut Changes, from: Id, into: Id, why: &str) {
        let (Some(one), Some(other)) = (self.cases.get(&from), self.cases.get(&into)) else { return };
        let (name, into_name) = (called(&one.head), called(&other.head));
        let (severity, began) = (one.head.severity, one.head.started_at);
        let tasks: Vec<_> = one.head.tasks.iter().filter(|task| task.done_at.is_none()).cloned().collect();
        let alerts: Vec<Arc<str>> = one.alerts.iter().map(|member| member.fingerprint.clone()).collect();
        let brought = counted(alerts.len(), "alert");
        for fingerprint in &alerts {
            self.move_member(changes, from, into, fingerprint);
        }
        if let Some(case) = self.cases.get_mut(&from) {
            case.alerts.clear();
            case.has.clear();
        }
        self.enter(changes, from, IncidentStatus::Closed);
        if let Some(head) = self.head(changes, from) {
            head.duplicate_of = Some(into);
            head.quiet_since = None;
        }
        if let Some(head) = self.head(changes, into) {
            head.started_at = head.started_at.min(began);
            head.tasks.extend(tasks);
        }
        self.tell(changes, from, "merged", format!("It goes on in {into_name}: {why}."));
        self.tell(changes, into, "merged", format!("{name} was merged into this one with {brought}: {why}."));
        if let Some(before) = self.worsen(changes, into, severity) {
            self.tell(changes, into, "severity", format!("It went from {before} to {severity} severity with {name}."));
        }
        changes.audit("merge", &from.to_string(), json!({"into": into, "alerts": alerts.len(), "because": why}));
    }

    /// Moves one alert between lists; that of `from` is cleared by the caller. One that has fired anew since is not of
    /// this incident any more, and one that is forgotten stands in its timeline.
    fn move_member(&mut self, changes: &mut Changes, from: Id, into: Id, fingerprint: &Arc<str>) {
        changes.members.insert((from, fingerprint.clone()), None);
        if self.index.get(fingerprint).is_some_and(|known| known.incident == Some(from)) {
            self.add_member(changes, into, fingerprint);
        }
    }

    pub(super) fn assign_alerts(
        &mut self,
        changes: &mut Changes,
        id: Id,
        alerts: &[String],
    ) -> Result<&'static str, Refusal> {
        let case = self.case(id)?;
        within("alerts", case.alerts.len() + alerts.len(), self.config.limits.alerts_max)?;
        let new: Vec<_> =
            self.known_alerts(alerts)?.into_iter().filter(|(alert, _)| self.incident_of(alert) != Some(id)).collect();
        if new.is_empty() {
            return Err(Refusal::Invalid("name alerts that are not in it yet".into()));
        }
        let began = new.iter().map(|(_, began)| *began).min();
        for (fingerprint, _) in &new {
            self.move_alert(changes, id, fingerprint);
        }
        if let (Some(head), Some(began)) = (self.head(changes, id), began) {
            head.started_at = head.started_at.min(began);
        }
        Ok("assign")
    }

    /// The alerts of these fingerprints, each once, with the time when they began.
    pub(super) fn known_alerts(&self, fingerprints: &[String]) -> Result<Vec<(String, Timestamp)>, Refusal> {
        let mut seen = std::collections::HashSet::new();
        let once = fingerprints.iter().filter(|fingerprint| seen.insert(fingerprint.as_str()));
        once.map(|fingerprint| {
            let known = self.index.get(fingerprint).ok_or_else(|| {
                Refusal::NotFound(format!("alert {fingerprint} does not fire and was not over lately"))
            })?;
            Ok((fingerprint.clone(), known.began))
        })
        .collect()
    }

    /// Takes a known alert out of the incident that it is in, into another.
    pub(super) fn move_alert(&mut self, changes: &mut Changes, id: Id, fingerprint: &str) {
        let Some(known) = self.index.get(fingerprint) else { return };
        let name = known.name.clone();
        let by = who(&changes.actor).to_owned();
        if let Some(before) = known.incident.filter(|before| *before != id) {
            let target = self.cases.get(&id).map_or_else(String::new, |case| called(&case.head));
            self.release(changes, before, fingerprint);
            self.tell(changes, before, "released", format!("{by} moved alert “{name}” to {target}."));
        }
        self.add_member(changes, id, fingerprint);
        self.tell(changes, id, "assigned", format!("{by} put alert “{name}” into it."));
    }

    pub(super) fn release_alerts(
        &mut self,
        changes: &mut Changes,
        id: Id,
        alerts: &[String],
    ) -> Result<&'static str, Refusal> {
        let case = self.case(id)?;
        let missing = alerts.iter().find(|fingerprint| !case.has.contains(fingerprint.as_str()));
        if let Some(missing) = missing {
            return Err(Refusal::NotFound(format!("alert {missing} is not in it")));
        }
        if alerts.is_empty() {
            return Err(Refusal::Invalid("name alerts that are in it".into()));
        }
        let by = who(&changes.actor).to_owned();
        for fingerprint in alerts {
            let name = self.index.get(fingerprint).map_or_else(|| fingerprint.clone(), |known| known.name.clone());
            self.release(changes, id, fingerprint);
            self.tell(changes, id, "released", format!("{by} took alert “{name}” out of it."));
        }
        Ok("release")
    }

    /// An incident opens again: alerts of it that have fired again since, in another one, stay there, and those that
    /// were over so long ago that they are forgotten would begin another one.
    pub(super) fn release_moved(&mut self, changes: &mut Changes, id: Id) {
        let Some(case) = self.cases.get(&id) else { return };
        let fingerprints = case.alerts.iter().map(|member| member.fingerprint.clone());
        let moved: Vec<_> = fingerprints
            .filter_map(|fingerprint| {
                let known = self.index.get(&fingerprint)?;
                let other = self.cases.get(&known.incident.filter(|other| *other != id)?)?;
                Some((fingerprint, format!("Alert “{}” has gone on in {}.", known.name, called(&other.head))))
            })
            .collect();
        for (fingerprint, sentence) in moved {
            self.release(changes, id, &fingerprint);
            self.tell(changes, id, "released", sentence);
        }
        self.release_forgotten(changes, id);
    }

    fn release_forgotten(&mut self, changes: &mut Changes, id: Id) {
        let Some(case) = self.cases.get(&id) else { return };
        let is_ours = |fingerprint: &str| self.index.get(fingerprint).is_some_and(|known| known.incident == Some(id));
        let fingerprints = case.alerts.iter().map(|member| member.fingerprint.clone());
        let forgotten: Vec<_> = fingerprints.filter(|fingerprint| !is_ours(fingerprint)).collect();
        if forgotten.is_empty() {
            return;
        }
        forgotten.iter().for_each(|fingerprint| self.release(changes, id, fingerprint));
        let sentence = format!("{} that were over long ago are followed no more.", counted(forgotten.len(), "alert"));
        self.tell(changes, id, "released", sentence);
    }

    /// Takes an alert out of an incident.
    fn release(&mut self, changes: &mut Changes, id: Id, fingerprint: &str) {
        let Some(case) = self.cases.get_mut(&id) else { return };
        if !case.has.remove(fingerprint) {
            return;
        }
        case.alerts.retain(|member| &*member.fingerprint != fingerprint);
        changes.members.insert((id, fingerprint.into()), None);
        let fired = self.index.get(fingerprint).is_some_and(|known| known.incident == Some(id) && known.firing);
        self.index.change(fingerprint, |known| {
            if known.incident == Some(id) {
                known.incident = None;
            }
        });
        changes.alerts.insert(fingerprint.into());
        if fired {
            self.count_firing(changes, id, false);
        }
    }

    fn different(&self, id: Id, other: Id) -> Result<(), Refusal> {
        self.case(other)?;
        if id == other { Err(Refusal::Invalid("name another incident than itself".into())) } else { Ok(()) }
    }
}
