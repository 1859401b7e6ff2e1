//! What a dependency asks of versions, in the words of its ecosystem: `^1.2`, `~=1.4`, `[1.0,2.0)`, `~> 2.1` …

mod brackets;
mod cargo;
mod comparator;
mod go;
mod hex;
mod maven;
mod npm;
mod nuget;
mod packagist;
mod pep440;
mod pub_dev;
mod rubygems;
mod run;

pub use run::Run;

use super::{Key, Scheme};
use crate::Ecosystem;

/// A requirement beyond this many bytes is not read.
const REQUIREMENT_BYTES_MAX: usize = 4096;
/// More runs of versions than this are not kept.
const RUNS_MAX: usize = 256;

/// A set of versions.
#[derive(Clone, Debug)]
pub struct Requirement {
    scheme: Scheme,
    admitted: Admitted,
}

/// How the set is told.
#[derive(Clone, Debug)]
enum Admitted {
    /// A union of runs.
    Runs(Vec<Run>),
    /// PEP 440's rules are not all about order.
    Specifiers(pep440::Specifiers),
}

/// Why a text is no requirement.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequirementError {
    /// Requirements of this ecosystem are not read, or it has none.
    #[error("requirements of {0} are not read")]
    NotRead(Ecosystem),
    /// It is too long, or has too many alternatives.
    #[error("the requirement is too long")]
    TooLong,
    /// A part is none.
    #[error("`{0}` is no requirement on versions")]
    Part(String),
}

impl RequirementError {
    fn part(text: &str) -> Self {
        Self::Part(text.chars().take(64).collect())
    }
}

impl Requirement {
    /// Reads a requirement as `ecosystem` writes it.
    ///
    /// # Errors
    /// When the text is none, such as a tag, a branch or a path.
    pub fn parse(ecosystem: Ecosystem, text: &str) -> Result<Self, RequirementError> {
        if text.len() > REQUIREMENT_BYTES_MAX {
            return Err(RequirementError::TooLong);
        }
        let runs = match ecosystem {
            Ecosystem::Npm | Ecosystem::VsCode => npm::runs(text)?,
            Ecosystem::Cargo => cargo::runs(text)?,
            Ecosystem::Go => go::runs(text)?,
            Ecosystem::Maven => maven::runs(text)?,
            Ecosystem::NuGet => nuget::runs(text)?,
            Ecosystem::RubyGems | Ecosystem::CocoaPods => rubygems::runs(text)?,
            Ecosystem::Packagist => packagist::runs(text)?,
            Ecosystem::Hex => hex::runs(text)?,
            Ecosystem::Pub => pub_dev::runs(text)?,
            Ecosystem::PyPi => {
                let specifiers = pep440::Specifiers::read(text)?;
                return Ok(Self { scheme: Scheme::Pep440, admitted: Admitted::Specifiers(specifiers) });
            }
            _ => return Err(RequirementError::NotRead(ecosystem)),
        };
        if runs.len() > RUNS_MAX {
            return Err(RequirementError::TooLong);
        }
        Ok(Self { scheme: Scheme::of(ecosystem), admitted: Admitted::Runs(runs) })
    }

    /// True when `version` meets it, prereleases by the rule of the ecosystem.
    #[must_use]
    pub fn matches(&self, version: &str) -> bool {
        let runs = match &self.admitted {
            Admitted::Runs(runs) => runs,
            Admitted::Specifiers(specifiers) => return specifiers.matches(version),
        };
        let key = self.scheme.key(version);
        let release = || self.scheme.is_prerelease(version).then(|| release(self.scheme, version));
        runs.iter().any(|run| run.interval.contains(&key) && run.admits(release))
    }

    /// The runs of versions that it is a union of; none for PyPI, where not all is a matter of order.
    #[must_use]
    pub fn runs(&self) -> &[Run] {
        match &self.admitted {
            Admitted::Runs(runs) => runs,
            Admitted::Specifiers(_) => &[],
        }
    }
}

/// The key of the release that a prerelease comes before.
fn release(scheme: Scheme, version: &str) -> Key {
    let version = version.split(['-', '+']).next().unwrap_or(version);
    scheme.key(version)
}

#[cfg(test)]
mod tests {
    use super::Requirement;
    use crate::Ecosystem;

    /// Checks whether versions meet requirements, and that other texts are refused.
    pub(super) fn check(ecosystem: Ecosystem, cases: &[(&str, &str, bool)], refused: &[&str]) {
        for (requirement, version, met) in cases {
            let read = Requirement::parse(ecosystem, requirement).unwrap();
            assert_eq!(read.matches(version), *met, "{requirement} {version}");
        }
        for text in refused {
            assert!(Requirement::parse(ecosystem, text).is_err(), "{text}");
        }
    }

    #[test]
    fn specifiers_are_met_as_packaging_says() {
        check(
            Ecosystem::PyPi,
            &[
                ("~=1.4.2", "1.4.9", true),
                ("~=1.4.2", "1.5", false),
                ("==1.*", "1.9", true),
                (">=1.0,<2", "2.0", false),
                (">=1.0", "2.0rc1", false),
                (">=1.0rc1", "2.0rc1", true),
                ("", "3", true),
                ("!=1.5", "1.5.0", false),
                (">1.0", "1.0.post1", false),
                ("<=1.0", "1.0+local", true),
            ],
            &["latest", "=1", ">=1,,<2"],
        );
    }

    #[test]
    fn what_is_too_long_is_refused() {
        assert!(Requirement::parse(Ecosystem::Npm, &"1||".repeat(2000)).is_err());
        let holes: Vec<String> = (0..300).map(|number| format!("!={number}")).collect();
        assert!(Requirement::parse(Ecosystem::RubyGems, &holes.join(",")).is_err());
    }
}
