//! How a match stands in its text: alone as a value, in a sentence, or in code that is shown to a reader.

use crate::text::View;
use std::ops::Range;

/// Bytes up to which a text can be one value, such as a parameter or a field; documents are longer.
pub(super) const VALUE_BYTES_MAX: usize = 1_024;

/// Lines up to which a text can be one value.
const VALUE_LINES_MAX: usize = 4;

/// Bytes that are searched for the beginning or the end of a line.
const LINE_BYTES_MAX: usize = 512;

/// Words of a sentence that make it one.
const SENTENCE_WORDS_MIN: usize = 4;

/// True when the text is short enough to be the value of one field.
pub(super) fn is_value(view: &View<'_>) -> bool {
    let bytes = view.bytes();
    bytes.len() <= VALUE_BYTES_MAX && memchr::memchr_iter(b'\n', bytes).count() < VALUE_LINES_MAX
}

/// True when `before` ends with the name and sign of a parameter in a query or a form.
pub(super) fn is_query_value(before: &[u8]) -> bool {
    let Some(before) = before.strip_suffix(b"=") else { return false };
    let name = before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || b"_-[].".contains(byte)).count();
    let lead = &before[..before.len() - name];
    name > 0 && lead.last().is_some_and(|byte| matches!(byte, b'?' | b'&')) && !lead.contains(&b' ')
}

/// True when nothing but white space, quotes and brackets stands around `span`, and the text is a value.
pub(super) fn is_alone(view: &View<'_>, span: &Range<usize>) -> bool {
    let frames = |bytes: &[u8]| bytes.iter().all(|byte| b" \t\r\n'\"()[]{};,".contains(byte));
    is_value(view) && frames(&view.bytes()[..span.start]) && frames(&view.bytes()[span.end..])
}

/// True when `span` is all of one string of a text that is JSON: `{"path": "…"}`.
pub(super) fn is_member(view: &View<'_>, span: &Range<usize>) -> bool {
    let bytes = view.bytes();
    let Some(before) = bytes[..span.start].strip_suffix(b"\"") else { return false };
    let Some(after) = bytes[span.end..].strip_prefix(b"\"") else { return false };
    is_value(view)
        && matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'['))
        && matches!(before.trim_ascii_end().last(), Some(b':' | b',' | b'['))
        && matches!(after.trim_ascii_start().first(), Some(b',' | b'}' | b']'))
}

/// The part of the line of `at` that stands before it; `None` when the line began too long ago.
pub(super) fn line_before<'t>(view: &View<'t>, at: usize) -> Option<&'t [u8]> {
    let low = at.saturating_sub(LINE_BYTES_MAX);
    let window = &view.bytes()[low..at];
    match memchr::memrchr(b'\n', window) {
        Some(end) => Some(&window[end + 1..]),
        None => (low == 0).then_some(window),
    }
}

/// The part of the line of `at` from there on, at most [`LINE_BYTES_MAX`] bytes.
pub(super) fn line_after<'t>(view: &View<'t>, at: usize) -> &'t [u8] {
    let rest = &view.bytes()[at..];
    let rest = &rest[..rest.len().min(LINE_BYTES_MAX)];
    &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())]
}

/// True when `span` stands between backticks, in a line of its own kind of quotation.
pub(super) fn in_backticks(view: &View<'_>, span: &Range<usize>) -> bool {
    let before = line_before(view, span.start).unwrap_or_default();
    memchr::memchr_iter(b'`', before).count() % 2 == 1 && line_after(view, span.end).contains(&b'`')
}

/// True when the line around `span` reads as a sentence: several plain words next to each other.
pub(super) fn in_sentence(view: &View<'_>, span: &Range<usize>) -> bool {
    let before = line_before(view, span.start).unwrap_or_default();
    plain_words(before) + plain_words(line_after(view, span.end)) >= SENTENCE_WORDS_MIN
}

/// Words of letters alone, with a comma or full stop at most.
fn plain_words(bytes: &[u8]) -> usize {
    let plain = |word: &&[u8]| {
        let word = word.strip_suffix(b",").or(word.strip_suffix(b".")).unwrap_or(word);
        !word.is_empty() && word.iter().all(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80)
    };
    bytes.split(u8::is_ascii_whitespace).filter(plain).count()
}

/// Text of a few lines around a place, in lower case.
pub(super) struct Around {
    /// Where it begins.
    pub(super) start: usize,
    /// In lower case (ASCII), with the length it had.
    pub(super) text: String,
    /// The place within `text`.
    pub(super) at: usize,
}

impl Around {
    /// At most `before` and `after` bytes around `at`.
    pub(super) fn new(view: &View<'_>, at: usize, before: usize, after: usize) -> Self {
        let all = view.slice(0..view.bytes().len());
        let start = all.ceil_char_boundary(at.saturating_sub(before)).min(at);
        let end = all.floor_char_boundary((at + after).min(all.len())).max(at);
        Self { start, text: all[start..end].to_ascii_lowercase(), at: at - start }
    }

    /// True when one of `words` stands in it.
    pub(super) fn has(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.text.contains(word))
    }

    /// True when one of `words` stands after the place.
    pub(super) fn follows(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.text[self.at..].contains(word))
    }

    /// Where the text ends.
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// How sure one may be at `span`: `value` where the text is one value, `shown` in sentences and backticks, otherwise
/// `elsewhere`.
pub(super) fn sure(view: &View<'_>, span: &Range<usize>, value: f64, elsewhere: f64, shown: f64) -> f64 {
    if in_backticks(view, span) || in_sentence(view, span) {
        shown
    } else if is_value(view) {
        value
    } else {
        elsewhere
    }
}
