//! The event logs of SigmaHQ's regression cases make the same rules match as their JSON does, whose fields have only
//! their paths.
#![allow(clippy::disallowed_methods, reason = "own fixtures")]

mod data;

use palisade_events::{
    Engine, Evaluator, Loader, Record,
    readers::{Reader, json},
    taxonomy::Taxonomy,
};
use std::{collections::BTreeMap, sync::Arc};

/// How often each rule matches.
type Matches = BTreeMap<String, usize>;

fn count(evaluator: &mut Evaluator, record: &Record<'_>, matches: &mut Matches) {
    for rule in evaluator.evaluate(record).to_vec() {
        *matches.entry(evaluator.engine().rule(rule).id.clone()).or_default() += 1;
    }
}

#[test]
fn event_logs_match_as_their_json() {
    let Some(folder) = data::folder("event_logs_match_as_their_json") else { return };
    let sigma = folder.join("sigma");
    let mut loader = Loader::new();
    for part in ["rules", "rules-emerging-threats", "rules-threat-hunting"] {
        data::files(&sigma.join(part), ".yml").iter().for_each(|(file, text)| loader.add(file, text));
    }
    let mut evaluator = Evaluator::new(Arc::new(Engine::new(loader.finish(), &Taxonomy::default())));
    let (mut cases, mut wrong) = (0, Vec::new());
    for (file, text) in data::files(&sigma.join("regression_data"), ".json") {
        let (mut expected, mut found, mut by_reader) = (Matches::new(), Matches::new(), Matches::new());
        for event in serde_json::Deserializer::from_str(&text).into_iter::<serde_json::Value>() {
            let line = event.expect("an event").to_string();
            count(&mut evaluator, &json::read(&line, Record::default()).expect("an event"), &mut expected);
        }
        let log = std::fs::read(file.replace(".json", ".evtx")).expect("the log stands beside it");
        for (bytes, matches) in [(log.as_slice(), &mut found), (text.as_bytes(), &mut by_reader)] {
            let mut reader = Reader::new(None);
            let mut take = |read: Result<&Record<'_>, _>| count(&mut evaluator, read.expect("reads"), matches);
            reader.feed(bytes, &mut take);
            reader.finish(&mut take);
        }
        cases += 1;
        if found != expected || by_reader != expected {
            wrong.push(format!("{file}: {expected:?}, from the log {found:?}, from JSON {by_reader:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {cases} cases: {wrong:#?}", wrong.len());
    assert_eq!(cases, 202);
}
