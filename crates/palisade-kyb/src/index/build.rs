//! Makes the bytes of an index from names.

use rustc_hash::FxHashMap;

use super::flat::{FRONTS, IndexError, assemble};
use super::keys::reach_keys;
use super::search::{NameIndex, WEIGHT_PARTS};
use crate::names::{NameType, ParsedName, Script, Text, Token, TokenKind};

/// Takes names, one after the other, and makes an index.
#[derive(Debug, Default)]
pub struct IndexBuilder {
    names: Vec<u8>,
    name_starts: Vec<u32>,
    entities: Vec<u32>,
    types: Vec<u8>,
    /// In parts.
    weights: Vec<u8>,
    /// Words of names, and where the words of each name begin.
    occurrences: Vec<u32>,
    occurrence_starts: Vec<u32>,
    words: Vec<Token>,
    places: FxHashMap<(Text, u8), u32>,
}

impl IndexBuilder {
    /// Takes a name with the number of the entity that bears it.
    ///
    /// # Errors
    ///
    /// `TooLarge` when the text of all names passes 4 GB.
    pub fn add(&mut self, entity: u32, name: &str, name_type: NameType) -> Result<(), IndexError> {
        let start = u32::try_from(self.names.len()).map_err(|_| IndexError::TooLarge)?;
        let parsed = ParsedName::parse(name, name_type);
        self.name_starts.push(start);
        self.names.extend_from_slice(name.as_bytes());
        self.entities.push(entity);
        self.types.push(type_byte(name_type, &parsed));
        self.weights.push((parsed.weight * WEIGHT_PARTS).clamp(1.0, 255.0) as u8);
        self.occurrence_starts.push(u32::try_from(self.occurrences.len()).map_err(|_| IndexError::TooLarge)?);
        let person = parsed.name_type == NameType::Person;
        let acronym = acronym(&parsed);
        for token in parsed.tokens.into_iter().chain(acronym) {
            let word = self.word(token, person);
            self.occurrences.push(word);
        }
        Ok(())
    }

    /// How many names were taken.
    pub fn len(&self) -> usize {
        self.entities.len()
    }

    /// Whether no name was taken.
    pub fn is_empty(&self) -> bool {
        self.entities.is_empty()
    }

    fn word(&mut self, token: Token, person: bool) -> u32 {
        let next = self.words.len() as u32;
        let place = *self.places.entry((token.text, kind_byte(&token, person))).or_insert(next);
        if place == next {
            self.words.push(token);
        }
        place
    }

    /// The index.
    ///
    /// # Errors
    ///
    /// `TooLarge` when there are more names or words than fit.
    pub fn build(self) -> Result<NameIndex, IndexError> {
        NameIndex::open(self.bytes()?)
    }

    /// The bytes of the index, to be written to a file.
    ///
    /// # Errors
    ///
    /// `TooLarge` when there are more names or words than fit.
    pub fn bytes(self) -> Result<Vec<u8>, IndexError> {
        self.bytes_with([Vec::new(), Vec::new(), vec![0; 4], Vec::new(), Vec::new(), Vec::new()])
    }

    /// The bytes of the index with the sections that are not of names: about, records, their starts, their kinds,
    /// identifiers, ids.
    pub(crate) fn bytes_with(mut self, more: [Vec<u8>; 6]) -> Result<Vec<u8>, IndexError> {
        let end = u32::try_from(self.names.len()).map_err(|_| IndexError::TooLarge)?;
        self.name_starts.push(end);
        self.occurrence_starts.push(u32::try_from(self.occurrences.len()).map_err(|_| IndexError::TooLarge)?);
        let order = self.lightest_first();
        let (names, name_starts) = self.names_in(&order);
        let mut kinds = vec![0; self.words.len()];
        std::mem::take(&mut self.places).into_iter().for_each(|((_, kind), place)| kinds[place as usize] = kind);
        let (posting_starts, postings) = self.postings(&order);
        let (fronts, keys) = self.keys();
        let (word_starts, words) = self.words_text();
        let [about, records, record_starts, record_kinds, identifiers, ids] = more;
        Ok(assemble([
            names,
            flat(&name_starts),
            flat(&in_order(&self.entities, &order)),
            in_order(&self.types, &order),
            in_order(&self.weights, &order),
            words,
            flat(&word_starts),
            kinds,
            flat(&posting_starts),
            flat(&postings),
            flat(&fronts),
            keys,
            about,
            records,
            record_starts,
            record_kinds,
            identifiers,
            ids,
        ]))
    }

