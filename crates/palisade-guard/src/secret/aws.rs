//! Access keys of Amazon Web Services.
//!
//! **What it finds.** Access key ids (`AKIA`, `ASIA` and the like with 16 characters of base 32), and the secret key of
//! 40 characters where one stands close by, or behind its own name; keys of Bedrock.
//!
//! **Why it matters.** The pair opens the account to whoever reads it; the id alone tells the account.
//!
//! **Example.** `AWS_ACCESS_KEY_ID=AKIA…` and, on the next line, `AWS_SECRET_ACCESS_KEY=…`
//!
//! The example keys of Amazon's documentation are left alone.

use super::{
    form::varied,
    plausible::{could_be_issued, entropy_bits},
    token::{self, Token, base64 as base64_padded, word},
};
use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    limits::AWS_PAIR_BYTES_MAX,
    text::View,
};
use palisade_model::Severity;
use std::ops::Range;

pub(crate) static AWS: Detector = Detector {
    class: "guard.secret.aws",
    version: "1",
    severity: Severity::High,
    title: "AWS access key",
    remediation: "Deactivate the key in IAM, look through CloudTrail for its use, and use short-lived roles instead.",
    references: &["CWE-798", "CWE-532", "OWASP-LLM02"],
    finds: Finds::Places {
        needles: &[
            b"AKIA",
            b"ASIA",
            b"ABIA",
            b"ACCA",
            b"ABSK",
            b"bedrock-api-key-",
            b"secret_access_key",
            b"secretaccesskey",
            b"aws_secret",
        ],
        confirm,
    },
};

/// Characters of an id, prefix included.
const ID_CHARS: usize = 20;

/// Characters of a secret key.
const SECRET_CHARS: usize = 40;

/// A random secret key has about 4.9 bits a character; a path or a word of that length has less than this.
const SECRET_ENTROPY_BITS_MIN: f64 = 4.2;

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    match &view.bytes()[at..] {
        [b'A', b'B', b'S', ..] => token::confirm(view, at, &BEDROCK).into(),
        [b'b', ..] => token::confirm(view, at, &BEDROCK_SHORT).into(),
        [b'A', b'K' | b'S' | b'B' | b'C', ..] => id(view, at),
        _ => named_secret(view, at).into(),
    }
}

/// Keys of Bedrock: long-lived ones, and those that live for hours.
const BEDROCK: Token = varied("ABSK", base64_padded, 109, 271);
const BEDROCK_SHORT: Token = varied("bedrock-api-key-", base64_padded, 60, 4000);

/// Bytes between the name of a secret key and the key.
const NAME_BYTES_MAX: usize = 32;

/// A secret key by itself, behind its name.
fn named_secret(view: &View<'_>, at: usize) -> Option<Hit> {
    let name = view.byte_run(at, NAME_BYTES_MAX, word);
    let end = view.byte_run(name.end, NAME_BYTES_MAX, |byte| byte != b'\n').end;
    let assigned = view.bytes().get(name.end).is_some_and(|byte| !byte.is_ascii_alphanumeric());
    let secret = first_secret(view, name.end, end).filter(|_| assigned)?;
    let alone = secret_free_of_id(view, at, &secret);
    let why = "A secret access key stands behind its name.";
    alone.then(|| Hit::secret(secret, 0.9, why))
}

/// True when no access key id stands near, which would tell of both.
fn secret_free_of_id(view: &View<'_>, at: usize, secret: &Range<usize>) -> bool {
    let end = (secret.end + AWS_PAIR_BYTES_MAX).min(view.bytes().len());
    let around = &view.bytes()[at.saturating_sub(AWS_PAIR_BYTES_MAX)..end];
    [b"AKIA", b"ASIA"].iter().all(|prefix| memchr::memmem::find(around, *prefix).is_none())
}

