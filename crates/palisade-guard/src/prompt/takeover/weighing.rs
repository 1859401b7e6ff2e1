//! Adds up the signs of a text, and what its words speak for or against an attack: log-odds, fitted to texts of both
//! kinds and rounded.

use super::{
    lexicon::{Concepts, LEXICON},
    reading::Reading,
    signs::SIGNS,
};
use crate::{prompt::context, text::View};
use std::{collections::BTreeMap, ops::Range, sync::LazyLock};

/// Log-odds of an attack in a text that shows nothing: one with a needle in it is seldom one.
const BIAS: f64 = -4.51;

/// Sentences that are weighed together, each number from the first sentence on with a step: an order within a page
/// takes up a few, a persona many. The whole text is weighed as well.
const SPANS: [(usize, usize); 2] = [(4, 1), (16, 4)];

/// Words of a concept, and what they weigh: each quarter of eight of them, and each for twenty words of the text.
struct Density {
    concept: &'static str,
    by_number: f64,
    by_share: f64,
}

const fn density(concept: &'static str, by_number: f64, by_share: f64) -> Density {
    Density { concept, by_number, by_share }
}

const DENSITIES: [Density; 13] = [
    // Talk about attacks and programs.
    density("subject", -0.35, -0.13),
    density("technical", -0.64, -0.63),
    // Who speaks, to whom, and of whom.
    density("you", 1.12, 0.36),
    density("your", 0.35, 0.45),
    density("me", 2.04, 0.25),
    density("ai", 0.73, 0.25),
    density("harm", 0.46, -0.94),
    density("limit", 1.44, 0.13),
    density("not", 0.04, -0.12),
    density("user", -0.64, 0.30),
    density("third", 1.33, -0.35),
    density("if", -0.84, 0.33),
    density("request", -0.26, -0.08),
];

/// More words of a concept say nothing more.
const NUMBER_MAX: f64 = 8.0;
const NUMBER_UNIT: f64 = 4.0;
const SHARE_WORDS: f64 = 20.0;
const SHARE_MAX: f64 = 4.0;

/// What a text weighs for each sign of code by its words, and how many count.
const CODE_WEIGHT: f64 = -0.33;
const CODE_MAX: f64 = 2.0;

/// Shares from which on a text is partly, and wholly, code, and what each takes.
const CODE_STEPS: [(f64, f64); 2] = [(0.15, -1.51), (0.4, -0.37)];

/// What a text weighs for each time that it doubles beyond so many words: signs meet by chance in a long one.
const LENGTH_WEIGHT: f64 = -1.88;
const LENGTH_WORDS: f64 = 30.0;

/// What a text weighs for each four quotation marks.
const QUOTES_WEIGHT: f64 = 0.31;
const QUOTES_MAX: f64 = 12.0;

static CONCEPTS: LazyLock<[Concepts; DENSITIES.len()]> =
    LazyLock::new(|| DENSITIES.map(|density| LEXICON.concept(density.concept)));

/// What a text weighs.
pub(super) struct Weight {
    /// Log-odds that it is an attack.
    pub(super) odds: f64,
    /// Where its signs are, the weightiest first.
    pub(super) places: Vec<Range<usize>>,
}

/// A sign that was found.
#[derive(Clone)]
struct Found {
    sign: usize,
    weight: f64,
    place: Range<usize>,
}

/// What is known of one sentence.
struct Sentence {
    found: Vec<Found>,
    words: f64,
    of_concepts: [f64; DENSITIES.len()],
    code_signs: f64,
    quotes: f64,
}

impl Sentence {
    fn new(reading: &Reading, range: &Range<usize>, judged: &mut dyn FnMut(&Range<usize>) -> f64) -> Self {
        let words = &reading.words[range.clone()];
        let of = reading.concepts(range);
        let mut found = Vec::new();
        for (sign, compiled) in SIGNS.iter().enumerate().filter(|(_, sign)| sign.pattern.may_match(of)) {
            let Some(place) = compiled.pattern.find(words) else { continue };
            // Nobody calls a function in the middle of what is said.
            if words[place.start + 1..place.end].iter().any(|word| word.is_argument) {
                continue;
            }
            let place = words[place.start].start..words[place.end - 1].end;
            found.push(Found { sign, weight: compiled.weight * judged(&place), place });
        }
        let count = |concept: &Concepts| words.iter().filter(|word| word.of & concept != 0).count() as f64;
        let of_concepts = std::array::from_fn(|index| count(&CONCEPTS[index]));
        let sum = |of: fn(&super::reading::Word) -> u16| words.iter().map(|word| f64::from(of(word))).sum();
        let (code_signs, quotes) = (sum(|word| word.code_signs), sum(|word| word.quotes));
        Self { found, words: words.len() as f64, of_concepts, code_signs, quotes }
    }
}

