//! Prompt injection: text that gives orders to the model that reads it.

mod addressed;
mod call;
mod context;
mod covert;
mod disguise;
mod encoded;
mod exfiltration;
mod forms;
mod grammar;
mod hearsay;
mod hidden;
mod jailbreak;
mod language_needles;
mod language_prompts;
mod language_words;
mod language_words_further;
mod languages;
mod leak;
mod lexicon;
mod link;
mod output;
mod overriding;
mod plant;
mod quoting;
mod role;
mod score;
mod side_signs;
mod signs;
mod takeover;
#[cfg(test)]
mod testing;
mod tool;
mod words;

pub(crate) use grammar::Match;
pub(crate) use takeover::{terms, terms_in};
pub(crate) use words::{Word, all_words};

use crate::detector::Detector;

/// All detectors of the family.
pub(crate) static DETECTORS: [&Detector; 17] = [
    &overriding::OVERRIDE,
    &takeover::TAKEOVER,
    &languages::LANGUAGES,
    &role::ROLE,
    &jailbreak::JAILBREAK,
    &leak::LEAK,
    &exfiltration::EXFILTRATION,
    &tool::TOOL,
    &hidden::HIDDEN,
    &encoded::ENCODED,
    &output::OUTPUT,
    &plant::PLANT,
    &covert::COVERT,
    &addressed::ADDRESSED,
    &link::LINK,
    &call::CALL,
    &disguise::DISGUISE,
];
