//! Adds up the signs of a text, and what its words speak for or against an attack: log-odds, fitted to texts of both
//! kinds and rounded.

use super::{
    lexicon::{Concepts, LEXICON, MODEL_LABEL, USER_TURN},
    reading::{Reading, Split, Word},
    signs::{SIGNS, all},
    surroundings::{COUNTED, SURROUNDINGS, Surrounding},
    wording,
};
use crate::{
    prompt::context,
    text::View,
    tuning::{PartTerms, TextTerms},
};
use std::{array::from_fn, collections::BTreeMap, ops::Range, sync::LazyLock};

/// Sentences that are weighed together, each number from the first sentence on with a step: an order within a page
/// takes up a few, a persona many. The whole text is weighed as well.
const SPANS: [(usize, usize); 2] = [(4, 1), (16, 4)];

/// More words of a concept say nothing more; those that count are told in quarters of eight, and for twenty words of the
/// text.
const NUMBER_MAX: f64 = 8.0;
const NUMBER_UNIT: f64 = 4.0;
const SHARE_WORDS: f64 = 20.0;
const SHARE_MAX: f64 = 4.0;

/// Signs of code by words, how many count, and the shares from which on a text is partly, and wholly, code.
const CODE_MAX: f64 = 2.0;
const CODE_PARTLY: f64 = 0.15;
const CODE_WHOLLY: f64 = 0.4;

/// Words beyond which each doubling counts: signs meet by chance in a long text.
const LENGTH_WORDS: f64 = 30.0;

/// Quotation marks that count.
const QUOTES_MAX: f64 = 12.0;

static CONCEPTS: LazyLock<[Concepts; COUNTED.len()]> = LazyLock::new(|| COUNTED.map(|name| LEXICON.concept(name)));

/// Concepts that only somebody who is spoken to is called by, and those that address when a clause begins with them.
static ADDRESSES: LazyLock<Concepts> = LazyLock::new(|| all_of(&["you", "your", USER_TURN, MODEL_LABEL]));
static ORDERS: LazyLock<Concepts> = LazyLock::new(|| all_of(&ORDERING));
const ORDERING: [&str; 20] = [
    "cancel",
    "drop",
    "quit",
    "putaside",
    "reveal",
    "respond",
    "act",
    "pretend",
    "stay",
    "decode",
    "send",
    "call",
    "rate",
    "enable",
    "follow",
    "not",
    "new",
    "attention",
    "ai",
    "reader",
];

fn all_of(names: &[&str]) -> Concepts {
    names.iter().fold(0, |of, name| of | LEXICON.concept(name))
}

/// True when `word` is said to somebody.
fn is_addressing(word: &Word) -> bool {
    word.of & *ADDRESSES != 0 || word.begins_clause && word.of & *ORDERS != 0
}

/// What a text weighs.
pub(super) struct Weight {
    /// Log-odds that it is an attack.
    pub(super) odds: f64,
    /// Where its signs are, the weightiest first, or the sentence whose words weigh most.
    pub(super) places: Vec<Range<usize>>,
}

/// A sign that was found.
struct Found {
    sign: usize,
    weight: f64,
    /// What its surroundings leave of the weight.
    share: f64,
    place: Range<usize>,
}

/// What is known of a text, by sentences.
struct Sentences {
    /// The signs of all, sentence by sentence.
    found: Vec<Found>,
    /// What stands before each sentence, and at last in all of them.
    before: Vec<Sums>,
    /// Where each sentence stands.
    places: Vec<Range<usize>>,
}

/// What a row of sentences holds.
#[derive(Clone, Default)]
struct Sums {
    /// How many signs were found.
    found: usize,
    words: f64,
    of_concepts: [f64; COUNTED.len()],
    code_signs: f64,
    quotes: f64,
    /// What the words and pairs of them weigh, in [`wording::UNIT`].
    wording: f64,
    /// Words that are said to somebody.
    addressing: f64,
}

