//! One view: its text, what it was made from, and the way back.

use super::{Kind, Unit};
use crate::limits::{CHANGED_BYTES_MIN, VIEW_CONTEXT_BYTES};
use std::{borrow::Cow, ops::Range};

/// A text that detectors look at: the input itself, or what a part of another layer decodes to.
pub(crate) struct Layer<'p> {
    pub(super) text: Cow<'p, str>,
    origin: Option<(&'p Layer<'p>, Map)>,
}

/// Leads from places in a view to places in the text that it was made from.
enum Map {
    /// Some characters were decoded in their place; the rest of the text from the byte offset on stands as it was.
    Units(usize, Vec<Piece>),
    /// Everything was decoded, in groups of equal size.
    Groups { kind: Kind, run: Range<usize>, plain: usize, coded: usize },
}

/// One encoded character, and its place in both texts. There may be one for every few bytes, so it is small: a view is
/// made from some thousand bytes, and one character from some dozen.
#[derive(Clone, Copy)]
struct Piece {
    view_start: u32,
    /// Counted from the beginning of what the view was made from.
    origin_start: u32,
    origin_length: u16,
    view_length: u8,
    kind: Kind,
}

impl Piece {
    /// Its place in the view.
    fn view(&self) -> Range<usize> {
        self.view_start as usize..self.view_end()
    }

    fn view_end(&self) -> usize {
        self.view_start as usize + usize::from(self.view_length)
    }

    /// Its place in the text that the view was made from, from the byte `base` on.
    fn origin(&self, base: usize) -> Range<usize> {
        let start = base + self.origin_start as usize;
        start..start + usize::from(self.origin_length)
    }
}

impl<'p> Layer<'p> {
    /// The input itself.
    pub(crate) fn input(text: &'p str) -> Self {
        Self { text: Cow::Borrowed(text), origin: None }
    }

