//! The groups of all correlations, within a fixed number of bytes.
//!
//! Groups stand in one list by when they were last touched. When all together take more than they may, those go that
//! were not touched for longest; so a flood of new groups pushes out idle ones, and never grows. Groups whose window
//! has passed go earlier: each hit looks at two of them in turn.

use super::{
    group::Group,
    hash::{Key, KeyMap},
};

/// Groups by key, with the order in which they were touched.
#[derive(Clone, Debug, Default)]
pub(super) struct Groups {
    places: KeyMap<u32>,
    slots: Vec<Option<Slot>>,
    free: Vec<u32>,
    /// The least recently touched, and the most recently.
    oldest: Option<u32>,
    newest: Option<u32>,
    bytes: usize,
    /// Where the next look for passed groups begins.
    cursor: usize,
}

#[derive(Clone, Debug)]
struct Slot {
    key: Key,
    group: Group,
    bytes: usize,
    older: Option<u32>,
    newer: Option<u32>,
}

/// What a group takes besides its state: its slot, and its entry in the map, twice each, for both may have just grown.
const SLOT_BYTES: usize = 2 * (size_of::<Option<Slot>>() + size_of::<(Key, u32)>() + 1);

impl Groups {
    /// The place of the group with `key`, made when there is none; it is the most recently touched from then on.
    pub(super) fn touch(&mut self, key: Key, make: impl FnOnce() -> Group) -> u32 {
        if let Some(&place) = self.places.get(&key) {
            if self.newest != Some(place) {
                self.unlink(place);
                self.link(place);
            }
            return place;
        }
        let slot = Slot { key, group: make(), bytes: 0, older: None, newer: None };
        let place = match self.free.pop() {
            Some(place) => {
                self.slots[place as usize] = Some(slot);
                place
            }
            None => {
                self.slots.push(Some(slot));
                self.slots.len() as u32 - 1
            }
        };
        self.places.insert(key, place);
        self.link(place);
        place
    }

    /// The group at a place that [`Groups::touch`] gave.
    pub(super) fn get_mut(&mut self, place: u32) -> Option<&mut Group> {
        self.slots.get_mut(place as usize)?.as_mut().map(|slot| &mut slot.group)
    }

    /// Counts again what the group takes, after a change.
    pub(super) fn weigh(&mut self, place: u32) {
        if let Some(slot) = self.slots.get_mut(place as usize).and_then(Option::as_mut) {
            let bytes = SLOT_BYTES + slot.group.bytes();
            self.bytes = self.bytes + bytes - slot.bytes;
            slot.bytes = bytes;
        }
    }

    /// Removes the least recently touched groups until the rest takes no more than `bytes_max`; how many.
    pub(super) fn shrink(&mut self, bytes_max: usize) -> u64 {
        let mut removed = 0;
        while self.bytes > bytes_max
            && let Some(oldest) = self.oldest
        {
            self.remove(oldest);
            removed += 1;
        }
        removed
    }

    /// Looks at `count` groups in turn and removes those that have passed; how many.
    pub(super) fn sweep(&mut self, count: usize, has_passed: impl Fn(&Group) -> bool) -> u64 {
        let mut removed = 0;
        for _ in 0..count.min(self.slots.len()) {
            self.cursor = (self.cursor + 1) % self.slots.len();
            if self.slots[self.cursor].as_ref().is_some_and(|slot| has_passed(&slot.group)) {
                self.remove(self.cursor as u32);
                removed += 1;
            }
        }
        removed
    }

    /// Keeps the groups of correlations that `index` still knows, under their index there.
    pub(super) fn renumber(&mut self, index: impl Fn(u32) -> Option<u32>) {
        for place in 0..self.slots.len() {
            let Some(slot) = &mut self.slots[place] else { continue };
            match index(slot.group.correlation) {
                Some(correlation) => slot.group.correlation = correlation,
                None => self.remove(place as u32),
            }
        }
    }

    /// How many groups there are.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// How many looks see all groups.
    pub(super) fn places(&self) -> usize {
        self.slots.len()
    }

    /// What all groups take.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    fn remove(&mut self, place: u32) {
        self.unlink(place);
        if let Some(slot) = self.slots.get_mut(place as usize).and_then(Option::take) {
            self.places.remove(&slot.key);
            self.bytes -= slot.bytes;
            self.free.push(place);
        }
        if self.places.is_empty() {
            *self = Self::default();
        }
    }

    fn link(&mut self, place: u32) {
        let newest = self.newest.replace(place);
        if let Some(slot) = self.slot(Some(place)) {
            (slot.older, slot.newer) = (newest, None);
        }
        match self.slot(newest) {
            Some(before) => before.newer = Some(place),
            None => self.oldest = Some(place),
        }
    }

    fn unlink(&mut self, place: u32) {
        let Some(slot) = self.slot(Some(place)) else { return };
        let (older, newer) = (slot.older, slot.newer);
        match self.slot(older) {
            Some(before) => before.newer = newer,
            None => self.oldest = newer,
        }
        match self.slot(newer) {
            Some(after) => after.older = older,
            None => self.newest = older,
        }
    }

    fn slot(&mut self, place: Option<u32>) -> Option<&mut Slot> {
        self.slots.get_mut(place? as usize)?.as_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{measure::State, tally::Tally},
        *,
    };

    fn group(correlation: u32) -> Group {
        let state = State::Events(Tally::default());
        Group { correlation, values: Box::default(), extent: None, state, last_match: None }
    }

    fn key(index: u64) -> Key {
        Key { high: index, low: index }
    }

    fn filled(count: u64) -> Groups {
        let mut groups = Groups::default();
        for index in 0..count {
            let place = groups.touch(key(index), || group(index as u32));
            groups.weigh(place);
        }
        groups
    }

    #[test]
    fn the_least_recently_touched_go_first() {
        let mut groups = filled(10);
        let bytes = groups.bytes();
        groups.touch(key(0), || group(99));
        assert_eq!(groups.shrink(bytes / 2), 5);
        assert_eq!(groups.len(), 5);
        assert!(groups.places.contains_key(&key(0)) && !groups.places.contains_key(&key(1)));
        assert_eq!(groups.shrink(0), 5);
        assert_eq!((groups.len(), groups.bytes()), (0, 0));
    }

    #[test]
    fn passed_groups_are_found_in_turn() {
        let mut groups = filled(10);
        let removed: u64 = (0..5).map(|_| groups.sweep(2, |group| group.correlation % 2 == 0)).sum();
        assert_eq!((removed, groups.len()), (5, 5));
        let place = groups.touch(key(100), || group(1));
        assert!(place < 10, "a free place is used again");
    }

    #[test]
    fn groups_follow_their_correlation_to_its_new_index() {
        let mut groups = filled(4);
        groups.renumber(|index| (index != 2).then_some(index + 10));
        let mut kept: Vec<_> = groups.slots.iter().flatten().map(|slot| slot.group.correlation).collect();
        kept.sort_unstable();
        assert_eq!(kept, [10, 11, 13]);
    }
}
