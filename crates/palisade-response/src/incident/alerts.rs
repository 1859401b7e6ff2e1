//! What alerts do to incidents: they join one, open one, bring two together, and are over.

use super::{
    change::Changes,
    config::OpenRule,
    correlate::{Known, Mate, Search, Target, entities_of, rule_group},
    incidents::{Incidents, later},
    sentence::{counted, kind_words, name_of, one_line, span, with_note},
};
use crate::Outcome;
use palisade_model::{Alert, AlertStatus, Id, Incident, IncidentKind, IncidentStatus, Severity, Timestamp};
use serde_json::json;
use std::{cmp::Reverse, sync::Arc};

/// Bytes of the values of one kind of entity, of an incident.
const ENTITY_BYTES_MAX: usize = 400;

impl Incidents {
    /// Takes note that an alert has changed. The same alert taken again changes nothing. Alerts that nobody is told of
    /// (silenced, inhibited) open and join nothing until they are told again.
    pub fn take_alert(&mut self, now: Timestamp, alert: &Alert) -> Outcome {
        let mut changes = Changes::automatic(now);
        self.keep_up(&mut changes);
        match alert.status {
            AlertStatus::Pending => {}
            AlertStatus::Firing => self.fires(&mut changes, alert),
            AlertStatus::Resolved => self.is_over(&mut changes, alert),
        }
        self.finish(changes)
    }

    fn fires(&mut self, changes: &mut Changes, alert: &Alert) {
        match self.index.get(&alert.fingerprint) {
            Some(known) if known.firing => self.goes_on(changes, alert),
            _ if alert.suppressed_by.is_empty() => self.begins(changes, alert),
            _ => {}
        }
    }

    /// An alert fires that did not before.
    fn begins(&mut self, changes: &mut Changes, alert: &Alert) {
        let fingerprint = alert.fingerprint.as_str();
        let home =
            self.index.get(fingerprint).and_then(|known| known.incident).filter(|id| self.returns_to(changes, *id));
        let rule = self.config.rules.iter().find(|rule| rule.matches(alert)).cloned();
        let known = self.known(changes, alert, rule.as_ref(), home);
        let name = known.name.clone();
        self.index.insert(fingerprint, known);
        changes.alerts.insert(fingerprint.into());
        match home {
            Some(id) => {
                self.reopen_by_itself(changes, id, &name);
                self.count_firing(changes, id, true);
                self.tell(changes, id, "alert", format!("Alert “{name}” fires again."));
                self.worsen_by(changes, id, alert.severity, &name);
            }
            None => self.find_home(changes, alert, rule.as_ref()),
        }
    }

    /// Whether an alert that fires again goes on in the incident that it was in.
    fn returns_to(&self, changes: &Changes, id: Id) -> bool {
        let Some(case) = self.cases.get(&id) else { return false };
        let within = i64::from(self.config.reopen_within_seconds) * 1_000_000_000;
        let just_resolved = case.head.status == IncidentStatus::Resolved
            && case.head.resolved_at.is_some_and(|at| later(at, within) >= changes.now)
            && self.live() < self.config.limits.live_incidents_max;
        case.is_live() || just_resolved
    }

    fn known(&self, changes: &Changes, alert: &Alert, rule: Option<&OpenRule>, incident: Option<Id>) -> Known {
        let settings = &self.config.correlation;
        let window = i64::from(settings.window_seconds) * 1_000_000_000;
        let looked_at =
            settings.enabled && alert.severity >= settings.min_severity && kind_of(rule) == IncidentKind::Incident;
        let mut entities = if looked_at { entities_of(&alert.labels, settings) } else { Vec::new() };
        entities.extend(rule.map(|rule| rule_group(rule, &alert.labels)));
        Known {
            name: name_of(alert),
            severity: alert.severity,
            // Told late it counts as begun at the edge of the window: what is older may be forgotten already.
            began: alert.starts_at.clamp(later(changes.now, -window), changes.now),
            firing: true,
            acknowledged: alert.acknowledged.is_some(),
            incident,
            entities: entities.into_iter().map(Arc::from).collect(),
            until: later(changes.now, self.memory()),
        }
    }

