//! What rules tell and when, over restarts and mistakes; `tests/promtool` compares alerts and templates with
//! Prometheus'.

use super::{
    Environment, Evaluation, Group, Rows, RuleFile, SqlRules, Stage,
    template::{Filling, Template},
    unit::{UnitTests, input_series, run},
};
use crate::Record;
use crate::promql::{Memory, NAME, Options, Series, is_stale};
use palisade_model::{Labels, Severity, Timestamp};
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeMap;

const MINUTE: i64 = 60_000;

fn at(minute: i64) -> Timestamp {
    Timestamp::from_millis(minute * MINUTE)
}

fn groups(text: &str) -> Vec<Group> {
    let read = RuleFile::read("rules.yml", text, MINUTE);
    assert_eq!(read.problems, []);
    read.groups
}

fn series(list: &[(&str, &str)]) -> Memory {
    let mut data = Memory::default();
    for (labels, values) in list {
        data.add_series(&input_series(labels, values, MINUTE).unwrap());
    }
    data
}

/// Up at 0, down from minute 1 to 6, up again.
fn down() -> Memory {
    series(&[("up{job=\"api\"}", "1 0x5 1x10"), ("up{job=\"web\"}", "1x20")])
}

const DOWN: &str = r#"
groups:
  - name: g
    rules:
      - alert: Down
        expr: up == 0
        for: 2m
        labels: {severity: critical}
        annotations: {summary: "{{ $labels.job }} is down"}
      - record: job:down
        expr: count(up == 0)
"#;

#[test]
fn an_alert_is_told_when_it_fires_again_each_while_and_when_it_is_over() {
    let mut group = groups(DOWN).remove(0);
    let environment = Environment { resend_after: 2 * MINUTE, ..Environment::default() };
    let mut told = Vec::new();
    for minute in 0..=9 {
        let evaluation = group.evaluate(at(minute), &down(), &environment);
        assert_eq!(evaluation.failures, []);
        told.extend(evaluation.signals.into_iter().map(|signal| (minute, signal)));
    }
    let times: Vec<(i64, Option<Timestamp>)> = told.iter().map(|(minute, signal)| (*minute, signal.ends_at)).collect();
    assert_eq!(times, [(3, Some(at(11))), (5, Some(at(13))), (7, Some(at(7)))]);
    let signal = &told[0].1;
    assert_eq!(signal.severity, Severity::Critical);
    assert_eq!(signal.starts_at, Some(at(3)));
    assert_eq!(signal.source, "rules");
    assert_eq!(signal.annotations["summary"], "api is down");
    let labels: Vec<&str> = signal.labels.values().map(String::as_str).collect();
    assert_eq!(labels, ["Down", "api", "critical"]);
}

#[test]
fn what_is_recorded_ends_when_it_is_gone() {
    let mut group = groups(DOWN).remove(0);
    let recorded = |evaluation: &Evaluation| -> Vec<f64> {
        let named = evaluation.series.iter().filter(|series: &&Series| series.labels[NAME] == "job:down");
        named.map(|series| series.samples[0].value).collect()
    };
    let values: Vec<Vec<f64>> =
        (5..=8).map(|minute| recorded(&group.evaluate(at(minute), &down(), &Environment::default()))).collect();
    assert_eq!(values[..2], [vec![1.0], vec![1.0]]);
    assert!(is_stale(values[2][0]));
    assert!(values[3].is_empty());
}

/// Keeps records as the store does.
fn keep(kept: &mut BTreeMap<String, Record>, records: Vec<Record>) {
    for record in records {
        match record.body {
            Some(_) => kept.insert(record.key.clone(), record),
            None => kept.remove(&record.key),
        };
    }
}

#[test]
fn a_restart_at_any_minute_changes_nothing_but_telling_again() {
    let text = DOWN.replace("for: 2m", "for: 2m\n        keep_firing_for: 2m");
    let environment = Environment { resend_after: 1, ..Environment::default() };
    let tell = |restart: i64| {
        let mut group = groups(&text).remove(0);
        let mut kept = BTreeMap::new();
        let mut told = Vec::new();
        for minute in 0..=12 {
            if minute == restart {
                group = groups(&text).remove(0);
                group.restore(kept.values());
            }
            let evaluation = group.evaluate(at(minute), &down(), &environment);
            told.extend(evaluation.signals);
            keep(&mut kept, evaluation.records);
        }
        assert_eq!(kept.len(), 0, "what is over is not kept");
        told
    };
    let expected = tell(-1);
    assert_eq!(expected.last().and_then(|signal| signal.ends_at), Some(at(9)));
    for restart in 0..=12 {
        assert_eq!(tell(restart), expected, "restart at minute {restart}");
    }
}

