//! OTLP logs in protobuf, as the collector on one host sends them: a resource a service, a scope, and records with
//! body, severity, attributes and, of requests that are traced, the ids of trace and span.
//!
//! Field numbers are those of opentelemetry-proto 1.9 (`logs/v1/logs.proto`, `common/v1/common.proto`).

use super::{
    Bodies,
    events::{MARK_LEN, POOL_BODIES_MAX, POOL_EVENTS, digits},
    protobuf::{Message, put},
};
use crate::cli::{random::Random, sample};
use palisade_model::Timestamp;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// One of so many records belongs to a trace.
const TRACED: usize = 4;
/// What a record holds beside its texts: times, lengths, its share of resource and scope.
const RECORD_BYTES: usize = 60;

/// Bodies to choose from.
pub struct Pool {
    bodies: Vec<Message>,
    batch: usize,
}

impl Pool {
    /// Bodies of `batch` records of about `record_bytes` each.
    #[must_use]
    pub fn new(batch: usize, record_bytes: usize) -> Self {
        let mut random = Random::seeded(0x07_19);
        let count = (POOL_EVENTS / batch.max(1)).clamp(8, POOL_BODIES_MAX);
        Self { bodies: (0..count).map(|_| request(batch, record_bytes, &mut random)).collect(), batch }
    }
}

impl Bodies for Pool {
    fn batch(&self) -> usize {
        self.batch
    }

    fn body(&self, mark: u64, time: &dyn Fn(usize) -> Timestamp) -> Vec<u8> {
        let body = &self.bodies[mark as usize % self.bodies.len()];
        let mut bytes = body.bytes.clone();
        let digits = digits(mark);
        for &place in &body.marks {
            bytes[place..place + MARK_LEN].copy_from_slice(digits.as_bytes());
        }
        // Each record has two times: when it happened and when the collector saw it.
        for (index, places) in body.times.chunks_exact(2).enumerate() {
            let nanos = time(index).nanos().to_le_bytes();
            places.iter().for_each(|&place| put(&mut bytes, place, nanos));
        }
        bytes
    }
}

/// `ExportLogsServiceRequest` of one host.
fn request(batch: usize, record_bytes: usize, random: &mut Random) -> Message {
    let host = format!("app-{:02}.example.internal", 1 + random.below(40));
    let mut services: BTreeMap<String, Vec<Map<String, Value>>> = BTreeMap::new();
    for _ in 0..batch {
        let event = serde_json::from_str(&format!("{{{}}}", sample::fields(random)));
        let mut event: Map<String, Value> = event.expect("samples are well-formed: a test of theirs says so");
        event.remove("host");
        let service = event.remove("service").and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default();
        services.entry(service).or_default().push(event);
    }
    let mut request = Message::default();
    for (service, events) in &services {
        request.message(1, |of_resource| {
            of_resource.message(1, |resource| describe(resource, service, &host));
            of_resource.message(2, |of_scope| {
                of_scope.message(1, |scope| {
                    scope.text(1, "io.opentelemetry.contrib.filelog");
                    scope.text(2, "0.139.0");
                });
                events.iter().for_each(|event| of_scope.message(2, |log| record(log, event, record_bytes, random)));
            });
        });
    }
    request
}

/// The attributes of a resource by the semantic conventions of OpenTelemetry.
fn describe(resource: &mut Message, service: &str, host: &str) {
    let attributes = [
        ("service.name", service),
        ("service.version", "4.12.1"),
        ("host.name", host),
        ("os.type", "linux"),
        ("deployment.environment.name", "production"),
        ("cloud.region", "eu-central-1"),
    ];
    attributes.iter().for_each(|(key, value)| resource.attribute(1, key, value));
}

fn record(log: &mut Message, event: &Map<String, Value>, record_bytes: usize, random: &mut Random) {
    let (number, severity) = match event.get("severity").and_then(Value::as_str) {
        Some("high") => (17, "ERROR"),
        Some("medium") => (13, "WARN"),
        _ => (9, "INFO"),
    };
    log.time(1);
    log.number(2, number);
    log.text(3, severity);
    let message = event.get("message").and_then(Value::as_str).unwrap_or_default();
    log.message(5, |body| body.text(1, message));
    let others = event.iter().filter(|(key, _)| !["message", "severity"].contains(&key.as_str()));
    others.for_each(|(key, value)| attribute(log, key, value));
    log.message(6, |pair| {
        pair.text(1, "batch");
        pair.message(2, |any| any.mark(1, MARK_LEN));
    });
    if random.below(TRACED) == 0 {
        log.data(9, &[random.bits().to_le_bytes(), random.bits().to_le_bytes()].concat());
        log.data(10, &random.bits().to_le_bytes());
    }
    log.time(11);
    pad(log, record_bytes, random);
}

/// `AnyValue` of its own type; what is nested is flattened with dots, as senders do.
fn attribute(log: &mut Message, key: &str, value: &Value) {
    if let Value::Object(members) = value {
        return members.iter().for_each(|(name, value)| attribute(log, &format!("{key}.{name}"), value));
    }
    log.message(6, |pair| {
        pair.text(1, key);
        pair.message(2, |any| match value {
            Value::String(text) => any.text(1, text),
            Value::Bool(is_true) => any.number(2, u64::from(*is_true)),
            Value::Number(number) => any.number(3, number.as_u64().unwrap_or_default()),
            _ => {}
        });
    });
}

/// Fills a record up to its size with words, as a field of free text does in real ones.
fn pad(log: &mut Message, record_bytes: usize, random: &mut Random) {
    let mut words = String::new();
    while log.bytes.len() + words.len() + RECORD_BYTES < record_bytes {
        words.push_str(random.pick(&sample::WORDS));
        words.push(' ');
    }
    if !words.is_empty() {
        log.attribute(6, "detail", &words);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use palisade_model::Observation;
    use palisade_sources::{Context, Format, Limits, SOURCES};

    #[test]
    fn our_own_source_reads_every_record_as_it_was_meant() {
        let pool = Pool::new(200, 300);
        let time = Timestamp::parse("2026-11-20T12:00:00.123456Z").unwrap();
        let body = pool.body(42, &|index| Timestamp::from_nanos(time.nanos() + index as i64));
        let source = SOURCES.iter().find(|source| source.path == "/v1/logs").unwrap();
        let context = Context { received: time, limits: &Limits::default() };
        let parsed = (source.read)(Format::Protobuf, &body, &context).unwrap();
        assert_eq!(parsed.observations.len(), 200);
        for (index, observation) in parsed.observations.iter().enumerate() {
            let Observation::Event(event) = observation else { panic!("a log record is an event") };
            assert_eq!(event.time.nanos(), time.nanos() + index as i64);
            assert!(!event.message.is_empty() && !event.service.is_empty() && event.host.starts_with("app-"));
            let batch = event.attributes.iter().find(|(key, _)| key == "batch").map(|(_, value)| value.to_string());
            assert_eq!(batch.as_deref(), Some("0000000042"));
        }
        let mean = body.len() / 200;
        assert!((250..=350).contains(&mean), "{mean} bytes a record");
    }
}
