//! Secrets that Palisade makes: keys, sign-in tokens, sessions.
//!
//! Each is a prefix that says what it is (so that people and secret scanners know one when they see it) and 43 letters
//! and digits, which carry 256 random bits of the operating system. Of such a secret the plain SHA-256 may be kept: it
//! cannot be guessed, so it needs no slow hash, and a look-up by hash leaks nothing through its timing.

use crate::state::StateError;
use sha2::{Digest, Sha256};

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// 43 · log₂ 62 = 256.03 bits.
const BODY_LEN: usize = 43;

/// A new secret with this prefix.
pub(super) fn new(prefix: &str) -> Result<String, StateError> {
    let mut secret = String::with_capacity(prefix.len() + BODY_LEN);
    secret.push_str(prefix);
    while secret.len() < prefix.len() + BODY_LEN {
        let mut random = [0_u8; 64];
        getrandom::fill(&mut random)?;
        // 248 is the largest multiple of 62 in a byte: what lies above is thrown away, so that all letters are as likely.
        let letters =
            random.iter().filter(|byte| **byte < 248).map(|byte| char::from(ALPHABET[usize::from(byte % 62)]));
        secret.extend(letters.take(prefix.len() + BODY_LEN - secret.len()));
    }
    Ok(secret)
}

/// Whether the text has the form of a secret with this prefix. Anything else need not be looked up.
pub(super) fn has_form(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix)
        .is_some_and(|body| body.len() == BODY_LEN && body.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// What is kept of a secret: its SHA-256 in hexadecimal.
pub(super) fn hash(secret: &str) -> String {
    crate::state::database::hex(&Sha256::digest(secret.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn secrets_have_their_form_and_never_repeat() {
        let made: HashSet<String> = (0..1_000).map(|_| new("pal_").unwrap()).collect();
        assert_eq!(made.len(), 1_000);
        assert!(made.iter().all(|secret| has_form(secret, "pal_") && !has_form(secret, "pas_")));
        let letters: HashSet<char> = made.iter().flat_map(|secret| secret[4..].chars()).collect();
        assert_eq!(letters.len(), 62, "every letter of the alphabet comes up");
    }

    #[test]
    fn what_has_another_form_is_refused() {
        let body = "a".repeat(43);
        for text in
            ["", "pal_", &body, &format!("pal_{body}b"), &format!("pal_{}-", &body[1..]), &format!("PAL_{body}")]
        {
            assert!(!has_form(text, "pal_"), "{text}");
        }
    }

    #[test]
    fn the_hash_is_sha_256() {
        // FIPS 180-2, appendix B.1.
        assert_eq!(hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
