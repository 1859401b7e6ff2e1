//! Semantic Versioning 2.0 (semver.org), read as generously as npm's, Go's and GitHub's users write it.
//!
//! A `v` or `=` may stand before it, numbers may be missing (`v4` is `4.0.0`) or more than three, and a label may follow
//! the last number without a hyphen (`1.2.3beta`). Go's `+incompatible` is build metadata; its pseudo-versions are
//! prereleases.

use super::key::{Key, KeyWriter};

const NUMBER: u8 = 0x02;
const WORD: u8 = 0x03;
const RELEASE: u8 = 0xFF;

/// Whether build metadata, behind `+`, has a part in the order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Build {
    Counts,
    DoesNotCount,
}

/// The parts of a version.
pub(super) struct Parts<'a> {
    pub(super) release: &'a str,
    pub(super) prerelease: &'a str,
    pub(super) build: &'a str,
}

pub(super) fn key(text: &str, build: Build) -> Option<Key> {
    let parts = split(text)?;
    let mut writer = KeyWriter::new();
    writer.release(parts.release.split('.'));
    if parts.prerelease.is_empty() {
        writer.class(RELEASE);
    } else {
        identifiers(&mut writer, parts.prerelease);
    }
    if build == Build::Counts {
        identifiers(&mut writer, parts.build);
    }
    Some(writer.finish())
}

/// Numbers before words, fewer before more (§11.4).
fn identifiers(writer: &mut KeyWriter, list: &str) {
    for identifier in list.split('.').filter(|_| !list.is_empty()) {
        if !identifier.is_empty() && identifier.bytes().all(|byte| byte.is_ascii_digit()) {
            writer.class(NUMBER).digits(identifier);
        } else {
            writer.class(WORD).word(identifier);
        }
    }
    writer.end();
}

pub(super) fn is_prerelease(text: &str) -> bool {
    split(text).is_some_and(|parts| !parts.prerelease.is_empty())
}

/// Takes a version apart; `None` when it does not begin with a number.
pub(super) fn split(text: &str) -> Option<Parts<'_>> {
    let text = text.trim_start_matches(['v', 'V', '=', ' ']);
    let text = text.strip_prefix("go").unwrap_or(text);
    let (text, build) = text.split_once('+').unwrap_or((text, ""));
    let end = text.find(|character: char| !character.is_ascii_digit() && character != '.').unwrap_or(text.len());
    let (release, rest) = text.split_at(end);
    let prerelease = match rest.strip_prefix('-') {
        Some(prerelease) => prerelease,
        None if rest.is_empty() || rest.starts_with(|next: char| next.is_ascii_alphabetic()) => rest,
        None => return None,
    };
    let whole = !release.is_empty() && release.split('.').all(|number| !number.is_empty());
    whole.then_some(Parts { release, prerelease, build })
}

#[cfg(test)]
mod tests {
    use crate::version::Scheme;
    use std::cmp::Ordering;

    #[test]
    fn precedence_is_that_of_the_specification() {
        let ascending = [
            "1.0.0-0",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "1.0.1",
            "1.10.0",
            "2.0.0-0",
            "2.0.0",
            "99999999999999999999999.0.0",
        ];
        for pair in ascending.windows(2) {
            assert_eq!(Scheme::SemVer.compare(pair[0], pair[1]), Ordering::Less, "{pair:?}");
        }
    }

    #[test]
    fn what_people_write_is_read() {
        for (a, b) in [("v4", "4.0.0"), ("=1.2.3", "1.2.3"), ("1.2.3+a", "1.2.3+b"), ("go1.21.3", "1.21.3")] {
            assert_eq!(Scheme::SemVer.compare(a, b), Ordering::Equal, "{a} {b}");
        }
        assert_eq!(Scheme::SemVer.compare("1.2.3beta", "1.2.3"), Ordering::Less);
        assert!(!Scheme::SemVer.key("latest").is_version() && !Scheme::SemVer.key("1..2").is_version());
    }

    /// The examples of Go's module reference: a pseudo-version lies between the tag before and the tag that it expects.
    #[test]
    fn versions_of_go_modules_are_in_order() {
        let ascending = [
            "v0.0.0-20170915032832-14c0d48ead0c",
            "v0.0.0-20191109021931-daa7c04131f5",
            "v1.2.2",
            "v1.2.3-0.20191109021931-daa7c04131f5",
            "v1.2.3-pre",
            "v1.2.3-pre.0.20191109021931-daa7c04131f5",
            "v1.2.3",
            "v2.0.0+incompatible",
            "v2.0.1-0.20200101000000-aaaaaaaaaaaa+incompatible",
            "v2.0.1+incompatible",
        ];
        for pair in ascending.windows(2) {
            assert_eq!(Scheme::SemVer.compare(pair[0], pair[1]), Ordering::Less, "{pair:?}");
        }
        assert_eq!(Scheme::SemVer.compare("v2.0.0+incompatible", "2.0.0"), Ordering::Equal);
    }

    #[test]
    fn build_metadata_counts_on_pub() {
        assert_eq!(Scheme::Pub.compare("1.0.0", "1.0.0+1"), Ordering::Less);
        assert_eq!(Scheme::Pub.compare("1.0.0+2", "1.0.0+10"), Ordering::Less);
        assert_eq!(Scheme::Pub.compare("1.0.0+10", "1.0.1-a"), Ordering::Less);
    }
}
