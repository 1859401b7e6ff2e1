//! Characters that hide text, or show it otherwise than it is read.

mod bidi;
mod invisible;
mod script;
mod tag;
mod variation;
mod zero_width;

use crate::Detector;
pub(crate) use script::{is_bidi_control, is_invisible, is_tag, is_unseen, is_variation_selector};

/// The detectors of this family.
pub(crate) static DETECTORS: [&Detector; 4] = [&bidi::BIDI, &invisible::INVISIBLE, &tag::TAG, &variation::VARIATION];
