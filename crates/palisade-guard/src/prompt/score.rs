//! Adds up what speaks for an attack in one text, and takes off what speaks for talk *about* attacks.

use super::{
    context::attenuation,
    grammar::{Grammar, Match, RULE_BYTES_MAX, any_may_begin, rule_text, strongest, strongest_of},
    words::{SENTENCES_MAX, WORDS_MAX, Word, all_words},
};
use crate::{
    detector::{Hit, Outcome},
    text::View,
};
use std::ops::Range;

/// Bytes behind the first signal in which further ones count.
const WINDOW_BYTES_MAX: usize = 1500;

/// Bytes of the longest word that a needle may stand in the middle of.
const WORD_BYTES_MAX: usize = 16;

/// What it costs to try all rules at one word, in bytes that could be looked at in the time.
const SIGNAL_EFFORT: usize = 512;

/// Bytes behind a word that tell what it is: where it ends, and whether an address or the end of a sentence follows.
const LOOK_AHEAD_BYTES: usize = 8;

/// Many weak signals are a manual, unless one of them is as strong as this.
const CORE_WEIGHT_MIN: f64 = 0.5;

/// How sure weak signals alone can be.
const WEAK_CONFIDENCE_MAX: f64 = 0.7;

/// A text beyond this many bytes says more than one thing.
const LONE_BYTES_MAX: usize = 240;

/// Bytes for a greeting or an end beside a lone order.
const LONE_REST_BYTES: usize = 24;

/// Weaker signals are ordinary sentences when they stand alone.
const LONE_WEIGHT_MIN: f64 = 0.6;

/// What is taken from the doubt about a lone order.
const LONE_SHARE: f64 = 0.55;

/// What a signal of another grammar counts beside those of the first.
const BESIDE_SHARE: f64 = 0.7;

/// No text is surely an attack.
const CONFIDENCE_MAX: f64 = 0.97;

/// Less is not worth telling.
const CONFIDENCE_MIN: f64 = 0.3;

/// Judges the text from a needle on: the signal there, and all others that follow within a window.
pub(super) fn confirm(grammar: &Grammar, view: &View<'_>, at: usize) -> Outcome {
    judge(grammar, None, view, at)
}

/// As [`confirm`], surer when the order is nearly all that the text says, for nobody talks about it then, and when one
/// of another grammar follows.
pub(super) fn confirm_order(grammar: &Grammar, other: &Grammar, view: &View<'_>, at: usize) -> Outcome {
    judge(grammar, Some(other), view, at)
}

fn judge(grammar: &Grammar, other: Option<&Grammar>, view: &View<'_>, at: usize) -> Outcome {
    let Some(first) = signal(grammar, view, at) else { return Outcome::Clean { until: 0 } };
    let end = view.floor(at.saturating_add(WINDOW_BYTES_MAX));
    view.spend(2 * (end - at.min(end)));
    let mut signals = vec![first];
    let from = signals[0].span.end;
    for mut more in signals_in(grammar, view, from..end.max(from)) {
        if signals.iter().all(|known| known.rule != more.rule) {
            more.weight *= attenuation(view, &more.span);
            signals.push(more);
        }
    }
    let others = other.map(|other| signals_in(other, view, from..end.max(from))).unwrap_or_default();
    let beside = others.iter().map(|signal| signal.weight * attenuation(view, &signal.span)).fold(0.0, f64::max);
    let weights = signals.iter().map(|signal| signal.weight).chain([beside * BESIDE_SHARE]);
    let confidence = either(weights).min(CONFIDENCE_MAX);
    let strongest = signals.iter().map(|signal| signal.weight).fold(0.0, f64::max);
    let confidence = if strongest < CORE_WEIGHT_MIN { confidence.min(WEAK_CONFIDENCE_MAX) } else { confidence };
    let lone = if other.is_some() && is_lone(view, &signals[0]) { LONE_SHARE } else { 0.0 };
    let confidence = confidence + (1.0 - confidence) * lone;
    if confidence < CONFIDENCE_MIN {
        return Outcome::Clean { until: signals[0].span.end };
    }
    let spans: Vec<Range<usize>> = signals.iter().map(|signal| signal.span.clone()).collect();
    let mut hit = Hit::text(spans[0].clone(), None, confidence, grammar.explanation).until(end);
    hit.also.extend_from_slice(&spans[1..]);
    Outcome::Found(hit)
}

