//! The names under which the fields of an event come in, those that win first.

use crate::draft::{Alias, Field};

/// The field that a key at the top level of an event stands for.
pub(super) fn alias(key: &str) -> Option<Alias> {
    let (field, rank, name) = match key {
        "time" => (Field::Time, 0, "time"),
        "timestamp" => (Field::Time, 1, "timestamp"),
        "@timestamp" => (Field::Time, 2, "@timestamp"),
        "ts" => (Field::Time, 3, "ts"),
        "kind" => (Field::Kind, 0, "kind"),
        "severity" => (Field::Severity, 0, "severity"),
        "level" => (Field::Severity, 1, "level"),
        "service" => (Field::Service, 0, "service"),
        "host" => (Field::Host, 0, "host"),
        "actor" => (Field::Actor, 0, "actor"),
        "message" => (Field::Message, 0, "message"),
        "msg" => (Field::Message, 1, "msg"),
        "source_address" => (Field::SourceAddress, 0, "source_address"),
        "source_ip" => (Field::SourceAddress, 1, "source_ip"),
        "src_ip" => (Field::SourceAddress, 2, "src_ip"),
        "client_ip" => (Field::SourceAddress, 3, "client_ip"),
        "trace_id" => (Field::TraceId, 0, "trace_id"),
        "span_id" => (Field::SpanId, 0, "span_id"),
        _ => return None,
    };
    Some(Alias { field, rank, name })
}
