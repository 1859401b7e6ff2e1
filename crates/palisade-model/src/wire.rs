//! The binary form: Protocol Buffers, described by `proto/palisade/v1/palisade.proto`.
//!
//! The log and the binary live stream hold these messages. They mirror the vocabulary field by field; the vocabulary
//! itself stays free of encoding concerns. A test checks that the published `.proto` file and these types agree.

use crate::{self as model, Attributes, FindingId, Id, MetricKind, Severity, Timestamp};
use prost::{Message, Oneof};

/// `palisade.v1.Value`
#[derive(Clone, PartialEq, Message)]
pub struct Value {
    /// Which kind, absent for null.
    #[prost(oneof = "ValueKind", tags = "1, 2, 3, 4, 5")]
    pub kind: Option<ValueKind>,
}

/// The kinds of `palisade.v1.Value`
#[derive(Clone, PartialEq, Oneof)]
pub enum ValueKind {
    /// `true` or `false`.
    #[prost(bool, tag = "1")]
    Boolean(bool),
    /// A whole number.
    #[prost(sint64, tag = "2")]
    Integer(i64),
    /// Any other number.
    #[prost(double, tag = "3")]
    Float(f64),
    /// Text.
    #[prost(string, tag = "4")]
    Text(String),
    /// JSON text.
    #[prost(string, tag = "5")]
    Json(String),
}

/// `palisade.v1.Attribute`
#[derive(Clone, PartialEq, Message)]
pub struct Attribute {
    /// The dotted key.
    #[prost(string, tag = "1")]
    pub key: String,
    /// Absent for null.
    #[prost(message, optional, tag = "2")]
    pub value: Option<Value>,
}

/// `palisade.v1.Event`
#[derive(Clone, PartialEq, Message)]
#[allow(missing_docs, reason = "the fields are those of model::Event")]
pub struct Event {
    #[prost(bytes = "vec", tag = "1")]
    pub id: Vec<u8>,
    #[prost(sfixed64, tag = "2")]
    pub time: i64,
    #[prost(string, tag = "3")]
    pub kind: String,
    #[prost(int32, tag = "4")]
    pub severity: i32,
    #[prost(string, tag = "5")]
    pub service: String,
    #[prost(string, tag = "6")]
    pub host: String,
    #[prost(string, tag = "7")]
    pub actor: String,
    #[prost(string, tag = "8")]
    pub source_address: String,
    #[prost(string, tag = "9")]
    pub trace_id: String,
    #[prost(string, tag = "10")]
    pub span_id: String,
    #[prost(string, tag = "11")]
    pub message: String,
    #[prost(message, repeated, tag = "12")]
    pub attributes: Vec<Attribute>,
}

/// `palisade.v1.Metric`
#[derive(Clone, PartialEq, Message)]
#[allow(missing_docs, reason = "the fields are those of model::Metric")]
pub struct Metric {
    #[prost(bytes = "vec", tag = "1")]
    pub id: Vec<u8>,
    #[prost(sfixed64, tag = "2")]
    pub time: i64,
    #[prost(string, tag = "3")]
    pub name: String,
    #[prost(int32, tag = "4")]
    pub kind: i32,
    #[prost(double, tag = "5")]
    pub value: f64,
    #[prost(string, tag = "6")]
    pub unit: String,
    #[prost(string, tag = "7")]
    pub service: String,
    #[prost(string, tag = "8")]
    pub host: String,
    #[prost(message, repeated, tag = "9")]
    pub attributes: Vec<Attribute>,
    #[prost(sfixed64, tag = "10")]
    pub start_time: i64,
    #[prost(message, optional, tag = "11")]
    pub distribution: Option<Distribution>,
}

/// `palisade.v1.Distribution`
#[derive(Clone, PartialEq, Message)]
#[allow(missing_docs, reason = "the fields are those of model::Distribution")]
pub struct Distribution {
    #[prost(uint64, tag = "1")]
    pub count: u64,
    #[prost(double, optional, tag = "2")]
    pub min: Option<f64>,
    #[prost(double, optional, tag = "3")]
    pub max: Option<f64>,
    #[prost(double, repeated, tag = "4")]
    pub bounds: Vec<f64>,
    #[prost(uint64, repeated, tag = "5")]
    pub counts: Vec<u64>,
    #[prost(message, repeated, tag = "6")]
    pub quantiles: Vec<Quantile>,
}

