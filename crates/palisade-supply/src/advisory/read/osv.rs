//! OSV records (ossf.github.io/osv-schema, versions 1.0 to 1.7), as JSON.
//!
//! OSV's own exports, GitHub's, Go's and the reports of malicious packages have this form, and PyPA's YAML is the same
//! in other letters. Fields that are not used here are passed over, so records of later versions are read too.

use super::{
    super::{Advisory, AffectedPackage, Kind, Rating},
    RECORD_PARTS_MAX, ReadError,
    events::{Event, ranges},
    one_line, table_text, text,
};
use crate::{Ecosystem, version::Scheme};
use serde::Deserialize;
use serde_json::Value;

const FORM: &str = "OSV record";
const SYMBOLS_MAX: usize = 64;

#[derive(Debug, Deserialize)]
pub(super) struct Record {
    id: String,
    #[serde(default)]
    published: Option<String>,
    #[serde(default)]
    modified: Option<String>,
    #[serde(default)]
    withdrawn: Option<String>,
    #[serde(default)]
    aliases: Option<Vec<String>>,
    #[serde(default)]
    summary: Option<String>,
    #[serde(default)]
    details: Option<String>,
    #[serde(default)]
    severity: Option<Vec<SeverityEntry>>,
    #[serde(default)]
    affected: Option<Vec<Affected>>,
    #[serde(default)]
    references: Option<Vec<Reference>>,
    #[serde(default)]
    database_specific: Option<Value>,
}

#[derive(Debug, Deserialize)]
struct SeverityEntry {
    #[serde(default)]
    score: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Affected {
    #[serde(default)]
    package: Option<PackageEntry>,
    #[serde(default)]
    severity: Option<Vec<SeverityEntry>>,
    #[serde(default)]
    ranges: Option<Vec<RangeEntry>>,
    #[serde(default)]
    versions: Option<Vec<String>>,
    #[serde(default)]
    ecosystem_specific: Option<Value>,
    #[serde(default)]
    database_specific: Option<Value>,
}

#[derive(Debug, Deserialize)]
struct PackageEntry {
    ecosystem: String,
    name: String,
}

#[derive(Debug, Deserialize)]
struct RangeEntry {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    events: Option<Vec<Event>>,
}

#[derive(Debug, Deserialize)]
struct Reference {
    #[serde(rename = "type", default)]
    kind: Option<String>,
    url: String,
}

/// Reads one record.
///
/// # Errors
/// When the bytes are too many or are no OSV record.
pub fn osv(bytes: &[u8]) -> Result<Advisory, ReadError> {
    let text = text(FORM, bytes)?;
    let record: Record = serde_json::from_str(text).map_err(|error| ReadError::form(FORM, error))?;
    advisory(record)
}

/// Reads a list of records.
///
/// # Errors
/// When the bytes are too many or one of them is no OSV record.
pub fn osv_list(bytes: &[u8]) -> Result<Vec<Advisory>, ReadError> {
    let records: Vec<Record> =
        serde_json::from_str(table_text(FORM, bytes)?).map_err(|error| ReadError::form(FORM, error))?;
    records.into_iter().map(advisory).collect()
}

/// Reads records that stand one a line; empty lines are passed over.
pub fn osv_lines(bytes: &[u8]) -> impl Iterator<Item = Result<Advisory, ReadError>> {
    bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).map(osv)
}

/// The advisory that a record is.
pub(super) fn advisory(record: Record) -> Result<Advisory, ReadError> {
    let affected = record.affected.unwrap_or_default();
    if affected.iter().map(parts).sum::<usize>() > RECORD_PARTS_MAX {
        return Err(ReadError::TooMany);
    }
    let kind = kind(&record.id, record.summary.as_deref(), record.database_specific.as_ref(), &affected);
    let rating = rating(record.severity.as_deref(), record.database_specific.as_ref(), &affected);
    let named = affected.len();
    let affected: Vec<AffectedPackage> = affected.into_iter().filter_map(affected_package).collect();
    Ok(Advisory {
        kind,
        rating,
        weaknesses: strings(record.database_specific.as_ref().and_then(|specific| specific.get("cwe_ids"))),
        summary: one_line(
            &record.summary.filter(|line| !line.trim().is_empty()).or(record.details).unwrap_or_default(),
        ),
        url: url(record.references.unwrap_or_default()),
        published: record.published.or(record.modified).unwrap_or_default(),
        withdrawn: record.withdrawn.is_some(),
        aliases: record.aliases.unwrap_or_default(),
        left_out: named - affected.len(),
        affected,
        id: record.id,
    })
}

