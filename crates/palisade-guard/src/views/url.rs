//! Percent-encoding (RFC 3986 §2.1), `%uXXXX` as old servers read it, and `+` for a blank in queries.

use super::{Kind, Unit};

/// Bytes before a `+` within which the `=` of its query has to stand.
const QUERY_BYTES_MAX: usize = 64;

/// The unit whose `%` stands at `at`.
pub(super) fn unit(bytes: &[u8], at: usize) -> Option<Unit> {
    if matches!(bytes.get(at + 1), Some(b'u' | b'U')) {
        let code = number(bytes.get(at + 2..at + 6)?)?;
        return Some(Unit::strong(6, char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), Kind::Url));
    }
    let first = byte(bytes, at)?;
    let (length, start) = match first {
        0..0x80 => return Some(Unit::strong(3, char::from(first), Kind::Url)),
        0xC0..0xE0 => (2, u32::from(first & 0x1F)),
        0xE0..0xF0 => (3, u32::from(first & 0x0F)),
        0xF0..0xF8 => (4, u32::from(first & 0x07)),
        _ => return Some(Unit::strong(3, char::REPLACEMENT_CHARACTER, Kind::Url)),
    };
    // Overlong forms, such as %C0%AE for a dot, are read as lenient servers read them.
    let code = (1..length).try_fold(start, |code, index| {
        let next = byte(bytes, at + 3 * index).filter(|byte| byte & 0xC0 == 0x80)?;
        Some(code << 6 | u32::from(next & 0x3F))
    });
    Some(match code.and_then(char::from_u32) {
        Some(character) => Unit::strong(3 * length, character, Kind::Url),
        None => Unit::strong(3, char::REPLACEMENT_CHARACTER, Kind::Url),
    })
}

/// The `+` at `at`, which is a blank in a query.
pub(super) fn plus(bytes: &[u8], at: usize) -> Option<Unit> {
    let before = &bytes[at.saturating_sub(QUERY_BYTES_MAX)..at];
    let word = before.iter().rev().take_while(|byte| !byte.is_ascii_whitespace());
    let strong = word.clone().any(|&byte| byte == b'=') && bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric);
    Some(Unit { length: 1, character: Some(' '), kind: Kind::Url, strong })
}

fn byte(bytes: &[u8], at: usize) -> Option<u8> {
    match bytes.get(at..at + 3)? {
        [b'%', digits @ ..] => number(digits).and_then(|number| u8::try_from(number).ok()),
        _ => None,
    }
}

/// The number that hexadecimal `digits`, at most eight, write.
pub(super) fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, &digit| match DIGITS[usize::from(digit)] {
        NO_DIGIT => None,
        digit => Some(number << 4 | u32::from(digit)),
    })
}

const NO_DIGIT: u8 = u8::MAX;

/// What each byte counts as a hexadecimal digit.
const DIGITS: [u8; 256] = {
    let (mut digits, mut number) = ([NO_DIGIT; 256], 0);
    while number < 16 {
        let digit = b"0123456789abcdef"[number as usize];
        digits[digit as usize] = number;
        digits[digit.to_ascii_uppercase() as usize] = number;
        number += 1;
    }
    digits
};
