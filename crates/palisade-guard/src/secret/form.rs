//! How the rows of the providers' tables are written.

use super::{
    keyed::{Plain, near},
    plausible::is_mixed,
    token::{self, Proof, Token, alphanumeric},
};
use crate::{
    detector::{Detector, Finds, Outcome},
    text::View,
};
use palisade_model::Severity;

const REMEDIATION: &str = "Revoke the token at its provider, issue a new one, and keep it in a secret store. Removing it from the text is not enough.";
const REFERENCES: &[&str] = &["CWE-798", "CWE-532", "OWASP-LLM02"];

/// A detector of one provider's tokens, which begin with a prefix.
pub(super) const fn provider(class: &'static str, title: &'static str, tokens: &'static [Token]) -> Detector {
    row(class, title, Finds::Tokens(tokens))
}

/// A detector of one provider's tokens, which are told by what stands around them.
pub(super) const fn placed(
    class: &'static str,
    title: &'static str,
    needles: &'static [&'static [u8]],
    confirm: fn(&View<'_>, usize) -> Outcome,
) -> Detector {
    row(class, title, Finds::Places { needles, confirm })
}

const fn row(class: &'static str, title: &'static str, finds: Finds) -> Detector {
    Detector {
        class,
        version: "1",
        severity: Severity::High,
        title,
        remediation: REMEDIATION,
        references: REFERENCES,
        finds,
    }
}

/// One of `rows` where its prefix stands at `at`, or else one of the plain `forms` behind the provider's name.
pub(super) fn either(view: &View<'_>, at: usize, rows: &[Token], forms: &[Plain]) -> Outcome {
    let here = |row: &&Token| {
        let start = view.bytes()[at..].get(..row.prefix.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(row.prefix.as_bytes()))
    };
    match rows.iter().find(here) {
        Some(_) => rows.iter().find_map(|row| token::confirm(view, at, row)).into(),
        None => near(view, at, forms),
    }
}

/// A token of `min` to `max` characters of `alphabet` after `prefix`.
pub(super) const fn varied(prefix: &'static str, alphabet: fn(u8) -> bool, min: usize, max: usize) -> Token {
    Token { prefix, alphabet, min, max, proof: Proof::Variety }
}

/// The same behind a prefix that words begin with as well, so that more is asked of its characters.
pub(super) const fn mixed(prefix: &'static str, alphabet: fn(u8) -> bool, min: usize, max: usize) -> Token {
    Token { prefix, alphabet, min, max, proof: Proof::Layout(is_mixed) }
}

/// A token of 30 random characters and a checksum.
pub(super) const fn checked(prefix: &'static str) -> Token {
    Token { prefix, alphabet: alphanumeric, min: 36, max: 36, proof: Proof::Checksum }
}

/// A token laid out in a certain way.
pub(super) const fn laid_out(
    prefix: &'static str,
    alphabet: fn(u8) -> bool,
    (min, max): (usize, usize),
    layout: fn(&[u8]) -> bool,
) -> Token {
    Token { prefix, alphabet, min, max, proof: Proof::Layout(layout) }
}

/// True when `separator` parts `body` into pieces of these lengths.
pub(super) fn parts(body: &[u8], separator: u8, lengths: &[usize]) -> bool {
    body.split(|&byte| byte == separator).map(<[u8]>::len).eq(lengths.iter().copied())
}

/// True for the 36 characters of a UUID (RFC 9562).
pub(super) fn uuid(body: &[u8]) -> bool {
    parts(body, b'-', &[8, 4, 4, 4, 12])
}