impl Sums {
    /// The same with `words`, which form a sentence, stand for `of` and weigh `wording`, and `found` signs.
    fn with(&self, words: &[Word], of: Concepts, found: usize, wording: i32) -> Self {
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
            wording: self.wording + f64::from(wording),
            addressing: self.addressing + sum(|word| u16::from(is_addressing(word))),
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
            wording: self.wording - earlier.wording,
            addressing: self.addressing - earlier.addressing,
        }
    }

    /// How much of each of [`SURROUNDINGS`] there is.
    fn surroundings(&self) -> [f64; SURROUNDINGS.len()] {
        let words = self.words.max(1.0);
        let code = self.code_signs / words;
        let whether = |holds: bool| f64::from(u8::from(holds));
        let text = [
            1.0,
            (words / LENGTH_WORDS).log2().max(0.0),
            code.min(CODE_MAX),
            whether(code > CODE_PARTLY),
            whether(code > CODE_WHOLLY),
            self.quotes.min(QUOTES_MAX) / NUMBER_UNIT,
            whether(self.addressing == 0.0),
        ];
        from_fn(|index| match index.checked_sub(text.len()) {
            None => text[index],
            Some(of) if of < COUNTED.len() => self.of_concepts[of].min(NUMBER_MAX) / NUMBER_UNIT,
            Some(of) => (self.of_concepts[of - COUNTED.len()] / words * SHARE_WORDS).min(SHARE_MAX),
        })
    }
}

/// A text that was read, and its signs, whatever stands around them.
pub(super) struct ReadText {
    /// What its words weigh.
    sound: f64,
    reading: Reading,
    found: Vec<Found>,
    /// For each sentence, how many signs were found up to its end.
    found_up_to: Vec<usize>,
}

impl ReadText {
    /// Reads the text of `split`.
    pub(super) fn new(split: Split<'_>) -> Self {
        let (sound, reading, mut found) = (split.sound(), Reading::new(split), Vec::new());
        let mut found_up_to = Vec::with_capacity(reading.sentences.len());
        for range in &reading.sentences {
            find_signs(&reading.words[range.clone()], reading.concepts(range), &mut found);
            found_up_to.push(found.len());
        }
        Self { sound, reading, found, found_up_to }
    }

    /// What its signs and words weigh by themselves.
    pub(super) fn local(&self) -> f64 {
        let mut signs: Vec<&Found> = self.found.iter().collect();
        keep_strongest(&mut signs);
        let of_signs: f64 = signs.iter().map(|found| found.weight).sum();
        of_signs + self.sound
    }
}

impl Sentences {
    /// Those of `read`, where `judged` tells what is left of a sign.
    fn new(read: ReadText, judged: &mut dyn FnMut(&Range<usize>) -> f64) -> Self {
        let ReadText { reading, mut found, found_up_to, .. } = read;
        found.iter_mut().for_each(|found| found.share = judged(&found.place));
        let (mut sums, mut before) = (Sums::default(), Vec::with_capacity(reading.sentences.len() + 1));
        let known = found_up_to.into_iter().zip(&reading.weights);
        for (range, (found, &wording)) in reading.sentences.iter().zip(known) {
            let next = sums.with(&reading.words[range.clone()], reading.concepts(range), found, wording);
            before.push(std::mem::replace(&mut sums, next));
        }
        before.push(sums);
        let place = |range: &Range<usize>| reading.words[range.start].start..reading.words[range.end - 1].end;
        Self { found, before, places: reading.sentences.iter().map(place).collect() }
    }

    fn count(&self) -> usize {
        self.before.len() - 1
    }

    /// The signs of the sentences in `range`, each where most of it is left, the weightiest first.
    fn strongest<'s>(&'s self, range: &Range<usize>, signs: &mut Vec<&'s Found>) {
        signs.clear();
        signs.extend(&self.found[self.before[range.start].found..self.before[range.end].found]);
        keep_strongest(signs);
        signs.sort_by(|one, other| (other.weight * other.share).total_cmp(&(one.weight * one.share)));
    }

    /// Log-odds of an attack in the sentences of `range`, whose strongest signs are `signs`.
    fn odds(&self, range: &Range<usize>, signs: &[&Found]) -> f64 {
        let weigh = |(amount, of): (&f64, &Surrounding)| amount * of.weight;
        let sums = self.sums(range);
        let surroundings: f64 = sums.surroundings().iter().zip(&SURROUNDINGS).map(weigh).sum();
        let signs: f64 = signs.iter().map(|found| found.weight * found.share).sum();
        signs + surroundings + sums.wording * wording::UNIT * wording::share(sums.words)
    }

    /// Where the sentence of `range` stands whose words weigh most.
    fn loudest(&self, range: &Range<usize>) -> Option<Range<usize>> {
        let weight = |index: &usize| self.sums(&(*index..index + 1)).wording;
        let loudest = range.clone().max_by(|one, other| weight(one).total_cmp(&weight(other)));
        loudest.map(|index| self.places[index].clone())
    }

    /// What the sentences of `range` hold.
    fn sums(&self, range: &Range<usize>) -> Sums {
        self.before[range.end].since(&self.before[range.start])
    }

    /// The rows of sentences that are weighed, all of them first.
    fn parts(&self) -> impl Iterator<Item = Range<usize>> {
        let count = self.count();
        let spans = SPANS.into_iter().filter(move |(length, _)| *length < count);
        let parts = spans.flat_map(move |(length, step)| {
            (0..count - length + step).step_by(step).map(move |start| start.min(count)..count.min(start + length))
        });
        std::iter::once(0..count).chain(parts)
    }
}

