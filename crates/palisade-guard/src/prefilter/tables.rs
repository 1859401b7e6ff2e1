//! What the search looks up of needles: by two or four bytes of their anchors, and by the byte beside these.

use super::{
    AROUND_BYTES, BLOCK, Needle,
    head::Head,
    mixtures::{Numbers, of_four},
};
use std::{
    collections::{BTreeSet, HashMap},
    ops::Range,
};

/// Numbers that a pair of bytes can have, and a mixture of four.
const NUMBERS: usize = 1 << u16::BITS;

/// Bytes beside an anchor are told apart by their last bits, which both cases of a letter share: a bit for each class of
/// bytes behind the anchor, and as many for those before it.
const CLASSES: u8 = 8;
const ALL: u16 = (1 << CLASSES) - 1;

/// Bytes of a needle by which it is searched.
pub(super) struct Anchor {
    head: Head,
    found_by: FoundBy,
}

/// What is looked up of an anchor.
struct FoundBy {
    /// Its two bytes: each pair that it can be, in lower case. None for one of four bytes.
    pairs: Vec<u16>,
    /// The mixture of its four bytes.
    four: Option<u16>,
    /// Which bytes the needle goes on with behind it and before it; all where it begins or ends with its anchor.
    beside: u16,
}

/// The anchors of `needles`.
pub(super) fn anchors(needles: &[Needle]) -> Vec<Anchor> {
    (0..).zip(needles).map(|(index, needle)| Anchor::new(index, needle)).collect()
}

impl Anchor {
    fn new(index: u16, needle: &Needle) -> Self {
        let head = Head::new(index, &needle.bytes);
        let (start, pair) = (usize::from(head.offset), |one, other| u16::from_le_bytes([one, other]));
        let (pairs, four, length) = match (&needle.bytes[start..], needle.follow) {
            (&[one, two, three, four, ..], _) => (Vec::new(), Some(of_four(pair(one, two), pair(three, four))), 4),
            (&[one, other, ..], _) => (vec![pair(one, other)], None, 2),
            (&[one], Some([others, _])) => (others.iter().map(|&other| pair(one, other)).collect(), None, 1),
            (&[one], None) => ((0..=u8::MAX).map(|other| pair(one, other)).collect(), None, 1),
            (&[], _) => (Vec::new(), None, 0),
        };
        let class =
            |at: Option<usize>| at.and_then(|at| needle.bytes.get(at)).map_or(ALL, |byte| 1 << (byte % CLASSES));
        let beside = class(Some(start + length)) | class(start.checked_sub(1)) << CLASSES;
        Self { head, found_by: FoundBy { pairs, four, beside } }
    }
}

/// What is known of the anchors that one number stands for.
#[derive(Clone, Copy, Default)]
struct Entry {
    /// Which bytes a needle goes on with beside them.
    beside: u16,
    /// The bucket of those that have the number; the first bucket is empty.
    bucket: u16,
}

impl Entry {
    /// True when of the bytes that needles have beside their anchor one is of the class of `behind`, one of `before`.
    fn goes_on(self, behind: u8, before: u8) -> bool {
        self.beside >> (behind % CLASSES) & self.beside >> CLASSES >> (before % CLASSES) & 1 == 1
    }
}

/// A place in a stretch and the bucket of those whose anchor may stand there.
#[derive(Clone, Copy, Default)]
pub(super) struct Likely {
    pub(super) at: u16,
    bucket: u16,
}

/// What may stand in a block: by its pair and by its four at every place.
pub(super) const LIKELY_MAX: usize = 2 * BLOCK;

/// Every way of writing `pair` in letters of either case.
fn cases(pair: u16) -> [u16; 4] {
    let [one, other] = pair.to_le_bytes();
    let (upper_one, upper_other) = (one.to_ascii_uppercase(), other.to_ascii_uppercase());
    [[one, other], [one, upper_other], [upper_one, other], [upper_one, upper_other]].map(u16::from_le_bytes)
}

/// What is known of all anchors.
pub(super) struct Tables {
    /// One for each pair of bytes that is an anchor, in every case, and for each mixture of four that an anchor has.
    pairs: Box<[u8; NUMBERS]>,
    fours: Box<[u8; NUMBERS]>,
    /// What is known of each of them.
    of_pairs: Box<[Entry; NUMBERS]>,
    of_fours: Box<[Entry; NUMBERS]>,
    /// Where in `heads` each bucket is.
    buckets: Vec<Range<u32>>,
    heads: Vec<Head>,
}

