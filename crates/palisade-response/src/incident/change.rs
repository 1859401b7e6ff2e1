//! What one input has changed so far, until an [`Outcome`](crate::Outcome) is made of it.

use crate::{Actor, AuditEntry, Record};
use palisade_model::{Id, Timestamp};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// What has changed. It holds only names; the records are made at the end, of the state as it is then.
#[derive(Debug)]
pub(super) struct Changes {
    pub(super) now: Timestamp,
    pub(super) actor: Actor,
    /// Incidents of which more than the timeline has changed.
    pub(super) heads: BTreeSet<Id>,
    /// New entries of timelines: incident and place.
    pub(super) entries: Vec<(Id, usize)>,
    /// Alerts that have come to an incident, with their position in it, or left it.
    pub(super) members: BTreeMap<(Id, Arc<str>), Option<u64>>,
    /// Alerts of which something else is known now.
    pub(super) alerts: BTreeSet<Arc<str>>,
    /// Incidents that people should hear of.
    pub(super) told: BTreeSet<Id>,
    /// Incidents of which nothing is kept any more.
    pub(super) forgotten: Vec<Record>,
    /// The number of the next incident has changed.
    pub(super) counted: bool,
    /// Templates and the like.
    pub(super) records: Vec<Record>,
    pub(super) audit: Vec<AuditEntry>,
}

impl Changes {
    pub(super) fn new(now: Timestamp, actor: Actor) -> Self {
        Self {
            now,
            actor,
            heads: BTreeSet::new(),
            entries: Vec::new(),
            members: BTreeMap::new(),
            alerts: BTreeSet::new(),
            told: BTreeSet::new(),
            forgotten: Vec::new(),
            counted: false,
            records: Vec::new(),
            audit: Vec::new(),
        }
    }

    /// Of what happens by itself.
    pub(super) fn automatic(now: Timestamp) -> Self {
        Self::new(now, Actor { name: "palisade".into(), via: "automatic".into() })
    }

    /// Adds to the audit log.
    pub(super) fn audit(&mut self, action: &str, subject: &str, detail: Value) {
        self.audit.push(AuditEntry {
            at: self.now,
            actor: self.actor.name.clone(),
            via: self.actor.via.clone(),
            action: format!("incident.{action}"),
            subject: subject.to_owned(),
            detail,
        });
    }
}
