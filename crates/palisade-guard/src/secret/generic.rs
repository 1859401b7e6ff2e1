//! Secrets of no known provider.
//!
//! **What it finds.** A value with much disorder that is assigned to a name such as `api_key`, `client_secret` or
//! `password` in code, JSON, YAML or settings, and credentials in `Authorization: Bearer …` and `Basic …`.
//!
//! **Why it matters.** Most secrets that leak are not from a provider whose format is known.
//!
//! **Example.** `internal_api_key = "tR7mZq2XcV9bN4kL…"`
//!
//! Placeholders, hashes, UUIDs, paths, identifiers and calls are left alone. Name and disorder are no proof: nearly all
//! findings stay below the confidence that blocks.

use super::{
    assignment::{value_after, value_beside},
    placeholder::{disorder, is_placeholder, strength, unescaped},
    plausible::{could_be_issued, entropy_bits},
};
use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    limits::SECRET_VALUE_BYTES_MAX,
    text::View,
};
use base64::Engine as _;
use palisade_model::Severity;
use std::ops::Range;

pub(crate) static GENERIC: Detector = Detector {
    class: "guard.secret.generic",
    version: "1",
    severity: Severity::High,
    title: "Value that looks like a secret",
    remediation: "If it is a secret, replace it and keep the new one in a secret store; if not, allow this place.",
    references: &["CWE-798", "CWE-532", "OWASP-LLM02"],
    finds: Finds::Places {
        needles: &[
            b"api_key",
            b"apikey",
            b"api-key",
            b"secret",
            b"token",
            b"passw",
            b"passphrase",
            b"access_key",
            b"accesskey",
            b"auth_key",
            b"signing_key",
            b"encryption_key",
            b"private_key",
            b"credential",
            b"authkey",
            b"signingkey",
            b"encryptionkey",
            b"privatekey",
            b"authorization",
            b"pwd",
            b"pass\"",
        ],
        confirm,
    },
};

/// The header that carries credentials (RFC 9110 §11.6.2).
const HEADER: &[u8] = b"authorization";

/// Bytes of a name behind the needle, as in `token_for_the_billing_service`.
const NAME_BYTES_MAX: usize = 24;

/// Names of what is public, or of what is about secrets without being one.
const PUBLIC: [&str; 28] = [
    "hash", "digest", "checksum", "sha", "md5", "public", "name", "_id", "keyid", "key_id", "-id", "path", "file",
    "url", "uri", "type", "kind", "length", "size", "count", "expir", "label", "field", "endpoint", "header", "policy",
    "arn", "ref",
];

/// Tokens that lead to a place in a list, and let nobody in; without signs.
const PLACES: [&str; 6] = ["pagetoken", "nexttoken", "synctoken", "continuationtoken", "continuetoken", "cursor"];

/// A random value of 16 characters or more has at least this much entropy, in bits a character.
const ENTROPY_BITS_MIN: f64 = 3.2;
/// Above this, words of any kind are rare.
const ENTROPY_BITS_HIGH: f64 = 4.0;
/// Random base 62 has 0.65, random hexadecimal digits 0.47, identifiers below 0.3.
const DISORDER_MIN: f64 = 0.34;
/// Shorter ones are ids and digests; keys have 96 bits at least.
const HEXADECIMAL_BYTES_MIN: usize = 24;
/// Names have a number or two in them; 16 random small letters and digits have three or more in 19 of 20 cases.
const DIGIT_RUNS_MIN: usize = 3;

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let is_header = view.bytes()[at..].get(..HEADER.len()).is_some_and(|name| name.eq_ignore_ascii_case(HEADER));
    if is_header { credentials(view, at + HEADER.len()) } else { assigned(view, at) }.into()
}

