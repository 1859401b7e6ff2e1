//! What the model says of one package, with what counted how much.

use super::{Feature, Model, Profile};
use crate::names::{Suspicion, Technique};
use palisade_model::Severity;
use serde::Serialize;

/// Reasons that are told at most.
const REASONS_MAX: usize = 6;
/// What counts less is not worth telling.
const TOLD_MIN: f64 = 0.2;
/// From these probabilities on a trap is medium, and high.
const MEDIUM: f64 = 0.5;
const HIGH: f64 = 0.9;

/// One feature's part in the sum.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Contribution {
    /// Which feature.
    pub feature: Feature,
    /// Its value.
    pub value: f64,
    /// The model's weight for it.
    pub weight: f64,
}

impl Contribution {
    /// What it adds to the sum, in log-odds.
    #[must_use]
    pub fn adds(&self) -> f64 {
        self.value * self.weight
    }
}

/// How likely a package is a trap, and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Assessment {
    /// In 0..=1.
    pub probability: f64,
    /// How bad it is, if it is one.
    pub severity: Severity,
    /// The likeness that counts most, if the name is like a protected one.
    pub suspicion: Option<Suspicion>,
    /// Other likenesses, most telling first.
    pub others: Vec<Suspicion>,
    /// What counted, most telling first.
    pub contributions: Vec<Contribution>,
    /// Sentences for people, most telling first.
    pub reasons: Vec<String>,
}

impl Assessment {
    pub(super) fn new(model: &Model, profile: &Profile, suspicion: Option<Suspicion>, others: Vec<Suspicion>) -> Self {
        let probability = model.probability(profile);
        let contributions = contributions(model, profile);
        let severity = severity(probability, profile, suspicion.as_ref());
        let reasons = reasons(suspicion.as_ref(), &contributions);
        Self { probability, severity, suspicion, others, contributions, reasons }
    }
}

fn contributions(model: &Model, profile: &Profile) -> Vec<Contribution> {
    let mut found: Vec<Contribution> = Feature::all()
        .map(|feature| Contribution { feature, value: profile.get(feature), weight: model.weight(feature) })
        .filter(|contribution| contribution.value != 0.0)
        .collect();
    found.sort_by(|a, b| b.adds().abs().total_cmp(&a.adds().abs()));
    found
}

fn severity(probability: f64, profile: &Profile, suspicion: Option<&Suspicion>) -> Severity {
    let present = |name: &str| Feature::named(name).is_some_and(|feature| profile.get(feature) > 0.0);
    let private = suspicion.is_some_and(|suspicion| suspicion.technique == Technique::DependencyConfusion);
    match () {
        () if present("advisory.malicious") => Severity::Critical,
        () if private || probability >= HIGH => Severity::High,
        () if probability >= MEDIUM => Severity::Medium,
        () => Severity::Low,
    }
}

fn reasons(suspicion: Option<&Suspicion>, contributions: &[Contribution]) -> Vec<String> {
    let of_names = |feature: &Feature| feature.as_str().starts_with("names.");
    let mut reasons: Vec<String> = suspicion.iter().map(|suspicion| suspicion.reason.clone()).collect();
    let told = contributions.iter().filter(|part| part.adds().abs() >= TOLD_MIN && !of_names(&part.feature));
    reasons.extend(told.map(|part| {
        let direction = if part.adds() > 0.0 { "speaks for it" } else { "speaks against it" };
        format!("{} ({direction}, {:+.1})", part.feature.says(), part.adds())
    }));
    reasons.truncate(REASONS_MAX);
    reasons
}
