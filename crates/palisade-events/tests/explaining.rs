//! What is said about rules agrees with what rules do, and no text of tuning or tests makes anything panic.

mod data;

use palisade_events::{
    Engine, Evaluator, Expected, Loader, Record, Ruleset, TestFile, Tester, Tuning, readers::json, taxonomy::Taxonomy,
};
use palisade_model::Timestamp;
use proptest::prelude::*;
use std::sync::Arc;

/// Events of the sample between two that are looked at, and rules between two that are asked.
const EVENTS_STEP: usize = 97;
const RULES_STEP: usize = 31;

#[test]
fn a_trace_matches_where_the_engine_does() {
    let Some(folder) = data::folder("a_trace_matches_where_the_engine_does") else { return };
    let mut loader = Loader::new();
    for (file, text) in data::files(&folder.join("sigma/rules"), ".yml") {
        loader.add(&file, &text);
    }
    let engine = Arc::new(Engine::new(loader.finish(), &Taxonomy::default()));
    let mut evaluator = Evaluator::new(Arc::clone(&engine));
    let (mut asked, mut matched) = (0, 0);
    for (line, _) in data::sample(&folder).iter() {
        let record = json::read(line, Record::default()).expect("an event");
        let found = evaluator.evaluate(&record).to_vec();
        for rule in &found {
            let trace = evaluator.trace(&record, *rule, None);
            assert!(trace.is_match && trace.condition.holds == Some(true), "{}: {trace:?}", engine.rule(*rule).title);
            matched += 1;
        }
    }
    for (line, _) in data::sample(&folder).iter().step_by(EVENTS_STEP) {
        let record = json::read(line, Record::default()).expect("an event");
        let source = evaluator.source(&record);
        let of_interest: Vec<_> = engine.rules_for(&source).step_by(RULES_STEP).collect();
        let found = evaluator.evaluate(&record).to_vec();
        for rule in of_interest {
            let trace = evaluator.trace(&record, rule, None);
            assert_eq!(trace.is_match, found.contains(&rule), "{}: {trace:?}", engine.rule(rule).title);
            asked += 1;
        }
    }
    eprintln!("{matched} matches explained, {asked} rules asked about events");
    assert!(matched > 50 && asked > 100);
}

const RULE: &str = "title: A\nid: a\nlogsource: {}\ndetection:\n  s: {a: x}\n  condition: s\n";

proptest! {
    #[test]
    fn any_tuning_is_read_or_refused(text in r#"(\[\[(allow|disable|severity)\]\]\n|(rule|tag|path|reason|severity) = |"(a|\*|low|x)"|expires = |2026-11-2[0-9]|event = |\{|\}|\[|\]|"a\|(re|contains|all)" = |\n|,|'\('){0,40}"#) {
        if let Ok(tuning) = Tuning::parse("t", &text) {
            let mut loader = Loader::new();
            loader.add("a.yml", RULE);
            loader.tune(vec![tuning], Timestamp::from_millis(1_795_000_000_000));
            let _ = Ruleset::new(loader.finish(), &Taxonomy::default());
        }
    }

    #[test]
    fn any_tests_are_read_or_refused(text in r"(rule: |tests:\n|  - |    |event: |events: |file: |match: (true|false)|count: |name: |logsource: |\{|\}|\[|\]|a|x|: |, |[0-9]|\n|---\n|&a |\*a){0,40}") {
        if let Ok(files) = TestFile::parse("a.test.yml", &text) {
            let mut loader = Loader::new();
            loader.add("a.yml", RULE);
            let ruleset = Ruleset::new(loader.finish(), &Taxonomy::default());
            let mut tester = Tester::new(&ruleset);
            files.iter().for_each(|file| file.tests.iter().for_each(|test| drop(tester.run(file, test, b"{\"a\":\"x\"}\n"))));
        }
    }

    /// What stands in tuning as allowed is what does not match, and nothing else.
    #[test]
    fn exceptions_take_away_their_events_only(value in "[a-c]{1,3}", allowed in prop::collection::vec("[a-c]{1,2}", 1..4)) {
        let list: Vec<String> = allowed.iter().map(|text| format!("'{text}'")).collect();
        let tuning = format!("[[allow]]\nrule = 'a'\nreason = 'r'\nevent = {{ 'b|startswith' = [{}] }}\n", list.join(", "));
        let mut loader = Loader::new();
        loader.add("a.yml", RULE);
        loader.tune(vec![Tuning::parse("t", &tuning).expect("tuning")], Timestamp::default());
        let ruleset = Ruleset::new(loader.finish(), &Taxonomy::default());
        let is_allowed = allowed.iter().any(|start| value.starts_with(start.as_str()));
        let tests = format!("rule: a\ntests:\n  - event: {{a: x, b: {value}}}\n    match: {}\n", !is_allowed);
        let file = &TestFile::parse("a.test.yml", &tests).expect("tests")[0];
        prop_assert_eq!(file.tests[0].expected, Expected::Match(!is_allowed));
        let outcome = Tester::new(&ruleset).run(file, &file.tests[0], &[]);
        prop_assert!(outcome.passed, "{:?}", outcome);
    }
}