#[test]
fn groups_of_one_interval_run_apart() {
    let text = (0..20).map(|place| format!("  - name: g{place}\n    interval: 5m\n")).collect::<String>();
    let next: std::collections::BTreeSet<_> =
        groups(&format!("groups:\n{text}")).iter().map(|group| group.next_after(at(100))).collect();
    assert!(next.len() > 15);
    assert!(next.iter().all(|next| *next > at(100) && *next <= at(105)));
}

#[test]
fn a_rule_that_fails_leaves_the_others_and_its_own_alerts() {
    let text = "groups:\n- name: g\n  limit: 1\n  rules:\n  - {alert: Many, expr: up}\n  - {alert: One, expr: up == 0}\n  - {record: r, expr: up * on() up}\n";
    let mut group = groups(text).remove(0);
    let evaluation = group.evaluate(at(2), &down(), &Environment::default());
    let failed: Vec<&str> = evaluation.failures.iter().map(|failure| failure.rule.as_str()).collect();
    assert_eq!(failed, ["Many", "r"]);
    assert_eq!(evaluation.failures[0].message, "there are 2 alerts, and the limit is 1");
    assert_eq!(evaluation.signals.len(), 1);
}

/// Rule files with what is said about them.
const MISTAKES: &[(&str, &[&str])] = &[
    (
        "groups:\n- name: a\n  rules:\n  - alert: X\n    expr: up ==\n- name: b\n",
        &["f:5: group 'a', rule 'X': 1:6: an expression"],
    ),
    (
        "groups:\n- name: a\n  rules:\n  - alert: X\n    expr: 1\n    annotations:\n      s: '{{ $valeu }}'\n",
        &["f:7: group 'a', rule 'X': s: template, line 1: the variable $valeu is not known"],
    ),
    (
        "groups:\n- name: a\n  rules:\n  - alert: X\n    expr: 1\n    for: 5\n",
        &["f:6: group 'a', rule 'X': '5' is not a duration"],
    ),
    ("groups:\n- name: a\n  rules:\n  - alert: X\n    exp: 1\n", &["f:4: group 'a', rule 'X': unknown field `exp`"]),
    (
        "groups:\n- name: a\n  rules:\n  - alert: X\n    record: y\n    expr: 1\n",
        &["f:4: group 'a', rule 'X': a rule has either alert or record"],
    ),
    (
        "groups:\n- name: a\n  rules:\n  - record: 1x\n    expr: up\n  - record: x\n    expr: up\n    for: 1m\n",
        &["f:4: group 'a', rule '1x': '1x' cannot", "f:6: group 'a', rule 'x': a recording rule has no"],
    ),
    ("groups:\n- name: a\n- name: a\n", &["f:3: group 'a': the name must be there, and once"]),
    ("groups:\n- name: a\n  interval: soon\n", &["f:3: group 'a': 'soon' is not a duration"]),
    ("groups:\n- nam: a\n", &["f:2: group 1: unknown field `nam`"]),
    ("groups:\n  - name: [\n", &["f:3: "]),
    ("rules: []\n", &["f:1: rules is unknown here"]),
    (
        "groups:\n- name: a\n  rules:\n  - alert: X\n    expr: up[5m]\n",
        &["f:5: group 'a', rule 'X': a rule needs a scalar or an instant vector"],
    ),
    (
        "groups:\n- name: a\n  rules:\n  - alert: X\n    expr: 1\n    labels: {__name__: y}\n",
        &["f:6: group 'a', rule 'X': '__name__' cannot be the name of a label"],
    ),
];

#[test]
fn mistakes_are_told_with_file_and_line() {
    for (text, expected) in MISTAKES {
        let read = RuleFile::read("f", text, MINUTE);
        let told: Vec<String> = read.problems.iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), expected.len(), "{told:?}");
        for (told, expected) in told.iter().zip(*expected) {
            assert!(told.starts_with(expected), "\n{told}\n{expected}");
        }
    }
    let good_beside_bad = RuleFile::read("f", MISTAKES[0].0, MINUTE);
    assert_eq!(good_beside_bad.groups.iter().map(|group| group.name.as_str()).collect::<Vec<_>>(), ["b"]);
}

fn fill(template: &str) -> String {
    let labels = Labels::from([("job".to_owned(), "api".to_owned())]);
    let (environment, options, data) = (Environment::default(), Options::default(), down());
    let external = &environment.external;
    Template::parse(template).unwrap().fill(&Filling {
        labels: &labels,
        value: 1.5,
        external,
        data: Some(&data),
        now: 120_000,
        options: &options,
    })
}