/// `palisade.v1.Quantile`
#[derive(Clone, Copy, PartialEq, Message)]
#[allow(missing_docs, reason = "the fields are those of model::Quantile")]
pub struct Quantile {
    #[prost(double, tag = "1")]
    pub quantile: f64,
    #[prost(double, tag = "2")]
    pub value: f64,
}

/// `palisade.v1.Span`
#[derive(Clone, PartialEq, Message)]
#[allow(missing_docs, reason = "the fields are those of model::Span")]
pub struct Span {
    #[prost(bytes = "vec", tag = "1")]
    pub id: Vec<u8>,
    #[prost(sfixed64, tag = "2")]
    pub time: i64,
    #[prost(int64, tag = "3")]
    pub duration_ns: i64,
    #[prost(string, tag = "4")]
    pub trace_id: String,
    #[prost(string, tag = "5")]
    pub span_id: String,
    #[prost(string, tag = "6")]
    pub parent_span_id: String,
    #[prost(string, tag = "7")]
    pub name: String,
    #[prost(bool, tag = "8")]
    pub failed: bool,
    #[prost(string, tag = "9")]
    pub service: String,
    #[prost(string, tag = "10")]
    pub host: String,
    #[prost(message, repeated, tag = "11")]
    pub attributes: Vec<Attribute>,
    #[prost(string, tag = "12")]
    pub kind: String,
    #[prost(string, tag = "13")]
    pub status_message: String,
    #[prost(message, repeated, tag = "14")]
    pub events: Vec<SpanEvent>,
    #[prost(message, repeated, tag = "15")]
    pub links: Vec<SpanLink>,
}

/// `palisade.v1.SpanEvent`
#[derive(Clone, PartialEq, Message)]
#[allow(missing_docs, reason = "the fields are those of model::SpanEvent")]
pub struct SpanEvent {
    #[prost(sfixed64, tag = "1")]
    pub time: i64,
    #[prost(string, tag = "2")]
    pub name: String,
    #[prost(message, repeated, tag = "3")]
    pub attributes: Vec<Attribute>,
}

/// `palisade.v1.SpanLink`
#[derive(Clone, PartialEq, Message)]
#[allow(missing_docs, reason = "the fields are those of model::SpanLink")]
pub struct SpanLink {
    #[prost(string, tag = "1")]
    pub trace_id: String,
    #[prost(string, tag = "2")]
    pub span_id: String,
    #[prost(message, repeated, tag = "3")]
    pub attributes: Vec<Attribute>,
}

/// `palisade.v1.Observation`
#[derive(Clone, PartialEq, Message)]
pub struct Observation {
    /// Which shape.
    #[prost(oneof = "Shape", tags = "1, 2, 3")]
    pub shape: Option<Shape>,
}

/// The shapes of `palisade.v1.Observation`
#[derive(Clone, PartialEq, Oneof)]
pub enum Shape {
    /// Something that happened.
    #[prost(message, tag = "1")]
    Event(Event),
    /// One point of one series.
    #[prost(message, tag = "2")]
    Metric(Metric),
    /// One operation within a trace.
    #[prost(message, tag = "3")]
    Span(Span),
}

/// `palisade.v1.Batch`, one record of the log.
#[derive(Clone, PartialEq, Message)]
pub struct Batch {
    /// The id of the first observation; the others follow it.
    #[prost(bytes = "vec", tag = "1")]
    pub first_id: Vec<u8>,
    /// What came in, with empty ids.
    #[prost(message, repeated, tag = "2")]
    pub observations: Vec<Observation>,
    /// What the client calls this write, empty when it does not.
    #[prost(string, tag = "3")]
    pub idempotency_key: String,
    /// True for the record of an inline question, which is not judged again.
    #[prost(bool, tag = "4")]
    pub judged: bool,
    /// What was found when the question was asked.
    #[prost(message, repeated, tag = "5")]
    pub findings: Vec<Finding>,
}

