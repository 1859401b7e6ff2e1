//! What to do with a message.

use crate::{Finding, Severity};
use serde::{Deserialize, Serialize};
use std::fmt;

/// From *let it through* to *stop it*.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Nothing stands against it.
    #[default]
    Allow,
    /// Let through, and worth a look.
    Flag,
    /// Let through once the places found are masked.
    Redact,
    /// Stop it.
    Block,
}

impl Verdict {
    /// The name that users see.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Flag => "flag",
            Self::Redact => "redact",
            Self::Block => "block",
        }
    }

    /// The verdict on input with these findings: high and above block, anything else that was found flags.
    #[must_use]
    pub fn of(findings: &[Finding]) -> Self {
        match findings.iter().map(|finding| finding.severity).max() {
            None => Self::Allow,
            Some(severity) if severity >= Severity::High => Self::Block,
            Some(_) => Self::Flag,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}
