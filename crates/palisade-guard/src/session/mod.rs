//! Sessions: tokens with faults, tokens where they do not belong, and tokens in the wrong hands.
//!
//! Text alone tells the first two. For the third, whoever receives a bearer token says what it knows: [`judge_bearer`]
//! takes the audiences and issuers that it expects, and a [`BearerTable`] who has shown the token.

mod bearers;
mod claims;
mod jwt;
mod url;

use crate::{Detector, excerpt, gathering};
pub use bearers::{BearerTable, Reuse};
pub use claims::{ClaimFault, Expected, judge_bearer, judge_claims};
use palisade_model::{Evidence, FindingDraft, Severity};
use std::ops::Range;

/// The detectors of this family.
pub(crate) static DETECTORS: [&Detector; 4] = [&jwt::JWT, &url::URL, &claims::CLAIMS, &bearers::REUSE];

/// What `detector` says about the token at `place` in `bearer`.
fn finding(
    detector: &'static Detector,
    bearer: &str,
    place: Range<usize>,
    severity: Severity,
    confidence: f64,
    explanation: String,
) -> FindingDraft {
    let token = &bearer[place.clone()];
    let (start, end, excerpt) = (place.start, place.end, excerpt::masked(token));
    let evidence = vec![Evidence { pointer: String::new(), start, end, excerpt }];
    let draft = detector.draft(explanation.into(), evidence, gathering::hash(token));
    FindingDraft { severity, confidence, ..draft }
}
