//! How a payload stands in its text: as the value of a field, shown to a reader, or in a document.

use crate::{
    detector::{Hit, Outcome},
    text::View,
};
use palisade_model::Severity;
use std::ops::Range;

/// A value longer than this is a document.
const VALUE_BYTES_MAX: usize = 2048;

/// Whatever its lines, a text as short as this is a value.
const SHORT_BYTES_MAX: usize = 512;

/// A value of more lines than this is a document.
const VALUE_LINES_MAX: usize = 24;

/// As sure as this, a payload is one in any text.
pub(super) const BEYOND_DOUBT: f64 = 0.97;

/// Bytes before and after a payload that are searched for prose.
const PROSE_BYTES_MAX: usize = 512;

/// More plain words than these before a payload, or after it, are a text that speaks about it.
const WORDS_BEFORE_MAX: usize = 4;
const WORDS_AFTER_MAX: usize = 8;

/// Less sure than this, what is found is only worth a look.
const HIGH_MIN: f64 = 0.8;

/// Bytes of a page's beginning that tell it is one.
const PAGE_BYTES_MAX: usize = 256;

/// How a payload stands in its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is what the value says.
    Value,
    /// Among other text, quoted, or in code.
    Shown,
    /// In a text too long for a value.
    Document,
}

impl Standing {
    /// How sure a payload is an attack that is one with `sure` as a value.
    pub(super) fn weigh(self, sure: f64) -> f64 {
        match self {
            Self::Value => sure,
            Self::Shown => sure * 0.7,
            // Nobody has another reason to write what is that sure.
            Self::Document if sure >= BEYOND_DOUBT => 0.85,
            Self::Document => sure * 0.55,
        }
    }
}

/// True when the text is short enough to be the value of a field.
pub(super) fn is_value(view: &View<'_>) -> bool {
    let bytes = view.bytes();
    bytes.len() <= SHORT_BYTES_MAX
        || bytes.len() <= VALUE_BYTES_MAX && memchr::memchr_iter(b'\n', bytes).count() < VALUE_LINES_MAX
}

/// How `span` stands.
pub(super) fn standing(view: &View<'_>, span: &Range<usize>) -> Standing {
    if !is_value(view) || is_page(view.bytes()) {
        return Standing::Document;
    }
    let bytes = view.bytes();
    let before = &bytes[span.start.saturating_sub(PROSE_BYTES_MAX)..span.start];
    let after = &bytes[span.end.min(bytes.len())..];
    let after = &after[..after.len().min(PROSE_BYTES_MAX)];
    let line = &before[memchr::memrchr(b'\n', before).map_or(0, |end| end + 1)..];
    let quoted = memchr::memchr_iter(b'`', line).count() % 2 == 1
        && after.contains(&b'`')
        && !line.trim_ascii_start().starts_with(b"`");
    let fenced = memchr::memmem::find(before, b"```").is_some();
    let opens = before.trim_ascii_start().first().is_none_or(|byte| b"<>\"')]}&%-*/".contains(byte));
    let words_max = if opens { 3 * WORDS_BEFORE_MAX } else { WORDS_BEFORE_MAX };
    let prose = words(before, words_max + 1) > words_max || words(after, WORDS_AFTER_MAX + 1) > WORDS_AFTER_MAX;
    if quoted || fenced || prose || in_code(line) { Standing::Shown } else { Standing::Value }
}

/// True for a whole page: it begins as one, and has a head or a body that ends.
fn is_page(bytes: &[u8]) -> bool {
    let start = bytes.trim_ascii_start();
    let start = &start[..start.len().min(PAGE_BYTES_MAX)];
    let begins = [&b"<!doctype html"[..], b"<html"]
        .iter()
        .any(|name| start.get(..name.len()).is_some_and(|first| first.eq_ignore_ascii_case(name)));
    begins
        && ["<head", "<title", "</head", "<meta "]
            .iter()
            .any(|part| start.windows(part.len()).any(|window| window.eq_ignore_ascii_case(part.as_bytes())))
}

/// True after the beginning of a line of code that has opened a string: `name = "` or `call(x, "`.
fn in_code(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let Some((quote, rest)) = line.split_last() else { return false };
    let begins =
        line[0].is_ascii_alphabetic() || matches!(line[0], b'#' | b'/' | b'[' | b'{' | b'(' | b'$' | b'@' | b'_');
    let opened =
        rest.trim_ascii_end().last().is_some_and(|byte| matches!(byte, b'(' | b'=' | b',' | b'[' | b':' | b'+'));
    let spaced = rest.contains(&b' ') || rest.contains(&b'(');
    matches!(quote, b'"' | b'\'' | b'`')
        && begins
        && opened
        && spaced
        && !rest.contains(&b'<')
        && !rest.starts_with(b"{\"")
}

/// Words of letters alone, with a comma or full stop at most; counted up to `most`.
fn words(bytes: &[u8], most: usize) -> usize {
    let plain = |word: &&[u8]| {
        let word = word.strip_suffix(b",").or(word.strip_suffix(b".")).unwrap_or(word);
        !word.is_empty() && word.iter().all(|byte| byte.is_ascii_alphabetic() || matches!(*byte, b'\'' | 0x80..))
    };
    bytes.split(u8::is_ascii_whitespace).filter(plain).take(most).count()
}

/// The outcome for `span`, an attack with `sure` as a value; less sure, it is only worth a look.
pub(super) fn found(view: &View<'_>, span: Range<usize>, sure: f64, why: &'static str) -> Outcome {
    let text = view.slice(0..view.bytes().len());
    let end = text.ceil_char_boundary(span.end);
    let sure = standing(view, &(span.start..end)).weigh(sure);
    let hit = Hit::text(span.start..end, None, sure, why);
    Outcome::Found(if sure < HIGH_MIN { hit.rated(Severity::Medium) } else { hit })
}
