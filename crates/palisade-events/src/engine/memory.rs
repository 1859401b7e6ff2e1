//! What recent values opened. Most values repeat: images, users, channels, hosts; those are not searched again.
//!
//! A value is found by hash and then compared byte by byte, so that no two are taken for one. Each value has one slot,
//! which the next value of the same hash takes over.

use crate::limits::{MEMORY_BYTES_MAX, REMEMBERED_VALUE_BYTES_MAX};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Values that are remembered at once, a power of two.
const SLOTS: usize = 1 << 15;

/// Which rules' gates a value opened.
pub(super) struct Memory {
    slots: Vec<Option<Slot>>,
    bytes: usize,
}

struct Slot {
    place: u64,
    value: Box<str>,
    opened: Box<[u32]>,
}

/// Where in the memory a value belongs; nothing for one that is too long to be remembered.
pub(super) struct Key(Option<usize>);

impl Memory {
    pub(super) fn new() -> Self {
        Self { slots: std::iter::repeat_with(|| None).take(SLOTS).collect(), bytes: 0 }
    }

    /// The key of a value that stands in a field of a plan; `place` tells these apart.
    pub(super) fn key(place: u64, value: &str) -> Key {
        let is_kept = value.len() <= REMEMBERED_VALUE_BYTES_MAX;
        Key(is_kept.then(|| xxh3_64_with_seed(value.as_bytes(), place) as usize & (SLOTS - 1)))
    }

    /// What the value opened, if it is remembered.
    pub(super) fn get(&self, key: &Key, place: u64, value: &str) -> Option<&[u32]> {
        let slot = self.slots[key.0?].as_ref()?;
        (slot.place == place && *slot.value == *value).then_some(&slot.opened)
    }

    /// Remembers what the value opened.
    pub(super) fn put(&mut self, key: &Key, place: u64, value: &str, opened: &[u32]) {
        let Some(index) = key.0 else { return };
        let slot = Slot { place, value: value.into(), opened: opened.into() };
        self.bytes += slot.bytes();
        self.bytes -= self.slots[index].replace(slot).map_or(0, |old| old.bytes());
        if self.bytes > MEMORY_BYTES_MAX {
            self.slots.fill_with(|| None);
            self.bytes = 0;
        }
    }
}

impl Slot {
    fn bytes(&self) -> usize {
        self.value.len() + size_of_val(&*self.opened)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_told_apart_by_place_and_bytes() {
        let mut memory = Memory::new();
        let key = Memory::key(1, "value");
        assert_eq!(memory.get(&key, 1, "value"), None);
        memory.put(&key, 1, "value", &[3]);
        assert_eq!(memory.get(&key, 1, "value"), Some(&[3][..]));
        assert_eq!(memory.get(&key, 2, "value"), None);
        assert_eq!(memory.get(&key, 1, "other"), None);
    }

    #[test]
    fn memory_is_bounded() {
        let mut memory = Memory::new();
        let long = "x".repeat(REMEMBERED_VALUE_BYTES_MAX - 8);
        for number in 0..3 * MEMORY_BYTES_MAX / REMEMBERED_VALUE_BYTES_MAX {
            let value = format!("{long}{number}");
            memory.put(&Memory::key(0, &value), 0, &value, &[]);
            assert!(memory.bytes <= MEMORY_BYTES_MAX);
        }
        let longer = "x".repeat(REMEMBERED_VALUE_BYTES_MAX + 1);
        assert!(Memory::key(0, &longer).0.is_none());
    }
}
