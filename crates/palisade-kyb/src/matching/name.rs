//! Two names compared: what goes together, what differs, what one side lacks, and what each of these takes off the
//! score. The score is 1 less all that is taken off, so that its parts explain it in full.

use serde::{Deserialize, Serialize};

use super::align::{Alignment, Link, align, places, words_of};
use super::similarity::Reason;
use super::tuning::Tuning;
use crate::names::{NameType, ParsedName, Text, Token, TokenKind};

/// One part of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NamePart {
    /// Words of the first name.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub query: Text,
    /// Words of the second.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub listed: Text,
    /// How alike, 0 to 1.
    pub similarity: f32,
    /// What the words count, 0 to 1.
    pub weight: f32,
    /// What it takes off the score.
    pub deduction: f32,
    /// Why.
    pub reason: Reason,
}

/// Words that count no more than this are no ground to call two names one.
const SAYS_LITTLE: f32 = 0.32;
/// Taken off names of which one is nothing but titles, legal forms or numbers.
const HOLLOW: f32 = 0.35;
/// What words weigh at least, in the mean, to have an acronym.
const ACRONYM_WEIGHT: f32 = 0.75;
/// Taken off where all names but one are initials.
const INITIALS: f32 = 0.25;

/// Two names compared.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NameComparison {
    /// 0 to 1.
    pub score: f32,
    /// All that was seen. The score is 1 less the deductions, and not below 0.
    pub parts: Vec<NamePart>,
    /// There was more in a name than is looked at.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cut: bool,
}

impl NameComparison {
    /// Takes something off for what is no matter of single words.
    pub(super) fn take_off(&mut self, deduction: f32, reason: Reason) {
        let none = Text::default();
        self.parts.push(NamePart { query: none, listed: none, similarity: 0.0, weight: 0.0, deduction, reason });
        self.score = (self.score - deduction).max(0.0);
    }
}

/// How differences are judged beyond their weight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rules {
    /// Deductions for slips and missing words are multiplied by this.
    pub(super) severity: f32,
    /// Whether a number may differ within a series.
    pub(super) series: bool,
}

/// Compares two names with the tuning of their type. The same from either side but for which is called first.
pub(super) fn compare(
    query: &ParsedName,
    listed: &ParsedName,
    rules: Rules,
    tuning: Option<&Tuning>,
) -> NameComparison {
    if query.tokens.is_empty() || listed.tokens.is_empty() {
        return NameComparison { cut: query.cut || listed.cut, ..NameComparison::default() };
    }
    let swap = is_after(query, listed);
    let (one, other) = if swap { (listed, query) } else { (query, listed) };
    let name_type = joint_type(one, other);
    let tuning = tuning.unwrap_or_else(|| Tuning::of(name_type));
    let alignment = align(one, other, name_type);
    let mut comparing = Comparing { one, other, name_type, rules, tuning, parts: Vec::with_capacity(8) };
    comparing.all_parts(&alignment);
    let mut parts = comparing.parts;
    if swap {
        parts.iter_mut().for_each(|part| std::mem::swap(&mut part.query, &mut part.listed));
    }
    let deducted: f32 = parts.iter().map(|part| part.deduction).sum();
    NameComparison { score: (1.0 - deducted).clamp(0.0, 1.0), parts, cut: query.cut || listed.cut }
}

/// One order for any two names, so that a comparison is the same from either side.
fn is_after(one: &ParsedName, other: &ParsedName) -> bool {
    let texts = |name: &ParsedName| (name.tokens.len(), name.tokens.first().map(|token| token.text));
    let key = |(count, first): (usize, Option<Text>)| (count, first.map(|text| text.hash()));
    match key(texts(one)).cmp(&key(texts(other))) {
        std::cmp::Ordering::Equal => {
            let words =
                |name: &ParsedName| name.tokens.iter().map(|token| token.text.as_bytes().to_vec()).collect::<Vec<_>>();
            words(one) > words(other)
        }
        order => order.is_gt(),
    }
}

