//! Reads the smallest parts of JSON text: blanks, strings, numbers and words.

use super::problem::{JsonProblem, JsonProblemKind};
use std::borrow::Cow;

/// The text and how far it is read.
pub(super) struct Reader<'t> {
    text: &'t str,
    at: usize,
    lone_surrogate: bool,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let start = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
        Self { text, at: start, lone_surrogate: false }
    }

    /// The next byte.
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Where the reader is, in bytes.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// True when half a surrogate pair was read since this was last asked.
    pub(super) fn took_lone_surrogate(&mut self) -> bool {
        std::mem::take(&mut self.lone_surrogate)
    }

    /// What was read since the byte `start`.
    pub(super) fn since(&self, start: usize) -> &'t str {
        &self.text[start..self.at]
    }

    /// Passes over one byte.
    pub(super) fn skip(&mut self) {
        self.at += 1;
    }

    /// Passes over blanks, then over `byte` if it stands there.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        self.blanks();
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    pub(super) fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// The problem of `kind` here, or that the text has ended.
    pub(super) fn problem(&self, kind: JsonProblemKind) -> JsonProblem {
        let ended = self.at >= self.text.len() && kind != JsonProblemKind::TooDeep;
        JsonProblem::at(if ended { JsonProblemKind::EndsEarly } else { kind }, self.text, self.at)
    }

    /// A string whose opening quote is passed, decoded; borrowed when it has no escapes.
    pub(super) fn string(&mut self) -> Result<Cow<'t, str>, JsonProblem> {
        let start = self.at;
        self.plain_characters();
        // Most strings have no escapes.
        if self.peek() == Some(b'"') {
            let plain = &self.text[start..self.at];
            self.at += 1;
            return Ok(Cow::Borrowed(plain));
        }
        self.escaped_string(start).map(Cow::Owned)
    }

    /// The same, begun at the byte `start` and read as far as there are no escapes.
    fn escaped_string(&mut self, mut start: usize) -> Result<String, JsonProblem> {
        let mut decoded = String::new();
        loop {
            decoded.push_str(&self.text[start..self.at]);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(decoded);
                }
                Some(b'\\') => {
                    self.at += 1;
                    decoded.push(self.escape()?);
                    start = self.at;
                }
                _ => return Err(self.problem(JsonProblemKind::ControlCharacter)),
            }
            self.plain_characters();
        }
    }

    fn plain_characters(&mut self) {
        self.at += plain_length(&self.text.as_bytes()[self.at..]);
    }

    /// The character of an escape whose backslash is passed.
    fn escape(&mut self) -> Result<char, JsonProblem> {
        let character = match self.peek() {
            Some(quoted @ (b'"' | b'\\' | b'/')) => char::from(quoted),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{C}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                return self.unicode_escape();
            }
            _ => return Err(self.problem(JsonProblemKind::BadEscape)),
        };
        self.at += 1;
        Ok(character)
    }

    /// The character of `\uXXXX`, or of two that are a surrogate pair. RFC 8259 §8.2 allows half a pair and says
    /// nothing of its meaning; it becomes U+FFFD.
    fn unicode_escape(&mut self) -> Result<char, JsonProblem> {
        let first = self.four_digits()?;
        if (0xD800..0xDC00).contains(&first) && self.text.as_bytes()[self.at..].starts_with(b"\\u") {
            let before = self.at;
            self.at += 2;
            let second = self.four_digits()?;
            if (0xDC00..0xE000).contains(&second) {
                let code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.at = before;
        }
        let character = char::from_u32(first);
        self.lone_surrogate |= character.is_none();
        Ok(character.unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn four_digits(&mut self) -> Result<u32, JsonProblem> {
        let mut number = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            number = number * 16 + digit.ok_or_else(|| self.problem(JsonProblemKind::BadEscape))?;
            self.at += 1;
        }
        Ok(number)
    }

    /// A number (RFC 8259 §6).
    pub(super) fn number(&mut self) -> Result<(), JsonProblem> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), JsonProblem> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start { Err(self.problem(JsonProblemKind::BadNumber)) } else { Ok(()) }
    }

    /// `true`, `false` or `null`.
    pub(super) fn word(&mut self) -> Result<(), JsonProblem> {
        let rest = &self.text[self.at..];
        let word = ["true", "false", "null"].into_iter().find(|word| rest.starts_with(word));
        self.at += word.ok_or_else(|| self.problem(JsonProblemKind::ExpectedValue))?.len();
        Ok(())
    }
}

/// Bytes of a short string, among which its end is looked for eight by eight; the end of a longer one, block by block.
const SHORT_BYTES: usize = 16;
const BLOCK: usize = 64;

/// Bytes without a control character, quote or backslash that `bytes` begin with.
fn plain_length(bytes: &[u8]) -> usize {
    let (short, rest) = bytes.split_at_checked(SHORT_BYTES).unwrap_or((bytes, &[]));
    let plain = plain_in_eights(short);
    if plain < short.len() {
        return plain;
    }
    let blocks = rest.as_chunks::<BLOCK>().0;
    let passed = BLOCK * blocks.iter().position(has_special).unwrap_or(blocks.len());
    short.len() + passed + plain_in_eights(&rest[passed..])
}

/// The same, eight bytes at a time.
fn plain_in_eights(bytes: &[u8]) -> usize {
    let (words, last) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let specials = specials(*word);
        if specials != 0 {
            return 8 * index + specials.trailing_zeros() as usize / 8;
        }
    }
    bytes.len() - last.len() + last.iter().position(is_special).unwrap_or(last.len())
}

fn is_special(byte: &u8) -> bool {
    *byte < b' ' || *byte == b'"' || *byte == b'\\'
}

/// Written so that the bytes are compared together.
fn has_special(block: &[u8; BLOCK]) -> bool {
    block.iter().fold(0, |any, byte| any | u8::from(*byte < b' ') | u8::from(matches!(byte, b'"' | b'\\'))) != 0
}

/// The top bit of the first control character, quote or backslash among eight bytes, which are looked at together: a
/// byte's top bit ends up set where subtracting borrowed from it (Mycroft's test for zero bytes). Bits above the lowest
/// may be wrong, as a byte that borrowed spoils those behind it.
fn specials(word: [u8; 8]) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let word = u64::from_le_bytes(word);
    let below = |word: u64, limit: u8| word.wrapping_sub(ONES * u64::from(limit)) & !word;
    let equal = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    (below(word, b' ') | equal(b'"') | equal(b'\\')) & (ONES << 7)
}
