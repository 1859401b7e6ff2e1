//! What is wrong with rules is told with file and line, and other rules run.

use palisade_events::{Engine, Evaluator, Loader, Record, Rules, parse_file, readers::json, taxonomy::Taxonomy};
use palisade_model::{Severity, Subject, Timestamp};
use proptest::prelude::*;
use std::sync::Arc;

const GOOD: &str = "title: Good\nlogsource: {}\ndetection:\n  s: {a: x}\n  condition: s\n";

fn load(text: &str) -> Rules {
    let mut loader = Loader::new();
    loader.add("bad.yml", text);
    loader.add("good.yml", GOOD);
    loader.finish()
}

fn rule(detection: &str) -> String {
    format!("title: Bad\nlogsource: {{}}\ndetection:\n{detection}")
}

#[test]
fn broken_rules_are_refused_with_their_line() {
    let long = rule(&format!("  s: {{a: [{}]}}\n  condition: s\n", "x,".repeat(600_000)));
    let deep = rule(&format!("  s: {{a: x}}\n  condition: {}s{}\n", "(".repeat(5000), ")".repeat(5000)));
    let negated = rule(&format!("  s: {{a: x}}\n  condition: {} s\n", "not ".repeat(5000)));
    for (text, line, reason) in [
        ("title: Bad\n\tlogsource: x\n", 2, "YAML"),
        ("title: Bad\nlogsource: {}\n", 1, "detection"),
        ("- a\n- b\n", 1, "mapping"),
        (&rule("  s: {a|wrong: x}\n  condition: s\n"), 4, "Unknown modifier 'wrong'"),
        (&rule("  s: {a: x}\n  condition: s and other\n"), 5, "'other', which is no detection"),
        (&rule("  s: {a: x}\n  condition: s and\n"), 5, "Condition"),
        (&rule("  s: {b: y}\n  t:\n    a|re: '('\n  condition: t\n"), 6, "regular expression"),
        (&rule("  s: {a|re: '[a-z]{1000}{1000}'}\n  condition: s\n"), 4, "takes more than"),
        (&rule("  s: {a|re: 'a(?=b)'}\n  condition: s\n"), 4, "look-around"),
        (&rule("  s: {a|cidr: nowhere}\n  condition: s\n"), 4, "not a network"),
        (&rule("  s: {a|gt: much}\n  condition: s\n"), 4, "not a number"),
        (&rule("  s: {a|contains|startswith: x}\n  condition: s\n"), 4, "contradict"),
        (&rule("  s: {a|windash: '------------'}\n  condition: s\n"), 4, "dashes"),
        (&rule("  s: {}\n  condition: s\n"), 4, "empty"),
        (&long, 1, "more than 1024 KiB"),
        (&deep, 1, "brackets"),
        (&negated, 1, "`not`"),
        (&format!("{GOOD}---\n{}", rule("  s: {a|wrong: x}\n  condition: s\n")), 10, "wrong"),
    ] {
        let rules = load(text);
        let shown: String = text.chars().take(200).collect();
        let problem = rules.problems.first().unwrap_or_else(|| panic!("a problem in {shown}"));
        assert!(problem.is_refused && problem.file == "bad.yml", "{problem:?} in {shown}");
        assert!(problem.reason.contains(reason), "{problem} in {shown}");
        assert_eq!(problem.line, line, "{problem} in {shown}");
        assert!(rules.rules.iter().any(|rule| rule.title == "Good"), "the other rule runs beside {shown}");
    }
}

#[test]
fn filters_concern_the_rules_that_they_name() {
    let filter =
        "title: Filter\nlogsource: {}\nfilter:\n  rules: [Good]\n  selection: {user: me}\n  condition: not selection\n";
    let idle = filter.replace("[Good]", "[Nobody]");
    let rules = load(&format!("{filter}---\n{idle}"));
    assert_eq!(rules.problems.len(), 1);
    assert!(!rules.problems[0].is_refused && rules.problems[0].line == 8, "{:?}", rules.problems);
    let mut evaluator = Evaluator::new(Arc::new(Engine::new(rules, &Taxonomy::none())));
    for (event, count) in [(r#"{"a":"x"}"#, 1), (r#"{"a":"x","user":"me"}"#, 0)] {
        let record = json::read(event, Record::default()).expect("an event");
        assert_eq!(evaluator.evaluate(&record).len(), count, "{event}");
    }
}

#[test]
fn a_global_document_concerns_those_behind_it() {
    let text = "action: global\nlogsource: {}\nlevel: high\n---\ntitle: One\ndetection: {s: {a: x}, condition: s}\n---\ntitle: Two\ndetection: {s: {a: y}, condition: s}\n";
    let rules = load(text);
    let found: Vec<_> = rules.rules.iter().map(|rule| (rule.title.as_str(), rule.severity, rule.line)).collect();
    assert_eq!(found[..2], [("One", Severity::High, 5), ("Two", Severity::High, 8)]);
}

#[test]
fn a_match_becomes_a_finding() {
    let text = "title: Shell\nid: 6e6a\nlevel: high\ndescription: A shell.\ntags: [attack.t1059.001, attack.execution]\nfalsepositives: [Administrators]\nlogsource: {}\ndetection:\n  s: {Image|endswith: sh, CommandLine|contains: -c}\n  f: {User: me}\n  condition: s and not f\n";
    let mut evaluator = Evaluator::new(Arc::new(Engine::new(load(text), &Taxonomy::none())));
    let event = r#"{"Image":"/bin/sh","CommandLine":"sh -c 'x\u0007'","User":"you"}"#;
    let record = json::read(event, Record::default()).expect("an event");
    let found = evaluator.evaluate(&record).to_vec();
    assert_eq!(found.len(), 1);
    let matched = evaluator.explain(&record, found[0]);
    let subject = Subject { kind: "event".into(), name: "1".into() };
    let finding = matched.finding(subject, Timestamp::from_nanos(1), None);
    assert_eq!((finding.detector.as_str(), finding.class.as_str()), ("6e6a", "events.sigma"));
    assert_eq!((finding.severity, finding.title.as_str()), (Severity::High, "Shell"));
    assert_eq!(finding.references, ["T1059.001"]);
    let evidence: Vec<_> = finding.evidence.iter().map(|at| (at.pointer.as_str(), at.excerpt.as_str())).collect();
    assert_eq!(evidence, [("/Image", "/bin/sh"), ("/CommandLine", r"sh -c 'x\u{7}'")]);
    assert!(finding.remediation.contains("Administrators"));
}

proptest! {
    #[test]
    fn any_text_is_loaded_or_refused(text in r"(title|detection|condition|logsource|s|a\|re|: |\n|  |\{|\}|\[|\]|\*|x|'|1 of them|not |\(|&a|\*a|---\n){0,40}") {
        let mut loader = Loader::new();
        loader.add_parsed(parse_file("any.yml", &text));
        let _ = Engine::new(loader.finish(), &Taxonomy::default());
    }
}
