//! `palisade serve --demo`: a stream of realistic sample observations, sent through the public API as users would.
//!
//! Most of it is the ordinary noise of a small company. Every few seconds something happens that is worth a finding.
//! Tokens and keys in it are made up at run time: they have the right form and checksum, and open nothing.

mod scenes;

use super::{
    client::{Client, Connection, Secret},
    random::Random,
    sample,
};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use std::{io::Write as _, time::Duration};
use tokio::{sync::watch, time::MissedTickBehavior};

/// Between two sends.
const PERIOD: Duration = Duration::from_millis(500);
/// Ordinary events in one send: with two sends a second, twenty a second.
const EVENTS: usize = 10;
/// Every so many sends something worth a finding: every four seconds, the first at once.
const SCENE_EVERY: u64 = 8;

/// A body as one of the ways in takes it.
struct Parcel {
    path: &'static str,
    content_type: &'static str,
    headers: &'static [(&'static str, &'static str)],
    body: Vec<u8>,
}

/// Sends sample observations to the server at `url` with `key` until `stop` turns true or its sender is gone. What the
/// server refuses is logged and skipped.
pub async fn run(url: String, key: String, mut stop: watch::Receiver<bool>) {
    let connection = Connection { url, key: Some(Secret::from(key)) };
    let client = match Client::new(&connection) {
        Ok(client) => client,
        Err(error) => return tracing::error!(%error, "the demonstration cannot start"),
    };
    let mut random = Random::fresh();
    let mut ticks = tokio::time::interval(PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for turn in 0.. {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stop.wait_for(|&stopped| stopped) => return,
        }
        for parcel in parcels(turn, &mut random) {
            let sent = client.post_bytes(parcel.path, parcel.content_type, parcel.body, parcel.headers).await;
            if let Err(error) = sent {
                tracing::warn!(%error, path = parcel.path, "the server refused sample observations");
            }
        }
    }
}

/// What is sent in one turn: ordinary events in one of the ways in, and now and then a scene.
fn parcels(turn: u64, random: &mut Random) -> Vec<Parcel> {
    let events: Vec<Value> = (0..EVENTS).map(|_| ordinary(random)).collect();
    let mut parcels = vec![match turn % 4 {
        0 => array(&events),
        1 | 2 => ndjson(&events),
        _ => otlp(&events),
    }];
    if turn.is_multiple_of(SCENE_EVERY) {
        let scene = (turn / SCENE_EVERY) as usize;
        parcels.extend(scenes::scene(scene, random).into_iter().map(|event| single(&event)));
    }
    parcels
}

/// One event of everyday life.
fn ordinary(random: &mut Random) -> Value {
    let mut event = match random.below(10) {
        0 => agent_message(random),
        1 => tool_call(random),
        2 => product_event(random),
        3 => failure(random),
        _ => serde_json::from_str(&format!("{{{}}}", sample::fields(random))).unwrap_or_default(),
    };
    event["time"] = json!(jiff::Timestamp::now().to_string());
    event
}

fn agent_message(random: &mut Random) -> Value {
    let asks = [
        "Summarise the incident report of last night.",
        "Which invoices are overdue by more than 30 days?",
        "Draft a reply to the customer about the delayed delivery.",
        "Explain why the checkout test fails on the main branch.",
        "Translate the release notes to Portuguese, please. 🙏🏽",
    ];
    json!({
        "kind": "message", "severity": "informational", "service": "assistant", "actor": random.pick(&sample::USERS),
        "message": random.pick(&asks), "conversation": format!("c-{}", random.below(400)), "role": "user",
    })
}

fn tool_call(random: &mut Random) -> Value {
    let (tool, argument) = [
        ("search_documents", "quarterly revenue by region"),
        ("read_file", "docs/onboarding.md"),
        ("create_ticket", "Printer on floor 3 is out of toner"),
        ("run_query", "SELECT count(*) FROM orders WHERE created > now() - interval '1 day'"),
    ][random.below(4)];
    json!({
        "kind": "tool_call", "severity": "informational", "service": "assistant", "actor": "agent-helpdesk",
        "message": format!("{tool}: {argument}"), "tool": tool, "arguments": {"text": argument},
        "duration_ms": random.below(2_500),
    })
}

fn product_event(random: &mut Random) -> Value {
    let name = random.pick(&["signup", "checkout_started", "checkout_finished", "plan_changed", "export_finished"]);
    json!({
        "kind": "product", "severity": "informational", "service": "web", "actor": format!("customer-{}", random.below(5_000)),
        "message": name, "event": name, "plan": random.pick(&["free", "team", "business"]), "seats": 1 + random.below(40),
    })
}

