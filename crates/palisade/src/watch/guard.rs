//! The guard on the stream: texts of events and spans, and the keys and values of their attributes.

use palisade_guard::{Detector, Guard};
use palisade_model::{Attributes, Event, Finding, FindingDraft, Observation, Span, Subject};

/// Addresses and names of people are what logs are made of; whether they may leave is asked where they leave.
pub(super) fn belongs_on_the_stream(detector: &Detector) -> bool {
    !detector.class.starts_with("guard.personal.")
}

/// Judges what of `observation` came from outside as text.
pub(super) fn judge(guard: &Guard, observation: &Observation, findings: &mut Vec<Finding>) {
    let mut drafts = Vec::new();
    match observation {
        Observation::Event(event) => inspect_event(guard, event, &mut drafts),
        Observation::Span(span) => inspect_span(guard, span, &mut drafts),
        // Names and labels of metrics are bounded by cardinality and come from instrumentation, not from people.
        Observation::Metric(_) => {}
    }
    if drafts.is_empty() {
        return;
    }
    let (subject, time) = match observation {
        Observation::Event(event) => (subject(&event.kind, &event.service), event.time),
        Observation::Span(span) => (subject("span", &span.service), span.time),
        Observation::Metric(metric) => (subject("metric", &metric.service), metric.time),
    };
    let id = observation.id();
    findings.extend(drafts.into_iter().map(|draft| draft.finish(subject.clone(), time, Some(id))));
}

fn subject(kind: &str, name: &str) -> Subject {
    let kind = if kind.is_empty() { "event" } else { kind };
    Subject { kind: kind.to_owned(), name: name.to_owned() }
}

fn inspect_event(guard: &Guard, event: &Event, drafts: &mut Vec<FindingDraft>) {
    let fields = [
        ("/message", &event.message),
        ("/actor", &event.actor),
        ("/service", &event.service),
        ("/host", &event.host),
        ("/kind", &event.kind),
        ("/source_address", &event.source_address),
    ];
    for (pointer, text) in fields {
        inspect(guard, text, &|| pointer.to_owned(), drafts);
    }
    inspect_attributes(guard, &event.attributes, drafts);
}

fn inspect_span(guard: &Guard, span: &Span, drafts: &mut Vec<FindingDraft>) {
    inspect(guard, &span.name, &|| "/name".to_owned(), drafts);
    inspect_attributes(guard, &span.attributes, drafts);
}

fn inspect_attributes(guard: &Guard, attributes: &Attributes, drafts: &mut Vec<FindingDraft>) {
    for (key, value) in attributes {
        let pointer = || format!("/attributes/{}", key.replace('~', "~0").replace('/', "~1"));
        inspect(guard, key, &pointer, drafts);
        if let Some(text) = value.as_text() {
            inspect(guard, text, &pointer, drafts);
        }
    }
}

fn inspect(guard: &Guard, text: &str, pointer: &dyn Fn() -> String, drafts: &mut Vec<FindingDraft>) {
    if !text.is_empty() {
        guard.inspect_at(text, pointer, drafts);
    }
}