    /// `text`, which the bytes `run` of `parent` decode to; each `plain` bytes of it come from `coded` ones.
    pub(super) fn blob(
        parent: &'p Layer<'p>,
        text: String,
        kind: Kind,
        run: Range<usize>,
        (plain, coded): (usize, usize),
    ) -> Self {
        Self { text: Cow::Owned(text), origin: Some((parent, Map::Groups { kind, run, plain, coded })) }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// True for the input itself.
    pub(crate) fn is_input(&self) -> bool {
        self.origin.is_none()
    }

    /// How many decodings lie between the input and this.
    pub(super) fn depth(&self) -> usize {
        self.origin.as_ref().map_or(0, |(parent, _)| parent.depth() + 1)
    }

    /// The place in the input that `span` comes from.
    pub(crate) fn place(&self, span: &Range<usize>) -> Range<usize> {
        let (mut layer, mut place) = (self, span.clone());
        while let Some((parent, map)) = &layer.origin {
            place = map.place(&place);
            (layer, place) = (parent, parent.bounded(place));
        }
        place
    }

    /// `place`, widened to the boundaries of characters.
    fn bounded(&self, place: Range<usize>) -> Range<usize> {
        self.text.floor_char_boundary(place.start)..self.text.ceil_char_boundary(place.end)
    }

    /// Gives the parts of this text that its decoding may have changed the meaning of to `visit`, in their order, until
    /// that wants no more: the lines that decoded characters stand in, as far as detectors look, and a few bytes on
    /// either side. Outside, everything was judged in the parent.
    pub(crate) fn each_changed(&self, visit: &mut dyn FnMut(Range<usize>) -> bool) -> bool {
        let Some((_, Map::Units(_, pieces))) = &self.origin else { return visit(0..self.text.len()) };
        let bytes = self.text.as_bytes();
        let mut changed: Option<Range<usize>> = None;
        for piece in pieces {
            let view = piece.view();
            if changed.as_ref().is_some_and(|last| view.end + CHANGED_BYTES_MIN <= last.end) {
                continue;
            }
            let before = &bytes[view.start.saturating_sub(VIEW_CONTEXT_BYTES)..view.start];
            let after = &bytes[view.end..bytes.len().min(view.end + VIEW_CONTEXT_BYTES)];
            let to_start = memchr::memrchr(b'\n', before).map_or(before.len(), |end| before.len() - end);
            let to_end = memchr::memchr(b'\n', after).unwrap_or(after.len());
            let start = view.start.saturating_sub(to_start.max(CHANGED_BYTES_MIN));
            let end = bytes.len().min(view.end + to_end.max(CHANGED_BYTES_MIN));
            match &mut changed {
                Some(last) if start <= last.end => last.end = last.end.max(end),
                _ => {
                    if changed.replace(start..end).is_some_and(|last| !visit(last)) {
                        return false;
                    }
                }
            }
        }
        changed.is_none_or(visit)
    }

    /// Gives the kind of each encoding of this layer's own within `span` to `visit`; none when `span` stands so in the
    /// parent too.
    pub(crate) fn each_kind(&self, span: &Range<usize>, visit: &mut dyn FnMut(Kind)) {
        match &self.origin {
            None => {}
            Some((_, Map::Groups { kind, .. })) => visit(*kind),
            Some((_, Map::Units(_, pieces))) => {
                let first = pieces.partition_point(|piece| piece.view_end() < span.start);
                for piece in &pieces[first..] {
                    let view = piece.view();
                    if view.start >= span.end {
                        break;
                    }
                    if view.end > span.start || (view.is_empty() && view.start > span.start) {
                        visit(piece.kind);
                    }
                }
            }
        }
    }

    /// The same, each kind once.
    fn kinds(&self, span: &Range<usize>) -> Vec<Kind> {
        let mut kinds = Vec::new();
        self.each_kind(span, &mut |kind| {
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        });
        kinds
    }

    /// True when `span` does not stand so in the parent.
    pub(super) fn brings(&self, span: &Range<usize>) -> bool {
        let Some((_, Map::Units(_, pieces))) = &self.origin else { return true };
        let next = pieces.partition_point(|piece| piece.view_end() < span.start);
        pieces.get(next).is_some_and(|piece| piece.view_start as usize <= span.end)
    }

    /// A sentence about how `span` is written in the input.
    pub(crate) fn explanation(&self, span: &Range<usize>) -> String {
        let (mut layer, mut place, mut words) = (self, span.clone(), Vec::new());
        while let Some((parent, map)) = &layer.origin {
            words.extend(layer.kinds(&place).iter().map(|kind| kind.words()));
            place = parent.bounded(map.place(&place));
            layer = parent;
        }
        format!(" It is written {}.", words.join(", and that again "))
    }
}

impl Map {
    fn place(&self, span: &Range<usize>) -> Range<usize> {
        match self {
            Self::Groups { run, plain, coded, .. } => {
                let start = run.start + span.start / plain * coded;
                let end = run.start + span.end.div_ceil(*plain) * coded;
                start.min(run.end.saturating_sub(1))..end.min(run.end)
            }
            Self::Units(base, pieces) => start_of(*base, pieces, span.start)..end_of(*base, pieces, span.end),
        }
    }
}

/// Where the character at `at` of the view begins in the text it was made from.
fn start_of(base: usize, pieces: &[Piece], at: usize) -> usize {
    let next = pieces.partition_point(|piece| piece.view_end() <= at);
    match pieces.get(next) {
        Some(piece) if piece.view_start as usize <= at => piece.origin(base).start,
        _ => behind(base, pieces, next, at),
    }
}

/// Where the character before `at` of the view ends in the text it was made from.
fn end_of(base: usize, pieces: &[Piece], at: usize) -> usize {
    let next = pieces.partition_point(|piece| piece.view_end() < at);
    match pieces.get(next) {
        Some(piece) if (piece.view_start as usize) < at => piece.origin(base).end,
        _ => behind(base, pieces, next, at),
    }
}

/// The place of `at`, which stands between the pieces `next - 1` and `next`.
fn behind(base: usize, pieces: &[Piece], next: usize, at: usize) -> usize {
    match next.checked_sub(1).map(|last| &pieces[last]) {
        Some(last) => last.origin(base).end + (at - last.view_end()),
        None => base + at,
    }
}

/// Makes a layer, unit by unit.
pub(super) struct Builder<'p> {
    parent: &'p Layer<'p>,
    window: Range<usize>,
    text: String,
    pieces: Vec<Piece>,
    done: usize,
    strong: bool,
}

impl<'p> Builder<'p> {
    /// Begins with the bytes `window` of `parent`.
    pub(super) fn new(parent: &'p Layer<'p>, window: Range<usize>) -> Self {
        let (done, text) = (window.start, String::with_capacity(window.len()));
        Self { parent, window, text, pieces: Vec::new(), done, strong: false }
    }

    /// Takes over what stands before `at`, and replaces the unit there.
    pub(super) fn replace(&mut self, at: usize, unit: &Unit) {
        if self.done < at {
            self.text.push_str(&self.parent.text[self.done..at]);
        }
        let start = self.text.len();
        self.text.extend(unit.character);
        self.done = at + unit.length;
        self.strong |= unit.strong;
        self.pieces.push(Piece {
            view_start: start as u32,
            origin_start: (at - self.window.start) as u32,
            origin_length: unit.length as u16,
            view_length: (self.text.len() - start) as u8,
            kind: unit.kind,
        });
    }

    /// The layer, if anything in it was reason enough.
    pub(super) fn finish(mut self) -> Option<Layer<'p>> {
        if !self.strong {
            return None;
        }
        self.text.push_str(&self.parent.text[self.done..self.window.end.max(self.done)]);
        let map = Map::Units(self.window.start, self.pieces);
        Some(Layer { text: Cow::Owned(self.text), origin: Some((self.parent, map)) })
    }
}
