//! Faults of JSON Web Tokens (RFC 7519, RFC 8725).
//!
//! **What it finds.** Tokens without a signature or with the algorithm `none`; tokens signed with a secret that stands
//! in tutorials; headers that name a key by path, by query or by an address of the sender's choice; and tokens that
//! never expire or only after years.
//!
//! **Why it matters.** Whoever accepts such a token lets in who wrote it; whoever issues it lets others write their own.
//!
//! **Example.** `eyJhbGciOiJub25lIn0.….`
//!
//! Sound tokens are told by `guard.secret.jwt`. The token that documentation shows everywhere is left alone.

use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    limits::JWT_LIFETIME_SECONDS_MAX,
    secret::jwt::{PAYLOAD, Parts, parts},
    text::View,
};
use hmac::{EagerHash, Hmac, KeyInit, Mac};
use palisade_model::Severity;
use serde_json::{Map, Value};
use sha2::{Sha256, Sha384, Sha512};

pub(super) static JWT: Detector = Detector {
    class: "guard.session.jwt",
    version: "1",
    severity: Severity::High,
    title: "JSON Web Token with a fault",
    remediation: "Accept only the algorithms that you issue, sign with a random key of 256 bits or more, and let tokens expire.",
    references: &["CWE-347", "CWE-345", "CWE-613", "RFC8725"],
    finds: Finds::Places { needles: &[PAYLOAD], confirm },
};

/// Secrets of tutorials and defaults of frameworks; a random one is none of them.
const SAMPLE_SECRETS: [&str; 28] = [
    "",
    "secret",
    "Secret",
    "password",
    "your-256-bit-secret",
    "your-384-bit-secret",
    "your-512-bit-secret",
    "changeme",
    "change-me",
    "key",
    "test",
    "jwt",
    "token",
    "admin",
    "default",
    "private",
    "supersecret",
    "mysecret",
    "my-secret",
    "secretkey",
    "secret_key",
    "secret-key",
    "jwt_secret",
    "jwt-secret",
    "shhhhh",
    "s3cr3t",
    "123456",
    "qwerty",
];

/// A token this long is judged without trying secrets: what is signed is hashed once for each.
const SIGNED_BYTES_MAX: usize = 4096;

fn confirm(view: &View<'_>, point: usize) -> Outcome {
    let Some(token) = parts(view, point).filter(|token| !token.is_example()) else {
        return Outcome::Clean { until: 0 };
    };
    let worst = unsigned(&token)
        .or_else(|| sample_secret(view, &token))
        .or_else(|| chosen_key(&token.header))
        .or_else(|| lifetime(&token));
    worst.map(|(severity, confidence, why)| Hit::secret(token.span(), confidence, why).rated(severity)).into()
}