/// The value that is assigned to the name in which the needle at `at` stands.
fn assigned(view: &View<'_>, at: usize) -> Option<Hit> {
    let name = view.byte_run(at, NAME_BYTES_MAX, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if is_of_other_word(&view.bytes()[name.clone()]) {
        return None;
    }
    let whole = whole_name(view, &name);
    let (value, quoted) = value_after(view, name.end).or_else(|| value_beside(view, &whole))?;
    let bytes = &view.bytes()[value.clone()];
    if is_public(view, &whole) || is_placeholder(bytes) {
        return None;
    }
    let names_key = view.slice(name.clone()).to_ascii_lowercase().contains("key");
    let is_password =
        ["pass", "pwd"].iter().any(|word| view.slice(name.clone()).to_ascii_lowercase().starts_with(word));
    let confidence =
        if is_password && quoted { password(bytes).or_else(|| key(bytes, false)) } else { key(bytes, names_key) }?;
    let why = "A value with much disorder is assigned to a name that secrets have.";
    Some(Hit::secret(value, confidence, why))
}

/// True for names of those who make tokens and keep secrets: `tokenize`, `secretary`.
fn is_of_other_word(name: &[u8]) -> bool {
    let word = [&b"token"[..], b"secret"]
        .into_iter()
        .find(|word| name.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)));
    word.and_then(|word| name.get(word.len())).is_some_and(|next| next.is_ascii_lowercase() && *next != b's')
}

/// The name that `name` is the end of.
fn whole_name(view: &View<'_>, name: &Range<usize>) -> Range<usize> {
    let before = view.byte_run_before(name.start, NAME_BYTES_MAX, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
    });
    before.start..name.end
}

/// True when `name` says that the value is no secret.
fn is_public(view: &View<'_>, name: &Range<usize>) -> bool {
    let whole = view.slice(name.clone()).to_ascii_lowercase();
    let joined = whole.replace(['_', '-'], "");
    let of_a_list = name.start >= 5 && view.bytes()[name.start - 5..name.start].eq_ignore_ascii_case(b"page ");
    PUBLIC.iter().any(|part| whole.contains(part)) || PLACES.iter().any(|part| joined.contains(part)) || of_a_list
}

/// How sure it is that `value` is a key or token. What looks like a hash is one, unless its name says that it is a key.
fn key(value: &[u8], names_key: bool) -> Option<f64> {
    let alphabet = value
        .iter()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'_' | b'-' | b'.' | b'~'));
    let entropy = entropy_bits(value);
    let disordered = disorder(value) >= DISORDER_MIN || digit_runs(value) >= DIGIT_RUNS_MIN;
    let random = value.len() >= 16 && entropy >= ENTROPY_BITS_MIN && disordered && could_be_issued(value);
    if !alphabet || !random || is_uuid(value) || is_path(value) || is_words(value) || is_prose_in_base64(value) {
        return None;
    }
    let hexadecimal = value.iter().all(u8::is_ascii_hexdigit);
    let hash = hexadecimal && matches!(value.len(), 40 | 64 | 96 | 128);
    if hexadecimal && value.len() < HEXADECIMAL_BYTES_MIN {
        return None;
    }
    match entropy {
        _ if hash => names_key.then_some(0.5),
        _ if value.len() >= 24 && entropy >= ENTROPY_BITS_HIGH => Some(0.75),
        _ => Some(0.6),
    }
}

/// True when `value` decodes to words with blanks between them, as a placeholder in a file of settings may.
fn is_prose_in_base64(value: &[u8]) -> bool {
    let decoded = base64::engine::general_purpose::STANDARD.decode(value).unwrap_or_default();
    decoded.contains(&b' ') && decoded.iter().all(|byte| matches!(byte, b' '..=b'~'))
}

/// True when `value` has as much disorder as an issued one has, hexadecimal digits included.
pub(crate) fn is_random_value(value: &[u8]) -> bool {
    let random =
        entropy_bits(value) >= ENTROPY_BITS_MIN && disorder(value) >= DISORDER_MIN - 0.1 && could_be_issued(value);
    random && !is_placeholder(value) && !is_words(value) && !is_uuid(value)
}

/// How sure it is that `value` is a password that somebody has chosen.
fn password(value: &[u8]) -> Option<f64> {
    let value = &*unescaped(value);
    if is_date(value) || is_prose_in_base64(value) || !could_be_issued(value) && value.len() >= 16 {
        return None;
    }
    let has_digit = value.iter().any(u8::is_ascii_digit);
    let has_sign = value.iter().any(|byte| byte.is_ascii_punctuation() && !b"-_./:,".contains(byte));
    let mixed = disorder(value) >= DISORDER_MIN || has_sign;
    let strong = value.len() >= 8 && strength(value) >= 4 && has_digit && mixed;
    (strong && !is_path(value) && (has_sign || bytes_beside_words(value) > 0)).then_some(0.6)
}

