//! Words in which letters of one script may stand for those of another.

use super::script::is_plain_letter;
use crate::text::View;
use std::ops::Range;

/// Bytes looked at on either side of a letter for the word that it stands in; a domain name has at most 253.
const TOKEN_BYTES_MAX: usize = 256;

/// Bytes looked at on either side of a word for text of the script that its strange letters are of.
const NATIVE_BYTES_MAX: usize = 128;

/// What it costs to look up what a byte's character looks like, in bytes that could be looked at in the time.
pub(super) const LOOK_ALIKE_EFFORT: usize = 64;

/// Bytes that are passed over at once when no Latin letter stands in them.
const SKIP_BYTES_MAX: usize = 4096;

/// The letters of other scripts that most look like Latin ones. Cyrillic, Greek, Armenian, Cherokee, Lisu, Coptic.
pub(super) const NEEDLES: &[&[u8]] = &[
    "А".as_bytes(),
    "В".as_bytes(),
    "Е".as_bytes(),
    "К".as_bytes(),
    "М".as_bytes(),
    "Н".as_bytes(),
    "О".as_bytes(),
    "Р".as_bytes(),
    "С".as_bytes(),
    "Т".as_bytes(),
    "У".as_bytes(),
    "Х".as_bytes(),
    "Ѕ".as_bytes(),
    "І".as_bytes(),
    "Ј".as_bytes(),
    "а".as_bytes(),
    "е".as_bytes(),
    "о".as_bytes(),
    "р".as_bytes(),
    "с".as_bytes(),
    "у".as_bytes(),
    "х".as_bytes(),
    "ѕ".as_bytes(),
    "і".as_bytes(),
    "ј".as_bytes(),
    "ѵ".as_bytes(),
    "ү".as_bytes(),
    "Ү".as_bytes(),
    "һ".as_bytes(),
    "ӏ".as_bytes(),
    "Ӏ".as_bytes(),
    "ԁ".as_bytes(),
    "ԛ".as_bytes(),
    "ԝ".as_bytes(),
    "Ԝ".as_bytes(),
    "Α".as_bytes(),
    "Β".as_bytes(),
    "Ε".as_bytes(),
    "Ζ".as_bytes(),
    "Η".as_bytes(),
    "Ι".as_bytes(),
    "Κ".as_bytes(),
    "Μ".as_bytes(),
    "Ν".as_bytes(),
    "Ο".as_bytes(),
    "Ρ".as_bytes(),
    "Τ".as_bytes(),
    "Υ".as_bytes(),
    "Χ".as_bytes(),
    "α".as_bytes(),
    "γ".as_bytes(),
    "ι".as_bytes(),
    "ν".as_bytes(),
    "ο".as_bytes(),
    "ρ".as_bytes(),
    "σ".as_bytes(),
    "υ".as_bytes(),
    "ϲ".as_bytes(),
    "ϳ".as_bytes(),
    "օ".as_bytes(),
    "ո".as_bytes(),
    "ս".as_bytes(),
    "հ".as_bytes(),
    "ց".as_bytes(),
    "յ".as_bytes(),
    "Օ".as_bytes(),
    "Տ".as_bytes(),
    "Ս".as_bytes(),
    b"\xE1\x8E",
    b"\xE1\x8F",
    b"\xEA\x93",
    b"\xE2\xB2",
];

/// The scripts that are told apart here, by block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    Latin,
    Greek,
    Cyrillic,
    Armenian,
    Cherokee,
    /// Another one.
    Other,
}

/// The script of a letter; none for digits, marks and punctuation.
pub(super) fn script(character: char) -> Option<Script> {
    if !character.is_alphabetic() {
        return None;
    }
    Some(match character {
        '\u{B5}' | '\u{2126}' | '\u{212A}' | '\u{212B}' => return None, // signs: micro, ohm, kelvin, angstrom
        '\0'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => Script::Latin,
        '\u{370}'..='\u{3FF}' | '\u{1F00}'..='\u{1FFF}' => Script::Greek,
        '\u{400}'..='\u{52F}' | '\u{1C80}'..='\u{1C8F}' | '\u{A640}'..='\u{A69F}' => Script::Cyrillic,
        '\u{530}'..='\u{58F}' => Script::Armenian,
        '\u{13A0}'..='\u{13FF}' | '\u{AB70}'..='\u{ABBF}' => Script::Cherokee,
        _ => Script::Other,
    })
}