fn failure(random: &mut Random) -> Value {
    let (kind, message) = [
        ("TimeoutError", "upstream payments did not answer within 3000 ms"),
        ("TypeError", "cannot read properties of undefined (reading 'total')"),
        ("ConnectionError", "too many connections for role \"checkout\""),
    ][random.below(3)];
    json!({
        "kind": "error", "severity": "high", "service": "checkout", "host": format!("app-{:02}", 1 + random.below(12)),
        "message": format!("{kind}: {message}"),
        "exception": {"type": kind, "stack": format!("at handler (/srv/app/checkout.js:{}:17)", 1 + random.below(400))},
        "trace_id": random.text(b"0123456789abcdef", 32), "span_id": random.text(b"0123456789abcdef", 16),
    })
}

fn single(event: &Value) -> Parcel {
    Parcel {
        path: "/api/v1/events",
        content_type: "application/json",
        headers: &[],
        body: event.to_string().into_bytes(),
    }
}

fn array(events: &[Value]) -> Parcel {
    single(&Value::from(events))
}

fn ndjson(events: &[Value]) -> Parcel {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    for event in events {
        writeln!(packed, "{event}").expect("writing to memory does not fail");
    }
    let body = packed.finish().expect("writing to memory does not fail");
    let headers = &[("content-encoding", "gzip")];
    Parcel { path: "/api/v1/events", content_type: "application/x-ndjson", headers, body }
}

/// The events as log records of the OpenTelemetry protocol (OTLP 1.9, JSON encoding).
fn otlp(events: &[Value]) -> Parcel {
    let records: Vec<Value> = events.iter().map(log_record).collect();
    let service = json!([{"key": "service.name", "value": {"stringValue": "shop"}}, {"key": "host.name", "value": {"stringValue": "app-01"}}]);
    let logs = json!({"resourceLogs": [{"resource": {"attributes": service}, "scopeLogs": [{"scope": {"name": "demo"}, "logRecords": records}]}]});
    Parcel { path: "/v1/logs", content_type: "application/json", headers: &[], body: logs.to_string().into_bytes() }
}

fn log_record(event: &Value) -> Value {
    let text = |key: &str| event.get(key).and_then(Value::as_str).unwrap_or_default();
    let (number, level) = match text("severity") {
        "informational" => (9, "INFO"),
        "low" => (10, "INFO2"),
        "medium" => (13, "WARN"),
        _ => (17, "ERROR"),
    };
    let attribute = |key: &str| json!({"key": key, "value": {"stringValue": text(key)}});
    let attributes: Vec<Value> =
        ["kind", "actor", "source_address"].into_iter().filter(|key| !text(key).is_empty()).map(attribute).collect();
    json!({
        "timeUnixNano": jiff::Timestamp::now().as_nanosecond().to_string(), "severityNumber": number,
        "severityText": level, "body": {"stringValue": text("message")}, "attributes": attributes,
        "traceId": text("trace_id"), "spanId": text("span_id"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::bounded;

    #[test]
    fn every_way_in_is_used_and_its_bodies_are_well_formed() {
        let mut random = Random::seeded(3);
        for turn in 0..4 {
            let parcel = parcels(turn, &mut random).remove(0);
            #[expect(clippy::disallowed_methods, reason = "bounded right here")]
            let text = match parcel.headers {
                [] => String::from_utf8(parcel.body).unwrap(),
                _ => bounded::read(flate2::read::GzDecoder::new(parcel.body.as_slice()), 1 << 20).unwrap(),
            };
            let values: Vec<Value> =
                serde_json::Deserializer::from_str(&text).into_iter().map(Result::unwrap).collect();
            let wanted = if parcel.content_type == "application/x-ndjson" { EVENTS } else { 1 };
            assert_eq!(values.len(), wanted, "{}", parcel.path);
        }
    }

    #[test]
    fn the_first_turn_tells_something() {
        let mut random = Random::seeded(4);
        assert_eq!(parcels(0, &mut random).len(), 2);
        assert_eq!(parcels(1, &mut random).len(), 1);
    }

    #[test]
    fn everyday_events_say_what_and_when() {
        let mut random = Random::seeded(5);
        for _ in 0..200 {
            let event = ordinary(&mut random);
            for field in ["time", "kind", "severity", "service", "message"] {
                assert!(event[field].as_str().is_some_and(|text| !text.is_empty()), "{field} in {event}");
            }
        }
    }
}
