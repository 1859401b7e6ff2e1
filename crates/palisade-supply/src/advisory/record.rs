//! An advisory as it was read, whoever published it.

use super::Rating;
use crate::{Ecosystem, version::Interval};
use serde::Serialize;

/// What an advisory says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The package was made, or taken over, to do harm.
    Malicious,
    /// The package has a weakness.
    Vulnerable,
    /// The package can be used in ways that break the promises of its language (RustSec).
    Unsound,
    /// Nobody looks after the package (RustSec).
    Unmaintained,
    /// Worth knowing (RustSec).
    Notice,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Malicious, Self::Vulnerable, Self::Unsound, Self::Unmaintained, Self::Notice];
}

/// One record of a publisher.
#[derive(Clone, Debug, PartialEq)]
pub struct Advisory {
    /// The publisher's id, such as `GHSA-…`, `PYSEC-…`, `RUSTSEC-…`, `MAL-…`.
    pub id: String,
    /// Ids of other records about the same matter.
    pub aliases: Vec<String>,
    /// What it says.
    pub kind: Kind,
    /// One line.
    pub summary: String,
    /// Where to read more; empty when the record names nothing.
    pub url: String,
    /// When it was published, as written (RFC 3339 or a date); empty when unknown.
    pub published: String,
    /// True when the publisher took it back.
    pub withdrawn: bool,
    /// How bad it is.
    pub rating: Rating,
    /// CWE ids.
    pub weaknesses: Vec<String>,
    /// The packages it is about.
    pub affected: Vec<AffectedPackage>,
    /// Packages left out because their ecosystem is not known here, or because only commits are named.
    pub left_out: usize,
}

/// A package that an advisory is about.
#[derive(Clone, Debug, PartialEq)]
pub struct AffectedPackage {
    /// Where it comes from.
    pub ecosystem: Ecosystem,
    /// Its name, as written.
    pub name: String,
    /// Runs of affected versions.
    pub ranges: Vec<AffectedRange>,
    /// Single affected versions.
    pub versions: Vec<String>,
    /// False when the report does not say which versions are affected.
    pub versions_known: bool,
    /// Functions, modules or paths without which the weakness cannot be reached.
    pub symbols: Vec<String>,
}

/// A run of affected versions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AffectedRange {
    /// The versions.
    pub interval: Interval,
    /// The first version in which it is mended, as written; empty when the record names none.
    pub fixed: String,
    /// The last affected version, as written, where the record names that instead; else empty.
    pub last: String,
}