#[test]
fn templates_are_refused_or_leave_the_reason() {
    let refused = [
        ("{{ $labels.job", "the action is not closed"),
        ("{{ end }}", "there is nothing to end here"),
        ("{{ if true }}", "end is missing"),
        ("a\n\n{{ nosuch 1 }}", "there is no function nosuch"),
        ("{{ define \"x\" }}{{ end }}", "define is not supported"),
        ("{{ template \"x\" }}", "template is not supported"),
        ("{{ }}", "a value or a function is missing"),
        ("{{ 1 2 }}", "only a function takes arguments"),
        ("{{ 1 | 2 }}", "behind | there stands a function"),
        ("{{ (print 1 }}", "a parenthesis is not closed"),
        ("{{ if true }}{{ $x := 1 }}{{ end }}{{ $x }}", "the variable $x is not known"),
        ("{{ $x = 1 }}", "the variable $x is not known"),
    ];
    for (text, reason) in refused {
        let error = Template::parse(text).unwrap_err();
        assert!(error.message.starts_with(reason), "{text}: {error}");
    }
    assert_eq!(Template::parse("a\n\n{{ nosuch 1 }}").unwrap_err().line, 3);
    let deep = "{{ if true }}".repeat(40) + &"{{ end }}".repeat(40);
    assert!(Template::parse(&deep).is_err());
    assert_eq!(
        fill("{{ query \"nothing\" | first }}"),
        "<error expanding template: first: the list has too few elements>"
    );
    assert_eq!(fill("{{ humanize \"x\" }}"), "<error expanding template: humanize: 'x' is not a number>");
    assert_eq!(fill("{{ .Nothing }}"), "<error expanding template: the data of the template has no field Nothing>");
    let nested = (0..6).fold("x".repeat(200), |inner, _| {
        format!("{{{{ range query \"up or up offset 1m or vector(1)\" }}}}{inner}{inner}{{{{ end }}}}")
    });
    assert!(fill(&nested).contains("it writes more than"), "{}", fill(&nested).len());
    let wide = format!("{{{{ printf \"%{}d\" 1 }}}}", "9".repeat(30));
    assert_eq!(fill(&wide), "<error expanding template: printf: a width may be 1000>");
}

const SQL: &str = r#"
[[rule]]
name = "Sign-ins"
sql = "SELECT actor, count(*) AS value FROM events GROUP BY actor HAVING count(*) > 10"
every = "30s"
severity = "high"
for = "1m"
labels = { team = "{{ $labels.actor }}-team" }
annotations = { summary = "{{ $labels.actor }} failed {{ $value }} times" }
"#;

#[test]
fn rows_become_alerts() {
    let read = SqlRules::read("sql.toml", SQL);
    assert_eq!(read.problems, []);
    let mut rule = read.rules.into_iter().next().unwrap();
    assert_eq!((rule.every, rule.hold), (30_000, 60_000));
    let columns = ["actor", "value", "source ip", "nothing"].map(str::to_owned).to_vec();
    let rows = Rows { columns, rows: vec![vec![json!("eve"), json!(12), json!(7), json!(null)]] };
    let mut kept = BTreeMap::new();
    let first = rule.evaluate(at(0), &rows, &Environment::default()).unwrap();
    assert_eq!((first.signals.len(), first.records.len(), first.next), (0, 1, Timestamp::from_millis(30_000)));
    keep(&mut kept, first.records);
    let mut rule = SqlRules::read("sql.toml", SQL).rules.remove(0);
    rule.restore(kept.values());
    let fired = rule.evaluate(at(1), &rows, &Environment::default()).unwrap();
    let signal = &fired.signals[0];
    assert_eq!(signal.severity, Severity::High);
    assert_eq!(signal.annotations["summary"], "eve failed 12 times");
    let labels: Vec<String> = signal.labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(labels, ["actor=eve", "alertname=Sign-ins", "severity=high", "source_ip=7", "team=eve-team"]);
    assert_eq!(rule.alerts().map(|alert| alert.stage).collect::<Vec<_>>(), [Stage::Firing]);
    let over = rule.evaluate(at(2), &Rows::default(), &Environment::default()).unwrap();
    assert_eq!(over.signals[0].ends_at, Some(at(2)));
    let many = Rows { columns: Vec::new(), rows: vec![Vec::new(); 101] };
    assert!(rule.evaluate(at(3), &many, &Environment::default()).unwrap_err().contains("more than 100 rows"));
    let twice = Rows { columns: Vec::new(), rows: vec![Vec::new(); 2] };
    assert!(rule.evaluate(at(3), &twice, &Environment::default()).unwrap_err().contains("same labels"));
}

