//! What tuning says, on which rules, and what is refused.

use super::*;
use crate::{
    Engine, Evaluator, Loader, Record, Rules, Ruleset,
    readers::json,
    taxonomy::{Pipeline, Pipelines, Taxonomy},
};
use palisade_model::Timestamp;
use std::sync::Arc;

const RULES: &str = r"
title: Whoami
id: 7a0c5b52-4b0e-4a55-9f4e-2c3b1c0d9e11
tags: [attack.discovery, attack.t1033]
logsource: {product: windows, category: process_creation}
detection:
    selection: {Image|endswith: '\whoami.exe'}
    condition: selection
level: high
---
title: Failed logon
name: failed_logon
logsource: {product: windows, service: security}
detection: {selection: {EventID: 4625}, condition: selection}
---
title: Many failed logons
id: 5f1d0a52-5a3a-4d8f-9f2e-0a7d3c1b2e4f
correlation: {type: event_count, rules: [failed_logon], timespan: 5m, condition: {gte: 3}}
level: high
";

fn at(day: &str) -> Timestamp {
    Timestamp::parse(&format!("{day}T12:00:00Z")).expect("a day")
}

fn loader(tuning: &str, day: &str) -> Loader {
    let mut loader = Loader::new();
    loader.add("rules/windows/whoami.yml", RULES);
    loader.tune(vec![Tuning::parse("tuning.toml", tuning).expect("tuning")], at(day));
    loader
}

fn load(tuning: &str) -> Rules {
    loader(tuning, "2026-11-21").finish()
}

fn matches(rules: Rules, parent: &str) -> bool {
    let engine = Arc::new(Engine::new(rules, &Taxonomy::default()));
    let line = format!(
        r#"{{"Channel":"Security","EventID":4688,"Image":"C:\\whoami.exe","ParentImage":"{parent}","User":"anna"}}"#
    );
    let record = json::read(&line, Record::default()).expect("an event");
    Evaluator::new(engine).evaluate(&record).len() == 1
}

const ALLOW: &str = r#"
[[allow]]
rule = "7a0c5b52-4b0e-4a55-9f4e-2c3b1c0d9e11"
reason = "our agent"
expires = 2026-11-21
event = { "ParentImage|endswith" = ['\agent.exe', '\monitor.exe'], User = "anna" }
"#;

#[test]
fn what_is_allowed_does_not_match_up_to_its_last_day() {
    assert!(matches(load(ALLOW), "agent.exe"), "the value is another");
    assert!(!matches(load(ALLOW), r"C:\\Agent.exe"));
    assert!(!matches(load(ALLOW), r"C:\\monitor.exe"));
    assert!(matches(load(&ALLOW.replace("anna", "bert")), r"C:\\agent.exe"));
    let tomorrow = loader(ALLOW, "2026-11-22").finish();
    let problem = tomorrow.tuning_problems.first().expect("it is told");
    assert!(!problem.is_refused && problem.line == 2 && problem.reason.contains("expired"), "{problem}");
    assert!(tomorrow.rules[0].tuned.is_empty());
    assert!(matches(tomorrow, r"C:\\agent.exe"));
}

#[test]
fn what_is_allowed_is_rewritten_with_its_rule() {
    let pipeline = "name: p\ntransformations:\n  - {id: a, type: field_name_mapping, mapping: {ParentImage: origin}}\n";
    let mut loader = loader(ALLOW, "2026-11-21");
    loader.pipelines(Pipelines::new(vec![Pipeline::parse(pipeline).expect("a pipeline")]));
    let engine = Arc::new(Engine::new(loader.finish(), &Taxonomy::default()));
    let line =
        r#"{"Channel":"Security","EventID":4688,"Image":"C:\\whoami.exe","origin":"C:\\agent.exe","User":"anna"}"#;
    let record = json::read(line, Record::default()).expect("an event");
    assert!(Evaluator::new(engine).evaluate(&record).is_empty());
}