/// `palisade.v1.Evidence`
#[derive(Clone, PartialEq, Message)]
#[allow(missing_docs, reason = "the fields are those of model::Evidence")]
pub struct Evidence {
    #[prost(string, tag = "1")]
    pub pointer: String,
    #[prost(uint64, tag = "2")]
    pub start: u64,
    #[prost(uint64, tag = "3")]
    pub end: u64,
    #[prost(string, tag = "4")]
    pub excerpt: String,
}

/// `palisade.v1.Finding`
#[derive(Clone, PartialEq, Message)]
#[allow(missing_docs, reason = "the fields are those of model::Finding")]
pub struct Finding {
    #[prost(bytes = "vec", tag = "1")]
    pub id: Vec<u8>,
    #[prost(sfixed64, tag = "2")]
    pub time: i64,
    #[prost(string, tag = "3")]
    pub detector: String,
    #[prost(string, tag = "4")]
    pub version: String,
    #[prost(string, tag = "5")]
    pub class: String,
    #[prost(int32, tag = "6")]
    pub severity: i32,
    #[prost(double, tag = "7")]
    pub confidence: f64,
    #[prost(string, tag = "8")]
    pub subject_kind: String,
    #[prost(string, tag = "9")]
    pub subject_name: String,
    #[prost(string, tag = "10")]
    pub title: String,
    #[prost(string, tag = "11")]
    pub explanation: String,
    #[prost(string, tag = "12")]
    pub remediation: String,
    #[prost(string, repeated, tag = "13")]
    pub references: Vec<String>,
    #[prost(message, repeated, tag = "14")]
    pub evidence: Vec<Evidence>,
    #[prost(string, tag = "15")]
    pub fingerprint: String,
    #[prost(bytes = "vec", tag = "16")]
    pub observation: Vec<u8>,
}

/// `palisade.v1.Frame`, one message of the live stream.
#[derive(Clone, PartialEq, Message)]
pub struct Frame {
    /// What it carries.
    #[prost(oneof = "FrameContent", tags = "1, 2, 3")]
    pub content: Option<FrameContent>,
}

/// The contents of `palisade.v1.Frame`
#[derive(Clone, PartialEq, Oneof)]
pub enum FrameContent {
    /// Something seen.
    #[prost(message, tag = "1")]
    Observation(Observation),
    /// Something found.
    #[prost(message, tag = "2")]
    Finding(Finding),
    /// How many frames were left out.
    #[prost(uint64, tag = "3")]
    Missed(u64),
}

fn attributes_out(attributes: &Attributes) -> Vec<Attribute> {
    let value = |value: &model::Value| {
        let kind = match value {
            model::Value::Null => return None,
            model::Value::Boolean(value) => ValueKind::Boolean(*value),
            model::Value::Integer(value) => ValueKind::Integer(*value),
            model::Value::Float(value) => ValueKind::Float(*value),
            model::Value::Text(text) => ValueKind::Text(text.clone()),
            model::Value::Json(text) => ValueKind::Json(text.clone()),
        };
        Some(Value { kind: Some(kind) })
    };
    attributes.iter().map(|(key, held)| Attribute { key: key.clone(), value: value(held) }).collect()
}

fn attributes_in(attributes: Vec<Attribute>) -> Attributes {
    let value = |value: Option<Value>| match value.and_then(|value| value.kind) {
        None => model::Value::Null,
        Some(ValueKind::Boolean(value)) => model::Value::Boolean(value),
        Some(ValueKind::Integer(value)) => model::Value::Integer(value),
        Some(ValueKind::Float(value)) => model::Value::Float(value),
        Some(ValueKind::Text(text)) => model::Value::Text(text),
        Some(ValueKind::Json(text)) => model::Value::Json(text),
    };
    attributes.into_iter().map(|attribute| (attribute.key, value(attribute.value))).collect()
}

fn id_out(id: Id) -> Vec<u8> {
    if id == Id::default() { Vec::new() } else { id.as_bytes().to_vec() }
}

fn id_in(bytes: &[u8]) -> Id {
    Id::from_slice(bytes).unwrap_or_default()
}

