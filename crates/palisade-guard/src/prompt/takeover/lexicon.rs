//! Which concepts a word stands for, in any of fifteen languages.
//!
//! A concept is a class of words that say the same for the purpose of one sentence pattern: `cancel` for ignoring and
//! forgetting, `order` for instructions and prompts. Words are compared in lower case and without accents, and one
//! that is in no row stands for nothing.

use super::{
    super::words::is_nearly, asian::ASIAN, eastern::EASTERN, english::ENGLISH, english_deeds::ENGLISH_DEEDS,
    english_more::ENGLISH_MORE, western::WESTERN,
};
use std::{collections::BTreeMap, sync::LazyLock};

/// A concept and some words for it, with blanks between. `*` ends a beginning of a word.
pub(super) type Row = (&'static str, &'static str);

/// A set of concepts, one bit each.
pub(super) type Concepts = u128;

/// Concepts that no word has by itself: a model that is addressed with a colon or called upon, turns of a conversation, an address.
pub(super) const MODEL_LABEL: &str = "model-label";
pub(super) const USER_TURN: &str = "user-turn";
pub(super) const MODEL_TURN: &str = "model-turn";
pub(super) const ADDRESS: &str = "address";
/// A name in capital letters, and the beginning of a quotation.
pub(super) const SHOUTED: &str = "shouted";
pub(super) const QUOTED: &str = "quoted";

/// Words of attacks that are known with one mistake in them.
const MISSPELT: [&str; 8] =
    ["instructions", "instruction", "previous", "disregard", "guidelines", "restrictions", "password", "override"];

/// Shorter words become other words by one mistake.
const MISSPELT_BYTES_MIN: usize = 7;

/// The longest of them with a letter too many.
const MISSPELT_BYTES_MAX: usize = "instructions".len() + 1;

/// Mixtures of three bytes that are told apart.
const BUCKETS: usize = 4096;

/// All words, found by their first three bytes.
pub(super) struct Lexicon {
    names: Vec<&'static str>,
    buckets: Vec<Vec<Form>>,
}

/// One word, or the beginning of one.
struct Form {
    /// Its first eight bytes, and all bits of those that a word must have the same.
    head: u64,
    mask: u64,
    text: Box<str>,
    is_beginning: bool,
    of: Concepts,
}

impl Form {
    fn new(text: &str, is_beginning: bool, of: Concepts) -> Self {
        let mask = if is_beginning { within(text.len()) } else { u64::MAX };
        Self { head: head(text), mask, text: text.into(), is_beginning, of }
    }

    /// True when it stands for `word`, which begins with `head`.
    fn is(&self, word: &str, head: u64) -> bool {
        head & self.mask == self.head
            && if self.is_beginning { word.starts_with(&*self.text) } else { word == &*self.text }
    }
}

/// The first eight bytes of `text`, with zeros behind a shorter one.
pub(super) fn head(text: &str) -> u64 {
    match text.as_bytes().first_chunk() {
        Some(eight) => u64::from_le_bytes(*eight),
        None => text.bytes().rev().fold(0, |head, byte| head << 8 | u64::from(byte)),
    }
}

/// All bits of the first `bytes` of eight.
fn within(bytes: usize) -> u64 {
    if bytes < 8 { (1 << (8 * bytes)) - 1 } else { u64::MAX }
}

static TABLES: [&[Row]; 6] = [ENGLISH, ENGLISH_MORE, ENGLISH_DEEDS, WESTERN, EASTERN, ASIAN];

pub(super) static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(&TABLES));

