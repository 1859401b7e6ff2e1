//! Finds names in an index.

use super::build::{ACRONYM, CONSONANTS, GIVEN_TYPE, INITIAL, NUMBER, PERSON, PLACE, READ_AS_PERSON, acronym};
use super::flat::{FRONTS, IndexError, Layout, Section, numbers, position};
use super::keys::{letters_key, reach_keys};
use super::turns::{Cells, List, Reached, Scratch, Words};
use crate::matching::{letters_similarity, word_similarity};
use crate::names::{NameType, ParsedName, Script, Text, Token, TokenKind};
use bytes::Bytes;

/// An index over bytes, in memory or mapped.
#[derive(Clone, Debug)]
pub struct NameIndex {
    bytes: Bytes,
    layout: Layout,
}

/// A name that may be the one asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// The number of the name in the index.
    pub name: u32,
    /// The entity that bears it.
    pub entity: u32,
    /// How much of the query and of the name was reached, 0 to 1.
    pub coverage: f32,
}

/// Names found, the best covered first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Candidates {
    /// The names.
    pub names: Vec<Candidate>,
    /// Every name of the index with more coverage than this is among them.
    pub complete_above: f32,
}

/// Of what a coverage is a share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Covered {
    /// Of the query and the listed name together.
    #[default]
    Both,
    /// Of the query: names that have much besides are found as well.
    Query,
    /// Of the listed name.
    Listed,
}

/// Which names are wanted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wanted {
    /// At most so many.
    pub limit: usize,
    /// Covered more than this.
    pub above: f32,
    /// Of what coverage is a share.
    pub covered: Covered,
    /// Whether people of two names and more must share two words, initials aside: those who share one are not taken for
    /// the same.
    pub two_words: bool,
}

impl Wanted {
    /// At most `limit` names, covered as much as names must be to be taken for the same.
    pub fn most(limit: usize) -> Self {
        Self { limit, above: COVERAGE_MIN, covered: Covered::Both, two_words: false }
    }
}

/// Names covered less than this are taken for others.
const COVERAGE_MIN: f32 = 0.4;
/// Weights are counted in this part of one.
const UNIT: f32 = 256.0;
/// The weight of a name is kept in such parts of one.
pub(super) const WEIGHT_PARTS: f32 = 16.0;
/// Words from this length on may be two words in a list.
const SPLIT_MIN: usize = 6;

impl NameIndex {
    /// Opens an index.
    ///
    /// # Errors
    ///
    /// `Foreign`, `Version` or `Damaged`, when the bytes are not an index of this version, whole.
    pub fn open(bytes: impl Into<Bytes>) -> Result<Self, IndexError> {
        let bytes = bytes.into();
        let layout = Layout::check(bytes.as_ref())?;
        Ok(Self { bytes, layout })
    }