/// True when an order is nearly all that a text says.
fn is_lone(view: &View<'_>, signal: &Match) -> bool {
    signal.weight >= LONE_WEIGHT_MIN
        && view.bytes().len() <= LONE_BYTES_MAX
        && view.bytes().len() <= signal.span.len() * 3 / 2 + LONE_REST_BYTES
}

/// The chance that at least one of independent signs holds.
pub(super) fn either(weights: impl Iterator<Item = f64>) -> f64 {
    1.0 - weights.fold(1.0, |doubt, weight| doubt * (1.0 - weight))
}

/// The strongest signal of the word that the needle at `at` stands in, weakened by what stands around it.
pub(super) fn signal(grammar: &Grammar, view: &View<'_>, at: usize) -> Option<Match> {
    let start = word_start(view, at);
    view.spend(SIGNAL_EFFORT);
    let found = strongest_at([grammar].into_iter(), view, start)?;
    let weight = found.weight * attenuation(view, &found.span);
    Some(Match { weight, ..found })
}

/// The strongest rule of all `grammars` that matches at the word that begins at `start`.
pub(super) fn strongest_at<'g>(
    grammars: impl Iterator<Item = &'g Grammar> + Clone,
    view: &View<'_>,
    start: usize,
) -> Option<Match> {
    let text = rule_text(view.slice(start..view.bytes().len()));
    if !any_may_begin(grammars.clone(), text) {
        return None;
    }
    if let Some(words) = rule_words(view, start) {
        return strongest_of(grammars, words);
    }
    let found = strongest(grammars, text)?;
    Some(Match { span: start + found.span.start..start + found.span.end, ..found })
}

/// The words of one rule from `start` on, out of those that the text was taken apart into before; none when it was not,
/// or not in the same words.
fn rule_words<'v>(view: &'v View<'_>, start: usize) -> Option<&'v [Word<'v>]> {
    let words = view.words_at_hand(RULE_BYTES_MAX)?;
    let first = words.binary_search_by_key(&start, |word| word.start).ok()?;
    let words = words[first..].get(..WORDS_MAX).unwrap_or(&words[first..]);
    let mut ends = words.iter().enumerate().filter(|(_, word)| word.is_end());
    let words = ends.nth(SENTENCES_MAX - 1).map_or(words, |(last, _)| &words[..=last]);
    let (first, last) = (words.first()?, words.last()?);
    let is_whole =
        view.bytes().len() - start <= RULE_BYTES_MAX || last.end + LOOK_AHEAD_BYTES <= start + RULE_BYTES_MAX;
    (!first.is_end() && is_whole).then_some(words)
}

/// Where the word begins that the letter at `at` belongs to; the letter of an escape (`\n`) is none of it.
pub(super) fn word_start(view: &View<'_>, at: usize) -> usize {
    let mut start = view.byte_run_before(at, WORD_BYTES_MAX, |byte| byte.is_ascii_alphanumeric()).start;
    if start > 0 && start < at && view.bytes()[start - 1] == b'\\' {
        start += 1;
    }
    start
}

/// All signals in `range` in the order of the text, one of each kind, whatever stands around them.
pub(super) fn signals_in(grammar: &Grammar, view: &View<'_>, range: Range<usize>) -> Vec<Match> {
    match view.words().filter(|_| range.end == view.bytes().len()) {
        Some(words) => {
            let all = view.remember_matches(std::ptr::from_ref(grammar) as usize, &|| grammar.matches_of(words));
            let first = all.partition_point(|found| found.span.start < range.start);
            distinct(all[first..].iter().cloned())
        }
        None => signals_of(grammar, &all_words(view.slice(range.clone())), range.start),
    }
}

/// As [`signals_in`], for the words of a text that begins at `offset`.
pub(super) fn signals_of(grammar: &Grammar, words: &[Word<'_>], offset: usize) -> Vec<Match> {
    let moved = |found: Match| Match { span: offset + found.span.start..offset + found.span.end, ..found };
    distinct(grammar.matches_of(words).into_iter().map(moved))
}

/// Those of `all` that say something more than the ones before.
fn distinct(all: impl Iterator<Item = Match>) -> Vec<Match> {
    let mut found: Vec<Match> = Vec::new();
    // Where the last signal ends, and its weight: a weaker one within it says nothing more.
    let mut last = (0, 0.0);
    for more in all {
        let is_within = more.span.start < last.0 && more.weight <= last.1;
        if !is_within && found.iter().all(|known| known.rule != more.rule) {
            last = (more.span.end, more.weight);
            found.push(more);
        }
    }
    found
}
