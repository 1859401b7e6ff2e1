//! How many distinct values a window holds.
//!
//! A value is in the window exactly when its latest occurrence is. So one node a value is enough, whatever the number
//! of events, and the nodes form a list by latest occurrence: a value that occurs again moves to the end, and the
//! window forgets from the front. Each event costs a look into a map and some links, O(1); one that comes late goes
//! through a tree, O(log n). Beyond [`DISTINCT_EXACT_MAX`] values a sketch takes over, and says so.

use super::{
    hash::{Key, KeyMap},
    limits::DISTINCT_EXACT_MAX,
    sketch::Sketch,
};
use std::collections::BTreeSet;

/// Distinct values in a window.
#[derive(Clone, Debug)]
pub(super) enum Distinct {
    /// Each value is known.
    Exact(Box<Exact>),
    /// There were too many.
    Estimated(Box<Sketch>),
}

impl Default for Distinct {
    fn default() -> Self {
        Self::Exact(Box::default())
    }
}

impl Distinct {
    /// Adds an occurrence of a value in a window of length `span`; true when it is known to be new there.
    pub(super) fn add(&mut self, value: Key, time: i64, span: i64) -> bool {
        match self {
            Self::Exact(exact) => {
                let is_new = exact.add(value, time);
                if exact.len() > DISTINCT_EXACT_MAX {
                    let mut sketch = Sketch::new(span);
                    exact.each(|value, time| sketch.add(value, time));
                    *self = Self::Estimated(Box::new(sketch));
                }
                is_new
            }
            Self::Estimated(sketch) => {
                sketch.add(value, time);
                false
            }
        }
    }

    /// Forgets what lies before `floor`.
    pub(super) fn forget(&mut self, floor: i64) {
        match self {
            Self::Exact(exact) => exact.forget(floor),
            Self::Estimated(sketch) => {
                if sketch.forget(floor) {
                    *self = Self::default();
                }
            }
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> f64 {
        match self {
            Self::Exact(exact) => exact.len() as f64,
            Self::Estimated(sketch) => sketch.estimate(),
        }
    }

    /// False when the count is estimated.
    pub(super) fn is_exact(&self) -> bool {
        matches!(self, Self::Exact(_))
    }

    /// What it takes on the heap, about.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Exact(exact) => size_of::<Exact>() + exact.bytes(),
            Self::Estimated(sketch) => size_of::<Sketch>() + sketch.bytes(),
        }
    }
}

/// No node: the end of the list.
const NONE: u32 = u32::MAX;
/// In place of the node before: this one came late and stands in the tree.
const IN_TREE: u32 = u32::MAX - 1;

/// Every value with its latest occurrence.
#[derive(Clone, Debug)]
pub(super) struct Exact {
    places: KeyMap<u32>,
    nodes: Vec<Node>,
    /// Places of `nodes` that are free.
    free: Vec<u32>,
    oldest: u32,
    newest: u32,
    late: BTreeSet<(i64, u32)>,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    value: Key,
    time: i64,
    older: u32,
    newer: u32,
}

impl Default for Exact {
    fn default() -> Self {
        Self {
            places: KeyMap::default(),
            nodes: Vec::new(),
            free: Vec::new(),
            oldest: NONE,
            newest: NONE,
            late: BTreeSet::new(),
        }
    }
}

impl Exact {
    fn len(&self) -> usize {
        self.places.len()
    }

    fn add(&mut self, value: Key, time: i64) -> bool {
        if let Some(&place) = self.places.get(&value) {
            if self.nodes[place as usize].time < time {
                self.detach(place);
                self.nodes[place as usize].time = time;
                self.attach(place);
            }
            return false;
        }
        let node = Node { value, time, older: NONE, newer: NONE };
        let place = match self.free.pop() {
            Some(place) => {
                self.nodes[place as usize] = node;
                place
            }
            None => {
                self.nodes.push(node);
                self.nodes.len() as u32 - 1
            }
        };
        self.places.insert(value, place);
        self.attach(place);
        true
    }

    fn forget(&mut self, floor: i64) {
        while self.oldest != NONE && self.nodes[self.oldest as usize].time < floor {
            self.remove(self.oldest);
        }
        while let Some(&(time, place)) = self.late.first()
            && time < floor
        {
            self.remove(place);
        }
        if self.nodes.len() > 64 && self.len() < self.nodes.len() / 8 {
            self.compact();
        }
    }

