//! From the vocabulary to its binary form and back, by moving: a record of the log is made of its batch and turned back
//! into it without copying a text.

use super::{
    Attribute, Distribution, Event, Evidence, Finding, Metric, Observation, Quantile, Shape, Span, SpanEvent, SpanLink,
    Value, ValueKind,
};
use crate::{self as model, Attributes, FindingId, Id, MetricKind, Severity, Timestamp};

fn attributes_out(attributes: Attributes) -> Vec<Attribute> {
    let value = |value: model::Value| {
        let kind = match value {
            model::Value::Null => return None,
            model::Value::Boolean(value) => ValueKind::Boolean(value),
            model::Value::Integer(value) => ValueKind::Integer(value),
            model::Value::Float(value) => ValueKind::Float(value),
            model::Value::Text(text) => ValueKind::Text(text),
            model::Value::Json(text) => ValueKind::Json(text),
        };
        Some(Value { kind: Some(kind) })
    };
    attributes.into_iter().map(|(key, held)| Attribute { key, value: value(held) }).collect()
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

impl From<model::Observation> for Observation {
    fn from(observation: model::Observation) -> Self {
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

impl From<model::Event> for Event {
    fn from(event: model::Event) -> Self {
        Self {
            id: id_out(event.id),
            time: event.time.nanos(),
            kind: event.kind,
            severity: event.severity.number(),
            service: event.service,
            host: event.host,
            actor: event.actor,
            source_address: event.source_address,
            trace_id: event.trace_id,
            span_id: event.span_id,
            message: event.message,
            attributes: attributes_out(event.attributes),
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

impl From<model::Metric> for Metric {
    fn from(metric: model::Metric) -> Self {
        Self {
            id: id_out(metric.id),
            time: metric.time.nanos(),
            name: metric.name,
            kind: metric.kind as i32,
            value: metric.value,
            unit: metric.unit,
            service: metric.service,
            host: metric.host,
            attributes: attributes_out(metric.attributes),
            start_time: metric.start_time.nanos(),
            distribution: metric.distribution.map(|distribution| (*distribution).into()),
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

impl From<model::Distribution> for Distribution {
    fn from(distribution: model::Distribution) -> Self {
        let quantile = |at: model::Quantile| Quantile { quantile: at.quantile, value: at.value };
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

impl From<model::Span> for Span {
    fn from(span: model::Span) -> Self {
        Self {
            id: id_out(span.id),
            time: span.time.nanos(),
            duration_ns: span.duration_ns,
            trace_id: span.trace_id,
            span_id: span.span_id,
            parent_span_id: span.parent_span_id,
            name: span.name,
            failed: span.failed,
            service: span.service,
            host: span.host,
            attributes: attributes_out(span.attributes),
            kind: span.kind,
            status_message: span.status_message,
            events: span.events.into_iter().map(SpanEvent::from).collect(),
            links: span.links.into_iter().map(SpanLink::from).collect(),
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

impl From<model::SpanEvent> for SpanEvent {
    fn from(event: model::SpanEvent) -> Self {
        let attributes = attributes_out(event.attributes);
        Self { time: event.time.nanos(), name: event.name, attributes }
    }
}

impl From<SpanEvent> for model::SpanEvent {
    fn from(event: SpanEvent) -> Self {
        let attributes = attributes_in(event.attributes);
        Self { time: Timestamp::from_nanos(event.time), name: event.name, attributes }
    }
}

impl From<model::SpanLink> for SpanLink {
    fn from(link: model::SpanLink) -> Self {
        let attributes = attributes_out(link.attributes);
        Self { trace_id: link.trace_id, span_id: link.span_id, attributes }
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
