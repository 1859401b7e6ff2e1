//! A package as it is named: where it comes from, what it is called, and in which version.

use crate::Ecosystem;
use serde::{Deserialize, Serialize};

/// A package that somebody depends on or asks about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Package {
    /// Where it comes from.
    pub ecosystem: Ecosystem,
    /// Its whole name as written: with npm's `@scope/`, Maven's `group:artifact`, Go's module path.
    pub name: String,
    /// The exact version, where one is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

impl Package {
    /// The package as people name it: `npm/left-pad@1.0.0`.
    #[must_use]
    pub fn named(&self) -> String {
        match &self.version {
            Some(version) => format!("{}/{}@{version}", self.ecosystem, self.name),
            None => format!("{}/{}", self.ecosystem, self.name),
        }
    }
}
