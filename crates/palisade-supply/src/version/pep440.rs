//! PEP 440, as PyPI's `packaging` orders it (its `_cmpkey`).

use super::key::{Key, KeyWriter};
use pep440_rs::{LocalSegment, PrereleaseKind, Version};

/// Before every other value of a part.
const LOWEST: u8 = 0x01;
const WORD: u8 = 0x02;
const VALUE: u8 = 0x03;
/// After every other value of a part.
const HIGHEST: u8 = 0x04;

pub(super) fn key(text: &str) -> Option<Key> {
    let version: Version = text.parse().ok()?;
    let mut writer = KeyWriter::new();
    writer.number(version.epoch());
    let release: Vec<String> = version.release().iter().map(u64::to_string).collect();
    writer.release(release.iter().map(String::as_str));
    prerelease(&mut writer, &version);
    match version.post() {
        None => writer.class(LOWEST),
        Some(number) => writer.class(VALUE).number(number),
    };
    match version.dev() {
        None => writer.class(HIGHEST),
        Some(number) => writer.class(VALUE).number(number),
    };
    for segment in version.local() {
        match segment {
            LocalSegment::String(word) => writer.class(WORD).word(&word.to_ascii_lowercase()),
            LocalSegment::Number(number) => writer.class(VALUE).number(*number),
        };
    }
    writer.end();
    Some(writer.finish())
}

/// A development release of the final one comes before all its prereleases.
fn prerelease(writer: &mut KeyWriter, version: &Version) {
    match version.pre() {
        None if version.post().is_none() && version.dev().is_some() => writer.class(LOWEST),
        None => writer.class(HIGHEST),
        Some(pre) => {
            let rank = match pre.kind {
                PrereleaseKind::Alpha => 1,
                PrereleaseKind::Beta => 2,
                PrereleaseKind::Rc => 3,
            };
            writer.class(VALUE).class(rank).number(pre.number)
        }
    };
}

pub(super) fn is_prerelease(text: &str) -> bool {
    text.parse::<Version>().is_ok_and(|version| version.any_prerelease())
}

#[cfg(test)]
mod tests {
    use crate::version::Scheme;
    use std::cmp::Ordering;

    /// The summary of permitted suffixes and relative ordering in PEP 440.
    #[test]
    fn order_is_that_of_the_standard() {
        let ascending = [
            "1.dev0",
            "1.0.dev456",
            "1.0a1",
            "1.0a2.dev456",
            "1.0a12.dev456",
            "1.0a12",
            "1.0b1.dev456",
            "1.0b2",
            "1.0b2.post345.dev456",
            "1.0b2.post345",
            "1.0rc1.dev456",
            "1.0rc1",
            "1.0",
            "1.0+abc.5",
            "1.0+abc.7",
            "1.0+5",
            "1.0.post456.dev34",
            "1.0.post456",
            "1.0.15",
            "1.1.dev1",
            "1!0.1",
        ];
        for pair in ascending.windows(2) {
            assert_eq!(Scheme::Pep440.compare(pair[0], pair[1]), Ordering::Less, "{pair:?}");
        }
        for (a, b) in [("1.0", "1.0.0"), ("1.0-1", "1.0.post1"), ("v1.0ALPHA1", "1.0a1"), ("1.0+AB", "1.0+ab")] {
            assert_eq!(Scheme::Pep440.compare(a, b), Ordering::Equal, "{a} {b}");
        }
    }

    #[test]
    fn what_is_no_version_comes_first() {
        assert_eq!(Scheme::Pep440.compare("2013-02-16-x", "0.dev0"), Ordering::Less);
        assert_eq!(Scheme::Pep440.compare("dog", "fish"), Ordering::Less);
    }
}
