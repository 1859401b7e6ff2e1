//! The forms of what is sent and answered, for the description of the API.
//!
//! The vocabulary and the store know nothing of OpenAPI, so their JSON forms are described here a second time; the tests
//! compare the names of the fields with what is really written.
#![allow(dead_code, reason = "these types describe others and are never made")]

use serde::Serialize;
use utoipa::ToSchema;

/// From *worth knowing* to *act now*.
#[derive(ToSchema)]
#[schema(as = Severity, rename_all = "lowercase")]
pub enum SeverityName {
    Informational,
    Low,
    Medium,
    High,
    Critical,
}

/// From *let it through* to *stop it*.
#[derive(ToSchema)]
#[schema(as = Verdict, rename_all = "lowercase")]
pub enum VerdictName {
    Allow,
    Flag,
    Redact,
    Block,
}

/// What a key allows. `admin` allows everything.
#[derive(ToSchema)]
#[schema(as = Scope, rename_all = "lowercase")]
pub enum ScopeName {
    Ingest,
    Inspect,
    Read,
    Respond,
    Admin,
}

/// Something that happened.
#[derive(ToSchema)]
#[schema(as = Event)]
pub struct EventSchema {
    /// Given at admission (UUIDv7).
    id: String,
    /// When it happened, RFC 3339.
    time: String,
    /// What sort: `log`, `login`, `http`, `process` …
    kind: Option<String>,
    /// How bad its sender thinks it is.
    severity: SeverityName,
    /// The program that it tells of.
    service: Option<String>,
    /// The machine that it happened on.
    host: Option<String>,
    /// Who did it.
    actor: Option<String>,
    /// The network address that it came from.
    source_address: Option<String>,
    /// 32 hexadecimal digits.
    trace_id: Option<String>,
    /// 16 hexadecimal digits.
    span_id: Option<String>,
    /// The text for people.
    message: Option<String>,
    /// Everything else that came with it; nested objects are flattened to dotted keys.
    #[schema(value_type = Option<Object>)]
    attributes: Option<String>,
}

/// One event to take in: any JSON object. These fields are lifted when present, all else is kept as attributes.
#[derive(ToSchema)]
#[schema(as = NewEvent, example = json!({"time": "2026-11-20T12:00:00Z", "kind": "login", "severity": "high",
    "service": "sshd", "actor": "eve", "message": "Failed password", "port": 22}))]
pub struct NewEventSchema {
    /// RFC 3339, or a number since the epoch; the time of receipt when it is missing.
    time: Option<String>,
    /// What sort: `log`, `login`, `http`, `process` …
    kind: Option<String>,
    /// How bad: a severity, or a level such as `warn`.
    severity: Option<String>,
    /// The program that it tells of.
    service: Option<String>,
    /// The machine that it happened on.
    host: Option<String>,
    /// Who did it.
    actor: Option<String>,
    /// The text for people.
    message: Option<String>,
}

/// What became of a body.
#[derive(ToSchema)]
#[schema(as = Receipt)]
pub struct ReceiptSchema {
    /// How many events are kept, on disk.
    accepted: usize,
    /// How many were refused; missing when none.
    rejected: Option<usize>,
    /// Why, for the first hundred of them; missing when none.
    problems: Option<Vec<EventProblemSchema>>,
}

/// Why one event was refused.
#[derive(ToSchema)]
#[schema(as = EventProblem)]
pub struct EventProblemSchema {
    /// The line of a body of lines, from 1.
    line: Option<usize>,
    /// The event of a body that is one document, from 1.
    event: Option<usize>,
    /// What is wrong with it.
    message: String,
}

/// Something found by a detector.
#[derive(ToSchema)]
#[schema(as = Finding)]
pub struct FindingSchema {
    /// Derived from what was found: the same finding made twice is one.
    id: String,
    /// The time of the observation, RFC 3339.
    time: String,
    /// The detector's name.
    detector: String,
    /// The detector's version.
    version: String,
    /// A dotted name of what was found.
    class: String,
    /// How bad it is.
    severity: SeverityName,
    /// How sure the detector is, in 0..=1.
    confidence: f64,
    /// What it is about.
    subject: SubjectSchema,
    /// One line.
    title: String,
    /// What is wrong.
    explanation: String,
    /// What to do about it.
    remediation: String,
    /// CWE, ATT&CK, CVE, OWASP ids.
    references: Vec<String>,
    /// Where it stands.
    evidence: Vec<EvidenceSchema>,
    /// Equal for findings that tell of the same matter.
    fingerprint: String,
    /// The observation that it was found in, if it was recorded.
    observation: Option<String>,
}

/// What a finding is about.
#[derive(ToSchema)]
#[schema(as = Subject)]
pub struct SubjectSchema {
    /// The sort of thing.
    kind: String,
    /// Its name.
    name: String,
}

/// One place that a finding stands on.
#[derive(ToSchema)]
#[schema(as = Evidence)]
pub struct EvidenceSchema {
    /// JSON Pointer (RFC 6901), empty for plain text.
    pointer: String,
    /// Offset of the first byte in the decoded text at that place.
    start: usize,
    /// Offset after the last byte.
    end: usize,
    /// What stands there, masked.
    excerpt: String,
}

