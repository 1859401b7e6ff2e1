//! Where a payload stands: alone, as the value of a field has it, or in the middle of other text.

use crate::text::View;
use std::ops::Range;

/// A value longer than this is a document, in which code is quoted rather than smuggled.
const VALUE_BYTES_MAX: usize = 2048;

/// Payloads do their work early; what stands further off does not change the judgement.
const WINDOW_BEFORE_BYTES_MAX: usize = 512;
const WINDOW_AFTER_BYTES_MAX: usize = 2048;

/// The line around a needle, within a bounded window, and what is known of its place.
pub(super) struct Line {
    pub(super) range: Range<usize>,
    /// The line is all that the text says.
    pub(super) alone: bool,
}

/// The line that `at` stands in.
pub(super) fn line_around(view: &View<'_>, at: usize) -> Line {
    let bytes = view.bytes();
    let ends = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let lowest = boundary(bytes, at.saturating_sub(WINDOW_BEFORE_BYTES_MAX));
    let highest = boundary(bytes, bytes.len().min(at.saturating_add(WINDOW_AFTER_BYTES_MAX)));
    let start = bytes[lowest..at].iter().rposition(ends).map_or(lowest, |gap| lowest + gap + 1);
    let end = bytes[at..highest].iter().position(ends).map_or(highest, |gap| at + gap);
    // Who asks for a line takes it apart.
    view.spend(4 * (end - start));
    let blank = |part: &[u8]| part.iter().all(u8::is_ascii_whitespace);
    let alone = bytes.len() <= VALUE_BYTES_MAX && blank(&bytes[..start]) && blank(&bytes[end..]);
    Line { range: start..end, alone }
}

/// `at`, moved back to the boundary of a character.
pub(super) fn boundary(bytes: &[u8], mut at: usize) -> usize {
    while at > 0 && bytes.get(at).is_some_and(|byte| byte & 0xC0 == 0x80) {
        at -= 1;
    }
    at
}
