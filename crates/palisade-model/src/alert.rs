//! What somebody should look at: an [`Alert`], made of all findings and signals of one matter.

use crate::{FindingId, Id, Severity, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Names and values that say what an alert is about; routes, silences and groups match on them.
pub type Labels = BTreeMap<String, String>;

/// One matter that somebody should look at, from its first signal until it is resolved. The JSON form is the contract.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Alert {
    /// This episode: an alert that fires again after it was resolved is a new one of the same fingerprint.
    pub id: Id,
    /// Equal for everything that tells of the same matter.
    pub fingerprint: String,
    /// What it is about, `alertname` and `severity` among them.
    pub labels: Labels,
    /// What to tell people: `summary`, `description`, `remediation`, links.
    pub annotations: Labels,
    /// How bad it is now: the worst of what is still told.
    pub severity: Severity,
    /// Where it stands.
    pub status: AlertStatus,
    /// Where its signals come from: `findings`, `alertmanager`, `pagerduty`, `rules` …
    pub source: String,
    /// Where its signals can be looked at.
    pub generator_url: String,
    /// When the matter began.
    pub starts_at: Timestamp,
    /// When it was resolved, or will be unless it is told again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
    /// When it was last told.
    pub last_seen: Timestamp,
    /// When any of this last changed.
    pub updated_at: Timestamp,
    /// How often it was told.
    pub count: u64,
    /// The latest findings in it.
    pub findings: Vec<FindingId>,
    /// Who looks at it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<Acknowledgement>,
    /// Nobody is told before this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snoozed_until: Option<Timestamp>,
    /// Why nobody is told now; empty when people are.
    pub suppressed_by: Vec<Suppression>,
    /// It fires and resolves again and again.
    pub flapping: bool,
    /// Which channels hear of it.
    pub channels: Vec<String>,
    /// The incident that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incident: Option<Id>,
}

/// Where an alert stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AlertStatus {
    /// Told, but not yet for as long as its route asks for.
    #[default]
    Pending,
    /// Somebody should look at it.
    Firing,
    /// Over.
    Resolved,
}

/// Somebody looks at it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Acknowledgement {
    /// Who.
    pub by: String,
    /// Since when.
    pub at: Timestamp,
    /// What they had to say.
    pub note: String,
}

/// Why an alert is not told to people.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", content = "by", rename_all = "lowercase")]
pub enum Suppression {
    /// The silence with this id matches it.
    Silence(Id),
    /// The alert with this fingerprint inhibits it.
    Inhibition(String),
    /// The maintenance window or mute interval of this name is on.
    Maintenance(String),
}

/// Something is wrong, or over. Findings, Alertmanager's alerts and PagerDuty's events all come in as this.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Signal {
    /// Equal for everything that tells of the same matter; derived from the labels when empty.
    pub fingerprint: String,
    /// What it is about.
    pub labels: Labels,
    /// What to tell people.
    pub annotations: Labels,
    /// How bad it is.
    pub severity: Severity,
    /// Where it comes from: `findings`, `alertmanager`, `pagerduty`, `rules` …
    pub source: String,
    /// Where it can be looked at.
    pub generator_url: String,
    /// When it began; now when it is not said.
    pub starts_at: Option<Timestamp>,
    /// When it is or was over. In the future: it resolves then unless it is told again. Not said: after the route's
    /// `resolve_after` without a further signal.
    pub ends_at: Option<Timestamp>,
    /// The finding that it was made of.
    pub finding: Option<FindingId>,
}
