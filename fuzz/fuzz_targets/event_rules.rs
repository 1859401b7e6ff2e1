//! Rules as users write them: taken apart, compiled, and asked about an event.
#![no_main]

use libfuzzer_sys::fuzz_target;
use palisade_events::{
    Loader, Record, Ruleset, correlation::Settings, readers::json, taxonomy::Taxonomy,
};
use palisade_model::Timestamp;

const EVENT: &str = r#"{"Channel":"Security","EventID":4688,"Image":"C:\\a.exe","User":"anna","IpAddress":"10.0.0.1","list":[1,"b"],"service":"shop"}"#;

fuzz_target!(|text: &str| {
    let mut loader = Loader::new();
    loader.add("rules.yml", text);
    let ruleset = Ruleset::new(loader.finish(), &Taxonomy::default());
    let Ok(record) = json::read(EVENT, Record::default()) else { return };
    let (mut evaluator, mut correlator) = (ruleset.evaluator(), ruleset.correlator(Settings::default()));
    let mut matches = Vec::new();
    for rule in evaluator.evaluate(&record).to_vec() {
        let _ = evaluator.explain(&record, rule);
        ruleset.correlate(&mut correlator, rule, &record, Timestamp::default(), &mut matches);
    }
});
