//! Two words compared: the same, another spelling, a short form, a slip, or different, and why.

use serde::{Deserialize, Serialize};

use super::edit::{LEAST, LETTER, distance};
use crate::names::{NameType, Script, Text, Token, TokenKind, Word};

/// Why a part of two names is taken for the same, or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Letter by letter.
    Same,
    /// Another spelling of one name.
    Spelling,
    /// Another word for one thing.
    Synonym,
    /// A short form of one name.
    Nickname,
    /// The first letter for a name.
    Initial,
    /// A slip: few letters differ.
    Typing,
    /// The same consonants; one side comes from a script that writes no vowels.
    Consonants,
    /// Words written together on one side and apart on the other.
    Joined,
    /// The first letters of the words.
    Acronym,
    /// Both have something here, and it is not the same.
    Differs,
    /// Numbers that differ.
    NumberDiffers,
    /// One of a series: all is the same but the number.
    SeriesNumber,
    /// Places that differ.
    PlaceDiffers,
    /// Only one side has it.
    OnlyOne,
    /// Only one side has the number.
    NumberOnlyOne,
    /// Only one side has the place.
    PlaceOnlyOne,
    /// Legal forms of different sorts.
    LegalForm,
    /// The same words in another order.
    Order,
    /// Father and child change places.
    FatherAndChild,
    /// One word alone is shared, and one side has more.
    OneWordOnly,
    /// What is shared are words that many bear, and one side has more.
    Common,
    /// Nothing but titles, legal forms or numbers to go by.
    Hollow,
    /// A name of one letter fits too many to say anything.
    TooShort,
}

/// How alike two words are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Similarity {
    /// 0 to 1.
    pub(super) value: f32,
    /// Letters that differ.
    pub(super) edits: f32,
    pub(super) reason: Reason,
}

impl Similarity {
    pub(super) const SAME: Self = Self { value: 1.0, edits: 0.0, reason: Reason::Same };
    const NONE: Self = Self { value: 0.0, edits: 0.0, reason: Reason::Differs };

    fn of(value: f32, edits: f32, reason: Reason) -> Self {
        Self { value, edits, reason }
    }
}

/// Words less alike than this are different words.
pub(super) const PAIR_MIN: f32 = 0.63;

/// Compares two words of names of one type.
pub(super) fn similarity(one: &Token, other: &Token, name_type: NameType) -> Similarity {
    if one.original.is_some() && other.original.is_some() && one.script == other.script {
        return if one.original == other.original { Similarity::SAME } else { Similarity::NONE };
    }
    if one.text == other.text {
        return Similarity::SAME;
    }
    match (one.kind, other.kind) {
        (TokenKind::Number(a), TokenKind::Number(b)) => {
            return if a == b { Similarity::of(1.0, 0.0, Reason::Synonym) } else { Similarity::NONE };
        }
        (TokenKind::Place { id: a, .. }, TokenKind::Place { id: b, .. }) => {
            return if a == b { Similarity::of(0.98, 0.1, Reason::Synonym) } else { Similarity::NONE };
        }
        (TokenKind::Word, TokenKind::Word) => {}
        (TokenKind::Initial, TokenKind::Word) => return initial(one, other),
        (TokenKind::Word, TokenKind::Initial) => return initial(other, one),
        // Iron is no slip of Iran: words that are known are meant.
        (TokenKind::Word, TokenKind::Place { .. }) if one.word.is_none() => {}
        (TokenKind::Place { .. }, TokenKind::Word) if other.word.is_none() => {}
        _ => return Similarity::NONE,
    }
    words(one, other, name_type)
}

/// How alike a word and the letters of another are by their letters alone; 0 when they would not be put beside each
/// other.
pub(crate) fn letters_similarity(one: &Token, other: &[u8]) -> f32 {
    // Most words are told apart by their length and by which letters they have.
    let letters = other.iter().fold(0, |bits: u32, byte| bits | 1 << (byte % 32));
    let most = most_apart(one.text.as_bytes(), other);
    if are_apart(most, (one.text.len(), one.letters), (other.len(), letters)) {
        return 0.0;
    }
    let found = by_letters(&one.text, one.letters, &Text::from_ascii(other), letters).value;
    if found >= PAIR_MIN { found } else { 0.0 }
}

/// How alike two words are whosever names they are of; 0 when they would not be put beside each other.
pub(crate) fn word_similarity(one: &Token, other: &Token) -> f32 {
    let found = similarity(one, other, NameType::Person).value;
    if found >= PAIR_MIN { found } else { 0.0 }
}

fn initial(initial: &Token, word: &Token) -> Similarity {
    if initial.text.as_bytes().first() == word.text.as_bytes().first() {
        Similarity::of(0.8, 0.6, Reason::Initial)
    } else {
        Similarity::NONE
    }
}

