//! The one pass over the bytes: an automaton over the needles of all detectors.
//!
//! Needles are found without regard to the case of ASCII letters, and wherever they stand, also within each other. A
//! detector that cares for case looks at the bytes itself.

use crate::{
    detector::{Detector, Finds},
    secret::Token,
};
use aho_corasick::{AhoCorasick, AhoCorasickKind, Input, automaton::OverlappingState};

/// Which detector a needle wakes.
#[derive(Clone, Copy)]
pub(crate) struct Wake {
    /// Index in the table of detectors.
    pub(crate) detector: usize,
    /// The row, for detectors that are a table of tokens.
    pub(crate) token: Option<&'static Token>,
}

/// The needles of some detectors, ready for searching.
pub(crate) struct Prefilter {
    search: AhoCorasick,
    /// For each needle its length, and whom it wakes.
    needles: Vec<(usize, Vec<Wake>)>,
}

/// A search under way.
pub(crate) struct Search<'p, 't> {
    prefilter: &'p Prefilter,
    text: &'t [u8],
    state: OverlappingState,
}

impl Prefilter {
    /// The needles of those of `detectors` that are `wanted`.
    pub(crate) fn new(detectors: &[&'static Detector], wanted: fn(&Detector) -> bool) -> Self {
        let wanted = detectors.iter().enumerate().filter(|(_, detector)| wanted(detector));
        let mut all: Vec<(Vec<u8>, Wake)> = wanted.flat_map(|(index, detector)| needles_of(index, detector)).collect();
        all.sort_by(|(one, _), (other, _)| one.cmp(other));
        let mut patterns: Vec<Vec<u8>> = Vec::new();
        let mut needles: Vec<(usize, Vec<Wake>)> = Vec::new();
        for (needle, wake) in all {
            match needles.last_mut() {
                Some((_, same)) if patterns.last() == Some(&needle) => same.push(wake),
                _ => {
                    needles.push((needle.len(), vec![wake]));
                    patterns.push(needle);
                }
            }
        }
        let search = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::DFA))
            .build(patterns)
            .expect("some hundred needles of a few bytes each stay far below the automaton's limits");
        Self { search, needles }
    }

    /// Searches all of `text`.
    pub(crate) fn search<'t>(&self, text: &'t [u8]) -> Search<'_, 't> {
        Search { prefilter: self, text, state: OverlappingState::start() }
    }
}

impl<'p> Iterator for Search<'p, '_> {
    /// Where a needle stands, and whom it wakes; by the end of the needle.
    type Item = (usize, &'p [Wake]);

    fn next(&mut self) -> Option<Self::Item> {
        self.prefilter.search.find_overlapping(Input::new(self.text), &mut self.state);
        let found = self.state.get_match()?;
        let (length, wakes) = &self.prefilter.needles[found.pattern().as_usize()];
        Some((found.end() - length, wakes))
    }
}

/// The needles of one detector in lower case, with whom they wake.
fn needles_of(index: usize, detector: &Detector) -> Vec<(Vec<u8>, Wake)> {
    match &detector.finds {
        Finds::Places { needles, .. } => {
            let wake = Wake { detector: index, token: None };
            needles.iter().map(|needle| (needle.to_ascii_lowercase(), wake)).collect()
        }
        Finds::Tokens(tokens) => {
            let wake = |token| Wake { detector: index, token: Some(token) };
            tokens.iter().map(|token| (token.prefix.as_bytes().to_ascii_lowercase(), wake(token))).collect()
        }
        Finds::Limit => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::needles_of;
    use crate::detectors;

    /// Every needle wakes a detector, which costs some ten nanoseconds, and most wake it in vain.
    #[test]
    fn needles_are_long_enough_to_be_rare() {
        for (index, detector) in detectors().iter().enumerate() {
            for (needle, _) in needles_of(index, detector) {
                assert!(needle.len() >= 2, "{} has the needle {needle:?}", detector.class);
            }
        }
    }
}
