//! What words, and pairs of words that follow each other, speak for: log-odds learned from texts of both kinds, which
//! add up over a text. Of a word only the stem counts, as far as its first letters are one: most languages have many
//! endings. The signs know what an attack says; the wording knows how it sounds, and how house rules,
//! stories and manuals do that say nearly the same.
//!
//! `wording.txt` is written by the example `fit`.

use super::{lexicon::folded, reading::Word};
use rustc_hash::FxHasher;
use std::{hash::Hasher, sync::LazyLock};

/// Log-odds of a weight of one, before [`share`].
pub(super) const UNIT: f64 = 0.01;

/// Fewer words weigh as these.
const WORDS_MIN: f64 = 30.0;

/// The weights: a line each, with the expression behind a blank.
const TABLE: &str = include_str!("wording.txt");

static WEIGHTS: LazyLock<Weights> = LazyLock::new(|| Weights::new(TABLE.lines().filter_map(entry)));

/// Expressions that [`Weights`] has room for, and bits that tell which may be there.
const SLOTS: usize = 1 << 15;
const BITS: usize = 1 << 18;

/// The weights in little memory: where words are weighed, most of the time goes to fetching it.
struct Weights {
    /// A bit that is set where an expression may be known: nearly all pairs of words are not.
    bits: Vec<u64>,
    /// Each where its key says, or in the next free slot; a mark of the key and a weight.
    slots: Vec<(u32, i32)>,
}

impl Weights {
    fn new(entries: impl Iterator<Item = (Key, i32)>) -> Self {
        let mut weights = Self { bits: vec![0; BITS / 64], slots: vec![(0, 0); SLOTS] };
        for (index, (key, weight)) in entries.enumerate() {
            assert!(index < SLOTS - 1, "there are more expressions than slots");
            weights.bits[key.bit() / 64] |= 1 << (key.bit() % 64);
            let free = (key.slot()..).find(|slot| weights.slots[slot % SLOTS].1 == 0);
            weights.slots[free.unwrap_or_default() % SLOTS] = (key.mark(), weight);
        }
        weights
    }

    /// What the expression of `key` weighs.
    #[inline]
    fn of(&self, key: Key) -> i32 {
        if self.bits[key.bit() / 64] >> (key.bit() % 64) & 1 == 0 {
            return 0;
        }
        let mut slot = key.slot();
        loop {
            let (mark, weight) = self.slots[slot % SLOTS];
            // A free slot weighs nothing.
            if mark == key.mark() || weight == 0 {
                return weight;
            }
            slot += 1;
        }
    }
}

/// What an expression is known by: a hash of its folded words.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) struct Key(u64);

impl Key {
    /// Of words that say nothing.
    pub(super) const NONE: Self = Self(0);

    /// Of the stem of the folded word `plain`; a number says nothing.
    pub(super) fn of(plain: &str) -> Self {
        let plain = stem(plain);
        if plain.bytes().all(|byte| byte.is_ascii_digit()) {
            return Self::NONE;
        }
        let mut hasher = FxHasher::default();
        hasher.write(plain.as_bytes());
        Self(hasher.finish())
    }

    fn bit(self) -> usize {
        (self.0 >> 8) as usize % BITS
    }

    fn slot(self) -> usize {
        (self.0 >> 12) as usize % SLOTS
    }

    fn mark(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// Of this word and the one behind it.
    fn and(self, next: Self) -> Self {
        let mut hasher = FxHasher::default();
        hasher.write_u64(self.0);
        hasher.write_u64(next.0);
        Self(hasher.finish())
    }
}

/// Letters that are taken for the stem of a word. With all letters, of attacks in languages that are rarely learned from
/// a fifth fewer are told.
const STEM_LETTERS: usize = 6;

/// The first letters of the folded word `plain`.
fn stem(plain: &str) -> &str {
    if plain.len() <= STEM_LETTERS {
        return plain;
    }
    plain.char_indices().nth(STEM_LETTERS).map_or(plain, |(end, _)| &plain[..end])
}

fn entry(line: &str) -> Option<(Key, i32)> {
    let (weight, expression) = line.split_once(' ')?;
    let key = expression.split(' ').map(Key::of).reduce(Key::and)?;
    Some((key, weight.parse().ok()?))
}

/// What an expression in a text of `words` counts: its share of them, and the more the longer the text is.
pub(super) fn share(words: f64) -> f64 {
    words.max(WORDS_MIN).sqrt().recip()
}

/// A sum over the words of a sentence, and pairs of them.
#[derive(Default)]
pub(super) struct Sum {
    weight: i32,
    last: Key,
}

impl Sum {
    /// Adds what the next word weighs, which is known by `key`.
    #[inline]
    pub(super) fn add(&mut self, key: Key) {
        if key == Key::NONE {
            return;
        }
        let weights = &*WEIGHTS;
        let pair = if self.last == Key::NONE { 0 } else { weights.of(self.last.and(key)) };
        self.weight += weights.of(key) + pair;
        self.last = key;
    }

    /// What they weigh, in [`UNIT`].
    pub(super) fn weight(&self) -> i32 {
        self.weight
    }
}

/// The expressions in the sentence of `words` of `text`.
pub(super) fn expressions(text: &str, words: &[Word]) -> Vec<String> {
    let said = words.iter().filter(|word| word.key != Key::NONE);
    let single: Vec<String> = said.map(|word| stem(&folded(&text[word.start..word.end])).to_owned()).collect();
    let pairs: Vec<String> = single.windows(2).map(|pair| pair.join(" ")).collect();
    single.into_iter().chain(pairs).collect()
}

#[cfg(test)]
mod tests {
    use super::{TABLE, WEIGHTS, entry, expressions, stem};
    use crate::prompt::takeover::reading::{Reading, Split};

    #[test]
    fn every_line_is_a_weight_and_an_expression() {
        for line in TABLE.lines() {
            assert!(entry(line).is_some_and(|(_, weight)| weight != 0), "{line}");
        }
        for (key, weight) in TABLE.lines().filter_map(entry) {
            assert_eq!(WEIGHTS.of(key), weight, "two expressions have the same key");
        }
    }

    #[test]
    fn words_and_pairs_are_weighed_as_they_are_listed() {
        let text = "Dürfen 3 ROBOTS say no? 请忽略";
        let reading = Reading::new(Split::new(text, 0));
        let sentence = &reading.words[reading.sentences[0].clone()];
        let listed = expressions(text, sentence);
        assert_eq!(listed, ["durfen", "robots", "say", "no", "durfen robots", "robots say", "say no"]);
        assert_eq!(stem("instructions"), "instru");
        let of = |expression: &str| {
            let line = TABLE.lines().find(|line| line.split_once(' ').is_some_and(|(_, known)| known == expression));
            line.and_then(entry).map_or(0, |(_, weight)| weight)
        };
        assert_eq!(reading.weights[0], listed.iter().map(|expression| of(expression)).sum::<i32>());
    }
}
