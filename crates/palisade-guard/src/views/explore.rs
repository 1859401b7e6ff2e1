//! Goes through the views of a text, and through the views of those.

use super::{Layer, Triggers, blob, unescape};
use crate::limits::{VIEW_BYTES_MAX, VIEW_CONTEXT_BYTES, VIEW_DEPTH_MAX, VIEWS_BYTES_MAX, VIEWS_BYTES_MIN};
use std::ops::Range;

/// What may still be decoded for one input.
pub(crate) struct Budget {
    bytes: usize,
    /// True when more would have been decoded.
    pub(crate) exhausted: bool,
}

impl Budget {
    /// Enough to decode everything in an input of `bytes` in one way, and parts of it in others.
    pub(crate) fn for_input(bytes: usize) -> Self {
        Self { bytes: bytes.saturating_mul(2).clamp(VIEWS_BYTES_MIN, VIEWS_BYTES_MAX), exhausted: false }
    }

    fn take(&mut self, bytes: usize) -> bool {
        let enough = self.bytes >= bytes;
        self.bytes = self.bytes.saturating_sub(bytes);
        self.exhausted |= !enough;
        enough
    }
}

/// Gives every view of `layer` to `judge`, which notes where that can be decoded in turn and tells whether to go on.
pub(crate) fn explore(
    layer: &Layer<'_>,
    mut triggers: Triggers,
    budget: &mut Budget,
    judge: &mut dyn FnMut(&Layer<'_>, &mut Triggers) -> bool,
) -> bool {
    let deepest = layer.depth() == VIEW_DEPTH_MAX;
    if !layer.text().is_ascii() {
        triggers.note_lookalikes(layer.text());
    }
    let goes_on = each_window(&triggers.folds, layer.text(), &mut |window| {
        !budget.take(window.len())
            || unescape::folded(layer, window).is_none_or(|view| judge(&view, &mut Triggers::default()))
    });
    if deepest || !goes_on {
        return goes_on;
    }
    each_window(&triggers.escapes, layer.text(), &mut |window| {
        !budget.take(window.len())
            || unescape::unescaped(layer, window).is_none_or(|view| go_down(&view, budget, judge))
    }) && explore_blobs(layer, budget, judge)
}

fn explore_blobs(
    layer: &Layer<'_>,
    budget: &mut Budget,
    judge: &mut dyn FnMut(&Layer<'_>, &mut Triggers) -> bool,
) -> bool {
    let mut at = 0;
    while let Some(run) = blob::next_coded(layer.text().as_bytes(), at) {
        at = run.end;
        // What stands so in the parent was decoded there.
        if !layer.brings(&run) {
            continue;
        }
        let Some(view) = blob::decoded(layer, run) else { continue };
        if budget.take(view.text().len()) && !go_down(&view, budget, judge) {
            return false;
        }
    }
    true
}

fn go_down(view: &Layer<'_>, budget: &mut Budget, judge: &mut dyn FnMut(&Layer<'_>, &mut Triggers) -> bool) -> bool {
    let mut triggers = Triggers::default();
    judge(view, &mut triggers) && explore(view, triggers, budget, judge)
}

/// Cuts `stretches` into windows of limited size that overlap, until `visit` returns false.
fn each_window(stretches: &[Range<usize>], text: &str, visit: &mut dyn FnMut(Range<usize>) -> bool) -> bool {
    for stretch in stretches {
        let mut start = stretch.start;
        loop {
            let end = text.floor_char_boundary(stretch.end.min(start + VIEW_BYTES_MAX));
            if !visit(start..end) {
                return false;
            }
            if end >= stretch.end {
                break;
            }
            start = text.floor_char_boundary(end - VIEW_CONTEXT_BYTES);
        }
    }
    true
}

/// Where views could begin that no needle tells of: at characters beyond ASCII, and at runs of base64 and hexadecimal.
pub(crate) struct Unmarked<'t> {
    text: &'t [u8],
    /// The first ones at or behind the last place that was asked about.
    character: usize,
    run: usize,
}

impl<'t> Unmarked<'t> {
    pub(crate) fn of(text: &'t [u8]) -> Self {
        Self { text, character: first_beyond_ascii(text, 0), run: first_run(text, 0) }
    }

    /// Where the first of them is that was not passed over yet.
    pub(crate) fn next_start(&self) -> usize {
        self.character.min(self.run)
    }

    /// True when one begins in `range`. Ranges have to be asked for in order.
    pub(crate) fn begin_within(&mut self, range: &Range<usize>) -> bool {
        if self.character < range.start {
            self.character = first_beyond_ascii(self.text, range.start);
        }
        if self.run < range.start {
            self.run = first_run(self.text, range.start);
        }
        self.character < range.end || self.run < range.end
    }
}

fn first_run(text: &[u8], from: usize) -> usize {
    blob::next_coded(text, from).map_or(text.len(), |run| run.start)
}

fn first_beyond_ascii(text: &[u8], from: usize) -> usize {
    let rest = &text[from..];
    let (chunks, _) = rest.as_chunks::<64>();
    let before = chunks.iter().position(|chunk| !chunk.is_ascii()).unwrap_or(chunks.len()) * 64;
    rest[before..].iter().position(|byte| !byte.is_ascii()).map_or(text.len(), |length| from + before + length)
}
