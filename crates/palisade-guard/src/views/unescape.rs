//! The view in which every encoded character is replaced in its place.

use super::{Layer, Unit, escape, fold, html, layer::Builder, lookalike, url};
use std::ops::Range;

/// Bytes that units of [`unescaped`] begin with.
const ESCAPES: [bool; 256] = {
    let mut table = table_of(b"%&\\+");
    let mut byte = 0xC0;
    while byte < table.len() {
        table[byte] = true;
        byte += 1;
    }
    table
};

/// Bytes that units of [`folded`] begin with.
const FOLDS: [bool; 256] = table_of(b"/*'\" \t\n\r");

const fn table_of(bytes: &[u8]) -> [bool; 256] {
    let (mut table, mut index) = ([false; 256], 0);
    while index < bytes.len() {
        table[bytes[index] as usize] = true;
        index += 1;
    }
    table
}

/// The bytes `window` of `layer` with escapes of every kind decoded, or nothing when there are none.
pub(super) fn unescaped<'p>(layer: &'p Layer<'p>, window: Range<usize>) -> Option<Layer<'p>> {
    replaced(layer, window, &ESCAPES, |text, at| {
        let bytes = text.as_bytes();
        match bytes[at] {
            b'%' => url::unit(bytes, at),
            b'&' => html::unit(bytes, at),
            b'\\' => escape::unit(bytes, at),
            b'+' => url::plus(bytes, at),
            0xC0.. => lookalike::unit(text, at),
            _ => None,
        }
    })
}

/// The bytes `window` of `layer` without what readers drop, or nothing when there is none of it.
pub(super) fn folded<'p>(layer: &'p Layer<'p>, window: Range<usize>) -> Option<Layer<'p>> {
    replaced(layer, window, &FOLDS, |text, at| fold::unit(text.as_bytes(), at))
}

fn replaced<'p>(
    layer: &'p Layer<'p>,
    window: Range<usize>,
    begins: &[bool; 256],
    unit_at: impl Fn(&str, usize) -> Option<Unit>,
) -> Option<Layer<'p>> {
    let mut builder = Builder::new(layer, window.clone());
    let mut at = window.start;
    while at < window.end {
        let rest = &layer.text.as_bytes()[at..window.end];
        let Some(plain) = rest.iter().position(|&byte| begins[usize::from(byte)]) else { break };
        at += plain;
        match unit_at(&layer.text, at) {
            Some(unit) => {
                builder.replace(at, &unit);
                at += unit.length;
            }
            None => at += 1,
        }
    }
    builder.finish()
}