/// The ASCII that `character` is taken for (UTS #39, skeleton); none when it looks like itself.
pub(super) fn latin_twin(character: char) -> Option<String> {
    let mut buffer = [0; 4];
    let twin: String = unicode_security::skeleton(character.encode_utf8(&mut buffer)).collect();
    twin.bytes().all(|byte| byte.is_ascii_alphanumeric()).then_some(twin).filter(|twin| !twin.is_empty())
}

/// What a word is made of.
#[derive(Debug, Default)]
pub(super) struct Makeup {
    pub(super) latin: usize,
    /// Letters of other scripts that look like Latin ones.
    pub(super) twins: usize,
    /// Letters of other scripts that do not.
    pub(super) strange: usize,
    /// How often the script changes.
    pub(super) switches: usize,
    /// The scripts other than Latin, in order of appearance.
    pub(super) scripts: Vec<Script>,
    /// Greek letters that are symbols in formulas, at the beginning or end.
    pub(super) symbols: usize,
}

impl Makeup {
    pub(super) fn of(word: &str) -> Self {
        let mut makeup = Self::default();
        let mut before = None;
        let letters: Vec<(char, Script)> = word.chars().filter_map(|c| Some((c, script(c)?))).collect();
        for (index, &(letter, script)) in letters.iter().enumerate() {
            makeup.switches += usize::from(before.is_some_and(|before| before != script));
            before = Some(script);
            if script == Script::Latin {
                makeup.latin += 1;
                continue;
            }
            if !makeup.scripts.contains(&script) {
                makeup.scripts.push(script);
            }
            let at_edge = index == 0 || index + 1 == letters.len();
            let looks_plain = letter == 'ο' || letter.is_uppercase();
            makeup.symbols += usize::from(script == Script::Greek && at_edge && !looks_plain);
            match latin_twin(letter) {
                Some(_) => makeup.twins += 1,
                None => makeup.strange += 1,
            }
        }
        makeup
    }

    pub(super) fn letters(&self) -> usize {
        self.latin + self.twins + self.strange
    }
}

/// A word, name or domain name, with what joins its parts.
pub(super) struct Token<'t> {
    pub(super) span: Range<usize>,
    pub(super) text: &'t str,
}

fn joins(character: char) -> bool {
    character.is_alphanumeric()
        || matches!(character, '_' | '-' | '.')
        || matches!(character, '\u{300}'..='\u{36F}' | '\u{483}'..='\u{487}')
}

/// Bytes at `start` that belong to an escape or a command behind its backslash: `\u0301λόγος`, `\fIСЕК` in a manual page.
fn escape_length(view: &View<'_>, start: usize, end: usize) -> usize {
    if !view.bytes()[..start].ends_with(b"\\") {
        return 0;
    }
    view.bytes()[start..end].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count()
}

impl<'t> Token<'t> {
    /// The token that the character at `at` stands in, as far as it is looked at.
    pub(super) fn around(view: &View<'t>, at: usize) -> Self {
        let mut start = at;
        while let Some(before) = view.character_before(start).filter(|&c| joins(c) && at - start < TOKEN_BYTES_MAX) {
            start -= before.len_utf8();
        }
        let mut end = at;
        while let Some(next) = view.character_at(end).filter(|&c| joins(c) && end - at < TOKEN_BYTES_MAX) {
            end += next.len_utf8();
        }
        // Looking up what a character is takes as long as looking at many bytes.
        view.spend(2 * (end - start));
        let start = start + escape_length(view, start, end);
        Self { span: start..end, text: view.slice(start..end) }
    }

    /// True when no Latin letter without marks stands in it, so that nothing can be mixed.
    pub(super) fn is_foreign(&self) -> bool {
        !self.text.bytes().any(|byte| byte.is_ascii_alphabetic())
    }

