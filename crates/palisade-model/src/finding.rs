//! What a watch says: a [`Finding`], with the [`Evidence`] that it stands on.

use crate::{FindingId, Id, Severity, Timestamp};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};
use sha2::{Digest, Sha256};
use std::borrow::Cow;

/// Something found by a detector. The JSON form is the contract with users.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Finding {
    /// Derived from detector, observation and place: the same finding made twice is one.
    pub id: FindingId,
    /// The time of the observation.
    pub time: Timestamp,
    /// The detector's name.
    pub detector: String,
    /// The detector's version.
    pub version: String,
    /// A dotted name of what was found, such as `guard.unicode.bidi`.
    pub class: String,
    /// How bad it is.
    pub severity: Severity,
    /// How sure the detector is, in 0..=1.
    pub confidence: f64,
    /// What the finding is about.
    pub subject: Subject,
    /// One line for a list.
    pub title: String,
    /// What is wrong, in plain words.
    pub explanation: String,
    /// What to do about it.
    pub remediation: String,
    /// CWE, ATT&CK, CVE, OWASP ids.
    pub references: Vec<String>,
    /// Where it stands. Secrets are masked where evidence is made.
    pub evidence: Vec<Evidence>,
    /// Equal for findings that tell of the same matter; alerts group by it.
    pub fingerprint: String,
    /// The observation that it was found in, if it was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observation: Option<Id>,
}

/// What a finding is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Subject {
    /// The sort of thing: `message`, `event`, `file`, `package`, `business` …
    pub kind: String,
    /// Its name among its sort.
    pub name: String,
}

/// One place that a finding stands on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Evidence {
    /// JSON Pointer (RFC 6901) to the text, empty when the input is plain text.
    pub pointer: String,
    /// Offset of the first byte in the decoded text at that place.
    pub start: usize,
    /// Offset after the last byte.
    pub end: usize,
    /// What stands there, escaped and masked so that it is safe to show.
    pub excerpt: String,
}

/// What a detector knows; [`FindingDraft::finish`] adds what follows from where it was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FindingDraft {
    /// The detector, its version, class and what to say about it.
    pub detector: &'static str,
    /// The detector's version.
    pub version: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// How sure the detector is, in 0..=1.
    pub confidence: f64,
    /// One line for a list.
    pub title: Cow<'static, str>,
    /// What is wrong, in plain words.
    pub explanation: Cow<'static, str>,
    /// What to do about it.
    pub remediation: &'static str,
    /// CWE, ATT&CK, CVE, OWASP ids.
    pub references: &'static [&'static str],
    /// Where it stands.
    pub evidence: Vec<Evidence>,
    /// What makes two findings of this class the same matter, for example a hash of the secret found.
    pub matter: String,
}

impl FindingDraft {
    /// The finding about `subject` at `time`, in `observation` if the input is recorded.
    #[must_use]
    pub fn finish(self, subject: Subject, time: Timestamp, observation: Option<Id>) -> Finding {
        let place =
            self.evidence.first().map(|at| format!("{}:{}:{}", at.pointer, at.start, at.end)).unwrap_or_default();
        let observed = observation.map(|id| *id.as_bytes());
        let id = FindingId::derive(self.detector, observed.as_ref().map_or(&[][..], |bytes| bytes), &place);
        Finding {
            id,
            time,
            detector: self.detector.to_owned(),
            version: self.version.to_owned(),
            class: self.detector.to_owned(),
            severity: self.severity,
            confidence: self.confidence,
            fingerprint: fingerprint(&[self.detector, &subject.kind, &subject.name, &self.matter]),
            subject,
            title: self.title.into_owned(),
            explanation: self.explanation.into_owned(),
            remediation: self.remediation.to_owned(),
            references: self.references.iter().map(|&reference| reference.to_owned()).collect(),
            evidence: self.evidence,
            observation,
        }
    }
}

impl Finding {
    /// The same finding as it was made in the record of an observation, with an id of its own there.
    #[must_use]
    pub fn seen_in(mut self, observation: Id) -> Self {
        self.id = FindingId::derive(&self.detector, observation.as_bytes(), &self.id.to_string());
        self.observation = Some(observation);
        self
    }
}

/// Serialises `findings`, for `#[serde(serialize_with)]`.
///
/// # Errors
/// When the serialiser has one.
pub fn written<S: Serializer>(findings: &[Finding], serializer: S) -> Result<S::Ok, S::Error> {
    json_of(findings).serialize(serializer)
}

/// Not generic, so that it is compiled with this crate: what the program does by itself is not optimised
/// (`docs/build-time.md`), and findings are much text.
fn json_of(findings: &[Finding]) -> Box<RawValue> {
    to_raw_value(findings).expect("the vocabulary has text keys only and writes to memory")
}

/// What is equal for findings of the same matter: 64 bits of SHA-256 over `parts`, in hexadecimal.
#[must_use]
pub fn fingerprint(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize()[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}
