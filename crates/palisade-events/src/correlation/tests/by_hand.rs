//! Each kind of correlation, written by hand.

use super::stage::{NONE, Stage, patient};
use crate::{Record, Value, correlation::Repeat};
use palisade_model::Timestamp;

fn rule(kind: &str, rest: &str) -> String {
    format!("title: t\ncorrelation:\n  type: {kind}\n  rules: [a, b, c]\n  group-by: [user]\n  timespan: 60s\n{rest}")
}

#[test]
fn event_count_counts_by_group_and_window() {
    let mut stage = Stage::each(&rule("event_count", "  condition: {gte: 3}"));
    let anna = [("user", "anna")];
    assert_eq!(stage.numbers("a", 0, &anna), NONE);
    assert_eq!(stage.numbers("b", 30, &anna), NONE);
    assert_eq!(stage.numbers("a", 31, &[("user", "bert")]), NONE);
    assert_eq!(stage.numbers("a", 60, &anna), [3.0]);
    assert_eq!(stage.numbers("a", 61, &anna), [3.0]);
    assert_eq!(stage.numbers("a", 200, &anna), NONE);
}

#[test]
fn one_burst_gives_one_match_and_one_more_for_each_window() {
    let mut stage = Stage::new(&rule("event_count", "  condition: {gte: 3}"), patient(Repeat::OncePerWindow));
    let times: Vec<_> = (0..200).filter(|time| !stage.hit("a", *time, &[]).is_empty()).collect();
    assert_eq!(times, [2, 63, 124, 185]);
    assert!((300..330).filter(|time| !stage.hit("a", *time, &[]).is_empty()).eq([302]));
}

#[test]
fn an_event_without_a_value_belongs_to_the_group_without_one() {
    let mut stage = Stage::each(&rule("event_count", "  condition: {gte: 2}"));
    stage.hit("a", 0, &[("user", "")]);
    stage.hit("a", 0, &[]);
    let matches = stage.hit("a", 1, &[]);
    assert_eq!(matches[0].group, [("user".to_owned(), None)]);
    assert_eq!(stage.numbers("a", 2, &[("user", "")]), [2.0]);
}

#[test]
fn value_count_counts_distinct_values_of_fields() {
    let mut stage = Stage::each(&rule("value_count", "  condition: {field: port, gte: 2}"));
    assert_eq!(stage.numbers("a", 0, &[("port", "22")]), NONE);
    assert_eq!(stage.numbers("a", 1, &[("port", "22")]), NONE);
    assert_eq!(stage.numbers("a", 2, &[("port", "80")]), [2.0]);
    assert_eq!(stage.numbers("a", 3, &[]), [2.0]);
    assert_eq!(stage.numbers("a", 62, &[]), NONE);
    let mut pairs = Stage::each(&rule("value_count", "  condition: {field: [host, port], gte: 2}"));
    assert_eq!(pairs.numbers("a", 0, &[("host", "a"), ("port", "22")]), NONE);
    assert_eq!(pairs.numbers("a", 0, &[("host", "a")]), NONE);
    let matches = pairs.hit("a", 0, &[("host", "b"), ("port", "22")]);
    assert_eq!((matches[0].number, &matches[0].examples[..]), (2.0, &["a, 22".to_owned(), "b, 22".to_owned()][..]));
}

#[test]
fn each_element_of_a_list_is_a_value() {
    let mut stage = Stage::each(&rule("value_count", "  condition: {field: port, gte: 3}"));
    let mut record = Record::new("");
    record.push("port", Value::List("[22,80,null,443]"));
    ["22", "80"].iter().for_each(|port| record.push("port", Value::Number(port)));
    record.push("port", Value::Null);
    record.push("port", Value::Number("443"));
    let mut matches = Vec::new();
    stage.correlator.hit(stage.rule("a"), &record, Timestamp::from_nanos(0), &mut matches);
    assert_eq!(matches[0].number, 3.0);
}

#[test]
fn numbers_are_added_and_averaged() {
    let value = |number: &'static str| [("bytes", number)];
    let mut sum = Stage::each(&rule("value_sum", "  condition: {field: bytes, gt: 10}"));
    assert_eq!(sum.numbers("a", 0, &value("10")), NONE);
    assert_eq!(sum.numbers("a", 1, &value("word")), NONE);
    assert_eq!(sum.numbers("a", 2, &value("2.5")), [12.5]);
    assert_eq!(sum.numbers("a", 61, &value("4")), NONE);
    assert_eq!(sum.numbers("a", 62, &value("1e300")), NONE);
    let mut average = Stage::each(&rule("value_avg", "  condition: {field: bytes, lt: 5}"));
    assert_eq!(average.numbers("a", 0, &[]), NONE);
    assert_eq!(average.numbers("a", 0, &value("10")), NONE);
    assert_eq!(average.numbers("a", 1, &value("-2")), [4.0]);
}

