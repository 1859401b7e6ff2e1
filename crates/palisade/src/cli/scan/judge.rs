//! The judgement on one input, and its JSON form.

use super::{Scan, Tally};
use palisade_guard::{JsonProblem, policy::Circumstances};
use palisade_model::{Finding, FindingDraft, Severity, Subject, Verdict};
use serde::Serialize;

/// What an input is called in results.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(super) enum Input {
    /// The number of a line, from 1.
    Line(u64),
    /// The path of a file, `-` for standard input.
    Path(String),
}

/// The judgement on one input: one result a line.
#[derive(Debug, Serialize)]
pub(super) struct Judged {
    pub(super) input: Input,
    pub(super) verdict: Verdict,
    /// Of the worst finding; null without one.
    pub(super) severity: Option<Severity>,
    /// See [`score`].
    pub(super) score: f64,
    pub(super) findings: Vec<Finding>,
}

/// An input that could not be judged.
#[derive(Debug, Serialize)]
pub(super) struct Failed {
    pub(super) input: Input,
    pub(super) error: String,
}

impl Judged {
    /// The judgement from what the guard found in `source`.
    pub(super) fn new(scan: &Scan, input: Input, source: Subject, drafts: Vec<FindingDraft>) -> Self {
        let circumstances = Circumstances { now: scan.now, ..Circumstances::default() };
        let verdict = scan.policy.decide(&drafts, &circumstances).verdict;
        let findings: Vec<Finding> =
            drafts.into_iter().map(|draft| draft.finish(source.clone(), scan.now, None)).collect();
        let severity = findings.iter().map(|finding| finding.severity).max();
        Self { input, verdict, severity, score: score(&findings), findings }
    }

    pub(super) fn tally(&self) -> Tally {
        Tally { inputs: 1, findings: self.findings.len() as u64, worst: self.severity, ..Tally::default() }
    }
}

/// How strongly the findings speak against an input, in 0..=1: the largest product of confidence and the weight of the
/// severity, so that a certain trifle stays below a probable disaster.
fn score(findings: &[Finding]) -> f64 {
    let weight = |severity| match severity {
        Severity::Informational => 0.1,
        Severity::Low => 0.3,
        Severity::Medium => 0.6,
        Severity::High => 0.9,
        Severity::Critical => 1.0,
    };
    let most = findings.iter().map(|finding| finding.confidence * weight(finding.severity)).fold(0.0, f64::max);
    (most * 1_000.0).round() / 1_000.0
}

/// The findings in `text`: as JSON where it is meant to be, as plain text else, also when it is not JSON after all.
pub(super) fn inspect(scan: &Scan, text: &str, is_json: bool) -> Vec<FindingDraft> {
    let as_json = if is_json { scan.guard.inspect_json(text).ok() } else { None };
    as_json.unwrap_or_else(|| scan.guard.inspect_text(text))
}

/// The findings in the member `field` of the JSON record `line`; a member that is not text is inspected as JSON.
///
/// # Errors
/// When the line is not a JSON record or has no such member, in words for the user.
pub(super) fn inspect_field(scan: &Scan, line: &str, field: &str) -> Result<Vec<FindingDraft>, String> {
    let record: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(line).map_err(|error| format!("not a JSON record: {error}"))?;
    match record.get(field) {
        None => Err(format!("the record has no member {field:?}")),
        Some(serde_json::Value::String(text)) => Ok(scan.guard.inspect_text(text)),
        Some(other) => scan.guard.inspect_json(&other.to_string()).map_err(|problem: JsonProblem| problem.to_string()),
    }
}

/// `value` as one line of JSON. Our own types have string keys and finite numbers, and always serialise.
pub(super) fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn score_weighs_confidence_by_severity() {
        let finding = |severity, confidence| Finding { severity, confidence, ..Finding::default() };
        assert_eq!(score(&[]), 0.0);
        assert_eq!(score(&[finding(Severity::Critical, 0.98)]), 0.98);
        let mixed = [finding(Severity::Low, 1.0), finding(Severity::High, 0.5), finding(Severity::Medium, 0.1)];
        assert_eq!(score(&mixed), 0.45);
    }
}