/// How much there is to keep of a package.
fn parts(affected: &Affected) -> usize {
    let events = |range: &RangeEntry| range.events.as_ref().map_or(0, Vec::len);
    1 + affected.versions.as_ref().map_or(0, Vec::len)
        + affected.ranges.iter().flatten().map(|range| 1 + events(range)).sum::<usize>()
}

fn kind(id: &str, summary: Option<&str>, specific: Option<&Value>, affected: &[Affected]) -> Kind {
    let informational = affected
        .iter()
        .filter_map(|affected| affected.database_specific.as_ref()?.get("informational")?.as_str())
        .next();
    let weaknesses = || strings(specific.and_then(|specific| specific.get("cwe_ids")));
    match informational {
        _ if id.starts_with("MAL-") => Kind::Malicious,
        // GitHub's malware reports are not marked otherwise: embedded malicious code, and a summary that says so.
        _ if weaknesses().iter().any(|cwe| cwe == "CWE-506") && summary.is_some_and(says_malware) => Kind::Malicious,
        Some("unsound") => Kind::Unsound,
        Some("unmaintained") => Kind::Unmaintained,
        Some("notice") => Kind::Notice,
        _ => Kind::Vulnerable,
    }
}

fn says_malware(summary: &str) -> bool {
    let summary = summary.to_ascii_lowercase();
    summary.starts_with("malware in") || summary.starts_with("malicious")
}

/// The record's own rating, else that of its packages.
fn rating(own: Option<&[SeverityEntry]>, specific: Option<&Value>, affected: &[Affected]) -> Rating {
    let of_packages = affected.iter().flat_map(|affected| affected.severity.as_deref().unwrap_or_default());
    let entries: Vec<&SeverityEntry> = match own {
        Some(own) if !own.is_empty() => own.iter().collect(),
        _ => of_packages.collect(),
    };
    let word = specific.and_then(|specific| specific.get("severity")).and_then(Value::as_str);
    Rating::of(entries.iter().filter_map(|entry| entry.score.as_deref()), word)
}

/// The page about the advisory, else the first that is named.
fn url(references: Vec<Reference>) -> String {
    let about = references.iter().position(|reference| reference.kind.as_deref() == Some("ADVISORY")).unwrap_or(0);
    let url = references.into_iter().nth(about).map(|reference| reference.url).unwrap_or_default();
    if url.starts_with("https://") || url.starts_with("http://") { url } else { String::new() }
}

/// `None` for packages of ecosystems that are not known here and for records that name commits only.
fn affected_package(affected: Affected) -> Option<AffectedPackage> {
    let package = affected.package?;
    let ecosystem = ecosystem(&package.ecosystem)?;
    let scheme = Scheme::of(ecosystem);
    let versions = affected.versions.unwrap_or_default();
    let entries = affected.ranges.unwrap_or_default();
    let by_version: Vec<&RangeEntry> = entries.iter().filter(|range| range.kind != "GIT").collect();
    if by_version.is_empty() && versions.is_empty() {
        return None;
    }
    let ranges = by_version.iter().flat_map(|range| ranges(range.events.as_deref().unwrap_or_default(), scheme));
    Some(AffectedPackage {
        ecosystem,
        name: package.name,
        ranges: ranges.collect(),
        versions,
        versions_known: true,
        symbols: symbols(affected.ecosystem_specific.as_ref()),
    })
}

/// The ecosystem that OSV names. What follows a colon is a release of it (`Debian:12`) or an address of a registry
/// (`Maven:https://…`); names are the same there.
fn ecosystem(name: &str) -> Option<Ecosystem> {
    let name = name.split_once(':').map_or(name, |(name, _)| name);
    Ecosystem::all().find(|ecosystem| ecosystem.osv() == Some(name))
}

/// The functions, modules or paths that are named: `imports` of Go and PyPA, `affects.functions` of RustSec,
/// `affected_functions` of GitHub.
fn symbols(specific: Option<&Value>) -> Vec<String> {
    let Some(specific) = specific else { return Vec::new() };
    let mut found = strings(specific.get("affected_functions"));
    found.extend(strings(specific.get("affects").and_then(|affects| affects.get("functions"))));
    for import in specific.get("imports").and_then(Value::as_array).into_iter().flatten() {
        let paths = import.get("path").and_then(Value::as_str).map(str::to_owned);
        let paths: Vec<String> = paths.into_iter().chain(strings(import.get("modules"))).collect();
        let names = strings(import.get("symbols"));
        if names.is_empty() {
            found.extend(paths);
        } else {
            let path = paths.into_iter().next().unwrap_or_default();
            found.extend(names.iter().map(|name| format!("{path}.{name}")));
        }
    }
    found.truncate(SYMBOLS_MAX);
    found
}

