//! One span, whatever its encoding was, as the observation that it becomes.

use crate::{
    Context, Limits,
    attribute_list::AttributeList,
    otlp::{
        any_value,
        id::{SPAN_ID_BYTES, TRACE_ID_BYTES, checked},
        origin::Origins,
        time::{self, TIME_PROBLEM},
    },
};
use opentelemetry_proto::tonic::{
    common::v1::KeyValue,
    trace::v1::{
        self as otlp, Status,
        span::{Event, Link, SpanKind},
        status::StatusCode,
    },
};
use palisade_model::{Attributes, Id, Span, SpanEvent, SpanLink, Value};

/// The most events, and the most links, that are kept of one span; the others are counted with those that the sender
/// dropped. Eight times what SDKs send at most unless told otherwise.
const PARTS_MAX: usize = 1_024;

const TRACE_STATE: &str = "otel.trace_state";
const DROPPED_ATTRIBUTES: &str = "otel.dropped_attributes_count";
const DROPPED_EVENTS: &str = "otel.dropped_events_count";
const DROPPED_LINKS: &str = "otel.dropped_links_count";

/// The observation.
///
/// # Errors
/// What is wrong with the span: its ids, or a limit that it exceeds.
pub(super) fn convert(span: otlp::Span, origins: Origins<'_>, context: &Context<'_>) -> Result<Span, String> {
    let trace_id = present(checked(&span.trace_id, TRACE_ID_BYTES, "trace id")?, "trace id")?;
    let span_id = present(checked(&span.span_id, SPAN_ID_BYTES, "span id")?, "span id")?;
    let parent_span_id = checked(&span.parent_span_id, SPAN_ID_BYTES, "parent span id")?;
    let (start, mut time_problem) = time::or_received(span.start_time_unix_nano, context.received);
    let duration_ns = duration(span.start_time_unix_nano, span.end_time_unix_nano).unwrap_or_else(|problem| {
        time_problem = join(&time_problem, problem);
        0
    });
    let (failed, status_code, status_message) = status(span.status);
    let dropped_events = dropped(span.dropped_events_count, span.events.len());
    let dropped_links = dropped(span.dropped_links_count, span.links.len());
    let expected = span.attributes.len() + origins.attribute_count() + 6;
    let mut attributes = own_attributes(span.attributes, "span", expected, context.limits);
    push_text(&mut attributes, TRACE_STATE, span.trace_state);
    push_text(&mut attributes, "otel.status_code", status_code.to_owned());
    push_text(&mut attributes, TIME_PROBLEM, time_problem);
    push_count(&mut attributes, DROPPED_ATTRIBUTES, span.dropped_attributes_count.into());
    push_count(&mut attributes, DROPPED_EVENTS, dropped_events);
    push_count(&mut attributes, DROPPED_LINKS, dropped_links);
    origins.copy_attributes(&mut attributes);
    let events = span.events.into_iter().take(PARTS_MAX);
    let links = span.links.into_iter().take(PARTS_MAX);
    Ok(Span {
        id: Id::default(),
        time: start,
        duration_ns,
        trace_id,
        span_id,
        parent_span_id,
        name: span.name,
        kind: kind(span.kind).to_owned(),
        failed,
        status_message,
        service: origins.service(),
        host: origins.host(),
        events: events.map(|event| convert_event(event, start, context)).collect::<Result<_, _>>()?,
        links: links.map(|link| convert_link(link, context.limits)).collect::<Result<_, _>>()?,
        attributes: attributes.finish()?,
    })
}

fn present(id: String, name: &str) -> Result<String, String> {
    if id.is_empty() { Err(format!("its {name} is missing or all zeros")) } else { Ok(id) }
}

/// Nanoseconds from start to end.
fn duration(start: u64, end: u64) -> Result<i64, &'static str> {
    match (start, end) {
        (_, 0) => Err("it says no end: its duration is not known"),
        (0, _) => Err("it says no start: its duration is not known"),
        (start, end) if end < start => Err("it ends before it starts: its duration is not known"),
        (start, end) => i64::try_from(end - start).map_err(|_| "it takes longer than 292 years"),
    }
}

fn join(first: &str, second: &str) -> String {
    if first.is_empty() { second.to_owned() } else { format!("{first}; {second}") }
}

/// Whether it failed, the code where that alone does not tell it, and what the sender says.
fn status(status: Option<Status>) -> (bool, &'static str, String) {
    let Some(Status { code, message }) = status else { return (false, "", String::new()) };
    match StatusCode::try_from(code) {
        Ok(StatusCode::Error) => (true, "", message),
        Ok(StatusCode::Ok) => (false, "OK", message),
        Ok(StatusCode::Unset) | Err(_) => (false, "", message),
    }
}

fn kind(kind: i32) -> &'static str {
    match SpanKind::try_from(kind) {
        Ok(SpanKind::Internal) => "internal",
        Ok(SpanKind::Server) => "server",
        Ok(SpanKind::Client) => "client",
        Ok(SpanKind::Producer) => "producer",
        Ok(SpanKind::Consumer) => "consumer",
        Ok(SpanKind::Unspecified) | Err(_) => "",
    }
}

fn dropped(by_sender: u32, parts: usize) -> i64 {
    let here = i64::try_from(parts.saturating_sub(PARTS_MAX)).unwrap_or(i64::MAX);
    here.saturating_add(by_sender.into())
}

fn convert_event(event: Event, start: palisade_model::Timestamp, context: &Context<'_>) -> Result<SpanEvent, String> {
    let expected = event.attributes.len() + 2;
    let mut attributes = own_attributes(event.attributes, "event of the span", expected, context.limits);
    let time = match time::named(event.time_unix_nano, context.received) {
        Ok(time) => time.unwrap_or(start),
        Err(problem) => {
            push_text(&mut attributes, TIME_PROBLEM, problem);
            start
        }
    };
    push_count(&mut attributes, DROPPED_ATTRIBUTES, event.dropped_attributes_count.into());
    Ok(SpanEvent { time, name: event.name, attributes: attributes.finish()? })
}

/// A link that points nowhere is kept for its attributes, as the specification asks.
fn convert_link(link: Link, limits: &Limits) -> Result<SpanLink, String> {
    let trace_id = checked(&link.trace_id, TRACE_ID_BYTES, "trace id of a link")?;
    let span_id = checked(&link.span_id, SPAN_ID_BYTES, "span id of a link")?;
    let expected = link.attributes.len() + 2;
    let mut attributes = own_attributes(link.attributes, "link of the span", expected, limits);
    push_text(&mut attributes, TRACE_STATE, link.trace_state);
    push_count(&mut attributes, DROPPED_ATTRIBUTES, link.dropped_attributes_count.into());
    let attributes: Attributes = attributes.finish()?;
    Ok(SpanLink { trace_id, span_id, attributes })
}

fn own_attributes<'l>(
    attributes: Vec<KeyValue>,
    subject: &'static str,
    expected: usize,
    limits: &'l Limits,
) -> AttributeList<'l> {
    let mut list = AttributeList::new(limits, subject, expected);
    for KeyValue { key, value, .. } in attributes {
        any_value::keep(key, value, limits.depth, &mut list);
    }
    list
}

fn push_text(attributes: &mut AttributeList<'_>, key: &str, text: String) {
    if !text.is_empty() {
        attributes.push(key.to_owned(), Value::Text(text));
    }
}

fn push_count(attributes: &mut AttributeList<'_>, key: &str, count: i64) {
    if count > 0 {
        attributes.push(key.to_owned(), Value::Integer(count));
    }
}
