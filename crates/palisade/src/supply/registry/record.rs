//! What a registry says of a package, whichever registry it is: kept in caches, and turned into [`Facts`] about one version.

use palisade_model::Timestamp;
use palisade_supply::{Ecosystem, Facts, Package, score::Repository, version::Scheme};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Versions of a package that are kept; the packages with the most have some ten thousand.
pub(super) const VERSIONS_MAX: usize = 20_000;
/// Maintainers of a package that are kept.
pub(super) const MAINTAINERS_MAX: usize = 1_000;

/// What a registry says of a package.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Record {
    /// The registry has it.
    pub(super) found: bool,
    /// When its first version was published, where the registry says so itself.
    pub(super) created: Option<Timestamp>,
    /// The version that is installed when none is named.
    pub(super) latest: Option<String>,
    pub(super) versions: Vec<Version>,
    pub(super) maintainers: BTreeSet<String>,
    /// Its source repository as a plain address; an empty text says that it names none.
    pub(super) repository: Option<String>,
    pub(super) downloads: Option<u64>,
}

/// One version of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Version {
    pub(super) number: String,
    pub(super) published: Option<Timestamp>,
    pub(super) publisher: Option<String>,
    pub(super) install_script: Option<bool>,
    pub(super) provenance: Option<bool>,
    /// Its publisher has taken it back.
    pub(super) yanked: bool,
}

impl Record {
    /// Whether it is as large as the readers of registries make it at most.
    pub(super) fn is_within_bounds(&self) -> bool {
        self.versions.len() <= VERSIONS_MAX && self.maintainers.len() <= MAINTAINERS_MAX
    }

    /// The facts about the version that `package` names, or about the latest.
    pub(super) fn facts(&self, package: &Package) -> Facts {
        if !self.found {
            return Facts { found_public: Some(false), ..Facts::default() };
        }
        let scheme = Scheme::of(package.ecosystem);
        let number = package.version.as_ref().or(self.latest.as_ref());
        let version = number.and_then(|number| self.version(scheme, number));
        let earliest = self.versions.iter().filter_map(|version| version.published).min();
        Facts {
            found_public: Some(true),
            first_published: [self.created, earliest].into_iter().flatten().min(),
            published: version.and_then(|version| version.published),
            downloads: self.downloads,
            versions: (!self.versions.is_empty()).then(|| u32::try_from(self.versions.len()).unwrap_or(u32::MAX)),
            previous_version: number.and_then(|number| self.before(scheme, number)),
            maintainers_changed: version.and_then(|version| self.has_new_publisher(version)),
            repository: self.repository.as_ref().filter(|address| address.is_empty()).map(|_| Repository::Absent),
            provenance: version.and_then(|version| version.provenance),
            install_script: version.and_then(|version| version.install_script),
            ..Facts::default()
        }
    }

    /// Adds what the record of the package says whose name it resembles.
    pub(super) fn compare(&self, target: &Self, facts: &mut Facts) {
        if !self.found || !target.found {
            return;
        }
        let known = !self.maintainers.is_empty() && !target.maintainers.is_empty();
        let shares = self.maintainers.intersection(&target.maintainers).next().is_some();
        facts.shares_maintainer_with_target = known.then_some(shares);
        let same =
            self.repository.as_ref().is_some_and(|own| !own.is_empty() && target.repository.as_ref() == Some(own));
        if same && known && !shares {
            facts.repository = Some(Repository::OfAnother);
        }
    }

    fn version(&self, scheme: Scheme, number: &str) -> Option<&Version> {
        let exact = self.versions.iter().find(|version| version.number == number);
        exact.or_else(|| self.versions.iter().find(|version| scheme.compare(&version.number, number).is_eq()))
    }

    /// The highest version below `number` that was not taken back.
    fn before(&self, scheme: Scheme, number: &str) -> Option<String> {
        let key = scheme.key(number);
        let stands = self.versions.iter().filter(|version| !version.yanked);
        let lower = stands.map(|version| (scheme.key(&version.number), &version.number));
        lower.filter(|(other, _)| *other < key).max().map(|(_, number)| number.clone())
    }

