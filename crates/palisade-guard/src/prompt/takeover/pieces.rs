//! Takes a text apart: words, words of scripts without blanks, and the signs between them.

use super::lexicon::{Concepts, LEXICON};
use crate::prompt::words::{character_at, plain_length};

/// Bytes of a word that can be known; longer ones are data.
pub(super) const WORD_BYTES_MAX: usize = 64;

/// What stands at a place of a text.
pub(super) enum Piece {
    /// A word of as many bytes, with the quotes behind it.
    Word(usize),
    /// A word of a script without blanks: what it stands for, and its bytes.
    Unspaced(Concepts, usize),
    /// A character that is part of no word.
    Sign(char),
}

/// What stands at `at`.
#[inline]
pub(super) fn piece_at(text: &str, at: usize) -> Option<Piece> {
    let character = character_at(text, at)?;
    let is_word = if character.is_ascii() {
        character.is_ascii_alphanumeric()
    } else if is_unspaced(character) {
        let rest = &text[at..];
        let (of, length) = LEXICON.longest(rest).unwrap_or_else(|| (0, unknown(rest)));
        return Some(Piece::Unspaced(of, length));
    } else {
        character.is_alphanumeric()
    };
    Some(if is_word { Piece::Word(word_length(&text[at..])) } else { Piece::Sign(character) })
}

/// Bytes of the word that `text` begins with.
fn word_length(text: &str) -> usize {
    let plain = plain_length(text.as_bytes());
    if text.as_bytes().get(plain).is_none_or(u8::is_ascii) {
        return plain;
    }
    let belongs = |c: char| {
        (c.is_alphanumeric() && !is_unspaced(c))
            || matches!(c, '\'' | '’' | '\u{300}'..='\u{36F}' | '\u{900}'..='\u{97F}' | '\u{640}'..='\u{652}')
    };
    plain + text[plain..].find(|c| !belongs(c)).unwrap_or(text.len() - plain)
}

/// Bytes at the beginning of `text`, which has no blanks, that stand for nothing: two characters, which is a word.
fn unknown(text: &str) -> usize {
    let first = text.chars().next().map_or(text.len(), char::len_utf8);
    let second = text[first..].chars().next().filter(|c| is_unspaced(*c) && LEXICON.longest(&text[first..]).is_none());
    first + second.map_or(0, char::len_utf8)
}

/// True for characters of Chinese, Japanese and Korean.
fn is_unspaced(character: char) -> bool {
    matches!(character, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}')
}

/// True when a sentence or a paragraph ends with the `character` at `at`.
pub(super) fn ends_sentence(text: &str, at: usize, character: char) -> bool {
    match character {
        '.' | '!' | '?' | ';' => text[at..].chars().nth(1).is_none_or(|c| !c.is_alphanumeric()),
        '\n' => text[at..].starts_with("\n\n") || text[at..].starts_with("\n-") || text[at..].starts_with("\n*"),
        '。' | '！' | '？' | '；' | '।' | '؟' => true,
        _ => false,
    }
}