    /// Finds the incident for an alert that has none, or opens one when there is reason to.
    fn find_home(&mut self, changes: &mut Changes, alert: &Alert, rule: Option<&OpenRule>) {
        let settings = &self.config.correlation;
        let search = Search {
            index: &self.index,
            takes: |id| self.takes_alerts(id, kind_of(rule)),
            window: i64::from(settings.window_seconds) * 1_000_000_000,
            threshold: settings.threshold,
        };
        let mates = search.mates(&alert.fingerprint);
        let open_severity = settings.open_severity;
        let (incidents, alone): (Vec<_>, Vec<_>) =
            mates.into_iter().partition(|mate| matches!(mate.target, Target::Incident(_)));
        let severest = alone.iter().filter_map(|mate| self.known_mate(mate)).map(|known| known.severity).max();
        let id = if !incidents.is_empty() {
            self.unite(changes, &incidents)
        } else if let Some(rule) = rule {
            self.open_for(changes, alert, Some(rule), &alone)
        } else if severest.is_some_and(|severity| severity.max(alert.severity) >= open_severity) {
            self.open_for(changes, alert, None, &alone)
        } else {
            None
        };
        let Some(id) = id else { return };
        for mate in alone {
            if let Target::Alert(fingerprint) = &mate.target {
                self.join(changes, id, fingerprint, Some(&mate));
            }
        }
        self.join(changes, id, &alert.fingerprint, incidents.first());
    }

    fn known_mate(&self, mate: &Mate) -> Option<&Known> {
        match &mate.target {
            Target::Alert(fingerprint) => self.index.get(fingerprint),
            Target::Incident(_) => None,
        }
    }

    fn takes_alerts(&self, id: Id, kind: IncidentKind) -> bool {
        self.cases.get(&id).is_some_and(|case| {
            case.is_live() && case.head.kind == kind && case.alerts.len() < self.config.limits.alerts_max
        })
    }

    /// Makes one incident of those that an alert belongs to. Where people have begun to work on more than one of them,
    /// those stay apart and are related.
    fn unite(&mut self, changes: &mut Changes, mates: &[Mate]) -> Option<Id> {
        let ids: Vec<Id> = mates
            .iter()
            .filter_map(|mate| match mate.target {
                Target::Incident(id) => Some(id),
                Target::Alert(_) => None,
            })
            .collect();
        // The larger stays, so that an alert moves at most a few times.
        let survivor = *ids.iter().max_by_key(|id| {
            let case = self.cases.get(id);
            (
                case.is_some_and(|case| case.is_touched()),
                case.map_or(0, |case| case.alerts.len()),
                Reverse(case.map_or(0, |case| case.head.number)),
            )
        })?;
        for (other, mate) in ids.iter().zip(mates).filter(|(id, _)| **id != survivor) {
            if self.can_go_into(*other, survivor) {
                self.merge(changes, *other, survivor, &mate.because);
            } else {
                self.relate(changes, *other, survivor, "an alert belongs to both");
            }
        }
        Some(survivor)
    }

    fn can_go_into(&self, from: Id, into: Id) -> bool {
        let (Some(from), Some(into)) = (self.cases.get(&from), self.cases.get(&into)) else { return false };
        !from.is_touched() && from.alerts.len() + into.alerts.len() < self.config.limits.alerts_max
    }

    /// Opens an incident for an alert, by itself: because a rule says so, or because others belong to it. None when
    /// there are too many.
    fn open_for(
        &mut self,
        changes: &mut Changes,
        alert: &Alert,
        rule: Option<&OpenRule>,
        mates: &[Mate],
    ) -> Option<Id> {
        let name = name_of(alert);
        let owner = rule.and_then(|rule| rule.owner.clone());
        let by = rule.map_or_else(|| "correlation".to_owned(), |rule| format!("rule:{}", rule.name));
        let others = mates.iter().filter_map(|mate| self.known_mate(mate));
        let severity = others.clone().map(|known| known.severity).fold(alert.severity, Severity::max);
        let began = others.clone().map(|known| known.began).fold(alert.starts_at.min(changes.now), Timestamp::min);
        let title = match others.max_by_key(|known| known.severity) {
            Some(other) if other.name != name => format!("{} and {name}", other.name),
            _ => name.clone(),
        };
        let head = Incident {
            title: one_line(&title, 200),
            summary: alert.annotations.get("description").map_or_else(String::new, |text| one_line(text, 1_000)),
            severity,
            owner: owner.clone(),
            opened_by: by.clone(),
            kind: kind_of(rule),
            started_at: began,
            joined_because: mates.first().map_or_else(String::new, |mate| mate.because.clone()),
            ..Incident::default()
        };
        let id = self.open(changes, head).ok()?;
        let why = match rule {
            Some(rule) => format!("rule {} is for “{name}”", rule.name),
            None => format!("{} belong together", counted(mates.len() + 1, "alert")),
        };
        self.tell(changes, id, "opened", format!("Palisade opened the {} because {why}.", kind_words(kind_of(rule))));
        if let Some(owner) = owner {
            self.tell(changes, id, "owner", format!("{owner} has it in hand, as the rule says."));
        }
        changes.audit("open", &id.to_string(), json!({"by": by, "alert": alert.fingerprint}));
        Some(id)
    }

