//! What SARIF 2.1.0 (OASIS) results of all commands have in common, within what GitHub code scanning accepts.

use palisade_model::Severity;
use serde_json::{Value, json};

/// GitHub refuses a run with more.
pub(super) const RESULTS_MAX: usize = 25_000;

/// What stands before the results, so that they can be written one by one.
pub(super) fn opening(rules: &[Value]) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let driver = json!({"name": "palisade", "version": version, "semanticVersion": version, "rules": rules});
    format!(
        "{{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{{\"tool\":{{\"driver\":{driver}}},\"columnKind\":\"unicodeCodePoints\",\"results\":[\n"
    )
}

/// The middle of what GitHub calls by the name of this severity, on the scale of CVSS.
pub(super) fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
        Severity::Informational => "0.5",
    }
}

pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Informational => "note",
    }
}

/// Where a file is: below the root of the sources, or somewhere else on the machine.
pub(super) fn artifact(file: &str) -> Value {
    match file {
        "-" => json!({"uri": "stdin"}),
        absolute if absolute.starts_with('/') => json!({"uri": format!("file://{}", uri(absolute))}),
        relative => json!({"uri": uri(relative), "uriBaseId": "%SRCROOT%"}),
    }
}

/// `path` as a relative reference (RFC 3986): everything but what is allowed there is percent-encoded.
pub(super) fn uri(path: &str) -> String {
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
    use super::uri;

    #[test]
    fn what_a_reference_may_not_hold_is_encoded() {
        assert_eq!(uri("./a b/ü#.txt"), "./a%20b/%C3%BC%23.txt");
    }
}
