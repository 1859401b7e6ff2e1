//! A name made ready for comparison: folded, read without what is not the name (titles, legal forms, particles), its
//! words known for what they are and weighted by how rare they are.

use super::characters::pinyin_of;
use super::fold::{Piece, Points, fold};
use super::legal_forms::FormClass;
use super::lexicon::{Lexicon, Meaning, Place, Word};
use super::mend::{compound, mend_organization, parted_servant};
use super::numbers::{digits, roman};
use super::rarity::weight;
use super::scripts::Script;
use super::spelling::{bare_consonants, family_key};
use super::text::Text;
use crate::entity::EntityType;

/// Whose name it is, as far as that changes how it is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum NameType {
    /// A human being: titles and particles are left out.
    Person,
    /// A company, a ship or another thing: legal forms are left out, numbers and places are told.
    Organization,
    /// Not known: what the words say decides.
    #[default]
    Unknown,
}

impl From<EntityType> for NameType {
    fn from(entity_type: EntityType) -> Self {
        match entity_type {
            EntityType::Person => Self::Person,
            EntityType::Unknown => Self::Unknown,
            _ => Self::Organization,
        }
    }
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TokenKind {
    /// A word of the name.
    Word,
    /// One letter that stands for a name.
    Initial,
    /// A number, by its value.
    Number(u32),
    /// A code of letters and digits.
    Code,
    /// A country, region or town.
    Place {
        /// The place, whatever it is called.
        id: u16,
        /// Wider than a country.
        wide: bool,
    },
}

/// A word of a name that takes part in the comparison.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    /// In plain lower-case letters.
    pub text: Text,
    /// What it is.
    pub kind: TokenKind,
    /// What it counts, above 0, at most 1: rare words count most.
    pub weight: f32,
    pub(crate) key: Text,
    pub(crate) bones: Text,
    pub(crate) letters: u32,
    pub(crate) word: Option<&'static Word>,
    pub(crate) script: Script,
    pub(crate) original: Option<char>,
    /// The father's name, behind bin or ibn.
    pub(crate) child_of: bool,
}

/// A name ready for comparison.
#[derive(Clone, Debug, Default)]
pub struct ParsedName {
    /// Words that are compared, in their order.
    pub tokens: Vec<Token>,
    /// All words as they are written, titles and legal forms among them.
    pub words: Vec<Text>,
    /// Legal forms that were read.
    pub forms: Vec<FormClass>,
    /// How it was read.
    pub name_type: NameType,
    /// There was more than is looked at.
    pub cut: bool,
    /// Nothing but titles, legal forms or numbers: says little.
    pub hollow: bool,
    /// Its type was not given.
    pub(crate) guessed: bool,
    pub(crate) weight: f32,
    pub(crate) letters: f32,
}

impl ParsedName {
    /// Reads a name. Never fails; a name without letters and digits has no tokens.
    pub fn parse(name: &str, name_type: NameType) -> Self {
        let given_first = match name_type {
            NameType::Person => given_first(name),
            // Behind the comma may stand a legal form as well.
            NameType::Unknown => given_first(name).filter(|_| !ends_in_form(name)),
            NameType::Organization => None,
        };
        Self::parse_in_order(given_first.as_deref().unwrap_or(name), name_type)
    }

    /// Reads a name whose words stay as they stand, a family name before its comma too.
    pub(crate) fn parse_in_order(name: &str, name_type: NameType) -> Self {
        let points = if name_type == NameType::Person { Points::Part } else { Points::Join };
        let guessed = name_type == NameType::Unknown;
        let (mut pieces, cut) = fold(name, points);
        let name_type = if name_type == NameType::Person {
            name_type
        } else {
            let mut mended = pieces.clone();
            mend_organization(&mut mended);
            let name_type = if name_type == NameType::Unknown { guess(&mended) } else { name_type };
            if name_type == NameType::Organization {
                pieces = mended;
            }
            name_type
        };
        let words = pieces.iter().map(|piece| piece.text).collect();
        let mut reader = Reader { pieces: &pieces, name: Self { name_type, guessed, cut, words, ..Self::default() } };
        match name_type {
            NameType::Person => reader.read_person(),
            _ => reader.read_organization(),
        }
        reader.name.weigh()
    }

    /// Whether it has one letter or digit and no more, which says nothing of anybody. A character may be a whole name.
    pub fn is_too_short(&self) -> bool {
        let one = |token: &Token| token.text.len() == 1 && !matches!(token.script, Script::Han | Script::Hangul);
        matches!(self.tokens.as_slice(), [token] if one(token))
    }

    fn weigh(mut self) -> Self {
        for token in &mut self.tokens {
            token.weight = weight(token, self.name_type);
            self.weight += token.weight;
            self.letters += token.weight * token.text.len() as f32;
        }
        self
    }

