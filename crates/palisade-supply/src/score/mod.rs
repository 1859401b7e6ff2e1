//! How likely a package is a trap: named features of what is known, one logistic model, reasons, and what to do about it.
//!
//! ```text
//! names ──► suspicions ─┐
//! registry, manifest ───┼─► profile (features) ──► model (weights) ──► assessment ──► policy ──► findings
//! advisories ───────────┘                              ▲
//!                              labelled names ──► training ──► model and card
//! ```
//!
//! The model is a sum: every [`Feature`] has a weight in log-odds, so each finding shows what counted how much. Weights
//! of names are learnt; those of facts for which there is no labelled data are set by hand, and the model's card says
//! which are which. What a new source of evidence knows joins as further rows of the table of features.

mod assessment;
mod card;
mod examples;
mod facts;
mod feature;
mod generated;
mod judge;
mod model;
mod policy;
mod profile;
mod training;
mod unregistered;

pub use assessment::{Assessment, Contribution};
pub use card::Card;
pub use examples::{Example, ExampleError, Labelled, PopularList, examples, read_labelled};
pub use facts::{Facts, Repository};
pub use feature::Feature;
pub use generated::generated;
pub use judge::{CONFUSION, Judge, REPUTATION, SQUAT};
pub use model::{Model, ModelError};
pub use policy::{Decision, Policy, PolicyError, Preset, Suppression};
pub use profile::Profile;
pub use training::{Settings, Trained, fit, train};
pub use unregistered::{UNREGISTERED, unregistered};

#[cfg(test)]
mod tests;
