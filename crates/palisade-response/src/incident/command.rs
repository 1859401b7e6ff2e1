//! What people can have done about incidents.

use palisade_model::{DecisionOutcome, Id, IncidentKind, IncidentStatus, Labels, Severity};
use serde::{Deserialize, Serialize};

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Open an incident.
    Open(NewIncident),
    /// Change one.
    Change {
        /// Which.
        incident: Id,
        /// How.
        change: Change,
    },
    /// Fill the post-mortems of this kind from this template from now on.
    SetTemplate {
        /// Of what kind of incident.
        kind: IncidentKind,
        /// The template; empty for the one that comes with Palisade.
        template: String,
    },
}

/// An incident to be opened by hand.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewIncident {
    /// What sort it is of.
    pub kind: IncidentKind,
    /// One line; must be said.
    pub title: String,
    /// What is known.
    pub summary: String,
    /// How bad it is.
    pub severity: Severity,
    /// Who has it in hand.
    pub owner: Option<String>,
    /// What it is about: the business of a case, the package of a review, hosts and services.
    pub entities: Labels,
    /// Fingerprints of alerts that belong to it.
    pub alerts: Vec<String>,
}

/// A change to one incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Change {
    /// Somebody looks at it.
    Acknowledge,
    /// It stands elsewhere.
    SetStatus {
        /// Where.
        status: IncidentStatus,
        /// What there is to say.
        #[serde(default)]
        note: String,
    },
    /// It is worse or less bad than thought.
    SetSeverity {
        /// How bad.
        severity: Severity,
        /// What there is to say.
        #[serde(default)]
        note: String,
    },
    /// Somebody else has it in hand, or nobody.
    SetOwner {
        /// Who.
        #[serde(default)]
        owner: Option<String>,
    },
    /// Somebody takes a role, or gives it up.
    SetRole {
        /// Which.
        role: String,
        /// Who; nobody when it is not said.
        #[serde(default)]
        person: Option<String>,
    },
    /// It has a better title or summary.
    Describe {
        /// One line.
        #[serde(default)]
        title: Option<String>,
        /// What is known.
        #[serde(default)]
        summary: Option<String>,
    },
    /// Somebody writes something down.
    Note {
        /// What.
        text: String,
    },
    /// Somebody said something in a channel.
    Message {
        /// Where.
        channel: String,
        /// What.
        text: String,
    },
    /// Something is to be done.
    AddTask {
        /// What.
        title: String,
        /// By whom.
        #[serde(default)]
        owner: Option<String>,
    },
    /// A task is done.
    FinishTask {
        /// Which, from 1.
        task: usize,
    },
    /// There is something to read.
    AddLink {
        /// What stands there.
        title: String,
        /// Its address, `http` or `https`.
        url: String,
    },
    /// Another incident has to do with it.
    Relate {
        /// Which.
        other: Id,
    },
    /// It is the same matter as another incident: it is closed, its alerts stay.
    DuplicateOf {
        /// Which.
        other: Id,
    },
    /// It goes on in another incident, with its alerts.
    MergeInto {
        /// Which.
        other: Id,
    },
    /// These alerts belong to it.
    AssignAlerts {
        /// Their fingerprints.
        alerts: Vec<String>,
    },
    /// These alerts do not belong to it.
    ReleaseAlerts {
        /// Their fingerprints.
        alerts: Vec<String>,
    },
    /// A case or review is decided, which resolves it.
    Decide {
        /// How.
        outcome: DecisionOutcome,
        /// Why; must be said.
        reason: String,
    },
    /// Fill the post-mortem from its template.
    DraftPostMortem {
        /// Even when something is written already.
        #[serde(default)]
        replace: bool,
    },
    /// This is the post-mortem.
    WritePostMortem {
        /// Markdown.
        text: String,
    },
    /// It is over.
    Resolve {
        /// What there is to say.
        #[serde(default)]
        note: String,
    },
    /// It is not over after all.
    Reopen {
        /// Why; must be said.
        reason: String,
    },
    /// It was none, or there is nothing more to do.
    Close {
        /// Why; must be said.
        reason: String,
    },
}
