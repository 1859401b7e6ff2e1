//! Tuning and tests of rules as users write them: read, applied to a rule, and run.
#![no_main]

use libfuzzer_sys::fuzz_target;
use palisade_events::{Loader, Ruleset, TestFile, Tester, Tuning, taxonomy::Taxonomy};
use palisade_model::Timestamp;

const RULES: &str = "title: A\nid: a\nlogsource: {}\ndetection: {s: {a: x}, condition: s}\n---\ntitle: B\ncorrelation: \
                     {type: event_count, rules: [a], timespan: 1m, condition: {gte: 1}}\n";

fuzz_target!(|text: &str| {
    let mut loader = Loader::new();
    loader.add("rules.yml", RULES);
    if let Ok(tuning) = Tuning::parse("tuning.toml", text) {
        loader.tune(vec![tuning], Timestamp::default());
    }
    let ruleset = Ruleset::new(loader.finish(), &Taxonomy::default());
    let Ok(files) = TestFile::parse("a.test.yml", text) else { return };
    let mut tester = Tester::new(&ruleset);
    for file in &files {
        for test in &file.tests {
            let _ = tester.run(file, test, text.as_bytes());
        }
    }
});
