//! The one table of detectors. A detector that is not here does not exist.

use crate::{
    detector::{Detector, Finds},
    secret, unicode,
};
use palisade_model::Severity;

/// All detectors, by family and name.
pub static DETECTORS: [&Detector; 29] = [
    &unicode::BIDI,
    &unicode::INVISIBLE,
    &unicode::TAG,
    &unicode::VARIATION,
    &secret::ANTHROPIC,
    &secret::AWS,
    &secret::DIGITALOCEAN,
    &secret::DOCKER,
    &secret::GITHUB,
    &secret::GITLAB,
    &secret::GOOGLE,
    &secret::GRAFANA,
    &secret::GROQ,
    &secret::HUGGINGFACE,
    &secret::JWT,
    &secret::LINEAR,
    &secret::NEWRELIC,
    &secret::NPM,
    &secret::OPENAI,
    &secret::POSTMAN,
    &secret::PRIVATE_KEY,
    &secret::PYPI,
    &secret::RUBYGEMS,
    &secret::SENDGRID,
    &secret::SHOPIFY,
    &secret::SLACK,
    &secret::STRIPE,
    &secret::VAULT,
    &LIMIT,
];

/// Says that an input had more findings than are told.
pub(crate) static LIMIT: Detector = Detector {
    class: "guard.limit",
    version: "1",
    severity: Severity::Informational,
    title: "More findings than are told",
    remediation: "Mend what is told and inspect again, or split the input.",
    references: &[],
    finds: Finds::Limit,
};

#[cfg(test)]
mod tests {
    use super::DETECTORS;

    #[test]
    fn names_are_distinct_and_texts_are_there() {
        let names: std::collections::BTreeSet<_> = DETECTORS.iter().map(|detector| detector.class).collect();
        assert_eq!(names.len(), DETECTORS.len());
        for detector in DETECTORS {
            assert!(detector.class.starts_with("guard."), "{}", detector.class);
            assert!(!detector.title.is_empty() && detector.remediation.ends_with('.'), "{}", detector.class);
        }
    }
}
