//! What a rule found in an event, and the finding that users see.

use crate::{Rule, limits::EVIDENCE_BYTES_MAX};
use palisade_model::{Evidence, Finding, FindingId, Id, Subject, Timestamp};
use serde::Serialize;

/// A rule that matched, with the fields on which it did.
#[derive(Clone, Debug)]
pub struct Match<'e> {
    /// The rule.
    pub rule: &'e Rule,
    /// The fields that made it match, in the order in which the rule asks for them.
    pub fields: Vec<MatchedField>,
}

/// A field on which a rule matched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MatchedField {
    /// The name in the event.
    pub name: String,
    /// The value, cut at [`EVIDENCE_BYTES_MAX`].
    pub value: String,
}

impl MatchedField {
    pub(crate) fn new(name: &str, value: &str) -> Self {
        Self { name: name.to_owned(), value: value[..value.floor_char_boundary(EVIDENCE_BYTES_MAX)].to_owned() }
    }
}

impl Match<'_> {
    /// The finding about `subject`, of an event at `time`, recorded as `observation` if it is.
    #[must_use]
    pub fn finding(&self, subject: Subject, time: Timestamp, observation: Option<Id>) -> Finding {
        let observed = observation.map(|id| *id.as_bytes());
        let place = self.fields.first().map(|field| field.name.as_str()).unwrap_or_default();
        Finding {
            id: FindingId::derive(&self.rule.id, observed.as_ref().map_or(&[][..], |bytes| bytes), place),
            time,
            detector: self.rule.id.clone(),
            version: "1".into(),
            class: "events.sigma".into(),
            severity: self.rule.severity,
            confidence: 1.0,
            fingerprint: palisade_model::fingerprint(&[&self.rule.id, &subject.kind, &subject.name]),
            subject,
            title: self.rule.title.clone(),
            explanation: self.rule.description.clone(),
            remediation: self.remediation(),
            references: self.rule.tags.iter().filter_map(|tag| technique(tag)).collect(),
            evidence: self.fields.iter().map(MatchedField::evidence).collect(),
            observation,
        }
    }

    fn remediation(&self) -> String {
        let harmless: Vec<&str> = self.rule.false_positives.iter().map(String::as_str).collect();
        match harmless[..] {
            [] => String::new(),
            _ => format!("Harmless things that match too, says the rule's author: {}", harmless.join("; ")),
        }
    }
}

impl MatchedField {
    fn evidence(&self) -> Evidence {
        Evidence { pointer: pointer(&self.name), start: 0, end: self.value.len(), excerpt: shown(&self.value) }
    }
}

/// The dotted name as a JSON Pointer.
pub(crate) fn pointer(name: &str) -> String {
    name.split('.').map(|part| format!("/{}", part.replace('~', "~0").replace('/', "~1"))).collect()
}

/// The id of an ATT&CK technique that a tag names: `attack.t1059.001` names `T1059.001`. CVE tags are given as ids too.
pub(crate) fn technique(tag: &str) -> Option<String> {
    if let Some(name) = tag.strip_prefix("attack.t") {
        let is_number = name.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        return (is_number && !name.is_empty()).then(|| format!("T{name}"));
    }
    let number = tag.strip_prefix("cve.")?;
    Some(format!("CVE-{}", number.replace('.', "-")))
}

/// The text with control characters as escapes.
pub(crate) fn shown(text: &str) -> String {
    let escaped = |character: char| match character.is_control() {
        true => character.escape_default().to_string(),
        false => character.to_string(),
    };
    text.chars().map(escaped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_name_techniques() {
        assert_eq!(technique("attack.t1059.001").as_deref(), Some("T1059.001"));
        assert_eq!(technique("cve.2021-44228").as_deref(), Some("CVE-2021-44228"));
        assert_eq!(technique("attack.execution"), None);
        assert_eq!(technique("attack.t"), None);
    }
}
