//! A run of versions that a requirement admits, with its rule for prereleases.

use crate::version::{Interval, Key};

/// Versions between two bounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The versions.
    pub interval: Interval,
    /// The lowest version, as written; empty when there is none.
    pub low: String,
    /// The releases whose prereleases are admitted; `None` when all prereleases are.
    pub(super) prereleases_of: Option<Vec<Key>>,
}

impl Run {
    /// All versions, with all prereleases.
    pub(super) fn all() -> Self {
        Self { interval: Interval::ALL, low: String::new(), prereleases_of: None }
    }

    /// True when a version is admitted whose release is `release` if it is a prerelease.
    pub(super) fn admits(&self, release: impl Fn() -> Option<Key>) -> bool {
        match &self.prereleases_of {
            None => true,
            Some(admitted) => release().is_none_or(|release| admitted.contains(&release)),
        }
    }

    /// What both admit; `None` when no version.
    pub(super) fn intersection(&self, other: &Self) -> Option<Self> {
        let interval = self.interval.intersection(&other.interval);
        let low = if self.interval.low >= other.interval.low { &self.low } else { &other.low };
        let prereleases_of = match (&self.prereleases_of, &other.prereleases_of) {
            (Some(a), Some(b)) => Some(a.iter().chain(b).cloned().collect()),
            (a, b) => a.clone().or_else(|| b.clone()),
        };
        (!interval.is_empty()).then(|| Self { interval, low: low.clone(), prereleases_of })
    }
}
