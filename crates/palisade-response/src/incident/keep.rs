//! Records out, state in: what is kept of incidents, and the same incidents made of it again.

use super::{
    change::Changes,
    config::Config,
    correlate::Known,
    incidents::{Case, Incidents, Member, is_of_alert},
    sentence::kind_key,
};
use crate::{Outcome, Record, Refusal};
use palisade_model::{Id, Incident, IncidentKind, Notification, Reason, TimelineEntry};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::sync::Arc;

/// An incident without its alerts and timeline, by id.
const INCIDENT: &str = "incident";
/// One entry of a timeline, by id and place.
pub(super) const ENTRY: &str = "incident_entry";
/// One alert of an incident, by id and fingerprint.
pub(super) const MEMBER: &str = "incident_member";
/// What is known of an alert, by fingerprint.
const ALERT: &str = "incident_alert";
/// The next number.
const COUNTER: &str = "incident_counter";
/// A template of post-mortems, by kind of incident.
pub(super) const TEMPLATE: &str = "incident_template";

/// Entries of the timeline, the latest, and alerts that a notification shows.
const TOLD_MAX: usize = 10;

pub(super) fn kept<T: Serialize>(kind: &str, key: String, body: &T) -> Record {
    let body =
        serde_json::to_value(body).expect("these types have only texts as keys, so they always have a JSON form");
    Record { kind: kind.to_owned(), key, body: Some(body) }
}

pub(super) fn gone(kind: &str, key: String) -> Record {
    Record { kind: kind.to_owned(), key, body: None }
}

pub(super) fn entry_key(id: Id, place: usize) -> String {
    format!("{id}/{place:06}")
}

pub(super) fn member_key(id: Id, fingerprint: &str) -> String {
    format!("{id}/{fingerprint}")
}

impl Incidents {
    /// Makes the outcome of what has changed.
    pub(super) fn finish(&mut self, changes: Changes) -> Outcome {
        for id in &changes.heads {
            self.file(*id);
        }
        let mut records = changes.records;
        if changes.counted {
            records.push(kept(COUNTER, "next".into(), &self.next_number));
        }
        let heads = changes.heads.iter().filter_map(|id| self.cases.get(id));
        records.extend(heads.map(|case| kept(INCIDENT, case.head.id.to_string(), &case.head)));
        for (id, place) in changes.entries {
            let entry = self.cases.get(&id).and_then(|case| case.timeline.get(place));
            records.extend(entry.map(|entry| kept(ENTRY, entry_key(id, place), entry)));
        }
        records.extend(changes.members.into_iter().map(|((id, fingerprint), position)| {
            let key = member_key(id, &fingerprint);
            position.map_or_else(|| gone(MEMBER, key.clone()), |position| kept(MEMBER, key.clone(), &position))
        }));
        records.extend(changes.alerts.iter().map(|fingerprint| match self.index.get(fingerprint) {
            Some(known) => kept(ALERT, fingerprint.to_string(), known),
            None => gone(ALERT, fingerprint.to_string()),
        }));
        records.extend(changes.forgotten);
        let told = changes.told.iter().filter_map(|id| self.cases.get(id));
        let notifications = told.flat_map(|case| self.notifications(case)).collect();
        Outcome { records, notifications, audit: changes.audit }
    }

    /// What the channels that want to hear of the incident are told.
    fn notifications(&self, case: &Case) -> Vec<Notification> {
        let head = &case.head;
        let wanted = self.config.channels.iter().filter(|channel| {
            head.severity >= channel.min_severity && (channel.kinds.is_empty() || channel.kinds.contains(&head.kind))
        });
        wanted
            .map(|channel| Notification {
                // The timeline only grows, and everything that is told adds to it.
                id: format!(
                    "incident/{}/{}/{}",
                    head.id,
                    case.timeline.len() as u64 + head.timeline_omitted,
                    channel.name
                ),
                channel: channel.name.clone(),
                decided_at: head.updated_at,
                reason: Reason::Incident,
                group_key: format!("incident/{}", head.id),
                incident: Some(Box::new(excerpt(case))),
                ..Notification::default()
            })
            .collect()
    }

