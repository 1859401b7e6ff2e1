//! What each modifier, condition and kind of value means: a detection, an event, and whether the one finds the other.

use palisade_events::{Engine, Evaluator, Loader, Record, readers::json, taxonomy::Taxonomy};
use std::sync::Arc;

fn evaluator(detection: &str) -> Result<Evaluator, String> {
    let mut loader = Loader::new();
    loader.placeholder("admins", &["root", "adm*"]);
    loader.add("test.yml", &format!("title: Test\nlogsource: {{}}\ndetection:\n{detection}"));
    let rules = loader.finish();
    match rules.problems.iter().find(|problem| problem.is_refused) {
        Some(problem) => Err(problem.to_string()),
        None => Ok(Evaluator::new(Arc::new(Engine::new(rules, &Taxonomy::none())))),
    }
}

fn finds(evaluator: &mut Evaluator, event: &str) -> bool {
    let record = json::read(event, Record::default()).expect("an event");
    !evaluator.evaluate(&record).is_empty()
}

/// Checks one selection against events that it finds and events that it does not.
fn check(selection: &str, found: &[&str], not_found: &[&str]) {
    check_condition(&format!("    selection: {selection}\n    condition: selection"), found, not_found);
}

fn check_condition(detection: &str, found: &[&str], not_found: &[&str]) {
    let mut evaluator = evaluator(detection).unwrap_or_else(|problem| panic!("{detection}: {problem}"));
    // Twice, so that the memory of values answers too.
    for _ in 0..2 {
        found.iter().for_each(|event| assert!(finds(&mut evaluator, event), "{detection} finds {event}"));
        not_found.iter().for_each(|event| assert!(!finds(&mut evaluator, event), "{detection} does not find {event}"));
    }
}

