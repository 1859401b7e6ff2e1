//! What is to be told to somebody: a [`Notification`], decided by the response and carried out by a channel.

use crate::{Alert, Incident, Labels, Timestamp};
use serde::{Deserialize, Serialize};

/// One message to one channel. It is written down before it is sent, so that a crash neither loses nor repeats it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Notification {
    /// Derived from what is told to whom and why: deciding the same again gives the same id. Receivers that honour
    /// keys get it as such.
    pub id: String,
    /// The name of the channel that carries it.
    pub channel: String,
    /// When it was decided.
    pub decided_at: Timestamp,
    /// Why it is sent.
    pub reason: Reason,
    /// Equal for all messages about the same group of alerts, or the same incident: threads hang on it.
    pub group_key: String,
    /// The labels that the alerts of the group have in common by the route's `group_by`.
    pub group_labels: Labels,
    /// The alerts, the worst first; at most as many as the channel's `max_alerts`.
    pub alerts: Vec<Alert>,
    /// How many more there are than are listed.
    pub truncated_alerts: u64,
    /// The incident it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incident: Option<Box<Incident>>,
    /// Which step of an escalation it is, from 1; 0 when it is none.
    pub escalation_step: u32,
    /// Who is to be told, where the channel is told by the escalation (a person, an address, a number).
    pub recipients: Vec<String>,
}

/// Why a message is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Alerts of the group fire that were not told before.
    #[default]
    Firing,
    /// All alerts of the group are resolved.
    Resolved,
    /// Nothing new, but it still goes on.
    Repeat,
    /// Nobody has acknowledged it in time.
    Escalation,
    /// Somebody has acknowledged it.
    Acknowledged,
    /// An incident was opened or has changed.
    Incident,
    /// Somebody wants to see whether the channel works.
    Test,
}
