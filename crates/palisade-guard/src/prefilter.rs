//! The one pass over the bytes: finds the needles of all detectors at once.
//!
//! Needles are found without regard to the case of ASCII letters, and wherever they stand, also within each other. A
//! detector that cares for case looks at the bytes itself.
//!
//! **How it works.** Bytes fall into 64 classes, and at every place the classes of three bytes ask one bit whether a
//! needle can begin so. That is two shifts and a load a byte, and no step waits for a load, as it would in an
//! automaton; only where the bit is set are the needles compared that begin so.

use crate::{
    detector::{Detector, Finds},
    secret::Token,
    views::TRIGGERS,
};
use std::collections::{BTreeMap, HashMap};

/// Bits of a class, so that 64 bytes or groups of bytes are told apart.
const CLASS_BITS: u32 = 6;
const CLASSES: usize = 1 << CLASS_BITS;

/// Three classes make a key.
const KEYS: usize = 1 << (3 * CLASS_BITS);
const BITS_WORDS: usize = KEYS / 64;

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
    /// The class of each byte, at the place of the third byte in a key.
    classes: [u32; 256],
    /// For each key, whether a needle can begin so.
    bits: Box<[u64; BITS_WORDS]>,
    /// For each key that can, which of the buckets holds those needles.
    buckets_of: Vec<u16>,
    buckets: Vec<Vec<u16>>,
    needles: Vec<Needle>,
}

/// One needle.
struct Needle {
    /// In lower case.
    bytes: Vec<u8>,
    /// True when a decoding may begin where it stands.
    triggers: bool,
    wakes: Vec<Wake>,
}

/// A needle that was found.
pub(crate) struct Found<'p> {
    /// Where it starts.
    pub(crate) start: usize,
    /// True when a decoding may begin there.
    pub(crate) triggers: bool,
    /// Whom it wakes.
    pub(crate) wakes: &'p [Wake],
}

/// A search under way.
pub(crate) struct Search<'p, 't> {
    prefilter: &'p Prefilter,
    text: &'t [u8],
    /// The last three classes.
    key: u32,
    /// How many bytes the key has taken in; two beyond the text are taken as well.
    taken: usize,
    /// Needles that may begin three bytes before.
    candidates: &'p [u16],
}

impl Prefilter {
    /// The needles of those of `detectors` that are `wanted`.
    pub(crate) fn new(detectors: &[&'static Detector], wanted: fn(&Detector) -> bool) -> Self {
        let wanted = detectors.iter().enumerate().filter(|(_, detector)| wanted(detector));
        let of_detectors = wanted.flat_map(|(index, detector)| needles_of(index, detector));
        let mut all: BTreeMap<Vec<u8>, (bool, Vec<Wake>)> = BTreeMap::new();
        for (bytes, wake) in of_detectors {
            all.entry(bytes).or_default().1.push(wake);
        }
        for trigger in TRIGGERS {
            all.entry(trigger.to_vec()).or_default().0 = true;
        }
        let needles: Vec<Needle> =
            all.into_iter().map(|(bytes, (triggers, wakes))| Needle { bytes, triggers, wakes }).collect();
        let classes = classes(&needles);
        let mut by_key: Vec<(usize, u16)> = Vec::new();
        for (index, needle) in (0_u16..).zip(&needles) {
            each_key(&needle.bytes, &classes, &mut |key| by_key.push((key, index)));
        }
        let mut prefilter = Self {
            classes: classes.map(|class| class << (2 * CLASS_BITS)),
            bits: Box::new([0; BITS_WORDS]),
            buckets_of: vec![0; KEYS],
            buckets: Vec::new(),
            needles,
        };
        prefilter.fill(by_key);
        prefilter
    }

    /// Makes one bucket of all equal ones.
    fn fill(&mut self, mut by_key: Vec<(usize, u16)>) {
        by_key.sort_unstable();
        let mut known: HashMap<Vec<u16>, u16> = HashMap::new();
        for of_key in by_key.chunk_by(|(one, _), (other, _)| one == other) {
            let key = of_key[0].0;
            self.bits[key / 64] |= 1 << (key % 64);
            let buckets = &mut self.buckets;
            let bucket = of_key.iter().map(|&(_, needle)| needle).collect();
            self.buckets_of[key] = *known.entry(bucket).or_insert_with_key(|bucket| {
                buckets.push(bucket.clone());
                u16::try_from(buckets.len() - 1).expect("some hundred needles make some thousand buckets")
            });
        }
    }

    /// Searches all of `text`.
    pub(crate) fn search<'t>(&self, text: &'t [u8]) -> Search<'_, 't> {
        Search { prefilter: self, text, key: 0, taken: 0, candidates: &[] }
    }
}