#[test]
fn texts_compare_without_case() {
    check(
        "{a: Whoami}",
        &[r#"{"a":"WHOAMI"}"#, r#"{"a":["x","whoami"]}"#],
        &[r#"{"a":"whoami "}"#, r#"{"b":"whoami"}"#],
    );
    check("{a|cased: Whoami}", &[r#"{"a":"Whoami"}"#], &[r#"{"a":"whoami"}"#]);
    check("{a|contains: Mid}", &[r#"{"a":"xmidy"}"#], &[r#"{"a":"mi d"}"#, r#"{"a":null}"#, "{}"]);
    check("{a|contains|cased: Mid}", &[r#"{"a":"xMidy"}"#], &[r#"{"a":"xmidy"}"#]);
    check("{a|startswith: be}", &[r#"{"a":"Begin"}"#], &[r#"{"a":"abe"}"#]);
    check(r"{a|endswith: '\x.exe'}", &[r#"{"a":"C:\\X.EXE"}"#], &[r#"{"a":"C:\\xx.exe"}"#]);
    check("{a: ÄRGER}", &[r#"{"a":"ärger"}"#, r#"{"a":"\u00e4rger"}"#], &[r#"{"a":"arger"}"#]);
    check("{a|contains: ''}", &[r#"{"a":""}"#], &["{}"]);
    check("{a: ''}", &[r#"{"a":""}"#], &[r#"{"a":"x"}"#, "{}"]);
}

#[test]
fn lists_of_values_are_or_unless_all() {
    check("{a: [x, y]}", &[r#"{"a":"x"}"#, r#"{"a":"y"}"#], &[r#"{"a":"z"}"#]);
    check("{a|contains|all: [x, y]}", &[r#"{"a":"yx"}"#], &[r#"{"a":"x"}"#]);
    check("[{a: x}, {b: y}]", &[r#"{"a":"x"}"#, r#"{"b":"y"}"#], &[r#"{"a":"y"}"#]);
    check("{a: x, b: y}", &[r#"{"a":"x","b":"y"}"#], &[r#"{"a":"x"}"#, r#"{"b":"y"}"#]);
    assert!(evaluator("    s: {'a|contains|all': x}\n    condition: s").is_err());
}

#[test]
fn wildcards_and_escapes() {
    check("{a: 'a*c'}", &[r#"{"a":"abbc"}"#, r#"{"a":"a\nc"}"#], &[r#"{"a":"abcd"}"#]);
    check("{a: 'a?c'}", &[r#"{"a":"aéc"}"#], &[r#"{"a":"ac"}"#, r#"{"a":"abbc"}"#]);
    check(r"{a: 'a\*c'}", &[r#"{"a":"a*c"}"#], &[r#"{"a":"abc"}"#]);
    check(r"{a: 'c:\\*'}", &[r#"{"a":"C:\\x"}"#], &[r#"{"a":"c:*"}"#]);
    check(r"{a|startswith: 'a*c'}", &[r#"{"a":"abcd"}"#], &[r#"{"a":"xabc"}"#]);
    check(r"{a|endswith: 'a?c'}", &[r#"{"a":"xabc"}"#], &[r#"{"a":"abcx"}"#]);
    check("{a: '*'}", &[r#"{"a":"x"}"#, r#"{"a":1}"#], &["{}", r#"{"a":null}"#]);
    check("{a: '*mid*'}", &[r#"{"a":"amidb"}"#], &[r#"{"a":"md"}"#]);
}

#[test]
fn regular_expressions() {
    check("{a|re: 'W[h-i]o+$'}", &[r#"{"a":"xWhoo"}"#], &[r#"{"a":"whoo"}"#, r#"{"a":"Whoo x"}"#]);
    check("{a|re|i: 'power(shell|point)'}", &[r#"{"a":"PowerPoint"}"#], &[r#"{"a":"power"}"#]);
    check("{a|re|i: 'mask'}", &[r#"{"a":"MAſK"}"#, r#"{"a":"MAS\u212a"}"#], &[]);
    check("{a|re|m: '^x$'}", &[r#"{"a":"y\nx"}"#], &[r#"{"a":"yx"}"#]);
    check("{a|re|s: 'a.b'}", &[r#"{"a":"a\nb"}"#], &[]);
    check("{a|re: 'a.b'}", &[], &[r#"{"a":"a\nb"}"#]);
    check("{a|re: '^[0-9]+$'}", &[r#"{"a":12}"#], &[r#"{"a":"x"}"#]);
}

#[test]
fn numbers_booleans_and_null() {
    check(
        "{a: 4688}",
        &[r#"{"a":4688}"#, r#"{"a":"4688"}"#, r#"{"a":4688.0}"#],
        &[r#"{"a":"04688x"}"#, r#"{"a":46880}"#],
    );
    check("{a: '4688'}", &[r#"{"a":4688}"#, r#"{"a":"4688"}"#], &[r#"{"a":4689}"#]);
    check("{a|contains: 68}", &[r#"{"a":4688}"#], &[r#"{"a":4588}"#]);
    check("{a|gt: 5}", &[r#"{"a":6}"#, r#"{"a":"5.5"}"#], &[r#"{"a":5}"#, r#"{"a":"x"}"#]);
    check("{a|gte: 5}", &[r#"{"a":5}"#], &[r#"{"a":4}"#]);
    check("{a|lt: 5}", &[r#"{"a":-1}"#], &[r#"{"a":5}"#]);
    check("{a|lte: 5}", &[r#"{"a":5}"#], &[r#"{"a":6}"#]);
    check("{a: true}", &[r#"{"a":true}"#, r#"{"a":"True"}"#], &[r#"{"a":false}"#, r#"{"a":"x"}"#]);
    check("{a: null}", &[r#"{"a":null}"#, "{}"], &[r#"{"a":""}"#, r#"{"a":[]}"#]);
    check("{a: [null, x]}", &[r#"{"a":"x"}"#, "{}"], &[r#"{"a":"y"}"#]);
}

#[test]
fn existence_and_difference() {
    check("{a|exists: true}", &[r#"{"a":""}"#, r#"{"a":null}"#, r#"{"a":{"b":1}}"#], &["{}", r#"{"b":1}"#]);
    check("{a|exists: false}", &["{}"], &[r#"{"a":1}"#]);
    check("{a|neq: x}", &[r#"{"a":"y"}"#], &[r#"{"a":"x"}"#, "{}"]);
    check("{a|neq: [x, 5]}", &[r#"{"a":"y"}"#], &[r#"{"a":"X"}"#, r#"{"a":5}"#]);
    check("{a|contains|neq: x}", &[r#"{"a":"y"}"#], &[r#"{"a":"yx"}"#]);
}

#[test]
fn networks() {
    check(
        "{a|cidr: [10.0.0.0/8, '2001:db8::/32']}",
        &[r#"{"a":"10.1.2.3"}"#, r#"{"a":"2001:db8::1"}"#],
        &[r#"{"a":"11.0.0.1"}"#, r#"{"a":"ten"}"#],
    );
    assert!(evaluator("    s: {'a|cidr': 10.0.0.0/64}\n    condition: s").is_err());
}

#[test]
fn fields_compare_with_fields() {
    check("{a|fieldref: b}", &[r#"{"a":"X","b":"x"}"#], &[r#"{"a":"x","b":"y"}"#, r#"{"a":"x"}"#, "{}"]);
    check("{a|fieldref|endswith: b}", &[r#"{"a":"zx","b":"x"}"#], &[r#"{"a":"xz","b":"x"}"#]);
    check("{a|fieldref|startswith: b}", &[r#"{"a":"xz","b":"x"}"#], &[r#"{"a":"zx","b":"x"}"#]);
    check("{a|fieldref|contains: b}", &[r#"{"a":"yxz","b":"x"}"#], &[r#"{"a":"y","b":"x"}"#]);
    check("{a|fieldref|neq: b}", &[r#"{"a":"x","b":"y"}"#], &[r#"{"a":"x","b":"x"}"#]);
    check("{a|fieldref|cased: b}", &[r#"{"a":"x","b":"x"}"#], &[r#"{"a":"X","b":"x"}"#]);
}

#[test]
fn encodings() {
    check("{a|base64: foo}", &[r#"{"a":"Zm9v"}"#], &[r#"{"a":"Zm9vYg=="}"#]);
    check("{a|base64|contains: foo}", &[r#"{"a":"xZm9vYg=="}"#], &[r#"{"a":"foo"}"#]);
    // "xhttp://" and "xyhttp://" in base64.
    check(
        "{a|base64offset|contains: 'http://'}",
        &[r#"{"a":"eGh0dHA6Ly8="}"#, r#"{"a":"eHlodHRwOi8v"}"#],
        &[r#"{"a":"http://"}"#],
    );
    // "cmd" in UTF-16 in base64.
    check("{a|utf16le|base64: cmd}", &[r#"{"a":"YwBtAGQA"}"#], &[r#"{"a":"Y21k"}"#]);
    check("{a|wide|base64offset|contains: cmd}", &[r#"{"a":"YwBtAGQA"}"#], &[r#"{"a":"Y21k"}"#]);
    check("{a|utf16be|base64: cmd}", &[r#"{"a":"AGMAbQBk"}"#], &[]);
    check("{a|utf16|base64: cmd}", &[r#"{"a":"//5jAG0AZAA="}"#], &[]);
    check(
        "{a|windash|contains: ' -enc'}",
        &[r#"{"a":"p /enc x"}"#, r#"{"a":"p –enc"}"#, r#"{"a":"p -ENC"}"#],
        &[r#"{"a":"p enc"}"#],
    );
}

#[test]
fn placeholders() {
    check(
        "{a|expand: '%admins%'}",
        &[r#"{"a":"root"}"#, r#"{"a":"admin"}"#],
        &[r#"{"a":"guest"}"#, r#"{"a":"%admins%"}"#],
    );
    check("{a|contains|expand: 'x-%admins%'}", &[r#"{"a":"yx-rooty"}"#], &[r#"{"a":"root"}"#]);
    check("{a|expand: '%unknown%'}", &[], &[r#"{"a":""}"#, r#"{"a":"%unknown%"}"#]);
    check(r"{a|expand: '\%plain'}", &[r#"{"a":"%plain"}"#], &[]);
}

#[test]
fn parts_of_times() {
    let event = r#"{"a":"2026-11-21T23:15:00Z"}"#;
    for (part, value, other) in [
        ("minute", 15, 16),
        ("hour", 23, 22),
        ("day", 21, 20),
        ("week", 47, 48),
        ("month", 11, 12),
        ("year", 2026, 2025),
    ] {
        check(&format!("{{a|{part}: {value}}}"), &[event], &[r#"{"a":"soon"}"#]);
        check(&format!("{{a|{part}: {other}}}"), &[], &[event]);
    }
    check("{a|hour|gte: 22}", &[event], &[r#"{"a":"2026-11-21T21:59:59Z"}"#]);
}

#[test]
fn keywords_stand_anywhere() {
    check("[mimi katz, 'c:\\x']", &[r#"{"a":{"b":"A MIMI KATZ"}}"#, r#"{"z":["C:\\X"]}"#], &[r#"{"a":"mimi"}"#]);
    check("['a/b']", &[r#"{"x":"A\/B"}"#, r#"{"x":"a/b"}"#], &[]);
    check("['kelvin']", &[r#"{"x":"\u212aelvin"}"#, r#"{"x":"\u004belvin"}"#], &[]);
    check("{'|all': [one, two]}", &[r#"{"a":"one","b":"two"}"#], &[r#"{"a":"one"}"#]);
    check("['a*c']", &[r#"{"x":"xabcx"}"#], &[r#"{"x":"ca"}"#]);
    check("['naïve']", &[r#"{"x":"so NAÏVE"}"#], &[r#"{"x":"naive"}"#]);
}

#[test]
fn conditions() {
    let parts = "    sel_a: {a: x}\n    sel_b: {b: x}\n    sel_c: {c: x}\n    filter: {f: x}\n    condition: ";
    for (condition, found, not_found) in [
        ("sel_a and sel_b", r#"{"a":"x","b":"x"}"#, r#"{"a":"x"}"#),
        ("sel_a or sel_b", r#"{"b":"x"}"#, r#"{"c":"x"}"#),
        ("sel_a and not filter", r#"{"a":"x"}"#, r#"{"a":"x","f":"x"}"#),
        ("not filter", r#"{"z":"x"}"#, r#"{"f":"x"}"#),
        ("1 of sel_*", r#"{"c":"x"}"#, r#"{"f":"x"}"#),
        ("2 of sel_*", r#"{"c":"x","a":"x"}"#, r#"{"c":"x"}"#),
        ("all of sel_*", r#"{"a":"x","b":"x","c":"x"}"#, r#"{"a":"x","b":"x"}"#),
        ("1 of them", r#"{"f":"x"}"#, r#"{"z":"x"}"#),
        ("all of them", r#"{"a":"x","b":"x","c":"x","f":"x"}"#, r#"{"a":"x","b":"x","c":"x"}"#),
        ("sel_a and (sel_b or not sel_c)", r#"{"a":"x"}"#, r#"{"a":"x","c":"x"}"#),
        ("[sel_a, sel_b and sel_c]", r#"{"a":"x"}"#, r#"{"b":"x"}"#),
        ("1 of sel_* and not 1 of filter*", r#"{"a":"x"}"#, r#"{"a":"x","f":"x"}"#),
    ] {
        check_condition(&format!("{parts}{condition}"), &[found], &[not_found]);
    }
}