    /// Makes the incidents again out of all records that outcomes gave out, the latest of each. Records of other kinds
    /// are passed over.
    ///
    /// # Errors
    /// When a record is not one of those that were given out.
    pub fn restore<'a>(config: Config, records: impl IntoIterator<Item = &'a Record>) -> Result<Self, Refusal> {
        let mut restored = Self::new(config);
        let mut entries = Vec::new();
        let mut members = Vec::new();
        for record in records {
            let Some(body) = &record.body else { continue };
            match record.kind.as_str() {
                INCIDENT => restored.take_head(read(record, body)?),
                ENTRY => {
                    let (id, place) = split(record)?;
                    let place: usize = place.parse().map_err(|_| wrong(record, "key"))?;
                    entries.push((id, place, read::<TimelineEntry>(record, body)?));
                }
                MEMBER => members.push((split(record)?, read::<u64>(record, body)?)),
                ALERT => restored.index.insert(&record.key, read::<Known>(record, body)?),
                COUNTER => restored.next_number = read(record, body)?,
                TEMPLATE => restored.take_template(record, read(record, body)?)?,
                _ => {}
            }
        }
        entries.sort_by_key(|(id, place, _)| (*id, *place));
        for (id, _, entry) in entries {
            let Some(case) = restored.cases.get_mut(&id) else { continue };
            case.automatic += usize::from(is_of_alert(&entry.kind));
            case.timeline.push(entry);
        }
        members.sort_by_key(|(_, position)| *position);
        for ((id, fingerprint), position) in members {
            restored.take_member(id, fingerprint, position);
        }
        for id in restored.cases.keys().copied().collect::<Vec<_>>() {
            restored.file(id);
        }
        Ok(restored)
    }

    fn take_head(&mut self, head: Incident) {
        self.numbers.insert(head.number, head.id);
        self.cases.insert(head.id, Case { head, ..Case::default() });
    }

    fn take_member(&mut self, id: Id, fingerprint: &str, position: u64) {
        let fires = self.index.get(fingerprint).is_some_and(|known| known.firing && known.incident == Some(id));
        let Some(case) = self.cases.get_mut(&id) else { return };
        case.firing += usize::from(fires);
        let fingerprint: Arc<str> = fingerprint.into();
        case.has.insert(fingerprint.clone());
        case.alerts.push(Member { fingerprint, position });
    }

    fn take_template(&mut self, record: &Record, template: String) -> Result<(), Refusal> {
        let kinds = [IncidentKind::Incident, IncidentKind::KybCase, IncidentKind::SupplyReview];
        let kind = kinds.into_iter().find(|kind| kind_key(*kind) == record.key).ok_or_else(|| wrong(record, "key"))?;
        self.templates.insert(kind_key(kind), template);
        Ok(())
    }
}

/// As much of an incident as a message shows.
fn excerpt(case: &Case) -> Incident {
    let mut incident = case.head.clone();
    incident.alerts = case.alerts.iter().take(TOLD_MAX).map(|member| member.fingerprint.to_string()).collect();
    incident.timeline = case.timeline[case.timeline.len().saturating_sub(TOLD_MAX)..].to_vec();
    incident.post_mortem.clear();
    incident
}

fn read<T: DeserializeOwned>(record: &Record, body: &Value) -> Result<T, Refusal> {
    T::deserialize(body).map_err(|error| wrong(record, &error.to_string()))
}

/// The id and what follows it, of a key.
fn split(record: &Record) -> Result<(Id, &str), Refusal> {
    let (id, rest) = record.key.split_once('/').ok_or_else(|| wrong(record, "key"))?;
    Ok((id.parse().map_err(|_| wrong(record, "key"))?, rest))
}

fn wrong(record: &Record, what: &str) -> Refusal {
    Refusal::Invalid(format!("the record {} {} is damaged ({what}): restore a backup", record.kind, record.key))
}