impl From<&model::Observation> for Observation {
    fn from(observation: &model::Observation) -> Self {
        let shape = match observation {
            model::Observation::Event(event) => Shape::Event(event.into()),
            model::Observation::Metric(metric) => Shape::Metric(metric.into()),
            model::Observation::Span(span) => Shape::Span(span.into()),
        };
        Self { shape: Some(shape) }
    }
}

/// `None` for a shape that a later version of Palisade added.
impl From<Observation> for Option<model::Observation> {
    fn from(observation: Observation) -> Self {
        Some(match observation.shape? {
            Shape::Event(event) => model::Observation::Event(event.into()),
            Shape::Metric(metric) => model::Observation::Metric(metric.into()),
            Shape::Span(span) => model::Observation::Span(span.into()),
        })
    }
}

impl From<&model::Event> for Event {
    fn from(event: &model::Event) -> Self {
        Self {
            id: id_out(event.id),
            time: event.time.nanos(),
            kind: event.kind.clone(),
            severity: event.severity.number(),
            service: event.service.clone(),
            host: event.host.clone(),
            actor: event.actor.clone(),
            source_address: event.source_address.clone(),
            trace_id: event.trace_id.clone(),
            span_id: event.span_id.clone(),
            message: event.message.clone(),
            attributes: attributes_out(&event.attributes),
        }
    }
}

impl From<Event> for model::Event {
    fn from(event: Event) -> Self {
        Self {
            id: id_in(&event.id),
            time: Timestamp::from_nanos(event.time),
            kind: event.kind,
            severity: Severity::from_number(event.severity).unwrap_or_default(),
            service: event.service,
            host: event.host,
            actor: event.actor,
            source_address: event.source_address,
            trace_id: event.trace_id,
            span_id: event.span_id,
            message: event.message,
            attributes: attributes_in(event.attributes),
        }
    }
}

impl From<&model::Metric> for Metric {
    fn from(metric: &model::Metric) -> Self {
        Self {
            id: id_out(metric.id),
            time: metric.time.nanos(),
            name: metric.name.clone(),
            kind: metric.kind as i32,
            value: metric.value,
            unit: metric.unit.clone(),
            service: metric.service.clone(),
            host: metric.host.clone(),
            attributes: attributes_out(&metric.attributes),
            start_time: metric.start_time.nanos(),
            distribution: metric.distribution.as_deref().map(Distribution::from),
        }
    }
}

impl From<Metric> for model::Metric {
    fn from(metric: Metric) -> Self {
        let kind = match metric.kind {
            2 => MetricKind::Counter,
            3 => MetricKind::Delta,
            _ => MetricKind::Gauge,
        };
        Self {
            id: id_in(&metric.id),
            time: Timestamp::from_nanos(metric.time),
            name: metric.name,
            kind,
            value: metric.value,
            unit: metric.unit,
            service: metric.service,
            host: metric.host,
            attributes: attributes_in(metric.attributes),
            start_time: Timestamp::from_nanos(metric.start_time),
            distribution: metric.distribution.map(|distribution| Box::new(distribution.into())),
        }
    }
}

impl From<&model::Distribution> for Distribution {
    fn from(distribution: &model::Distribution) -> Self {
        let quantile = |at: &model::Quantile| Quantile { quantile: at.quantile, value: at.value };
        Self {
            count: distribution.count,
            min: distribution.min,
            max: distribution.max,
            bounds: distribution.bounds.clone(),
            counts: distribution.counts.clone(),
            quantiles: distribution.quantiles.iter().map(quantile).collect(),
        }
    }
}

impl From<Distribution> for model::Distribution {
    fn from(distribution: Distribution) -> Self {
        let quantile = |at: Quantile| model::Quantile { quantile: at.quantile, value: at.value };
        Self {
            count: distribution.count,
            min: distribution.min,
            max: distribution.max,
            bounds: distribution.bounds,
            counts: distribution.counts,
            quantiles: distribution.quantiles.into_iter().map(quantile).collect(),
        }
    }
}