/// A page of events.
#[derive(ToSchema)]
pub struct EventPage {
    /// The newest first.
    items: Vec<EventSchema>,
    /// Send it as `cursor` for the next page; null on the last one.
    next: Option<String>,
}

/// A page of findings.
#[derive(ToSchema)]
pub struct FindingPage {
    /// The newest first.
    items: Vec<FindingSchema>,
    /// Send it as `cursor` for the next page; null on the last one.
    next: Option<String>,
}

/// The answer to a query.
#[derive(ToSchema)]
#[schema(as = Table)]
pub struct TableSchema {
    /// Names and types.
    columns: Vec<ColumnSchema>,
    /// One list of values for each row.
    #[schema(value_type = Vec<Vec<Object>>)]
    rows: Vec<String>,
    /// True when there were more rows than a query returns.
    truncated: bool,
}

/// One column.
#[derive(ToSchema)]
#[schema(as = Column)]
pub struct ColumnSchema {
    /// Its name.
    name: String,
    /// Its type.
    r#type: String,
}

/// An API key without its secret.
#[derive(ToSchema)]
#[schema(as = Key)]
pub struct KeySchema {
    /// By which it is listed and revoked: the first letters of the secret.
    id: String,
    /// What it is for.
    name: String,
    /// What its holder may do.
    scopes: Vec<ScopeName>,
    /// RFC 3339.
    created: String,
    /// RFC 3339.
    expires: Option<String>,
    /// RFC 3339.
    revoked: Option<String>,
    /// RFC 3339; may be a minute behind.
    last_used: Option<String>,
}

/// A feed of reference data.
#[derive(ToSchema)]
#[schema(as = Feed)]
pub struct FeedSchema {
    /// The name by which it is asked for.
    name: String,
    /// What it is, in a few words.
    title: String,
    /// The formats in which it may come.
    formats: Vec<String>,
    /// Where its publisher offers it.
    address: Option<String>,
    /// `absent`, `ready`, `stale` or `damaged`.
    state: String,
    /// The version that serves.
    version: Option<FeedVersionSchema>,
    /// The age of that version.
    age_seconds: Option<i64>,
    /// When an import was last tried.
    attempted: Option<String>,
    /// Why the last import failed, if it did.
    problem: Option<String>,
}

/// One version of a feed.
#[derive(ToSchema)]
#[schema(as = FeedVersion)]
pub struct FeedVersionSchema {
    /// The feed.
    name: String,
    /// Counts the imports of the feed.
    serial: i64,
    /// The SHA-256 of its content.
    sha256: String,
    /// Of all files together.
    size_bytes: i64,
    /// When it was imported, RFC 3339.
    imported: String,
    /// Where it was taken from.
    source: String,
}

/// What went wrong (RFC 9457).
#[derive(ToSchema)]
#[schema(as = Problem)]
pub struct ProblemSchema {
    /// A name that programs can rely on.
    #[schema(example = "urn:palisade:problem:rate")]
    r#type: String,
    /// The kind of problem in words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What happened in this very case.
    detail: String,
    /// What to do about it.
    action: String,
    /// How many events were refused, where it tells of events.
    rejected: Option<usize>,
    /// Why, for the first hundred of them.
    problems: Option<Vec<EventProblemSchema>>,
}

/// How the server is.
#[derive(Serialize, ToSchema)]
pub struct Health {
    /// In one word.
    pub status: HealthStatus,
    /// What is in the way; empty when nothing is.
    pub reasons: Vec<String>,
}

/// How the server is, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum HealthStatus {
    /// All is well.
    Ok,
    /// Something is in the way.
    Degraded,
}

#[cfg(test)]
mod tests {
    use super::*;
    use palisade_model::{Event, Evidence, Finding, Id};
    use std::collections::BTreeSet;

    /// The names of the fields that are written, and those described.
    fn check<T: ToSchema>(written: &impl Serialize) {
        let names =
            |value: &serde_json::Value| -> BTreeSet<String> { value.as_object().unwrap().keys().cloned().collect() };
        let described = serde_json::to_value(T::schema()).unwrap();
        assert_eq!(names(&serde_json::to_value(written).unwrap()), names(&described["properties"]), "{}", T::name());
    }

    #[test]
    fn descriptions_name_the_fields_that_are_written() {
        let text = || "x".to_owned();
        check::<EventSchema>(&Event {
            kind: text(),
            service: text(),
            host: text(),
            actor: text(),
            source_address: text(),
            trace_id: text(),
            span_id: text(),
            message: text(),
            attributes: vec![(text(), "y".into())],
            ..Event::default()
        });
        check::<FindingSchema>(&Finding { observation: Some(Id::default()), ..Finding::default() });
        check::<EvidenceSchema>(&Evidence::default());
        check::<SubjectSchema>(&palisade_model::Subject::default());
    }
}
