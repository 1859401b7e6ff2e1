//! Sessions: tokens with faults, and tokens where they do not belong.

mod bearers;
mod claims;
mod jwt;
mod url;

use crate::Detector;
pub use bearers::{BearerTable, Reuse};
pub use claims::{ClaimFault, Expected, judge_claims};

/// The detectors of this family.
pub(crate) static DETECTORS: [&Detector; 2] = [&jwt::JWT, &url::URL];
