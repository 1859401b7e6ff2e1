//! Tells what people write in the place of a password from a password.

use super::plausible::entropy_bits;

/// Words that stand in the place of a secret, or that nobody should use; compared without ornament.
const WORDS: [&[u8]; 40] = [
    b"password",
    b"passwd",
    b"pass",
    b"pwd",
    b"secret",
    b"token",
    b"user",
    b"username",
    b"changeme",
    b"changeit",
    b"example",
    b"sample",
    b"dummy",
    b"test",
    b"demo",
    b"admin",
    b"root",
    b"guest",
    b"postgres",
    b"mysql",
    b"redis",
    b"xxx",
    b"yyy",
    b"foo",
    b"bar",
    b"baz",
    b"qwerty",
    b"letmein",
    b"redacted",
    b"masked",
    b"hidden",
    b"none",
    b"null",
    b"undefined",
    b"true",
    b"false",
    b"host",
    b"hostname",
    b"value",
    b"string",
];

/// Pieces that only stand in what is no secret.
const PIECES: [&[u8]; 19] = [
    b"password",
    b"passwd",
    b"your",
    b"example",
    b"changeme",
    b"placehold",
    b"redacted",
    b"xxxx",
    b"****",
    b"...",
    b"${",
    b"{{",
    b"dummy",
    b"secret",
    b"12345",
    b"test",
    b"fake",
    b"sample",
    b"qwerty",
];

/// True when `value` stands for a secret and is none.
pub(super) fn is_placeholder(value: &[u8]) -> bool {
    let marked = value.iter().any(|byte| matches!(byte, b'<' | b'>' | b'{' | b'}' | b'[' | b'(' | b'*'));
    let filled_in = matches!(value.first(), Some(b'$' | b'%' | b'@' | b'#'))
        && value[1..].iter().all(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
        || value.first() == Some(&b'$')
            && value[1..].iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_');
    let plain = plainly_written(value);
    let stem = plain.trim_ascii_end();
    let stem = &stem[..stem.len() - stem.iter().rev().take_while(|byte| !byte.is_ascii_alphabetic()).count()];
    marked
        || filled_in
        || WORDS.contains(&stem)
        || PIECES.iter().any(|piece| memchr::memmem::find(&plain, piece).is_some())
        || PIECES.iter().any(|piece| memchr::memmem::find(&value.to_ascii_lowercase(), piece).is_some())
}

/// Small letters, with the digits and signs that stand for letters read as these.
fn plainly_written(value: &[u8]) -> Vec<u8> {
    let letter = |byte: &u8| match byte {
        b'0' => b'o',
        b'@' | b'4' => b'a',
        b'$' | b'5' => b's',
        b'1' | b'!' => b'i',
        b'3' => b'e',
        other => other.to_ascii_lowercase(),
    };
    let end = value.len() - value.iter().rev().take_while(|byte| !byte.is_ascii_alphabetic()).count();
    value[..end].iter().map(letter).collect()
}

/// How much like an issued or chosen secret `value` is: 0 for a plain word, 3 and more for disorder.
pub(super) fn strength(value: &[u8]) -> usize {
    let kinds = [u8::is_ascii_lowercase, u8::is_ascii_uppercase, u8::is_ascii_digit, u8::is_ascii_punctuation];
    let kinds = kinds.iter().filter(|kind| value.iter().any(kind)).count();
    let long = usize::from(value.len() >= 10) + usize::from(value.len() >= 20);
    let varied = usize::from(entropy_bits(value) >= 3.0);
    match value.len() {
        0..6 => 0,
        _ => (kinds - 1) + long.min(1) * usize::from(kinds > 1) + varied * usize::from(kinds > 1),
    }
}

/// `password` with each of its URL escapes as one letter, so that escapes do not count as disorder.
pub(super) fn unescaped(password: &[u8]) -> Vec<u8> {
    let mut parts = password.split(|&byte| byte == b'%');
    let mut plain = parts.next().unwrap_or_default().to_vec();
    parts.for_each(|part| {
        plain.push(b'e');
        plain.extend_from_slice(part.get(2..).unwrap_or_default());
    });
    plain
}

/// How often small letters, capitals and digits take turns, as a share of the length: words rarely, random characters
/// in every other place.
pub(super) fn disorder(value: &[u8]) -> f64 {
    let kind = |byte: u8| match byte {
        b'a'..=b'z' => 0,
        b'A'..=b'Z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    };
    let turns = value.windows(2).filter(|pair| kind(pair[0]) != kind(pair[1])).count();
    turns as f64 / value.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders() {
        for value in [
            "password",
            "P@ssw0rd1!",
            "${DB_PASS}",
            "<token>",
            "changeme123",
            "your-key",
            "$TOKEN",
            "test123",
            "s3cr3t",
        ] {
            assert!(is_placeholder(value.as_bytes()), "{value}");
        }
        for value in ["tR7mZq2XcV", "p%40Zx81kQ", "hunter2", "$x81kQ-zz9"] {
            assert!(!is_placeholder(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn strengths() {
        assert_eq!(strength(b"hello"), 0);
        assert_eq!(strength(b"swordfish"), 0);
        assert!(strength(b"tR7mZq2XcV") >= 3);
        assert!(disorder(b"tR7mZq2XcV9bN4kL") > 0.5 && disorder(b"TokenKindIdentifier") < 0.35);
    }
}
