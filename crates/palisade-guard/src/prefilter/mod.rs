//! The one pass over the bytes: finds the needles of all detectors at once.
//!
//! Needles are found without regard to the case of ASCII letters, and wherever they stand, also within each other. A
//! detector that cares for case looks at the bytes itself.
//!
//! **How it works.** Every needle is searched by its *anchor*, the three bytes in it that are rarest in ordinary text.
//! Bytes fall into 64 classes, and at every place the classes of three bytes ask one bit whether an anchor can stand
//! there. The answers for 64 places are gathered in one word without a branch. Where a bit is set, another one tells
//! whether any needle goes on beside such an anchor as the text does; only then are the needles compared, eight bytes at
//! a time. Places are handed out in the order of where needles begin.

mod classes;
mod head;
mod tables;
#[cfg(test)]
mod tests;

use crate::{
    detector::{Detector, Finds},
    secret::Token,
    views::{patterns, triggers},
};
use classes::classes;
use head::Head;
use std::{collections::BTreeMap, ops::Range};
use tables::{buckets, neighbours};

/// Bits of a class, so that 64 bytes or groups of bytes are told apart.
const CLASS_BITS: u32 = 6;
const CLASSES: usize = 1 << CLASS_BITS;

/// Three classes make a key.
const KEYS: usize = 1 << (3 * CLASS_BITS);
const BITS_WORDS: usize = KEYS / 64;

/// Mixtures of four bytes that are told apart: few enough to stay in the nearest cache.
const BESIDE_BITS: u32 = 16;
const BESIDE_WORDS: usize = (1 << BESIDE_BITS) / 64;

/// Places that are looked at together, one bit each, and the bytes that this needs: one before and some behind.
const BLOCK: usize = 64;
const AROUND_BYTES: usize = BLOCK + 8;

/// Stands behind the end of a text; in no needle, alone or first.
const PADDING: u8 = b'~';

/// Bytes that are searched before places are handed out: little enough to stay in the nearest cache.
const STRETCH_BYTES: usize = 64 * BLOCK;

/// Bytes of a needle among which its anchor is chosen.
pub(crate) const ANCHOR_BYTES_MAX: usize = 24;

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
    /// For each key, whether an anchor has it.
    bits: Box<[u64; BITS_WORDS]>,
    /// For each key, whether a needle has it that goes on neither before nor behind its anchor.
    short: Box<[u64; BITS_WORDS]>,
    /// For mixtures of an anchor and the byte beside it, whether a needle goes on so.
    beside: Box<[u64; BESIDE_WORDS]>,
    /// For each key, which bucket holds the needles whose anchor has it; the first is empty.
    buckets_of: Vec<u16>,
    /// Where in `heads` each bucket is.
    buckets: Vec<Range<u32>>,
    heads: Vec<Head>,
    needles: Vec<Needle>,
}

/// Bytes of which one follows, and of which one follows that.
pub(crate) type Follow = [&'static [u8]; 2];

/// One needle.
pub(crate) struct Needle {
    /// In lower case.
    bytes: Vec<u8>,
    /// What the next bytes are one of each: many needles that are searched as one. Their classes alone are compared.
    follow: Option<Follow>,
    /// True when a decoding may begin where it stands.
    pub(crate) triggers: bool,
    /// Whom it wakes.
    pub(crate) wakes: Vec<Wake>,
}

impl Needle {
    /// How long it is, in bytes.
    pub(crate) fn length(&self) -> usize {
        self.bytes.len()
    }

    /// The needle itself, for people.
    pub(crate) fn shown(&self) -> String {
        self.bytes.escape_ascii().to_string()
    }
}

/// A needle that was found.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// Where it starts.
    pub(crate) start: usize,
    needle: u16,
}

/// A search under way.
pub(crate) struct Search<'p, 't> {
    prefilter: &'p Prefilter,
    text: &'t [u8],
    /// Bytes that anchors were searched in.
    searched: usize,
    /// Where the search ends.
    end: usize,
    /// Places found, those from `next` to `ready` in their final order.
    places: Vec<Place>,
    next: usize,
    ready: usize,
}

