//! Against another engine, `rsigma-eval`, on streams in the order of time, with every event for which a condition
//! holds.
//!
//! Where the two disagree, and what decides (Sigma correlation rules specification 2.0.2):
//!
//! | what | there | here | decided by |
//! |---|---|---|---|
//! | `temporal` without a condition | matches with the first rule | all rules | "All events defined by the rules referred by the rule field must occur in the time frame defined by timespan" |
//! | `value_percentile` | matches with every event, whatever the thresholds | the thresholds are met | "The condition finally defines how many values must occur to generate a search hit" |
//! | sum and average of no values | 0, which meets `lt: 1` | nothing to judge | there is no value "contained in the field" |
//! | null in `value_count` | a value, the same as the text "null" | no value | "counts values in a field": null says that there is none |
//! | a list in `value_count` | no value | each element is one | "distinct values contained in the field" |
//! | ordered, `(a or b) and c` | all of a, b, c in order | a chain in order that meets the condition | "behaves like *temporal* and requires in addition that the events appear in the order provided" |
//! | `1 of x*` over rules | never holds | expanded | the condition syntax of detection rules |
//! | group of a correlation above another | only what the one below groups by | else from the event that completed it | "the correlation rule only uses its own `group-by` "User"" |
//! | a value counted over correlations | not counted | from the group below or the event | "Refers to one or multiple Sigma or Correlations rules" |
//! | an event without the value counted, in a session or tumbling window | does not extend it | does, it is an event of the group | "defines a time period in which the correlation should be applied" |
//! | `1.0` and `1` as values | the same | as they are written | the specification says nothing |
//! | time | whole seconds | nanoseconds | the specification says nothing |
//! | events that come late | in the order of arrival | in the order of time | "within the given time frame" |

use super::stage::{RULES_TEXT, Stage, parse};
use palisade_model::Timestamp;
use proptest::prelude::*;
use rsigma_eval::{CorrelationConfig, CorrelationEngine, JsonEvent};
use serde_json::{Map, Value, json};

/// One match: title, group, number.
type Found = (String, Vec<(String, String)>, f64);

struct Both {
    ours: Stage,
    theirs: CorrelationEngine,
}

impl Both {
    fn new(text: &str) -> Self {
        let mut theirs = CorrelationEngine::new(CorrelationConfig::default());
        let both = format!("{RULES_TEXT}{text}");
        theirs.add_collection(&parse(&both)).expect("the other engine takes the rules");
        Self { ours: Stage::each(&both), theirs }
    }

    /// What each found with an event of a kind.
    fn hit(&mut self, kind: &str, second: i64, fields: &[(&str, &str)]) -> (Vec<Found>, Vec<Found>) {
        let mut matches = Vec::new();
        let record = super::stage::record(fields);
        let time = Timestamp::from_millis(second * 1_000);
        self.ours.correlator.hit(self.ours.rule(kind), &record, time, &mut matches);
        let given = |(name, value): (String, Option<String>)| Some((name, value?));
        let ours = matches.into_iter().map(|found| {
            (
                self.ours.titles[found.correlation].clone(),
                found.group.into_iter().filter_map(given).collect(),
                found.number,
            )
        });
        let mut event: Map<String, Value> =
            fields.iter().map(|(name, value)| ((*name).to_owned(), written(value))).collect();
        event.insert("kind".to_owned(), json!(kind));
        let event = Value::Object(event);
        let results = self.theirs.process_event_at(&JsonEvent::borrow(&event), second);
        let theirs = results.iter().filter_map(|result| {
            let body = result.as_correlation()?;
            Some((result.header.rule_title.clone(), body.group_key.clone(), body.aggregated_value))
        });
        (sorted(ours.collect()), sorted(theirs.collect()))
    }

    fn agree(&mut self, kind: &str, second: i64, fields: &[(&str, &str)]) {
        let (ours, theirs) = self.hit(kind, second, fields);
        assert_eq!(ours, theirs, "{kind} at {second} {fields:?}");
    }
}