    /// The bytes, to be written to a file.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.as_ref()
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.layout.count(Section::Entities)
    }

    /// Whether there is no name.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A name as it was given.
    pub fn name(&self, name: u32) -> Option<&str> {
        std::str::from_utf8(self.part(Section::NameStarts, Section::Names, name, 1)?).ok()
    }

    /// The entity that bears a name.
    pub fn entity(&self, name: u32) -> Option<u32> {
        self.layout.number(self.bytes.as_ref(), Section::Entities, name as usize)
    }

    /// The type with which a name was given.
    pub fn name_type(&self, name: u32) -> NameType {
        match self.section(Section::Types).get(name as usize).map(|byte| byte & GIVEN_TYPE) {
            Some(1) => NameType::Person,
            Some(2) => NameType::Organization,
            _ => NameType::Unknown,
        }
    }

    /// The names that may be the one asked for.
    pub fn search(&self, query: &ParsedName, wanted: Wanted, scratch: &mut Scratch) -> Candidates {
        scratch.begin(self.len(), self.section(Section::WordKinds).len());
        query.tokens.iter().for_each(|token| self.turn(query, token, (token.weight, 1), scratch));
        self.turns_joined(query, scratch);
        let names = |word| self.names_of(word);
        let lighter = |reached, other_type| self.lighter(heaviest(query, wanted, reached, other_type));
        let Scratch { plan, cells, .. } = scratch;
        plan.bring_in(cells, names, lighter);
        self.reach_split(query, cells);
        self.reach_acronyms(query, cells);
        plan.count_rest(cells, names);
        self.gather(query, wanted, cells)
    }

    /// Takes down the words that are like a word of the query.
    fn turn(&self, query: &ParsedName, token: &Token, (weight, count): (f32, u8), scratch: &mut Scratch) {
        let kinds = self.section(Section::WordKinds);
        let lists = self.words_reached(token, &mut scratch.words).iter().map(|Reached { word, alike, .. }| {
            let of_people = kinds.get(*word as usize).is_some_and(|kind| kind & PERSON != 0);
            let other_type = of_people != (query.name_type == NameType::Person);
            List::new(*word, self.names_of(*word).len() / 4, (weight * alike * UNIT) as u16, other_type)
        });
        scratch.plan.take(count, lists);
    }

    /// The names with a word, the lightest first.
    fn names_of(&self, word: u32) -> &[u8] {
        self.part(Section::PostingStarts, Section::Postings, word, 4).unwrap_or_default()
    }

    /// How many names are not heavier than this: they come first.
    fn lighter(&self, weight: f32) -> u32 {
        // What is kept is a little less than what was weighed.
        let most = (weight * WEIGHT_PARTS).ceil();
        self.section(Section::Weights).partition_point(|name| f32::from(*name) <= most) as u32
    }

    /// The words of the index that share a reach key with a word and are like it, the most alike first.
    fn words_reached<'w>(&self, token: &Token, words: &'w mut Words) -> &'w [Reached] {
        words.clear();
        reach_keys(token, |key, by_key| self.keyed(key).for_each(|word| words.take(word, by_key)));
        words.weigh(|reached| self.alike(token, reached))
    }

    /// How alike a word and a word of the index are; 0 when they are different words.
    fn alike(&self, token: &Token, Reached { word, by_key, .. }: Reached) -> f32 {
        let (Some(bytes), Some(kind)) = (self.word_bytes(word), self.section(Section::WordKinds).get(word as usize))
        else {
            return 0.0;
        };
        if bytes == token.text.as_bytes() {
            return 1.0;
        }
        if *kind == ACRONYM {
            return 0.0;
        }
        // Nearly all words are told apart by their letters, and never become tokens again.
        let plain = token.kind == TokenKind::Word && token.script == Script::Alphabet;
        if plain && kind & (CONSONANTS | PLACE | NUMBER) == 0 {
            let by_letters = letters_similarity(token, bytes);
            if by_key { by_letters.max(KEY_ALIKE) } else { by_letters }
        } else {
            word_similarity(token, &word_of(bytes, *kind))
        }
    }

    /// Words of the query in a row that may be one word in a list.
    fn turns_joined(&self, query: &ParsedName, scratch: &mut Scratch) {
        for run in (2..=4).flat_map(|length| query.tokens.windows(length)) {
            if run.iter().any(|token| matches!(token.kind, TokenKind::Number(_) | TokenKind::Code)) {
                continue;
            }
            let mut text = Text::default();
            run.iter().for_each(|token| text.push_text(&token.text));
            let weight: f32 = run.iter().map(|token| token.weight).sum();
            let joined = Token::bare(text, Script::Alphabet, false, false);
            self.turn(query, &joined, (weight, run.len() as u8), scratch);
        }
    }

    /// A word of the query that may be two words in a list.
    fn reach_split(&self, query: &ParsedName, cells: &mut Cells) {
        for token in query.tokens.iter().filter(|token| token.kind == TokenKind::Word && token.text.len() >= SPLIT_MIN)
        {
            let text = token.text.as_str();
            for at in 2..text.len() - 1 {
                let (front, back) = (self.exact(&text[..at]), self.exact(&text[at..]));
                for (front, back) in front.iter().flat_map(|front| back.iter().map(move |back| (*front, *back))) {
                    let (fewer, more) = if front.len() <= back.len() { (front, back) } else { (back, front) };
                    for name in numbers(fewer).filter(|name| holds(more, *name)) {
                        cells.add(&name.to_le_bytes(), ((token.weight * UNIT) as u16, 2), u8::MAX);
                    }
                }
            }
        }
    }

    /// Names whose first letters are the query, and the other way round.
    fn reach_acronyms(&self, query: &ParsedName, cells: &mut Cells) {
        if query.name_type == NameType::Person && query.tokens.len() > 1 {
            return;
        }
        let weight = (query.tokens.iter().map(|token| token.weight).sum::<f32>() * UNIT) as u16;
        if let [word] = query.tokens.as_slice() {
            let names = self.exact(&format!("*{}", word.text.as_str()));
            names.into_iter().for_each(|names| cells.add(names, (weight, 2), u8::MAX - 1));
        } else if let Some(letters) = acronym(query) {
            let names = self.exact(&letters.text.as_str()[1..]);
            names.into_iter().for_each(|names| cells.add(names, (weight, 2), u8::MAX - 1));
        }
    }

    /// The names with a word of exactly these letters; the word may be there in several senses.
    fn exact(&self, text: &str) -> Vec<&[u8]> {
        let words = self.keyed(letters_key(&Text::from(text)));
        let same = words.filter(|word| self.word_bytes(*word) == Some(text.as_bytes()));
        same.map(|word| self.names_of(word)).collect()
    }

    /// The words that have a reach key.
    fn keyed(&self, key: u32) -> impl Iterator<Item = u32> + '_ {
        let (from, to) = self.front(key);
        let keys = self.section(Section::Keys).get(from * 8..to * 8).unwrap_or_default();
        let same = keys[first_of(keys, key) * 8..].chunks_exact(8);
        same.take_while(move |entry| entry[..4] == key.to_le_bytes()).filter_map(|entry| numbers(&entry[4..]).next())
    }

    /// The names covered enough, the best first.
    fn gather(&self, query: &ParsedName, wanted: Wanted, cells: &Cells) -> Candidates {
        let (name_weights, types) = (self.section(Section::Weights), self.section(Section::Types));
        let is_person = query.name_type == NameType::Person;
        let two_words = wanted.two_words && is_person && whole_words(query) > 1;
        let covered = cells.counted().filter_map(|(name, cell)| {
            let of_type = *types.get(name as usize)?;
            // Most names that are reached share one word of two, and are done with here.
            if two_words && cell.words < 2 && of_type & (READ_AS_PERSON | INITIAL) == READ_AS_PERSON {
                return None;
            }
            let name_weight = f32::from(*name_weights.get(name as usize)?) / WEIGHT_PARTS;
            // A word of little weight in one is a whole name in the other, when one of them is read as it should not be.
            let misread = (query.guessed || of_type & GIVEN_TYPE == 0) && (of_type & READ_AS_PERSON != 0) != is_person;
            let whole = match wanted.covered {
                _ if misread => query.weight.min(name_weight),
                Covered::Both => f32::midpoint(query.weight, name_weight),
                Covered::Query => query.weight,
                Covered::Listed => name_weight,
            };
            let coverage = (f32::from(cell.weight) / UNIT / whole.max(0.05)).min(1.0);
            (coverage > wanted.above).then_some((coverage, name))
        });
        let mut found: Vec<(f32, u32)> = covered.collect();
        let order = |one: &(f32, u32), other: &(f32, u32)| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1));
        let mut complete_above = wanted.above;
        if found.len() > wanted.limit {
            let (_, first_out, _) = found.select_nth_unstable_by(wanted.limit, order);
            complete_above = first_out.0;
            found.truncate(wanted.limit);
        }
        found.sort_unstable_by(order);
        let candidate = |(coverage, name): &(f32, u32)| {
            Some(Candidate { name: *name, entity: self.entity(*name)?, coverage: *coverage })
        };
        Candidates { names: found.iter().filter_map(candidate).collect(), complete_above }
    }

    fn front(&self, key: u32) -> (usize, usize) {
        let place = (key >> 16) as usize % FRONTS;
        let start = |place| self.layout.number(self.bytes.as_ref(), Section::KeyFronts, place).unwrap_or(0) as usize;
        let (from, to) = (start(place), start(place + 1));
        (from.min(to), to)
    }

    fn word_bytes(&self, word: u32) -> Option<&[u8]> {
        self.part(Section::WordStarts, Section::Words, word, 1)
    }

    pub(crate) fn part(&self, starts: Section, section: Section, place: u32, width: usize) -> Option<&[u8]> {
        self.layout.part(self.bytes.as_ref(), starts, section, place as usize, width)
    }

    pub(crate) fn section(&self, section: Section) -> &[u8] {
        self.layout.section(self.bytes.as_ref(), section)
    }
}

