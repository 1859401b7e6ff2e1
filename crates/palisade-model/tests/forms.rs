//! The forms that users and other programs depend on: JSON and OCSF as golden texts, protobuf against its description.
#![allow(clippy::unwrap_used)]

use palisade_model::{
    Event, Evidence, Finding, FindingDraft, Id, Metric, MetricKind, Observation, Severity, Span, Subject, Timestamp,
    Value, ocsf, wire,
};
use prost::Message as _;

fn time() -> Timestamp {
    Timestamp::parse("2026-11-20T12:00:00.123456789Z").unwrap()
}

fn id() -> Id {
    Id::first_of_block(time(), 0x1234_5678_9ABC).nth(7)
}

fn event() -> Event {
    Event {
        id: id(),
        time: time(),
        kind: "login".into(),
        severity: Severity::Medium,
        service: "sshd".into(),
        host: "web-1".into(),
        actor: "eve".into(),
        source_address: "203.0.113.9".into(),
        trace_id: "0af7651916cd43dd8448eb211c80319c".into(),
        span_id: "b7ad6b7169203331".into(),
        message: "Failed password for eve".into(),
        attributes: vec![
            ("port".into(), Value::Integer(22)),
            ("tries".into(), Value::Json("[1,2]".into())),
            ("ratio".into(), Value::Float(0.5)),
            ("known".into(), Value::Boolean(false)),
            ("tty".into(), Value::Null),
            ("geo.city".into(), "Bern".into()),
        ],
    }
}

fn observations() -> Vec<Observation> {
    let metric = Metric {
        id: id(),
        time: time(),
        name: "cpu".into(),
        kind: MetricKind::Counter,
        value: 1.5,
        unit: "s".into(),
        ..Metric::default()
    };
    let span = Span {
        id: id(),
        time: time(),
        duration_ns: 1_500,
        trace_id: "0a".into(),
        span_id: "0b".into(),
        name: "GET /".into(),
        failed: true,
        ..Span::default()
    };
    vec![Observation::Event(event()), Observation::Metric(metric), Observation::Span(span)]
}

fn finding() -> Finding {
    FindingDraft {
        detector: "guard.secret.github",
        version: "1",
        severity: Severity::High,
        confidence: 0.99,
        title: "GitHub token".into(),
        explanation: "A token that grants access stands in the text.".into(),
        remediation: "Revoke the token.",
        references: &["CWE-798"],
        evidence: vec![Evidence { pointer: "/message".into(), start: 3, end: 43, excerpt: "ghp_****".into() }],
        matter: "abc".into(),
    }
    .finish(Subject { kind: "event".into(), name: "sshd".into() }, time(), Some(id()))
}

fn pretty(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap()
}

#[test]
fn json_of_observations() {
    insta::assert_snapshot!(pretty(&observations()));
    for observation in observations() {
        let text = serde_json::to_string(&observation).unwrap();
        assert_eq!(serde_json::from_str::<Observation>(&text).unwrap(), observation);
    }
}

#[test]
fn json_of_a_finding() {
    insta::assert_snapshot!(pretty(&finding()));
    let text = serde_json::to_string(&finding()).unwrap();
    assert_eq!(serde_json::from_str::<Finding>(&text).unwrap(), finding());
}

#[test]
fn ocsf_of_a_finding() {
    insta::assert_snapshot!(pretty(&ocsf::detection_finding(&finding())));
}

#[test]
fn protobuf_and_back() {
    for observation in observations() {
        let bytes = wire::Observation::from(observation.clone()).encode_to_vec();
        let read: Option<Observation> = wire::Observation::decode(&bytes[..]).unwrap().into();
        assert_eq!(read, Some(observation));
    }
    let bytes = wire::Finding::from(&finding()).encode_to_vec();
    assert_eq!(Finding::from(wire::Finding::decode(&bytes[..]).unwrap()), finding());
}

/// The published description reads what the types write, without an unknown field, and writes the same bytes.
#[test]
fn proto_file_describes_the_types() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/proto");
    let set = protox::compile(["palisade/v1/palisade.proto"], [folder]).unwrap();
    let pool = prost_reflect::DescriptorPool::from_file_descriptor_set(set).unwrap();
    let check = |name: &str, bytes: Vec<u8>| {
        let descriptor = pool.get_message_by_name(&format!("palisade.v1.{name}")).unwrap();
        let read = prost_reflect::DynamicMessage::decode(descriptor, &bytes[..]).unwrap();
        assert_eq!(read.unknown_fields().count(), 0, "{name}");
        assert_eq!(read.encode_to_vec(), bytes, "{name}");
    };
    let batch = wire::Batch {
        first_id: id().as_bytes().to_vec(),
        observations: observations().into_iter().map(wire::Observation::from).collect(),
        idempotency_key: "k".into(),
        judged: true,
        findings: vec![(&finding()).into()],
    };
    check("Batch", batch.encode_to_vec());
    for content in [
        wire::FrameContent::Observation(observations().swap_remove(0).into()),
        wire::FrameContent::Finding((&finding()).into()),
        wire::FrameContent::Missed(3),
        wire::FrameContent::Change(wire::Change { r#type: "alert".into(), json: "{}".into() }),
    ] {
        check("Frame", wire::Frame { content: Some(content) }.encode_to_vec());
    }
}