    /// Where the next token with such a letter can begin.
    pub(super) fn until(&self, view: &View<'_>) -> usize {
        let rest = view.bytes().get(self.span.end..).unwrap_or_default();
        let window = &rest[..rest.len().min(SKIP_BYTES_MAX)];
        let latin = window.iter().position(u8::is_ascii_alphabetic).unwrap_or(window.len());
        let joined = |byte: &&u8| !byte.is_ascii() || byte.is_ascii_digit() || matches!(**byte, b'_' | b'-' | b'.');
        let back = window[..latin].iter().rev().take_while(joined).count();
        self.span.end + latin - back
    }

    /// Its words, with where they begin in the text.
    pub(super) fn words(&self) -> impl Iterator<Item = (usize, &'t str)> {
        let text = self.text;
        let start = self.span.start;
        text.split(['.', '-']).map(move |word| (start + (word.as_ptr() as usize - text.as_ptr() as usize), word))
    }

    /// True when bytes that are no text stand beside it: then it is a piece of a picture or a program.
    pub(super) fn is_in_binary(&self, view: &View<'_>) -> bool {
        let odd = |c: char| c == char::REPLACEMENT_CHARACTER || (c.is_control() && !c.is_whitespace());
        let beside = [view.character_before(self.span.start), view.character_at(self.span.end)];
        beside.into_iter().flatten().any(odd)
    }

    /// True for what is written as a domain name: by its last part, or by what stands before it.
    pub(super) fn is_host(&self, view: &View<'_>) -> bool {
        let Some((_, last)) = self.text.trim_end_matches('.').rsplit_once('.') else { return false };
        let last = last.to_ascii_lowercase();
        let common = TOP_LEVELS.contains(&last.as_str());
        let named = matches!(view.bytes().get(..self.span.start), Some([.., b'/', b'/'] | [.., b'@']));
        common || (named && last.len() >= 2 && last.bytes().all(|byte| byte.is_ascii_lowercase()))
    }

    /// True when text of `script` that looks like nothing else stands close by.
    pub(super) fn is_among(&self, view: &View<'_>, script_of_letters: Script) -> bool {
        let native = |c: char| script(c) == Some(script_of_letters) && latin_twin(c).is_none();
        let mut at = self.span.start;
        while let Some(before) = view.character_before(at).filter(|_| self.span.start - at < NATIVE_BYTES_MAX) {
            if native(before) {
                return true;
            }
            at -= before.len_utf8();
        }
        let mut at = self.span.end;
        while let Some(next) = view.character_at(at).filter(|_| at - self.span.end < NATIVE_BYTES_MAX) {
            if native(next) {
                return true;
            }
            at += next.len_utf8();
        }
        false
    }

    /// True when `word`, which begins at `start`, is a name in a program, or all there is.
    pub(super) fn is_identifier(view: &View<'_>, start: usize, word: &str) -> bool {
        let end = start + word.len();
        let alone = start == 0 && end == view.bytes().len();
        alone || word.contains('_') || view.bytes().get(end) == Some(&b'(')
    }
}

/// Ends of domain names that are seen most. Few of them are ends of file names.
const TOP_LEVELS: [&str; 24] = [
    "com", "net", "org", "io", "co", "dev", "app", "info", "ai", "me", "us", "uk", "de", "fr", "eu", "edu", "gov",
    "xyz", "shop", "online", "site", "cloud", "biz", "ru",
];

/// True when all letters of `label` are of one script that is not Latin, and each looks like a Latin one.
pub(super) fn passes_for_latin(label: &str) -> bool {
    let makeup = Makeup::of(label);
    makeup.latin == 0 && makeup.strange == 0 && makeup.twins >= 3 && makeup.scripts.len() == 1
}

/// `word` as it is read by whoever takes it for Latin.
pub(super) fn as_read(word: &str) -> String {
    let read = |character: char| {
        let foreign = !is_plain_letter(character) || script(character).is_some_and(|script| script != Script::Latin);
        if foreign { latin_twin(character).unwrap_or_else(|| character.into()) } else { character.into() }
    };
    word.chars().map(read).collect()
}
