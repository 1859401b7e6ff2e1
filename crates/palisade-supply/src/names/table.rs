//! From the hash of a key to the numbers of the names that have it, in five bytes a key.
//!
//! Entries are grouped by the upper bits of the hash; each holds twelve more bits of it and the name's number. One in
//! four thousand comparisons lets a wrong name through, so whoever asks compares the names themselves.

/// Bits of an entry that number a name.
const ID_BITS: u32 = 20;
/// How many names a table can tell apart.
pub(super) const IDS_MAX: usize = 1 << ID_BITS;

/// A multimap from hashes to numbers of names, fixed once it is built.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    /// Bits of the hash that choose a group.
    bits: u32,
    /// Where each group begins; one more than there are groups.
    starts: Vec<u32>,
    entries: Vec<u32>,
}

impl Table {
    /// The table of these hashes and numbers. Numbers of one hash come out in the order in which they went in.
    pub(super) fn new(keys: &[(u64, u32)]) -> Self {
        let bits = (keys.len() / 4).max(1).next_power_of_two().trailing_zeros();
        let mut starts = vec![0_u32; (1 << bits) + 1];
        for (hash, _) in keys {
            starts[group(*hash, bits) + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut entries = vec![0; keys.len()];
        for (hash, id) in keys {
            let place = &mut next[group(*hash, bits)];
            entries[*place as usize] = (tag(*hash) << ID_BITS) | (id & (IDS_MAX as u32 - 1));
            *place += 1;
        }
        Self { bits, starts, entries }
    }

    /// The numbers under `hash`, and rarely one that is not.
    pub(super) fn find(&self, hash: u64) -> impl Iterator<Item = u32> + '_ {
        let at = group(hash, self.bits);
        let range = match self.starts.get(at..at + 2) {
            Some(bounds) => bounds[0] as usize..bounds[1] as usize,
            None => 0..0,
        };
        let wanted = tag(hash);
        self.entries[range]
            .iter()
            .filter(move |entry| **entry >> ID_BITS == wanted)
            .map(|entry| entry & (IDS_MAX as u32 - 1))
    }

    /// Bytes on the heap.
    pub(super) fn memory(&self) -> usize {
        (self.starts.capacity() + self.entries.capacity()) * size_of::<u32>()
    }
}

fn group(hash: u64, bits: u32) -> usize {
    if bits == 0 { 0 } else { (hash >> (64 - bits)) as usize }
}

fn tag(hash: u64) -> u32 {
    (hash & 0xFFF) as u32
}

#[cfg(test)]
mod tests {
    use super::Table;
    use crate::names::key::{Kind, of};

    #[test]
    fn what_is_put_in_is_found() {
        let keys: Vec<(u64, u32)> = (0..5000_u32).map(|id| (of(Kind::Fold, &id.to_le_bytes()), id)).collect();
        let table = Table::new(&keys);
        for (hash, id) in &keys {
            assert!(table.find(*hash).any(|found| found == *id));
        }
        let strangers = (5000..10_000_u32).map(|id| of(Kind::Fold, &id.to_le_bytes()));
        let wrong = strangers.filter(|hash| table.find(*hash).next().is_some()).count();
        assert!(wrong < 20, "{wrong} of 5000 hashes found something that is not theirs");
        assert_eq!(Table::new(&[]).find(7).count(), 0);
        assert_eq!(Table::default().find(7).count(), 0);
    }
}
