//! How a string is written: as it is, or between the quotes of a JSON text. Maps places in the one to the other.

use super::edit::Edit;
use std::{borrow::Cow, ops::Range};

/// The way in which a string is written.
#[derive(Clone, Copy)]
pub(super) enum Written {
    /// As it is.
    Plain,
    /// As in JSON, without the quotes.
    Json,
}

impl Written {
    /// What `raw` stands for.
    pub(super) fn read(self, raw: &str) -> Cow<'_, str> {
        match self {
            Self::Json if raw.contains('\\') => Characters { raw, at: 0 }.map(|(_, character)| character).collect(),
            Self::Plain | Self::Json => Cow::Borrowed(raw),
        }
    }

    /// `raw` with `edits`, which are in order and tell places in what it stands for. All other bytes stay.
    pub(super) fn apply(self, raw: &str, edits: &[Edit]) -> String {
        let mut position = Position { characters: Characters { raw, at: 0 }, decoded: 0 };
        let mut raw_place = |decoded: usize| match self {
            Self::Plain => decoded,
            Self::Json => position.advance(decoded),
        };
        let (mut changed, mut done) = (String::with_capacity(raw.len()), 0);
        for edit in edits {
            changed.push_str(&raw[done..raw_place(edit.place.start)]);
            match self {
                Self::Plain => changed.push_str(&edit.with),
                Self::Json => changed.push_str(&escaped(&edit.with)),
            }
            done = raw_place(edit.place.end);
        }
        changed + &raw[done..]
    }
}

/// `text` as it is written between the quotes of JSON.
fn escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// A place in a JSON string, in what it stands for and as written.
struct Position<'r> {
    characters: Characters<'r>,
    decoded: usize,
}

impl Position<'_> {
    /// Goes on to the byte `decoded` of what the string stands for; gives the byte as written.
    fn advance(&mut self, decoded: usize) -> usize {
        while self.decoded < decoded {
            let Some((_, character)) = self.characters.next() else { break };
            self.decoded += character.len_utf8();
        }
        self.characters.at
    }
}

/// The characters that a valid JSON string stands for, each with where it is written.
struct Characters<'r> {
    raw: &'r str,
    at: usize,
}

impl Iterator for Characters<'_> {
    type Item = (Range<usize>, char);

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.at;
        let first = self.raw[start..].chars().next()?;
        self.at += first.len_utf8();
        let character = if first == '\\' { self.escape() } else { first };
        Some((start..self.at, character))
    }
}

impl Characters<'_> {
    /// The character of an escape whose backslash is passed.
    fn escape(&mut self) -> char {
        let Some(letter) = self.raw[self.at..].chars().next() else { return '\\' };
        self.at += letter.len_utf8();
        match letter {
            'b' => '\u{8}',
            'f' => '\u{C}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => self.unicode_escape(),
            quoted => quoted,
        }
    }

    /// The character of `\uXXXX` or of a surrogate pair; half a pair is U+FFFD, as the walker of JSON has it.
    fn unicode_escape(&mut self) -> char {
        let first = self.four_digits(self.at);
        self.at = (self.at + 4).min(self.raw.len());
        if (0xD800..0xDC00).contains(&first) && self.raw[self.at..].starts_with("\\u") {
            let second = self.four_digits(self.at + 2);
            if (0xDC00..0xE000).contains(&second) {
                self.at += 6;
                let code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                return char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
            }
        }
        char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    fn four_digits(&self, at: usize) -> u32 {
        self.raw.get(at..at + 4).and_then(|digits| u32::from_str_radix(digits, 16).ok()).unwrap_or(0xFFFD)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_read_as_others_read_them() {
        for raw in [r#"a\n\"\\\/\b\f\r\té"#, r"\u00e9\ud83d\ude00x", "plain", ""] {
            let theirs: String = serde_json::from_str(&format!("\"{raw}\"")).unwrap();
            assert_eq!(Written::Json.read(raw), theirs);
        }
        assert_eq!(Written::Json.read(r"\ud83d\u0041 \udc00\ud83d"), "\u{FFFD}A \u{FFFD}\u{FFFD}");
    }

    #[test]
    fn edits_leave_the_rest_as_written() {
        let edit = |place, with: &str| Edit { place, with: with.to_owned(), whole: true };
        let raw = r"\u00e9\/x\ud83d\ude00y";
        assert_eq!(Written::Json.apply(raw, &[edit(2..3, "\"")]), r#"\u00e9\"x\ud83d\ude00y"#);
        assert_eq!(Written::Json.apply(raw, &[edit(0..2, ""), edit(4..8, "\n")]), r"\/x\ny");
        assert_eq!(Written::Plain.apply("abc", &[edit(1..2, "\"")]), "a\"c");
    }
}
