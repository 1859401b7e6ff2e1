//! A name as it is written, cut into words of plain lower-case Latin letters and digits. Nothing is interpreted here but
//! script, case, marks and points.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization;

use super::characters::{JAPANESE, WORDS, simple_form};
use super::scripts::{Script, push_hangul, push_latin, script_of};
use super::text::Text;

/// Letters of a name that are looked at. Longer ones are cut, and say so.
pub const NAME_LETTERS_MAX: usize = 1_024;
/// Words of a name that are looked at.
pub const WORDS_MAX: usize = 32;

/// One word as folded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) text: Text,
    pub(super) script: Script,
    /// The character it was, where each is a word of its own.
    pub(super) original: Option<char>,
    /// It stood behind a hyphen.
    pub(super) hyphenated: bool,
}

/// Whether letters with points between them ("A.B.C.") are one word, as in names of companies, or initials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Points {
    Join,
    Part,
}

/// Cuts a name into words. The flag says that there was more than is looked at.
pub(super) fn fold(name: &str, points: Points) -> (Vec<Piece>, bool) {
    let mut folder = Folder::new(points);
    let mut letters = 0;
    if name.is_ascii() {
        for byte in name.bytes().take(NAME_LETTERS_MAX) {
            folder.ascii(byte);
        }
        letters = name.len();
    } else {
        let mut rest = name.nfkc().filter(|letter| !is_mark(*letter)).take(NAME_LETTERS_MAX).peekable();
        while let Some(letter) = rest.next() {
            letters += 1;
            folder.letter(letter, rest.peek().copied());
        }
        letters += usize::from(letters == NAME_LETTERS_MAX);
    }
    folder.end_word();
    let cut = letters > NAME_LETTERS_MAX || folder.pieces.len() > WORDS_MAX;
    folder.pieces.truncate(WORDS_MAX);
    (folder.pieces, cut)
}

/// The words of any text, in plain lower-case letters.
pub(crate) fn plain_words(text: &str) -> Vec<Text> {
    fold(text, Points::Join).0.into_iter().map(|piece| piece.text).collect()
}

/// Marks that sit on a letter, and controls that cannot be seen.
fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{ad}' | '\u{feff}')
}

struct Folder {
    points: Points,
    pieces: Vec<Piece>,
    word: String,
    /// The word in its own letters, where they are not Latin.
    own: String,
    script: Script,
    hyphen: bool,
    /// A run of characters that are words of their own.
    run: Vec<char>,
}

impl Folder {
    fn new(points: Points) -> Self {
        Self {
            points,
            pieces: Vec::with_capacity(8),
            word: String::with_capacity(16),
            own: String::new(),
            script: Script::Alphabet,
            hyphen: false,
            run: Vec::new(),
        }
    }

    fn ascii(&mut self, byte: u8) {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'.' | b'\'' => self.word.push(char::from(byte)),
            b'A'..=b'Z' => self.word.push(char::from(byte.to_ascii_lowercase())),
            b'`' | b'"' => {}
            b'-' => self.separate(true),
            _ => self.separate(false),
        }
    }

    fn letter(&mut self, letter: char, next: Option<char>) {
        if !self.run.is_empty() && !matches!(script_of(letter), Script::Han | Script::Hangul) {
            self.end_run();
        }
        match letter {
            '\0'..='\x7f' => self.ascii(letter as u8),
            '\u{2019}' | '\u{2018}' | '\u{02bc}' | '\u{02bb}' | '\u{02b9}' | '\u{02bf}' | '\u{02be}' => {
                self.word.push('\'');
            }
            '\u{2010}'..='\u{2015}' => self.separate(true),
            '々' => self.run.push(letter),
            _ if !letter.is_alphanumeric() && !is_vowel_sign(letter) => self.separate(false),
            _ => match script_of(letter) {
                script @ (Script::Han | Script::Hangul) => self.syllable(letter, script),
                script => {
                    self.script = script;
                    if script == Script::Consonants {
                        self.own.push(letter);
                    }
                    push_latin(letter, next, &mut self.word);
                }
            },
        }
    }

    fn syllable(&mut self, letter: char, script: Script) {
        if !self.word.is_empty() {
            self.end_word();
        }
        if self.run.last().is_some_and(|last| script_of(*last) != script) {
            self.end_run();
        }
        self.run.push(letter);
    }

    fn separate(&mut self, hyphen: bool) {
        self.end_word();
        self.hyphen = hyphen;
    }

    fn end_word(&mut self) {
        self.end_run();
        let word = std::mem::take(&mut self.word);
        let own = std::mem::take(&mut self.own);
        let script = std::mem::take(&mut self.script);
        if let Some(known) = known_word(&own) {
            self.push(known, Script::Alphabet);
        } else if script == Script::Consonants {
            let bare = if own.starts_with("ال") && word.len() > 4 { &word[2..] } else { &word };
            self.push(&bare.replace(['\'', '.'], ""), script);
        } else {
            self.end_pointed(&word);
        }
        self.word = word;
        self.word.clear();
    }

    /// A word in which points and apostrophes may stand.
    fn end_pointed(&mut self, word: &str) {
        if !word.bytes().any(|byte| matches!(byte, b'.' | b'\'')) {
            if !self.push_number_and_word(word) {
                self.push(word, Script::Alphabet);
            }
            return;
        }
        let word = word.trim_matches(['.', '\'']);
        let word = word.strip_suffix("'s").unwrap_or(word).replace('\'', "");
        let letters = word.split('.').filter(|part| !part.is_empty());
        if self.points == Points::Join && letters.clone().all(|part| part.len() == 1) {
            return self.push(&letters.collect::<String>(), Script::Alphabet);
        }
        for part in letters {
            self.push(part, Script::Alphabet);
        }
    }

    /// A number of several digits and the word that was written without a gap behind it.
    fn push_number_and_word(&mut self, word: &str) -> bool {
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = word.split_at(digits);
        let fits = digits > 2 && rest.len() > 2 && rest.bytes().all(|byte| byte.is_ascii_lowercase());
        if fits {
            self.push(number, Script::Alphabet);
            self.push(rest, Script::Alphabet);
        }
        fits
    }

    fn push(&mut self, text: &str, script: Script) {
        if !text.is_empty() {
            let hyphenated = std::mem::take(&mut self.hyphen);
            self.pieces.push(Piece { text: without_thirds(text), script, original: None, hyphenated });
        }
    }

    fn end_run(&mut self) {
        if self.run.is_empty() {
            return;
        }
        let run = std::mem::take(&mut self.run);
        let mut at = 0;
        while at < run.len() && self.pieces.len() <= WORDS_MAX {
            at += self.push_character(&run, at);
        }
    }

    /// Adds the word that begins at a place of a run, and says how many characters it has.
    fn push_character(&mut self, run: &[char], at: usize) -> usize {
        if let Some((length, reading)) = known_characters(&run[at..]) {
            reading.split(' ').for_each(|word| self.push(word, Script::Alphabet));
            return length;
        }
        let character = run[at];
        let script = script_of(character);
        let mut latin = String::new();
        if script == Script::Hangul {
            push_hangul(character, at == 0 && run.len() > 1 && run.len() < 5, &mut latin);
        } else {
            push_latin(character, None, &mut latin);
        }
        if !latin.is_empty() {
            let original = Some(simple_form(character));
            self.pieces.push(Piece { text: Text::from(latin.as_str()), script, original, hyphenated: false });
        }
        1
    }
}

