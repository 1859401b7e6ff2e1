//! Composer's versions: normalised to four numbers and a stability, then ordered as PHP's `version_compare` does.

use super::key::{Key, KeyWriter};

/// Stabilities from least to most, with the words for them.
const STABILITIES: &[(u8, &[&str])] = &[
    (0x02, &["alpha", "a"]),
    (0x03, &["beta", "b"]),
    (0x04, &["rc"]),
    (STABLE, &["stable"]),
    (PATCH, &["patch", "pl", "p"]),
];
const DEVELOPMENT: u8 = 0x01;
const STABLE: u8 = 0x05;
const PATCH: u8 = 0x06;

/// Behind a stability: a development form comes before it, one with a number after.
const BEFORE: u8 = 0x01;
const EXACTLY: u8 = 0x02;
const NUMBERED: u8 = 0x03;

/// A version taken apart.
struct Parts<'a> {
    release: &'a str,
    stability: u8,
    numbers: &'a str,
    development: bool,
}

pub(super) fn key(text: &str) -> Option<Key> {
    let lower = text.to_ascii_lowercase();
    let parts = split(&lower)?;
    let mut writer = KeyWriter::new();
    writer.release(numbers(parts.release)).class(parts.stability);
    for number in numbers(parts.numbers) {
        writer.class(NUMBERED).digits(number);
    }
    writer.class(if parts.development { BEFORE } else { EXACTLY });
    Some(writer.finish())
}

pub(super) fn is_prerelease(text: &str) -> bool {
    split(&text.to_ascii_lowercase()).is_none_or(|parts| parts.development || parts.stability < STABLE)
}

fn numbers(list: &str) -> impl Iterator<Item = &str> {
    list.split(|character: char| !character.is_ascii_digit()).filter(|number| !number.is_empty())
}

/// `None` for what is no numbered version, such as the branch `dev-main`.
fn split(text: &str) -> Option<Parts<'_>> {
    let text = text.strip_prefix('v').unwrap_or(text);
    let text = text.split_once('+').map_or(text, |(version, _)| version);
    let end = release_end(text);
    let (release, rest) = text.split_at(end);
    if release.is_empty() {
        return None;
    }
    let rest = rest.trim_start_matches(['.', '-', '_']);
    let (rest, development) = match rest.strip_suffix("dev") {
        Some(before) => (before.trim_end_matches(['.', '-', '_']), true),
        None => (rest, false),
    };
    let word_end = rest.find(|character: char| !character.is_ascii_alphabetic()).unwrap_or(rest.len());
    let (word, numbers) = rest.split_at(word_end);
    let stability = match word {
        "" if development => DEVELOPMENT,
        "" => STABLE,
        _ => STABILITIES.iter().find(|row| row.1.contains(&word))?.0,
    };
    let rest_is_numbers = numbers.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'));
    let development = development && stability != DEVELOPMENT;
    (rest_is_numbers && (numbers.is_empty() || !word.is_empty())).then_some(Parts {
        release,
        stability,
        numbers,
        development,
    })
}

/// Where the numbers of the release end: behind digits that dots part, or hyphens in what looks like a date.
fn release_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let dated = bytes.len() >= 7 && bytes[..4].iter().all(u8::is_ascii_digit) && bytes[4] == b'-';
    let mut end = 0;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'0'..=b'9' => end = at + 1,
            b'.' => {}
            b'-' if dated => {}
            _ => break,
        }
        if at > end {
            break;
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use crate::version::Scheme;
    use std::cmp::Ordering;

    #[test]
    fn order_is_that_of_composer() {
        let ascending = [
            "dev-main",
            "1.0.0-dev",
            "1.0.0-alpha",
            "1.0.0-alpha1-dev",
            "1.0.0-alpha1",
            "1.0.0a2",
            "1.0.0-beta",
            "1.0.0-RC1",
            "1.0.0-rc.2",
            "1.0.0",
            "1.0.0-p1",
            "1.0.0-patch2",
            "1.0.0.1",
            "1.0.1",
            "v1.10",
            "2.0",
        ];
        for pair in ascending.windows(2) {
            assert_eq!(Scheme::Packagist.compare(pair[0], pair[1]), Ordering::Less, "{pair:?}");
        }
        for (a, b) in [("1", "1.0.0.0"), ("v1.0.0", "1.0.0"), ("1.0b2", "1.0-beta2"), ("1.0.0-stable", "1.0.0")] {
            assert_eq!(Scheme::Packagist.compare(a, b), Ordering::Equal, "{a} {b}");
        }
    }
}
