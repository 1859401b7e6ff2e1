//! The model: one weight a feature, a sum, and the logistic function.

use super::feature::COUNT;
use super::{Feature, Profile};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The model that ships, made by training on public lists (docs/supply-model.md is its card).
const BUILT_IN: &str = include_str!("model.json");
/// A model's text is a few thousand bytes.
const TEXT_MAX: usize = 1 << 16;
/// Weights beyond this are a mistake.
const WEIGHT_MAX: f64 = 50.0;

/// Weights in log-odds.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    pub(super) intercept: f64,
    pub(super) weights: [f64; COUNT],
    pub(super) version: String,
}

/// The written form: features by name, so that a model stays readable when features are added.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: String,
    intercept: f64,
    weights: BTreeMap<Feature, f64>,
}

/// Why a model was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// It is longer than any model.
    #[error("longer than {TEXT_MAX} bytes")]
    TooLong,
    /// It has another form, or names a feature that is not known.
    #[error("not a model of this program: {0}")]
    Form(#[from] serde_json::Error),
    /// A weight is not finite or too large.
    #[error("the weight of {0} is beyond ±{WEIGHT_MAX}")]
    Weight(&'static str),
}

impl Model {
    /// The model that ships with the program.
    #[must_use]
    pub fn built_in() -> Self {
        Self::parse(BUILT_IN).unwrap_or_else(|_| Self::set())
    }

    /// The weights as they are set by hand, before any training.
    #[must_use]
    pub fn set() -> Self {
        let mut weights = [0.0; COUNT];
        for feature in Feature::all() {
            weights[feature.number()] = feature.row().set;
        }
        Self { intercept: INTERCEPT, weights, version: "set".to_owned() }
    }

    /// Reads the written form. Features that it does not name have the weight that is set for them.
    ///
    /// # Errors
    /// When the text is no model, names unknown features, or holds weights that cannot be meant.
    pub fn parse(text: &str) -> Result<Self, ModelError> {
        if text.len() > TEXT_MAX {
            return Err(ModelError::TooLong);
        }
        let written: Written = serde_json::from_str(text)?;
        let mut model = Self { intercept: written.intercept, version: written.version, ..Self::set() };
        for (feature, weight) in written.weights {
            model.weights[feature.number()] = weight;
        }
        let fits = |weight: f64| weight.abs() <= WEIGHT_MAX;
        match Feature::all().find(|feature| !fits(model.weights[feature.number()])) {
            Some(feature) => Err(ModelError::Weight(feature.as_str())),
            None if !fits(model.intercept) => Err(ModelError::Weight("the intercept")),
            None => Ok(model),
        }
    }

    /// The written form, ending in a line break.
    #[must_use]
    pub fn to_text(&self) -> String {
        let round = |weight: f64| (weight * 1000.0).round() / 1000.0;
        let weights = Feature::all().map(|feature| (feature, round(self.weight(feature)))).collect();
        let written = Written { version: self.version.clone(), intercept: round(self.intercept), weights };
        serde_json::to_string_pretty(&written).unwrap_or_default() + "\n"
    }

    /// Its version, which findings name.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// What one unit of `feature` adds, in log-odds.
    #[must_use]
    pub fn weight(&self, feature: Feature) -> f64 {
        self.weights[feature.number()]
    }

    /// The sum for `profile`, in log-odds.
    #[must_use]
    pub fn log_odds(&self, profile: &Profile) -> f64 {
        self.intercept + self.weights.iter().zip(profile.values()).map(|(weight, value)| weight * value).sum::<f64>()
    }

    /// How likely a package with `profile` is a trap, in 0..=1.
    #[must_use]
    pub fn probability(&self, profile: &Profile) -> f64 {
        logistic(self.log_odds(profile))
    }
}

/// Log-odds of a package of which nothing is known: about one in a hundred and fifty. Too many, seen over a registry;
/// about right for what a team newly takes in and asks about.
pub(super) const INTERCEPT: f64 = -5.0;

pub(super) fn logistic(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}
