//! The one pass over the bytes: finds the needles of all detectors at once.
//!
//! Needles are found without regard to the case of ASCII letters, and wherever they stand, also within each other. A
//! detector that cares for case looks at the bytes itself.
//!
//! **How it works.** Every needle is searched by its *anchor*, the bytes in it that are rarest in ordinary text: four
//! of a long one, two of one that has no four. At every place a table of pairs tells whether a short anchor stands there,
//! and a table of mixtures of four bytes whether a long one may; the mixtures of 64 places are computed together, and
//! the answers gathered in one word without a branch. Where a bit is set, another table tells whether any needle goes on
//! behind such an anchor and before it as the text does; only then are the needles compared, eight bytes at a time.
//! Places are handed out in the order of where needles begin.

mod head;
mod mixtures;
mod tables;
#[cfg(test)]
mod tests;

use crate::{
    detector::{Detector, Finds},
    secret::Token,
    views::{patterns, triggers},
};
use mixtures::Numbers;
use std::{collections::BTreeMap, ops::Range};
use tables::{LIKELY_MAX, Likely, Tables, anchors};

/// Places that are looked at together, one bit each, and the bytes that this needs: one before and some behind.
const BLOCK: usize = 64;
const AROUND_BYTES: usize = BLOCK + 8;

/// Stands behind the end of a text; in no needle, alone or first.
const PADDING: u8 = b'~';

/// Bytes that are searched before places are handed out: so few that little was searched in vain where some is passed
/// over.
const STRETCH_BYTES: usize = 8 * BLOCK;

/// Places that are kept until their needles are compared.
const ROOM: usize = 2 * LIKELY_MAX;

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
    tables: Tables,
    needles: Vec<Needle>,
}

/// Bytes of which one follows, and of which one follows that.
pub(crate) type Follow = [&'static [u8]; 2];

/// One needle.
pub(crate) struct Needle {
    /// In lower case.
    bytes: Vec<u8>,
    /// What the next bytes are one of each: many needles that are searched as one.
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

    /// True when `behind`, which stands behind it, begins as it has to.
    fn goes_on(&self, behind: &[u8]) -> bool {
        let byte = |index| behind.get(index).copied().unwrap_or(PADDING).to_ascii_lowercase();
        self.follow.is_none_or(|follow| (0..).zip(follow).all(|(index, bytes)| bytes.contains(&byte(index))))
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
        Self { tables: Tables::new(&anchors(&needles)), needles }
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
}

impl Search<'_, '_> {
    /// Begins anew, at the start of `range` and up to its end.
    pub(crate) fn restrict(&mut self, range: &Range<usize>) {
        (self.next, self.ready) = (0, 0);
        self.places.clear();
        (self.searched, self.end) = (range.start, range.end.min(self.text.len()));
    }

    /// Does not search what stands before `end` and was not searched yet.
    pub(crate) fn pass_over(&mut self, end: usize) {
        if end > self.searched {
            self.restrict(&(end..self.end));
        }
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

    /// Where the next place is, or the end of what is searched.
    pub(crate) fn next_start(&mut self) -> usize {
        self.peek().map_or(self.end, |place| place.start)
    }

    /// Searches until places can be handed out or the text ends. Kept apart from what is asked far more often.
    #[inline(never)]
    fn go_on(&mut self) {
        self.places.drain(..self.next);
        (self.next, self.ready) = (0, 0);
        let (mut numbers, mut likely) = (Numbers::NONE, [Likely::default(); ROOM]);
        while self.ready == 0 && self.searched < self.end {
            let (from, end) = (self.searched, self.end.min(self.searched + STRETCH_BYTES));
            let mut count = 0;
            while self.searched < end {
                let room = likely[count..].first_chunk_mut().expect("it is emptied in time");
                count += self.block(&mut numbers, self.searched - from, room);
                if count > ROOM - LIKELY_MAX {
                    self.compare(from, &likely[..count]);
                    count = 0;
                }
            }
            self.compare(from, &likely[..count]);
            if self.places.len() > 1 {
                self.places.sort_unstable();
            }
            // Needles that begin here may still be found by an anchor further on.
            let settled = if end == self.end { self.searched } else { end - ANCHOR_BYTES_MAX };
            self.ready = self.places.partition_point(|place| place.start < settled);
        }
    }

    /// Searches the next block, which is `offset` behind where its stretch begins: puts where needles may stand into
    /// `likely` and tells how many. Its `numbers` replace those of another.
    fn block(&mut self, numbers: &mut Numbers, offset: usize, likely: &mut [Likely; LIKELY_MAX]) -> usize {
        let (prefilter, text, from) = (self.prefilter, self.text, self.searched);
        let inside = from.checked_sub(1).and_then(|start| text.get(start..)).and_then(<[u8]>::first_chunk);
        let mut padded = [PADDING; AROUND_BYTES];
        let around = inside.unwrap_or_else(|| {
            let (start, end) = (from.saturating_sub(1), text.len().min(from + AROUND_BYTES - 1));
            let to = start + 1 - from;
            padded[to..to + end - start].copy_from_slice(&text[start..end]);
            &padded
        });
        let tables = &prefilter.tables;
        numbers.take(around);
        let candidates = tables.candidates(numbers, text.len() - from);
        self.searched = text.len().min(from + BLOCK);
        tables.likely(around, numbers, candidates, offset, likely)
    }

    /// Adds the needles that stand at `likely` places behind `from`.
    fn compare(&mut self, from: usize, likely: &[Likely]) {
        let Prefilter { tables, needles } = self.prefilter;
        for &likely in likely {
            for head in tables.heads(likely) {
                if let Some(start) = head.start(needles, self.text, from + usize::from(likely.at)) {
                    self.places.push(Place { start, needle: head.needle });
                }
            }
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
