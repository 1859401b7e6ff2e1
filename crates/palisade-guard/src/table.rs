//! The one table of detectors. A detector that is not here does not exist.

use crate::{
    detector::{Detector, Finds},
    execution, injection, json, output, personal, prompt, secret, session, unicode,
};
use palisade_model::Severity;
use std::sync::LazyLock;

/// The families, in the order of the documentation. Each lists its detectors in its own module.
static FAMILIES: &[&[&Detector]] = &[
    &unicode::DETECTORS,
    &secret::DETECTORS,
    &injection::DETECTORS,
    &prompt::DETECTORS,
    &execution::DETECTORS,
    &output::DETECTORS,
    secret::business::DETECTORS,
    secret::cloud::DETECTORS,
    secret::delivery::DETECTORS,
    secret::developer::DETECTORS,
    secret::finance::DETECTORS,
    secret::messaging::DETECTORS,
    secret::model_services::DETECTORS,
    secret::monitoring::DETECTORS,
    &session::DETECTORS,
    &personal::DETECTORS,
    personal::americas::DETECTORS,
    personal::asia_pacific::DETECTORS,
    personal::europe::DETECTORS,
    personal::europe_east::DETECTORS,
    &json::DETECTORS,
    &[&LIMIT, &NOT_INSPECTED],
];

static ALL: LazyLock<Vec<&'static Detector>> = LazyLock::new(|| FAMILIES.concat());

/// All detectors.
pub fn detectors() -> &'static [&'static Detector] {
    &ALL
}

/// The end of what is told about one input.
///
/// **What it finds.** That an input has more than a hundred findings. They are told up to that number; what comes after
/// is not inspected.
///
/// **Why it matters.** Whoever sends very much that is found may want to hide something behind it. The policy `strict`
/// stops such input.
///
/// **Example.** a file with 101 keys
pub(crate) static LIMIT: Detector = Detector {
    class: "guard.limit",
    version: "1",
    severity: Severity::Informational,
    title: "More findings than are told",
    remediation: "Mend what is told and inspect again, or split the input.",
    references: &[],
    finds: Finds::Limit,
};

/// **What it finds.** Input of which not everything was looked at: one detector was woken or found something more often
/// than bearable, or more was encoded than is decoded. It is as severe as what was left out could have been.
///
/// **Why it matters.** An attack could hide behind a heap of what only looks like one. Ordinary text stays far below the
/// limits.
///
/// **Example.** a hundred thousand `%25` in a row
pub(crate) static NOT_INSPECTED: Detector = Detector {
    class: "guard.limit.not-inspected",
    version: "1",
    severity: Severity::High,
    title: "Not everything was inspected",
    remediation: "Split the input and inspect the parts, or refuse it.",
    references: &["CWE-770", "CWE-400"],
    finds: Finds::Limit,
};

#[cfg(test)]
mod tests {
    use super::detectors;

    #[test]
    fn names_are_distinct_and_texts_are_there() {
        let names: std::collections::BTreeSet<_> = detectors().iter().map(|detector| detector.class).collect();
        assert_eq!(names.len(), detectors().len());
        for detector in detectors() {
            assert!(detector.class.starts_with("guard."), "{}", detector.class);
            assert!(!detector.title.is_empty() && detector.remediation.ends_with('.'), "{}", detector.class);
        }
    }
}