/// The type by which two names are judged: people only when both are.
fn joint_type(one: &ParsedName, other: &ParsedName) -> NameType {
    if one.name_type == NameType::Person && other.name_type == NameType::Person {
        NameType::Person
    } else {
        NameType::Organization
    }
}

struct Comparing<'a> {
    one: &'a ParsedName,
    other: &'a ParsedName,
    name_type: NameType,
    rules: Rules,
    tuning: &'a Tuning,
    parts: Vec<NamePart>,
}

impl Comparing<'_> {
    fn all_parts(&mut self, alignment: &Alignment) {
        if let Some(part) = self.acronym() {
            self.parts.push(part);
            return;
        }
        for link in &alignment.links {
            self.linked(link);
        }
        let mut left = Left::new(alignment);
        self.numbers(&mut left, alignment);
        self.places(&mut left);
        self.differing(&mut left);
        self.missing(&left, alignment);
        self.rest(alignment);
    }

    fn linked(&mut self, link: &Link) {
        let (query, weight) = run(&self.one.tokens, link.one);
        let (listed, other_weight) = run(&self.other.tokens, link.other);
        let weight = f32::midpoint(weight, other_weight);
        let letters = self.one.letters.min(self.other.letters).max(1.0);
        let lacking = 1.0 - link.similarity.value;
        let share = link.similarity.edits * weight.min(1.0) / letters;
        let deduction =
            (self.tuning.pair * lacking * weight.min(1.0) + self.tuning.letters * share) * self.rules.severity;
        let similarity = link.similarity.value;
        self.parts.push(NamePart { query, listed, similarity, weight, deduction, reason: link.similarity.reason });
    }

    /// Numbers and codes: one of a series, another company, or missing.
    fn numbers(&mut self, left: &mut Left, alignment: &Alignment) {
        let number = |tokens: &[Token], bits: u32| {
            places(bits)
                .filter(|at| matches!(tokens[*at].kind, TokenKind::Number(_) | TokenKind::Code))
                .fold(0, |bits, at| bits | 1 << at)
        };
        let (ones, others) = (number(&self.one.tokens, left.one), number(&self.other.tokens, left.other));
        if ones == 0 && others == 0 || self.name_type == NameType::Person {
            return;
        }
        let only_numbers = left.one == ones && left.other == others;
        if ones != 0 && others != 0 {
            let series = self.rules.series && only_numbers && alignment.links.len() >= 3;
            if series {
                left.take(ones, others);
                self.push_left(ones, others, self.tuning.series, Reason::SeriesNumber);
            }
        } else {
            left.take(ones, others);
            self.push_left(ones, others, self.tuning.number_missing, Reason::NumberOnlyOne);
        }
    }

    /// Places: sister companies often differ in nothing else.
    fn places(&mut self, left: &mut Left) {
        if self.name_type == NameType::Person {
            return;
        }
        let place = |tokens: &[Token], bits: u32| {
            let narrow = |at: &usize| matches!(tokens[*at].kind, TokenKind::Place { wide: false, .. });
            places(bits).filter(narrow).fold(0, |bits, at| bits | 1 << at)
        };
        let (ones, others) = (place(&self.one.tokens, left.one), place(&self.other.tokens, left.other));
        if (ones == 0) != (others == 0) && (left.one == 0 || left.other == 0) {
            left.take(ones, others);
            self.push_left(ones, others, self.tuning.place_missing, Reason::PlaceOnlyOne);
        }
    }

    /// What both have left and does not go together.
    fn differing(&mut self, left: &mut Left) {
        let (ones, others) = (self.weight(&self.one.tokens, left.one), self.weight(&self.other.tokens, left.other));
        let weight = ones.min(others);
        if weight <= 0.0 {
            return;
        }
        let share = weight / self.one.weight.min(self.other.weight).max(weight);
        let deduction = self.tuning.differs * (weight / 0.28).min(1.0) + self.tuning.differs_share * share;
        let pairs: Vec<(usize, usize)> = places(left.one).zip(places(left.other)).collect();
        let each = deduction / pairs.len() as f32;
        for (place, at) in pairs {
            let (query, listed) = (&self.one.tokens[place], &self.other.tokens[at]);
            let reason = match (query.kind, listed.kind) {
                (TokenKind::Number(_) | TokenKind::Code, TokenKind::Number(_) | TokenKind::Code) => {
                    Reason::NumberDiffers
                }
                (TokenKind::Place { .. }, TokenKind::Place { .. }) => Reason::PlaceDiffers,
                _ => Reason::Differs,
            };
            let weight = f32::midpoint(query.weight, listed.weight);
            self.parts.push(NamePart {
                query: query.text,
                listed: listed.text,
                similarity: 0.0,
                weight,
                deduction: each,
                reason,
            });
            left.take(1 << place, 1 << at);
        }
    }

    /// What one side lacks.
    fn missing(&mut self, left: &Left, alignment: &Alignment) {
        let weight = self.weight(&self.one.tokens, left.one) + self.weight(&self.other.tokens, left.other);
        if weight <= 0.0 {
            return;
        }
        let share = weight / self.one.weight.max(self.other.weight);
        let says =
            |link: &&Link| link.similarity.reason != Reason::Initial && run(&self.one.tokens, link.one).1 > SAYS_LITTLE;
        let whole = alignment.links.iter().filter(says);
        let words: usize = whole.clone().map(|link| link.one.1.max(link.other.1)).sum();
        let (least, reason) =
            if words < 2 { (self.tuning.one_word, Reason::OneWordOnly) } else { (0.0, Reason::OnlyOne) };
        let deduction = (self.tuning.missing * share * self.rules.severity).max(least);
        self.push_left(left.one, left.other, deduction, reason);
        let shared: f32 =
            whole.map(|link| run(&self.one.tokens, link.one).1.min(run(&self.other.tokens, link.other).1)).sum();
        let enough = if self.name_type == NameType::Person { 1.3 } else { 0.9 };
        let common = self.tuning.common * (enough - shared).clamp(0.0, 1.0) * (deduction / 0.15).min(1.0);
        self.push_rule(common, Reason::Common);
    }

    fn push_rule(&mut self, deduction: f32, reason: Reason) {
        if deduction > 0.0 {
            let none = Text::default();
            self.parts.push(NamePart { query: none, listed: none, similarity: 0.0, weight: 0.0, deduction, reason });
        }
    }

    /// Legal forms, order, and names that say nothing.
    fn rest(&mut self, alignment: &Alignment) {
        let same = alignment.left_one == 0
            && alignment.left_other == 0
            && alignment.links.iter().all(|link| link.one == link.other);
        let initials = alignment.links.iter().filter(|link| link.similarity.reason == Reason::Initial).count();
        let (severity, tuning) = (self.rules.severity, self.tuning);
        for (applies, deduction, reason) in [
            (forms_differ(self.one, self.other), tuning.legal_form * severity, Reason::LegalForm),
            (is_reversed(self.one, self.other, alignment), tuning.father_and_child, Reason::FatherAndChild),
            (is_out_of_order(alignment), tuning.order * severity, Reason::Order),
            ((self.one.hollow || self.other.hollow) && !same, HOLLOW, Reason::Hollow),
            (initials > 1 && alignment.links.len() < initials + 2, INITIALS, Reason::Initial),
        ] {
            if applies {
                self.push_rule(deduction, reason);
            }
        }
    }

    /// One word that is the first letters of all words of the other.
    fn acronym(&self) -> Option<NamePart> {
        if self.name_type == NameType::Person {
            return None;
        }
        let (short, long) = if self.one.tokens.len() == 1 { (self.one, self.other) } else { (self.other, self.one) };
        let (letters, words) = (short.tokens.first()?.text, &long.tokens);
        if !short.forms.is_empty()
            || !long.forms.is_empty()
            || short.tokens.len() != 1
            || words.len() < 3
            || letters.len() != words.len()
        {
            return None;
        }
        let first_letters = words.iter().filter_map(|word| word.text.as_bytes().first());
        if !first_letters.eq(letters.as_bytes()) {
            return None;
        }
        // Words of companies make the letters of an acronym by chance.
        if long.weight < ACRONYM_WEIGHT * words.len() as f32 {
            return None;
        }
        let spelled = run(words, (0, words.len())).0;
        let deduction = self.tuning.acronym * self.rules.severity;
        let (query, listed) = if self.one.tokens.len() == 1 { (letters, spelled) } else { (spelled, letters) };
        Some(NamePart { query, listed, similarity: 1.0 - deduction, weight: 1.0, deduction, reason: Reason::Acronym })
    }

    fn weight(&self, tokens: &[Token], bits: u32) -> f32 {
        places(bits).map(|at| tokens[at].weight).sum()
    }

    /// A part for each word left, that share a deduction by weight.
    fn push_left(&mut self, ones: u32, others: u32, deduction: f32, reason: Reason) {
        let total =
            (self.weight(&self.one.tokens, ones) + self.weight(&self.other.tokens, others)).max(f32::MIN_POSITIVE);
        let none = Text::default();
        let part = |query, listed, weight: f32| NamePart {
            query,
            listed,
            similarity: 0.0,
            weight,
            deduction: deduction * weight / total,
            reason,
        };
        let (one, other) = (self.one, self.other);
        self.parts.extend(places(ones).map(|at| part(one.tokens[at].text, none, one.tokens[at].weight)));
        self.parts.extend(places(others).map(|at| part(none, other.tokens[at].text, other.tokens[at].weight)));
    }
}