#[test]
fn percentiles_and_median() {
    let mut high = Stage::each(&rule("value_percentile", "  condition: {field: ms, gte: 90, percentile: 90}"));
    let found: Vec<_> = (1..=101).flat_map(|ms| high.numbers("a", 0, &[("ms", &ms.to_string())])).collect();
    assert_eq!(found.len(), 2);
    assert_eq!(found[1], 91.0);
    let mut median = Stage::each(&rule("value_median", "  condition: {field: ms, gte: 5}"));
    let found: Vec<_> =
        [1, 9, 5, 20].iter().flat_map(|ms| median.numbers("a", 0, &[("ms", &ms.to_string())])).collect();
    assert_eq!(found, [5.0, 5.0, 7.0]);
}

#[test]
fn temporal_wants_all_rules_in_any_order() {
    let mut stage = Stage::each(&rule("temporal", ""));
    assert_eq!(stage.numbers("c", 0, &[]), NONE);
    assert_eq!(stage.numbers("a", 30, &[]), NONE);
    assert_eq!(stage.numbers("b", 60, &[]), [3.0]);
    assert_eq!(stage.numbers("b", 61, &[]), NONE);
    let mut some = Stage::each(&rule("temporal", "  condition: {gte: 2}"));
    some.hit("a", 0, &[]);
    assert_eq!(some.numbers("c", 1, &[]), [2.0]);
}

#[test]
fn temporal_conditions_are_expressions() {
    let mut stage = Stage::each(&rule("temporal", "  condition: (a or b) and not c"));
    assert_eq!(stage.numbers("c", 0, &[]), NONE);
    assert_eq!(stage.numbers("a", 1, &[]), NONE);
    assert_eq!(stage.numbers("b", 61, &[]), [2.0]);
    let without_list = "title: t\ncorrelation:\n  type: temporal\n  timespan: 1m\n  condition: b and a";
    let mut stage = Stage::each(without_list);
    stage.hit("a", 0, &[]);
    assert_eq!(stage.numbers("b", 1, &[]), [2.0]);
}

#[test]
fn temporal_ordered_wants_the_order_of_the_list() {
    let mut stage = Stage::each(&rule("temporal_ordered", ""));
    for (name, second) in [("c", 0), ("b", 1), ("a", 2), ("b", 3)] {
        assert_eq!(stage.numbers(name, second, &[]), NONE);
    }
    assert_eq!(stage.numbers("c", 62, &[]), [3.0]);
    assert_eq!(stage.numbers("c", 63, &[]), NONE);
}

#[test]
fn ordered_conditions_want_the_rules_that_they_name_in_order() {
    let mut stage = Stage::each(&rule("temporal_ordered", "  condition: (a or b) and c"));
    assert_eq!(stage.numbers("c", 0, &[]), NONE);
    assert_eq!(stage.numbers("b", 1, &[]), NONE);
    assert_eq!(stage.numbers("c", 2, &[]), [2.0]);
    let mut two = Stage::each(&rule("temporal_ordered", "  condition: {gte: 2}"));
    assert_eq!(two.numbers("b", 0, &[]), NONE);
    assert_eq!(two.numbers("a", 1, &[]), NONE);
    assert_eq!(two.numbers("c", 2, &[]), [2.0]);
}

#[test]
fn windows_that_tumble_and_sessions() {
    let mut tumbling = Stage::each(&rule("event_count", "  window: tumbling\n  condition: {gte: 2}"));
    tumbling.hit("a", 59, &[]);
    assert_eq!(tumbling.numbers("a", 60, &[]), NONE);
    assert_eq!(tumbling.numbers("a", 119, &[]), [2.0]);
    let mut session = Stage::each(&rule("event_count", "  window: session\n  gap: 10s\n  condition: {gte: 2}"));
    session.hit("a", 0, &[]);
    assert_eq!(session.numbers("a", 10, &[]), [2.0]);
    assert_eq!(session.numbers("a", 21, &[]), NONE);
}

#[test]
fn a_new_window_may_match_at_once() {
    let text = rule("event_count", "  window: tumbling\n  condition: {gte: 2}");
    let mut stage = Stage::new(&text, patient(Repeat::OncePerWindow));
    let times: Vec<_> = (55..70).filter(|time| !stage.hit("a", *time, &[]).is_empty()).collect();
    assert_eq!(times, [56, 61]);
}

