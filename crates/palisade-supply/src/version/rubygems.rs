//! `Gem::Version`: numbers and words in turn, a word before every number, and missing segments are zeros.

use super::key::{Key, KeyWriter};

/// The classes of a segment. A zero is what a shorter version has there as well, so where it stands depends on what
/// comes after it.
const WORD: u8 = 0x02;
const ZERO_BEFORE_WORD: u8 = 0x03;
const END: u8 = 0x04;
const ZERO_BEFORE_NUMBER: u8 = 0x05;
const NUMBER: u8 = 0x06;

pub(super) fn key(text: &str) -> Option<Key> {
    let segments = segments(text)?;
    let mut writer = KeyWriter::new();
    for (at, segment) in segments.iter().enumerate() {
        if is_word(segment) {
            writer.class(WORD).word(segment);
        } else if !is_zero(segment) {
            writer.class(NUMBER).digits(segment);
        } else {
            let next = segments[at..].iter().find(|segment| !is_zero(segment));
            writer.class(if next.is_some_and(|next| is_word(next)) { ZERO_BEFORE_WORD } else { ZERO_BEFORE_NUMBER });
        }
    }
    writer.class(END);
    Some(writer.finish())
}

/// The segments that count: zeros at the end of the leading numbers and at the end of the whole do not.
fn segments(text: &str) -> Option<Vec<String>> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    if !text.starts_with(|first: char| first.is_ascii_digit()) || !text.bytes().all(allowed) {
        return None;
    }
    let text = text.replace('-', ".pre.");
    let mut segments: Vec<String> = Vec::new();
    for part in text.split('.') {
        for run in part.as_bytes().chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit()) {
            segments.push(String::from_utf8_lossy(run).into_owned());
        }
    }
    let first_word = segments.iter().position(|segment| is_word(segment)).unwrap_or(segments.len());
    let mut words = segments.split_off(first_word);
    for list in [&mut segments, &mut words] {
        while list.last().is_some_and(|last| is_zero(last)) {
            list.pop();
        }
    }
    segments.append(&mut words);
    Some(segments)
}

fn is_word(segment: &str) -> bool {
    segment.starts_with(|first: char| first.is_ascii_alphabetic())
}

fn is_zero(segment: &str) -> bool {
    segment.bytes().all(|byte| byte == b'0')
}

#[cfg(test)]
mod tests {
    use crate::version::Scheme;
    use std::cmp::Ordering;

    #[test]
    fn order_is_that_of_gem_version() {
        let ascending =
            ["1.a", "1.a.1", "1.b", "1.rc1", "1.rc2", "1.0", "1.0.1.a", "1.0.1", "1.0.10", "1.1.pre", "1.1", "2.0.0"];
        for pair in ascending.windows(2) {
            assert_eq!(Scheme::RubyGems.compare(pair[0], pair[1]), Ordering::Less, "{pair:?}");
        }
        for (a, b) in [("1", "1.0.0"), ("1.0.a", "1.a"), ("1-1", "1.pre.1"), ("1.a.0", "1.a")] {
            assert_eq!(Scheme::RubyGems.compare(a, b), Ordering::Equal, "{a} {b}");
        }
        assert_eq!(Scheme::RubyGems.compare("1.a.0.b", "1.a"), Ordering::Less);
    }
}
