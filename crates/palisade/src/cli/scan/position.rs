//! Lines and columns of places in a text, found without counting from its beginning each time.

use std::cell::Cell;

/// A text with the starts of its lines.
pub(super) struct Positions<'t> {
    text: &'t str,
    starts: Vec<usize>,
    /// The byte whose column was asked for last, and that column: the next place is often further on in the same line,
    /// which may be all of the text.
    last: Cell<(usize, usize)>,
}

impl<'t> Positions<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let after_breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self { text, starts: std::iter::once(0).chain(after_breaks).collect(), last: Cell::new((0, 1)) }
    }

    /// Line and column of the byte `at`, both from 1, the column in characters.
    pub(super) fn line_and_column(&self, at: usize) -> (usize, usize) {
        let line = self.starts.partition_point(|&start| start <= at);
        let start = self.starts[line - 1];
        let (known, column) = self.last.get();
        let (from, before) = if (start..=at).contains(&known) { (known, column) } else { (start, 1) };
        let column = before + self.text[from..at].chars().count();
        self.last.set((at, column));
        (line, column)
    }

    /// The byte at which the line of `at` begins.
    pub(super) fn line_start(&self, at: usize) -> usize {
        self.starts[self.starts.partition_point(|&start| start <= at) - 1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_any_order() {
        let text = "aé\nb\n\nüx";
        let positions = Positions::new(text);
        for (at, wanted) in
            [(0, (1, 1)), (3, (1, 3)), (8, (4, 2)), (6, (3, 1)), (7, (4, 1)), (9, (4, 2)), (10, (4, 3)), (1, (1, 2))]
        {
            if text.is_char_boundary(at) {
                assert_eq!(positions.line_and_column(at), wanted, "{at}");
            }
        }
        assert_eq!(positions.line_start(9), 7);
    }
}
