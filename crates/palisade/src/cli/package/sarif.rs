//! Findings about packages as SARIF: a result for each, at the line of the manifest that names the package.

use crate::cli::sarif::{RESULTS_MAX, artifact, level, opening, score};
use palisade_model::{Finding, Severity};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The whole document. A finding without a place is about a package that was named on the command line.
pub(super) fn document<'f>(findings: impl Iterator<Item = (Option<(&'f str, u32)>, &'f Finding)>) -> String {
    let mut rules: BTreeMap<&str, (&str, Severity)> = BTreeMap::new();
    let (mut results, mut left_out) = (Vec::new(), 0_usize);
    for (place, finding) in findings {
        let rule = rules.entry(&finding.class).or_insert((about(&finding.class), finding.severity));
        rule.1 = rule.1.max(finding.severity);
        match results.len() {
            RESULTS_MAX => left_out += 1,
            _ => results.push(result(place, finding).to_string()),
        }
    }
    let rules: Vec<Value> = rules.into_iter().map(|(class, (about, severity))| rule(class, about, severity)).collect();
    let mut told = Vec::new();
    if left_out > 0 {
        told.push(json!({"level": "warning", "message": {"text": format!("{left_out} further results are left out")}}));
    }
    let invocation = json!({"executionSuccessful": true, "toolExecutionNotifications": told});
    format!("{}{}\n],\"invocations\":[{invocation}]}}]}}\n", opening(&rules), results.join(",\n"))
}

fn about(class: &str) -> &'static str {
    match class {
        "supply.malicious" => "A package that is reported as malicious",
        "supply.vulnerable" => "A package with a known weakness",
        "supply.unmaintained" => "A package that nobody looks after",
        "supply.squat" => "A name that imitates another",
        "supply.dependency-confusion" => "A private name that is taken in the public registry",
        "supply.reputation" => "A package with the marks of one that was made to do harm",
        "supply.unregistered" => "A name that nobody has registered",
        "supply.licence" => "A licence that the policy does not let in",
        _ => "A manifest that installs more than it says",
    }
}

fn rule(class: &str, about: &str, severity: Severity) -> Value {
    json!({
        "id": class,
        "name": class.replace(['.', '-'], "_"),
        "shortDescription": {"text": about},
        "fullDescription": {"text": about},
        "help": {"text": format!("{about}. To let a finding pass, add a [[suppress]] entry with a reason to palisade-supply.toml.")},
        "defaultConfiguration": {"level": level(severity)},
        "properties": {"tags": ["security", "supply-chain"], "security-severity": score(severity)},
    })
}

fn result(place: Option<(&str, u32)>, finding: &Finding) -> Value {
    let (file, line) = place.unwrap_or(("-", 1));
    json!({
        "ruleId": finding.class,
        "level": level(finding.severity),
        "message": {"text": format!("{}: {} {}", finding.title, finding.explanation, finding.remediation)},
        "locations": [{"physicalLocation": {"artifactLocation": artifact(file), "region": {"startLine": line.max(1)}}}],
        "partialFingerprints": {"palisade/v1": finding.fingerprint},
        "properties": {"severity": finding.severity.name(), "confidence": finding.confidence},
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use palisade_model::{FindingDraft, Subject, Timestamp};

    #[test]
    fn a_document_has_a_rule_for_each_class_and_a_place_for_each_result() {
        let draft = |detector, severity| FindingDraft { detector, severity, ..FindingDraft::default() };
        let finish = |draft: FindingDraft| draft.finish(Subject::default(), Timestamp::default(), None);
        let findings =
            [finish(draft("supply.squat", Severity::High)), finish(draft("supply.vulnerable", Severity::Low))];
        let places = [Some(("a/package-lock.json", 7)), None];
        let text = document(places.into_iter().zip(&findings));
        let read: Value = serde_json::from_str(&text).unwrap();
        let run = &read["runs"][0];
        assert_eq!(run["tool"]["driver"]["rules"].as_array().unwrap().len(), 2);
        assert_eq!(run["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"], 7);
        assert_eq!(run["results"][0]["level"], "error");
    }
}
