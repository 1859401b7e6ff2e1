//! Text that is written to be read as code by whatever it is handed on to.

mod place;
mod sql;
mod xss;

use crate::Detector;

/// The detectors of this family.
pub(crate) static DETECTORS: [&Detector; 2] = [&sql::SQL, &xss::XSS];