impl Tables {
    pub(super) fn new(anchors: &[Anchor]) -> Self {
        let (mut pairs, mut fours) = (Box::new([0; NUMBERS]), Box::new([0; NUMBERS]));
        let none = [Entry::default(); NUMBERS];
        let (mut of_pairs, mut of_fours) = (Box::new(none), Box::new(none));
        for FoundBy { pairs: of_anchor, four, beside } in anchors.iter().map(|anchor| &anchor.found_by) {
            for pair in of_anchor.iter().flat_map(|&pair| cases(pair)).map(usize::from) {
                pairs[pair] = 1;
                of_pairs[pair].beside |= beside;
            }
            if let Some(four) = four.map(usize::from) {
                fours[four] = 1;
                of_fours[four].beside |= beside;
            }
        }
        let (buckets_of, contents) = buckets(anchors);
        of_pairs
            .iter_mut()
            .chain(of_fours.iter_mut())
            .zip(buckets_of)
            .for_each(|(entry, bucket)| entry.bucket = bucket);
        let (mut buckets, mut heads) = (Vec::with_capacity(contents.len()), Vec::new());
        for bucket in contents {
            let start = heads.len() as u32;
            heads.extend(bucket);
            buckets.push(start..heads.len() as u32);
        }
        Self { pairs, fours, of_pairs, of_fours, buckets, heads }
    }

    /// One bit for each of the first `places` places of the block, set where an anchor may stand.
    pub(super) fn candidates(&self, numbers: &Numbers, places: usize) -> u64 {
        let mut candidates = 0_u64;
        let eights = numbers.pairs.as_chunks::<8>().0.iter().zip(numbers.fours.as_chunks::<8>().0);
        for (index, (pairs, fours)) in eights.enumerate().take(places.div_ceil(8)) {
            let mut of_eight = 0;
            for (&pair, &four) in pairs.iter().zip(fours).rev() {
                let may = self.pairs[usize::from(pair)] | self.fours[usize::from(four)];
                of_eight = 2 * of_eight + u64::from(may);
            }
            candidates |= of_eight << (8 * index);
        }
        let beyond = BLOCK.saturating_sub(places) as u32;
        candidates & u64::MAX.checked_shr(beyond).unwrap_or(0)
    }

    /// Puts those of the `candidates`, beside which a needle goes on as well, into `likely`, and tells how many. Without
    /// a branch that nobody could foretell: most candidates are none.
    pub(super) fn likely(
        &self,
        around: &[u8; AROUND_BYTES],
        numbers: &Numbers,
        mut candidates: u64,
        offset: usize,
        likely: &mut [Likely; LIKELY_MAX],
    ) -> usize {
        let mut count = 0;
        while candidates != 0 {
            let at = candidates.trailing_zeros() as usize % BLOCK;
            candidates &= candidates - 1;
            let pair = self.of_pairs[usize::from(numbers.pairs[at])];
            let four = self.of_fours[usize::from(numbers.fours[at])];
            let (before, behind_pair, behind_four) = (around[at], around[at + 3], around[at + 5]);
            let place = (offset + at) as u16;
            likely[count % LIKELY_MAX] = Likely { at: place, bucket: pair.bucket };
            count += usize::from(pair.goes_on(behind_pair, before));
            likely[count % LIKELY_MAX] = Likely { at: place, bucket: four.bucket };
            count += usize::from(four.goes_on(behind_four, before));
        }
        count
    }

    /// Those whose anchor may stand where `likely` says.
    pub(super) fn heads(&self, likely: Likely) -> &[Head] {
        let bucket = &self.buckets[usize::from(likely.bucket)];
        &self.heads[bucket.start as usize..bucket.end as usize]
    }
}

/// For each pair and mixture the number of its bucket, and the buckets.
fn buckets(anchors: &[Anchor]) -> (Vec<u16>, Vec<Vec<Head>>) {
    let (mut buckets_of, mut buckets) = (vec![0_u16; 2 * NUMBERS], vec![Vec::new()]);
    for anchor in anchors {
        // Each bucket that numbers of this anchor had, with the one that has the anchor as well.
        let mut grown: HashMap<u16, u16> = HashMap::new();
        let mut add = |number: usize| {
            let before = buckets_of[number];
            buckets_of[number] = *grown.entry(before).or_insert_with(|| {
                let mut bucket: Vec<Head> = buckets[usize::from(before)].clone();
                bucket.push(anchor.head);
                buckets.push(bucket);
                u16::try_from(buckets.len() - 1).expect("some thousand needles make some thousand buckets")
            });
        };
        let found_by = &anchor.found_by;
        found_by.pairs.iter().flat_map(|&pair| BTreeSet::from(cases(pair))).for_each(|pair| add(usize::from(pair)));
        found_by.four.iter().for_each(|&four| add(NUMBERS + usize::from(four)));
    }
    (buckets_of, buckets)
}