#[test]
fn rules_are_found_by_id_name_title_tag_and_path() {
    for (scope, disabled) in [
        (r#"rule = "7A0C5B52-4b0e-4a55-9f4e-2c3b1c0d9e11""#, "Whoami"),
        (r#"rule = "failed_logon""#, "Failed logon"),
        (r#"rule = ["Who*"]"#, "Whoami"),
        (r#"tag = "attack.t1033""#, "Whoami"),
        (
            r#"path = "*/windows/*"
tag = "attack.*""#,
            "Whoami",
        ),
        (r#"rule = "Many*""#, "Many failed logons"),
    ] {
        let rules = load(&format!("[[disable]]\n{scope}\nreason = 'not here'\n"));
        let titles: Vec<&str> = rules.disabled.iter().map(|rule| rule.title.as_str()).collect();
        assert_eq!(titles, [disabled], "{scope}");
        assert!(rules.tuning_problems.is_empty(), "{:?}", rules.tuning_problems);
        assert_eq!(rules.disabled[0].by.to_string(), "disabled at tuning.toml:1: not here");
    }
}

#[test]
fn severities_are_those_of_the_first_entry() {
    let text = "[[severity]]\nrule = '*'\nseverity = 'low'\nreason = 'a'\n[[severity]]\nrule = 'Whoami'\nseverity = 'critical'\nreason = 'b'\n";
    let rules = load(text);
    assert!(rules.rules.iter().all(|rule| rule.severity == Severity::Low));
    assert_eq!(crate::severity_of(rules.correlations[0].rule.level), Severity::Low);
    assert_eq!(rules.rules[0].tuned[0].effect, "severity low");
}

#[test]
fn a_correlation_over_a_disabled_rule_says_why_it_does_not_run() {
    let rules = load("[[disable]]\nrule = 'failed_logon'\nreason = 'too many'\n");
    let ruleset = Ruleset::new(rules, &Taxonomy::default());
    let problem = ruleset.problems()[0].to_string();
    assert!(problem.contains("'failed_logon', which is disabled at tuning.toml:1: too many"), "{problem}");
}

#[test]
fn entries_of_no_use_are_told() {
    for (text, reason) in [
        ("[[disable]]\nrule = ['Whoami', 'nobody']\nreason = 'a'", "'nobody'"),
        ("[[disable]]\nrule = 'Who*'\ntag = 'cve.*'\nreason = 'a'", "name, tag and path together"),
        ("[[allow]]\nrule = 'Many failed logons'\nevent = {a = 'b'}\nreason = 'a'", "no event of its own"),
    ] {
        let rules = load(text);
        let problem = rules.tuning_problems.first().unwrap_or_else(|| panic!("{text}"));
        assert!(problem.is_refused && problem.line == 1 && problem.reason.contains(reason), "{problem}");
    }
}

#[test]
fn what_cannot_be_is_refused_with_its_line() {
    for (text, line, reason) in [
        ("\n[[disable]]\nrule = 'a'\n", 2, "no reason"),
        ("[[disable]]\nreason = 'a'\n", 1, "every rule"),
        ("[[disable]]\nreason = 'a'\nrule = []\n", 3, "nothing in it"),
        ("[[disable]]\nreason = 'a'\nrule = 'a'\nexpires = '2026-01-01'\n", 4, ""),
        ("[[disable]]\nreason = 'a'\nrule = 'a'\nexpires = 07:00:00\n", 4, "write a date"),
        ("[[disable]]\nreason = 'a'\nrule = 'a'\nseverity = 'low'\n", 4, "no severity"),
        ("[[disable]]\nreason = 'a'\nrules = 'a'\n", 3, "rules"),
        ("[[severity]]\nrule = 'a'\nreason = 'a'\n", 1, "add severity"),
        ("[[severity]]\nrule = 'a'\nreason = 'a'\nseverity = 'bad'\n", 4, "informational, low"),
        ("[[severity]]\nrule = 'a'\nreason = 'a'\nseverity = 'low'\nevent = {a = 'b'}\n", 5, "[[allow]]"),
        ("[[allow]]\nrule = 'a'\nreason = 'a'\n", 1, "every event"),
        ("[[allow]]\nrule = 'a'\nreason = 'a'\nevent = {'User|contians' = 'b'}\n", 4, "Unknown modifier 'contians'"),
        ("[[allow]]\nrule = 'a'\nreason = 'a'\n[allow.event]\nx = 'y'\n'User|re' = '('\n", 6, "regular expression"),
        ("[[allow]]\nrule = 'a'\nreason = 'a'\nevent = {}\n", 4, "empty"),
        ("[[allow]\n", 1, ""),
        ("x = 1\n", 1, "unknown field"),
    ] {
        let problem = Tuning::parse("tuning.toml", text).expect_err(text);
        assert!(problem.reason.contains(reason), "{text}: {problem}");
        assert_eq!((problem.line, problem.file.as_str()), (line, "tuning.toml"), "{text}: {problem}");
    }
    assert!(Tuning::parse("t", &" ".repeat(2 << 20)).is_err());
    assert!(Tuning::parse("t", &"[[disable]]\nrule='a'\nreason='b'\n".repeat(1_001)).is_err());
    assert!(Tuning::parse("t", &format!("a={}", "[".repeat(100_000))).is_err());
}

#[test]
fn the_example_above_can_be_read() {
    let lines = include_str!("mod.rs").lines().skip_while(|line| *line != "//! ```toml").skip(1);
    let example: String = lines
        .take_while(|line| *line != "//! ```")
        .map(|line| line.trim_start_matches("//!").trim_start().to_owned() + "\n")
        .collect();
    let tuning = Tuning::parse("tuning.toml", &example).expect("the example");
    assert_eq!(tuning.entries.len(), 3);
}