fn strings(list: Option<&Value>) -> Vec<String> {
    let items = list.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).take(SYMBOLS_MAX).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::{osv, osv_lines};
    use crate::{Ecosystem, advisory::Kind};
    use palisade_model::Severity;

    const RECORD: &str = r#"{
        "schema_version": "1.7.0", "id": "GHSA-aaaa-bbbb-cccc", "aliases": ["CVE-2026-1"],
        "modified": "2026-02-01T00:00:00Z", "published": "2026-01-01T00:00:00Z", "withdrawn": null,
        "summary": "A parser that never ends\nand more", "details": "…",
        "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"}],
        "references": [{"type": "WEB", "url": "https://example.com/web"},
                       {"type": "ADVISORY", "url": "https://example.com/advisory"}],
        "affected": [
            {"package": {"ecosystem": "Go", "name": "example.com/parser"},
             "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.2.0"}]}],
             "ecosystem_specific": {"imports": [{"path": "example.com/parser/inner", "symbols": ["Parse", "Walk"]}]}},
            {"package": {"ecosystem": "Maven:https://example.com/repository", "name": "org.example:parser"},
             "versions": ["1.0", "1.1"]},
            {"package": {"ecosystem": "Debian:12", "name": "parser"},
             "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}]},
            {"package": {"ecosystem": "Go", "name": "example.com/commits"},
             "ranges": [{"type": "GIT", "repo": "https://example.com", "events": [{"introduced": "0"}]}]}],
        "database_specific": {"cwe_ids": ["CWE-835"], "severity": "HIGH", "new": {"field": [1]}}
    }"#;

    #[test]
    fn a_record_is_read_with_all_that_is_used() {
        let advisory = osv(RECORD.as_bytes()).unwrap();
        assert_eq!(advisory.summary, "A parser that never ends");
        assert_eq!(advisory.url, "https://example.com/advisory");
        assert_eq!((advisory.rating.score, advisory.rating.severity), (Some(7.5), Some(Severity::High)));
        assert_eq!((advisory.weaknesses.as_slice(), advisory.withdrawn), (&["CWE-835".to_owned()][..], false));
        assert_eq!((advisory.affected.len(), advisory.left_out), (2, 2));
        assert_eq!(advisory.affected[0].ranges[0].fixed, "1.2.0");
        assert_eq!(advisory.affected[0].symbols, ["example.com/parser/inner.Parse", "example.com/parser/inner.Walk"]);
        assert_eq!(advisory.affected[1].ecosystem, Ecosystem::Maven);
        assert_eq!(advisory.affected[1].versions, ["1.0", "1.1"]);
    }

    #[test]
    fn kinds_are_told_apart() {
        let with = |id: &str, summary: &str, rest: &str| {
            osv(format!(r#"{{"id":"{id}","summary":"{summary}"{rest}}}"#).as_bytes()).unwrap().kind
        };
        let informational = r#","affected":[{"package":{"ecosystem":"crates.io","name":"a"},"versions":["1.0.0"],
            "database_specific":{"informational":"unmaintained"}}]"#;
        assert_eq!(with("MAL-2026-1", "", ""), Kind::Malicious);
        assert_eq!(with("GHSA-1", "Malware in a", r#","database_specific":{"cwe_ids":["CWE-506"]}"#), Kind::Malicious);
        assert_eq!(with("GHSA-2", "Backdoor", r#","database_specific":{"cwe_ids":["CWE-506"]}"#), Kind::Vulnerable);
        assert_eq!(with("RUSTSEC-2026-1", "", informational), Kind::Unmaintained);
    }

    #[test]
    fn lines_are_read_one_by_one() {
        let lines = "{\"id\":\"A\"}\n\n{\"id\":7}\n{\"id\":\"B\"}";
        let read: Vec<bool> = osv_lines(lines.as_bytes()).map(|read| read.is_ok()).collect();
        assert_eq!(read, [true, false, true]);
    }
}