impl Lexicon {
    fn new(tables: &[&'static [Row]]) -> Self {
        let mut names = vec![MODEL_LABEL, USER_TURN, MODEL_TURN, ADDRESS, SHOUTED, QUOTED];
        let mut forms: BTreeMap<(String, bool), Concepts> = BTreeMap::new();
        for (name, words) in tables.iter().copied().flatten() {
            let index = names.iter().position(|known| known == name).unwrap_or_else(|| {
                names.push(name);
                names.len() - 1
            });
            for word in words.split(' ').filter(|word| !word.is_empty()) {
                let form = (folded(word.trim_end_matches('*')), word.ends_with('*'));
                *forms.entry(form).or_default() |= 1 << index;
            }
        }
        let mut buckets: Vec<Vec<Form>> = (0..BUCKETS).map(|_| Vec::new()).collect();
        for ((text, is_beginning), of) in forms {
            buckets[bucket(text.as_bytes())].push(Form::new(&text, is_beginning, of));
        }
        Self { names, buckets }
    }

    /// The bit of the concept `name`; none for an unknown one.
    pub(super) fn concept(&self, name: &str) -> Concepts {
        self.names.iter().position(|known| *known == name).map_or(0, |index| 1 << index)
    }

    /// What `word`, folded, stands for.
    pub(super) fn concepts(&self, word: &str) -> Concepts {
        let (forms, head) = (self.buckets[bucket(word.as_bytes())].iter(), head(word));
        let of = forms.filter(|form| form.is(word, head)).fold(0, |of, form| of | form.of);
        if of != 0 || !(MISSPELT_BYTES_MIN..=MISSPELT_BYTES_MAX).contains(&word.len()) {
            return of;
        }
        let meant = MISSPELT.iter().find(|form| is_nearly(word, form));
        meant.map_or(0, |form| self.concepts(form))
    }

    /// The longest word that `text` begins with, where no blanks stand between words: what it stands for, and its bytes.
    pub(super) fn longest(&self, text: &str) -> Option<(Concepts, usize)> {
        let forms = self.buckets[bucket(text.as_bytes())].iter();
        let fitting = forms.filter(|form| text.starts_with(&*form.text));
        fitting.max_by_key(|form| form.text.len()).map(|form| (form.of, form.text.len()))
    }
}

fn bucket(bytes: &[u8]) -> usize {
    let byte = |index: usize| usize::from(bytes.get(index).copied().unwrap_or_default());
    (byte(0).wrapping_mul(0x9E5) ^ byte(1).wrapping_mul(0x3B) << 3 ^ byte(2).wrapping_mul(0x161)) % BUCKETS
}

/// `text` in lower case and without accents.
pub(super) fn folded(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    fold_onto(text, &mut plain);
    plain
}

/// Puts `text` in lower case and without accents behind `plain`.
pub(super) fn fold_onto(text: &str, plain: &mut String) {
    if text.is_ascii() {
        let from = plain.len();
        plain.push_str(text);
        plain[from..].make_ascii_lowercase();
        return;
    }
    for character in text.chars().flat_map(char::to_lowercase) {
        match character {
            'à'..='å' | 'ā' | 'ă' | 'ą' => plain.push('a'),
            'ç' | 'ć' | 'č' => plain.push('c'),
            'è'..='ë' | 'ę' | 'ě' => plain.push('e'),
            'ì'..='ï' | 'ı' => plain.push('i'),
            'ñ' | 'ń' => plain.push('n'),
            'ò'..='ö' | 'ø' | 'ő' => plain.push('o'),
            'ù'..='ü' | 'ű' => plain.push('u'),
            'ś' | 'š' | 'ş' => plain.push('s'),
            'ź' | 'ż' | 'ž' => plain.push('z'),
            'ł' => plain.push('l'),
            'ğ' => plain.push('g'),
            'ß' => plain.push_str("ss"),
            'ё' => plain.push('е'),
            'أ' | 'إ' | 'آ' => plain.push('ا'),
            'ى' => plain.push('ي'),
            '’' => plain.push('\''),
            // Marks that are often left out.
            '\u{300}'..='\u{36F}' | '\u{640}' | '\u{64B}'..='\u{652}' => {}
            other => plain.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LEXICON, Row, TABLES, folded};

    #[test]
    fn there_is_a_bit_for_every_concept() {
        assert!(LEXICON.names.len() <= 128);
        let rows: Vec<&Row> = TABLES.into_iter().flatten().collect();
        for (name, words) in rows {
            assert!(LEXICON.concept(name) != 0 && !words.is_empty(), "{name}");
            let beginnings = words.split(' ').filter_map(|word| word.strip_suffix('*'));
            beginnings.for_each(|word| assert!(folded(word).len() >= 3, "{word} is found by three bytes"));
        }
    }

    #[test]
    fn words_of_all_languages_stand_for_the_same() {
        for word in ["Ignore", "IGNORIERE", "ignorez", "olvida", "Забудьте", "zapomnij", "unut", "تجاهل", "अनदेखा"]
        {
            assert!(LEXICON.concepts(&folded(word)) & LEXICON.concept("cancel") != 0, "{word}");
        }
        for text in ["忽略之前", "無視して", "무시하고"] {
            let found = LEXICON.longest(text).map_or(0, |(of, _)| of);
            assert!(found & LEXICON.concept("cancel") != 0, "{text}");
        }
        assert_eq!(LEXICON.concepts("table"), 0);
    }
}
