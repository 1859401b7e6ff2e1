//! The binary form: Protocol Buffers, described by `proto/palisade/v1/palisade.proto`.
//!
//! The log and the binary live stream hold these messages. They mirror the vocabulary field by field; the vocabulary
//! itself stays free of encoding concerns. A test checks that the published `.proto` file and these types agree.

mod convert;

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
    #[prost(oneof = "FrameContent", tags = "1, 2, 3, 4")]
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
    /// Something that people respond to, new or changed.
    #[prost(message, tag = "4")]
    Change(Change),
}

/// `palisade.v1.Change`
#[derive(Clone, PartialEq, Message)]
pub struct Change {
    /// Its sort: `alert`, `incident` or `silence`.
    #[prost(string, tag = "1")]
    pub r#type: String,
    /// As the API gives it.
    #[prost(string, tag = "2")]
    pub json: String,
}
