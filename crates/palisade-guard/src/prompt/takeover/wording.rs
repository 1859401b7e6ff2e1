//! What words, and pairs of words that follow each other, speak for: log-odds learned from texts of both kinds, which
//! add up over a text. The signs know what an attack says; the wording knows how it sounds, and how house rules,
//! stories and manuals do that say nearly the same.
//!
//! `wording.txt` is written by the example `fit`.

use super::{lexicon::folded, reading::Word};
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
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
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

/// What the sentence of `words` weighs.
pub(super) fn weigh(words: &[Word]) -> i32 {
    let weight = |key: Key| WEIGHTS.get(&key).copied().unwrap_or_default();
    let mut last = Key::NONE;
    let said = words.iter().map(|word| word.key).filter(|key| *key != Key::NONE);
    said.map(|key| {
        let pair = if last == Key::NONE { 0 } else { weight(last.and(key)) };
        last = key;
        weight(key) + pair
    })
    .sum()
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
