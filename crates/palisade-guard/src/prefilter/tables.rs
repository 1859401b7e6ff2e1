//! What the search looks up of needles: by keys of three bytes, and by mixtures of four.

use super::{BEFORE, BEHIND, BESIDE_WORDS, BITS_WORDS, KEYS, Needle, classes::each_key, head::Head, mixture};
use std::collections::HashMap;

/// Which bytes the anchor of a needle can be made of.
fn anchor_of<'n>(needle: &'n Needle, head: &Head) -> Vec<&'n [u8]> {
    let rest = needle.bytes[usize::from(head.offset)..].chunks(1);
    rest.chain(needle.follow.into_iter().flatten()).take(3).collect()
}

/// How each needle goes on beside its anchor: the keys of those that do not, and mixtures of the others.
pub(super) fn neighbours(
    needles: &[Needle],
    heads: &[Head],
    classes: &[u32; 256],
) -> (Box<[u64; BITS_WORDS]>, Box<[u64; BESIDE_WORDS]>) {
    let (mut short, mut beside) = (Box::new([0; BITS_WORDS]), Box::new([0; BESIDE_WORDS]));
    for (needle, head) in needles.iter().zip(heads) {
        let offset = usize::from(head.offset);
        let four = |start: usize| needle.bytes.get(start..)?.first_chunk().copied().map(u32::from_le_bytes);
        let behind = four(offset).map(|four| mixture(four, BEHIND));
        let before = || Some(mixture(four(offset.checked_sub(1)?)?, BEFORE));
        match behind.or_else(before) {
            Some(mixture) => beside[mixture / 64] |= 1 << (mixture % 64),
            None => each_key(&anchor_of(needle, head), classes, &mut |key| short[key / 64] |= 1 << (key % 64)),
        }
    }
    (short, beside)
}

/// For each key the number of its bucket, and the buckets.
pub(super) fn buckets(needles: &[Needle], heads: &[Head], classes: &[u32; 256]) -> (Vec<u16>, Vec<Vec<Head>>) {
    let (mut buckets_of, mut buckets) = (vec![0_u16; KEYS], vec![Vec::new()]);
    for (needle, head) in needles.iter().zip(heads) {
        // Each bucket that keys of this needle had, with the one that has the needle as well.
        let mut grown: HashMap<u16, u16> = HashMap::new();
        each_key(&anchor_of(needle, head), classes, &mut |key| {
            let before = buckets_of[key];
            buckets_of[key] = *grown.entry(before).or_insert_with(|| {
                let mut bucket: Vec<Head> = buckets[usize::from(before)].clone();
                bucket.push(*head);
                buckets.push(bucket);
                u16::try_from(buckets.len() - 1).expect("some thousand needles make some thousand buckets")
            });
        });
    }
    (buckets_of, buckets)
}
