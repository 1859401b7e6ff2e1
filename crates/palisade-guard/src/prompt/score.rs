//! Adds up what speaks for an attack in one text, and takes off what speaks for talk *about* attacks.

use super::grammar::{Match, Rule, strongest};
use crate::{
    detector::{Hit, Outcome},
    text::View,
};
use std::ops::Range;

/// Bytes behind the first signal in which further ones count: long role-play prompts have some four thousand.
const WINDOW_BYTES_MAX: usize = 6000;

/// Bytes before a signal that tell whether it is quoted or given as an example.
const CONTEXT_BYTES_MAX: usize = 160;

/// What is left of a score that stands in quotation marks or code within other text.
const QUOTED_SHARE: f64 = 0.6;

/// What is left of a score that is announced as an example.
const DISCUSSED_SHARE: f64 = 0.5;

/// Places in one window at which rules are tried. Long role-play prompts have half as many; what follows has a window
/// of its own.
const SIGNALS_TRIED_MAX: usize = 64;

/// What trying the rules at one place costs, in bytes that could be looked at in the time.
const EFFORT_OF_RULES: usize = 256;

/// No text is surely an attack.
const CONFIDENCE_MAX: f64 = 0.97;

/// Less is not worth telling.
const CONFIDENCE_MIN: f64 = 0.3;

/// Words that announce an example of an attack, in lower case.
const ANNOUNCING: [&str; 18] = [
    "attack",
    "injection",
    "jailbreak",
    "for example",
    "e.g.",
    "such as",
    "phrases like",
    "prompts like",
    "says",
    "example",
    "called",
    "known as",
    "malicious",
    "adversar",
    "the phrase",
    "detect",
    "title:",
    "looks like",
];

/// A family of rules, and the needles at which they begin.
pub(super) struct Grammar {
    pub(super) needles: &'static [&'static [u8]],
    pub(super) rules: &'static [Rule],
    pub(super) explanation: &'static str,
}

/// Judges the text from a needle on: the signal there, and all others that follow within a window.
pub(super) fn confirm(grammar: &'static Grammar, view: &View<'_>, at: usize) -> Outcome {
    if !view.word_may_begin(at) {
        return Outcome::Clean { until: 0 };
    }
    view.spend(EFFORT_OF_RULES);
    let Some(first) = signal(grammar, view, at) else { return Outcome::Clean { until: 0 } };
    let end = floor(view, at.saturating_add(WINDOW_BYTES_MAX));
    let (signals, end) = signals(grammar, view, first, end);
    let kept = signals.iter().fold(1.0, |doubt, signal| doubt * (1.0 - signal.weight));
    let confidence = (1.0 - kept).min(CONFIDENCE_MAX);
    if confidence < CONFIDENCE_MIN {
        return Outcome::Clean { until: end };
    }
    let spans: Vec<Range<usize>> = signals.iter().map(|signal| signal.span.clone()).collect();
    let mut hit = Hit::text(spans[0].clone(), None, confidence, grammar.explanation).until(end);
    hit.also.extend_from_slice(&spans[1..]);
    Outcome::Found(hit)
}

/// One of each kind of signal from `first` to `end`, in the order of the text, and how far was looked.
fn signals(grammar: &'static Grammar, view: &View<'_>, first: Match, end: usize) -> (Vec<Match>, usize) {
    view.spend(end.saturating_sub(first.span.end));
    let places = places(grammar, view, first.span.end..end.max(first.span.end));
    let (mut found, mut tried) = (vec![first], 0);
    for place in places {
        let last = found.last().map_or(0, |last| last.span.end);
        if place < last {
            continue;
        }
        if tried == SIGNALS_TRIED_MAX {
            return (found, place);
        }
        tried += 1;
        view.spend(EFFORT_OF_RULES);
        let more = signal(grammar, view, place);
        found.extend(more.filter(|more| found.iter().all(|known| known.rule != more.rule)));
    }
    (found, end)
}

/// Where in `range` a word begins with one of the needles.
fn places<'v>(grammar: &'static Grammar, view: &'v View<'_>, range: Range<usize>) -> impl Iterator<Item = usize> + 'v {
    let mut begins = [false; 256];
    for first in grammar.needles.iter().filter_map(|needle| needle.first()) {
        begins[usize::from(first.to_ascii_lowercase())] = true;
        begins[usize::from(first.to_ascii_uppercase())] = true;
    }
    let bytes = &view.bytes()[..range.end];
    range.filter(move |&at| {
        begins[usize::from(bytes[at])]
            && view.word_may_begin(at)
            && grammar.needles.iter().any(|needle| {
                needle[0].eq_ignore_ascii_case(&bytes[at])
                    && bytes.get(at..at + needle.len()).is_some_and(|there| there.eq_ignore_ascii_case(needle))
            })
    })
}

/// The strongest signal at `at`, weakened by what stands around it.
fn signal(grammar: &Grammar, view: &View<'_>, at: usize) -> Option<Match> {
    let found = strongest(grammar.rules, view.slice(at..view.bytes().len()))?;
    let span = at + found.span.start..at + found.span.end;
    let weight = found.weight * attenuation(view, &span);
    Some(Match { span, weight, rule: found.rule })
}

/// What is left of a signal at `span` after looking at the quotation around it and the words before it.
pub(super) fn attenuation(view: &View<'_>, span: &Range<usize>) -> f64 {
    let start = floor(view, span.start.saturating_sub(CONTEXT_BYTES_MAX));
    let before = view.slice(start..span.start).to_ascii_lowercase();
    let announced = ANNOUNCING.iter().any(|word| before.contains(word));
    let opening = before.rfind(['"', '\'', '`', '“', '‘', '«']).filter(|&quote| is_open_quote(&before, quote));
    let quoted = opening.is_some_and(|quote| before[..quote].split_whitespace().count() >= 2);
    let mut share = 1.0;
    if quoted {
        share *= QUOTED_SHARE;
    }
    if announced {
        share *= DISCUSSED_SHARE;
    }
    share
}

/// True when a quotation opens at `quote`: a blank or a bracket stands before it, a word behind it.
fn is_open_quote(before: &str, quote: usize) -> bool {
    let outside = before[..quote].chars().next_back().is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '[' | '`'));
    outside && !before[quote..].contains('\n') && before[quote..].len() < CONTEXT_BYTES_MAX / 2
}

/// `at`, or the boundary of a character before it.
pub(super) fn floor(view: &View<'_>, at: usize) -> usize {
    let mut at = at.min(view.bytes().len());
    while view.bytes().get(at).is_some_and(|byte| byte & 0xC0 == 0x80) {
        at -= 1;
    }
    at
}

/// How strong the strongest signal in `range` is, whatever stands around it.
pub(super) fn strongest_in(grammar: &'static Grammar, view: &View<'_>, range: Range<usize>) -> Option<f64> {
    let starts = places(grammar, view, range.clone());
    let weights = starts.filter_map(|at| Some(strongest(grammar.rules, view.slice(at..range.end))?.weight));
    weights.max_by(f64::total_cmp)
}