/// No word has a letter three times in a row, but for numerals.
fn without_thirds(text: &str) -> Text {
    let bytes = text.as_bytes();
    let third = |at: usize| at > 1 && bytes[at] == bytes[at - 1] && bytes[at] == bytes[at - 2];
    let is_slip = |at: usize| third(at) && bytes[at].is_ascii_alphabetic() && bytes[at] != b'i';
    if bytes.len() < 5 || !(2..bytes.len()).any(is_slip) {
        return Text::from(text);
    }
    let mut plain = Text::default();
    (0..bytes.len()).filter(|at| !is_slip(*at)).for_each(|at| plain.push(bytes[at]));
    plain
}

/// Vowel signs of Indian and other scripts are marks, but letters to us.
fn is_vowel_sign(letter: char) -> bool {
    script_of(letter) == Script::Consonants
}

fn known_word(own: &str) -> Option<&'static str> {
    if own.is_empty() {
        return None;
    }
    let find = |word: &str| WORDS.iter().find(|(known, _)| *known == word).map(|(_, latin)| *latin);
    find(own).or_else(|| find(own.strip_prefix("ال")?))
}

fn known_characters(run: &[char]) -> Option<(usize, &'static str)> {
    static KNOWN: LazyLock<FxHashMap<Vec<char>, &str>> =
        LazyLock::new(|| JAPANESE.iter().map(|(written, reading)| (written.chars().collect(), *reading)).collect());
    (2..=run.len().min(6)).rev().find_map(|length| Some((length, *KNOWN.get(&run[..length])?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(name: &str) -> String {
        let (pieces, _) = fold(name, Points::Join);
        pieces.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn names_of_many_scripts_become_latin_words() {
        for (name, words) in [
            ("Владимир Путин", "vladimir putin"),
            ("Κυριάκος Μητσοτάκης", "kyriakos mitsotakis"),
            ("محمد علي", "mohammed ali"),
            ("김정은", "kim jeong eun"),
            ("习近平", "xi jin ping"),
            ("山田太郎", "yamada taro"),
            ("A.B.C. Company", "abc company"),
            ("Deutsche Bank's", "deutsche bank"),
            ("Mu'tassim", "mutassim"),
            ("ＳＭＩＴＨ ﬁlms", "smith films"),
            ("Erdoğan İlker", "erdogan ilker"),
            ("Straße", "strasse"),
            ("\u{202e}evil\u{200b}name", "evilname"),
            ("🙂", ""),
            ("", ""),
        ] {
            assert_eq!(folded(name), words, "{name}");
        }
    }

    #[test]
    fn long_names_are_cut_and_say_so() {
        let (pieces, cut) = fold(&"ab ".repeat(10_000), Points::Join);
        assert!(cut);
        assert_eq!(pieces.len(), WORDS_MAX);
        assert!(fold(&"漢".repeat(10_000), Points::Part).1);
        assert!(!fold("Igor Sechin", Points::Part).1);
    }
}
