//! The view in which every encoded character is replaced in its place.

use super::{Layer, Unit, escape, fold, html, layer::Builder, lookalike, url};
use std::ops::Range;

/// The bytes `window` of `layer` with escapes of every kind decoded, or nothing when there are none.
pub(super) fn unescaped<'p>(layer: &'p Layer<'p>, window: Range<usize>) -> Option<Layer<'p>> {
    replaced(layer, window, |text, at| {
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
    replaced(layer, window, |text, at| fold::unit(text.as_bytes(), at))
}

fn replaced<'p>(
    layer: &'p Layer<'p>,
    window: Range<usize>,
    unit_at: fn(&str, usize) -> Option<Unit>,
) -> Option<Layer<'p>> {
    let mut builder = Builder::new(layer, window.clone());
    let mut at = window.start;
    while at < window.end {
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
