//! The last few values that were new to a count of distinct values, to be shown: a number alone convinces nobody.

use super::limits::{EXAMPLE_BYTES_MAX, EXAMPLES_MAX};

/// A ring of texts that are written over.
#[derive(Clone, Debug, Default)]
pub(super) struct Examples {
    texts: Vec<String>,
    next: usize,
}

impl Examples {
    /// Adds the text of a value, in place of the oldest one when there are enough.
    pub(super) fn push(&mut self, value: &str) {
        let value = &value[..value.floor_char_boundary(EXAMPLE_BYTES_MAX)];
        match self.texts.get_mut(self.next) {
            Some(text) => value.clone_into(text),
            None => self.texts.push(value.to_owned()),
        }
        self.next = (self.next + 1) % EXAMPLES_MAX;
    }

    /// The texts, the latest last.
    pub(super) fn texts(&self) -> Vec<String> {
        let (newer, older) = self.texts.split_at(self.next.min(self.texts.len()));
        [older, newer].concat()
    }

    /// What it takes on the heap.
    pub(super) fn bytes(&self) -> usize {
        self.texts.capacity() * size_of::<String>() + self.texts.iter().map(String::capacity).sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_are_kept_in_order() {
        let mut examples = Examples::default();
        assert!(examples.texts().is_empty());
        (0..3).for_each(|value| examples.push(&value.to_string()));
        assert_eq!(examples.texts(), ["0", "1", "2"]);
        (3..11).for_each(|value| examples.push(&value.to_string()));
        assert_eq!(examples.texts(), ["3", "4", "5", "6", "7", "8", "9", "10"]);
        examples.push(&"é".repeat(1_000));
        assert!(examples.bytes() < 1_000);
    }
}
