//! A token with a fixed prefix: what one looks like, and how it is confirmed.

use super::{placeholder::disorder, plausible::could_be_issued};
use crate::{detector::Hit, text::View};
use palisade_model::Severity;
use std::ops::Range;

/// One form of token. Forms of one provider are rows of its detector.
pub(crate) struct Token {
    /// What it begins with; also the needle.
    pub(crate) prefix: &'static str,
    /// The characters that may follow.
    pub(crate) alphabet: fn(u8) -> bool,
    /// Fewest characters after the prefix.
    pub(crate) min: usize,
    /// Most characters after the prefix.
    pub(crate) max: usize,
    /// What tells it from text that only looks like it.
    pub(crate) proof: Proof,
}

/// What speaks for a token being one.
pub(crate) enum Proof {
    /// Its form, and that its characters are varied.
    Variety,
    /// Its last six characters are the CRC-32 of those before, in base 62 (GitHub, 2021-04-05, "Behind GitHub's new
    /// authentication token formats"; npm, 2021-09-23).
    Checksum,
    /// Its characters are varied and laid out so.
    Layout(fn(&[u8]) -> bool),
}

/// A checksum that fits is proof; without one, form and variety are strong signs.
const CONFIDENCE_PROVEN: f64 = 0.99;
const CONFIDENCE_FORM: f64 = 0.9;
const CONFIDENCE_BAD_CHECKSUM: f64 = 0.3;

/// Looks at the `token` whose prefix stands at `at`.
pub(crate) fn confirm(view: &View<'_>, at: usize, token: &Token) -> Option<Hit> {
    let prefix = token.prefix.as_bytes();
    if !view.bytes()[at..].starts_with(prefix) || !view.word_may_begin(at) {
        return None;
    }
    let body = without_full_stop(view, view.byte_run(at + prefix.len(), token.max, token.alphabet));
    let bytes = &view.bytes()[body.clone()];
    view.spend(4 * bytes.len());
    let span = at..body.end;
    if bytes.len() < token.min || !view.word_may_end(body.end) {
        return None;
    }
    // Who invents a token does not compute its checksum, so it is proof whatever the token looks like.
    if matches!(token.proof, Proof::Checksum) && checksum_fits(bytes) {
        let why = "A token that works like a password; its checksum fits.";
        return Some(Hit::secret(span, CONFIDENCE_PROVEN, why));
    }
    if !could_be_issued(bytes) || is_line_of_block(view, &span) || is_within_data(view, &span) {
        return None;
    }
    match token.proof {
        Proof::Checksum => {
            let why = "It has the form of a token, but its checksum does not fit: invented, or damaged.";
            Some(Hit::secret(span, CONFIDENCE_BAD_CHECKSUM, why).rated(Severity::Low))
        }
        Proof::Layout(fits) if !fits(bytes) => None,
        Proof::Layout(_) | Proof::Variety => {
            Some(Hit::secret(span, CONFIDENCE_FORM, "A token that works like a password stands in the text."))
        }
    }
}

/// `body` without the point that ends the sentence.
pub(super) fn without_full_stop(view: &View<'_>, body: Range<usize>) -> Range<usize> {
    let stop = body.end > body.start && view.bytes()[body.end - 1] == b'.';
    body.start..body.end - usize::from(stop)
}

/// Characters of a line of base64 in mails and PEM (RFC 2045 §6.8, RFC 7468 §2).
const BLOCK_LINES: [usize; 2] = [76, 64];

/// True when `span` is one line among others of base64, which can begin like any token.
fn is_line_of_block(view: &View<'_>, span: &Range<usize>) -> bool {
    let between =
        |byte: u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'\\' | b'n' | b'r' | b'+' | b',');
    BLOCK_LINES.contains(&span.len()) && {
        let after = view.byte_run(span.end, 16, between);
        let before = view.byte_run_before(span.start, 16, between);
        let goes_on = after.len() > 1 && view.byte_run(after.end, 40, base64).len() == 40;
        let began = before.len() > 1 && view.byte_run_before(before.start, 40, base64).len() == 40;
        goes_on || began
    }
}

/// Characters of data on either side of what only looks like a token: a path in an address has a word in as many.
const DATA_BYTES: usize = 20;

/// How often capitals, small letters and digits take turns in data; paths and words stay far below.
const DATA_DISORDER_MIN: f64 = 0.3;

/// True when `span` is a part of longer data in base64, in which everything stands at some time.
fn is_within_data(view: &View<'_>, span: &Range<usize>) -> bool {
    let is_data = |range: Range<usize>| {
        let bytes = &view.bytes()[range.clone()];
        bytes.len() >= DATA_BYTES && disorder(bytes) >= DATA_DISORDER_MIN
    };
    let joined = |byte: Option<&u8>| matches!(byte, Some(b'+' | b'/' | b'='));
    let before = span.start.checked_sub(1).and_then(|at| view.bytes().get(at));
    let began = joined(before) && is_data(view.byte_run_before(span.start, DATA_BYTES, base64));
    began || joined(view.bytes().get(span.end)) && is_data(view.byte_run(span.end, DATA_BYTES, base64))
}

/// Digits of base 62, as the checksums use them.
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Characters of the checksum.
const CHECKSUM_CHARS: usize = 6;

fn checksum_fits(body: &[u8]) -> bool {
    body.split_last_chunk().is_some_and(|(random, told)| checksum(random) == *told)
}

/// The CRC-32 of `random` in base 62.
pub(super) fn checksum(random: &[u8]) -> [u8; CHECKSUM_CHARS] {
    let mut rest = crc32fast::hash(random) as usize;
    let mut expected = [b'0'; CHECKSUM_CHARS];
    for digit in expected.iter_mut().rev() {
        *digit = BASE62[rest % BASE62.len()];
        rest /= BASE62.len();
    }
    expected
}

/// Letters and digits.
pub(super) fn alphanumeric(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

/// Letters, digits and `_`.
pub(super) fn word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The alphabet of base64url (RFC 4648 §5) without padding.
pub(super) fn base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// The alphabet of base64 (RFC 4648 §4) with padding.
pub(super) fn base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

/// Both alphabets of base64 and the point, which parts a token into segments.
pub(super) fn segmented(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_' | b'.')
}

/// Hexadecimal digits and hyphens, as in a UUID.
pub(super) fn hyphenated(byte: u8) -> bool {
    byte.is_ascii_hexdigit() || byte == b'-'
}

/// Hexadecimal digits.
pub(super) fn hexadecimal(byte: u8) -> bool {
    byte.is_ascii_hexdigit()
}