fn id(view: &View<'_>, at: usize) -> Outcome {
    let id = view.byte_run(at, ID_CHARS, base32);
    let body = &view.bytes()[(at + 4).min(id.end)..id.end];
    if id.len() < ID_CHARS || !view.word_may_begin(at) || !view.word_may_end(id.end) || !could_be_issued(body) {
        return Outcome::Clean { until: 0 };
    }
    if let Some(secret) = secret_beside(view, &id) {
        let mut hit =
            Hit::secret(id, 0.98, "An access key id and its secret key stand together.").rated(Severity::Critical);
        hit.also.push(secret);
        return Outcome::Found(hit);
    }
    // Words in capitals have no digits; of random bodies one in thirty has none.
    let has_digit = body.iter().any(u8::is_ascii_digit);
    let why = "An access key id; its secret key does not stand close by.";
    has_digit.then(|| Hit::secret(id, 0.85, why)).into()
}

/// The alphabet of base 32 (RFC 4648 §6).
fn base32(byte: u8) -> bool {
    matches!(byte, b'A'..=b'Z' | b'2'..=b'7')
}

fn base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'+')
}

/// The first word of 40 characters of base 64 near `id` that looks random.
fn secret_beside(view: &View<'_>, id: &Range<usize>) -> Option<Range<usize>> {
    let from = id.start.saturating_sub(AWS_PAIR_BYTES_MAX);
    let end = (id.end + AWS_PAIR_BYTES_MAX).min(view.bytes().len());
    first_secret(view, from, end)
}

/// The first word of 40 characters of base 64 that looks random and begins in `from..end`.
fn first_secret(view: &View<'_>, from: usize, end: usize) -> Option<Range<usize>> {
    let mut at = from;
    while at < end {
        let word = view.byte_run(at, SECRET_CHARS + 1, base64);
        if word.len() == SECRET_CHARS && is_random(&view.bytes()[word.clone()]) {
            return Some(word);
        }
        at = view.byte_run(at, end - at, base64).end + 1;
    }
    None
}

/// True for mixed case, digits and high entropy: neither a hash in hexadecimal nor a path.
fn is_random(word: &[u8]) -> bool {
    let mixed = word.iter().any(u8::is_ascii_uppercase)
        && word.iter().any(u8::is_ascii_lowercase)
        && word.iter().any(u8::is_ascii_digit);
    mixed && entropy_bits(word) >= SECRET_ENTROPY_BITS_MIN && could_be_issued(word)
}

#[cfg(test)]
mod tests {
    use crate::{Guard, testing::check};
    use palisade_model::Severity;

    const ID: &str = concat!("AKIA", "Q3EGHWJ2TLMZ5KRP");
    const SECRET: &str = concat!("tR7mZq2XcV9bN4kL", "wP8sJ1hGf6DyA3eU5iKo/nWz");

    #[test]
    fn aws() {
        check(
            "guard.secret.aws",
            &[(ID, 0..20), (&format!("id: {ID},"), 4..24), (&format!("\"{}\"", ID.replace("AKIA", "ASIA")), 1..21)],
            &[
                "AKIAIOSFODNN7EXAMPLE",
                "AKIAXXXXXXXXXXXXXXXX",
                "ASIAPACIFICREGIONALX",
                &format!("{ID}A"),
                &format!("X{ID}"),
            ],
        );
    }

    #[test]
    fn a_pair_is_critical_and_both_are_masked() {
        let text = format!("aws_access_key_id = {ID}\naws_secret_access_key = {SECRET}\n");
        let found = Guard::new().inspect_text(&text);
        assert_eq!(found[0].severity, Severity::Critical);
        assert_eq!((found[0].evidence[1].start, found[0].evidence[1].end), (65, 105));
        assert_eq!(found[0].evidence[1].excerpt, "tR7m********");
        assert!(!Guard::new().mask(&text).contains("GHWJ2") && !Guard::new().mask(&text).contains("f6DyA"));
        let hash = format!("{ID} da39a3ee5e6b4b0d3255bfef95601890afd80709");
        assert_eq!(Guard::new().inspect_text(&hash)[0].severity, Severity::High);
    }
}
