//! Rules of the feed, tuned, on a running server: taken over when they are imported, changed, or refused.

use crate::{
    commands::{palisade, run},
    deadline::until,
    server::Home,
};
use serde_json::json;
use std::fs;

const RULE: &str = "\
title: Log cleared
id: 0c2b2c5e-4a0e-4f57-9a4c-9f3f5d0f6a22
logsource: {product: windows, service: security}
detection: {selection: {EventID: 1102}, condition: selection}
level: high
";

#[test]
fn a_server_takes_over_the_feed_and_tuning_while_it_runs() {
    let home = Home::new("");
    let tuning = home.file("tuning.toml", "");
    let settings = format!("[events]\nreload_seconds = 1\ntuning = [{tuning:?}]\n\n[otlp]\ngrpc_listen = \"\"\n");
    home.file("palisade.toml", settings);
    let server = home.start();
    assert!(server.said().contains("palisade feed import sigma"), "{}", server.said());

    let data = home.data();
    let import = |file: &str, content: &str| {
        let file = home.file(file, content);
        let arguments = ["feed", "import", "sigma", file.to_str().unwrap(), "--data-dir", data.to_str().unwrap()];
        run(&mut palisade(&arguments), b"")
    };
    import("rules.yml", RULE).expect_code(0);
    until("the rule of the feed", || (server.metric("palisade_rules") as u64 == 1).then_some(()));
    let refused = import("other.yml", "title: No rule\n").expect_code(2);
    assert!(refused.err.contains("was not imported"), "{}", refused.err);
    assert_eq!(server.metric("palisade_rules") as u64, 1, "the rules before go on");

    let send = |user: &str, machine: &str| {
        server.send(&json!({"Channel": "Security", "EventID": 1102, "SubjectUserName": user, "Computer": machine}));
    };
    let found =
        |machine: &str| server.number(&format!("SELECT count(*) FROM findings WHERE subject_name = '{machine}'")) > 0;
    send("archiver", "before");
    until("a finding", || found("before").then_some(()));

    let entry = "[[allow]]\nrule = 'Log cleared'\nreason = 'the archiver clears logs'\nevent = { SubjectUserName = 'archiver' }\n";
    fs::write(&tuning, entry).unwrap();
    let mut round = 0;
    until("the tuning to count", || {
        round += 1;
        let (allowed, other) = (format!("allowed{round}"), format!("other{round}"));
        send("archiver", &allowed);
        // Findings come in the order of events: when this one is there, that one would be.
        send("bert", &other);
        until("the finding about bert", || found(&other).then_some(()));
        (!found(&allowed)).then_some(())
    });
}
