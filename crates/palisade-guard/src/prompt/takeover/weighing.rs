//! Adds up the signs of a text: each kind up to its most, less what speaks for talk *about* such texts.

use super::{
    lexicon::{Concepts, LEXICON},
    reading::Reading,
    signs::{FIRST_WEAK_KIND, KINDS, SIGNS, kinds},
};
use crate::{prompt::context, text::View};
use std::{ops::Range, sync::LazyLock};

/// Log-odds of an attack in a text without any sign: one with a needle in it is seldom one.
const BIAS: f64 = -4.2;

/// What each further sign of a kind counts beside the one before it.
const FURTHER_SHARE: f64 = 0.55;

/// What a kind of weak signs adds when signs of other kinds are there as well: together they are rare.
const MEETING_WEIGHT: f64 = 0.7;

/// A kind of signs that weighs less is not counted as met.
const KIND_WEIGHT_MIN: f64 = 0.8;

/// What words of a text about attacks take, each, and at most.
const SUBJECT_WEIGHT: f64 = 0.45;
const SUBJECT_WEIGHT_MAX: f64 = 2.6;

/// What technical words take, each, and at most.
const TECHNICAL_WEIGHT: f64 = 0.3;
const TECHNICAL_WEIGHT_MAX: f64 = 1.8;

/// Signs of code by words, from which on a text is code, and what that takes.
const CODE_SHARE_MIN: f64 = 0.25;
const CODE_WEIGHT: f64 = 1.6;

/// What a text loses that is long, for each time that it doubles beyond so many words: signs meet by chance there.
const LENGTH_WEIGHT: f64 = 0.35;
const LENGTH_WORDS: f64 = 60.0;

/// Signs that weigh more are judged by what stands around them.
const JUDGED_WEIGHT_MIN: f64 = 1.0;

/// Capitals for emphasis, from so many words on, and what they add.
const SHOUTED_WORDS_MIN: usize = 4;
const SHOUTED_WEIGHT: f64 = 0.5;

/// What is known of a text.
pub(super) struct Weight {
    /// Log-odds that it is an attack.
    pub(super) odds: f64,
    /// Where its signs are, the weightiest first.
    pub(super) places: Vec<Range<usize>>,
}

/// Concepts that are asked for by themselves.
struct Named {
    subject: Concepts,
    technical: Concepts,
}

static NAMED: LazyLock<Named> =
    LazyLock::new(|| Named { subject: LEXICON.concept("subject"), technical: LEXICON.concept("technical") });

/// The weights of the signs of each kind in `reading`, and their places; `judged` tells what share of a sign counts.
fn signs(reading: &Reading, judged: &mut dyn FnMut(&Range<usize>) -> f64) -> [Vec<(f64, Range<usize>)>; KINDS] {
    let mut found: [Vec<(f64, Range<usize>)>; KINDS] = Default::default();
    let sentences: Vec<(Concepts, &Range<usize>)> =
        reading.sentences.iter().map(|sentence| (reading.concepts(sentence), sentence)).collect();
    for sign in SIGNS.iter() {
        let mut best: Option<(f64, Range<usize>)> = None;
        for (concepts, sentence) in &sentences {
            if !sign.pattern.may_match(*concepts) {
                continue;
            }
            let words = &reading.words[(*sentence).clone()];
            let Some(place) = sign.pattern.find(words) else { continue };
            let span = words[place.start].start..words[place.end - 1].end;
            let share = if sign.weight >= JUDGED_WEIGHT_MIN { judged(&span) } else { 1.0 };
            if best.as_ref().is_none_or(|(weight, _)| sign.weight * share > *weight) {
                best = Some((sign.weight * share, span));
            }
        }
        found[sign.kind].extend(best);
    }
    found
}

/// How much signs of one kind weigh together: the first counts most.
fn together(signs: &mut [(f64, Range<usize>)], most: f64) -> f64 {
    signs.sort_by(|one, other| other.0.total_cmp(&one.0));
    let mut share = 1.0;
    let mut sum = 0.0;
    // Two signs at the same place say the same.
    for (index, (weight, place)) in signs.iter().enumerate() {
        let is_told = signs[..index].iter().any(|(_, known)| known.start < place.end && place.start < known.end);
        sum += weight * share * if is_told { 0.3 } else { 1.0 };
        share *= if is_told { 1.0 } else { FURTHER_SHARE };
    }
    sum.min(most)
}

/// What the words near a needle weigh by themselves, whatever stands around them.
pub(super) fn local(text: &str) -> f64 {
    let mut found = signs(&Reading::new(text, 0), &mut |_| 1.0);
    kinds().zip(&mut found).map(|(kind, signs)| together(signs, kind.most)).sum()
}

/// Weighs the text of `view` in `range`.
pub(super) fn weigh(view: &View<'_>, range: Range<usize>) -> Weight {
    let reading = Reading::new(view.slice(range.clone()), range.start);
    let mut found = signs(&reading, &mut |span| context::immediate(view, span));
    let of_kinds: Vec<f64> = kinds().zip(&mut found).map(|(kind, signs)| together(signs, kind.most)).collect();
    let met = of_kinds[FIRST_WEAK_KIND..].iter().filter(|weight| **weight >= KIND_WEIGHT_MIN).count();
    let met = met + usize::from(of_kinds[..FIRST_WEAK_KIND].iter().any(|weight| *weight >= 2.0));
    let meeting = MEETING_WEIGHT * met.saturating_sub(1) as f64;
    let odds = BIAS + of_kinds.iter().sum::<f64>() + meeting + surroundings(&reading);
    let mut signs: Vec<(f64, Range<usize>)> = found.into_iter().flatten().collect();
    signs.sort_by(|one, other| other.0.total_cmp(&one.0));
    Weight { odds, places: signs.into_iter().map(|(_, place)| place).collect() }
}

/// What speaks for or against an attack without being one of its signs.
fn surroundings(reading: &Reading) -> f64 {
    let words = reading.words.len().max(1) as f64;
    let count = |of: Concepts| reading.words.iter().filter(|word| word.of & of != 0).count() as f64;
    let subject = (count(NAMED.subject) * SUBJECT_WEIGHT).min(SUBJECT_WEIGHT_MAX);
    let technical = (count(NAMED.technical) * TECHNICAL_WEIGHT).min(TECHNICAL_WEIGHT_MAX);
    let code = if reading.code_signs as f64 / words > CODE_SHARE_MIN { CODE_WEIGHT } else { 0.0 };
    let shouted = reading.words.iter().filter(|word| word.is_shouted).count();
    let shouted = if shouted >= SHOUTED_WORDS_MIN { SHOUTED_WEIGHT } else { 0.0 };
    let length = (words / LENGTH_WORDS).log2().max(0.0) * LENGTH_WEIGHT;
    shouted - subject - technical - code - length
}