    /// Puts a known alert into an incident, and says why.
    pub(super) fn join(&mut self, changes: &mut Changes, id: Id, fingerprint: &str, mate: Option<&Mate>) {
        let Some(known) = self.index.get(fingerprint).cloned() else { return };
        self.add_member(changes, id, fingerprint);
        let mut sentence = format!("{} alert “{}”", capital(known.severity.name()), known.name);
        let about: Vec<_> = known.entities.iter().filter(|entity| !entity.starts_with("rule=")).take(3).collect();
        for (place, entity) in about.iter().enumerate() {
            sentence.push_str(if place == 0 { " on " } else { ", " });
            sentence.push_str(&entity.replacen('=', " ", 1));
        }
        let ago = changes.now.nanos().saturating_sub(known.began.nanos());
        sentence.push_str(&if ago < 1_000_000_000 { " began".to_owned() } else { format!(" began {} ago", span(ago)) });
        if let Some(mate) = mate {
            sentence.push_str(&format!("; it belongs here because {}", mate.because));
            self.share(changes, id, mate);
        }
        self.tell(changes, id, "alert", format!("{sentence}."));
        self.worsen_by(changes, id, known.severity, &known.name);
        let because = mate.map(|mate| mate.because.clone());
        changes.audit("join", &id.to_string(), json!({"alert": fingerprint, "because": because}));
    }

    /// Notes what an incident's alerts share.
    fn share(&mut self, changes: &mut Changes, id: Id, mate: &Mate) {
        let max = self.config.limits.entities_max;
        let Some(head) = self.head(changes, id) else { return };
        if head.joined_because.is_empty() {
            head.joined_because.clone_from(&mate.because);
        }
        for (kind, value) in
            mate.shared.iter().filter_map(|entity| entity.split_once('=')).filter(|(kind, _)| *kind != "rule")
        {
            if head.entities.len() >= max && !head.entities.contains_key(kind) {
                continue;
            }
            let values = head.entities.entry(kind.to_owned()).or_default();
            if values.is_empty() {
                values.push_str(value);
            } else if values.len() + value.len() < ENTITY_BYTES_MAX && !values.split(", ").any(|one| one == value) {
                values.push_str(", ");
                values.push_str(value);
            }
        }
    }

    /// Enters an alert among those of an incident, whatever it was in before.
    pub(super) fn add_member(&mut self, changes: &mut Changes, id: Id, fingerprint: &str) {
        let before = self.index.get(fingerprint).and_then(|known| known.incident);
        let fires = self.index.get(fingerprint).is_some_and(|known| known.firing);
        self.index.change(fingerprint, |known| known.incident = Some(id));
        changes.alerts.insert(fingerprint.into());
        if before.is_some_and(|before| before != id) && fires {
            self.count_firing(changes, before.unwrap_or(id), false);
        }
        let fingerprint: Arc<str> = fingerprint.into();
        let added = self.cases.get_mut(&id).and_then(|case| case.add(fingerprint.clone()));
        if let Some(position) = added {
            changes.members.insert((id, fingerprint), Some(position));
        }
        if before != Some(id) && fires {
            self.count_firing(changes, id, true);
        }
    }

