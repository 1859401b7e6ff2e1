//! Correlation rules that cannot be run are refused with the reason; the others run.

use super::stage::{compile, parse};
use rsigma_parser::{ConditionExpr, CorrelationCondition};

fn reasons(text: &str) -> Vec<(usize, String)> {
    let (_, refusals) = compile(&parse(text));
    refusals.into_iter().map(|refusal| (refusal.correlation, refusal.problem.to_string())).collect()
}

fn of(name: &str, rules: &str) -> String {
    format!(
        "title: {name}\nname: {name}\ncorrelation: {{type: event_count, rules: {rules}, timespan: 1m, condition: {{gte: 2}}}}\n---\n"
    )
}

#[test]
fn missing_references_and_circles() {
    let text =
        [of("one", "[two]"), of("two", "[three, a]"), of("three", "[one]"), of("on_it", "[a, two]"), of("fine", "[a]")];
    let found = reasons(&text.concat());
    assert_eq!(found.len(), 4, "{found:?}");
    assert_eq!(found[0], (0, "correlations refer to one another in a circle: one → two → three → one".to_owned()));
    assert!(found[2].1.contains("circle"));
    assert_eq!(found[3], (3, "it refers to 'two', which is refused".to_owned()));
    let text = [of("lost", "[nowhere]"), of("above", "[lost]"), of("self", "[self]"), of("top", "[above]")].concat();
    let expected = [
        "there is no rule with the id or name 'nowhere'",
        "it refers to 'lost', which is refused",
        "correlations refer to one another in a circle: self → self",
        "it refers to 'above', which is refused",
    ];
    assert_eq!(reasons(&text).into_iter().map(|(_, reason)| reason).collect::<Vec<_>>(), expected);
}

#[test]
fn towers_of_correlations() {
    let name = |index: usize| format!("level{index}");
    let tower: String = (1..40).map(|index| of(&name(index), &format!("[{}]", name(index - 1)))).collect();
    let found = reasons(&(of("level0", "[a]") + &tower));
    assert_eq!(found.len(), 24);
    assert_eq!(found[0], (16, "more than 16 correlations stand above one another".to_owned()));
    assert_eq!(found[1].1, "it refers to 'level16', which is refused");
}

#[test]
fn each_reason() {
    for (rule, reason) in [
        ("type: event_count, rules: [], timespan: 1m, condition: {gte: 2}", "names no rules"),
        ("type: event_count, rules: [a], timespan: 0s, condition: {gte: 2}", "'0s' is not usable"),
        ("type: event_count, rules: [a], timespan: 400y, condition: {gte: 2}", "'400y' is not usable"),
        ("type: event_count, rules: [a], timespan: 1m, condition: {gte: -2}", "a number from 0"),
        ("type: event_count, rules: [a], timespan: 1m, condition: a and b", "is for 'temporal'"),
        ("type: value_count, rules: [a], timespan: 1m, condition: {gte: 2}", "the name of a field"),
        ("type: value_sum, rules: [a], timespan: 1m, condition: {field: [b, c], gte: 2}", "one field only"),
        (
            "type: value_percentile, rules: [a], timespan: 1m, condition: {field: b, percentile: 101, gte: 2}",
            "percentile 101",
        ),
        ("type: temporal, rules: [a, b], timespan: 1m, condition: a and e", "names 'e'"),
    ] {
        let found = reasons(&format!("title: t\ncorrelation: {{{rule}}}"));
        assert!(found.len() == 1 && found[0].1.contains(reason), "{rule}: {found:?}");
    }
    let odd = "title: t\nrsigma.action: dance\ncorrelation: {type: event_count, rules: [a], timespan: 1m, condition: {gte: 2}}";
    assert_eq!(reasons(odd)[0].1, "'rsigma.action' cannot be 'dance'");
}

#[test]
fn too_many_rules_and_conditions_too_deep() {
    let mut collection = parse("title: t\ncorrelation: {type: temporal_ordered, rules: [a, b], timespan: 1m}");
    let resolve =
        |name: &str| name.strip_prefix('r').and_then(|index| index.parse().ok()).map(super::super::Target::Rule);
    let names = |count: usize| (0..count).map(|index| format!("r{index}")).collect::<Vec<_>>();
    let mut problem = |count: usize, condition: Option<CorrelationCondition>| {
        let rule = &mut collection.correlations[0];
        rule.rules = names(count);
        rule.condition = condition.unwrap_or(rule.condition.clone());
        let (_, refusals) = super::super::Correlations::compile(&collection.correlations, resolve);
        refusals.first().map(|refusal| refusal.problem.to_string()).unwrap_or_default()
    };
    assert_eq!(problem(64, None), "");
    assert!(problem(65, None).contains("65 rules are more than the 64"));
    let identifier = || ConditionExpr::Identifier("r0".into());
    assert_eq!(problem(8, Some(CorrelationCondition::Extended(identifier()))), "");
    assert!(problem(9, None).contains("this has 9"));
    let deep = (0..100).fold(identifier(), |inner, _| ConditionExpr::Not(Box::new(inner)));
    assert!(problem(2, Some(CorrelationCondition::Extended(deep))).contains("too deep"));
}
