//! Hashes that stand for values: 128 bits, so that two values are one with a probability below 10⁻²⁷ even among
//! 200,000, and a seed of the caller's, so that nobody outside can prepare values that collide.

use std::hash::{BuildHasherDefault, Hasher};
use xxhash_rust::xxh3::{xxh3_64_with_seed, xxh3_128_with_seed};

/// The hash of a value or of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) high: u64,
    pub(super) low: u64,
}

impl Key {
    /// The hash of `bytes`.
    pub(super) fn of(bytes: &[u8], seed: u64) -> Self {
        let hash = xxh3_128_with_seed(bytes, seed);
        Self { high: (hash >> 64) as u64, low: hash as u64 }
    }
}

/// The hash of a definition, to know it again.
pub(super) fn fingerprint(text: &str) -> u64 {
    xxh3_64_with_seed(text.as_bytes(), 0)
}

impl std::hash::Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.low);
    }
}

/// A map from hashes, which need no further hashing.
pub(super) type KeyMap<V> = std::collections::HashMap<Key, V, BuildHasherDefault<AsItIs>>;

/// Takes a hash as it is.
#[derive(Clone, Copy, Default)]
pub(super) struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// Bytes of several values, one after the other, so that no two lists of values have the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Joined {
    bytes: Vec<u8>,
    text: String,
}

impl Joined {
    /// Begins anew.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.text.clear();
    }

    /// Adds a value, or that there is none.
    pub(super) fn push(&mut self, value: Option<&str>) {
        let length = value.map_or(u64::MAX, |value| value.len() as u64);
        self.bytes.extend_from_slice(&length.to_le_bytes());
        self.bytes.extend_from_slice(value.unwrap_or_default().as_bytes());
        if !self.text.is_empty() {
            self.text.push_str(", ");
        }
        self.text.push_str(value.unwrap_or_default());
    }

    /// The values as one text, to be shown.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The hash of them all, together with that of whose values they are.
    pub(super) fn key(&self, owner: u64, seed: u64) -> Key {
        Key::of(&self.bytes, seed ^ owner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_values_are_told_apart() {
        let key = |values: &[Option<&str>]| {
            let mut joined = Joined::default();
            values.iter().for_each(|value| joined.push(*value));
            joined.key(1, 2)
        };
        assert_ne!(key(&[Some("ab"), Some("c")]), key(&[Some("a"), Some("bc")]));
        assert_ne!(key(&[Some("")]), key(&[None]));
        assert_ne!(key(&[None]), key(&[None, None]));
        assert_eq!(key(&[Some("a"), None]), key(&[Some("a"), None]));
    }
}
