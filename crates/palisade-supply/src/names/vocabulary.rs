//! The words and runs of letters that protected names are made of: what a name may well contain without imitating.

use super::form::Form;
use super::key::{Kind, of};
use std::sync::LazyLock;

/// Ordinary words that names are made of, whatever is protected: English as programmers use it, and common short forms.
static DICTIONARY: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let mut words: Vec<&str> = include_str!("dictionary.txt").split_whitespace().collect();
    words.sort_unstable();
    words
});
/// Shorter runs of letters are words by chance.
const WORD_MIN: usize = 4;
/// Longer parts are no single word.
const PART_MAX: usize = 32;

/// Signs that are told apart in runs: boundary, letters, digits, everything else.
const SIGNS: usize = 38;

/// Counts of words and of runs of three signs.
#[derive(Clone, Debug)]
pub(super) struct Vocabulary {
    /// Upper halves of the hashes of words, in order.
    words: Vec<u32>,
    /// How many names have the word, in the same order.
    counts: Vec<u16>,
    /// How often each run occurs in the words of names; stops at the largest number.
    runs: Vec<u16>,
    names: u32,
}

/// Gathers words and runs, name by name.
#[derive(Debug)]
pub(super) struct Gathering {
    hashes: Vec<u32>,
    runs: Vec<u16>,
    names: u32,
}

impl Gathering {
    pub(super) fn new() -> Self {
        Self { hashes: Vec::new(), runs: vec![0; SIGNS * SIGNS * SIGNS], names: 0 }
    }

    pub(super) fn add(&mut self, form: &Form) {
        self.names += 1;
        for word in form.all_words() {
            self.hashes.push(hash(word));
            for run in runs_of(word) {
                self.runs[run] = self.runs[run].saturating_add(1);
            }
        }
    }

    pub(super) fn finish(mut self) -> Vocabulary {
        self.hashes.sort_unstable();
        let (mut words, mut counts): (Vec<u32>, Vec<u16>) = (Vec::new(), Vec::new());
        for hash in self.hashes {
            match (words.last(), counts.last_mut()) {
                (Some(last), Some(count)) if *last == hash => *count = count.saturating_add(1),
                _ => {
                    words.push(hash);
                    counts.push(1);
                }
            }
        }
        words.shrink_to_fit();
        counts.shrink_to_fit();
        Vocabulary { words, counts, runs: self.runs, names: self.names }
    }
}

impl Vocabulary {
    /// How many protected names have `word`.
    pub(super) fn known(&self, word: &str) -> u32 {
        self.words.binary_search(&hash(word)).map_or(0, |at| u32::from(self.counts[at]))
    }

    /// How many letters the longest word has that stands where `part` differs from `target`: a known word explains the
    /// difference. Words that the target has as well explain nothing.
    pub(super) fn explained(&self, part: &str, target: &str) -> usize {
        if part.len() > PART_MAX || !part.is_ascii() {
            return 0;
        }
        let (one, other) = (part.as_bytes(), target.as_bytes());
        let before = one.iter().zip(other).take_while(|(a, b)| a == b).count();
        let shorter = one.len().min(other.len()) - before;
        let behind = one.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count().min(shorter);
        let site = before..one.len() - behind;
        let spans = (0..=site.start).flat_map(|from| (site.end..=part.len()).map(move |to| (from, to)));
        spans
            .filter(|(from, to)| to - from >= WORD_MIN && (!site.is_empty() || (*from < site.start && *to > site.end)))
            .filter(|(from, to)| !target.contains(&part[*from..*to]))
            .filter(|(from, to)| ordinary(&part[*from..*to]) || self.known(&part[*from..*to]) > 0)
            .map(|(from, to)| to - from)
            .max()
            .unwrap_or(0)
    }