/// How bad, how sure, and why.
type Fault = (Severity, f64, &'static str);

fn unsigned(token: &Parts) -> Option<Fault> {
    let none = token.algorithm().eq_ignore_ascii_case("none");
    match (none, token.signature.is_empty()) {
        (true, _) => {
            Some((Severity::High, 0.9, "The header says that there is no signature: whoever accepts it accepts any."))
        }
        (false, true) => Some((Severity::Medium, 0.7, "The header names an algorithm, but the signature is cut off.")),
        (false, false) => None,
    }
}

fn sample_secret(view: &View<'_>, token: &Parts) -> Option<Fault> {
    let signed = &view.bytes()[token.header_at.start..token.payload_at.end];
    let signature = token.signature_bytes(view)?;
    if signed.len() > SIGNED_BYTES_MAX {
        return None;
    }
    let signs: fn(&[u8], &[u8], &[u8]) -> bool = match token.algorithm() {
        "HS256" => signs::<Sha256>,
        "HS384" => signs::<Sha384>,
        "HS512" => signs::<Sha512>,
        _ => return None,
    };
    let why = "The token is signed with a secret that stands in tutorials: anybody can write one.";
    SAMPLE_SECRETS.iter().any(|secret| signs(secret.as_bytes(), signed, &signature)).then_some((
        Severity::Critical,
        0.99,
        why,
    ))
}

/// True when `secret` makes the `signature` of what is `signed`.
fn signs<Hash: EagerHash>(secret: &[u8], signed: &[u8], signature: &[u8]) -> bool
where
    Hmac<Hash>: KeyInit + Mac,
{
    <Hmac<Hash> as KeyInit>::new_from_slice(secret)
        .is_ok_and(|mac| mac.chain_update(signed).verify_slice(signature).is_ok())
}

/// A key that the sender chooses: by address, by itself, or by a path or query in its name (RFC 8725, 3.10).
fn chosen_key(header: &Map<String, Value>) -> Option<Fault> {
    let text = |name| header.get(name).and_then(Value::as_str).unwrap_or_default();
    let kid = text("kid");
    if kid.contains("../")
        || kid.contains("..\\")
        || kid.contains('\'')
        || kid.starts_with("/dev/")
        || kid.contains(';')
    {
        return Some((Severity::High, 0.85, "The name of the key is a path or a query: it reaches for another key."));
    }
    let by_sender = header.contains_key("jwk") || !text("jku").is_empty() || !text("x5u").is_empty();
    by_sender.then_some((Severity::Medium, 0.6, "The header brings its own key, or the address of one."))
}

fn lifetime(token: &Parts) -> Option<Fault> {
    let claim = |name| token.claims.get(name).and_then(Value::as_f64);
    let Some(expires) = claim("exp") else {
        return Some((Severity::Medium, 0.9, "A token that lets its holder in, and that never expires."));
    };
    let issued = claim("iat").or(claim("nbf"))?;
    (expires - issued > JWT_LIFETIME_SECONDS_MAX).then_some((
        Severity::Medium,
        0.9,
        "A token that lets its holder in, and that is valid for years.",
    ))
}

#[cfg(test)]
mod tests {
    use crate::{Guard, secret::jwt::DECODER, testing::check};
    use base64::Engine as _;
    use hmac::{Hmac, KeyInit, Mac};
    use palisade_model::Severity;
    use sha2::Sha256;

    fn signed(header: &str, payload: &str, secret: &str) -> String {
        let text = format!("{}.{}", DECODER.encode(header), DECODER.encode(payload));
        let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret.as_bytes()).unwrap().chain_update(text.as_bytes());
        format!("{text}.{}", DECODER.encode(mac.finalize().into_bytes()))
    }

    const CLAIMS: &str = r#"{"sub":"42","iat":1700000000,"exp":1700003600}"#;

    #[test]
    fn faults() {
        let none = format!("{}.{}.", DECODER.encode(r#"{"alg":"None"}"#), DECODER.encode(CLAIMS));
        let weak = signed(r#"{"alg":"HS256"}"#, CLAIMS, "secret");
        let path = signed(r#"{"alg":"HS256","kid":"../../dev/null"}"#, CLAIMS, "kQ9vzT2mLx");
        let endless = signed(r#"{"alg":"HS256"}"#, r#"{"sub":"42"}"#, "kQ9vzT2mLx");
        let years = signed(r#"{"alg":"HS256"}"#, r#"{"iat":1700000000,"exp":1900000000}"#, "kQ9vzT2mLx");
        for (token, severity) in [
            (none, Severity::High),
            (weak, Severity::Critical),
            (path, Severity::High),
            (endless, Severity::Medium),
            (years, Severity::Medium),
        ] {
            check("guard.session.jwt", &[(&format!("t={token}"), 2..2 + token.len())], &[]);
            let found = Guard::new().inspect_text(&token);
            let fault = found.iter().find(|finding| finding.detector == "guard.session.jwt").unwrap();
            assert_eq!(fault.severity, severity, "{token}");
        }
    }

    #[test]
    fn a_sound_token_has_no_fault() {
        let token = signed(r#"{"alg":"HS256","kid":"2026-11"}"#, CLAIMS, "kQ9vzT2mLxkQ9vzT2mLxkQ9vzT2mLx");
        let found = Guard::new().inspect_text(&token);
        assert_eq!(found.iter().map(|finding| finding.detector).collect::<Vec<_>>(), ["guard.secret.jwt"]);
    }
}