fn words(one: &Token, other: &Token, name_type: NameType) -> Similarity {
    if let (Some(a), Some(b)) = (one.word, other.word) {
        if shares(&a.spellings, &b.spellings) {
            let reason = if name_type == NameType::Person { Reason::Spelling } else { Reason::Synonym };
            return Similarity::of(0.97, 0.2, reason);
        }
        if name_type == NameType::Person && shares(&a.nicknames, &b.nicknames) {
            return Similarity::of(0.9, 0.6, Reason::Nickname);
        }
    }
    if one.key == other.key && one.key.len() > 1 && shares_letters(one, other) {
        return Similarity::of(0.95, 0.35, Reason::Spelling);
    }
    if one.script == Script::Consonants || other.script == Script::Consonants {
        return by_consonants(one, other);
    }
    let found = by_letters(&one.text, one.letters, &other.text, other.letters);
    let apart = one.word.zip(other.word).is_some_and(|(a, b)| are_known_apart(a, b, name_type));
    let longest = one.text.len().max(other.text.len());
    let slip = if name_type == NameType::Person && longest > 5 { 1.0 } else { 0.5 };
    if apart && found.edits > slip { Similarity::NONE } else { found }
}

/// Keys forget much: words of one key have half of their letters in common, or are different words.
fn shares_letters(one: &Token, other: &Token) -> bool {
    let (all, shared) = ((one.letters | other.letters).count_ones(), (one.letters & other.letters).count_ones());
    shared * 2 >= all || one.text.len().max(other.text.len()) < 4
}

/// Two words that are both known, and not as one: Ahmed is no slip of Mohamed, and a railroad no railway.
fn are_known_apart(one: &Word, other: &Word, name_type: NameType) -> bool {
    let is_name = |word: &Word| word.common_name || !word.spellings.is_empty() || !word.nicknames.is_empty();
    if name_type == NameType::Person {
        is_name(one) && is_name(other)
    } else {
        one.company_weight > 0.0 && other.company_weight > 0.0
    }
}

fn shares(one: &[u16], other: &[u16]) -> bool {
    one.iter().any(|group| other.contains(group))
}

/// A word without vowels against one with them.
fn by_consonants(one: &Token, other: &Token) -> Similarity {
    let bones = |token: &Token| {
        if token.bones.is_empty() { crate::names::spelling::bare_consonants(&token.key) } else { token.bones }
    };
    let (a, b) = (bones(one), bones(other));
    if a == b && !a.is_empty() {
        return Similarity::of(0.9, 0.5, Reason::Consonants);
    }
    if one.script == other.script {
        return by_letters(&one.text, one.letters, &other.text, other.letters);
    }
    let found = by_letters(&a, a.letters(), &b, b.letters());
    Similarity { value: found.value * 0.9, reason: Reason::Consonants, ..found }
}

/// People rarely err in the first letter of a name.
const FIRST_LETTER: f32 = 0.4;

fn begin_apart(one: &[u8], other: &[u8]) -> bool {
    let first = |text: &[u8]| text.first().map(|letter| super::edit::sound_of(*letter));
    first(one) != first(other)
}

/// A word of fewer letters that is changed twice is another word.
const SHORT: usize = 6;
const SHORT_MOST: u16 = 14;

/// What two words may be apart, in tenths of a letter, to be put beside each other.
fn most_apart(one: &[u8], other: &[u8]) -> u16 {
    let longest = one.len().max(other.len());
    let most = (longest as f32 * f32::from(LETTER) * (1.0 - PAIR_MIN)) as u16;
    let most = if longest < SHORT { most.min(SHORT_MOST) } else { most };
    let first = if begin_apart(one, other) { (FIRST_LETTER * f32::from(LETTER)) as u16 } else { 0 };
    most.saturating_sub(first)
}

/// Whether words are further apart than that by their lengths and by which letters they have: each letter that only one
/// of them has, and each that it is longer by, costs this much at least.
fn are_apart(most: u16, (length, letters): (usize, u32), (other_length, other_letters): (usize, u32)) -> bool {
    let apart = ((letters ^ other_letters).count_ones() as usize).max(length.abs_diff(other_length));
    apart * usize::from(LEAST) > usize::from(most)
}

/// By the letters that differ. Most pairs of words share few letters and are told apart by that alone.
pub(super) fn by_letters(one: &Text, letters: u32, other: &Text, other_letters: u32) -> Similarity {
    let most = most_apart(one.as_bytes(), other.as_bytes());
    if are_apart(most, (one.len(), letters), (other.len(), other_letters)) {
        return Similarity::NONE;
    }
    match distance(one, other, most) {
        Some(cost) => {
            let first = if begin_apart(one.as_bytes(), other.as_bytes()) { FIRST_LETTER } else { 0.0 };
            let edits = f32::from(cost) / f32::from(LETTER) + first;
            Similarity::of(1.0 - edits / one.len().max(other.len()).max(1) as f32, edits, Reason::Typing)
        }
        None => Similarity::NONE,
    }
}
