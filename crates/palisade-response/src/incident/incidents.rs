//! All incidents: the state, how it is read, and the few ways by which every change to it goes.

use super::{
    change::Changes,
    config::Config,
    correlate::Index,
    sentence::{kind_key, kind_words},
};
use crate::Refusal;
use palisade_model::{Id, Incident, IncidentKind, IncidentStatus, Severity, TimelineEntry, Timestamp};
use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::Arc,
};

/// The incidents and what is known of alerts.
#[derive(Debug)]
pub struct Incidents {
    pub(super) config: Config,
    pub(super) cases: BTreeMap<Id, Case>,
    pub(super) numbers: BTreeMap<u64, Id>,
    pub(super) next_number: u64,
    /// Templates of post-mortems by kind; the one that comes with Palisade where there is none.
    pub(super) templates: BTreeMap<&'static str, String>,
    pub(super) index: Index,
    /// Incidents that resolve by themselves, and when.
    pub(super) due: BTreeSet<(Timestamp, Id)>,
    /// Incidents that are over, by the time of their last change.
    pub(super) finished: BTreeSet<(Timestamp, Id)>,
}

/// One incident as it is kept: what grows is beside the head.
#[derive(Debug, Default)]
pub(super) struct Case {
    /// Without its alerts and timeline.
    pub(super) head: Incident,
    pub(super) alerts: Vec<Member>,
    /// Fingerprints of the same.
    pub(super) has: HashSet<Arc<str>>,
    pub(super) timeline: Vec<TimelineEntry>,
    /// Entries that alerts made.
    pub(super) automatic: usize,
    /// How many of its alerts fire.
    pub(super) firing: usize,
    /// Where it stands in [`Incidents::due`] and [`Incidents::finished`].
    pub(super) filed: (Option<Timestamp>, Option<Timestamp>),
}

/// An alert of an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) fingerprint: Arc<str>,
    /// Counts up within the incident.
    pub(super) position: u64,
}

impl Case {
    pub(super) fn is_live(&self) -> bool {
        is_live(self.head.status)
    }

    /// Whether a person has done something about it, so that it must not go elsewhere by itself.
    pub(super) fn is_touched(&self) -> bool {
        let head = &self.head;
        let by_itself = head.opened_by == "correlation" || head.opened_by.starts_with("rule:");
        !by_itself || head.acknowledged_at.is_some() || head.status != IncidentStatus::Open
    }

    /// Adds an alert, or says that it is there already. Returns its position.
    pub(super) fn add(&mut self, fingerprint: Arc<str>) -> Option<u64> {
        if !self.has.insert(fingerprint.clone()) {
            return None;
        }
        let position = self.alerts.last().map_or(0, |member| member.position + 1);
        self.alerts.push(Member { fingerprint, position });
        Some(position)
    }

    fn whole(&self) -> Incident {
        let mut incident = self.head.clone();
        incident.alerts = self.alerts.iter().map(|member| member.fingerprint.to_string()).collect();
        incident.timeline = self.timeline.clone();
        incident
    }
}

pub(super) const fn is_live(status: IncidentStatus) -> bool {
    !matches!(status, IncidentStatus::Resolved | IncidentStatus::Closed)
}

