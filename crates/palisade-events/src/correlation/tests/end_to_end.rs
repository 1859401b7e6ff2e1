//! From the text of rules and events to matches, through the engine.

use crate::{
    Engine, Evaluator, Loader, Record, RuleNumber,
    correlation::{CorrelationMatch, Correlations, Correlator, OtherNames, Settings},
    readers::json,
    taxonomy::Taxonomy,
};
use std::sync::Arc;

struct Whole {
    evaluator: Evaluator,
    correlator: Correlator,
    names: OtherNames,
}

impl Whole {
    fn new(text: &str) -> Self {
        let mut loader = Loader::new();
        loader.add("rules.yml", text);
        let rules = loader.finish();
        assert!(rules.problems.is_empty(), "{:?}", rules.problems);
        let (correlations, problems) = Correlations::of_rules(&rules);
        assert!(problems.is_empty(), "{problems:?}");
        let taxonomy = Taxonomy::default();
        let names = OtherNames::new(&correlations, &taxonomy);
        let evaluator = Evaluator::new(Arc::new(Engine::new(rules, &taxonomy)));
        Self { evaluator, correlator: Correlator::new(Arc::new(correlations), Settings::default()), names }
    }

    fn event(&mut self, line: &str) -> Vec<CorrelationMatch> {
        let record = json::read(line, Record::default()).expect("an event");
        let time = record.time().expect("a time");
        let rules: Vec<RuleNumber> = self.evaluator.evaluate(&record).to_vec();
        let mut matches = Vec::new();
        for rule in rules {
            self.correlator.hit(rule.index(), &self.names.of(&record), time, &mut matches);
        }
        matches
    }
}

#[test]
fn a_password_spray_in_events_of_two_shapes() {
    let flat = |second: usize, user: &str| {
        format!(
            r#"{{"@timestamp":"2026-01-01T00:00:{second:02}Z","Channel":"Security","EventID":4625,"IpAddress":"203.0.113.9","TargetUserName":"{user}"}}"#
        )
    };
    let nested = |second: usize, user: &str| {
        format!(
            r#"{{"@timestamp":"2026-01-01T00:00:{second:02}Z","winlog":{{"channel":"Security","event_id":4625,"event_data":{{"IpAddress":"203.0.113.9","TargetUserName":"{user}"}}}}}}"#
        )
    };
    let mut whole = Whole::new(include_str!("rules/password_spray.yml"));
    let line = |second: usize| {
        let user = format!("user{second}");
        if second.is_multiple_of(2) { flat(second, &user) } else { nested(second, &user) }
    };
    let found: Vec<_> = (0..30).flat_map(|second| whole.event(&line(second))).collect();
    assert_eq!(found.len(), 1);
    let told = whole.correlator.correlations().describe(&found[0]);
    let expected = "20 different values of TargetUserName within 10 minutes, for IpAddress 203.0.113.9: \
                    user12, user13, user14, user15, user16, user17, user18, user19 and others";
    assert_eq!(told, expected);
}

#[test]
fn a_refused_correlation_is_told_with_its_place() {
    let mut loader = Loader::new();
    loader.add(
        "broken.yml",
        "title: t\ncorrelation: {type: event_count, rules: [nowhere], timespan: 1m, condition: {gte: 2}}",
    );
    let (_, problems) = Correlations::of_rules(&loader.finish());
    assert_eq!(problems[0].to_string(), "broken.yml:1: there is no rule with the id or name 'nowhere'");
}
