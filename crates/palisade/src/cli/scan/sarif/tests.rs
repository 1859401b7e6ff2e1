//! Results hold what SARIF 2.1.0 and GitHub code scanning ask for.

use super::*;
use crate::cli::scan::{Format, outcome::Note, tests};
use palisade_model::Subject;

fn results_of(name: &str, text: &str) -> Vec<Value> {
    let scan = tests::scan(Format::Sarif, None);
    let subject = Subject { kind: "file".into(), name: name.into() };
    let judged = Judged::of(&scan, Input::Path(name.into()), subject, text, name.ends_with(".json"));
    results(&scan, &judged, text).iter().map(|result| serde_json::from_str(result).unwrap()).collect()
}

fn document(results: &[String], notes: &Notes, total: &Tally) -> Value {
    let scan = tests::scan(Format::Sarif, None);
    let text = opening(scan.guard.detectors()) + &results.join(",\n") + &closing(notes, total);
    serde_json::from_str(&text).unwrap()
}

#[test]
fn paths_become_references() {
    let below = |name| {
        results_of(name, "pay\u{202E}txt.exe")[0]["locations"][0]["physicalLocation"]["artifactLocation"].clone()
    };
    for (name, wanted) in [
        ("a b.txt", json!({"uri": "a%20b.txt", "uriBaseId": "%SRCROOT%"})),
        ("./d/a.txt", json!({"uri": "d/a.txt", "uriBaseId": "%SRCROOT%"})),
        ("/base/d/a.txt", json!({"uri": "d/a.txt", "uriBaseId": "%SRCROOT%"})),
        ("/other/a.txt", json!({"uri": "file:///other/a.txt"})),
        ("-", json!({"uri": "stdin"})),
        ("a.zip!/b c.txt", json!({"uri": "a.zip", "uriBaseId": "%SRCROOT%"})),
    ] {
        assert_eq!(below(name), wanted, "{name}");
    }
}

#[test]
fn rules_have_what_a_code_host_shows() {
    let document = document(&[], &Notes::default(), &Tally::default());
    assert_eq!((&document["version"], document["runs"].as_array().unwrap().len()), (&json!("2.1.0"), 1));
    let rules = document["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert!((100..25_000).contains(&rules.len()));
    for rule in rules {
        for text in ["/shortDescription/text", "/fullDescription/text", "/help/text", "/help/markdown", "/name"] {
            let text = rule.pointer(text).and_then(Value::as_str).unwrap_or_default();
            assert!(!text.is_empty() && text.len() <= 1_024, "{rule}");
        }
        let level = rule.pointer("/defaultConfiguration/level").and_then(Value::as_str).unwrap();
        assert!(["error", "warning", "note"].contains(&level), "{rule}");
        let score: f64 = rule["properties"]["security-severity"].as_str().unwrap().parse().unwrap();
        assert!(score > 0.0 && score <= 10.0, "{rule}");
        assert!(rule["properties"]["tags"].as_array().unwrap().len() <= TAGS_MAX);
    }
}

#[test]
fn results_say_where_and_which() {
    let text = "a\nüpay\u{202E}txt.exe\npay\u{202E}txt.exe";
    let found = results_of("a.txt", text);
    let region = json!({"startLine": 2, "startColumn": 5, "endLine": 2, "endColumn": 13});
    assert_eq!(found[0]["locations"][0]["physicalLocation"]["region"], region);
    assert_eq!((&found[0]["ruleId"], &found[0]["level"]), (&json!("guard.unicode.bidi"), &json!("error")));
    let prints: Vec<&str> =
        found.iter().map(|result| result["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap()).collect();
    assert!(prints.len() == 2 && prints[0].ends_with(":1") && prints[0] != prints[1], "{prints:?}");
}

#[test]
fn places_in_json_and_in_archives_have_a_region() {
    let found = results_of("a.json", "{\n \"k\": \"pay\\u202etxt.exe\"}");
    let region = json!({"startLine": 2, "startColumn": 7, "endLine": 2, "endColumn": 25});
    assert_eq!(found[0]["locations"][0]["physicalLocation"]["region"], region);
    assert_eq!(found[0]["locations"][0]["logicalLocations"][0]["fullyQualifiedName"], "/k");
    let found = results_of("a.zip!/b/c.txt", "\npay\u{202E}txt.exe");
    assert_eq!(found[0]["locations"][0]["physicalLocation"]["region"], json!({"startLine": 1}));
    assert_eq!(found[0]["locations"][0]["logicalLocations"][0]["fullyQualifiedName"], "b/c.txt");
    assert!(found[0]["message"]["text"].as_str().unwrap().ends_with(" In b/c.txt, line 2."));
}

#[test]
fn what_was_not_inspected_is_told() {
    let mut notes = Notes::default();
    notes.add(Note { name: "b.zip".into(), message: "a bomb".into(), is_error: true });
    let document = document(&[], &notes, &Tally { failed: 1, left_out: 3, ..Tally::default() });
    let invocation = &document["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let told: Vec<_> = invocation["toolExecutionNotifications"]
        .as_array()
        .unwrap()
        .iter()
        .map(|told| &told["message"]["text"])
        .collect();
    assert_eq!(told, [&json!("b.zip: a bomb"), &json!("3 further results are left out")]);
}