impl Incidents {
    /// No incidents yet.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self {
            index: Index::new(&config.correlation),
            config,
            cases: BTreeMap::new(),
            numbers: BTreeMap::new(),
            next_number: 1,
            templates: BTreeMap::new(),
            due: BTreeSet::new(),
            finished: BTreeSet::new(),
        }
    }

    /// The incident with this id, with its alerts and timeline.
    #[must_use]
    pub fn get(&self, id: Id) -> Option<Incident> {
        self.cases.get(&id).map(Case::whole)
    }

    /// The id of the incident that people call `text`: an id, `12` or `#12`.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<Id> {
        let text = text.trim();
        match text.strip_prefix('#').unwrap_or(text).parse::<u64>() {
            Ok(number) => self.numbers.get(&number).copied(),
            Err(_) => text.parse().ok().filter(|id| self.cases.contains_key(id)),
        }
    }

    /// All incidents, the newest first, without alerts and timeline.
    pub fn heads(&self) -> impl Iterator<Item = &Incident> {
        self.numbers.values().rev().filter_map(|id| self.cases.get(id)).map(|case| &case.head)
    }

    /// How many incidents there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.cases.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cases.is_empty()
    }

    /// How many are not over.
    #[must_use]
    pub fn live(&self) -> usize {
        self.cases.len() - self.finished.len()
    }

    /// The incident that the alert with this fingerprint belongs to, or last belonged to.
    #[must_use]
    pub fn incident_of(&self, fingerprint: &str) -> Option<Id> {
        self.index.get(fingerprint)?.incident
    }

    pub(super) fn case(&self, id: Id) -> Result<&Case, Refusal> {
        self.cases.get(&id).ok_or_else(|| Refusal::NotFound(format!("there is no incident {id}")))
    }

    /// The head of an incident that is there, to be changed.
    pub(super) fn head(&mut self, changes: &mut Changes, id: Id) -> Option<&mut Incident> {
        let head = &mut self.cases.get_mut(&id)?.head;
        head.updated_at = changes.now;
        changes.heads.insert(id);
        Some(head)
    }

    /// Adds a sentence to the story.
    pub(super) fn tell(&mut self, changes: &mut Changes, id: Id, kind: &str, text: String) {
        let limits = &self.config.limits;
        let Some(case) = self.cases.get_mut(&id) else { return };
        let of_alert = is_of_alert(kind);
        case.head.updated_at = changes.now;
        changes.heads.insert(id);
        if case.timeline.len() >= limits.entries_max || of_alert && case.automatic >= limits.automatic_entries_max {
            case.head.timeline_omitted += 1;
            return;
        }
        case.automatic += usize::from(of_alert);
        changes.entries.push((id, case.timeline.len()));
        let (by, kind) = (changes.actor.name.clone(), kind.to_owned());
        case.timeline.push(TimelineEntry { at: changes.now, by, kind, text });
    }

    /// Opens an incident: everything but number, id and times is in `head`.
    pub(super) fn open(&mut self, changes: &mut Changes, mut head: Incident) -> Result<Id, Refusal> {
        if self.live() >= self.config.limits.live_incidents_max {
            let max = self.config.limits.live_incidents_max;
            return Err(Refusal::Limit(format!("{max} incidents are open already: resolve or merge some")));
        }
        let number = self.next_number;
        self.next_number += 1;
        changes.counted = true;
        head.number = number;
        head.id = Id::first_of_block(changes.now, number);
        head.opened_at = changes.now;
        head.updated_at = changes.now;
        let id = head.id;
        changes.heads.insert(id);
        changes.told.insert(id);
        self.numbers.insert(number, id);
        self.cases.insert(id, Case { head, ..Case::default() });
        Ok(id)
    }

    /// Puts an incident where it now belongs among those that wait for a time.
    pub(super) fn file(&mut self, id: Id) {
        let Some(case) = self.cases.get_mut(&id) else { return };
        let (due, finished) = case.filed;
        due.map(|at| self.due.remove(&(at, id)));
        finished.map(|at| self.finished.remove(&(at, id)));
        let after = self.config.resolve_after_seconds.map(|seconds| i64::from(seconds) * 1_000_000_000);
        let due = match (after, case.head.quiet_since) {
            (Some(after), Some(since)) if case.is_live() => Some(later(since, after)),
            _ => None,
        };
        let finished = (!case.is_live()).then_some(case.head.updated_at);
        case.filed = (due, finished);
        due.map(|at| self.due.insert((at, id)));
        finished.map(|at| self.finished.insert((at, id)));
    }

    /// The statuses that an incident of this kind can have.
    pub(super) fn allows(kind: IncidentKind, status: IncidentStatus) -> Result<(), Refusal> {
        let of_reviews = !matches!(status, IncidentStatus::Identified | IncidentStatus::Monitoring);
        if kind == IncidentKind::Incident || of_reviews {
            return Ok(());
        }
        let name = kind_words(kind);
        Err(Refusal::Invalid(format!("a {name} is open, investigating, waiting, resolved or closed")))
    }

    /// The worst of what is known.
    pub(super) fn worsen(&mut self, changes: &mut Changes, id: Id, severity: Severity) -> Option<Severity> {
        let before = self.cases.get(&id)?.head.severity;
        if severity <= before {
            return None;
        }
        self.head(changes, id)?.severity = severity;
        changes.told.insert(id);
        Some(before)
    }

    /// The template of this kind that somebody has set.
    #[must_use]
    pub fn template(&self, kind: IncidentKind) -> &str {
        self.templates.get(kind_key(kind)).map_or_else(|| super::default_template(), String::as_str)
    }
}

/// Whether alerts make entries of this kind.
pub(super) fn is_of_alert(kind: &str) -> bool {
    kind.starts_with("alert")
}

/// `at` and so many nanoseconds.
pub(super) const fn later(at: Timestamp, nanos: i64) -> Timestamp {
    Timestamp::from_nanos(at.nanos().saturating_add(nanos))
}
