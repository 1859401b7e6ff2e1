//! A [`Silence`]: nobody is told of the alerts that it matches, for a time, for a reason.

use crate::Matcher;
use palisade_model::{Id, Timestamp};
use serde::{Deserialize, Serialize};

/// A silence. The JSON form is the contract.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Silence {
    /// Its identity.
    pub id: Id,
    /// All must be met.
    pub matchers: Vec<Matcher>,
    /// From when.
    pub starts_at: Timestamp,
    /// Until when.
    pub ends_at: Timestamp,
    /// Who made it, or changed it last.
    pub created_by: String,
    /// Why.
    pub reason: String,
    /// When it was made or last changed.
    pub updated_at: Timestamp,
    /// Where it stands.
    pub status: SilenceStatus,
}

/// Where a silence stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SilenceStatus {
    /// It has not begun.
    #[default]
    Pending,
    /// Nobody is told.
    Active,
    /// Over.
    Expired,
}

/// What somebody asks for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SilenceDraft {
    /// The silence to change; a new one when it is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Id>,
    /// All must be met; at least one must not be met by an alert without labels.
    pub matchers: Vec<Matcher>,
    /// From when; now when it is not said or over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Timestamp>,
    /// Until when.
    pub ends_at: Timestamp,
    /// Why.
    pub reason: String,
    /// Who is to stand as its author; who commands when it is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
}
