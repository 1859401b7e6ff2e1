//! All tables of words in one place to ask: what a word is, and which phrases begin with it. Made once, on first use.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::company_words::{COMPANY_SYNONYMS, COMPANY_WORDS};
use super::frequent::{EVERYDAY_WORDS, FAMILY_NAMES, GIVEN_NAMES};
use super::legal_forms::{FormClass, LEGAL_FORMS};
use super::numbers::NUMBER_WORDS;
use super::places::{COUNTRIES, REGIONS, TOWNS};
use super::titles::{CHILD_OF, HONORIFICS, PARTICLES, SOFT_TITLES, STOP_WORDS};
use super::variants::{NICKNAMES, SPELLINGS};

/// What a word is, in all senses that it has.
#[derive(Clone, Debug, Default)]
pub(crate) struct Word {
    pub(crate) honorific: bool,
    pub(crate) soft_title: bool,
    pub(crate) particle: bool,
    pub(crate) child_of: bool,
    pub(crate) stop: bool,
    /// A name that many people bear.
    pub(crate) common_name: bool,
    /// A word that many companies are named after.
    pub(crate) everyday: bool,
    /// What it counts in a company's name, 0 when it is not a word of companies.
    pub(crate) company_weight: f32,
    pub(crate) number: Option<u32>,
    /// Groups of spellings and synonyms: members are one name.
    pub(crate) spellings: Vec<u16>,
    /// Groups of short forms.
    pub(crate) nicknames: Vec<u16>,
}

/// Words in a row that mean one thing.
#[derive(Clone, Debug)]
pub(crate) struct Phrase {
    pub(crate) words: Vec<&'static str>,
    pub(crate) meaning: Meaning,
}

/// What a phrase means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Meaning {
    Form(FormClass),
    Place(Place),
}

/// A place by the number of its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) id: u16,
    /// Wider than a country, or a direction: says little.
    pub(crate) wide: bool,
}

/// The tables.
#[derive(Default)]
pub(crate) struct Lexicon {
    words: FxHashMap<&'static str, Word>,
    phrases: FxHashMap<&'static str, Vec<Phrase>>,
    places: FxHashMap<String, Place>,
}

impl Lexicon {
    /// The one lexicon.
    pub(crate) fn get() -> &'static Self {
        static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::load);
        &LEXICON
    }

    /// What is known of a word.
    pub(crate) fn word(&self, text: &str) -> Option<&Word> {
        self.words.get(text)
    }

    /// The phrases that begin with a word, the longest first.
    pub(crate) fn phrases(&self, first: &str) -> &[Phrase] {
        self.phrases.get(first).map_or(&[], Vec::as_slice)
    }

    /// A place by its name written without blanks.
    pub(crate) fn place(&self, joined: &str) -> Option<Place> {
        self.places.get(joined).copied()
    }

    fn load() -> Self {
        let mut lexicon = Self::default();
        lexicon.mark(HONORIFICS, |word| word.honorific = true);
        lexicon.mark(SOFT_TITLES, |word| word.soft_title = true);
        lexicon.mark(PARTICLES, |word| word.particle = true);
        lexicon.mark(CHILD_OF, |word| word.child_of = true);
        lexicon.mark(STOP_WORDS, |word| word.stop = true);
        lexicon.mark(GIVEN_NAMES, |word| word.common_name = true);
        lexicon.mark(FAMILY_NAMES, |word| word.common_name = true);
        lexicon.mark(EVERYDAY_WORDS, |word| word.everyday = true);
        for (weight, words) in COMPANY_WORDS {
            lexicon.mark(words, |word| word.company_weight = *weight);
        }
        for (word, value) in NUMBER_WORDS {
            lexicon.words.entry(word).or_default().number = Some(*value);
        }
        lexicon.load_groups();
        lexicon.load_phrases();
        lexicon
    }

    fn mark(&mut self, words: &'static str, set: impl Fn(&mut Word)) {
        words.split_whitespace().for_each(|word| set(self.words.entry(word).or_default()));
    }

    fn load_groups(&mut self) {
        let spellings = SPELLINGS.lines().map(|line| line.split(' ').collect::<Vec<_>>());
        let synonyms = COMPANY_SYNONYMS.lines().map(|line| line.split('|').collect());
        for (group, words) in (0..).zip(spellings.chain(synonyms)) {
            words.into_iter().for_each(|word| self.words.entry(word).or_default().spellings.push(group));
        }
        for (group, line) in (0..).zip(NICKNAMES.lines()) {
            line.split(' ').for_each(|word| self.words.entry(word).or_default().nicknames.push(group));
        }
    }

    fn load_phrases(&mut self) {
        for (_, class, forms) in LEGAL_FORMS {
            forms.split('|').for_each(|form| self.add_phrase(form.trim(), Meaning::Form(*class)));
        }
        let places = [(COUNTRIES, false), (TOWNS, false), (REGIONS, true)];
        let lines = places.into_iter().flat_map(|(lines, wide)| lines.lines().map(move |line| (line, wide)));
        for (id, (line, wide)) in (0..).zip(lines) {
            for name in line.split('|') {
                self.add_phrase(name, Meaning::Place(Place { id, wide }));
                self.places.entry(name.replace(' ', "")).or_insert(Place { id, wide });
            }
        }
    }

    /// A form that several countries have keeps the sort that comes first.
    fn add_phrase(&mut self, text: &'static str, meaning: Meaning) {
        let words: Vec<&'static str> = text.split_whitespace().collect();
        let Some(first) = words.first().copied() else { return };
        let phrases = self.phrases.entry(first).or_default();
        if phrases.iter().any(|known| known.words == words) {
            return;
        }
        let place = phrases.partition_point(|known| known.words.len() >= words.len());
        phrases.insert(place, Phrase { words, meaning });
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn legal_forms_of_sixty_countries() {
        let countries: BTreeSet<&str> = LEGAL_FORMS.iter().flat_map(|(countries, ..)| countries.split(' ')).collect();
        assert!(countries.len() >= 60, "{}", countries.len());
    }

    #[test]
    fn tables_are_folded() {
        let lexicon = Lexicon::get();
        let phrases = lexicon.phrases.values().flatten().flat_map(|phrase| phrase.words.iter().copied());
        for word in lexicon.words.keys().copied().chain(phrases) {
            assert!(word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()), "{word:?} is not folded");
        }
    }
}