fn written(value: &str) -> Value {
    value.parse::<i64>().map_or_else(|_| json!(value), |number| json!(number))
}

fn sorted(mut found: Vec<Found>) -> Vec<Found> {
    found.sort_by(|a, b| a.partial_cmp(b).expect("numbers"));
    found
}

fn correlation(title: &str, kind: &str, rest: &str) -> String {
    format!("---\ntitle: {title}\nid: {title}\ncorrelation:\n  type: {kind}\n  group-by: [user]\n{rest}\n")
}

#[test]
fn sequences_written_by_hand() {
    let rules = [
        correlation("many", "event_count", "  rules: [a]\n  timespan: 10s\n  condition: {gte: 3}"),
        correlation("ports", "value_count", "  rules: [a, b]\n  timespan: 10s\n  condition: {field: v, gt: 2, lte: 4}"),
        correlation("both", "temporal", "  rules: [a, b]\n  timespan: 10s\n  condition: {gte: 2}"),
        correlation("mixed", "temporal", "  rules: [a, b, c]\n  timespan: 10s\n  condition: a and b and not c"),
        correlation("order", "temporal_ordered", "  rules: [a, b, c]\n  timespan: 10s"),
        correlation("chain", "temporal_ordered", "  rules: [many, c]\n  timespan: 20s"),
        correlation("count", "event_count", "  rules: [many, b]\n  timespan: 20s\n  condition: {gte: 4}"),
    ];
    let mut both = Both::new(&rules.concat());
    let kinds = ["a", "a", "b", "a", "c", "b", "c", "a", "a", "a", "c", "d", "b", "b", "c"];
    for round in 0..40 {
        for (index, kind) in kinds.iter().enumerate() {
            let second = round * 29 + index as i64 * 2;
            let (user, value) = (format!("u{}", (round + index as i64) % 3), (index * 7 % 5).to_string());
            let fields = [("user", user.as_str()), ("v", value.as_str())];
            both.agree(kind, second, &fields[usize::from(round % 5 == 4)..]);
        }
    }
}

#[test]
fn the_rules_of_the_attacks() {
    let text = include_str!("rules/port_sweep.yml").replace("action: deny", "kind: connection_refused");
    let mut both = Both::new(&format!("---\n{text}"));
    for port in 0..400i64 {
        let value = port.to_string();
        let fields = [("src_ip", "203.0.113.9"), ("dst_ip", "10.0.0.1"), ("dst_port", value.as_str())];
        both.agree("connection_refused", port * 2, &fields);
    }
}

/// The table above, line by line where a test can show it.
#[test]
fn disagreements_are_those_of_the_table() {
    type Event<'a> = (&'a str, i64, &'a [(&'a str, &'a str)]);
    let differ = |rules: &str, events: &[Event<'_>], expected: (usize, usize)| {
        let mut both = Both::new(rules);
        let counts = events.iter().map(|(kind, second, fields)| both.hit(kind, *second, fields));
        let counted = counts.fold((0, 0), |sum, (ours, theirs)| (sum.0 + ours.len(), sum.1 + theirs.len()));
        assert_eq!(counted, expected, "{rules}");
    };
    let temporal = correlation("t", "temporal", "  rules: [a, b]\n  timespan: 10s");
    differ(&temporal, &[("a", 0, &[]), ("b", 1, &[])], (1, 2));
    let percentile =
        correlation("t", "value_percentile", "  rules: [a]\n  timespan: 10s\n  condition: {field: v, gte: 100}");
    differ(&percentile, &[("a", 0, &[("v", "5")]), ("a", 1, &[("v", "500")])], (1, 2));
    let sum = correlation("t", "value_sum", "  rules: [a]\n  timespan: 10s\n  condition: {field: v, lt: 1}");
    differ(&sum, &[("a", 0, &[])], (0, 1));
    let ordered =
        correlation("t", "temporal_ordered", "  rules: [a, b, c]\n  timespan: 10s\n  condition: (a or b) and c");
    differ(&ordered, &[("a", 0, &[]), ("c", 1, &[])], (1, 0));
    let selected = correlation("t", "temporal", "  rules: [a, b]\n  timespan: 10s\n  condition: 1 of them");
    differ(&selected, &[("a", 0, &[])], (1, 0));
    let groups = correlation("below", "event_count", "  rules: [a]\n  timespan: 10s\n  condition: {gte: 1}")
        + "---\ntitle: above\ncorrelation: {type: temporal_ordered, rules: [below, b], group-by: [host], timespan: 10s}";
    differ(&groups, &[("a", 0, &[("host", "h")]), ("b", 1, &[("host", "h")])], (2, 1));
    let values = correlation("below", "event_count", "  rules: [a]\n  timespan: 10s\n  condition: {gte: 1}")
        + "---\ntitle: above\ncorrelation: {type: value_count, rules: [below], timespan: 10s, condition: {field: user, gte: 2}}";
    differ(&values, &[("a", 0, &[("user", "u")]), ("a", 1, &[("user", "v")])], (3, 2));
}