#[test]
fn a_rule_says_how_long_to_be_quiet_and_whether_to_begin_anew() {
    let quiet = format!("{}\nrsigma.suppress: 10s", rule("event_count", "  condition: {gte: 3}"));
    let mut stage = Stage::new(&quiet, patient(Repeat::OncePerWindow));
    assert!((0..30).filter(|time| !stage.hit("a", *time, &[]).is_empty()).eq([2, 12, 22]));
    let anew = format!("{}\nrsigma.action: reset", rule("event_count", "  condition: {gte: 3}"));
    let mut stage = Stage::each(&anew);
    assert!((0..9).filter(|time| !stage.hit("a", *time, &[]).is_empty()).eq([2, 5, 8]));
}

#[test]
fn aliases_give_fields_of_different_names_one_meaning() {
    let text = "
title: t
correlation:
  type: temporal
  rules: [a, b]
  group-by: [internal, remote]
  timespan: 10s
  aliases:
    internal: {a: destination.ip, b: source.ip}
    remote: {a: source.ip, b: destination.ip}";
    let mut stage = Stage::each(text);
    stage.hit("a", 0, &[("destination.ip", "ten"), ("source.ip", "far")]);
    assert!(stage.hit("b", 1, &[("destination.ip", "ten"), ("source.ip", "far")]).is_empty());
    let matches = stage.hit("b", 2, &[("destination.ip", "far"), ("source.ip", "ten")]);
    let expected =
        [("internal", "ten"), ("remote", "far")].map(|(name, value)| (name.to_owned(), Some(value.to_owned())));
    assert_eq!(matches[0].group, expected);
}

#[test]
fn all_correlations_of_a_rule_match_and_the_same_one_twice_counts_twice() {
    let one = rule("event_count", "  condition: {gte: 2}");
    let text = [one.as_str(), &one, &rule("value_count", "  condition: {field: port, gte: 1}")].join("\n---\n");
    let mut stage = Stage::each(&text);
    assert_eq!(stage.numbers("a", 0, &[("port", "1")]), [1.0]);
    assert_eq!(stage.numbers("a", 1, &[("port", "1")]), [2.0, 2.0, 1.0]);
}

const CHAIN: &str = "
title: above
correlation:
  type: temporal_ordered
  rules: [many_failed, b]
  group-by: [user]
  timespan: 10m
---
title: below
name: many_failed
correlation:
  type: event_count
  rules: [a]
  group-by: [host]
  timespan: 10m
  condition: {gte: 10}";

/// The correlation above groups by what the one below does not: the value comes from the event.
#[test]
fn a_correlation_over_another_has_its_own_groups() {
    let mut stage = Stage::new(CHAIN, patient(Repeat::OncePerWindow));
    let failed = [("host", "h"), ("user", "anna")];
    assert!((0..9).all(|second| stage.hit("a", second, &failed).is_empty()));
    let below = stage.hit("a", 9, &failed);
    assert_eq!((below.len(), below[0].correlation, below[0].is_silent), (1, 1, true));
    assert!(stage.hit("b", 10, &[("user", "bert")]).is_empty());
    let above = stage.hit("b", 11, &[("user", "anna")]);
    assert_eq!((above.len(), above[0].correlation, above[0].is_silent), (1, 0, false));
}

/// The one below has matched once, but its condition held up to the last failure.
#[test]
fn what_is_seen_below_is_seen_for_as_long_as_it_holds() {
    let mut stage = Stage::new(CHAIN, patient(Repeat::OncePerWindow));
    let failed = [("host", "h"), ("user", "anna")];
    let matches: usize = (0..590).map(|second| stage.hit("a", second, &failed).len()).sum();
    assert_eq!(matches, 1);
    assert_eq!(stage.hit("b", 1_150, &[("user", "anna")]).len(), 1);
}

#[test]
fn a_count_over_another_correlation_counts_its_matches() {
    let text = "
title: above
correlation: {type: value_count, rules: [below], timespan: 1h, condition: {field: host, gte: 2}}
---
title: below
id: below
correlation: {type: event_count, rules: [a], group-by: [host], timespan: 1m, condition: {gte: 2}}";
    let mut stage = Stage::new(text, patient(Repeat::OncePerWindow));
    let found: Vec<_> =
        (0..20).flat_map(|time| stage.hit("a", time, &[("host", if time < 10 { "h" } else { "i" })])).collect();
    assert_eq!(
        found.iter().map(|found| (found.correlation, found.number)).collect::<Vec<_>>(),
        [(1, 2.0), (1, 2.0), (0, 2.0)]
    );
}

#[test]
fn generate_lets_rules_be_told_on_their_own() {
    let silent = Stage::each(&rule("event_count", "  condition: {gte: 2}"));
    let correlations = silent.correlator.correlations();
    assert!(correlations.is_silent(0) && correlations.has_rule(0) && !correlations.is_silent(3));
    assert!(!correlations.has_rule(3) && !correlations.has_rule(99));
    let told = Stage::each(&format!("{}\ngenerate: true", rule("event_count", "  condition: {gte: 2}")));
    assert!(!told.correlator.correlations().is_silent(0));
}
