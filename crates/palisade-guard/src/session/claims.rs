//! Tokens shown to the wrong receiver, or at the wrong time.
//!
//! **What it finds.** Claims of a JSON Web Token that do not suit who is shown it: another audience or issuer than the
//! policy expects, a token that has expired, that is not valid yet, or that never expires.
//!
//! **Why it matters.** Whoever accepts a token that was made for somebody else lets its holder play one service against
//! another; MCP forbids to pass such tokens on.
//!
//! **Example.** `"aud": "https://mail.corp.net"` in a token that the calendar is shown
//!
//! Nothing is judged unless the policy names audiences or issuers (`[session]`). Signatures are not verified: that takes
//! the issuer's key. To accept a token, add its audience or issuer to the policy.

use crate::{
    Detector,
    detector::Finds,
    secret::jwt::{PAYLOAD, parts},
    session::finding,
    text::View,
};
use palisade_model::{FindingDraft, Severity};
use serde_json::{Map, Value};

pub(crate) static CLAIMS: Detector = Detector {
    class: "guard.session.claims",
    version: "1",
    severity: Severity::High,
    title: "Token for another receiver, or out of its time",
    remediation: "Refuse the token, and ask for one that is issued for this receiver.",
    references: &["CWE-345", "CWE-613", "RFC8707", "RFC9068"],
    finds: Finds::Limit,
};

/// What the receiver of a token expects of it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Expected<'e> {
    /// The receiver's own names, one of which `aud` has to hold; when there are none, any audience will do.
    pub audiences: &'e [String],
    /// The issuers that are trusted, one of which `iss` has to be; when there are none, any issuer will do.
    pub issuers: &'e [String],
    /// The time, in seconds since the Unix epoch.
    pub now_seconds: f64,
    /// By how many seconds clocks may differ.
    pub leeway_seconds: f64,
}

/// One thing that is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimFault {
    /// The token is for somebody else (RFC 7519 §4.1.3).
    WrongAudience,
    /// The token does not say whom it is for.
    NoAudience,
    /// The token is from somebody who is not trusted (§4.1.1).
    WrongIssuer,
    /// The token does not say whom it is from.
    NoIssuer,
    /// `exp` has passed (§4.1.4).
    Expired,
    /// `exp` is missing, or is no number.
    NoExpiry,
    /// `nbf` has not come yet (§4.1.5).
    NotYetValid,
}

impl ClaimFault {
    /// What is wrong, in plain words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::WrongAudience => "it is for another receiver",
            Self::NoAudience => "it does not say for whom it is",
            Self::WrongIssuer => "it is from an issuer that is not trusted",
            Self::NoIssuer => "it does not say from whom it is",
            Self::Expired => "it has expired",
            Self::NoExpiry => "it never expires",
            Self::NotYetValid => "it is not valid yet",
        }
    }

    const fn severity(self) -> Severity {
        match self {
            Self::WrongAudience | Self::WrongIssuer => Severity::High,
            Self::NoAudience | Self::NoIssuer | Self::Expired | Self::NoExpiry | Self::NotYetValid => Severity::Medium,
        }
    }
}

