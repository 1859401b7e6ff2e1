//! What comes out: records to keep, notifications to send, and what the audit log says.

use palisade_model::{Notification, Timestamp};
use serde::{Deserialize, Serialize};

/// What follows from one input. The caller keeps all of it in one transaction, or none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// What has changed, the latest state of each.
    pub records: Vec<Record>,
    /// What is to be told to whom.
    pub notifications: Vec<Notification>,
    /// What the audit log says.
    pub audit: Vec<AuditEntry>,
}

/// One thing that the machine keeps: an alert, a group, a silence, an incident …
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The sort of thing: `alert`, `group`, `silence`, `incident` …
    pub kind: String,
    /// Its key among its sort.
    pub key: String,
    /// Its JSON; `None` when it is gone.
    pub body: Option<serde_json::Value>,
}

/// One change by a person or an automatic action.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// When.
    pub at: Timestamp,
    /// Who: a person's or key's name, or `palisade`.
    pub actor: String,
    /// By what way.
    pub via: String,
    /// What was done: `alert.acknowledge`, `silence.create`, `incident.open` …
    pub action: String,
    /// To what: a fingerprint or id.
    pub subject: String,
    /// What else there is to say.
    pub detail: serde_json::Value,
}

/// Why a command was not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such thing.
    NotFound(String),
    /// It cannot be done as asked; says why and what to do.
    Invalid(String),
    /// A limit is reached; says which.
    Limit(String),
}
