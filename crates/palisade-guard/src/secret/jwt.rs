//! JSON Web Tokens (RFC 7519).
//!
//! **What it finds.** Three segments of base64url with points between them, of which the first decodes to a JSON object
//! with `alg` and the second to a JSON object.
//!
//! **Why it matters.** Most are bearer tokens: whoever has it is let in until it expires.
//!
//! **Example.** `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.…`
//!
//! The token that documentation shows everywhere (subject `1234567890`, `John Doe`) is left alone, and so are those that
//! claim nothing but words of examples (`{"some":"payload"}`).

use super::token::base64url;
use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    limits::JWT_SEGMENT_BYTES_MAX,
    text::View,
};
use base64::{
    Engine as _,
    alphabet::URL_SAFE,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use palisade_model::Severity;
use serde_json::{Map, Value};
use std::ops::Range;

pub(crate) static JWT: Detector = Detector {
    class: "guard.secret.jwt",
    version: "1",
    severity: Severity::Medium,
    title: "JSON Web Token",
    remediation: "End the session that the token belongs to, and keep tokens out of logs, prompts and addresses.",
    references: &["CWE-522", "CWE-532", "RFC7519", "OWASP-LLM02"],
    finds: Finds::Places { needles: &[PAYLOAD], confirm },
};

/// The point before the payload, and the payload's `{"` in base64.
pub(crate) const PAYLOAD: &[u8] = b".eyJ";

/// Real tokens are often cut off in their last bits by hand.
pub(crate) const DECODER: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// Words that stand for claims and values in examples.
const EXAMPLE_WORDS: [&str; 14] =
    ["some", "payload", "foo", "bar", "baz", "hello", "world", "test", "data", "key", "value", "example", "a", "b"];

/// A token, read.
pub(crate) struct Parts {
    /// Where its header stands.
    pub(crate) header_at: Range<usize>,
    /// Where its payload stands.
    pub(crate) payload_at: Range<usize>,
    /// Where its signature stands.
    pub(crate) signature: Range<usize>,
    /// Its header, which names an algorithm.
    pub(crate) header: Map<String, Value>,
    /// Its payload.
    pub(crate) claims: Map<String, Value>,
}

impl Parts {
    /// The name of the algorithm.
    pub(crate) fn algorithm(&self) -> &str {
        self.header.get("alg").and_then(Value::as_str).unwrap_or_default()
    }

    /// Where the token stands.
    pub(crate) fn span(&self) -> Range<usize> {
        self.header_at.start..self.signature.end
    }

    /// The bytes of the signature, when it is base64url.
    pub(crate) fn signature_bytes(&self, view: &View<'_>) -> Option<Vec<u8>> {
        DECODER.decode(&view.bytes()[self.signature.clone()]).ok()
    }

    /// True for the token that documentation shows everywhere, and for those that claim nothing but words of examples.
    pub(crate) fn is_example(&self) -> bool {
        let claim = |name| self.claims.get(name).and_then(Value::as_str);
        let is_word = |word: &str| EXAMPLE_WORDS.contains(&word);
        let toy = |(name, value): (&String, &Value)| is_word(name) && value.as_str().is_none_or(is_word);
        let says_nothing = !self.claims.is_empty() && self.claims.iter().all(toy);
        says_nothing || claim("sub") == Some("1234567890") && matches!(claim("name"), Some("John Doe") | None)
    }
}

/// The token around the `point` before its payload.
pub(crate) fn parts(view: &View<'_>, point: usize) -> Option<Parts> {
    let header_at = view.byte_run_before(point, JWT_SEGMENT_BYTES_MAX, base64url);
    let payload_at = view.byte_run(point + 1, JWT_SEGMENT_BYTES_MAX, base64url);
    if view.bytes().get(payload_at.end) != Some(&b'.') || !view.word_may_begin(header_at.start) {
        return None;
    }
    let signature = view.byte_run(payload_at.end + 1, JWT_SEGMENT_BYTES_MAX, base64url);
    let header = object(view, &header_at)?;
    header.get("alg")?.as_str()?;
    let claims = object(view, &payload_at)?;
    Some(Parts { header_at, payload_at, signature, header, claims })
}

fn confirm(view: &View<'_>, point: usize) -> Outcome {
    parts(view, point).and_then(|token| judge(&token)).into()
}

fn judge(token: &Parts) -> Option<Hit> {
    if token.signature.is_empty() {
        let why = "A token without a signature: whoever accepts it accepts any.";
        return token.algorithm().eq_ignore_ascii_case("none").then(|| Hit::secret(token.span(), 0.9, why));
    }
    let why = "A token that lets its holder in, until it expires.";
    (!token.is_example()).then(|| Hit::secret(token.span(), 0.95, why))
}

/// The JSON object that the segment at `range` encodes.
fn object(view: &View<'_>, range: &Range<usize>) -> Option<Map<String, Value>> {
    let bytes = DECODER.decode(&view.bytes()[range.clone()]).ok()?;
    serde_json::from_slice(&bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::DECODER;
    use crate::testing::check;
    use base64::Engine as _;

    #[test]
    fn jwt() {
        let token = |header: &str, payload: &str, signature: &str| {
            format!("{}.{}.{signature}", DECODER.encode(header), DECODER.encode(payload))
        };
        let good = token(r#"{"alg":"HS256"}"#, r#"{"iat":1,"exp":9}"#, "c2lnbmF0dXJl");
        check(
            "guard.secret.jwt",
            &[(&good, 0..57), (&format!("Authorization: Bearer {good}\r\n"), 22..79), (&format!("?t={good}&x"), 3..60)],
            &[
                &token(r#"{"alg":"HS256"}"#, r#"{"sub":"1234567890","name":"John Doe","iat":1516239022}"#, "c2ln"),
                &token(r#"{"kid":"1"}"#, r#"{"sub":"42"}"#, "c2ln"),
                &format!("{}.eyJ!", DECODER.encode(r#"{"alg":"HS256"}"#)),
                "a.eyJ.b eyJ.eyJ.eyJ",
                &token(r#"{"alg":"HS256","typ":"JWT"}"#, r#"{"some":"payload"}"#, "c2ln"),
            ],
        );
    }
}
