//! Records of RustSec's advisory database: Markdown with TOML in front.
//!
//! They name versions that are mended or never were affected; all others are.

use super::{
    super::{Advisory, AffectedPackage, AffectedRange, Kind, Rating},
    RECORD_PARTS_MAX, ReadError, one_line, text,
};
use crate::{
    Ecosystem,
    version::{Interval, Key, Requirement, Scheme, complement},
};
use serde::Deserialize;
use std::collections::BTreeMap;

const FORM: &str = "RustSec record";

#[derive(Deserialize)]
struct Front {
    advisory: Head,
    #[serde(default)]
    versions: Versions,
    #[serde(default)]
    affected: AffectedPart,
}

#[derive(Deserialize)]
struct Head {
    id: String,
    package: String,
    #[serde(default)]
    date: Option<String>,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    related: Vec<String>,
    #[serde(default)]
    cvss: Option<String>,
    #[serde(default)]
    informational: Option<String>,
    #[serde(default)]
    withdrawn: Option<String>,
    /// `crate` when not named; the others are parts of Rust itself.
    #[serde(default)]
    collection: Option<String>,
}

#[derive(Default, Deserialize)]
struct Versions {
    #[serde(default)]
    patched: Vec<String>,
    #[serde(default)]
    unaffected: Vec<String>,
}

#[derive(Default, Deserialize)]
struct AffectedPart {
    #[serde(default)]
    functions: BTreeMap<String, Vec<String>>,
}

/// Reads one record.
///
/// # Errors
/// When the bytes are too many, or there is no TOML of RustSec's form in front.
pub fn rustsec(bytes: &[u8]) -> Result<Advisory, ReadError> {
    let (front, body) = split(text(FORM, bytes)?)?;
    let front: Front = toml::from_str(front).map_err(|error| ReadError::form(FORM, error))?;
    let Front { advisory: head, versions, affected } = front;
    if versions.patched.len() + versions.unaffected.len() + affected.functions.len() > RECORD_PARTS_MAX {
        return Err(ReadError::TooMany);
    }
    let package = AffectedPackage {
        ecosystem: Ecosystem::Cargo,
        name: head.package,
        ranges: ranges(&versions)?,
        versions: Vec::new(),
        versions_known: true,
        symbols: affected.functions.into_keys().collect(),
    };
    let is_crate = head.collection.as_deref().is_none_or(|collection| collection == "crates");
    Ok(Advisory {
        kind: kind(head.informational.as_deref()),
        summary: body.lines().find(|line| line.starts_with("# ")).map(one_line).unwrap_or_default(),
        url: head.url.unwrap_or_default(),
        published: head.date.unwrap_or_default(),
        withdrawn: head.withdrawn.is_some(),
        rating: Rating::of(head.cvss.as_deref().into_iter(), None),
        weaknesses: Vec::new(),
        aliases: head.aliases.into_iter().chain(head.related.into_iter().filter(|id| id.starts_with("CVE-"))).collect(),
        affected: if is_crate { vec![package] } else { Vec::new() },
        left_out: usize::from(!is_crate),
        id: head.id,
    })
}

/// The TOML between the fences, and what follows.
fn split(text: &str) -> Result<(&str, &str), ReadError> {
    let front = text.trim_start().strip_prefix("```toml");
    let parts = front.and_then(|rest| rest.split_once("\n```"));
    parts.ok_or_else(|| ReadError::form(FORM, "there is no block ```toml in front"))
}

fn kind(informational: Option<&str>) -> Kind {
    match informational {
        None => Kind::Vulnerable,
        Some("unsound") => Kind::Unsound,
        Some("unmaintained") => Kind::Unmaintained,
        Some(_) => Kind::Notice,
    }
}