/// Words that are no initials.
fn whole_words(name: &ParsedName) -> usize {
    name.tokens.iter().filter(|token| token.kind != TokenKind::Initial).count()
}

/// What words of one family key or one group of spellings count, at the least that a comparison gives them.
const KEY_ALIKE: f32 = 0.9;

/// A word as it is kept, made a token again.
fn word_of(bytes: &[u8], kind: u8) -> Token {
    let text = Text::from_ascii(bytes);
    let script = if kind & CONSONANTS != 0 { Script::Consonants } else { Script::Alphabet };
    Token::bare(text, script, kind & PLACE != 0, kind & NUMBER != 0)
}

/// The first of the entries, of eight bytes each, whose key is not less.
pub(crate) fn partition_point(keys: &[u8], key: u32) -> usize {
    let (mut low, mut high) = (0, keys.len() / 8);
    while low < high {
        let middle = usize::midpoint(low, high);
        if numbers(&keys[middle * 8..middle * 8 + 4]).next() < Some(key) { low = middle + 1 } else { high = middle }
    }
    low
}

/// The same among entries whose keys have the upper half in common. Keys are hashes, so that the lower half tells about
/// where one stands; from there it is looked for in growing steps.
fn first_of(keys: &[u8], key: u32) -> usize {
    let count = keys.len() / 8;
    let is_before = |place: usize| numbers(&keys[place * 8..place * 8 + 4]).next() < Some(key);
    let guess = ((key & 0xffff) as usize * count) >> 16;
    let (mut low, mut high, mut step) = (guess, guess, 4);
    while high < count && is_before(high) {
        (low, high, step) = (high + 1, (high + step).min(count), step * 2);
    }
    while low > 0 && !is_before(low - 1) {
        (low, high, step) = (low.saturating_sub(step), low - 1, step * 2);
    }
    low + partition_point(&keys[low * 8..high * 8], key)
}

