//! The smallest step out of an advisory.

use super::index::Affects;
use crate::version::{Key, Line, Scheme};
use serde::Serialize;
use std::collections::BTreeSet;

/// What ends the matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fix {
    /// A newer version.
    Upgrade(Upgrade),
    /// What is newer than this version: the record names the last affected one and none that is mended.
    NewerThan(String),
    /// Another version: those that are named do harm, others are not known to.
    OtherVersion,
    /// Doing without the package: no version is free of it.
    Remove,
    /// Nothing is known to.
    None,
}

/// A newer version that is not affected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Upgrade {
    /// The version, as the advisory writes it.
    pub version: String,
    /// True when it leaves the line of releases of the current version, so that code may have to change.
    pub breaking: bool,
}

/// The smallest version above `current` that `advised` name as mended and none of `avoided` affects: a release on the
/// same line if there is one, else the smallest release, else a prerelease.
pub(super) fn smallest_upgrade<'a>(
    scheme: Scheme,
    current: &str,
    advised: &[Affects<'a>],
    avoided: &[Affects<'a>],
) -> Option<Upgrade> {
    let (now, line) = (scheme.key(current), Line::of(current));
    // Most advisories of a package name the same few versions.
    let named: BTreeSet<&str> = advised.iter().flat_map(Affects::fixes).collect();
    let newer = named.into_iter().filter_map(|version| {
        let key = scheme.key(version);
        let is_newer = key.is_version() && key > now;
        is_newer.then(|| ((scheme.is_prerelease(version), Line::of(version) != line, key), version))
    });
    let mut newer: Vec<_> = newer.collect();
    newer.sort_unstable();
    let is_free = |key: &Key| avoided.iter().all(|affects| affects.holds_for(key).is_none());
    let ((_, breaking, _), version) = newer.into_iter().find(|((.., key), _)| is_free(key))?;
    Some(Upgrade { version: version.to_owned(), breaking })
}
