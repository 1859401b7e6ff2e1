//! Changes to a text.

use std::ops::Range;

/// One change: what stands at `place`, in bytes, becomes `with`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Edit {
    pub(super) place: Range<usize>,
    pub(super) with: String,
    /// It takes a whole finding out; others only change single characters.
    pub(super) whole: bool,
}

/// `edits` in order and without overlap. Places that are taken out become one where they overlap, and swallow the
/// changes of characters in them.
pub(super) fn settle(mut edits: Vec<Edit>) -> Vec<Edit> {
    edits.sort_by(|one, other| {
        let key = |edit: &Edit| (edit.place.start, !edit.whole, std::cmp::Reverse(edit.place.end));
        key(one).cmp(&key(other))
    });
    let mut wholes: Vec<Edit> = Vec::new();
    for edit in edits.iter().filter(|edit| edit.whole) {
        match wholes.last_mut() {
            Some(last) if edit.place.start < last.place.end => last.place.end = last.place.end.max(edit.place.end),
            _ => wholes.push(edit.clone()),
        }
    }
    let mut settled: Vec<Edit> = Vec::new();
    let mut wholes = wholes.into_iter().peekable();
    for edit in edits.into_iter().filter(|edit| !edit.whole) {
        while let Some(whole) = wholes.next_if(|whole| whole.place.start <= edit.place.start) {
            settled.push(whole);
        }
        if settled.last().is_none_or(|last| last.place.end <= edit.place.start) {
            settled.push(edit);
        }
    }
    settled.extend(wholes);
    settled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_edits_become_one() {
        let edit = |place, whole| Edit { place, with: String::new(), whole };
        let settled = settle(vec![
            edit(0..1, false),
            edit(6..9, true),
            edit(4..5, false),
            edit(3..7, true),
            edit(0..1, false),
            edit(9..10, false),
            edit(12..13, true),
        ]);
        let places: Vec<_> = settled.into_iter().map(|edit| edit.place).collect();
        assert_eq!(places, [0..1, 3..9, 9..10, 12..13]);
    }
}
