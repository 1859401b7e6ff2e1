//! Lines of a text with their places.

/// One line without its end.
#[derive(Clone, Copy)]
pub(super) struct Line<'t> {
    pub(super) text: &'t str,
    /// Bytes from the beginning of the text.
    pub(super) place: usize,
}

/// The lines of a text.
pub(super) struct Lines<'t> {
    rest: Option<&'t str>,
    place: usize,
}

impl<'t> Lines<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self { rest: Some(text), place: 0 }
    }
}

impl<'t> Iterator for Lines<'t> {
    type Item = Line<'t>;

    fn next(&mut self) -> Option<Line<'t>> {
        let rest = self.rest?;
        let end = memchr::memchr(b'\n', rest.as_bytes());
        let line = &rest[..end.unwrap_or(rest.len())];
        let place = self.place;
        self.rest = end.map(|end| &rest[end + 1..]);
        self.place += line.len() + 1;
        Some(Line { text: line.strip_suffix('\r').unwrap_or(line), place })
    }
}
