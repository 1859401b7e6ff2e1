//! How detectors are tested: a table of what must be found, with its place, and one of what must not.

use crate::Guard;
use palisade_model::FindingDraft;
use std::{ops::Range, sync::LazyLock};

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
    }
    for text in clean {
        let findings = guard.inspect_text(text);
        assert!(findings.is_empty(), "{text:?} is clean, but: {findings:#?}");
    }
}