    /// One more alert of an incident fires, or one less.
    pub(super) fn count_firing(&mut self, changes: &mut Changes, id: Id, more: bool) {
        let now = changes.now;
        let Some(case) = self.cases.get_mut(&id) else { return };
        case.firing = if more { case.firing + 1 } else { case.firing.saturating_sub(1) };
        let quiet = (case.firing == 0).then_some(now);
        if let Some(head) = self.head(changes, id) {
            head.quiet_since = quiet;
        }
    }

    fn worsen_by(&mut self, changes: &mut Changes, id: Id, severity: Severity, name: &str) {
        if let Some(before) = self.worsen(changes, id, severity) {
            let sentence = format!("It went from {before} to {severity} severity with “{name}”.");
            self.tell(changes, id, "severity", sentence);
            changes.audit("severity", &id.to_string(), json!({"from": before, "to": severity}));
        }
    }

    fn reopen_by_itself(&mut self, changes: &mut Changes, id: Id, name: &str) {
        if self.cases.get(&id).is_none_or(|case| case.is_live()) {
            return;
        }
        if let Some(head) = self.head(changes, id) {
            head.status = IncidentStatus::Open;
            head.resolved_at = None;
        }
        self.tell(changes, id, "status", format!("Reopened by itself: “{name}” fires again."));
        changes.told.insert(id);
        changes.audit("reopen", &id.to_string(), json!({"alert": name}));
        self.release_moved(changes, id);
        self.file(id);
    }

    /// An alert fires as before, but may be worse, or somebody looks at it.
    fn goes_on(&mut self, changes: &mut Changes, alert: &Alert) {
        let fingerprint = alert.fingerprint.as_str();
        let Some(known) = self.index.get(fingerprint).cloned() else { return };
        let looked_at = alert.acknowledged.as_ref().filter(|_| !known.acknowledged);
        if known.severity == alert.severity && known.acknowledged == alert.acknowledged.is_some() {
            return;
        }
        self.index.change(fingerprint, |known| {
            known.severity = alert.severity;
            known.acknowledged = alert.acknowledged.is_some();
        });
        changes.alerts.insert(fingerprint.into());
        let Some(id) = known.incident.filter(|id| self.cases.contains_key(id)) else { return };
        if known.severity != alert.severity {
            let sentence = format!("Alert “{}” went from {} to {}.", known.name, known.severity, alert.severity);
            self.tell(changes, id, "alert_severity", sentence);
            self.worsen_by(changes, id, alert.severity, &known.name);
        }
        if let Some(looked_at) = looked_at {
            let by = one_line(&looked_at.by, 120);
            let note = one_line(&looked_at.note, 500);
            let sentence = with_note(&format!("{by} looks at alert “{}”", known.name), &note);
            self.tell(changes, id, "alert_acknowledged", sentence);
            self.take_in_hand(changes, id);
        }
    }

    /// Somebody looks at an incident for the first time.
    pub(super) fn take_in_hand(&mut self, changes: &mut Changes, id: Id) {
        let now = changes.now;
        if let Some(head) = self.head(changes, id) {
            head.acknowledged_at.get_or_insert(now);
        }
    }

    fn is_over(&mut self, changes: &mut Changes, alert: &Alert) {
        let fingerprint = alert.fingerprint.as_str();
        let Some(known) = self.index.get(fingerprint).filter(|known| known.firing).cloned() else { return };
        let until = later(changes.now, self.memory());
        self.index.change(fingerprint, |known| {
            known.firing = false;
            known.acknowledged = false;
            known.until = until;
        });
        changes.alerts.insert(fingerprint.into());
        let Some(id) = known.incident.filter(|id| self.cases.contains_key(id)) else { return };
        self.count_firing(changes, id, false);
        let lasted = span(changes.now.nanos().saturating_sub(known.began.nanos()));
        let rest = self.cases.get(&id).map_or(0, |case| case.firing);
        let rest = if rest == 0 {
            "nothing fires any more".to_owned()
        } else {
            format!("{} still fire", counted(rest, "alert"))
        };
        let rest = rest.replace("1 alert still fire", "1 alert still fires");
        self.tell(changes, id, "alert_resolved", format!("Alert “{}” is over after {lasted}; {rest}.", known.name));
    }
}

/// What sort of matter an alert belongs to.
fn kind_of(rule: Option<&OpenRule>) -> IncidentKind {
    rule.map_or(IncidentKind::Incident, |rule| rule.kind)
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
