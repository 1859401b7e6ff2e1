//! The judgement on one input, and its JSON form.

use super::{Scan, Tally};
use palisade_guard::{JsonProblem, policy::Circumstances};
use palisade_model::{Finding, FindingDraft, Severity, Subject, Verdict};
use serde::Serialize;
use std::ops::Range;

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
    #[serde(serialize_with = "palisade_model::written")]
    pub(super) findings: Vec<Finding>,
    /// In a JSON text, for each finding the bytes in which its string stands, quotes included; empty for plain text.
    #[serde(skip)]
    pub(super) strings: Vec<Range<usize>>,
    /// How many findings the policy's allow-list lets pass; they are told nowhere else.
    #[serde(skip)]
    pub(super) allowed: u64,
    /// How many are less sure than what was asked for.
    #[serde(skip)]
    pub(super) unsure: u64,
}

/// An input that could not be judged.
#[derive(Debug, Serialize)]
pub(super) struct Failed {
    pub(super) input: Input,
    pub(super) error: String,
}

impl Judged {
    /// The judgement on `text`, which is JSON where it is meant to be, and plain text else, also when it is not JSON
    /// after all.
    pub(super) fn of(scan: &Scan, input: Input, source: Subject, text: &str, is_json: bool) -> Self {
        let as_json = if is_json { scan.guard.inspect_json_placed(text).ok() } else { None };
        match as_json {
            Some(placed) => {
                let (drafts, strings) = placed.into_iter().unzip();
                Self::new(scan, input, source, drafts, strings)
            }
            None => Self::new(scan, input, source, scan.guard.inspect_text(text), Vec::new()),
        }
    }

    /// The judgement from what the guard found in `source`.
    pub(super) fn new(
        scan: &Scan,
        input: Input,
        source: Subject,
        drafts: Vec<FindingDraft>,
        strings: Vec<Range<usize>>,
    ) -> Self {
        let path = match &input {
            Input::Path(path) => Some(scan.relative(path)),
            Input::Line(_) => None,
        };
        let circumstances = Circumstances { path, now: scan.now, ..Circumstances::default() };
        let is_sure: Vec<bool> = drafts.iter().map(|draft| draft.confidence >= scan.confidence_min).collect();
        let (drafts, strings) = (kept(drafts, &is_sure), kept(strings, &is_sure));
        let unsure = (is_sure.len() - drafts.len()) as u64;
        let decision = scan.policy.decide(&drafts, &circumstances);
        let told: Vec<bool> = decision.rulings.iter().map(|ruling| ruling.action != Verdict::Allow).collect();
        let verdict = decision.verdict;
        let strings = kept(strings, &told);
        let finish = |draft: FindingDraft| draft.finish(source.clone(), scan.now, None);
        let findings: Vec<Finding> = kept(drafts, &told).into_iter().map(finish).collect();
        let severity = findings.iter().map(|finding| finding.severity).max();
        let allowed = (told.len() - findings.len()) as u64;
        Self { input, verdict, severity, score: score(&findings), findings, strings, allowed, unsure }
    }

    pub(super) fn tally(&self) -> Tally {
        Tally {
            inputs: 1,
            findings: self.findings.len() as u64,
            worst: self.severity,
            allowed: self.allowed,
            unsure: self.unsure,
            ..Tally::default()
        }
    }

    /// Where the finding of this number stands in `text` itself: its place in plain text, its string in JSON.
    pub(super) fn place(&self, number: usize) -> Option<Range<usize>> {
        let at = self.findings.get(number)?.evidence.first()?;
        match self.strings.get(number) {
            Some(string) => Some(string.clone()),
            None => (at.end > at.start).then_some(at.start..at.end),
        }
    }
}

/// Those of `all` that are marked; of what is not there at all, nothing.
fn kept<T>(all: Vec<T>, marks: &[bool]) -> Vec<T> {
    all.into_iter().zip(marks).filter(|(_, mark)| **mark).map(|(one, _)| one).collect()
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
    use crate::cli::scan::tests;

    #[test]
    fn what_is_unsure_or_allowed_is_counted_and_not_told() {
        let policy = "extends = 'balanced'\n[[allow]]\nclass = 'guard.unicode'\npath = 'a/**'\nreason = 'test'";
        let mut scan = tests::scan(crate::cli::scan::Format::Json, None);
        let judge = |scan: &Scan, path: &str| {
            let judged = Judged::of(scan, Input::Path(path.into()), Subject::default(), "pay\u{202E}txt.exe", false);
            (judged.verdict, judged.findings.len(), judged.allowed, judged.unsure)
        };
        assert_eq!(judge(&scan, "a/b"), (Verdict::Block, 1, 0, 0));
        scan.policy = palisade_guard::policy::Policy::parse(policy).unwrap();
        assert_eq!(judge(&scan, "./a/b"), (Verdict::Allow, 0, 1, 0));
        assert_eq!(judge(&scan, "/base/a/b"), (Verdict::Allow, 0, 1, 0));
        assert_eq!(judge(&scan, "b"), (Verdict::Block, 1, 0, 0));
        scan.confidence_min = 1.0;
        assert_eq!(judge(&scan, "b"), (Verdict::Allow, 0, 0, 1));
    }

    #[test]
    fn score_weighs_confidence_by_severity() {
        let finding = |severity, confidence| Finding { severity, confidence, ..Finding::default() };
        assert_eq!(score(&[]), 0.0);
        assert_eq!(score(&[finding(Severity::Critical, 0.98)]), 0.98);
        let mixed = [finding(Severity::Low, 1.0), finding(Severity::High, 0.5), finding(Severity::Medium, 0.1)];
        assert_eq!(score(&mixed), 0.45);
    }
}