/// Whether an ascending run of numbers has one.
fn holds(run: &[u8], number: u32) -> bool {
    numbers(&run[position(run, number) * 4..]).next() == Some(number)
}

/// The weight of the heaviest name that is covered enough when no more than `reached` of it, in parts, is reached.
fn heaviest(query: &ParsedName, wanted: Wanted, reached: u32, other_type: bool) -> f32 {
    let reached = reached as f32 / UNIT;
    let any_if = |enough: bool| if enough { f32::MAX } else { 0.0 };
    let of_query = reached > wanted.above * query.weight;
    let read_alike = match wanted.covered {
        Covered::Both => 2.0 * reached / wanted.above - query.weight,
        Covered::Query => any_if(of_query),
        Covered::Listed => reached / wanted.above,
    };
    // One of both may have been read as what it is not, and then the lighter of both is to be covered.
    let misread = if other_type { any_if(of_query).max(reached / wanted.above) } else { 0.0 };
    read_alike.max(misread)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_a_key_is_found_wherever_keys_gather() {
        let mut random = fastrand::Rng::with_seed(1);
        for round in 0..200 {
            let count = random.usize(0..300);
            let crowd = random.u32(0..0x1_0000);
            let key = |random: &mut fastrand::Rng| if round % 2 == 0 { random.u32(0..0x1_0000) } else { crowd };
            let mut keys: Vec<u32> = (0..count).map(|_| 0xABCD_0000 | key(&mut random)).collect();
            keys.sort_unstable();
            let bytes: Vec<u8> = keys.iter().flat_map(|key| [key.to_le_bytes(), [0; 4]].concat()).collect();
            let asked = [0, 0xFFFF, crowd, crowd.saturating_sub(1), random.u32(0..0x1_0000)];
            for key in asked.into_iter().map(|key| 0xABCD_0000 | key).chain(keys.iter().copied()) {
                assert_eq!(first_of(&bytes, key), keys.partition_point(|known| *known < key), "{key:x} of {keys:x?}");
            }
        }
    }
}
