//! Whether a report comes from the code host that shares a secret with us, found out in constant time.

use super::Host;
use axum::http::HeaderMap;
use hmac::{Hmac, KeyInit as _, Mac as _};
use palisade_notify::Secret;
use sha2::Sha256;

/// Whether `body` was sent by who knows `secret`. Without a secret nobody does.
pub(super) fn is_genuine(host: Host, secret: &Secret, headers: &HeaderMap, body: &[u8]) -> bool {
    if secret.is_missing() {
        return false;
    }
    let said = headers.get(host.signature_header()).map(|value| value.as_bytes()).unwrap_or_default();
    match host {
        // GitLab sends the secret itself. Both sides are hashed with it, so that time tells nothing of its letters.
        Host::GitLab => code(secret, said).is_some_and(|mac| {
            let own = code(secret, secret.reveal().as_bytes()).map(|mac| mac.finalize().into_bytes());
            own.is_some_and(|own| mac.verify_slice(&own).is_ok())
        }),
        Host::GitHub | Host::Bitbucket => {
            let claimed = said.strip_prefix(b"sha256=").and_then(from_hex);
            claimed.zip(code(secret, body)).is_some_and(|(claimed, mac)| mac.verify_slice(&claimed).is_ok())
        }
    }
}

fn code(secret: &Secret, text: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.reveal().as_bytes()).ok()?;
    mac.update(text);
    Some(mac)
}

fn from_hex(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let byte = |pair: &[u8]| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    };
    text.chunks(2).map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of GitHub's documentation, *Validating webhook deliveries*.
    const SIGNED: &str = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    fn genuine(host: Host, secret: &str, said: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(host.signature_header(), said.parse().unwrap());
        is_genuine(host, &Secret::from(secret), &headers, b"Hello, World!")
    }

    #[test]
    fn only_who_knows_the_secret_is_heard() {
        let secret = "It's a Secret to Everybody";
        assert!(genuine(Host::GitHub, secret, SIGNED) && genuine(Host::Bitbucket, secret, SIGNED));
        assert!(genuine(Host::GitLab, secret, secret));
        for (host, secret, said) in [
            (Host::GitHub, "", SIGNED),
            (Host::GitHub, "another", SIGNED),
            (Host::GitHub, secret, &SIGNED[..60]),
            (Host::GitHub, secret, "sha256="),
            (Host::GitHub, secret, "sha256=zz"),
            (Host::GitHub, secret, ""),
            (Host::GitLab, secret, "It's a Secret to Everybod"),
            (Host::GitLab, secret, ""),
            (Host::GitLab, "", ""),
        ] {
            assert!(!genuine(host, secret, said), "{host:?} {said}");
        }
        assert!(!is_genuine(Host::GitHub, &Secret::from(secret), &HeaderMap::new(), b"Hello, World!"));
    }
}