#[test]
fn sql_rules_with_mistakes_are_told_with_their_line() {
    let text = format!(
        "{SQL}\n[[rule]]\nname = \"b\"\nsql = \"\"\nevery = \"1m\"\n\n[[rule]]\nname = \"c\"\nsql = \"x\"\nevery = \"1ms\"\n\n[[rule]]\nname = \"Sign-ins\"\nsql = \"x\"\nevery = \"1m\"\n[[rule]]\nnam = \"d\"\n"
    );
    let read = SqlRules::read("f", &text);
    assert_eq!(read.rules.len(), 1);
    let told: Vec<String> = read.problems.iter().map(ToString::to_string).collect();
    let expected = [
        "f:11: rule 'b': sql is empty",
        "f:16: rule 'c': every is at least 1000ms",
        "f:21: rule 'Sign-ins': the name",
        "f:25: unknown field `nam`",
    ];
    assert_eq!(told.len(), expected.len(), "{told:?}");
    for (told, expected) in told.iter().zip(expected) {
        assert!(told.starts_with(expected), "{told}");
    }
    assert_eq!(SqlRules::read("f", "a = [").problems.len(), 1);
}

#[test]
fn a_unit_test_says_what_was_expected_and_what_came() {
    let tests = "
evaluation_interval: 1m
tests:
  - name: down
    interval: 1m
    input_series: [{series: 'up{job=\"api\"}', values: '1 0x9'}]
    alert_rule_test:
      - {eval_time: 3m, alertname: Down, exp_alerts: [{exp_labels: {job: web, severity: critical}}]}
    promql_expr_test:
      - {expr: up, eval_time: 5m, exp_samples: [{labels: 'up{job=\"api\"}', value: 0}]}
      - {expr: up + 1, eval_time: 5m}
      - {expr: 'up +', eval_time: 5m}
";
    let report = run(&UnitTests::read(tests).unwrap(), &[("f".to_owned(), DOWN.to_owned())]).unwrap();
    assert_eq!(report.checks, 4);
    let told: Vec<String> = report.failures.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "down: alert Down at 180s\n  expected: labels {alertname=\"Down\", job=\"web\", severity=\"critical\"} annotations {}\n  got:      labels {alertname=\"Down\", job=\"api\", severity=\"critical\"} annotations {summary=\"api is down\"}",
            "down: up + 1 at 300s\n  expected: nothing\n  got:      {job=\"api\"} 1",
            "down: up + at 300s\n  expected: nothing\n  got:      1:5: an expression was expected, but there is the end",
        ]
    );
    let broken = run(&UnitTests::read(tests).unwrap(), &[("f".to_owned(), MISTAKES[0].0.to_owned())]);
    assert!(broken.unwrap_err().starts_with("f:5: "));
    assert!(UnitTests::read("tests: [{interva: 1m}]").is_err());
}

proptest! {
    #[test]
    fn no_file_makes_a_reader_panic(text in "(groups|rules?|name|expr|alert|- |: |\\[\\[rule\\]\\]|[ \\n\\[\\]{}&*a1:=\"'-]){0,40}") {
        let _ = RuleFile::read("f", &text, MINUTE);
        let _ = SqlRules::read("f", &text);
        let _ = UnitTests::read(&text);
    }

    #[test]
    fn no_template_panics(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 1..20)) {
        if Template::parse(&pieces.concat()).is_ok() {
            let _ = fill(&pieces.concat());
        }
    }

    #[test]
    fn no_text_makes_the_reader_of_templates_panic(text in ".{0,60}") {
        let _ = Template::parse(&format!("{{{{{text}}}}}"));
        let _ = Template::parse(&text);
    }

    #[test]
    fn no_format_panics(format in "(%|[-+ 0#.]|[0-9]{1,4}|[a-zA-Z]|ä){0,12}") {
        let quoted = serde_json::to_string(&format).unwrap();
        fill(&format!("{{{{ printf {quoted} $value 3 \"äö\" true $labels }}}}"));
    }
}

/// What templates are made of.
const PIECES: &[&str] = &[
    "{{ ",
    " }}",
    "{{- ",
    " -}}",
    "{{ if ",
    "{{ else }}",
    "{{ end }}",
    "{{ range ",
    "{{ with ",
    "$labels",
    "$value",
    ".job",
    ".",
    "$x := ",
    "$x",
    " | ",
    "(",
    ")",
    "query \"up\"",
    "first",
    "printf \"%5.1f\" ",
    "humanize ",
    "1",
    "2.5",
    "\"text\"",
    "index ",
    "len ",
    "text",
    "{{/* x */}}",
    " ",
    "title \"ß\"",
    "reReplaceAll \"(\" \"$1\" ",
];
