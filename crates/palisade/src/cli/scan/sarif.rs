//! Results as SARIF 2.1.0 (OASIS), which code hosts and editors read, within what GitHub code scanning accepts: one run,
//! paths relative to the root of the sources, a fingerprint a result, and at most 25,000 results.

use super::{
    Scan, Tally,
    judge::{Input, Judged},
    outcome::Notes,
    position::Positions,
};
use palisade_guard::Detector;
use palisade_model::{Finding, Severity};
use serde_json::{Value, json};
use std::{collections::HashMap, ops::Range};

/// GitHub refuses a run with more.
pub(super) const RESULTS_MAX: usize = 25_000;

/// GitHub refuses a rule with more.
const TAGS_MAX: usize = 20;

/// What parts the name of an archive from that of its entry.
const ENTRY_MARK: &str = "!/";

/// What stands before the results, so that they can be written one by one.
pub(super) fn opening(detectors: &[&Detector]) -> String {
    let rules: Vec<Value> = detectors.iter().map(|detector| rule(detector)).collect();
    let version = env!("CARGO_PKG_VERSION");
    let driver = json!({"name": "palisade", "version": version, "semanticVersion": version, "rules": rules});
    format!(
        "{{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{{\"tool\":{{\"driver\":{driver}}},\"columnKind\":\"unicodeCodePoints\",\"results\":[\n"
    )
}

/// What stands after them: among it, what was not inspected.
pub(super) fn closing(notes: &Notes, total: &Tally) -> String {
    let notification = |level: &str, text: String| json!({"level": level, "message": {"text": text}});
    let mut told: Vec<Value> = notes
        .kept
        .iter()
        .map(|note| {
            notification(if note.is_error { "error" } else { "note" }, format!("{}: {}", note.name, note.message))
        })
        .collect();
    if total.left_out > 0 {
        told.push(notification("warning", format!("{} further results are left out", total.left_out)));
    }
    let invocation = json!({"executionSuccessful": total.failed == 0, "toolExecutionNotifications": told});
    format!("\n],\"invocations\":[{invocation}]}}]}}\n")
}

fn rule(detector: &Detector) -> Value {
    let references: Vec<&str> = detector.references.to_vec();
    let about = format!("{}\n\n{}\n\n{}", detector.title, detector.remediation, references.join(", "));
    let markdown = format!(
        "**{}**\n\n{}\n\nClass `{}`. {}\n\nTo allow it, add an `[[allow]]` entry with a reason to `palisade-policy.toml`.",
        detector.title,
        detector.remediation,
        detector.class,
        references.join(", ")
    );
    json!({
        "id": detector.class,
        "name": detector.class.replace(['.', '-'], "_"),
        "shortDescription": {"text": detector.title},
        "fullDescription": {"text": format!("{}. {}", detector.title, detector.remediation)},
        "help": {"text": about, "markdown": markdown},
        "defaultConfiguration": {"level": level(detector.severity)},
        "properties": {"tags": tags(detector), "precision": "high", "security-severity": score(detector.severity)},
    })
}

/// The references, with CWE numbers as GitHub sorts by them.
fn tags(detector: &Detector) -> Vec<String> {
    let tag = |reference: &&str| match reference.strip_prefix("CWE-") {
        Some(number) => format!("external/cwe/cwe-{number:0>3}"),
        None => (*reference).to_owned(),
    };
    std::iter::once("security".to_owned()).chain(detector.references.iter().map(tag)).take(TAGS_MAX).collect()
}

/// The middle of what GitHub calls by the name of this severity, on the scale of CVSS.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
        Severity::Informational => "0.5",
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Informational => "note",
    }
}

/// One SARIF result for each finding of `judged`, which was found in `text`.
pub(super) fn results(scan: &Scan, judged: &Judged, text: &str) -> Vec<String> {
    if judged.findings.is_empty() {
        return Vec::new();
    }
    let positions = Positions::new(text);
    let name = match &judged.input {
        Input::Path(path) => scan.relative(path).to_owned(),
        Input::Line(number) => number.to_string(),
    };
    let (mut results, mut seen) = (Vec::new(), HashMap::<&str, u32>::new());
    for (number, finding) in judged.findings.iter().enumerate() {
        let place = judged.place(number).map(|place| region(&positions, &place));
        let nth = seen.entry(&finding.fingerprint).or_default();
        *nth += 1;
        results.push(result(&name, finding, place, *nth).to_string());
    }
    results
}

/// Lines and columns from 1, the end exclusive.
fn region(positions: &Positions<'_>, place: &Range<usize>) -> Value {
    let ((line, column), (end_line, end_column)) =
        (positions.line_and_column(place.start), positions.line_and_column(place.end));
    json!({"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column})
}

fn result(name: &str, finding: &Finding, place: Option<Value>, nth: u32) -> Value {
    let (file, entry) = name.split_once(ENTRY_MARK).map_or((name, None), |(file, entry)| (file, Some(entry)));
    let at = finding.evidence.first();
    let excerpt = at.map(|at| at.excerpt.as_str()).filter(|excerpt| !excerpt.is_empty());
    let shown = excerpt.map(|excerpt| format!(" Here: {excerpt}")).unwrap_or_default();
    let inside = entry.map(|entry| format!(" In {entry}{}.", line_of(place.as_ref()))).unwrap_or_default();
    // A code host shows a line of the file that it has, which for an entry is the archive.
    let region = place.filter(|_| entry.is_none()).unwrap_or_else(|| json!({"startLine": 1}));
    let mut location = json!({"physicalLocation": {"artifactLocation": artifact(file), "region": region}});
    let pointer = at.map(|at| at.pointer.as_str()).unwrap_or_default();
    if let Some(inner) = [entry, Some(pointer).filter(|pointer| !pointer.is_empty())].into_iter().flatten().next() {
        location["logicalLocations"] = json!([{"fullyQualifiedName": inner}]);
    }
    let print = format!("{}:{nth}", finding.fingerprint);
    json!({
        "ruleId": finding.class,
        "level": level(finding.severity),
        "message": {"text": format!("{}: {}{shown}{inside}", finding.title, finding.explanation)},
        "locations": [location],
        "partialFingerprints": {"primaryLocationLineHash": print, "palisade/v1": print},
        "properties": {"severity": finding.severity.name(), "confidence": finding.confidence},
    })
}

fn line_of(place: Option<&Value>) -> String {
    place.map(|place| format!(", line {}", place["startLine"])).unwrap_or_default()
}

/// Where a file is: below the root of the sources, or somewhere else on the machine.
fn artifact(file: &str) -> Value {
    match file {
        "-" => json!({"uri": "stdin"}),
        absolute if absolute.starts_with('/') => json!({"uri": format!("file://{}", uri(absolute))}),
        relative => json!({"uri": uri(relative), "uriBaseId": "%SRCROOT%"}),
    }
}

/// `path` as a relative reference (RFC 3986): everything but what is allowed there is percent-encoded.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests;