    fn remove(&mut self, place: u32) {
        self.detach(place);
        self.places.remove(&self.nodes[place as usize].value);
        self.free.push(place);
    }

    fn attach(&mut self, place: u32) {
        let time = self.nodes[place as usize].time;
        let newest = self.newest;
        if newest != NONE && self.nodes[newest as usize].time > time {
            self.nodes[place as usize].older = IN_TREE;
            self.late.insert((time, place));
            return;
        }
        self.nodes[place as usize].older = newest;
        self.nodes[place as usize].newer = NONE;
        match newest {
            NONE => self.oldest = place,
            _ => self.nodes[newest as usize].newer = place,
        }
        self.newest = place;
    }

    fn detach(&mut self, place: u32) {
        let Node { time, older, newer, .. } = self.nodes[place as usize];
        if older == IN_TREE {
            self.late.remove(&(time, place));
            return;
        }
        match older {
            NONE => self.oldest = newer,
            _ => self.nodes[older as usize].newer = newer,
        }
        match newer {
            NONE => self.newest = older,
            _ => self.nodes[newer as usize].older = older,
        }
    }

    /// Gives back what values took that have left.
    fn compact(&mut self) {
        let mut values = Vec::with_capacity(self.len());
        self.each(|value, time| values.push((time, value)));
        values.sort_unstable();
        *self = Self::default();
        values.into_iter().for_each(|(time, value)| {
            self.add(value, time);
        });
    }

    fn each(&self, mut visit: impl FnMut(Key, i64)) {
        for &place in self.places.values() {
            let Node { value, time, .. } = self.nodes[place as usize];
            visit(value, time);
        }
    }

    fn bytes(&self) -> usize {
        let map = self.places.capacity() * (size_of::<(Key, u32)>() + 1);
        let nodes = self.nodes.capacity() * size_of::<Node>() + self.free.capacity() * size_of::<u32>();
        map + nodes + self.late.len() * 2 * size_of::<(i64, u32)>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    fn key(value: u64) -> Key {
        Key::of(&value.to_le_bytes(), 0)
    }

    #[test]
    fn many_values_are_counted_exactly_and_cost_what_values_cost() {
        let mut distinct = Distinct::default();
        for round in 0..3 {
            for value in 0..100_000 {
                assert_eq!(distinct.add(key(value), round * 100_000 + value as i64, 1_000_000), round == 0);
            }
        }
        assert_eq!((distinct.count(), distinct.is_exact()), (100_000.0, true));
        assert!(distinct.bytes() < 10_000_000, "{}", distinct.bytes());
        distinct.forget(299_990);
        assert_eq!(distinct.count(), 10.0);
        assert!(distinct.bytes() < 10_000, "{}", distinct.bytes());
    }

    #[test]
    fn beyond_the_limit_the_count_is_estimated_and_told() {
        let mut distinct = Distinct::default();
        for value in 0..1_000_000 {
            distinct.add(key(value), value as i64, 1_000_000);
        }
        assert!(!distinct.is_exact());
        assert!((distinct.count() / 1e6 - 1.0).abs() < 0.03, "{}", distinct.count());
        assert!(distinct.bytes() < 400_000);
        distinct.forget(i64::MAX);
        assert_eq!((distinct.count(), distinct.is_exact()), (0.0, true));
    }

    proptest! {
        #[test]
        fn counts_as_counting_again_does(events in prop::collection::vec((0u64..12, -20i64..20, any::<bool>()), 0..200)) {
            let mut distinct = Distinct::default();
            let mut latest: HashMap<u64, i64> = HashMap::new();
            let mut now = 0;
            for (value, step, is_forgetting) in events {
                now += 3;
                distinct.add(key(value), now + step, 60);
                let held = latest.entry(value).or_insert(now + step);
                *held = (*held).max(now + step);
                if is_forgetting {
                    distinct.forget(now - 30);
                    latest.retain(|_, time| *time >= now - 30);
                }
                prop_assert_eq!(distinct.count(), latest.len() as f64);
            }
        }
    }
}
