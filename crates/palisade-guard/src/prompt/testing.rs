//! How the detectors of this family are tested: by confidence, for what they find is seldom sure.

use crate::Guard;

/// Checks that `class` is at least `least` sure about each text of `found`, and that nothing blocks one of `clean`.
#[track_caller]
pub(super) fn check(class: &str, least: f64, found: &[&str], clean: &[&str]) {
    let guard = Guard::new();
    let sure = |text: &str, wanted: &str| {
        let findings = guard.inspect_text(text);
        let wanted = findings.iter().filter(|finding| finding.detector.starts_with(wanted));
        wanted.map(|finding| finding.confidence).fold(0.0, f64::max)
    };
    let missed: Vec<_> = found.iter().filter(|text| sure(text, class) < least).collect();
    let wrong: Vec<_> = clean.iter().filter(|text| sure(text, "guard.prompt.") >= 0.5).collect();
    assert!(missed.is_empty() && wrong.is_empty(), "{class} missed {missed:#?} and was wrong about {wrong:#?}");
}
