//! The schemes of versions, and which ecosystem uses which.

use super::{Key, VERSION_BYTES_MAX, maven, nuget, packagist, pep440, rubygems, semver};
use crate::Ecosystem;
use std::cmp::Ordering;

/// How an ecosystem orders its versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// Semantic Versioning 2.0: npm, crates.io, Go, Hex, Swift and what has no rule of its own.
    SemVer,
    /// Semantic Versioning where build metadata counts, as Pub has it.
    Pub,
    /// PEP 440, of PyPI.
    Pep440,
    /// Maven's version order specification.
    Maven,
    /// NuGet: four numbers, labels without case.
    NuGet,
    /// `Gem::Version`, of RubyGems and CocoaPods.
    RubyGems,
    /// Composer's normalised versions, of Packagist.
    Packagist,
}

impl Scheme {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::SemVer, Self::Pub, Self::Pep440, Self::Maven, Self::NuGet, Self::RubyGems, Self::Packagist];

    /// The scheme of an ecosystem.
    #[must_use]
    pub const fn of(ecosystem: Ecosystem) -> Self {
        match ecosystem {
            Ecosystem::PyPi => Self::Pep440,
            Ecosystem::Maven => Self::Maven,
            Ecosystem::NuGet => Self::NuGet,
            Ecosystem::RubyGems | Ecosystem::CocoaPods => Self::RubyGems,
            Ecosystem::Packagist => Self::Packagist,
            Ecosystem::Pub => Self::Pub,
            _ => Self::SemVer,
        }
    }

    /// The sort key of the version `text`. What is no version of the scheme has one too, before all that are.
    #[must_use]
    pub fn key(self, text: &str) -> Key {
        let text = text.trim();
        let read = if text.len() > VERSION_BYTES_MAX { None } else { self.read(text) };
        read.unwrap_or_else(|| Key::of_other(text))
    }

    fn read(self, text: &str) -> Option<Key> {
        match self {
            Self::SemVer => semver::key(text, semver::Build::DoesNotCount),
            Self::Pub => semver::key(text, semver::Build::Counts),
            Self::Pep440 => pep440::key(text),
            Self::Maven => maven::key(text),
            Self::NuGet => nuget::key(text),
            Self::RubyGems => rubygems::key(text),
            Self::Packagist => packagist::key(text),
        }
    }

    /// Which of two versions comes first.
    #[must_use]
    pub fn compare(self, a: &str, b: &str) -> Ordering {
        self.key(a).cmp(&self.key(b))
    }

    /// True for what is not yet a release: alpha, beta, candidate, snapshot, development.
    #[must_use]
    pub fn is_prerelease(self, text: &str) -> bool {
        let text = text.trim();
        match self {
            Self::SemVer | Self::Pub | Self::NuGet => semver::is_prerelease(text),
            Self::Pep440 => pep440::is_prerelease(text),
            Self::Maven => maven::is_prerelease(text),
            Self::RubyGems => text.bytes().any(|byte| byte.is_ascii_alphabetic()),
            Self::Packagist => packagist::is_prerelease(text),
        }
    }
}