/// What is neither patched nor unaffected. Where a patched run begins, a version is mended.
fn ranges(versions: &Versions) -> Result<Vec<AffectedRange>, ReadError> {
    let mut safe: Vec<Interval> = Vec::new();
    let mut mended: Vec<(Key, String)> = Vec::new();
    for (list, is_patched) in [(&versions.patched, true), (&versions.unaffected, false)] {
        for text in list {
            let requirement = Requirement::parse(Ecosystem::Cargo, text)
                .map_err(|error| ReadError::form(FORM, format_args!("`{text}`: {error}")))?;
            for bound in requirement.runs() {
                mended.extend(is_patched.then(|| (bound.interval.low.clone(), bound.low.clone())));
                safe.push(bound.interval.clone());
            }
        }
    }
    let range = |interval: Interval| {
        let found = mended.iter().find(|(key, _)| Some(key) == interval.high.as_ref());
        let version = found.map(|(_, version)| version.clone()).unwrap_or_default();
        // `> 1.2.3` says what is not yet mended, not what is.
        let is_mended = found.is_some_and(|(key, version)| Scheme::SemVer.key(version) == *key);
        let (fixed, last) = if is_mended { (version, String::new()) } else { (String::new(), version) };
        AffectedRange { interval, fixed, last }
    };
    Ok(complement(&safe).into_iter().map(range).collect())
}

#[cfg(test)]
mod tests {
    use super::rustsec;
    use crate::{
        advisory::Kind,
        version::{Key, Scheme},
    };

    const RECORD: &str = "```toml\n[advisory]\nid = \"RUSTSEC-2026-0001\"\npackage = \"example\"\ndate = \"2026-01-02\"\n\
        aliases = [\"CVE-2026-3\"]\ncvss = \"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\"\n\n\
        [affected.functions]\n\"example::parse\" = [\"< 2.0.0\"]\n\n\
        [versions]\npatched = [\">= 1.4.2, < 2.0.0\", \">= 2.1.0\"]\nunaffected = [\"< 0.3.0\"]\n```\n\n# Title here\n\nText.\n";

    #[test]
    fn what_is_neither_patched_nor_unaffected_is_affected() {
        let advisory = rustsec(RECORD.as_bytes()).unwrap();
        assert_eq!((advisory.summary.as_str(), advisory.rating.score), ("Title here", Some(9.8)));
        let package = &advisory.affected[0];
        assert_eq!(package.symbols, ["example::parse"]);
        let affected = |version: &str| {
            let key: Key = Scheme::SemVer.key(version);
            package.ranges.iter().any(|range| range.interval.contains(&key))
        };
        for (version, wanted) in [
            ("0.2.9", false),
            ("0.3.0", true),
            ("1.4.1", true),
            ("1.4.2", false),
            ("1.9.9", false),
            ("2.0.0", true),
            ("2.0.9", true),
            ("2.1.0", false),
        ] {
            assert_eq!(affected(version), wanted, "{version}");
        }
        let fixes: Vec<&str> = package.ranges.iter().map(|range| range.fixed.as_str()).collect();
        assert_eq!(fixes, ["1.4.2", "2.1.0"]);
    }

    #[test]
    fn what_lies_behind_a_version_is_mended_but_that_version_is_not() {
        let text = "```toml\n[advisory]\nid = \"R\"\npackage = \"p\"\n[versions]\npatched = [\"> 1.2.3\"]\n```\n";
        let range = rustsec(text.as_bytes()).unwrap().affected[0].ranges[0].clone();
        assert_eq!((range.fixed.as_str(), range.last.as_str()), ("", "1.2.3"));
        assert!(range.interval.contains(&Scheme::SemVer.key("1.2.3")));
        assert!(!range.interval.contains(&Scheme::SemVer.key("1.2.4-0")));
    }

    #[test]
    fn a_record_without_patched_versions_affects_all() {
        let text = "```toml\n[advisory]\nid = \"R\"\npackage = \"p\"\ninformational = \"unmaintained\"\n[versions]\npatched = []\n```\n";
        let advisory = rustsec(text.as_bytes()).unwrap();
        assert_eq!(advisory.kind, Kind::Unmaintained);
        assert_eq!(advisory.affected[0].ranges.len(), 1);
        assert!(advisory.affected[0].ranges[0].interval.high.is_none());
    }
}
