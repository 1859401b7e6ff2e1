//! What is wrong with a token's claims for a certain receiver at a certain time.

use serde_json::{Map, Value};

/// What the receiver of a token expects of it.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'e> {
    /// The receiver's own name, which `aud` has to hold.
    pub audience: &'e str,
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
    /// `exp` has passed (§4.1.4).
    Expired,
    /// `exp` is missing, or is no number.
    NoExpiry,
    /// `nbf` has not come yet (§4.1.5).
    NotYetValid,
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
    [audience(claims.get("aud"), expected.audience), expiry, early.then_some(ClaimFault::NotYetValid)]
        .into_iter()
        .flatten()
        .collect()
}

/// `aud` is one name, or several of which one has to fit.
fn audience(claimed: Option<&Value>, expected: &str) -> Option<ClaimFault> {
    let fits = match claimed {
        None | Some(Value::Null) => return Some(ClaimFault::NoAudience),
        Some(Value::String(name)) => name == expected,
        Some(Value::Array(names)) => names.iter().any(|name| name.as_str() == Some(expected)),
        Some(_) => false,
    };
    (!fits).then_some(ClaimFault::WrongAudience)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_judged_for_a_receiver_and_a_time() {
        let expected = Expected { audience: "billing", now_seconds: 1_000.0, leeway_seconds: 60.0 };
        for (claims, faults) in [
            (r#"{"aud":"billing","exp":2000}"#, vec![]),
            (r#"{"aud":["x","billing"],"exp":950}"#, vec![]),
            (r#"{"aud":"x","exp":2000}"#, vec![ClaimFault::WrongAudience]),
            (r#"{"aud":["x"],"exp":900}"#, vec![ClaimFault::WrongAudience, ClaimFault::Expired]),
            (r#"{"exp":2000,"nbf":1500}"#, vec![ClaimFault::NoAudience, ClaimFault::NotYetValid]),
            (r#"{"aud":7,"exp":"soon"}"#, vec![ClaimFault::WrongAudience, ClaimFault::NoExpiry]),
        ] {
            assert_eq!(judge_claims(&serde_json::from_str(claims).unwrap(), &expected), faults, "{claims}");
        }
    }
}
