//! The value at a rank of those in a window, for percentiles and the median.
//!
//! The rank is fixed by the rule, so the values are kept in two halves: those up to the rank and those above. A value
//! that comes or goes moves one or two others from half to half, O(log n), and the answer stands at their border.

use super::{limits::RANKED_VALUES_MAX, queue::Queue};
use std::collections::BTreeMap;

/// Values in a window, cut at a rank.
#[derive(Clone, Debug)]
pub(super) struct Ranked {
    /// From 0, the least, to 1, the greatest.
    rank: f64,
    queue: Queue<Key>,
    below: Half,
    above: Half,
    is_cut: bool,
}

/// A number as bits that sort as it does.
type Key = u64;

#[derive(Clone, Debug, Default)]
struct Half {
    counts: BTreeMap<Key, u32>,
    len: usize,
}

impl Ranked {
    /// No values yet, to be asked for those at `percentile`, 0 to 100.
    pub(super) fn new(percentile: u64) -> Self {
        Self {
            rank: percentile.min(100) as f64 / 100.0,
            queue: Queue::default(),
            below: Half::default(),
            above: Half::default(),
            is_cut: false,
        }
    }

    /// Adds a finite number.
    pub(super) fn add(&mut self, time: i64, number: f64) {
        let key = key_of(number);
        self.queue.push(time, key);
        if self.below.last().is_some_and(|last| key <= last) {
            self.below.insert(key);
        } else {
            self.above.insert(key);
        }
        if self.queue.len() > RANKED_VALUES_MAX
            && let Some((_, oldest)) = self.queue.pop_first()
        {
            self.is_cut = true;
            self.remove(oldest);
        }
        self.balance();
    }

    /// Forgets what lies before `floor`.
    pub(super) fn forget(&mut self, floor: i64) {
        while let Some(key) = self.queue.pop_before(floor) {
            self.remove(key);
            self.balance();
        }
        self.is_cut &= self.queue.len() > 0;
    }

    /// The value at the rank, by linear interpolation between the two nearest; nothing when there are none.
    pub(super) fn value(&self) -> Option<f64> {
        let lower = number_of(self.below.last()?);
        let place = self.place();
        match self.above.first() {
            Some(upper) if place.fract() > 0.0 => Some(lower + place.fract() * (number_of(upper) - lower)),
            _ => Some(lower),
        }
    }

    /// False when values of the window were left out.
    pub(super) fn is_exact(&self) -> bool {
        !self.is_cut
    }

    /// What it takes on the heap, about.
    pub(super) fn bytes(&self) -> usize {
        let counts = self.below.counts.len() + self.above.counts.len();
        self.queue.bytes() + counts * 2 * size_of::<(Key, u32)>()
    }

    fn place(&self) -> f64 {
        self.rank * (self.queue.len().saturating_sub(1)) as f64
    }

    fn remove(&mut self, key: Key) {
        if self.below.last().is_some_and(|last| key <= last) {
            self.below.remove(key);
        } else {
            self.above.remove(key);
        }
    }

    fn balance(&mut self) {
        let wanted = if self.queue.len() == 0 { 0 } else { self.place() as usize + 1 };
        while self.below.len > wanted
            && let Some(last) = self.below.last()
        {
            self.below.remove(last);
            self.above.insert(last);
        }
        while self.below.len < wanted
            && let Some(first) = self.above.first()
        {
            self.above.remove(first);
            self.below.insert(first);
        }
    }
}

impl Half {
    fn insert(&mut self, key: Key) {
        *self.counts.entry(key).or_default() += 1;
        self.len += 1;
    }

    fn remove(&mut self, key: Key) {
        if let Some(count) = self.counts.get_mut(&key) {
            *count -= 1;
            self.len -= 1;
            if *count == 0 {
                self.counts.remove(&key);
            }
        }
    }

    fn first(&self) -> Option<Key> {
        self.counts.first_key_value().map(|(key, _)| *key)
    }

    fn last(&self) -> Option<Key> {
        self.counts.last_key_value().map(|(key, _)| *key)
    }
}

fn key_of(number: f64) -> Key {
    let bits = (number + 0.0).to_bits();
    bits ^ if bits >> 63 == 1 { u64::MAX } else { 1 << 63 }
}

fn number_of(key: Key) -> f64 {
    f64::from_bits(key ^ if key >> 63 == 1 { 1 << 63 } else { u64::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_sort_as_numbers_do() {
        let numbers = [-1e300, -2.5, -1.0, -0.0, 1e-300, 1.0, 2.5, 1e300];
        assert!(numbers.map(key_of).is_sorted());
        assert_eq!(numbers.map(|number| number_of(key_of(number))), numbers);
        assert_eq!(key_of(-0.0), key_of(0.0));
    }

    #[test]
    fn the_median_follows_the_window() {
        let mut median = Ranked::new(50);
        assert_eq!(median.value(), None);
        for (time, number) in [(1, 5.0), (2, 1.0), (3, 9.0), (4, 9.0)] {
            median.add(time, number);
        }
        assert_eq!(median.value(), Some(7.0));
        median.forget(2);
        assert_eq!(median.value(), Some(9.0));
        median.forget(9);
        assert_eq!(median.value(), None);
    }

    #[test]
    fn beyond_the_limit_the_latest_values_count_and_that_is_told() {
        let mut least = Ranked::new(0);
        (0..=RANKED_VALUES_MAX as i64).for_each(|time| least.add(time, time as f64));
        assert_eq!((least.value(), least.is_exact()), (Some(1.0), false));
        least.forget(i64::MAX);
        assert!(least.is_exact());
    }
}