impl From<&model::Span> for Span {
    fn from(span: &model::Span) -> Self {
        Self {
            id: id_out(span.id),
            time: span.time.nanos(),
            duration_ns: span.duration_ns,
            trace_id: span.trace_id.clone(),
            span_id: span.span_id.clone(),
            parent_span_id: span.parent_span_id.clone(),
            name: span.name.clone(),
            failed: span.failed,
            service: span.service.clone(),
            host: span.host.clone(),
            attributes: attributes_out(&span.attributes),
            kind: span.kind.clone(),
            status_message: span.status_message.clone(),
            events: span.events.iter().map(SpanEvent::from).collect(),
            links: span.links.iter().map(SpanLink::from).collect(),
        }
    }
}

impl From<Span> for model::Span {
    fn from(span: Span) -> Self {
        Self {
            id: id_in(&span.id),
            time: Timestamp::from_nanos(span.time),
            duration_ns: span.duration_ns,
            trace_id: span.trace_id,
            span_id: span.span_id,
            parent_span_id: span.parent_span_id,
            name: span.name,
            failed: span.failed,
            service: span.service,
            host: span.host,
            attributes: attributes_in(span.attributes),
            kind: span.kind,
            status_message: span.status_message,
            events: span.events.into_iter().map(model::SpanEvent::from).collect(),
            links: span.links.into_iter().map(model::SpanLink::from).collect(),
        }
    }
}

impl From<&model::SpanEvent> for SpanEvent {
    fn from(event: &model::SpanEvent) -> Self {
        let attributes = attributes_out(&event.attributes);
        Self { time: event.time.nanos(), name: event.name.clone(), attributes }
    }
}

impl From<SpanEvent> for model::SpanEvent {
    fn from(event: SpanEvent) -> Self {
        let attributes = attributes_in(event.attributes);
        Self { time: Timestamp::from_nanos(event.time), name: event.name, attributes }
    }
}

impl From<&model::SpanLink> for SpanLink {
    fn from(link: &model::SpanLink) -> Self {
        let attributes = attributes_out(&link.attributes);
        Self { trace_id: link.trace_id.clone(), span_id: link.span_id.clone(), attributes }
    }
}

impl From<SpanLink> for model::SpanLink {
    fn from(link: SpanLink) -> Self {
        Self { trace_id: link.trace_id, span_id: link.span_id, attributes: attributes_in(link.attributes) }
    }
}

impl From<&model::Finding> for Finding {
    fn from(finding: &model::Finding) -> Self {
        let place = |at: &model::Evidence| Evidence {
            pointer: at.pointer.clone(),
            start: at.start as u64,
            end: at.end as u64,
            excerpt: at.excerpt.clone(),
        };
        Self {
            id: finding.id.as_bytes().to_vec(),
            time: finding.time.nanos(),
            detector: finding.detector.clone(),
            version: finding.version.clone(),
            class: finding.class.clone(),
            severity: finding.severity.number(),
            confidence: finding.confidence,
            subject_kind: finding.subject.kind.clone(),
            subject_name: finding.subject.name.clone(),
            title: finding.title.clone(),
            explanation: finding.explanation.clone(),
            remediation: finding.remediation.clone(),
            references: finding.references.clone(),
            evidence: finding.evidence.iter().map(place).collect(),
            fingerprint: finding.fingerprint.clone(),
            observation: finding.observation.map_or_else(Vec::new, id_out),
        }
    }
}

impl From<Finding> for model::Finding {
    fn from(finding: Finding) -> Self {
        let place = |at: Evidence| model::Evidence {
            pointer: at.pointer,
            start: usize::try_from(at.start).unwrap_or(usize::MAX),
            end: usize::try_from(at.end).unwrap_or(usize::MAX),
            excerpt: at.excerpt,
        };
        Self {
            id: FindingId::from_slice(&finding.id).unwrap_or_default(),
            time: Timestamp::from_nanos(finding.time),
            detector: finding.detector,
            version: finding.version,
            class: finding.class,
            severity: Severity::from_number(finding.severity).unwrap_or_default(),
            confidence: finding.confidence,
            subject: model::Subject { kind: finding.subject_kind, name: finding.subject_name },
            title: finding.title,
            explanation: finding.explanation,
            remediation: finding.remediation,
            references: finding.references,
            evidence: finding.evidence.into_iter().map(place).collect(),
            fingerprint: finding.fingerprint,
            observation: Id::from_slice(&finding.observation).ok(),
        }
    }
}
