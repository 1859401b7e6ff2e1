//! Rules and templates: `promtool` confirms every alert that Palisade says fires, and that no other does.

use crate::oracle::{SERIES, promtool};
use palisade_model::Timestamp;
use palisade_response::{
    promql::Memory,
    rules::{
        Environment, External, Group, RuleFile, Stage,
        unit::{UnitTests, input_series, run},
    },
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, process::Command};

const RULES: &str = include_str!("rules.yml");
/// One template a line.
const TEMPLATES: &str = include_str!("templates.txt");

/// How long the rules run, in minutes; the interval is one.
const MINUTES: i64 = 30;

#[test]
fn promtool_confirms_the_alerts_of_rules() {
    let Some(promtool) = promtool() else { return };
    confirm(promtool, RULES, 20);
}

#[test]
fn promtool_confirms_what_templates_write() {
    let Some(promtool) = promtool() else { return };
    let rules: Vec<Value> = TEMPLATES.lines().enumerate().map(|(place, template)| {
        json!({"alert": format!("T{place}"), "expr": "m{job!=\"c\"}", "annotations": {"text": template}})
    }).collect();
    let file = json!({"groups": [{"name": "templates", "rules": rules}]}).to_string();
    confirm(promtool, &file, 1000);
}

/// The rules that Palisade ships, with their unit tests as they were written for promtool.
#[test]
fn the_shipped_alerts_pass_their_tests() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let rules = std::fs::read_to_string(root.join("deploy/prometheus/alerts.yml")).unwrap();
    let tests = std::fs::read_to_string(root.join("tests/deploy/alerts_test.yml")).unwrap();
    let report = run(&UnitTests::read(&tests).unwrap(), &[("alerts.yml".to_owned(), rules)]).unwrap();
    assert!(report.checks >= 10, "{}", report.checks);
    assert_eq!(report.failures, []);
}

/// Writes what Palisade says as what is expected, and has it checked by promtool and by Palisade's own runner; then
/// with one alert too many, which both must refuse.
fn confirm(mut promtool: Command, rules: &str, alerts_min: usize) {
    let read = RuleFile::read("rules.yml", rules, 60_000);
    assert_eq!(read.problems, []);
    let order: Vec<String> = read.groups.iter().map(|group| group.name.clone()).collect();
    let (checks, alerts) = alerts_of(read.groups);
    assert!(alerts >= alerts_min, "only {alerts} alerts fire");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("rules.yml"), rules).unwrap();
    let mut check = |checks: &[Value]| {
        let tests = test_file(checks, &order);
        std::fs::write(folder.path().join("tests.yml"), &tests).unwrap();
        let output = promtool.args(["test", "rules", "tests.yml"]).current_dir(folder.path()).output().unwrap();
        promtool = Command::new("promtool");
        let parsed = UnitTests::read(&tests).unwrap();
        let ours = run(&parsed, &[("rules.yml".to_owned(), rules.to_owned())]).unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned(), ours)
    };
    let (agrees, told, ours) = check(&checks);
    assert_eq!(ours.failures, []);
    assert!(agrees, "promtool says otherwise: {}", told.chars().take(6000).collect::<String>());
    let mut wrong = checks.clone();
    wrong[0]["exp_alerts"].as_array_mut().unwrap().push(json!({"exp_labels": {"never": "there"}}));
    let (agrees, _, ours) = check(&wrong);
    assert!(!agrees);
    assert_eq!(ours.failures.len(), 1);
    println!("{alerts} alerts in {} checks", checks.len());
}

/// A check for each alerting rule and minute, and how many alerts are in them.
fn alerts_of(mut groups: Vec<Group>) -> (Vec<Value>, usize) {
    let mut data = Memory::default();
    for (labels, values) in SERIES {
        data.add_series(&input_series(labels, values, 15_000).unwrap());
    }
    let external =
        External { labels: [("cluster".to_owned(), "here".to_owned())].into(), url: "http://here/prefix".to_owned() };
    let environment = Environment { external, ..Environment::default() };
    let (mut checks, mut count) = (Vec::new(), 0);
    for minute in 0..=MINUTES {
        let now = Timestamp::from_millis(minute * 60_000);
        for group in &mut groups {
            let evaluation = group.evaluate(now, &data, &environment);
            assert_eq!(evaluation.failures, []);
            evaluation.series.iter().for_each(|series| data.add_series(series));
            let names: BTreeSet<String> = group.rules().map(|rule| rule.name().to_owned()).collect();
            for name in names {
                let firing = group.alerts().filter(|(rule, alert)| rule.name == name && alert.stage == Stage::Firing);
                let expected: Vec<Value> = firing
                    .map(|(_, alert)| json!({"exp_labels": alert.labels, "exp_annotations": alert.annotations}))
                    .collect();
                count += expected.len();
                checks.push(json!({"eval_time": format!("{minute}m"), "alertname": name, "exp_alerts": expected}));
            }
        }
    }
    (checks, count)
}

/// Without an order of its own promtool evaluates groups in any.
fn test_file(checks: &[Value], order: &[String]) -> String {
    let series: Vec<Value> =
        SERIES.iter().map(|(series, values)| json!({"series": series, "values": values})).collect();
    json!({
        "rule_files": ["rules.yml"],
        "evaluation_interval": "1m",
        "group_eval_order": order,
        "tests": [{
            "interval": "15s",
            "input_series": series,
            "external_labels": {"cluster": "here"},
            "external_url": "http://here/prefix",
            "alert_rule_test": checks,
        }],
    })
    .to_string()
}