fn is_uuid(value: &[u8]) -> bool {
    super::form::uuid(value)
}

/// True for what begins with a date, as `2026-11-21T12:00:00Z`.
fn is_date(value: &[u8]) -> bool {
    matches!(value, [a, b, c, d, b'-', e, f, b'-', ..] if [a, b, c, d, e, f].iter().all(|byte| byte.is_ascii_digit()))
}

/// True for file names and addresses.
fn is_path(value: &[u8]) -> bool {
    let slashes = value.iter().filter(|&&byte| byte == b'/').count();
    value.starts_with(b"/")
        || value.starts_with(b".")
        || slashes * 8 > value.len()
        || memchr::memmem::find(value, b"://").is_some()
}

/// True when most of the parts between signs are words, numbers, or words with a number: `my-token-v2`.
fn is_words(value: &[u8]) -> bool {
    bytes_beside_words(value) * 2 < value.len()
}

/// How many bytes stand in parts between signs that are no word, no number, and no word with a number.
fn bytes_beside_words(value: &[u8]) -> usize {
    let parts = value.split(|byte| !byte.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    let mut long = 0;
    for part in parts {
        let digits = part.iter().filter(|byte| byte.is_ascii_digit()).count();
        let tail = part.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        let several_numbers = digit_runs(part) >= DIGIT_RUNS_MIN;
        let wordlike = (digits == tail && disorder(part) < DISORDER_MIN)
            || in_words(part) * 10 >= (part.len() - digits) * 7
            || part.len() <= 3;
        if several_numbers || !wordlike {
            long += part.len();
        }
    }
    long
}

/// How many times digits begin in `value`.
fn digit_runs(value: &[u8]) -> usize {
    let first = usize::from(value.first().is_some_and(u8::is_ascii_digit));
    first + value.windows(2).filter(|pair| !pair[0].is_ascii_digit() && pair[1].is_ascii_digit()).count()
}

/// How many bytes of `part` stand in words of three letters or more, as they are joined in `Ed25519PrivateKey`.
fn in_words(part: &[u8]) -> usize {
    let (mut inside, mut run) = (0, 0);
    for &byte in part {
        match byte {
            b'a'..=b'z' => run += 1,
            _ => {
                inside += if run >= 3 { run } else { 0 };
                run = usize::from(byte.is_ascii_uppercase());
            }
        }
    }
    inside + if run >= 3 { run } else { 0 }
}

/// The credentials behind `Bearer`, `Basic` or the like, in the header whose name ends before `at`.
fn credentials(view: &View<'_>, at: usize) -> Option<Hit> {
    let sign = view.byte_run(at, 8, |byte| matches!(byte, b'"' | b'\'' | b'\\' | b']' | b'=' | b':' | b',' | b' '));
    let scheme = view.byte_run(sign.end, 16, |byte| byte.is_ascii_alphabetic() || byte == b'-');
    let from = scheme.end + 1;
    let named = !sign.is_empty() && !scheme.is_empty() && view.bytes().get(scheme.end) == Some(&b' ');
    let value = view.byte_run(from.min(view.bytes().len()), SECRET_VALUE_BYTES_MAX, |byte| {
        super::token::segmented(byte) || byte == b'~'
    });
    let value = super::token::without_full_stop(view, value);
    let bytes = &view.bytes()[value.clone()];
    if !named || bytes.starts_with(b"eyJ") || is_placeholder(bytes) {
        return None;
    }
    match &view.bytes()[scheme] {
        scheme if scheme.eq_ignore_ascii_case(b"basic") => is_user_and_password(bytes)
            .then(|| Hit::secret(value, 0.75, "A user name and a password, in base64, in a header.")),
        scheme
            if [&b"bearer"[..], b"token", b"apikey", b"api-key"]
                .iter()
                .any(|known| scheme.eq_ignore_ascii_case(known)) =>
        {
            key(bytes, false)
                .map(|confidence| Hit::secret(value, confidence, "A token in a header, which lets its holder in."))
        }
        _ => None,
    }
}

/// True when `value` is base64 of a user name and a password that could be real.
fn is_user_and_password(value: &[u8]) -> bool {
    let Ok(decoded) = base64::engine::general_purpose::STANDARD.decode(value) else { return false };
    let Some(colon) = memchr::memchr(b':', &decoded) else { return false };
    let (user, password) = (&decoded[..colon], &decoded[colon + 1..]);
    if !could_be_issued(value) {
        return false;
    }
    let printable = decoded.iter().all(|byte| byte.is_ascii_graphic());
    printable && !user.is_empty() && password.len() >= 6 && !is_placeholder(password) && strength(password) >= 2
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn generic() {
        let value = "tR7mZq2XcV9bN4kLwP8sJ1hG";
        check(
            "guard.secret.generic",
            &[
                (&format!("internal_api_key = \"{value}\""), 20..44),
                (&format!("{{\"client_secret\":\"{value}\"}}"), 18..42),
                (&format!("SERVICE_TOKEN={value}\n"), 14..38),
                (&format!("  secret: {value}\n"), 10..34),
                (&format!("Authorization: Bearer {value}\r\n"), 22..46),
                ("Authorization: Basic ZGVwbG95OnRSN21acTJYY1Y5", 21..45),
                ("password: 'kQ9#vzT2!mLx'", 11..23),
                ("\"db_password\": \"Summer2024!\"", 16..27),
                ("'Authorization': 'Bearer tR7mZq2XcV9bN4kLwP8sJ1hG'", 25..49),
                ("\"headers\": {\"Authorization\": \"token tR7mZq2XcV9bN4kLwP8sJ1hG\"}", 36..60),
                ("- name: DB_PASSWORD\n  value: \"hunter2-Xk29\"\n", 30..42),
                ("<add key=\"ClearTextPassword\" value=\"kQ9#vzT2!mLx\" />", 36..48),
                ("{\"name\": \"API_TOKEN\", \"value\": \"tR7mZq2XcV9bN4kLwP8sJ1hG\"}", 32..56),
                ("signingKey: 'tR7mZq2XcV9bN4kLwP8sJ1hG'", 13..37),
                ("api_key=3f9a1c0b7de2458691ab7cd0e3f25a48", 8..40),
            ],
            &[
                "token: TokenKind::Identifier,",
                "let token = tokenizer.next_token_v2();",
                "api_key = \"YOUR_API_KEY_GOES_HERE_12\"",
                "password = \"P@ssw0rd123\"",
                "token_hash: \"3f9a1c0b7de2458691ab7cd0e3f25a483f9a1c0b\"",
                "secret: \"projects/12/secrets/db-pass/versions/3\"",
                "token: 3f9a1c0b-7de2-4586-91ab-7cd0e3f25a48",
                "mcp_tool_secret=mcp__github__create_or_update_file",
                "secretKeyRef: my-app-credentials-v2",
                "Authorization: Bearer <token>",
                "Authorization: Basic dXNlcjpwYXNzd29yZA==",
                "private_key_buffer: EcPrivateKeyRfc5915Der = my_private.as_der();",
                "a_private_key: ed25519.Ed25519PrivateKey, f_priv: List",
                "\"accessKeyId\":\"tR7mZq2XcV9bN4kLwP8s\"",
                "password = os.environ['DB_PASS']",
                "api_key=${API_KEY}",
                "password = \"$DB_PASSWORD_2\"",
                "Authorization: Bearer token",
                "\"AWS::ApiGateway::ApiKey\": \"48205d4ffd7feba3\"",
                "\"PasswordLastUsed\": \"2016-09-08T21:47:36Z\"",
                "\"passphrase\": \"AB1C2defGHijkLMNo3PqQRstUvwxyzaBCDEfghh4ijkl\"",
                "authorization required: basic understanding of tokens",
                "pNew->x1.xTokenize = fts5V1toV2Tokenize;",
                "password: 'bm90IG15IHJlYWwgcGFzc3dvcmQ='",
                "Authorization: Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW",
                "The token is kept in the vault, and the secret too.",
                "- name: DB_PASSWORD\n  valueFrom:\n    secretKeyRef: {name: db, key: hunter2-Xk29}",
                "- password\n- value: \"hunter2-Xk29\"",
            ],
        );
    }
}
