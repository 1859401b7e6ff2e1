//! What words, and pairs of words that follow each other, speak for: log-odds learned from texts of both kinds, which
//! add up over a text. The signs know what an attack says; the wording knows how it sounds, and how house rules,
//! stories and manuals do that say nearly the same.
//!
//! `wording.txt` is written by the example `fit`.

use super::{
    lexicon::{fold_into, folded},
    pieces::{Piece, WORD_BYTES_MAX, ends_sentence, piece_at},
    reading::Word,
};
use crate::prompt::words::without_quotes_behind;
use rustc_hash::{FxHashMap, FxHasher};
use std::{hash::Hasher, sync::LazyLock};

/// Log-odds of a weight of one, before [`share`].
pub(super) const UNIT: f64 = 0.01;

/// Fewer words weigh as these.
const WORDS_MIN: f64 = 30.0;

/// The weights: a line each, with the expression behind a blank.
const TABLE: &str = include_str!("wording.txt");

static WEIGHTS: LazyLock<FxHashMap<Key, i32>> = LazyLock::new(|| TABLE.lines().filter_map(entry).collect());

/// What an expression is known by: a hash of its folded words.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) struct Key(u64);

impl Key {
    /// Of words that say nothing.
    pub(super) const NONE: Self = Self(0);

    /// Of the folded word `plain`; a number says nothing.
    pub(super) fn of(plain: &str) -> Self {
        if plain.bytes().all(|byte| byte.is_ascii_digit()) {
            return Self::NONE;
        }
        let mut hasher = FxHasher::default();
        hasher.write(plain.as_bytes());
        Self(hasher.finish())
    }

    /// Of this word and the one behind it.
    fn and(self, next: Self) -> Self {
        let mut hasher = FxHasher::default();
        hasher.write_u64(self.0);
        hasher.write_u64(next.0);
        Self(hasher.finish())
    }
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
struct Sum {
    weight: i32,
    last: Key,
}

impl Sum {
    /// Adds what the next word weighs, which is known by `key`.
    #[inline]
    fn add(&mut self, key: Key) {
        if key == Key::NONE {
            return;
        }
        let weight = |key: Key| WEIGHTS.get(&key).copied().unwrap_or_default();
        let pair = if self.last == Key::NONE { 0 } else { weight(self.last.and(key)) };
        self.weight += weight(key) + pair;
        self.last = key;
    }
}

/// What the sentence of `words` weighs.
pub(super) fn weigh(words: &[Word]) -> i32 {
    let mut sum = Sum::default();
    words.iter().for_each(|word| sum.add(word.key));
    sum.weight
}

/// What the words of `text` weigh as log-odds: far cheaper than to read it, and mostly enough to know that nobody is
/// attacked.
pub(super) fn sound(text: &str) -> f64 {
    let (mut sum, mut count, mut plain, mut at) = (Sum::default(), 0_u32, String::with_capacity(WORD_BYTES_MAX), 0);
    while let Some(piece) = piece_at(text, at) {
        at += match piece {
            Piece::Word(length) => {
                count += 1;
                let word = without_quotes_behind(&text[at..at + length]);
                if word.len() <= WORD_BYTES_MAX {
                    fold_into(word, &mut plain);
                    sum.add(Key::of(&plain));
                }
                length
            }
            Piece::Unspaced(_, length) => {
                count += 1;
                sum.add(Key::of(&text[at..at + length]));
                length
            }
            Piece::Sign(character) => {
                if !matches!(character, ' ' | ',') && ends_sentence(text, at, character) {
                    sum.last = Key::NONE;
                }
                character.len_utf8()
            }
        };
    }
    f64::from(sum.weight) * UNIT * share(f64::from(count))
}

/// The expressions in the sentence of `words` of `text`.
pub(super) fn expressions(text: &str, words: &[Word]) -> Vec<String> {
    let said = words.iter().filter(|word| word.key != Key::NONE);
    let single: Vec<String> = said.map(|word| folded(&text[word.start..word.end])).collect();
    let pairs: Vec<String> = single.windows(2).map(|pair| pair.join(" ")).collect();
    single.into_iter().chain(pairs).collect()
}

#[cfg(test)]
mod tests {
    use super::{TABLE, WEIGHTS, entry, expressions, weigh};
    use crate::prompt::takeover::reading::Reading;

    #[test]
    fn every_line_is_a_weight_and_an_expression() {
        for line in TABLE.lines() {
            assert!(entry(line).is_some_and(|(_, weight)| weight != 0), "{line}");
        }
        assert_eq!(WEIGHTS.len(), TABLE.lines().count(), "an expression is there twice");
    }

    #[test]
    fn words_and_pairs_are_weighed_as_they_are_listed() {
        let text = "Dürfen 3 ROBOTS say no? 请忽略";
        let reading = Reading::new(text, 0);
        let sentence = &reading.words[reading.sentences[0].clone()];
        let listed = expressions(text, sentence);
        assert_eq!(listed, ["durfen", "robots", "say", "no", "durfen robots", "robots say", "say no"]);
        let of = |expression: &str| {
            let line = TABLE.lines().find(|line| line.split_once(' ').is_some_and(|(_, known)| known == expression));
            line.and_then(entry).map_or(0, |(_, weight)| weight)
        };
        assert_eq!(weigh(sentence), listed.iter().map(|expression| of(expression)).sum::<i32>());
    }
}
