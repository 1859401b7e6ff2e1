//! Spans in the JSON form of OTLP. `null` means absent, unknown fields are ignored.

use crate::otlp::json_value::{enumeration, id_bytes, key_values, number, or_default};
use opentelemetry_proto::tonic::{
    common::v1::KeyValue,
    trace::v1::{
        Span, Status,
        span::{Event, Link, SpanKind},
        status::StatusCode,
    },
};
use serde::{Deserialize, Deserializer};

/// One span.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "a span object")]
pub(super) struct JsonSpan {
    #[serde(deserialize_with = "id_bytes")]
    trace_id: Vec<u8>,
    #[serde(deserialize_with = "id_bytes")]
    span_id: Vec<u8>,
    #[serde(deserialize_with = "id_bytes")]
    parent_span_id: Vec<u8>,
    #[serde(deserialize_with = "or_default")]
    trace_state: String,
    #[serde(deserialize_with = "or_default")]
    name: String,
    #[serde(deserialize_with = "kind")]
    kind: i32,
    #[serde(deserialize_with = "number")]
    start_time_unix_nano: u64,
    #[serde(deserialize_with = "number")]
    end_time_unix_nano: u64,
    #[serde(deserialize_with = "key_values")]
    attributes: Vec<KeyValue>,
    #[serde(deserialize_with = "number")]
    dropped_attributes_count: u32,
    #[serde(deserialize_with = "or_default")]
    events: Vec<JsonEvent>,
    #[serde(deserialize_with = "number")]
    dropped_events_count: u32,
    #[serde(deserialize_with = "or_default")]
    links: Vec<JsonLink>,
    #[serde(deserialize_with = "number")]
    dropped_links_count: u32,
    status: Option<JsonStatus>,
}

impl From<JsonSpan> for Span {
    fn from(span: JsonSpan) -> Self {
        Self {
            trace_id: span.trace_id,
            span_id: span.span_id,
            parent_span_id: span.parent_span_id,
            trace_state: span.trace_state,
            flags: 0,
            name: span.name,
            kind: span.kind,
            start_time_unix_nano: span.start_time_unix_nano,
            end_time_unix_nano: span.end_time_unix_nano,
            attributes: span.attributes,
            dropped_attributes_count: span.dropped_attributes_count,
            events: span.events.into_iter().map(Event::from).collect(),
            dropped_events_count: span.dropped_events_count,
            links: span.links.into_iter().map(Link::from).collect(),
            dropped_links_count: span.dropped_links_count,
            status: span.status.map(|status| Status { code: status.code, message: status.message }),
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "a span event object")]
struct JsonEvent {
    #[serde(deserialize_with = "number")]
    time_unix_nano: u64,
    #[serde(deserialize_with = "or_default")]
    name: String,
    #[serde(deserialize_with = "key_values")]
    attributes: Vec<KeyValue>,
    #[serde(deserialize_with = "number")]
    dropped_attributes_count: u32,
}

impl From<JsonEvent> for Event {
    fn from(event: JsonEvent) -> Self {
        Self {
            time_unix_nano: event.time_unix_nano,
            name: event.name,
            attributes: event.attributes,
            dropped_attributes_count: event.dropped_attributes_count,
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "a span link object")]
struct JsonLink {
    #[serde(deserialize_with = "id_bytes")]
    trace_id: Vec<u8>,
    #[serde(deserialize_with = "id_bytes")]
    span_id: Vec<u8>,
    #[serde(deserialize_with = "or_default")]
    trace_state: String,
    #[serde(deserialize_with = "key_values")]
    attributes: Vec<KeyValue>,
    #[serde(deserialize_with = "number")]
    dropped_attributes_count: u32,
}

impl From<JsonLink> for Link {
    fn from(link: JsonLink) -> Self {
        Self {
            trace_id: link.trace_id,
            span_id: link.span_id,
            trace_state: link.trace_state,
            attributes: link.attributes,
            dropped_attributes_count: link.dropped_attributes_count,
            flags: 0,
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default, expecting = "a status object")]
struct JsonStatus {
    #[serde(deserialize_with = "or_default")]
    message: String,
    #[serde(deserialize_with = "status_code")]
    code: i32,
}

fn kind<'de, D: Deserializer<'de>>(parser: D) -> Result<i32, D::Error> {
    enumeration(parser, |name| SpanKind::from_str_name(name).map(|kind| kind as i32))
}

fn status_code<'de, D: Deserializer<'de>>(parser: D) -> Result<i32, D::Error> {
    enumeration(parser, |name| StatusCode::from_str_name(name).map(|code| code as i32))
}
