//! How bad something is, on the scale of OCSF (`severity_id` 1 to 5).

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// From *worth knowing* to *act now*.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// No action needed.
    #[default]
    Informational = 1,
    /// Look when there is time.
    Low = 2,
    /// Look today.
    Medium = 3,
    /// Look now.
    High = 4,
    /// Act now.
    Critical = 5,
}

/// The text names no severity.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a severity: use informational, low, medium, high or critical")]
pub struct UnknownSeverity(pub String);

impl Severity {
    /// All severities, least first.
    pub const ALL: [Self; 5] = [Self::Informational, Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The name that users see.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Informational => "informational",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The OCSF number, 1 to 5.
    #[must_use]
    pub const fn number(self) -> i32 {
        self as i32
    }

    /// The severity with this OCSF number.
    #[must_use]
    pub const fn from_number(number: i32) -> Option<Self> {
        match number {
            1 => Some(Self::Informational),
            2 => Some(Self::Low),
            3 => Some(Self::Medium),
            4 => Some(Self::High),
            5 | 6 => Some(Self::Critical),
            _ => None,
        }
    }

    /// The severity of a syslog severity (RFC 5424 §6.2.1), 0 emergency to 7 debug.
    #[must_use]
    pub const fn from_syslog(level: u8) -> Self {
        match level {
            0..=2 => Self::Critical,
            3 => Self::High,
            4 => Self::Medium,
            5 => Self::Low,
            _ => Self::Informational,
        }
    }

    /// The severity of an OpenTelemetry severity number (logs data model, "Severity Fields"), 1 trace to 24 fatal.
    #[must_use]
    pub const fn from_otel(number: i32) -> Option<Self> {
        match number {
            1..=12 => Some(Self::Informational),
            13..=16 => Some(Self::Medium),
            17..=20 => Some(Self::High),
            21..=24 => Some(Self::Critical),
            _ => None,
        }
    }

    /// Reads the names and abbreviations that logs use for their levels, in any case: `warn`, `ERROR`, `crit` …
    #[must_use]
    pub fn from_level(text: &str) -> Option<Self> {
        const LEVELS: [(&str, Severity); 20] = [
            ("info", Severity::Informational),
            ("informational", Severity::Informational),
            ("information", Severity::Informational),
            ("debug", Severity::Informational),
            ("trace", Severity::Informational),
            ("notice", Severity::Low),
            ("low", Severity::Low),
            ("warn", Severity::Medium),
            ("warning", Severity::Medium),
            ("medium", Severity::Medium),
            ("err", Severity::High),
            ("error", Severity::High),
            ("high", Severity::High),
            ("crit", Severity::Critical),
            ("critical", Severity::Critical),
            ("fatal", Severity::Critical),
            ("alert", Severity::Critical),
            ("emerg", Severity::Critical),
            ("emergency", Severity::Critical),
            ("panic", Severity::Critical),
        ];
        LEVELS.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)).map(|(_, severity)| *severity)
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl FromStr for Severity {
    type Err = UnknownSeverity;

    fn from_str(text: &str) -> Result<Self, UnknownSeverity> {
        let found = Self::ALL.into_iter().find(|severity| severity.name().eq_ignore_ascii_case(text));
        found.ok_or_else(|| UnknownSeverity(text.chars().take(32).collect()))
    }
}