fn sentences(reading: &Reading, judged: &mut dyn FnMut(&Range<usize>) -> f64) -> Vec<Sentence> {
    reading.sentences.iter().map(|sentence| Sentence::new(reading, sentence, judged)).collect()
}

/// What the signs near a needle weigh by themselves, whatever stands around them.
pub(super) fn local(text: &str) -> f64 {
    let sentences = sentences(&Reading::new(text, 0), &mut |_| 1.0);
    strongest(&sentences).values().map(|found| found.weight).sum()
}

/// Weighs the text of `view` in `range`.
pub(super) fn weigh(view: &View<'_>, range: Range<usize>) -> Weight {
    let reading = Reading::new(view.slice(range.clone()), range.start);
    // What stands around a sign is told by where it begins, and many begin at the same word.
    let mut shares: BTreeMap<usize, f64> = BTreeMap::new();
    let mut judged = |span: &Range<usize>| *shares.entry(span.start).or_insert_with(|| context::immediate(view, span));
    let sentences = sentences(&reading, &mut judged);
    let mut best = weight(&sentences);
    for (length, step) in SPANS.into_iter().filter(|(length, _)| *length < sentences.len()) {
        for start in (0..sentences.len() - length + step).step_by(step) {
            let end = sentences.len().min(start + length);
            let of_span = weight(&sentences[start.min(end)..end]);
            if of_span.odds > best.odds {
                best = of_span;
            }
        }
    }
    best
}

/// For each sign found in `sentences` where it weighs most.
fn strongest(sentences: &[Sentence]) -> BTreeMap<usize, &Found> {
    let mut strongest: BTreeMap<usize, &Found> = BTreeMap::new();
    for found in sentences.iter().flat_map(|sentence| &sentence.found) {
        let known = strongest.entry(found.sign).or_insert(found);
        if found.weight > known.weight {
            *known = found;
        }
    }
    strongest
}

/// Weighs `sentences` as one text.
fn weight(sentences: &[Sentence]) -> Weight {
    let mut signs: Vec<&Found> = strongest(sentences).into_values().collect();
    signs.sort_by(|one, other| other.weight.total_cmp(&one.weight));
    let odds = BIAS + signs.iter().map(|found| found.weight).sum::<f64>() + surroundings(sentences);
    Weight { odds, places: signs.into_iter().map(|found| found.place.clone()).collect() }
}

/// What speaks for or against an attack without being one of its signs.
fn surroundings(sentences: &[Sentence]) -> f64 {
    let sum = |of: &dyn Fn(&Sentence) -> f64| sentences.iter().map(of).sum::<f64>();
    let words = sum(&|sentence| sentence.words).max(1.0);
    let density = |(index, density): (usize, &Density)| {
        let number = sum(&|sentence| sentence.of_concepts[index]);
        density.by_number * number.min(NUMBER_MAX) / NUMBER_UNIT
            + density.by_share * (number / words * SHARE_WORDS).min(SHARE_MAX)
    };
    let code_share = sum(&|sentence| sentence.code_signs) / words;
    let steps = CODE_STEPS.iter().filter(|(from, _)| code_share > *from).map(|(_, weight)| weight).sum::<f64>();
    let code = code_share.min(CODE_MAX) * CODE_WEIGHT + steps;
    let length = (words / LENGTH_WORDS).log2().max(0.0) * LENGTH_WEIGHT;
    let quotes = sum(&|sentence| sentence.quotes).min(QUOTES_MAX) / NUMBER_UNIT * QUOTES_WEIGHT;
    DENSITIES.iter().enumerate().map(density).sum::<f64>() + code + length + quotes
}
