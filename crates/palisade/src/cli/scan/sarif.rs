//! Results as SARIF 2.1.0 (OASIS), which code hosts and editors read.

use super::{judge::Input, judge::Judged, snippet::line_and_column};
use palisade_guard::Detector;
use palisade_model::{Finding, Severity};
use serde_json::{Value, json};

/// What stands before, between and after the results, so that they can be written one by one.
pub(super) fn frame(detectors: &[&Detector]) -> (String, &'static str, String) {
    let rules: Vec<Value> = detectors.iter().map(|detector| rule(detector)).collect();
    let driver = json!({
        "name": "palisade", "semanticVersion": env!("CARGO_PKG_VERSION"), "rules": rules,
    });
    let before = format!(
        "{{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{{\"tool\":{{\"driver\":{driver}}},\"columnKind\":\"unicodeCodePoints\",\"results\":[\n"
    );
    (before, ",\n", "\n]}]}\n".to_owned())
}

fn rule(detector: &Detector) -> Value {
    json!({
        "id": detector.class,
        "shortDescription": {"text": detector.title},
        "help": {"text": detector.remediation},
        "defaultConfiguration": {"level": level(detector.severity)},
        "properties": {"tags": detector.references},
    })
}

/// One SARIF result for each finding of `judged`, which was found in `text`.
pub(super) fn results(judged: &Judged, text: &str) -> Vec<String> {
    judged.findings.iter().map(|finding| result(&judged.input, finding, text).to_string()).collect()
}

fn result(input: &Input, finding: &Finding, text: &str) -> Value {
    let uri = match input {
        Input::Path(path) => uri(path),
        Input::Line(number) => number.to_string(),
    };
    let mut location = json!({"physicalLocation": {"artifactLocation": {"uri": uri}}});
    if let Some(at) = finding.evidence.first() {
        if at.pointer.is_empty() && at.end > at.start {
            let ((line, column), (end_line, end_column)) =
                (line_and_column(text, at.start), line_and_column(text, at.end));
            location["physicalLocation"]["region"] = json!({
                "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column,
                "snippet": {"text": at.excerpt},
            });
        } else {
            location["logicalLocations"] = json!([{"fullyQualifiedName": at.pointer}]);
        }
    }
    json!({
        "ruleId": finding.class,
        "level": level(finding.severity),
        "message": {"text": format!("{}: {}", finding.title, finding.explanation)},
        "locations": [location],
        "partialFingerprints": {"palisade/v1": finding.fingerprint},
        "properties": {"severity": finding.severity.name(), "confidence": finding.confidence},
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Informational => "note",
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
mod tests {
    #[test]
    fn paths_become_references() {
        assert_eq!(super::uri("./a b/ü#.txt"), "./a%20b/%C3%BC%23.txt");
    }
}
