//! How detectors are tested: a table of what must be found, with its place, and one of what must not. What is found must
//! also be gone when it is neutralised, and what is clean must stay as it is.

use crate::{
    Guard,
    policy::{Circumstances, Policy},
};
use palisade_model::FindingDraft;
use std::{borrow::Cow, ops::Range, sync::LazyLock};

/// One for all tests: making one costs more than most tests.
static GUARD: LazyLock<Guard> = LazyLock::new(Guard::new);

/// Checks that `class` finds exactly one thing in each text of `found`, at that place, and that no detector finds
/// anything in the texts of `clean`.
#[track_caller]
pub(crate) fn check(class: &str, found: &[(&str, Range<usize>)], clean: &[&str]) {
    let guard = &*GUARD;
    for (text, place) in found {
        let findings = guard.inspect_text(text);
        let of_class: Vec<&FindingDraft> = findings.iter().filter(|finding| finding.detector == class).collect();
        let places: Vec<Range<usize>> =
            of_class.iter().map(|finding| finding.evidence[0].start..finding.evidence[0].end).collect();
        assert_eq!(places, std::slice::from_ref(place), "{class} in {text:?}");
        check_neutralised(class, text);
    }
    for text in clean {
        let findings = guard.inspect_text(text);
        assert!(findings.is_empty(), "{text:?} is clean, but: {findings:#?}");
        let neutralised = guard.neutralise_text(text, &redacts(class), &Circumstances::default());
        assert!(matches!(neutralised.text, Cow::Borrowed(_)), "{text:?} is clean, but became {neutralised:?}");
    }
}

/// A policy that redacts `class`.
fn redacts(class: &str) -> Policy {
    Policy::parse(&format!("[[rule]]\nclass = '{class}'\naction = 'redact'")).expect("the class exists")
}

/// Checks that neutralising `class` leaves nothing of it in `text`, alone and in JSON, and that a second time changes
/// nothing.
#[track_caller]
fn check_neutralised(class: &str, text: &str) {
    let (guard, policy, now) = (&*GUARD, redacts(class), Circumstances::default());
    let remains = |findings: &[FindingDraft]| findings.iter().any(|finding| finding.detector == class);
    let plain = guard.neutralise_text(text, &policy, &now);
    assert!(!remains(&guard.inspect_text(&plain.text)), "{class} stays in {text:?}: {plain:?}");
    assert_eq!(guard.neutralise_text(&plain.text, &policy, &now).text, plain.text, "{class} in {text:?}");
    let document = serde_json::json!({"text": text, "more": [1.5, null, text]}).to_string();
    let json = guard.neutralise_json(&document, &policy, &now).expect("is JSON");
    assert!(serde_json::from_str::<serde_json::Value>(&json.text).is_ok(), "{class} in {text:?}: {json:?}");
    assert!(!remains(&guard.inspect_json(&json.text).expect("is JSON")), "{class} stays in {document}: {json:?}");
    let again = guard.neutralise_json(&json.text, &policy, &now).expect("is JSON");
    assert_eq!(again.text, json.text, "{class} in {document}");
}
