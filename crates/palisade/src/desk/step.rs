//! Outcomes of the machine in the words of the store, gathered for one transaction.

use crate::pipeline::change::Change;
use palisade_model::Notification;
use palisade_response::{AuditEntry, Outcome, Record};
use palisade_store::state::{AuditDraft, IdempotencyRecord, Outgoing, ResponseRecord, ResponseStep};
use std::collections::HashMap;

/// What follows from a batch.
#[derive(Default)]
pub(super) struct Step {
    /// The latest of each record, in the order in which they first changed.
    records: Vec<Record>,
    places: HashMap<(String, String), usize>,
    notifications: Vec<Notification>,
    audit: Vec<AuditEntry>,
    pub(super) position: Option<u64>,
    /// Answers to requests that may be sent again.
    pub(super) answers: Vec<IdempotencyRecord>,
    /// What the live stream is told.
    pub(super) changes: Vec<Change>,
}

impl Step {
    /// Adds what follows from one input.
    pub(super) fn add(&mut self, outcome: Outcome) {
        for record in outcome.records {
            let key = (record.kind.clone(), record.key.clone());
            let place = *self.places.entry(key).or_insert(self.records.len());
            match self.records.get_mut(place) {
                Some(known) => *known = record,
                None => self.records.push(record),
            }
        }
        self.notifications.extend(outcome.notifications);
        self.audit.extend(outcome.audit);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.records.is_empty() && self.notifications.is_empty() && self.audit.is_empty() && self.position.is_none()
    }

    pub(super) fn has_notifications(&self) -> bool {
        !self.notifications.is_empty()
    }

    /// What the store is to keep.
    pub(super) fn to_keep(&self) -> ResponseStep {
        let record = |record: &Record| ResponseRecord {
            kind: record.kind.clone(),
            key: record.key.clone(),
            body: record.body.as_ref().map(ToString::to_string),
        };
        ResponseStep {
            records: self.records.iter().map(record).collect(),
            outgoing: self.notifications.iter().map(outgoing).collect(),
            audit: self.audit.iter().map(audit).collect(),
            answers: self.answers.clone(),
            position: self.position,
        }
    }

    pub(super) fn records(&self) -> impl Iterator<Item = &Record> {
        self.records.iter()
    }

    /// Leaves out what was to be told by this channel, and says how much it was.
    pub(super) fn leave_out_channel(&mut self, name: &str) -> usize {
        let before = self.notifications.len();
        self.notifications.retain(|notification| notification.channel != name);
        before - self.notifications.len()
    }
}

fn outgoing(notification: &Notification) -> Outgoing {
    let body = serde_json::to_string(notification).expect("the vocabulary has text keys only and writes to memory");
    let (id, channel) = (notification.id.clone(), notification.channel.clone());
    Outgoing { id, channel, group_key: notification.group_key.clone(), body }
}

fn audit(entry: &AuditEntry) -> AuditDraft {
    let AuditEntry { at, actor, via, action, subject, detail } = entry.clone();
    AuditDraft { at, actor, via, action, subject, detail: detail.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn of_each_record_the_last_is_kept() {
        let record = |kind: &str, body| Record { kind: kind.into(), key: "k".into(), body };
        let mut step = Step::default();
        for records in [
            vec![record("alert", Some(json!({"count": 1}))), record("group", Some(json!(1)))],
            vec![record("alert", Some(json!({"count": 2})))],
            vec![record("silence", None)],
        ] {
            step.add(Outcome { records, ..Outcome::default() });
        }
        let kept = step.to_keep();
        let bodies: Vec<_> = kept.records.iter().map(|record| (record.kind.as_str(), record.body.as_deref())).collect();
        assert_eq!(bodies, [("alert", Some("{\"count\":2}")), ("group", Some("1")), ("silence", None)]);
    }
}
