//! Events made to be costly cost no more than a bounded time, and are counted.

use palisade_events::{Engine, Evaluator, Loader, Record, limits::FIELD_VALUES_MAX, readers::json, taxonomy::Taxonomy};
use std::{fmt::Write, sync::Arc};

#[test]
fn a_field_with_very_many_values_is_looked_at_up_to_a_limit() {
    let mut loader = Loader::new();
    for rule in 0..500 {
        let words: String = (0..20).map(|word| format!("'word {rule} {word}',")).collect();
        let detection = format!("  s: {{a: gate, b|contains: [{words}]}}\n  condition: s");
        loader.add("rule.yml", &format!("title: Rule {rule}\nlogsource: {{}}\ndetection:\n{detection}\n"));
    }
    let mut evaluator = Evaluator::new(Arc::new(Engine::new(loader.finish(), &Taxonomy::none())));
    let mut event = String::from(r#"{"a":"gate","b":["word 7 7""#);
    (0..100_000).for_each(|number| write!(event, ",\"value {number}\"").expect("writes"));
    event.push_str("]}");
    let record = json::read(&event, Record::default()).expect("an event");
    assert_eq!(evaluator.evaluate(&record).len(), 1);
    let counts = evaluator.counts();
    assert!(counts.left_out > 0 && counts.searched <= FIELD_VALUES_MAX as u64 + 2, "{counts:?}");
}

#[test]
fn very_many_fields_and_deep_ones_are_read_up_to_a_limit() {
    let mut loader = Loader::new();
    loader.add("rule.yml", "title: T\nlogsource: {}\ndetection:\n  s: {f5: x, f99: y}\n  condition: s\n");
    let mut evaluator = Evaluator::new(Arc::new(Engine::new(loader.finish(), &Taxonomy::none())));
    let mut event = String::from(r#"{"f5":"x","f99":"y""#);
    (0..150_000).for_each(|number| write!(event, ",\"g{number}\":1").expect("writes"));
    event.push('}');
    let record = json::read(&event, Record::default()).expect("an event");
    assert!(record.is_cut());
    assert_eq!(evaluator.evaluate(&record).len(), 1);
    let name = "n".repeat(10_000);
    let deep = format!("{}1{}", format!("{{\"{name}\":").repeat(1500), "}".repeat(1500));
    let record = json::read(&deep, Record::default()).expect("an event");
    assert!(record.is_cut() && evaluator.evaluate(&record).is_empty());
}
