//! Data about persons: numbers of cards, accounts and identity, and how to reach somebody.

pub(crate) mod americas;
pub(crate) mod asia_pacific;
mod card;
mod checks;
mod context;
mod email;
pub(crate) mod europe;
pub(crate) mod europe_east;
mod money;
mod national;
mod network;
#[cfg(test)]
mod ordinary;
mod phone;

use crate::{
    Detector,
    detector::{Finds, Outcome},
    text::View,
};
use palisade_model::Severity;

/// The detectors of this family that are not of one part of the world.
pub(crate) static DETECTORS: [&Detector; 9] = [
    &card::CARD,
    &email::EMAIL,
    &phone::PHONE,
    &money::IBAN,
    &money::BANK_ACCOUNT,
    &money::PASSPORT,
    &national::NATIONAL,
    &network::IP,
    &network::MAC,
];

/// A detector of one kind of personal data.
const fn kind(
    class: &'static str,
    title: &'static str,
    needles: &'static [&'static [u8]],
    confirm: fn(&View<'_>, usize) -> Outcome,
) -> Detector {
    Detector {
        class,
        version: "1",
        severity: Severity::Medium,
        title,
        remediation: "Keep personal data out of prompts and logs: leave it out, or put a reference in its place.",
        references: &["CWE-359", "OWASP-LLM02"],
        finds: Finds::Places { needles, confirm },
    }
}
