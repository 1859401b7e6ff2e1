//! Where decoding could begin, as the prefilter comes by.

use super::{escape, fold, html, lookalike, url};
use crate::limits::{VIEW_CONTEXT_BYTES, VIEW_WHOLE_BYTES_MAX};
use std::ops::Range;

/// Needles beside those of the detectors, in lower case: as much of an encoded character as all of its kind have, so
/// that the signs alone, which stand everywhere in code, are not even looked at.
pub(crate) fn triggers() -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> =
        [&b"%u"[..], b"&#", b"\\u", b"\\x", b"\\\\u", b"\\\\x", b"/*"].map(<[u8]>::to_vec).into();
    all.extend(html::names().map(|name| format!("&{}", name.to_ascii_lowercase()).into_bytes()));
    all
}

const HEXADECIMAL: &[u8] = b"0123456789abcdef";
const OCTAL: &[u8] = b"01234567";
const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz";
const LETTERS_AND_DIGITS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const ALL: &[u8] = &{
    let mut all = [0; 256];
    let mut byte = 0;
    while byte < all.len() {
        all[byte] = byte as u8;
        byte += 1;
    }
    all
};

/// The same for those that begin with one byte and go on with one of several.
pub(crate) fn patterns() -> [(u8, [&'static [u8]; 2]); 5] {
    [
        (b'%', [HEXADECIMAL, HEXADECIMAL]),
        (b'\\', [OCTAL, OCTAL]),
        (b'\'', [b"'", LETTERS]),
        (b'"', [b"\"", LETTERS]),
        (b'+', [LETTERS_AND_DIGITS, ALL]),
    ]
}

/// Bytes behind the surroundings of an encoded character in which others need not be noted.
const SURROUNDINGS_BYTES: usize = 256;

/// Stretches of a text that are worth decoding, in their order and apart.
#[derive(Default)]
pub(crate) struct Triggers {
    pub(super) escapes: Vec<Range<usize>>,
    pub(super) folds: Vec<Range<usize>>,
}

impl Triggers {
    pub(crate) fn is_empty(&self) -> bool {
        self.escapes.is_empty() && self.folds.is_empty()
    }

    /// Notes the trigger at `at`, if an encoded character really begins there.
    pub(crate) fn note(&mut self, text: &str, at: usize) {
        let bytes = text.as_bytes();
        let escapes = matches!(bytes[at], b'%' | b'&' | b'\\' | b'+');
        let stretches = if escapes { &mut self.escapes } else { &mut self.folds };
        // Where much is encoded, most of it stands in the surroundings of what came before.
        if stretches.last().is_some_and(|last| last.end == text.len() || at + VIEW_CONTEXT_BYTES <= last.end) {
            return;
        }
        let unit = match bytes[at] {
            b'%' => url::unit(bytes, at),
            b'&' => html::unit(bytes, at),
            b'\\' => escape::unit(bytes, at),
            b'+' => url::plus(bytes, at),
            _ => fold::unit(bytes, at),
        };
        if unit.is_some_and(|unit| unit.strong) {
            add(stretches, text, at);
        }
    }

    /// Notes characters beyond ASCII, which would be too many needles.
    pub(super) fn note_lookalikes(&mut self, text: &str) {
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(next) = text.as_bytes()[at..].iter().position(|&byte| byte >= 0xC0) {
            at += next;
            if lookalike::unit(text, at).is_some() {
                add(&mut found, text, at);
            }
            // Most others stand in the surroundings of this one.
            let covered = found.last().map_or(0, |last| match last.end == text.len() {
                true => last.end,
                false => last.end - VIEW_CONTEXT_BYTES,
            });
            at = text.ceil_char_boundary(covered.max(at + 1));
        }
        if !found.is_empty() {
            self.escapes = merged(std::mem::take(&mut self.escapes), found);
        }
    }
}

/// Adds the surroundings of `at` to `stretches`, which end before or around it.
fn add(stretches: &mut Vec<Range<usize>>, text: &str, at: usize) {
    if text.len() <= VIEW_WHOLE_BYTES_MAX {
        if stretches.is_empty() {
            stretches.push(0..text.len());
        }
        return;
    }
    let start = text.floor_char_boundary(at.saturating_sub(VIEW_CONTEXT_BYTES));
    let end = text.ceil_char_boundary(text.len().min(at + VIEW_CONTEXT_BYTES + SURROUNDINGS_BYTES));
    match stretches.last_mut() {
        Some(last) if last.end >= start => last.end = last.end.max(end),
        _ => stretches.push(start..end),
    }
}

fn merged(mut one: Vec<Range<usize>>, other: Vec<Range<usize>>) -> Vec<Range<usize>> {
    one.extend(other);
    one.sort_by_key(|stretch| stretch.start);
    let mut all: Vec<Range<usize>> = Vec::with_capacity(one.len());
    for stretch in one {
        match all.last_mut() {
            Some(last) if last.end >= stretch.start => last.end = last.end.max(stretch.end),
            _ => all.push(stretch),
        }
    }
    all
}
