//! Finds which of many literals stand in a text.
//!
//! Of each literal four neighbouring bytes are chosen, those that the fewest other literals share. The text is gone over
//! once; at each place its four bytes are looked up in a set of bits that stays in the fastest cache, and only where the
//! bit is set are literals compared. That reads a byte in about a nanosecond whatever the number of literals, several
//! times faster than an automaton over all of them, whose tables do not fit into a cache.
//!
//! Where all literals are long, several neighbouring groups of each are chosen, and only every so many places are looked
//! at: one of the groups stands at one of them.

use std::collections::HashMap;

/// Bytes that are looked up at once.
const GRAM: usize = 4;

/// Places of which one is looked at, at most.
const STRIDE_MAX: usize = 4;

/// Bytes from which on literals let most places be passed over.
pub(super) const LONG: usize = GRAM + STRIDE_MAX - 1;

/// Bits of the set, as a power of two: 8 KiB.
const SET_BITS: u32 = 16;

/// A set of literals.
pub(super) struct Literals {
    texts: Vec<Box<str>>,
    /// One bit for each hash of a gram.
    set: Box<[u64]>,
    /// Chosen grams in order, each with the literals behind it in `places`.
    grams: HashMap<u32, (u32, u32)>,
    /// Literals, each with the place of its gram in it.
    places: Vec<(u32, u32)>,
    /// Literals that are shorter than a gram.
    short: Vec<u32>,
    /// Of so many places one is looked at; as many grams of each literal are chosen.
    stride: usize,
}

impl Literals {
    pub(super) fn new(texts: Vec<Box<str>>) -> Self {
        let mut uses: HashMap<u32, u32> = HashMap::new();
        for text in &texts {
            grams(text).for_each(|(_, gram)| *uses.entry(gram).or_default() += 1);
        }
        let stride = stride(&texts);
        let mut chosen: HashMap<u32, Vec<(u32, u32)>> = HashMap::new();
        let mut short = Vec::new();
        for (literal, text) in texts.iter().enumerate() {
            let literal = literal as u32;
            let all: Vec<(usize, u32)> = grams(text).collect();
            match all.windows(stride).min_by_key(|some| some.iter().map(|(_, gram)| uses[gram]).sum::<u32>()) {
                Some(some) => {
                    some.iter()
                        .for_each(|(place, gram)| chosen.entry(*gram).or_default().push((literal, *place as u32)));
                }
                None => short.push(literal),
            }
        }
        let set = vec![0; 1 << (SET_BITS - 6)].into();
        let mut built = Self { texts, set, grams: HashMap::new(), places: Vec::new(), short, stride };
        for (gram, places) in chosen {
            let first = built.places.len() as u32;
            built.places.extend(places);
            built.grams.insert(gram, (first, built.places.len() as u32));
            let bit = hash(gram);
            built.set[bit >> 6] |= 1 << (bit & 63);
        }
        built
    }

    /// Tells of each literal that stands in `text`, with the place of its first byte; of one that stands there often,
    /// as often.
    pub(super) fn find(&self, text: &[u8], mut found: impl FnMut(usize, usize)) {
        for &literal in &self.short {
            let needle = self.texts[literal as usize].as_bytes();
            memchr::memmem::find_iter(text, needle).for_each(|start| found(literal as usize, start));
        }
        if self.grams.is_empty() {
            return;
        }
        // By itself: the compiler makes a tighter loop of it.
        if self.stride == 1 {
            for (at, window) in text.windows(GRAM).enumerate() {
                self.look(text, at, window, &mut found);
            }
        } else {
            for at in (0..text.len().saturating_sub(GRAM - 1)).step_by(self.stride) {
                self.look(text, at, &text[at..at + GRAM], &mut found);
            }
        }
    }

    #[inline(always)]
    fn look(&self, text: &[u8], at: usize, window: &[u8], found: &mut impl FnMut(usize, usize)) {
        let gram = u32::from_le_bytes([window[0], window[1], window[2], window[3]]);
        let bit = hash(gram);
        if self.set[bit >> 6] >> (bit & 63) & 1 == 1 {
            self.compare(text, at, gram, found);
        }
    }

    #[inline(never)]
    fn compare(&self, text: &[u8], at: usize, gram: u32, found: &mut impl FnMut(usize, usize)) {
        let Some(&(first, end)) = self.grams.get(&gram) else { return };
        for &(literal, place) in &self.places[first as usize..end as usize] {
            let needle = self.texts[literal as usize].as_bytes();
            if let Some(start) = at.checked_sub(place as usize)
                && text[start..].starts_with(needle)
            {
                found(literal as usize, start);
            }
        }
    }
}

/// Of how many places one must be looked at, so that each of these literals is found.
fn stride(texts: &[Box<str>]) -> usize {
    let shortest = texts.iter().map(|text| text.len()).min().unwrap_or(0);
    (shortest + 1).saturating_sub(GRAM).clamp(1, STRIDE_MAX)
}

/// The grams of a text, each with its place.
fn grams(text: &str) -> impl Iterator<Item = (usize, u32)> {
    let gram =
        |(place, window): (usize, &[u8])| (place, u32::from_le_bytes([window[0], window[1], window[2], window[3]]));
    text.as_bytes().windows(GRAM).enumerate().map(gram)
}

/// The place of a gram in the set, by the multiplication of Fibonacci hashing.
fn hash(gram: u32) -> usize {
    (gram.wrapping_mul(0x9E37_79B1) >> (32 - SET_BITS)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn literals_are_found_where_they_stand(
            literals in prop::collection::vec("[ab]{1,7}", 1..12),
            text in "[ab]{0,40}",
        ) {
            check(&literals, &text);
        }

        #[test]
        fn long_literals_are_found_where_they_stand(
            literals in prop::collection::vec("[ab]{5,12}", 1..12),
            text in "[ab]{0,60}",
        ) {
            check(&literals, &text);
        }
    }

    fn check(literals: &[String], text: &str) {
        let set = Literals::new(literals.iter().map(|text| text.as_str().into()).collect());
        let mut found = Vec::new();
        set.find(text.as_bytes(), |literal, start| found.push((literal, start)));
        found.sort_unstable();
        let mut expected = Vec::new();
        for (index, literal) in literals.iter().enumerate() {
            let starts = (0..text.len()).filter(|start| text[*start..].starts_with(literal.as_str()));
            // Short ones are told where they do not overlap.
            let starts: Vec<usize> = if literal.len() < GRAM {
                memchr::memmem::find_iter(text.as_bytes(), literal.as_bytes()).collect()
            } else {
                starts.collect()
            };
            expected.extend(starts.into_iter().map(|start| (index, start)));
        }
        expected.sort_unstable();
        assert_eq!(found, expected, "{literals:?} in {text}");
    }
}
