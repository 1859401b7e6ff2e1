//! The way in: a mode, and names or entities to compare.

use serde::{Deserialize, Serialize};

use super::name::{NameComparison, Rules, compare};
use super::ofac;
use super::similarity::Reason;
use super::tuning::Tuning;
use crate::names::{NameType, ParsedName};

/// How differences are judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Slips, spellings and missing middle names are forgiven. For screening.
    #[default]
    Balanced,
    /// What differs counts half as much again, and numbers must agree. For taking two records for one.
    Strict,
    /// As OFAC's own search scores names.
    Ofac,
}

impl Mode {
    /// The score from which names are taken for the same.
    pub fn threshold(self) -> f32 {
        match self {
            Self::Balanced => 0.7,
            Self::Strict => 0.85,
            Self::Ofac => 0.9,
        }
    }

    fn rules(self) -> Rules {
        match self {
            Self::Strict => Rules { severity: 1.5, series: false },
            _ => Rules { severity: 1.0, series: true },
        }
    }
}

/// Taken off where one of the names has one letter: enough that no mode takes such names for the same.
const TOO_SHORT: f32 = 0.5;

/// Compares names and entities.
#[derive(Clone, Copy, Debug, Default)]
pub struct Matcher {
    mode: Mode,
    tuning: Option<(Tuning, Tuning)>,
}

impl Matcher {
    /// A matcher of a mode.
    pub fn new(mode: Mode) -> Self {
        Self { mode, ..Self::default() }
    }

    /// With other deductions, for people and for organisations.
    #[must_use]
    pub fn with_tuning(mut self, person: Tuning, organization: Tuning) -> Self {
        self.tuning = Some((person, organization));
        self
    }

    /// The mode.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Reads a name for comparison.
    pub fn parse(&self, name: &str, name_type: NameType) -> ParsedName {
        // OFAC's search compares names as they stand on its list.
        if self.mode == Mode::Ofac {
            return ParsedName::parse_in_order(name, name_type);
        }
        ParsedName::parse(name, name_type)
    }

    /// The score of two names alone.
    pub(crate) fn name_score(&self, query: &ParsedName, listed: &ParsedName) -> f32 {
        self.compare_names(query, listed).score
    }

    /// Compares two names.
    pub fn compare_names(&self, query: &ParsedName, listed: &ParsedName) -> NameComparison {
        let mut comparison = self.compare_words(query, listed);
        if query.is_too_short() || listed.is_too_short() {
            comparison.take_off(TOO_SHORT, Reason::TooShort);
        }
        comparison
    }

    fn compare_words(&self, query: &ParsedName, listed: &ParsedName) -> NameComparison {
        if self.mode == Mode::Ofac {
            return ofac::compare(query, listed);
        }
        let people = query.name_type == NameType::Person && listed.name_type == NameType::Person;
        let tuning = self.tuning.as_ref().map(|(person, organization)| if people { person } else { organization });
        compare(query, listed, self.mode.rules(), tuning)
    }
}