    /// The names in order of their weight, so that the light ones of a word are the first of its names.
    fn lightest_first(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.len() as u32).collect();
        order.sort_by_key(|name| self.weights[*name as usize]);
        order
    }

    /// The text of names in an order, and where each begins.
    fn names_in(&self, order: &[u32]) -> (Vec<u8>, Vec<u32>) {
        let mut text = Vec::with_capacity(self.names.len());
        let mut starts = Vec::with_capacity(self.name_starts.len());
        for name in order {
            let run = &self.name_starts[*name as usize..*name as usize + 2];
            starts.push(text.len() as u32);
            text.extend_from_slice(&self.names[run[0] as usize..run[1] as usize]);
        }
        starts.push(text.len() as u32);
        (text, starts)
    }

    /// Names of each word, by counting.
    fn postings(&self, order: &[u32]) -> (Vec<u32>, Vec<u32>) {
        let mut starts = vec![0_u32; self.words.len() + 1];
        self.occurrences.iter().for_each(|word| starts[*word as usize + 1] += 1);
        for place in 1..starts.len() {
            starts[place] += starts[place - 1];
        }
        let mut next = starts.clone();
        let mut postings = vec![0; self.occurrences.len()];
        for (place, name) in (0..).zip(order) {
            let run = &self.occurrence_starts[*name as usize..*name as usize + 2];
            for word in &self.occurrences[run[0] as usize..run[1] as usize] {
                postings[next[*word as usize] as usize] = place;
                next[*word as usize] += 1;
            }
        }
        (starts, postings)
    }

    /// Reach keys in order, and where each front of them begins.
    fn keys(&self) -> (Vec<u32>, Vec<u8>) {
        let mut keys: Vec<(u32, u32)> = Vec::with_capacity(self.words.len() * 12);
        for (place, word) in self.words.iter().enumerate() {
            reach_keys(word, |key, _| keys.push((key, place as u32)));
        }
        keys.sort_unstable();
        keys.dedup();
        let mut fronts = vec![0_u32; FRONTS + 1];
        keys.iter().for_each(|(key, _)| fronts[(key >> 16) as usize + 1] += 1);
        for place in 1..fronts.len() {
            fronts[place] += fronts[place - 1];
        }
        let bytes = keys.iter().flat_map(|(key, word)| [key.to_le_bytes(), word.to_le_bytes()]).flatten().collect();
        (fronts, bytes)
    }

    fn words_text(&self) -> (Vec<u32>, Vec<u8>) {
        let mut starts = Vec::with_capacity(self.words.len() + 1);
        let mut text = Vec::new();
        for word in &self.words {
            starts.push(text.len() as u32);
            text.extend_from_slice(word.text.as_bytes());
        }
        starts.push(text.len() as u32);
        (starts, text)
    }
}

/// A word of a person's name.
pub(super) const PERSON: u8 = 1;
/// A word of a script without vowels.
pub(super) const CONSONANTS: u8 = 2;
/// A character that is a word.
pub(super) const CHARACTER: u8 = 4;
/// A word that is a place.
pub(super) const PLACE: u8 = 8;
/// A word that is a number.
pub(super) const NUMBER: u8 = 16;
/// The first letters of a name, for queries that have them only.
pub(super) const ACRONYM: u8 = 255;

fn kind_byte(token: &Token, person: bool) -> u8 {
    if token.text.as_bytes().first() == Some(&b'*') {
        return ACRONYM;
    }
    let script = match token.script {
        Script::Alphabet => 0,
        Script::Consonants => CONSONANTS,
        Script::Han | Script::Hangul => CHARACTER,
    };
    let kind = match token.kind {
        TokenKind::Place { .. } => PLACE,
        TokenKind::Number(_) => NUMBER,
        _ => 0,
    };
    script | kind | if person { PERSON } else { 0 }
}

/// A type that was given, in two bits.
pub(super) const GIVEN_TYPE: u8 = 3;
/// The name was read as a person's.
pub(super) const READ_AS_PERSON: u8 = 4;

/// There is an initial in it.
pub(super) const INITIAL: u8 = 8;

fn type_byte(given: NameType, read: &ParsedName) -> u8 {
    let given = match given {
        NameType::Unknown => 0,
        NameType::Person => 1,
        NameType::Organization => 2,
    };
    let initial = read.tokens.iter().any(|token| token.kind == TokenKind::Initial);
    let person = if read.name_type == NameType::Person { READ_AS_PERSON } else { 0 };
    given | person | if initial { INITIAL } else { 0 }
}

/// The first letters of a company's words, marked so that no word is taken for them.
pub(super) fn acronym(name: &ParsedName) -> Option<Token> {
    if name.name_type == NameType::Person || !(3..=8).contains(&name.tokens.len()) {
        return None;
    }
    let mut text = Text::from("*");
    name.tokens.iter().filter_map(|token| token.text.as_bytes().first()).for_each(|letter| text.push(*letter));
    Some(Token::bare(text, Script::Alphabet, false, false))
}

fn in_order<T: Copy>(values: &[T], order: &[u32]) -> Vec<T> {
    order.iter().map(|name| values[*name as usize]).collect()
}

pub(crate) fn flat(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}