    /// The words compared, with a blank between them.
    pub fn folded(&self) -> String {
        self.tokens.iter().map(|token| token.text.as_str()).collect::<Vec<_>>().join(" ")
    }
}

/// "FAMILY, Given" in the order in which it is said, so that words which belong together stand together.
fn given_first(name: &str) -> Option<String> {
    let (family, given) = name.split_once(',')?;
    (!given.contains(',') && !given.trim().is_empty()).then(|| format!("{given} {family}"))
}

/// Whether there is nothing but a legal form behind the comma.
fn ends_in_form(name: &str) -> bool {
    let behind = name.split_once(',').map_or("", |(_, behind)| behind);
    let (pieces, _) = fold(behind, Points::Join);
    phrase_at(&pieces, 0).is_some_and(|(length, meaning)| matches!(meaning, Meaning::Form(_)) && length == pieces.len())
}

/// Legal forms, words of companies and numbers make a company; all else is a person.
fn guess(pieces: &[Piece]) -> NameType {
    let lexicon = Lexicon::get();
    let tells = |(at, piece): (usize, &Piece)| {
        let text = piece.text.as_str();
        let word = lexicon.word(text).is_some_and(|word| word.company_weight > 0.0 && !word.honorific);
        let form = phrase_at(pieces, at).is_some_and(|(length, meaning)| {
            let outside = at == 0 && length < pieces.len() || at + length == pieces.len();
            let plain = length > 1 || text.len() > 2 || at > 0 && matches!(text, "co" | "kg" | "bv" | "nv");
            matches!(meaning, Meaning::Form(_)) && plain && outside
        });
        word || form || text.bytes().next().is_some_and(|byte| byte.is_ascii_digit())
    };
    if pieces.iter().enumerate().any(tells) { NameType::Organization } else { NameType::Person }
}

/// The longest phrase that begins at a word.
pub(super) fn phrase_at(pieces: &[Piece], at: usize) -> Option<(usize, Meaning)> {
    let rest = &pieces[at..];
    let fits = |words: &[&str]| {
        words.len() <= rest.len() && words.iter().zip(rest).all(|(word, piece)| *word == piece.text.as_str())
    };
    let phrases = Lexicon::get().phrases(rest.first()?.text.as_str());
    phrases.iter().find(|phrase| fits(&phrase.words)).map(|phrase| (phrase.words.len(), phrase.meaning))
}

struct Reader<'a> {
    pieces: &'a [Piece],
    name: ParsedName,
}

impl Reader<'_> {
    fn read_organization(&mut self) {
        let mut at = 0;
        while at < self.pieces.len() {
            at += self.read_organization_word(at);
        }
        if self.name.tokens.is_empty() {
            self.read_hollow();
        }
        self.read_last_roman();
    }

    fn read_organization_word(&mut self, at: usize) -> usize {
        let piece = &self.pieces[at];
        match phrase_at(self.pieces, at) {
            Some((length, Meaning::Form(class))) => {
                self.name.forms.push(class);
                return length;
            }
            Some((length, Meaning::Place(Place { id, wide }))) => {
                let mut text = piece.text;
                self.pieces[at + 1..at + length].iter().for_each(|more| text.push_text(&more.text));
                self.push(Token { kind: TokenKind::Place { id, wide }, ..token(piece, text) });
                return length;
            }
            None => {}
        }
        if let Some((length, value)) = self.number_at(at) {
            let text = Text::from(value.to_string().as_str());
            self.push(Token { kind: TokenKind::Number(value), ..token(piece, text) });
            return length;
        }
        let made = token(piece, piece.text);
        if !made.word.is_some_and(|word| word.stop) {
            self.push(made);
        }
        1
    }

    /// A number in digits or in words, and how many words it has.
    fn number_at(&self, at: usize) -> Option<(usize, u32)> {
        let text = self.pieces[at].text;
        if let Some(value) = digits(text.as_str()) {
            return Some((1, value));
        }
        if text.len() > 1
            && at > 0
            && let Some(value) = roman(text.as_str())
        {
            return Some((1, value));
        }
        let lexicon = Lexicon::get();
        let value = lexicon.word(text.as_str())?.number?;
        let unit = self.pieces.get(at + 1).and_then(|next| lexicon.word(next.text.as_str())?.number);
        match unit {
            Some(unit @ 1..=9) if value >= 20 && value % 10 == 0 => Some((2, value + unit)),
            _ => Some((1, value)),
        }
    }

    /// A single i, v or x is a number when it stands last behind other words.
    fn read_last_roman(&mut self) {
        let several = self.name.tokens.len() > 1;
        if let Some(last) = self.name.tokens.last_mut().filter(|last| several && last.kind == TokenKind::Initial)
            && let Some(value) = roman(last.text.as_str())
        {
            last.kind = TokenKind::Number(value);
            last.text = Text::from(value.to_string().as_str());
        }
    }

    fn read_person(&mut self) {
        let lexicon = Lexicon::get();
        let mut child_of = false;
        let mut at = 0;
        while at < self.pieces.len() {
            let piece = &self.pieces[at];
            let word = lexicon.word(piece.text.as_str());
            if word.is_some_and(|word| (word.particle || word.honorific) && !is_name_here(word, self.pieces, at)) {
                child_of |= word.is_some_and(|word| word.child_of);
                at += 1;
                continue;
            }
            let (length, text, more) = person_words(self.pieces, at);
            let mut made = token(piece, text);
            made.child_of = std::mem::take(&mut child_of);
            self.push(made);
            if let Some(text) = more {
                self.push(token(piece, text));
            }
            at += length;
        }
        if self.name.tokens.is_empty() {
            self.read_hollow();
        }
    }

    /// Nothing but titles or legal forms: then they are the name.
    fn read_hollow(&mut self) {
        self.name.hollow = !self.pieces.is_empty();
        self.name.forms.clear();
        for piece in self.pieces {
            let made = token(piece, piece.text);
            self.push(made);
        }
    }

    fn push(&mut self, token: Token) {
        self.name.tokens.push(token);
    }
}

