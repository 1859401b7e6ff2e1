//! The one pass over the bytes: an automaton over the needles of all detectors.
//!
//! There are two: one with every needle, and one with those that are ASCII, for text that is ASCII throughout. The
//! second is small enough for vector instructions (Teddy) to skip through it.

use crate::{
    detector::{Detector, Finds},
    secret::Token,
};
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

/// Which detector a needle wakes.
#[derive(Clone, Copy)]
pub(crate) struct Wake {
    /// Index in the table of detectors.
    pub(crate) detector: usize,
    /// The row, for detectors that are a table of tokens.
    pub(crate) token: Option<&'static Token>,
}

/// The needles, ready for searching.
pub(crate) struct Prefilter {
    all: Automaton,
    ascii: Automaton,
}

/// One set of needles, ready for searching.
pub(crate) struct Automaton {
    search: AhoCorasick,
    /// For each pattern, whom it wakes.
    wakes: Vec<Vec<Wake>>,
}

impl Prefilter {
    /// The needles of `detectors`.
    pub(crate) fn new(detectors: &'static [&'static Detector]) -> Self {
        let needles: Vec<(&'static [u8], Wake)> =
            detectors.iter().enumerate().flat_map(|(index, detector)| needles_of(index, detector)).collect();
        let ascii = needles.iter().filter(|(needle, _)| needle.is_ascii()).copied().collect();
        Self { all: Automaton::new(needles), ascii: Automaton::new(ascii) }
    }

    /// The automaton that finds everything there can be in `text`.
    pub(crate) fn for_text(&self, text: &str) -> &Automaton {
        if text.is_ascii() { &self.ascii } else { &self.all }
    }

    /// The automaton of the ASCII needles, which are those of the secrets.
    pub(crate) fn ascii(&self) -> &Automaton {
        &self.ascii
    }
}

/// The needles of one detector, with whom they wake.
fn needles_of(index: usize, detector: &'static Detector) -> Vec<(&'static [u8], Wake)> {
    match &detector.finds {
        Finds::Places { needles, .. } => {
            needles.iter().map(|&needle| (needle, Wake { detector: index, token: None })).collect()
        }
        Finds::Tokens(tokens) => {
            tokens.iter().map(|token| (token.prefix.as_bytes(), Wake { detector: index, token: Some(token) })).collect()
        }
        Finds::Limit => Vec::new(),
    }
}

impl Automaton {
    fn new(mut needles: Vec<(&'static [u8], Wake)>) -> Self {
        needles.sort_by_key(|&(needle, _)| needle);
        let (mut patterns, mut wakes): (Vec<&[u8]>, Vec<Vec<Wake>>) = (Vec::new(), Vec::new());
        for (needle, wake) in needles {
            match wakes.last_mut() {
                Some(same) if patterns.last() == Some(&needle) => same.push(wake),
                _ => {
                    patterns.push(needle);
                    wakes.push(vec![wake]);
                }
            }
        }
        let search = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostFirst)
            .kind(Some(AhoCorasickKind::DFA))
            .build(patterns)
            .expect("a few dozen needles of a few bytes each stay far below the automaton's limits");
        Self { search, wakes }
    }

    /// The first needle at or after the byte offset `from`, and whom it wakes.
    pub(crate) fn next(&self, bytes: &[u8], from: usize) -> Option<(usize, &[Wake])> {
        let input = aho_corasick::Input::new(bytes).range(from..);
        let found = self.search.find(input)?;
        Some((found.start(), &self.wakes[found.pattern().as_usize()]))
    }

    /// True when a needle stands in `bytes`.
    pub(crate) fn wakes_on(&self, bytes: &[u8]) -> bool {
        self.search.find(bytes).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::needles_of;
    use crate::DETECTORS;

    /// Only the first of two needles at one place is seen, so none may begin with another.
    #[test]
    fn no_needle_begins_with_another() {
        let needles: Vec<&[u8]> = DETECTORS
            .iter()
            .enumerate()
            .flat_map(|(index, detector)| needles_of(index, detector))
            .map(|(needle, _)| needle)
            .collect();
        for one in &needles {
            for other in &needles {
                assert!(one == other || !one.starts_with(other), "{one:?} begins with {other:?}");
            }
        }
    }

    /// Teddy takes 48 patterns of at least 3 bytes; beyond that the pass over ASCII text gets several times slower.
    #[test]
    fn ascii_needles_fit_vector_search() {
        let needles: std::collections::BTreeSet<&[u8]> = DETECTORS
            .iter()
            .enumerate()
            .flat_map(|(index, detector)| needles_of(index, detector))
            .map(|(needle, _)| needle)
            .filter(|needle| needle.is_ascii())
            .collect();
        assert!(needles.len() <= 48 && needles.iter().all(|needle| needle.len() >= 3), "{}", needles.len());
    }
}