/// Words not yet accounted for.
struct Left {
    one: u32,
    other: u32,
}

impl Left {
    fn new(alignment: &Alignment) -> Self {
        Self { one: alignment.left_one, other: alignment.left_other }
    }

    fn take(&mut self, ones: u32, others: u32) {
        self.one &= !ones;
        self.other &= !others;
    }
}

/// The words of a run with their weight.
fn run(tokens: &[Token], place: (usize, usize)) -> (Text, f32) {
    let mut text = Text::default();
    let mut weight = 0.0;
    for token in words_of(tokens, place) {
        if !text.is_empty() {
            text.push(b' ');
        }
        text.push_text(&token.text);
        weight += token.weight;
    }
    (text, weight)
}

fn forms_differ(one: &ParsedName, other: &ParsedName) -> bool {
    use crate::names::FormClass::Company;
    let told = |name: &ParsedName| name.forms.iter().any(|form| *form != Company);
    told(one) && told(other) && !one.forms.iter().any(|form| *form != Company && other.forms.contains(form))
}

/// Whether what is behind "son of" on one side stands in front on the other, and the other way round.
fn is_reversed(one: &ParsedName, other: &ParsedName, alignment: &Alignment) -> bool {
    let child = |tokens: &[Token], (at, _): (usize, usize)| tokens[at].child_of;
    let moved = |from_one: bool| {
        alignment.links.iter().any(|link| {
            let (a, b) = (child(&one.tokens, link.one), child(&other.tokens, link.other));
            if from_one { a && !b } else { b && !a }
        })
    };
    moved(true) && moved(false)
}

/// Another order than the same or a rotation of it: family names first or last are both usual.
fn is_out_of_order(alignment: &Alignment) -> bool {
    let mut links: Vec<(usize, usize)> = alignment.links.iter().map(|link| (link.one.0, link.other.0)).collect();
    links.sort_unstable();
    let descents = links.windows(2).filter(|pair| pair[0].1 > pair[1].1).count();
    let wraps = links.len() > 1 && links.last().map(|last| last.1) > links.first().map(|first| first.1);
    descents > 1 || descents == 1 && wraps
}
