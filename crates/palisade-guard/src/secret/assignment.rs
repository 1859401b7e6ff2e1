//! The value that is assigned to a name: `name = value`, `"name": "value"`, and where name and value stand in members
//! beside each other, `name: DB_PASSWORD` and then `value: …`.

use crate::{
    limits::SECRET_VALUE_BYTES_MAX,
    member::{is_naming, is_valued},
    text::View,
};
use std::ops::Range;

/// Bytes between a name and the word `value` beside it: the end of a line and an indentation.
const GAP_BYTES_MAX: usize = 64;

/// Bytes of the words that name and value are called by.
const LABEL_BYTES_MAX: usize = 16;

/// A value, and whether it stands in quotes.
pub(super) type Value = (Range<usize>, bool);

/// The value behind an assignment at `at`.
pub(super) fn value_after(view: &View<'_>, at: usize) -> Option<Value> {
    let bytes = view.bytes();
    let skip = |from: usize, set: &[u8], most: usize| {
        from + bytes[from.min(bytes.len())..].iter().take(most).take_while(|byte| set.contains(byte)).count()
    };
    let sign = skip(at, b"\"'\\]` ", 4);
    let value = skip(sign, b"=:>", 2);
    if value == sign {
        return None;
    }
    let value = skip(value, b" \t", 8);
    let start = skip(value, b"\\\"'`", 2);
    let quoted = start > value;
    let range = view.byte_run(start, SECRET_VALUE_BYTES_MAX + 1, if quoted { in_quotes } else { bare });
    let closed = match bytes.get(range.end) {
        None => !quoted,
        Some(byte) if quoted => matches!(byte, b'"' | b'\'' | b'`' | b'\\'),
        Some(byte) => matches!(
            byte,
            b' ' | b'\n' | b'\r' | b'\t' | b',' | b';' | b'"' | b'\'' | b'&' | b'}' | b'<' | b'\\' | b'#'
        ),
    };
    (closed && (8..=SECRET_VALUE_BYTES_MAX).contains(&range.len())).then_some((range, quoted))
}

/// The value beside `name`, which is the value of a member itself, as in lists of variables and headers, and in the
/// attributes of an element.
pub(super) fn value_beside(view: &View<'_>, name: &Range<usize>) -> Option<Value> {
    let sign = view.byte_run_before(name.start, LABEL_BYTES_MAX, |byte| b"\"'\\:= \t".contains(&byte));
    let assigned = view.bytes()[sign.clone()].iter().any(|byte| matches!(byte, b':' | b'='));
    let label = view.byte_run_before(sign.start, LABEL_BYTES_MAX, in_label);
    if !assigned || !is_naming(view.slice(label)) {
        return None;
    }
    let gap = view.byte_run(name.end, GAP_BYTES_MAX, |byte| byte.is_ascii_whitespace() || b"\"'\\,".contains(&byte));
    let label = view.byte_run(gap.end, LABEL_BYTES_MAX, in_label);
    (!gap.is_empty() && is_valued(view.slice(label.clone()))).then(|| value_after(view, label.end))?
}

fn in_label(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn in_quotes(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b'`' | b'\\')
}

fn bare(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'+' | b'/' | b'=' | b'_' | b'-' | b'.' | b'~' | b'!' | b'@' | b'$' | b'%' | b'^' | b'*')
}
