//! Prompt injection: text that gives orders to the model that reads it.

mod encoded;
mod exfiltration;
mod grammar;
mod hidden;
mod jailbreak;
mod languages;
mod leak;
mod output;
mod overriding;
mod role;
mod score;
#[cfg(test)]
mod testing;
mod tool;

use crate::detector::Detector;

/// All detectors of the family.
pub(crate) static DETECTORS: [&Detector; 10] = [
    &overriding::OVERRIDE,
    &languages::LANGUAGES,
    &role::ROLE,
    &jailbreak::JAILBREAK,
    &leak::LEAK,
    &exfiltration::EXFILTRATION,
    &tool::TOOL,
    &hidden::HIDDEN,
    &encoded::ENCODED,
    &output::OUTPUT,
];
