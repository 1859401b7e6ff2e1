//! Results as SARIF 2.1.0 (OASIS), which code hosts and editors read, within what GitHub code scanning accepts: one run,
//! paths relative to the root of the sources, a fingerprint a result, and at most 25,000 results.

use super::{
    Scan, Tally,
    judge::{Input, Judged},
    outcome::Notes,
    position::Positions,
};
use crate::cli::sarif::{self, artifact, level, score};
use palisade_guard::Detector;
use palisade_model::Finding;
use serde_json::{Value, json};
use std::{collections::HashMap, ops::Range};

pub(super) use crate::cli::sarif::RESULTS_MAX;

/// GitHub refuses a rule with more.
const TAGS_MAX: usize = 20;

/// What parts the name of an archive from that of its entry.
const ENTRY_MARK: &str = "!/";

/// What stands before the results, so that they can be written one by one.
pub(super) fn opening(detectors: &[&Detector]) -> String {
    sarif::opening(&detectors.iter().map(|detector| rule(detector)).collect::<Vec<_>>())
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

#[cfg(test)]
mod tests;