    /// Whether nobody who published before `version` published it. Where a machine publishes for people and says from
    /// what, who they are is not known here.
    fn has_new_publisher(&self, version: &Version) -> Option<bool> {
        let (publisher, published) = (version.publisher.as_ref()?, version.published?);
        if version.provenance == Some(true) {
            return None;
        }
        let earlier = self.versions.iter().filter(|other| other.published.is_some_and(|time| time < published));
        let mut before = earlier.filter_map(|other| other.publisher.as_ref()).peekable();
        before.peek()?;
        Some(before.all(|other| other != publisher))
    }
}

/// Whether facts about packages of this ecosystem can be asked for.
pub(super) const fn is_known(ecosystem: Ecosystem) -> bool {
    matches!(ecosystem, Ecosystem::Npm | Ecosystem::PyPi | Ecosystem::Cargo)
}

/// A repository's address in one form, whatever way it is written: host and path in lower case.
pub(super) fn plain_repository(address: &str) -> String {
    let text = address.trim().trim_start_matches("git+");
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    let text = text.strip_prefix("github:").map_or_else(|| text.to_owned(), |path| format!("github.com/{path}"));
    let text = text.rsplit_once('@').map_or(text.as_str(), |(_, rest)| rest).replacen(':', "/", 1);
    let text = text.split(['#', '?']).next().unwrap_or_default().trim_end_matches('/').trim_end_matches(".git");
    // Subfolders of a repository belong to it.
    text.to_lowercase().split('/').take(3).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(number: &str, day: i64, publisher: &str) -> Version {
        Version {
            number: number.to_owned(),
            published: Some(Timestamp::from_millis(day * 86_400_000)),
            publisher: Some(publisher.to_owned()),
            ..Version::default()
        }
    }

    fn record() -> Record {
        Record {
            found: true,
            latest: Some("1.1.0".to_owned()),
            versions: vec![version("1.0.0", 10, "ann"), version("1.1.0", 20, "ann"), version("99.0.0", 30, "bob")],
            maintainers: BTreeSet::from(["ann".to_owned()]),
            repository: Some("github.com/a/b".to_owned()),
            ..Record::default()
        }
    }

    fn package(version: Option<&str>) -> Package {
        Package { ecosystem: Ecosystem::Npm, name: "x".to_owned(), version: version.map(str::to_owned) }
    }

    #[test]
    fn facts_are_about_the_version_in_question() {
        let day = |day: i64| Some(Timestamp::from_millis(day * 86_400_000));
        let new = record().facts(&package(Some("99.0.0")));
        assert_eq!((new.first_published, new.published, new.versions), (day(10), day(30), Some(3)));
        assert_eq!((new.previous_version.as_deref(), new.maintainers_changed), (Some("1.1.0"), Some(true)));
        let latest = record().facts(&package(None));
        assert_eq!((latest.published, latest.maintainers_changed), (day(20), Some(false)));
        let unknown = record().facts(&package(Some("2.0.0")));
        assert_eq!((unknown.published, unknown.maintainers_changed, unknown.found_public), (None, None, Some(true)));
        let absent = Record::default().facts(&package(None));
        assert_eq!(absent, Facts { found_public: Some(false), ..Facts::default() });
    }

    #[test]
    fn a_repository_that_is_the_targets_belongs_to_another_unless_they_share_a_maintainer() {
        let mut facts = Facts::default();
        record().compare(&record(), &mut facts);
        assert_eq!((facts.shares_maintainer_with_target, facts.repository), (Some(true), None));
        let other = Record { maintainers: BTreeSet::from(["eve".to_owned()]), ..record() };
        other.compare(&record(), &mut facts);
        assert_eq!((facts.shares_maintainer_with_target, facts.repository), (Some(false), Some(Repository::OfAnother)));
    }

    #[test]
    fn machines_that_say_from_what_they_build_are_no_new_maintainers() {
        let mut record = record();
        record.versions[2].provenance = Some(true);
        assert_eq!(record.facts(&package(Some("99.0.0"))).maintainers_changed, None);
    }

    #[test]
    fn repositories_have_one_form() {
        for text in [
            "git+https://github.com/Lodash/lodash.git",
            "git@github.com:lodash/lodash.git",
            "https://github.com/lodash/lodash/tree/main/packages/x",
            "github:lodash/lodash",
            "ssh://git@github.com/lodash/lodash#readme",
        ] {
            assert_eq!(plain_repository(text), "github.com/lodash/lodash", "{text}");
        }
    }
}
