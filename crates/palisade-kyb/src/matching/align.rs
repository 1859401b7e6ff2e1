//! Words of two names put beside each other: the same first, then the most alike, then words written together on one
//! side, until nothing is left that goes together. The result is the same from either side.

use super::similarity::{PAIR_MIN, Reason, Similarity, by_letters, similarity};
use crate::names::{NameType, ParsedName, Text, Token, TokenKind};

/// Words of one name that go with words of the other; each a first word and how many. A run may go on from the last
/// word to the first, as "FAMILY Given" does in "Given FAMILY".
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    pub(super) one: (usize, usize),
    pub(super) other: (usize, usize),
    pub(super) similarity: Similarity,
}

/// What goes together, and what is left on each side (one bit a word).
#[derive(Debug, Default)]
pub(super) struct Alignment {
    pub(super) links: Vec<Link>,
    pub(super) left_one: u32,
    pub(super) left_other: u32,
    count_one: usize,
    count_other: usize,
}

/// Words written together are taken from at most so many.
const JOINED_MAX: usize = 4;
/// Words joined must be this alike: joining makes matches by chance easier.
const JOINED_MIN: f32 = 0.86;
/// Words joined that are the same but for a doubled letter go before any that are only alike.
const JOINED_SAME: f32 = 0.95;

/// Aligns two names.
pub(super) fn align(one: &ParsedName, other: &ParsedName, name_type: NameType) -> Alignment {
    let mut alignment = Alignment {
        links: Vec::with_capacity(one.tokens.len().max(other.tokens.len())),
        left_one: all(one.tokens.len()),
        left_other: all(other.tokens.len()),
        count_one: one.tokens.len(),
        count_other: other.tokens.len(),
    };
    alignment.link_same(&one.tokens, &other.tokens);
    if alignment.left_one != 0 && alignment.left_other != 0 {
        alignment.link_joined(&one.tokens, &other.tokens, JOINED_SAME);
    }
    if alignment.left_one != 0 && alignment.left_other != 0 {
        alignment.link_alike(&one.tokens, &other.tokens, name_type);
    }
    if alignment.left_one != 0 && alignment.left_other != 0 {
        alignment.link_joined(&one.tokens, &other.tokens, JOINED_MIN);
    }
    alignment
}

fn all(count: usize) -> u32 {
    if count >= 32 { u32::MAX } else { (1 << count) - 1 }
}

/// The bits of a run among as many words.
fn bits_of((at, length): (usize, usize), count: usize) -> u32 {
    (at..at + length).fold(0, |bits, place| bits | 1 << (place % count.max(1)))
}

/// The words of a run.
pub(super) fn words_of(tokens: &[Token], (at, length): (usize, usize)) -> impl Iterator<Item = &Token> {
    (at..at + length).filter_map(move |place| tokens.get(place % tokens.len().max(1)))
}

/// The places of the bits that are set.
pub(super) fn places(mut bits: u32) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = bits.trailing_zeros() as usize;
        bits &= bits.wrapping_sub(1);
        (place < 32).then_some(place)
    })
}

impl Alignment {
    fn link(&mut self, one: (usize, usize), other: (usize, usize), similarity: Similarity) {
        self.left_one &= !bits_of(one, self.count_one);
        self.left_other &= !bits_of(other, self.count_other);
        self.links.push(Link { one, other, similarity });
    }

    /// Equal words, each with the nearest of its like.
    fn link_same(&mut self, one: &[Token], other: &[Token]) {
        for (place, token) in one.iter().enumerate() {
            let same = places(self.left_other).filter(|at| {
                let candidate = &other[*at];
                candidate.letters == token.letters
                    && candidate.text == token.text
                    && similarity(token, candidate, NameType::Unknown).reason == Reason::Same
            });
            if let Some(at) = same.min_by_key(|at| at.abs_diff(place)) {
                self.link((place, 1), (at, 1), Similarity::SAME);
            }
        }
    }

