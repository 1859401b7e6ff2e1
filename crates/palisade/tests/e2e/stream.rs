//! The live stream: what is acknowledged arrives, in the frames and through the filter that were asked for.

use crate::{
    live::Live,
    planted::{TOKEN_CLASS, token},
    server::{Home, Server},
};
use palisade_model::wire::{FrameContent, Shape};
use serde_json::{Value, json};

const JSON: &str = "palisade.v1.json";
/// With 40 MB sent past one who never reads, of which some MB may wait for it.
const MEMORY_KIB_MAX: u64 = 300 << 10;
const PROTOBUF: &str = "palisade.v1.proto";

#[test]
fn events_and_findings_arrive_in_both_kinds_of_frames() {
    let server = Home::new("").start();
    let mut json = Live::open(&server, JSON, "");
    let mut protobuf = Live::open(&server, PROTOBUF, "");
    assert_eq!((json.protocol.as_deref(), protobuf.protocol.as_deref()), (Some(JSON), Some(PROTOBUF)));
    let message = format!("the key is {}", token());
    server.send(&json!({"service": "shop", "seq": "1", "message": message, "port": 22}));

    let event = json.next_json();
    assert_eq!(
        (&event["type"], &event["message"], &event["attributes"]["port"]),
        (&json!("event"), &json!(message), &json!(22))
    );
    let finding = json.next_json();
    assert_eq!((&finding["type"], &finding["class"]), (&json!("finding"), &json!(TOKEN_CLASS)));
    assert_eq!(finding["observation"], event["id"]);
    assert!(!finding.to_string().contains(&message), "the secret is masked");

    let Some(FrameContent::Observation(observation)) = protobuf.next_protobuf().content else { panic!("no event") };
    let Some(Shape::Event(event)) = observation.shape else { panic!("no event") };
    assert_eq!((event.service.as_str(), event.message.as_str()), ("shop", message.as_str()));
    let Some(FrameContent::Finding(finding)) = protobuf.next_protobuf().content else { panic!("no finding") };
    assert_eq!((finding.class.as_str(), finding.observation), (TOKEN_CLASS, event.id));

    let (status, _) = server.stop();
    assert!(status.success(), "open streams do not hold up the end");
    // What became of the finding comes before the end.
    while let Some(frame) = json.next() {
        assert!(frame.to_string().contains("guard.secret"), "{frame}");
    }
    while protobuf.next().is_some() {}
}

#[test]
fn filters_choose_what_arrives() {
    let server = Home::new("").start();
    let mut findings = Live::open(&server, JSON, "type=finding severity>=high");
    let mut ssh = Live::open(&server, "", "service=sshd text~\"FAILED password\" attributes.port!=22");
    server.send(&json!([
        {"service": "sshd", "message": "Failed password", "port": 22},
        {"service": "shop", "message": "failed password"},
        {"service": "sshd", "message": "Failed password", "port": 2222},
        {"service": "shop", "message": token()},
    ]));
    let event = ssh.next_json();
    assert_eq!((&event["service"], &event["attributes"]["port"]), (&json!("sshd"), &json!(2222)));
    let finding = findings.next_json();
    assert_eq!((&finding["type"], &finding["class"]), (&json!("finding"), &json!(TOKEN_CLASS)));
    server.send(&json!({"service": "sshd", "message": "failed password", "port": 1}));
    assert_eq!(ssh.next_json()["attributes"]["port"], 1, "and nothing between");
}

#[test]
fn only_readers_get_a_stream() {
    let server = Home::new("").start();
    let (reader, sender) = (server.key_with("read"), server.key_with("ingest"));
    let bearer = |key: &str| Some(format!("Bearer {key}"));
    let protocols = format!("{JSON}, palisade.key.{reader}");
    for (name, protocols, filter, authorization, wanted) in [
        ("no key", JSON, "", None, Some(401)),
        ("a wrong key", JSON, "", bearer("pal_wrong"), Some(401)),
        ("a key to send with", JSON, "", bearer(&sender), Some(403)),
        ("a filter that is none", JSON, "colour=red", bearer(&reader), Some(400)),
        ("a key to read with", JSON, "", bearer(&reader), None),
        ("a key among the subprotocols", protocols.as_str(), "", None, None),
    ] {
        let opened = Live::try_open(&server, protocols, filter, authorization.as_deref());
        assert_eq!(opened.as_ref().err().copied(), wanted, "{name}");
        if let Ok(mut live) = opened {
            assert_eq!(live.protocol.as_deref(), Some(JSON), "{name}");
            server.send(&json!({"message": name}));
            assert_eq!(live.next_json()["message"], name);
        }
    }
    server.get("/api/v1/stream").send().unwrap().expect_status(400);
}

#[test]
fn a_subscriber_that_never_reads_holds_up_nobody() {
    let server = Home::new("").start();
    let mut idle = Live::open(&server, JSON, "");
    let mut reader = Live::open(&server, JSON, "kind=mark");
    for round in 0..40 {
        flood(&server, 500);
        server.send(&json!({"kind": "mark", "round": round}));
        assert_eq!(reader.next_json()["attributes"]["round"], round, "one who reads misses nothing");
    }
    assert_eq!(server.number("SELECT count(*) FROM events"), 40 * 501);
    let peak = server.memory_kib("VmHWM");
    assert!(peak < MEMORY_KIB_MAX, "the server took {peak} KiB");
    // When it reads at last, it is told how much it missed, or finds that it was cut.
    let mut seen = 0;
    loop {
        let Some(frame) = idle.next() else { break };
        let frame: Value = serde_json::from_str(frame.to_text().unwrap()).unwrap();
        if frame["type"] == "missed" {
            assert!(frame["missed"].as_u64().unwrap() > 0);
            break;
        }
        seen += 1;
        assert!(seen < 40 * 501, "all frames were held for one who never read");
    }
}

fn flood(server: &Server, events: usize) {
    let message = "a".repeat(2000);
    let lines: String = (0..events).map(|_| format!("{}\n", json!({"message": message}))).collect();
    server.events().ndjson(lines).send().unwrap().expect_status(202);
}
