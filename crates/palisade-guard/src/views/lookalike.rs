//! Characters that look like ASCII: compatibility forms (Unicode NFKC) and letters of other scripts among Latin ones,
//! and unseen characters within words.

use super::{Kind, Unit};
use unicode_normalization::UnicodeNormalization;

/// The unit at the character that begins at `at`.
pub(super) fn unit(text: &str, at: usize) -> Option<Unit> {
    let bytes = text.as_bytes();
    // Decided by lead bytes, so that text of other scripts is passed over quickly.
    match bytes[at] {
        0xC2 | 0xE2 | 0xEF | 0xF0 => {}
        0xCE..=0xD1 => return letter(text, at),
        _ => return None,
    }
    let character = text[at..].chars().next()?;
    match character {
        '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' => unseen(bytes, at, character),
        // Wide forms, in the order of ASCII.
        '\u{FF01}'..='\u{FF5E}' => {
            let ascii = char::from_u32(u32::from(character) - 0xFF01 + u32::from('!'))?;
            Some(Unit::strong(character.len_utf8(), ascii, Kind::Lookalike))
        }
        '\u{1D400}'..='\u{1D7FF}' | '\u{2460}'..='\u{24FF}' | '\u{2100}'..='\u{214F}' => {
            let ascii = [character].into_iter().nfkc().next().filter(char::is_ascii)?;
            Some(Unit::strong(character.len_utf8(), ascii, Kind::Lookalike))
        }
        '\u{1F130}'..='\u{1F149}' => squared(character),
        _ => None,
    }
}

/// Letters in squares, which Unicode gives the same order as ASCII.
fn squared(character: char) -> Option<Unit> {
    let ascii = char::from_u32(u32::from(character) - 0x1F130 + u32::from('A'))?;
    Some(Unit::strong(4, ascii, Kind::Lookalike))
}

/// An unseen character between two of ASCII, which is nothing that other scripts or emoji need.
fn unseen(bytes: &[u8], at: usize, character: char) -> Option<Unit> {
    let after = bytes.get(at + character.len_utf8());
    let within = at > 0 && bytes[at - 1].is_ascii_graphic() && after.is_some_and(u8::is_ascii_graphic);
    within.then_some(Unit { length: character.len_utf8(), character: None, kind: Kind::Unseen, strong: true })
}

/// Bytes on both sides of a letter within which its word has to show a Latin letter.
const WORD_BYTES_MAX: usize = 24;

/// A Greek or Cyrillic letter in a word that has Latin letters as well; words of one script are left alone.
fn letter(text: &str, at: usize) -> Option<Unit> {
    let character = text[at..].chars().next()?;
    let ascii = like(character)?;
    let word = |byte: &&u8| byte.is_ascii_alphabetic() || **byte >= 0x80;
    let (before, after) = text.as_bytes().split_at(at);
    let latin = before.iter().rev().take(WORD_BYTES_MAX).take_while(word).any(u8::is_ascii_alphabetic)
        || after.iter().take(WORD_BYTES_MAX).take_while(word).any(u8::is_ascii_alphabetic);
    latin.then(|| Unit::strong(character.len_utf8(), ascii, Kind::Lookalike))
}

/// The Latin letter that most fonts draw as they draw `character`.
fn like(character: char) -> Option<char> {
    Some(match character {
        'а' | 'α' => 'a',
        'е' => 'e',
        'о' | 'ο' | 'σ' => 'o',
        'р' | 'ρ' => 'p',
        'с' | 'ϲ' => 'c',
        'у' | 'γ' => 'y',
        'х' | 'χ' => 'x',
        'і' | 'ι' => 'i',
        'ј' | 'ϳ' => 'j',
        'ѕ' => 's',
        'һ' => 'h',
        'ԁ' => 'd',
        'к' | 'κ' => 'k',
        'т' | 'τ' => 't',
        'ν' | 'ѵ' => 'v',
        'ω' => 'w',
        'А' | 'Α' => 'A',
        'В' | 'Β' => 'B',
        'С' | 'Ϲ' => 'C',
        'Е' | 'Ε' => 'E',
        'Н' | 'Η' => 'H',
        'І' | 'Ι' => 'I',
        'Ј' => 'J',
        'К' | 'Κ' => 'K',
        'М' | 'Μ' => 'M',
        'Ν' => 'N',
        'О' | 'Ο' => 'O',
        'Р' | 'Ρ' => 'P',
        'Ѕ' => 'S',
        'Т' | 'Τ' => 'T',
        'Х' | 'Χ' => 'X',
        'У' | 'Υ' => 'Y',
        'Ζ' => 'Z',
        _ => return None,
    })
}