    /// The most alike of what is left; of equally alike words the nearest.
    fn link_alike(&mut self, one: &[Token], other: &[Token], name_type: NameType) {
        let mut found: Vec<(Similarity, usize, usize)> = Vec::new();
        for place in places(self.left_one) {
            for at in places(self.left_other) {
                let alike = similarity(&one[place], &other[at], name_type);
                if alike.value >= PAIR_MIN {
                    found.push((alike, place, at));
                }
            }
        }
        found.sort_by(|a, b| {
            let key = |(_, place, at): &(Similarity, usize, usize)| (place.abs_diff(*at), place + at, *place);
            b.0.value.total_cmp(&a.0.value).then_with(|| key(a).cmp(&key(b)))
        });
        for (alike, place, at) in found {
            if self.left_one & 1 << place != 0 && self.left_other & 1 << at != 0 {
                self.link((place, 1), (at, 1), alike);
            }
        }
    }

    /// Words in a row on one side that are one word on the other; at last, all that is left on both.
    fn link_joined(&mut self, one: &[Token], other: &[Token], least: f32) {
        for at in places(self.left_other) {
            if let Some((run, alike)) = best_run(one, self.left_one, &other[at], least) {
                self.link(run, (at, 1), alike);
            }
        }
        for place in places(self.left_one) {
            if let Some((run, alike)) = best_run(other, self.left_other, &one[place], least) {
                self.link((place, 1), run, alike);
            }
        }
        if let (Some(run), Some(other_run)) = (whole_run(self.left_one), whole_run(self.left_other))
            && run.1.max(other_run.1) > 1
            && run.1.max(other_run.1) <= JOINED_MAX
        {
            let (text, other_text) = (join(one, run), join(other, other_run));
            if let Some(alike) = text.zip(other_text).and_then(|(text, other)| joined(&text, &other, least)) {
                self.link(run, other_run, alike);
            }
        }
    }
}

/// The run of words left that is most like a word.
fn best_run(tokens: &[Token], left: u32, word: &Token, least: f32) -> Option<((usize, usize), Similarity)> {
    let longest = JOINED_MAX.min(tokens.len());
    let runs = (2..=longest).flat_map(|length| (0..tokens.len()).map(move |at| (at, length)));
    // Joining adds four letters at most: what is too short or too long in any case is not joined at all.
    let fits = |run: &(usize, usize)| {
        let letters: usize = words_of(tokens, *run).map(|token| token.text.len()).sum();
        letters <= word.text.len() + 3 && letters + 7 >= word.text.len()
    };
    let free = runs.filter(|run| bits_of(*run, tokens.len()) & !left == 0 && fits(run));
    let alike = free.filter_map(|run| Some((run, joined(&join(tokens, run)?, &word.text, least)?)));
    alike.max_by(|a, b| a.1.value.total_cmp(&b.1.value))
}

fn joined(one: &Text, other: &Text, least: f32) -> Option<Similarity> {
    if one.len().abs_diff(other.len()) > 3 || one.len() < 4 {
        return None;
    }
    let alike = by_letters(one, one.letters(), other, other.letters());
    (alike.value >= least).then_some(Similarity {
        value: alike.value.min(0.97),
        edits: alike.edits + 0.2,
        reason: Reason::Joined,
    })
}

/// The words of a run as one. Numbers and places are not joined to anything.
fn join(tokens: &[Token], run: (usize, usize)) -> Option<Text> {
    let mut text = Text::default();
    for token in words_of(tokens, run) {
        match token.text.as_str() {
            _ if matches!(token.kind, TokenKind::Number(_) | TokenKind::Code) => return None,
            // With the article that stands between the parts of an Arabic compound when it is written as one.
            "abd" if text.is_empty() => text.push_text(&Text::from("abdel")),
            "din" if !text.is_empty() => text.push_text(&Text::from("uddin")),
            _ => text.push_text(&token.text),
        }
    }
    Some(text)
}

/// The bits as one run, when nothing is missing in between.
fn whole_run(bits: u32) -> Option<(usize, usize)> {
    let (at, length) = (bits.trailing_zeros() as usize, bits.count_ones() as usize);
    (length > 0 && bits >> at == all(length)).then_some((at, length))
}
