//! Hashes of contents in the one form that bills have: an algorithm and hexadecimal digits.

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// An algorithm, as CycloneDX and as SPDX name it, and the bytes of its hashes.
struct Algorithm(&'static str, &'static str, &'static str, usize);

const ALGORITHMS: &[Algorithm] = &[
    Algorithm("sha512", "SHA-512", "SHA512", 64),
    Algorithm("sha384", "SHA-384", "SHA384", 48),
    Algorithm("sha256", "SHA-256", "SHA256", 32),
    Algorithm("sha1", "SHA-1", "SHA1", 20),
    Algorithm("md5", "MD5", "MD5", 16),
];

/// One hash of a component.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Hash {
    pub(super) cyclonedx: &'static str,
    pub(super) spdx: &'static str,
    pub(super) digits: String,
}

/// The hashes of an `integrity` as manifests write it: `sha512-` and base64, several with space between, or `sha256:` and
/// digits. Others are of no file, such as Go's `h1:`, and are left out.
pub(super) fn hashes(integrity: &str) -> Vec<Hash> {
    let mut found: Vec<Hash> = Vec::new();
    for one in integrity.split_whitespace().filter_map(hash) {
        if !found.contains(&one) {
            found.push(one);
        }
    }
    found
}

fn hash(text: &str) -> Option<Hash> {
    let (name, value) = text.split_once(['-', ':'])?;
    let Algorithm(_, cyclonedx, spdx, bytes) = ALGORITHMS.iter().find(|row| row.0 == name)?;
    let is_digits = value.len() == bytes * 2 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
    let digits = if is_digits {
        value.to_ascii_lowercase()
    } else {
        // What follows `?` are options.
        let decoded = STANDARD.decode(value.split('?').next().unwrap_or(value)).ok()?;
        (decoded.len() == *bytes).then(|| decoded.iter().map(|byte| format!("{byte:02x}")).collect())?
    };
    Some(Hash { cyclonedx, spdx, digits })
}

#[cfg(test)]
mod tests {
    use super::hashes;

    #[test]
    fn hashes_are_read_in_both_forms() {
        let told = |text: &str| {
            hashes(text).into_iter().map(|hash| format!("{} {}", hash.cyclonedx, hash.digits)).collect::<Vec<_>>()
        };
        assert_eq!(told("sha1-AAECAwQFBgcICQoLDA0ODxAREhM="), ["SHA-1 000102030405060708090a0b0c0d0e0f10111213"]);
        let digits = "AB".repeat(32);
        assert_eq!(told(&format!("sha256:{digits} sha256:{digits}")), [format!("SHA-256 {}", "ab".repeat(32))]);
        for none in ["h1:abc=", "10c0/aa", "sha512-short", "sha256:zz", ""] {
            assert_eq!(told(none), Vec::<String>::new(), "{none}");
        }
    }
}
