//! What each sort of difference takes off a score. Two sets, for people and for organisations, set by cross-validation
//! over labelled pairs (`examples/name_pairs.rs`) so that 0.7 parts matches from others.

use crate::names::NameType;

/// What differences take off a score that starts at 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tuning {
    /// For what a pair of words lacks to 1, by the word's weight.
    pub pair: f32,
    /// For letters that differ, as a share of all the letters of the shorter name.
    pub letters: f32,
    /// For words that differ, at least (for a word of weight 0.28 and more).
    pub differs: f32,
    /// For words that differ, by their share of the name.
    pub differs_share: f32,
    /// For words that one side lacks, by their share of the longer name.
    pub missing: f32,
    /// For one shared word where one side has more.
    pub one_word: f32,
    /// For sharing common words only, where one side has more.
    pub common: f32,
    /// For numbers that differ within a series.
    pub series: f32,
    /// For a number that one side lacks.
    pub number_missing: f32,
    /// For a place that one side lacks.
    pub place_missing: f32,
    /// For legal forms of different sorts.
    pub legal_form: f32,
    /// For another order.
    pub order: f32,
    /// For father and child in each other's place.
    pub father_and_child: f32,
    /// For an acronym instead of the words.
    pub acronym: f32,
}

/// For people.
pub const PERSON: Tuning = Tuning {
    pair: 0.3,
    letters: 0.95,
    differs: 0.32,
    differs_share: 0.5,
    missing: 0.54,
    one_word: 0.38,
    common: 0.5,
    series: 0.22,
    number_missing: 0.1,
    place_missing: 0.1,
    legal_form: 0.0,
    order: 0.02,
    father_and_child: 0.33,
    acronym: 0.6,
};

/// For organisations and things.
pub const ORGANIZATION: Tuning = Tuning {
    pair: 0.3,
    letters: 1.0,
    differs: 0.32,
    differs_share: 0.5,
    missing: 0.62,
    one_word: 0.1,
    common: 0.6,
    series: 0.24,
    number_missing: 0.32,
    place_missing: 0.34,
    legal_form: 0.06,
    order: 0.04,
    father_and_child: 0.0,
    acronym: 0.22,
};

impl Tuning {
    pub(super) fn of(name_type: NameType) -> &'static Self {
        if name_type == NameType::Person { &PERSON } else { &ORGANIZATION }
    }
}
