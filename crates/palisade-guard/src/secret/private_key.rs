//! Private keys in PEM armour (RFC 7468), and those of OpenSSH and OpenPGP, which look alike.
//!
//! **What it finds.** `-----BEGIN … PRIVATE KEY-----` with a body of base64, on lines or in one string with `\n` in it.
//!
//! **Why it matters.** Whoever has the key is its owner for servers, signatures and certificates.
//!
//! **Example.** `-----BEGIN OPENSSH PRIVATE KEY-----` and some lines of base64
//!
//! A header without a body, as documentation shows it, is left alone. An encrypted key is told more mildly.

use super::plausible::entropy_bits;
use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    limits::PRIVATE_KEY_BYTES_MAX,
    text::View,
};
use base64::Engine as _;
use palisade_model::Severity;

pub(crate) static PRIVATE_KEY: Detector = Detector {
    class: "guard.secret.private-key",
    version: "1",
    severity: Severity::Critical,
    title: "Private key",
    remediation: "Replace the key pair everywhere it is trusted. Removing the key from the text is not enough.",
    references: &["CWE-321", "CWE-312", "OWASP-LLM02"],
    finds: Finds::Places { needles: &[BEGIN], confirm },
};

const BEGIN: &[u8] = b"-----BEGIN ";
const DASHES: &[u8] = b"-----";

/// Characters of the longest label, `ENCRYPTED PRIVATE KEY`, with room for others.
const LABEL_BYTES_MAX: usize = 48;

/// An Ed25519 key in PKCS #8, the smallest in use, has 64 characters of base64.
const BODY_CHARS_MIN: usize = 60;

/// Base64 of a key has about 5.5 bits a character.
const BODY_ENTROPY_BITS_MIN: f64 = 3.8;

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let label = view.byte_run(at + BEGIN.len(), LABEL_BYTES_MAX, |byte| byte.is_ascii_uppercase() || byte == b' ');
    let name = view.slice(label.clone());
    let body_start = label.end + DASHES.len();
    let is_private = name.ends_with("PRIVATE KEY") || name.ends_with("PRIVATE KEY BLOCK");
    if !is_private || !view.bytes()[label.end..].starts_with(DASHES) {
        return Outcome::Clean { until: 0 };
    }
    let rest = &view.bytes()[body_start..];
    let rest = &rest[..rest.len().min(PRIVATE_KEY_BYTES_MAX)];
    let body = &rest[..memchr::memmem::find(rest, DASHES).unwrap_or(rest.len())];
    let key = key_of(body);
    if key.len() < BODY_CHARS_MIN || entropy_bits(&key) < BODY_ENTROPY_BITS_MIN || counts_up(&key) {
        return Outcome::Clean { until: 0 };
    }
    let body_end = body_start + body.len();
    let footer = memchr::memmem::find(&view.bytes()[body_end..], DASHES).filter(|&gap| gap == 0);
    let end = footer.and_then(|_| footer_end(view, body_end)).unwrap_or(body_end - trailing_blanks(body));
    let encrypted = name.starts_with("ENCRYPTED") || memchr::memmem::find(body, b"ENCRYPTED").is_some();
    let hit = Hit::secret(at..view.floor(end), 0.98, "A private key stands in the text.");
    Outcome::Found(if encrypted { hit.rated(Severity::Medium) } else { hit })
}

/// The characters of base64 in `body`: without line ends, escaped or not, and without header lines such as `Version:`.
fn key_of(body: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(body).replace("\\r", "").replace("\\n", "\n");
    let lines = text.lines().map(str::trim).filter(|line| !line.contains(':'));
    let base64 = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    lines.filter(|line| line.bytes().all(|byte| base64(&byte))).flat_map(str::bytes).collect()
}

/// Bytes one above the other that no random key has.
const COUNTED_BYTES_MIN: usize = 12;

/// True for keys that somebody has made by counting, as in test vectors.
fn counts_up(key: &[u8]) -> bool {
    let bytes = base64::engine::general_purpose::STANDARD.decode(key).unwrap_or_default();
    let counts = |window: &[u8]| window.windows(2).all(|pair| pair[1] == pair[0].wrapping_add(1));
    bytes.windows(COUNTED_BYTES_MIN).any(counts)
}

/// The end of the footer line that begins at `at`.
fn footer_end(view: &View<'_>, at: usize) -> Option<usize> {
    let footer = &view.bytes()[at..];
    let label = footer.strip_prefix(b"-----END ")?;
    let label = &label[..label.len().min(LABEL_BYTES_MAX + DASHES.len())];
    let dashes = memchr::memmem::find(label, DASHES)?;
    Some(at + b"-----END ".len() + dashes + DASHES.len())
}

fn trailing_blanks(body: &[u8]) -> usize {
    body.iter().rev().take_while(|byte| byte.is_ascii_whitespace()).count()
}

#[cfg(test)]
mod tests {
    use crate::{Guard, testing::check};
    use palisade_model::Severity;

    const LINE: &str = "tR7mZq2XcV9bN4kLwP8sJ1hGf6DyA3eU5iKoQnWzBrTvYxCjMp0gSdFlHaE/+uI2";

    fn pem(label: &str, body: &str) -> String {
        format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----")
    }

    #[test]
    fn private_key() {
        let key = pem("PRIVATE KEY", LINE);
        let escaped = key.replace('\n', "\\n");
        let pgp = pem("PGP PRIVATE KEY BLOCK", &format!("Version: 1\n\n{LINE}\n{LINE}\n=aB3d"));
        let cut = format!("-----BEGIN EC PRIVATE KEY-----\n{LINE}\n\n");
        check(
            "guard.secret.private-key",
            &[
                (&key, 0..key.len()),
                (&format!("key:\n{key}\nend"), 5..5 + key.len()),
                (&format!(r#"{{"k":"{escaped}"}}"#), 6..6 + escaped.len()),
                (&pgp, 0..pgp.len()),
                (&cut, 0..cut.len() - 2),
            ],
            &[
                "-----BEGIN PRIVATE KEY-----",
                &pem("RSA PRIVATE KEY", "..."),
                &pem("PUBLIC KEY", LINE),
                &pem("CERTIFICATE", LINE),
                &pem("PRIVATE KEY", &"A".repeat(64)),
                &pem("PRIVATE KEY", "MDQCAQAwCwYJYIZIAWUDBAMRBCKAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"),
                &"-----BEGIN PRIVATE KEY-----\n".repeat(50),
            ],
        );
    }

    #[test]
    fn an_encrypted_key_is_milder() {
        let severity = |text: &str| Guard::new().inspect_text(text)[0].severity;
        assert_eq!(severity(&pem("OPENSSH PRIVATE KEY", LINE)), Severity::Critical);
        assert_eq!(severity(&pem("ENCRYPTED PRIVATE KEY", LINE)), Severity::Medium);
        let old = format!("Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0123\n\n{LINE}");
        assert_eq!(severity(&pem("RSA PRIVATE KEY", &old)), Severity::Medium);
    }
}