    /// How rare the rarest run of `part` is that `target` does not have; 0 where it has them all.
    pub(super) fn rarity(&self, part: &str, target: &str) -> f32 {
        let had: Vec<usize> = runs_of(target).collect();
        let new = runs_of(part).filter(|run| !had.contains(run));
        let rarest = new.map(|run| self.runs[run]).min();
        rarest.map_or(0.0, |count| ((self.names as f32 + 1.0) / (f32::from(count) + 1.0)).ln().max(0.0))
    }

    /// How much less common the runs of `part` are than those of `target` in their place: the difference of the means of
    /// their logarithms. 0 where `part` has none of its own.
    pub(super) fn strangeness(&self, part: &str, target: &str) -> f32 {
        let (asked, had): (Vec<usize>, Vec<usize>) = (runs_of(part).collect(), runs_of(target).collect());
        let mean = |runs: &[usize], others: &[usize]| {
            let own = runs.iter().filter(|run| !others.contains(run));
            let (sum, count) = own.fold((0.0, 0_u16), |(sum, count), run| {
                (sum + (f32::from(self.runs[*run]) + 1.0).ln(), count.saturating_add(1))
            });
            (count > 0).then(|| sum / f32::from(count))
        };
        match (mean(&asked, &had), mean(&had, &asked)) {
            (Some(own), Some(replaced)) => replaced - own,
            _ => 0.0,
        }
    }

    /// Bytes on the heap.
    pub(super) fn memory(&self) -> usize {
        self.words.capacity() * size_of::<u32>() + (self.counts.capacity() + self.runs.capacity()) * size_of::<u16>()
    }
}

/// The words of the dictionary, in the order of the alphabet.
pub(crate) fn ordinary_words() -> &'static [&'static str] {
    &DICTIONARY
}

/// True for a word of the dictionary.
pub(super) fn ordinary(word: &str) -> bool {
    DICTIONARY.binary_search(&word).is_ok()
}

/// Endings of words that the dictionary has without them.
const ENDINGS: &[&str] = &["s", "es", "ed", "er", "ers", "ing", "ly"];

/// True for a word of the dictionary, and for such a word with a common ending.
pub(super) fn ordinary_inflected(word: &str) -> bool {
    let stems =
        || ENDINGS.iter().filter_map(|ending| word.strip_suffix(ending)).filter(|stem| stem.len() + 1 >= WORD_MIN);
    ordinary(word) || stems().any(|stem| ordinary(stem) || ordinary(&[stem, "e"].concat()))
}

fn hash(word: &str) -> u32 {
    (of(Kind::Word, word.as_bytes()) >> 32) as u32
}

/// The runs of three signs in `word`, its boundaries included, as places in the table of counts.
fn runs_of(word: &str) -> impl Iterator<Item = usize> + '_ {
    let mut signs = std::iter::once(0).chain(word.bytes().map(sign)).chain(std::iter::once(0));
    let mut before = (signs.next().unwrap_or(0), signs.next().unwrap_or(0));
    signs.map(move |now| {
        let run = (before.0 * SIGNS + before.1) * SIGNS + now;
        before = (before.1, now);
        run
    })
}

fn sign(byte: u8) -> usize {
    match byte {
        b'a'..=b'z' => usize::from(byte - b'a') + 1,
        b'0'..=b'9' => usize::from(byte - b'0') + 27,
        _ => 37,
    }
}

#[cfg(test)]
mod tests {
    use super::Gathering;
    use crate::{Ecosystem, names::form::Form};

    #[test]
    fn words_are_counted_and_rare_letters_stand_out() {
        let mut gathering = Gathering::new();
        for name in ["react-dom", "react-router", "react", "preact", "request", "request-ip", "quest"] {
            gathering.add(&Form::new(Ecosystem::Npm, name));
        }
        let vocabulary = gathering.finish();
        assert_eq!(vocabulary.known("react"), 3);
        assert_eq!(vocabulary.known("raect"), 0);
        assert!(vocabulary.rarity("raect", "react") > vocabulary.rarity("preact", "react"));
        assert_eq!(vocabulary.rarity("react", "react"), 0.0);
        assert!(vocabulary.rarity("", "react") >= 0.0);
    }
}
