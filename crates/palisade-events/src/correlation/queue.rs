//! Items in the order of their time, for windows to forget from the front.
//!
//! Items that come in order go to the end of a ring. One that comes late goes to a tree beside it, so that it costs
//! O(log n) however many there are.

use std::collections::{BTreeMap, VecDeque};

/// Items by time.
#[derive(Clone, Debug)]
pub(super) struct Queue<T> {
    ring: VecDeque<(i64, T)>,
    late: BTreeMap<(i64, u64), T>,
    /// Tells late items of the same time apart.
    sequence: u64,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self { ring: VecDeque::new(), late: BTreeMap::new(), sequence: 0 }
    }
}

impl<T> Queue<T> {
    /// Adds an item.
    pub(super) fn push(&mut self, time: i64, item: T) {
        if self.ring.back().is_none_or(|(latest, _)| *latest <= time) {
            self.ring.push_back((time, item));
        } else {
            self.sequence += 1;
            self.late.insert((time, self.sequence), item);
        }
    }

    /// Adds an item to one of the same `step` of time when there is one, and else by itself.
    pub(super) fn join(&mut self, time: i64, step: i64, item: T, add: impl Fn(&mut T, T)) {
        let of = |time: i64| time.div_euclid(step);
        match self.ring.back_mut() {
            Some((latest, held)) if of(*latest) == of(time) => {
                *latest = time.max(*latest);
                add(held, item);
            }
            Some((latest, _)) if *latest > time => match self.late.get_mut(&(of(time).saturating_mul(step), 0)) {
                Some(held) => add(held, item),
                None => drop(self.late.insert((of(time).saturating_mul(step), 0), item)),
            },
            _ => self.ring.push_back((time, item)),
        }
    }

    /// Joins all neighbours of the same `step` of time.
    pub(super) fn join_all(&mut self, step: i64, add: impl Fn(&mut T, T)) {
        let mut joined = Self::default();
        while let Some((time, item)) = self.pop_first() {
            joined.join(time, step, item, &add);
        }
        *self = joined;
    }

    /// Takes the earliest item when it is before `floor`.
    pub(super) fn pop_before(&mut self, floor: i64) -> Option<T> {
        (self.first_time()? < floor).then(|| self.pop_first()).flatten().map(|(_, item)| item)
    }

    /// Takes the earliest item.
    pub(super) fn pop_first(&mut self) -> Option<(i64, T)> {
        let ring = self.ring.front().map(|(time, _)| *time);
        let late = self.late.first_key_value().map(|((time, _), _)| *time);
        if late.is_some_and(|late| ring.is_none_or(|ring| late < ring)) {
            return self.late.pop_first().map(|((time, _), item)| (time, item));
        }
        let first = self.ring.pop_front();
        if self.ring.capacity() > 64 && self.ring.len() < self.ring.capacity() / 4 {
            self.ring.shrink_to(self.ring.len() * 2);
        }
        first
    }

    /// How many items there are.
    pub(super) fn len(&self) -> usize {
        self.ring.len() + self.late.len()
    }

    /// What it takes on the heap, about.
    pub(super) fn bytes(&self) -> usize {
        let late = size_of::<(i64, u64, T)>() * 2;
        self.ring.capacity() * size_of::<(i64, T)>() + self.late.len() * late
    }

    fn first_time(&self) -> Option<i64> {
        let ring = self.ring.front().map(|(time, _)| *time);
        let late = self.late.first_key_value().map(|((time, _), _)| *time);
        ring.into_iter().chain(late).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_leave_in_the_order_of_time() {
        let mut queue = Queue::default();
        for time in [5, 3, 9, 7, 3, 1, 9] {
            queue.push(time, time);
        }
        assert_eq!(queue.len(), 7);
        assert_eq!(queue.pop_before(3), Some(1));
        assert_eq!(queue.pop_before(3), None);
        let rest: Vec<_> = std::iter::from_fn(|| queue.pop_first()).map(|(time, _)| time).collect();
        assert_eq!(rest, [3, 3, 5, 7, 9, 9]);
        assert_eq!(queue.len(), 0);
    }

    #[test]
    fn items_of_one_step_are_joined() {
        let mut queue = Queue::default();
        (0..100).for_each(|time| queue.push(time, 1));
        queue.push(42, 1);
        queue.join_all(10, |held, item| *held += item);
        assert_eq!(queue.len(), 10);
        queue.join(99, 10, 1, |held, item| *held += item);
        queue.join(15, 10, 1, |held, item| *held += item);
        queue.join(18, 10, 1, |held, item| *held += item);
        let counts: Vec<_> = std::iter::from_fn(|| queue.pop_first()).collect();
        assert_eq!(counts.iter().map(|(_, count)| count).sum::<i32>(), 104);
        assert_eq!(counts.len(), 11);
        assert!(counts.is_sorted_by_key(|(time, _)| *time));
    }

    #[test]
    fn what_a_burst_took_is_given_back() {
        let mut queue = Queue::default();
        (0..100_000).for_each(|time| queue.push(time, ()));
        let full = queue.bytes();
        while queue.pop_before(99_999).is_some() {}
        assert!(queue.bytes() < full / 100);
    }
}
