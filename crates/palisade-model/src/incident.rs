//! What people work on together: an [`Incident`], with everything that happened in it.

use crate::{Id, Labels, Severity, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One matter that people work on together. The JSON form is the contract.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Incident {
    /// Its identity.
    pub id: Id,
    /// A number that people can say: 1, 2, 3 …
    pub number: u64,
    /// What sort it is of.
    pub kind: IncidentKind,
    /// One line.
    pub title: String,
    /// What is known, in plain words.
    pub summary: String,
    /// How bad it is.
    pub severity: Severity,
    /// Where it stands.
    pub status: IncidentStatus,
    /// Who has it in hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Further roles and who has them: `commander`, `communications`, `scribe` …
    pub roles: BTreeMap<String, String>,
    /// Who opened it: a person, a rule (`rule:NAME`) or `correlation`.
    pub opened_by: String,
    /// When the first of its alerts began.
    pub started_at: Timestamp,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When somebody first took it in hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledged_at: Option<Timestamp>,
    /// When it was resolved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<Timestamp>,
    /// Since when none of its alerts fires; not said while one does, or when it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quiet_since: Option<Timestamp>,
    /// When any of this last changed.
    pub updated_at: Timestamp,
    /// Fingerprints of its alerts.
    pub alerts: Vec<String>,
    /// The machines, people, addresses, services that its alerts share.
    pub entities: Labels,
    /// Why its alerts belong together, when a correlation joined them.
    pub joined_because: String,
    /// Everything that happened, in order.
    pub timeline: Vec<TimelineEntry>,
    /// How many entries of alerts the timeline had no room for.
    pub timeline_omitted: u64,
    /// What is to be done.
    pub tasks: Vec<Task>,
    /// Where to read on.
    pub links: Vec<Link>,
    /// Incidents that have to do with it.
    pub related: Vec<Id>,
    /// The incident of which this is a duplicate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duplicate_of: Option<Id>,
    /// What was decided, in a case or review.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// What was learnt, as Markdown.
    pub post_mortem: String,
}

/// What was decided about a business or a package.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Decision {
    /// How.
    pub outcome: DecisionOutcome,
    /// Why.
    pub reason: String,
    /// By whom.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// How a case or review ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecisionOutcome {
    /// No: the business is not taken on, the package not used.
    #[default]
    Rejected,
    /// Yes.
    Approved,
    /// Yes, under conditions that the reason names.
    ApprovedWithConditions,
}

/// What sort of matter an incident is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IncidentKind {
    /// Something is broken or under attack.
    #[default]
    Incident,
    /// A business that somebody must decide about.
    KybCase,
    /// A package that somebody must decide about.
    SupplyReview,
}

/// Where an incident stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IncidentStatus {
    /// Nobody has it in hand yet.
    #[default]
    Open,
    /// Somebody looks for the cause.
    Investigating,
    /// Somebody outside must act first: a document, an answer, a vendor's release.
    Waiting,
    /// The cause is known.
    Identified,
    /// Mended; being watched.
    Monitoring,
    /// Over.
    Resolved,
    /// It was none, or is dealt with in the one that it duplicates.
    Closed,
}

/// One thing that happened.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TimelineEntry {
    /// When.
    pub at: Timestamp,
    /// Who did it: a person's or key's name, or `palisade`.
    pub by: String,
    /// What sort: `opened`, `alert`, `alert_resolved`, `message`, `note`, `status`, `severity`, `owner`, `role`, `task`,
    /// `link`, `related`, `merged`, `decision`, `post_mortem` …
    pub kind: String,
    /// What happened, as a sentence.
    pub text: String,
}

/// Something to be done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Task {
    /// What.
    pub title: String,
    /// By whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// When it was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done_at: Option<Timestamp>,
}

/// Where to read on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Link {
    /// What stands there.
    pub title: String,
    /// Its address.
    pub url: String,
}