impl Prefilter {
    /// The needles of those of `detectors` that are `wanted`.
    pub(crate) fn new(detectors: &[&'static Detector], wanted: fn(&Detector) -> bool) -> Self {
        let wanted = detectors.iter().enumerate().filter(|(_, detector)| wanted(detector));
        let of_detectors = wanted.flat_map(|(index, detector)| needles_of(index, detector));
        let mut all: BTreeMap<Vec<u8>, (bool, Vec<Wake>)> = BTreeMap::new();
        for (bytes, wake) in of_detectors {
            let wakes = &mut all.entry(bytes).or_default().1;
            // The same needle twice in one detector wakes it once.
            if wake.token.is_some() || wakes.last().is_none_or(|last| last.detector != wake.detector) {
                wakes.push(wake);
            }
        }
        for trigger in triggers() {
            all.entry(trigger).or_default().0 = true;
        }
        let of_patterns = patterns().into_iter().map(|(first, follow)| Needle {
            bytes: vec![first],
            follow: Some(follow),
            triggers: true,
            wakes: Vec::new(),
        });
        let needles: Vec<Needle> = all
            .into_iter()
            .map(|(bytes, (triggers, wakes))| Needle { bytes, follow: None, triggers, wakes })
            .chain(of_patterns)
            .collect();
        let heads: Vec<Head> = (0..).zip(&needles).map(|(index, needle)| Head::new(index, &needle.bytes)).collect();
        let (classes, anchors) = (classes(), heads.clone());
        let (buckets_of, contents) = buckets(&needles, &heads, &classes);
        let (mut buckets, mut heads) = (Vec::with_capacity(contents.len()), Vec::new());
        for bucket in contents {
            let start = heads.len() as u32;
            heads.extend(bucket);
            buckets.push(start..heads.len() as u32);
        }
        let (short, beside) = neighbours(&needles, &anchors, &classes);
        let mut bits = Box::new([0; BITS_WORDS]);
        for (key, _) in buckets_of.iter().enumerate().filter(|(_, bucket)| **bucket != 0) {
            bits[key / 64] |= 1 << (key % 64);
        }
        let classes = classes.map(|class| class << (2 * CLASS_BITS));
        Self { classes, bits, short, beside, buckets_of, buckets, heads, needles }
    }

    /// Searches all of `text`.
    pub(crate) fn search<'t>(&self, text: &'t [u8]) -> Search<'_, 't> {
        self.search_with(text, Vec::new())
    }

    /// The same, with the room of an earlier search.
    pub(crate) fn search_with<'t>(&self, text: &'t [u8], mut room: Vec<Place>) -> Search<'_, 't> {
        room.clear();
        Search { prefilter: self, text, searched: 0, end: text.len(), places: room, next: 0, ready: 0 }
    }

    /// The needle that stands at `place`.
    pub(crate) fn needle(&self, place: Place) -> &Needle {
        &self.needles[usize::from(place.needle)]
    }

    /// Every needle, and a detector that it wakes.
    pub(crate) fn all_needles(&self) -> Vec<(Vec<u8>, &'static str)> {
        let name = |needle: &Needle| needle.wakes.first().map_or("", |wake| crate::detectors()[wake.detector].class);
        let of_pattern =
            |needle: &Needle| needle.follow.into_iter().flatten().filter_map(|bytes| bytes.first().copied());
        let whole = |needle: &Needle| needle.bytes.iter().copied().chain(of_pattern(needle)).collect();
        self.needles.iter().map(|needle| (whole(needle), name(needle))).collect()
    }

    /// One bit for each of the first `places` places of the block, rounded up to eight, set where an anchor may stand.
    fn candidates(&self, around: &[u8; AROUND_BYTES], places: usize) -> u64 {
        let class = |byte: u8| self.classes[usize::from(byte)];
        let (mut candidates, mut key) = (0_u64, class(around[1]) >> CLASS_BITS | class(around[2]));
        for (index, eight) in around[3..3 + BLOCK].as_chunks::<8>().0.iter().enumerate().take(places.div_ceil(8)) {
            let mut of_eight = 0;
            for (place, &byte) in eight.iter().enumerate() {
                key = key >> CLASS_BITS | class(byte);
                of_eight |= (self.bits[key as usize / 64 % BITS_WORDS] >> (key % 64) & 1) << place;
            }
            candidates |= of_eight << (8 * index);
        }
        candidates
    }

    /// Puts those of the `candidates`, beside which a needle goes on as well, into `places`, and tells how many. Without
    /// a branch that nobody could foretell: most candidates are none.
    fn likely(&self, around: &[u8; AROUND_BYTES], mut candidates: u64, places: &mut [Likely; BLOCK]) -> usize {
        let class = |byte: u64| self.classes[byte as usize % 256];
        let mut count = 0;
        while candidates != 0 {
            let at = candidates.trailing_zeros() as usize % BLOCK;
            candidates &= candidates - 1;
            let eight: [u8; 8] = std::array::from_fn(|index| around[at + index]);
            let eight = u64::from_le_bytes(eight);
            let key = class(eight >> 8) >> (2 * CLASS_BITS) | class(eight >> 16) >> CLASS_BITS | class(eight >> 24);
            let short = self.short[key as usize / 64 % BITS_WORDS] >> (key % 64);
            let goes_on = short | self.beside((eight >> 8) as u32, BEHIND) | self.beside(eight as u32, BEFORE);
            places[count % BLOCK] = Likely { at: at as u32, key };
            count += (goes_on & 1) as usize;
        }
        count
    }

    fn beside(&self, four: u32, side: u64) -> u64 {
        let mixture = mixture(four, side);
        self.beside[mixture / 64 % BESIDE_WORDS] >> (mixture % 64)
    }

    /// Those whose anchor may have the `key`.
    fn heads(&self, key: u32) -> &[Head] {
        let bucket = &self.buckets[usize::from(self.buckets_of[key as usize])];
        &self.heads[bucket.start as usize..bucket.end as usize]
    }
}

