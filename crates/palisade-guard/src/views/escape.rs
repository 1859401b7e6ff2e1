//! Backslash escapes of JSON, JavaScript, C and the shells: `\u0027`, `\u{27}`, `\x27`, `\047`, `\n`.

use super::{Kind, Unit, url::number};

/// Digits within the braces of `\u{…}`; U+10FFFF has six.
const BRACED_DIGITS_MAX: usize = 8;

/// The unit whose backslash stands at `at`.
pub(super) fn unit(bytes: &[u8], at: usize) -> Option<Unit> {
    let strong = |length, code: u32| {
        let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
        Some(Unit::strong(length, character, Kind::Escape))
    };
    // Letters that are written plainly as well are decoded beside others, but are no reason to.
    let weak = |character| Some(Unit { length: 2, character: Some(character), kind: Kind::Escape, strong: false });
    match bytes.get(at + 1)? {
        b'u' if bytes.get(at + 2) == Some(&b'{') => {
            let digits = &bytes[at + 3..bytes.len().min(at + 4 + BRACED_DIGITS_MAX)];
            let length = digits.iter().position(|&byte| byte == b'}').filter(|&length| length > 0)?;
            strong(length + 4, number(&digits[..length])?)
        }
        b'u' => {
            let first = number(bytes.get(at + 2..at + 6)?)?;
            match low_surrogate(bytes, at + 6).filter(|_| (0xD800..0xDC00).contains(&first)) {
                Some(second) => strong(12, 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)),
                None => strong(6, first),
            }
        }
        b'x' => strong(4, number(bytes.get(at + 2..at + 4)?)?),
        b'0'..=b'7' => octal(&bytes[at + 1..]),
        b'n' => weak('\n'),
        b'r' => weak('\r'),
        b't' => weak('\t'),
        b'\\' => Some(Unit {
            length: 2,
            character: Some('\\'),
            kind: Kind::Escape,
            strong: matches!(bytes.get(at + 2), Some(b'u' | b'x')),
        }),
        &quoted @ (b'"' | b'\'' | b'/') => weak(char::from(quoted)),
        _ => None,
    }
}

fn low_surrogate(bytes: &[u8], at: usize) -> Option<u32> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    number(digits).filter(|code| (0xDC00..0xE000).contains(code))
}

/// Two or three octal digits; one alone is a reference to a group, or a NUL.
fn octal(digits: &[u8]) -> Option<Unit> {
    let count = digits.iter().take(3).take_while(|digit| matches!(digit, b'0'..=b'7')).count();
    let code = digits[..count].iter().fold(0, |code, digit| code * 8 + u32::from(digit - b'0'));
    let character = char::from_u32(code).filter(char::is_ascii)?;
    (count >= 2).then(|| Unit::strong(count + 1, character, Kind::Escape))
}