/// Adds the signs in the sentence of `words`, which stand for the concepts `of`, to `found`.
fn find_signs(words: &[Word], of: Concepts, found: &mut Vec<Found>) {
    SIGNS.each_likely(of, &mut |sign, compiled| {
        let Some(place) = compiled.pattern.find(words) else { return };
        // Nobody calls a function in the middle of what is said.
        if words[place.start + 1..place.end].iter().any(|word| word.is_argument) {
            return;
        }
        let place = words[place.start].start..words[place.end - 1].end;
        found.push(Found { sign, weight: compiled.weight, share: 1.0, place });
    });
}

/// Leaves each sign once, in their order, where most of it is left.
fn keep_strongest(signs: &mut Vec<&Found>) {
    signs.sort_by(|one, other| one.sign.cmp(&other.sign).then(other.share.total_cmp(&one.share)));
    signs.dedup_by_key(|found| found.sign);
}

/// Weighs what was `read` of the text of `view`.
pub(super) fn weigh(view: &View<'_>, read: ReadText) -> Weight {
    // What stands around a sign is told by where it begins, and many begin at the same word.
    let mut shares: BTreeMap<usize, f64> = BTreeMap::new();
    let mut judged = |span: &Range<usize>| *shares.entry(span.start).or_insert_with(|| context::immediate(view, span));
    let sentences = Sentences::new(read, &mut judged);
    let mut signs = Vec::new();
    let mut best = (f64::NEG_INFINITY, 0..sentences.count());
    for part in sentences.parts() {
        sentences.strongest(&part, &mut signs);
        let odds = sentences.odds(&part, &signs);
        if odds > best.0 {
            best = (odds, part);
        }
    }
    sentences.strongest(&best.1, &mut signs);
    let mut places: Vec<Range<usize>> = signs.iter().map(|found| found.place.clone()).collect();
    // Words may say it where no sign knows the language. In English they never did that alone, but of sources.
    let is_foreign =
        |place: &Range<usize>| view.slice(place.clone()).chars().any(|c| c.is_alphabetic() && !c.is_ascii());
    places.extend(sentences.loudest(&best.1).filter(|place| signs.is_empty() && is_foreign(place)));
    Weight { odds: best.0, places }
}

/// Names and weights of all that is weighed, the signs first.
pub(super) fn terms() -> Vec<(String, f64)> {
    let signs = all().map(|sign| (sign.pattern.to_owned(), sign.weight));
    let surroundings = SURROUNDINGS.iter().map(|of| (of.name.to_owned(), of.weight));
    signs.chain(surroundings).collect()
}

/// What `text` is weighed by.
pub(super) fn terms_in(text: &str) -> TextTerms {
    let view = View::new(text);
    let mut judged = |span: &Range<usize>| context::immediate(&view, span);
    let read = ReadText::new(Split::new(text, 0));
    let expressions = read.reading.sentences.iter();
    let expressions = expressions.map(|range| wording::expressions(text, &read.reading.words[range.clone()])).collect();
    let sentences = Sentences::new(read, &mut judged);
    let mut signs = Vec::new();
    let mut of_part = |part: Range<usize>| {
        sentences.strongest(&part, &mut signs);
        let sums = sentences.sums(&part);
        let found = signs.iter().map(|found| (found.sign, found.share));
        let around = sums.surroundings().into_iter().enumerate();
        let around = around.map(|(index, amount)| (all().count() + index, amount));
        let terms = found.chain(around).filter(|(_, amount)| *amount != 0.0).collect();
        PartTerms { sentences: part, terms, expression: wording::share(sums.words) }
    };
    let parts = sentences.parts().map(&mut of_part).collect();
    TextTerms { expressions, parts }
}