/// Where in a block a needle may well have its anchor, and the key of that.
#[derive(Clone, Copy, Default)]
struct Likely {
    at: u32,
    key: u32,
}

/// The sides of an anchor on which four bytes begin or end with it.
const BEHIND: u64 = 0;
const BEFORE: u64 = 1;

/// A number for `four` bytes, the same for both cases of letters.
fn mixture(four: u32, side: u64) -> usize {
    const LOWER: u32 = 0x2020_2020;
    let mixed = (u64::from(four | LOWER) << 1 | side).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> (u64::BITS - BESIDE_BITS)) as usize
}

impl Search<'_, '_> {
    /// Begins anew, at the start of `range` and up to its end.
    pub(crate) fn restrict(&mut self, range: &Range<usize>) {
        (self.next, self.ready) = (0, 0);
        self.places.clear();
        (self.searched, self.end) = (range.start, range.end.min(self.text.len()));
    }

    /// Ends the search and gives its room back.
    pub(crate) fn into_room(self) -> Vec<Place> {
        self.places
    }

    /// The next place that starts within `range` and whose needle ends in it; places before it are passed over.
    ///
    /// Ranges have to be asked for in order.
    pub(crate) fn next_within(&mut self, range: &Range<usize>) -> Option<Place> {
        loop {
            let place = self.peek()?;
            if place.start >= range.end {
                return None;
            }
            self.next += 1;
            if place.start >= range.start && place.start + self.prefilter.needle(place).length() <= range.end {
                return Some(place);
            }
        }
    }

    /// The next place, which stays the next.
    fn peek(&mut self) -> Option<Place> {
        if self.next == self.ready {
            self.go_on();
        }
        (self.next < self.ready).then(|| self.places[self.next])
    }

    /// Searches until places can be handed out or the text ends.
    fn go_on(&mut self) {
        self.places.drain(..self.next);
        (self.next, self.ready) = (0, 0);
        while self.ready == 0 && self.searched < self.end {
            let end = self.end.min(self.searched + STRETCH_BYTES);
            while self.searched < end {
                self.block();
            }
            if self.places.len() > 1 {
                self.places.sort_unstable();
            }
            // Needles that begin here may still be found by an anchor further on.
            let settled = if end == self.end { self.searched } else { end - ANCHOR_BYTES_MAX };
            self.ready = self.places.partition_point(|place| place.start < settled);
        }
    }

    /// Searches the next block.
    fn block(&mut self) {
        let (prefilter, text, from) = (self.prefilter, self.text, self.searched);
        let inside = from.checked_sub(1).and_then(|start| text.get(start..)).and_then(<[u8]>::first_chunk);
        let mut padded = [PADDING; AROUND_BYTES];
        let around = inside.unwrap_or_else(|| {
            let (start, end) = (from.saturating_sub(1), text.len().min(from + AROUND_BYTES - 1));
            let to = start + 1 - from;
            padded[to..to + end - start].copy_from_slice(&text[start..end]);
            &padded
        });
        let rest = text.len() - from;
        let beyond = (BLOCK - rest.min(BLOCK)) as u32;
        let candidates = prefilter.candidates(around, rest) & u64::MAX.checked_shr(beyond).unwrap_or(0);
        let mut places = [Likely::default(); BLOCK];
        let count = prefilter.likely(around, candidates, &mut places);
        for &Likely { at, key } in &places[..count] {
            for head in prefilter.heads(key) {
                if let Some(start) = head.start(&prefilter.needles, text, from + at as usize) {
                    self.places.push(Place { start, needle: head.needle });
                }
            }
        }
        self.searched = text.len().min(from + BLOCK);
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
