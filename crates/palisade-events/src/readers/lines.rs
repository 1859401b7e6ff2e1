//! Parts a stream into lines.

use crate::limits::EVENT_BYTES_MAX;

/// Parts a stream at line ends. A line that came in one block is not copied.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    held: Vec<u8>,
    /// True while the rest of a line is left out that is too long.
    is_skipping: bool,
}

/// What becomes of each line, or of one that was too long, with the place in the block where it ends.
type Ready<'a> = &'a mut dyn FnMut(Option<&[u8]>, usize);

impl Lines {
    pub(crate) fn feed(&mut self, block: &[u8], ready: Ready<'_>) {
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', block) {
            self.line(&block[start..end], end, ready);
            start = end + 1;
        }
        let rest = &block[start..];
        if self.held.len() + rest.len() > EVENT_BYTES_MAX {
            self.held = Vec::new();
            self.is_skipping = true;
        } else if !self.is_skipping {
            self.held.extend_from_slice(rest);
        }
    }

    /// Gives the last line, where no line end follows it.
    pub(crate) fn finish(&mut self, ready: Ready<'_>) {
        if self.is_skipping || !self.held.is_empty() {
            self.line(&[], 0, ready);
        }
    }

    fn line(&mut self, part: &[u8], end: usize, ready: Ready<'_>) {
        if std::mem::take(&mut self.is_skipping) || self.held.len() + part.len() > EVENT_BYTES_MAX {
            self.held.clear();
            return ready(None, end);
        }
        if self.held.is_empty() {
            return ready(Some(part), end);
        }
        self.held.extend_from_slice(part);
        ready(Some(&self.held), end);
        self.held.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parted(text: &[u8], block: usize) -> Vec<Option<usize>> {
        let mut found = Vec::new();
        let mut lines = Lines::default();
        text.chunks(block).for_each(|block| lines.feed(block, &mut |line, _| found.push(line.map(<[u8]>::len))));
        lines.finish(&mut |line, _| found.push(line.map(<[u8]>::len)));
        found
    }

    #[test]
    fn lines_are_whole_whatever_the_blocks() {
        for block in [1, 2, 5, 100] {
            assert_eq!(parted(b"ab\n\ncde\nf", block), [Some(2), Some(0), Some(3), Some(1)], "{block}");
        }
    }

    #[test]
    fn a_line_that_is_too_long_is_left_out() {
        let mut text = vec![b'x'; EVENT_BYTES_MAX + 1];
        text.extend_from_slice(b"\nab\n");
        assert_eq!(parted(&text, 1 << 16), [None, Some(2)]);
        assert_eq!(parted(&text, text.len()), [None, Some(2)]);
        assert_eq!(parted(&text[..EVENT_BYTES_MAX + 1], 1 << 16), [None]);
    }
}