/// What is wrong with `claims` for a receiver that expects `expected`; nothing when they are in order.
#[must_use]
pub fn judge_claims(claims: &Map<String, Value>, expected: &Expected<'_>) -> Vec<ClaimFault> {
    let time = |name| claims.get(name).and_then(Value::as_f64);
    let expiry = match time("exp") {
        None => Some(ClaimFault::NoExpiry),
        Some(expires) => (expires + expected.leeway_seconds <= expected.now_seconds).then_some(ClaimFault::Expired),
    };
    let early = time("nbf").is_some_and(|begins| begins > expected.now_seconds + expected.leeway_seconds);
    [
        named(claims.get("aud"), expected.audiences, ClaimFault::NoAudience, ClaimFault::WrongAudience),
        named(claims.get("iss"), expected.issuers, ClaimFault::NoIssuer, ClaimFault::WrongIssuer),
        expiry,
        early.then_some(ClaimFault::NotYetValid),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The fault of a claim that is one name, or several, of which one has to be `expected`.
fn named(claimed: Option<&Value>, expected: &[String], none: ClaimFault, wrong: ClaimFault) -> Option<ClaimFault> {
    let known = |name: &str| expected.iter().any(|expected| expected == name);
    let fits = match claimed {
        _ if expected.is_empty() => true,
        None | Some(Value::Null) => return Some(none),
        Some(Value::String(name)) => known(name),
        Some(Value::Array(names)) => names.iter().any(|name| name.as_str().is_some_and(known)),
        Some(_) => false,
    };
    (!fits).then_some(wrong)
}

/// The finding about `bearer`, a token as a peer has shown it, with or without `Bearer` before it; none when its claims
/// are in order, and for what is no JSON Web Token. Places count in `bearer`. The signature is not verified.
#[must_use]
pub fn judge_bearer(bearer: &str, expected: &Expected<'_>) -> Option<FindingDraft> {
    let point = memchr::memmem::find(bearer.as_bytes(), PAYLOAD)?;
    let token = parts(&View::new(bearer), point)?;
    let faults = judge_claims(&token.claims, expected);
    let severity = faults.iter().map(|fault| fault.severity()).max()?;
    let words: Vec<&str> = faults.iter().map(|fault| fault.words()).collect();
    let explanation = format!("The claims of the token do not suit its receiver: {}.", words.join(", and "));
    Some(finding(&CLAIMS, bearer, token.span(), severity, 0.9, explanation))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::jwt::DECODER;
    use base64::Engine as _;

    #[test]
    fn claims_are_judged_for_a_receiver_and_a_time() {
        let (audiences, issuers) = (["billing".to_owned(), "shop".to_owned()], ["login".to_owned()]);
        let expected =
            Expected { audiences: &audiences, issuers: &issuers, now_seconds: 1_000.0, leeway_seconds: 60.0 };
        for (claims, faults) in [
            (r#"{"aud":"billing","iss":"login","exp":2000}"#, vec![]),
            (r#"{"aud":["x","shop"],"iss":"login","exp":950}"#, vec![]),
            (r#"{"aud":"x","iss":"login","exp":2000}"#, vec![ClaimFault::WrongAudience]),
            (r#"{"aud":["x"],"iss":"login","exp":900}"#, vec![ClaimFault::WrongAudience, ClaimFault::Expired]),
            (
                r#"{"iss":"y","exp":2000,"nbf":1500}"#,
                vec![ClaimFault::NoAudience, ClaimFault::WrongIssuer, ClaimFault::NotYetValid],
            ),
            (r#"{"aud":7,"exp":"soon"}"#, vec![ClaimFault::WrongAudience, ClaimFault::NoIssuer, ClaimFault::NoExpiry]),
        ] {
            assert_eq!(judge_claims(&serde_json::from_str(claims).unwrap(), &expected), faults, "{claims}");
        }
        let any = Expected { now_seconds: 1_000.0, ..Expected::default() };
        assert_eq!(judge_claims(&serde_json::from_str(r#"{"exp":2000}"#).unwrap(), &any), []);
    }

    #[test]
    fn a_bearer_is_judged_by_its_claims() {
        let audiences = ["billing".to_owned()];
        let expected = Expected { audiences: &audiences, now_seconds: 1_000.0, ..Expected::default() };
        let token =
            |claims: &str| format!("Bearer {}.{}.c2ln", DECODER.encode(r#"{"alg":"HS256"}"#), DECODER.encode(claims));
        assert_eq!(judge_bearer(&token(r#"{"aud":"billing","exp":2000}"#), &expected), None);
        assert_eq!(judge_bearer("Bearer opaque", &expected), None);
        assert_eq!(judge_bearer("", &expected), None);
        let wrong = token(r#"{"aud":"mail","exp":900}"#);
        let found = judge_bearer(&wrong, &expected).unwrap();
        assert_eq!((found.detector, found.severity), ("guard.session.claims", Severity::High));
        assert_eq!((found.evidence[0].start, found.evidence[0].end), (7, wrong.len()));
        assert!(found.explanation.contains("another receiver, and it has expired"), "{}", found.explanation);
        assert!(!format!("{found:?}").contains(&wrong[12..30]));
    }
}