impl<'p> Search<'p, '_> {
    /// Goes on to the next place where a needle can begin; false at the end.
    fn advance(&mut self) -> bool {
        let Prefilter { classes, bits, .. } = self.prefilter;
        let can_begin = |key: u32| bits[key as usize / 64 % BITS_WORDS] >> (key % 64) & 1 != 0;
        let mut key = self.key;
        for (index, &byte) in self.text.get(self.taken..).unwrap_or_default().iter().enumerate() {
            key = key >> CLASS_BITS | classes[usize::from(byte)];
            if can_begin(key) && self.taken + index >= 2 {
                return self.stop(key, self.taken + index + 1);
            }
        }
        // The last needles begin within the last two bytes.
        for taken in self.taken.max(self.text.len())..self.text.len() + 2 {
            key >>= CLASS_BITS;
            if can_begin(key) && taken >= 2 {
                return self.stop(key, taken + 1);
            }
        }
        false
    }

    fn stop(&mut self, key: u32, taken: usize) -> bool {
        let prefilter = self.prefilter;
        (self.key, self.taken) = (key, taken);
        self.candidates = &prefilter.buckets[usize::from(prefilter.buckets_of[key as usize])];
        true
    }
}

impl<'p> Iterator for Search<'p, '_> {
    /// In the order of their places.
    type Item = Found<'p>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            while let Some((&candidate, others)) = self.candidates.split_first() {
                self.candidates = others;
                let needle = &self.prefilter.needles[usize::from(candidate)];
                let start = self.taken - 3;
                let there = self.text.get(start..start + needle.bytes.len());
                if there.is_some_and(|there| there.eq_ignore_ascii_case(&needle.bytes)) {
                    return Some(Found { start, triggers: needle.triggers, wakes: &needle.wakes });
                }
            }
            if !self.advance() {
                return None;
            }
        }
    }
}

/// A class for each byte: 0 for those that no needle begins with or goes on with, the same for both cases of a letter.
fn classes(needles: &[Needle]) -> [u32; 256] {
    let (mut classes, mut last) = ([0_u32; 256], 0);
    for &byte in needles.iter().flat_map(|needle| needle.bytes.iter().take(3)) {
        if classes[usize::from(byte)] == 0 {
            // When there are more bytes than classes, some share one, which the comparison sorts out.
            last = last % (CLASSES as u32 - 1) + 1;
            classes[usize::from(byte)] = last;
            classes[usize::from(byte.to_ascii_uppercase())] = last;
        }
    }
    classes
}

/// Gives each key that `needle` can begin with to `visit`; any class follows a short one.
fn each_key(needle: &[u8], classes: &[u32; 256], visit: &mut dyn FnMut(usize)) {
    let choices = |index: usize| match needle.get(index) {
        Some(&byte) => classes[usize::from(byte)] as usize..classes[usize::from(byte)] as usize + 1,
        None => 0..CLASSES,
    };
    for third in choices(2) {
        for second in choices(1) {
            choices(0).for_each(|first| visit(first | second << CLASS_BITS | third << (2 * CLASS_BITS)));
        }
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
    use super::{Prefilter, needles_of};
    use crate::detectors;

    /// Every needle wakes a detector, which costs some ten nanoseconds, and most wake it in vain.
    #[test]
    fn needles_are_long_enough_to_be_rare() {
        for (index, detector) in detectors().iter().enumerate() {
            for (needle, _) in needles_of(index, detector) {
                let rare = needle.len() >= 2 || needle.iter().all(u8::is_ascii_control);
                assert!(rare, "{} has the needle {needle:?}", detector.class);
            }
        }
    }

    /// Every needle is found in every case, at the beginning, the end and within.
    #[test]
    fn every_needle_is_found() {
        let prefilter = Prefilter::new(detectors(), |_| true);
        for needle in &prefilter.needles {
            for bytes in [needle.bytes.clone(), needle.bytes.to_ascii_uppercase()] {
                for (before, after) in [("", ""), ("a", ""), ("ab", "c"), ("", "xyz"), ("%%a", "%")] {
                    let text = [before.as_bytes(), &bytes, after.as_bytes()].concat();
                    let mut found = prefilter.search(&text);
                    assert!(found.any(|found| found.start == before.len()), "{:?}", String::from_utf8_lossy(&text));
                }
            }
        }
        assert_eq!(prefilter.search(b"").count() + prefilter.search(b"a").count() + prefilter.search(b"ab").count(), 0);
    }
}
