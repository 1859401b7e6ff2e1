//! One log record, whatever its encoding was, and the event that it becomes.

use crate::{
    Context,
    draft::{Alias, Draft, Field},
    otlp::{any_value, id::hexadecimal, origin::Origins, time},
};
use opentelemetry_proto::tonic::{
    common::v1::{AnyValue, KeyValue},
    logs::v1::LogRecord,
};
use palisade_model::{Event, Severity, Value};

/// The kind of records that name no event.
const KIND_DEFAULT: &str = "log";

/// A log record. Ids are hexadecimal text, empty when absent; times are nanoseconds since the epoch, 0 when unknown.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Record {
    pub(super) time: u64,
    pub(super) observed_time: u64,
    pub(super) severity_number: i32,
    pub(super) severity_text: String,
    pub(super) body: Option<AnyValue>,
    pub(super) attributes: Vec<KeyValue>,
    pub(super) attributes_dropped: u32,
    pub(super) trace_id: String,
    pub(super) span_id: String,
    pub(super) event_name: String,
}

impl From<LogRecord> for Record {
    fn from(record: LogRecord) -> Self {
        Self {
            time: record.time_unix_nano,
            observed_time: record.observed_time_unix_nano,
            severity_number: record.severity_number,
            severity_text: record.severity_text,
            body: record.body,
            attributes: record.attributes,
            attributes_dropped: record.dropped_attributes_count,
            trace_id: hexadecimal(&record.trace_id),
            span_id: hexadecimal(&record.span_id),
            event_name: record.event_name,
        }
    }
}

impl Record {
    /// The event. A clock that is far off does not cost the record, because exporters do not send again what is
    /// rejected: the event then has the time of receipt, and says so in `otel.time_problem`.
    pub(super) fn into_event(self, origins: Origins<'_>, context: &Context<'_>) -> Result<Event, String> {
        let named = if self.time > 0 { self.time } else { self.observed_time };
        let (time, time_problem) = time::or_received(named, context.received);
        let severity = self.severity();
        let mut draft = Draft::new(context.limits);
        lift_text(&mut draft, Field::Kind, "event_name", self.event_name);
        lift_text(&mut draft, Field::TraceId, "trace_id", self.trace_id);
        lift_text(&mut draft, Field::SpanId, "span_id", self.span_id);
        if let Some(body) = self.body {
            let message = any_value::into_message(body, context.limits.depth, &mut draft);
            draft.lift(Alias { field: Field::Message, rank: 0, name: "body" }, message);
        }
        for KeyValue { key, value, .. } in self.attributes {
            match alias(&key) {
                Some(alias) if any_value::is_scalar(value.as_ref()) => any_value::lift(alias, value, &mut draft),
                _ => any_value::keep(key, value, context.limits.depth, draft.attributes()),
            }
        }
        attribute_text(&mut draft, "severity_text", self.severity_text);
        attribute_text(&mut draft, time::TIME_PROBLEM, time_problem);
        if self.attributes_dropped > 0 {
            draft.attribute("otel.dropped_attributes_count".to_owned(), Value::Integer(self.attributes_dropped.into()));
        }
        origins.copy_attributes(draft.attributes());
        let mut event = draft.finish(context.received)?;
        if event.kind.is_empty() {
            event.kind = KIND_DEFAULT.to_owned();
        }
        Ok(Event { time, severity, service: origins.service(), host: origins.host(), ..event })
    }

    fn severity(&self) -> Severity {
        let by_number = Severity::from_otel(self.severity_number);
        by_number.or_else(|| Severity::from_level(self.severity_text.trim())).unwrap_or_default()
    }
}

/// The attributes that are lifted (OpenTelemetry semantic conventions), those that win first.
fn alias(key: &str) -> Option<Alias> {
    let (field, rank, name) = match key {
        "event.name" => (Field::Kind, 1, "event.name"),
        "enduser.id" => (Field::Actor, 0, "enduser.id"),
        "user.id" => (Field::Actor, 1, "user.id"),
        "user.name" => (Field::Actor, 2, "user.name"),
        "client.address" => (Field::SourceAddress, 0, "client.address"),
        "source.address" => (Field::SourceAddress, 1, "source.address"),
        "net.peer.ip" => (Field::SourceAddress, 2, "net.peer.ip"),
        _ => return None,
    };
    Some(Alias { field, rank, name })
}

fn lift_text(draft: &mut Draft<'_>, field: Field, name: &'static str, text: String) {
    if !text.is_empty() {
        draft.lift(Alias { field, rank: 0, name }, Value::Text(text));
    }
}

fn attribute_text(draft: &mut Draft<'_>, key: &str, text: String) {
    if !text.is_empty() {
        draft.attribute(key.to_owned(), Value::Text(text));
    }
}
