//! What readers drop: comments within SQL and code, quotes within shell words, blanks beside them.

use super::{Kind, Unit};
use memchr::memmem;

/// Bytes of a comment that is folded; those that split a token are short.
const COMMENT_BYTES_MAX: usize = 128;

/// The unit that begins at `at`.
pub(super) fn unit(bytes: &[u8], at: usize) -> Option<Unit> {
    match bytes[at] {
        b'/' => comment(bytes, at),
        b'\'' | b'"' => empty_quotes(bytes, at),
        b' ' | b'\t' | b'\n' | b'\r' => blanks(bytes, at),
        b'*' if bytes.get(at + 1) == Some(&b'/') => Some(dropped(2, Some(' '), false)),
        _ => None,
    }
}

/// A comment becomes a blank, as SQL reads it; the opening of a MySQL conditional comment too, so that its content
/// stays.
fn comment(bytes: &[u8], at: usize) -> Option<Unit> {
    let rest = bytes[at..].strip_prefix(b"/*")?;
    if let Some(conditional) = rest.strip_prefix(b"!") {
        let digits = conditional.iter().take(6).take_while(|byte| byte.is_ascii_digit()).count();
        return Some(dropped(3 + digits, Some(' '), true));
    }
    let length = memmem::find(&rest[..rest.len().min(COMMENT_BYTES_MAX)], b"*/")? + 4;
    // A comment that stands apart splits nothing.
    let touches = |byte: Option<&u8>| byte.is_some_and(|byte| !byte.is_ascii_whitespace());
    let splits = at > 0 && touches(bytes.get(at - 1)) && touches(bytes.get(at + length));
    Some(dropped(length, Some(' '), splits))
}

/// Two quotes within a word, which a shell drops.
fn empty_quotes(bytes: &[u8], at: usize) -> Option<Unit> {
    let within = at > 0
        && bytes.get(at + 1) == Some(&bytes[at])
        && bytes[at - 1].is_ascii_alphabetic()
        && bytes.get(at + 2).is_some_and(u8::is_ascii_alphabetic);
    within.then(|| dropped(2, None, true))
}

/// Several blanks become one.
fn blanks(bytes: &[u8], at: usize) -> Option<Unit> {
    let length = bytes[at..].iter().take(COMMENT_BYTES_MAX).take_while(|byte| byte.is_ascii_whitespace()).count();
    (length > 1).then(|| dropped(length, Some(' '), false))
}

fn dropped(length: usize, character: Option<char>, strong: bool) -> Unit {
    Unit { length, character, kind: Kind::Folded, strong }
}
