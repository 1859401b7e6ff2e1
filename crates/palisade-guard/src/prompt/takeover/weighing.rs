//! Adds up the signs of a text, and what its words speak for or against an attack: log-odds, fitted to texts of both
//! kinds and rounded.

use super::{
    lexicon::{Concepts, LEXICON},
    reading::{Reading, Word},
    signs::SIGNS,
};
use crate::{prompt::context, text::View};
use std::{array::from_fn, collections::BTreeMap, ops::Range, sync::LazyLock};

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
struct Found {
    sign: usize,
    weight: f64,
    place: Range<usize>,
}

/// What is known of a text, by sentences.
struct Sentences {
    /// The signs of all, sentence by sentence.
    found: Vec<Found>,
    /// What stands before each sentence, and at last in all of them.
    before: Vec<Sums>,
}

/// What a row of sentences holds.
#[derive(Clone, Default)]
struct Sums {
    /// How many signs were found.
    found: usize,
    words: f64,
    of_concepts: [f64; DENSITIES.len()],
    code_signs: f64,
    quotes: f64,
}

impl Sums {
    /// The same with `words`, which form a sentence, and `found` signs.
    fn with(&self, words: &[Word], of: Concepts, found: usize) -> Self {
        let count = |concept: Concepts| match of & concept {
            0 => 0.0,
            _ => words.iter().filter(|word| word.of & concept != 0).count() as f64,
        };
        let sum = |of: fn(&Word) -> u16| words.iter().map(|word| f64::from(of(word))).sum::<f64>();
        Self {
            found,
            words: self.words + words.len() as f64,
            of_concepts: from_fn(|index| self.of_concepts[index] + count(CONCEPTS[index])),
            code_signs: self.code_signs + sum(|word| word.code_signs),
            quotes: self.quotes + sum(|word| word.quotes),
        }
    }

    /// What is here and not yet in `earlier`. All are whole numbers, so nothing is lost.
    fn since(&self, earlier: &Self) -> Self {
        Self {
            found: self.found - earlier.found,
            words: self.words - earlier.words,
            of_concepts: from_fn(|index| self.of_concepts[index] - earlier.of_concepts[index]),
            code_signs: self.code_signs - earlier.code_signs,
            quotes: self.quotes - earlier.quotes,
        }
    }

    /// What speaks for or against an attack without being one of its signs.
    fn surroundings(&self) -> f64 {
        let words = self.words.max(1.0);
        let density = |(density, number): (&Density, &f64)| {
            density.by_number * number.min(NUMBER_MAX) / NUMBER_UNIT
                + density.by_share * (number / words * SHARE_WORDS).min(SHARE_MAX)
        };
        let code_share = self.code_signs / words;
        let steps = CODE_STEPS.iter().filter(|(from, _)| code_share > *from).map(|(_, weight)| weight).sum::<f64>();
        let code = code_share.min(CODE_MAX) * CODE_WEIGHT + steps;
        let length = (words / LENGTH_WORDS).log2().max(0.0) * LENGTH_WEIGHT;
        let quotes = self.quotes.min(QUOTES_MAX) / NUMBER_UNIT * QUOTES_WEIGHT;
        DENSITIES.iter().zip(&self.of_concepts).map(density).sum::<f64>() + code + length + quotes
    }
}

impl Sentences {
    fn new(reading: &Reading, judged: &mut dyn FnMut(&Range<usize>) -> f64) -> Self {
        let (mut found, mut before) = (Vec::new(), Vec::with_capacity(reading.sentences.len() + 1));
        let mut sums = Sums::default();
        for range in &reading.sentences {
            let (words, of) = (&reading.words[range.clone()], reading.concepts(range));
            find_signs(words, of, judged, &mut found);
            let next = sums.with(words, of, found.len());
            before.push(std::mem::replace(&mut sums, next));
        }
        before.push(sums);
        Self { found, before }
    }

    fn count(&self) -> usize {
        self.before.len() - 1
    }

    /// The signs of the sentences in `range`, each where it weighs most, the weightiest first.
    fn strongest<'s>(&'s self, range: &Range<usize>, signs: &mut Vec<&'s Found>) {
        signs.clear();
        signs.extend(&self.found[self.before[range.start].found..self.before[range.end].found]);
        keep_strongest(signs);
        signs.sort_by(|one, other| other.weight.total_cmp(&one.weight));
    }

    /// Log-odds of an attack in the sentences of `range`, whose strongest signs are `signs`.
    fn odds(&self, range: &Range<usize>, signs: &[&Found]) -> f64 {
        let surroundings = self.before[range.end].since(&self.before[range.start]).surroundings();
        BIAS + signs.iter().map(|found| found.weight).sum::<f64>() + surroundings
    }
}

/// Adds the signs in the sentence of `words`, which stand for the concepts `of`, to `found`.
fn find_signs(words: &[Word], of: Concepts, judged: &mut dyn FnMut(&Range<usize>) -> f64, found: &mut Vec<Found>) {
    SIGNS.each_likely(of, &mut |sign, compiled| {
        let Some(place) = compiled.pattern.find(words) else { return };
        // Nobody calls a function in the middle of what is said.
        if words[place.start + 1..place.end].iter().any(|word| word.is_argument) {
            return;
        }
        let place = words[place.start].start..words[place.end - 1].end;
        found.push(Found { sign, weight: compiled.weight * judged(&place), place });
    });
}

/// Leaves each sign once, in their order, where it weighs most.
fn keep_strongest(signs: &mut Vec<&Found>) {
    signs.sort_by(|one, other| one.sign.cmp(&other.sign).then(other.weight.total_cmp(&one.weight)));
    signs.dedup_by_key(|found| found.sign);
}

/// What the signs near a needle weigh by themselves, whatever stands around them.
pub(super) fn local(text: &str) -> f64 {
    let (reading, mut found) = (Reading::new(text, 0), Vec::new());
    for range in &reading.sentences {
        find_signs(&reading.words[range.clone()], reading.concepts(range), &mut |_| 1.0, &mut found);
    }
    let mut signs: Vec<&Found> = found.iter().collect();
    keep_strongest(&mut signs);
    signs.iter().map(|found| found.weight).sum()
}

/// Weighs the text of `view` in `range`.
pub(super) fn weigh(view: &View<'_>, range: Range<usize>) -> Weight {
    let reading = Reading::new(view.slice(range.clone()), range.start);
    // What stands around a sign is told by where it begins, and many begin at the same word.
    let mut shares: BTreeMap<usize, f64> = BTreeMap::new();
    let mut judged = |span: &Range<usize>| *shares.entry(span.start).or_insert_with(|| context::immediate(view, span));
    let sentences = Sentences::new(&reading, &mut judged);
    let (count, mut signs) = (sentences.count(), Vec::new());
    let spans = SPANS.into_iter().filter(|(length, _)| *length < count);
    let parts = spans.flat_map(|(length, step)| {
        (0..count - length + step).step_by(step).map(move |start| start.min(count)..count.min(start + length))
    });
    let mut best = (f64::NEG_INFINITY, 0..count);
    for part in std::iter::once(0..count).chain(parts) {
        sentences.strongest(&part, &mut signs);
        let odds = sentences.odds(&part, &signs);
        if odds > best.0 {
            best = (odds, part);
        }
    }
    sentences.strongest(&best.1, &mut signs);
    Weight { odds: best.0, places: signs.into_iter().map(|found| found.place.clone()).collect() }
}