#[derive(Clone, Debug)]
struct Case {
    rule: String,
    events: Vec<(usize, i64, u8, i64)>,
}

fn cases() -> impl Strategy<Value = Case> {
    let kinds = prop::sample::select(vec![
        ("event_count", "gte: 3"),
        ("event_count", "gt: 1, lt: 5"),
        ("event_count", "eq: 2"),
        ("event_count", "neq: 2"),
        ("value_count", "field: v, gte: 3"),
        ("value_count", "field: [v, w], lte: 3"),
        ("value_sum", "field: v, gte: 20"),
        ("value_avg", "field: v, lt: 6"),
        ("value_percentile", "field: v, gte: 0, percentile: 80"),
        ("value_median", "field: v, gt: 5"),
        ("temporal", "gte: 2"),
        ("temporal", "eq: 3"),
        ("temporal_ordered", "gte: 3"),
        ("temporal", "a and (b or c)"),
        ("temporal", "a and not b"),
        ("temporal_ordered", "a and b and c"),
    ]);
    let window = prop::sample::select(vec!["sliding", "tumbling", "session\n  gap: 4s"]);
    let extra = prop::sample::select(vec!["", "rsigma.suppress: 7s", "rsigma.action: reset"]);
    let events = prop::collection::vec((0usize..4, 0i64..6, 0u8..3, 0i64..12), 0..100);
    (kinds, window, extra, events).prop_map(|((kind, condition), window, extra, events)| {
        let is_map = condition.contains(':');
        let condition = if is_map { format!("{{{condition}}}") } else { condition.to_owned() };
        let rest =
            format!("  rules: [a, b, c]\n  timespan: 12s\n  window: {window}\n  condition: {condition}\n{extra}");
        Case { rule: correlation("t", kind, &rest), events }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]
    #[test]
    fn streams_in_order_give_the_same_matches(case in cases()) {
        let mut both = Both::new(&case.rule);
        let mut second = 1_000;
        for (kind, step, user, value) in case.events {
            second += step;
            let (user, value) = (format!("u{user}"), value.to_string());
            let other = (value.len() * 3).to_string();
            let fields = [("v", value.as_str()), ("w", other.as_str()), ("user", user.as_str())];
            let fields = if user == "u2" { &fields[..2] } else { &fields[..] };
            let (ours, theirs) = both.hit(["a", "b", "c", "d"][kind], second, fields);
            let is_same = ours.len() == theirs.len() && ours.iter().zip(&theirs).all(|(ours, theirs)| {
                ours.0 == theirs.0 && ours.1 == theirs.1 && (ours.2 - theirs.2).abs() < 1e-9
            });
            prop_assert!(is_same, "{} at {}: {:?} and {:?}", case.rule, second, ours, theirs);
        }
    }
}