/// Honorifics of one letter's length are no titles where they stand between names ("Ali M Hassan"), nor is a particle
/// that ends the name.
fn is_name_here(word: &Word, pieces: &[Piece], at: usize) -> bool {
    pieces[at].original.is_some()
        || pieces[at].text.len() == 1
        || (word.particle && !word.honorific && at + 1 == pieces.len() && at > 0)
}

impl Token {
    /// A word by its text alone, as an index keeps it.
    pub(crate) fn bare(text: Text, script: Script, is_place: bool, is_number: bool) -> Self {
        let piece = Piece { text, script, original: None, hyphenated: false };
        let mut made = token(&piece, text);
        if is_place && let Some(Place { id, wide }) = Lexicon::get().place(text.as_str()) {
            made.kind = TokenKind::Place { id, wide };
        }
        if is_number && let Some(value) = digits(text.as_str()) {
            made.kind = TokenKind::Number(value);
        }
        made
    }
}

fn token(piece: &Piece, text: Text) -> Token {
    let key = family_key(&text);
    let digits = text.as_bytes().iter().filter(|byte| byte.is_ascii_digit()).count();
    let kind = match text.len() {
        1 if digits == 0 && piece.original.is_none() => TokenKind::Initial,
        _ if digits > 0 => TokenKind::Code,
        _ => TokenKind::Word,
    };
    Token {
        text,
        kind,
        weight: 1.0,
        key,
        bones: if piece.script == Script::Alphabet { Text::default() } else { bare_consonants(&key) },
        letters: text.letters(),
        word: Lexicon::get().word(text.as_str()),
        script: piece.script,
        original: piece.original,
        child_of: false,
    }
}

/// The words that a word of a person's name is: a compound of Arabic is two ("Abdulrahman" is abd and rahman, as
/// "Abd al-Rahman" is; "Saifuddin" is saif and din), so that it is the same written together or apart, in any order.
fn person_words(pieces: &[Piece], at: usize) -> (usize, Text, Option<Text>) {
    let piece = &pieces[at];
    if piece.original.is_some() {
        return (1, piece.text, None);
    }
    let after = |gap: usize| pieces.get(at + gap).map(|piece| piece.text.as_str()).unwrap_or_default();
    let text = piece.text.as_str();
    if matches!(text, "mc" | "mac") && after(1).len() > 2 {
        return (2, joined(text, after(1)), None);
    }
    if pieces.get(at + 1).is_some_and(|next| next.hyphenated)
        && let Some((one, other)) = pinyin_of(text, after(1))
    {
        return (2, joined(one, other), None);
    }
    if let Some(back) = parted_servant(text, after(1)) {
        return (2, Text::from("abd"), Some(back));
    }
    match compound(text) {
        Some((front, back)) => (1, front, Some(back)),
        None => (1, plain_word(text, piece.text), None),
    }
}

fn joined(one: &str, other: &str) -> Text {
    let mut text = Text::from(one);
    text.push_text(&Text::from(other));
    text
}

/// A word with one form for parts of compounds that stand alone, and with digits that stand for letters made letters.
fn plain_word(text: &str, whole: Text) -> Text {
    match text {
        "abdul" | "abdel" | "abdal" | "abdur" | "abdus" | "abdoul" | "abdool" => return Text::from("abd"),
        "deen" | "dine" | "dien" | "eddine" | "uddin" | "eddin" => return Text::from("din"),
        "abou" | "aboo" => return Text::from("abu"),
        _ => {}
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits == 0 || digits * 2 >= text.len() {
        return whole;
    }
    let letters: String = text.chars().map(letter_of_digit).collect();
    Text::from(letters.as_str())
}

fn letter_of_digit(letter: char) -> char {
    match letter {
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        '7' => 't',
        '8' => 'b',
        other => other,
    }
}
