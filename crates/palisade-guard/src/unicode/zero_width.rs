//! Reads messages written in characters of no width.
//!
//! The tools for this use two characters for the bits of bytes, three with one of them between the bytes, or four
//! for two bits each. Which character means what is not known, so every assignment is tried, and what comes out counts
//! only when all of it can be read.

use crate::limits::HIDDEN_CHARS_MAX;

/// Characters that a message has at least; one alone comes out readable by chance.
const MESSAGE_CHARS_MIN: usize = 2;

/// Digits of one byte in base 2 and in base 4.
const BITS: usize = 8;
const QUARTERS: usize = 4;

/// The message that `symbols` spell, if they spell one; of several that they may spell, the one that is most like words.
pub(super) fn decode(symbols: &[char]) -> Option<String> {
    let symbols = &symbols[..symbols.len().min(HIDDEN_CHARS_MAX * BITS)];
    let mut alphabet = symbols.to_vec();
    alphabet.sort_unstable();
    alphabet.dedup();
    let readings = match alphabet[..] {
        [a, b] => vec![binary(symbols, a, BITS), binary(symbols, b, BITS), sevens(symbols, a), sevens(symbols, b)],
        [a, b, c] => {
            let parted = |(zero, between)| separated(symbols, zero, between);
            [(a, c), (b, c), (b, a), (c, a), (a, b), (c, b)].map(parted).to_vec()
        }
        [_, _, _, _] => vec![quaternary(symbols, &alphabet)],
        _ => Vec::new(),
    };
    // Of equals the first counts, so that the usual ways of writing come before the others.
    readings.into_iter().flatten().rev().max_by_key(|text| wordlike(text))
}

/// How much of a text are letters, digits and blanks, in hundredths.
fn wordlike(text: &str) -> usize {
    let (mut all, mut plain) = (0, 0);
    for character in text.chars() {
        all += 1;
        plain += usize::from(character.is_alphanumeric() || character == ' ');
    }
    plain * 100 / all.max(1)
}

/// Bytes of `width` bits, first bit first.
fn binary(symbols: &[char], zero: char, width: usize) -> Option<String> {
    let bytes: Vec<u8> = symbols.chunks_exact(width).map(|group| bits(group, zero)).collect();
    String::from_utf8(bytes).ok().filter(|text| is_message(text))
}

/// Characters of seven bits, when all symbols make whole ones.
fn sevens(symbols: &[char], zero: char) -> Option<String> {
    symbols.len().is_multiple_of(BITS - 1).then(|| binary(symbols, zero, BITS - 1))?
}

/// The number whose bits are `group`, the lowest eight of them.
fn bits(group: &[char], zero: char) -> u8 {
    group.iter().fold(0, |number: u8, &symbol| (number << 1) | u8::from(symbol != zero))
}

/// Characters of as many bits as stand between two separators.
fn separated(symbols: &[char], zero: char, between: char) -> Option<String> {
    let groups = symbols.split(|&symbol| symbol == between).filter(|group| !group.is_empty());
    let bytes: Option<Vec<u8>> = groups.map(|group| (group.len() <= BITS).then(|| bits(group, zero))).collect();
    String::from_utf8(bytes?).ok().filter(|text| is_message(text))
}

/// Bytes of four digits in base 4, in the order of the alphabet; pairs of them where they are UTF-16.
fn quaternary(symbols: &[char], alphabet: &[char]) -> Option<String> {
    let digit = |symbol: char| alphabet.iter().position(|&letter| letter == symbol).unwrap_or(0);
    let number = |group: &[char]| group.iter().fold(0_usize, |number, &symbol| number * 4 + digit(symbol));
    let of_width = |width| {
        let units: Option<Vec<u16>> =
            symbols.chunks_exact(width).map(|group| u16::try_from(number(group)).ok()).collect();
        String::from_utf16(&units?).ok().filter(|text| is_message(text))
    };
    of_width(QUARTERS).or_else(|| of_width(QUARTERS * 2))
}

/// True when all of `text` can be read.
fn is_message(text: &str) -> bool {
    text.chars().count() >= MESSAGE_CHARS_MIN
        && text.chars().all(|c| c == ' ' || c == '\n' || c.is_alphanumeric() || c.is_ascii_punctuation())
        && text.chars().any(char::is_alphanumeric)
        && text.chars().any(|character| !text.starts_with(character))
}

#[cfg(test)]
mod tests {
    use super::decode;

    fn write(text: &str, width: usize, zero: char, one: char, between: &str) -> Vec<char> {
        let group = |byte: u8| -> String {
            (0..width).rev().map(|bit| if byte >> bit & 1 == 0 { zero } else { one }).collect()
        };
        text.bytes().map(group).collect::<Vec<_>>().join(between).chars().collect()
    }

    #[test]
    fn messages_are_read() {
        let cases = [
            write("run it", 8, '\u{200B}', '\u{200C}', ""),
            write("run it", 8, '\u{200C}', '\u{200B}', ""),
            write("run it", 7, '\u{200C}', '\u{200D}', ""),
            write("run it", 8, '\u{200B}', '\u{200C}', "\u{200D}"),
            write("run it", 7, '\u{200D}', '\u{200B}', "\u{200C}"),
        ];
        for symbols in cases {
            assert_eq!(decode(&symbols).as_deref(), Some("run it"));
        }
        let letters = ['\u{200C}', '\u{200D}', '\u{202C}', '\u{FEFF}'];
        let four: Vec<char> =
            "run!".bytes().flat_map(|byte| [6, 4, 2, 0].map(|shift| letters[usize::from(byte >> shift & 3)])).collect();
        assert_eq!(decode(&four).as_deref(), Some("run!"));
    }

    #[test]
    fn noise_is_not() {
        assert_eq!(decode(&['\u{200B}'; 64]), None);
        assert_eq!(decode(&"\u{200B}\u{200C}".repeat(40).chars().collect::<Vec<_>>()[..17]), None);
        assert_eq!(decode(&[]), None);
    }
}
