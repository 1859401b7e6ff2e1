//! Characters that hide text, or show it otherwise than it is read.

mod bidi;
mod confusable;
mod confusable_domain;
mod control;
mod invalid_encoding;
mod invisible;
mod look_alike;
mod mixed_script;
mod punycode;
mod script;
mod tag;
mod variation;
mod zero_width;

use crate::Detector;
pub(crate) use script::{is_bidi_control, is_invisible, is_tag, is_unseen, is_variation_selector};

/// The detectors of this family.
pub(crate) static DETECTORS: [&Detector; 9] = [
    &bidi::BIDI,
    &invisible::INVISIBLE,
    &tag::TAG,
    &variation::VARIATION,
    &confusable::CONFUSABLE,
    &confusable_domain::CONFUSABLE_DOMAIN,
    &mixed_script::MIXED_SCRIPT,
    &control::CONTROL,
    &invalid_encoding::INVALID_ENCODING,
];
