//! PEP 440's specifiers, met as `packaging` says: prereleases only where one is named, other than to leave it out.

use super::RequirementError;
use pep440_rs::{Operator, Version, VersionSpecifier, VersionSpecifiers};

/// Specifiers joined by commas; none of them admits everything.
#[derive(Clone, Debug)]
pub(super) struct Specifiers(VersionSpecifiers);

impl Specifiers {
    pub(super) fn read(text: &str) -> Result<Self, RequirementError> {
        text.parse().map(Self).map_err(|_| RequirementError::part(text))
    }

    pub(super) fn matches(&self, version: &str) -> bool {
        let Ok(version) = version.parse::<Version>() else { return false };
        let asks_for = |specifier: &VersionSpecifier| {
            specifier.any_prerelease() && !matches!(specifier.operator(), Operator::NotEqual | Operator::NotEqualStar)
        };
        let names_prerelease = || self.0.iter().any(asks_for);
        self.0.contains(&version) && (!version.any_prerelease() || names_prerelease())
    }
}
