//! Hashes of keys, and of a text with one or two of its bytes left out, each in constant time.
//!
//! The hash is a polynomial over the bytes, so the hash of what is left after a deletion follows from those of the parts
//! around it; a last step mixes its bits. Nobody can gain by making two keys collide: what is found is compared.

/// What a key stands for. Keys of different kinds never meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The name without its separators.
    Fold = 1,
    /// The same without what is often put before or behind it.
    Core,
    /// Its words in the order of the alphabet.
    Order,
    /// As it sounds.
    Sound,
    /// As it looks.
    Look,
    /// Owner and name in one, without the sign between them.
    Flat,
    /// The name without its owner.
    Body,
    /// One word.
    Word,
    /// A fold or core with one byte left out, or none.
    Deletion,
    /// The name as its registry holds it.
    Exact,
}

const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;

/// The hash of `bytes` as a key of `kind`.
pub(super) fn of(kind: Kind, bytes: &[u8]) -> u64 {
    finish(kind, bytes.iter().fold(0, |sum, byte| step(sum, *byte)))
}

fn step(sum: u64, byte: u8) -> u64 {
    sum.wrapping_mul(FACTOR).wrapping_add(u64::from(byte) + 1)
}

fn finish(kind: Kind, sum: u64) -> u64 {
    let mut mixed = sum ^ (kind as u64).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    mixed = (mixed ^ (mixed >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed ^ (mixed >> 32)
}

/// The prefixes of a text, hashed, from which the hashes of its deletions follow.
#[derive(Debug)]
pub(super) struct Deletions {
    /// Hash of the first n bytes, for every n.
    prefixes: Vec<u64>,
    /// `FACTOR` to the power of n.
    powers: Vec<u64>,
}

impl Deletions {
    pub(super) fn new(text: &[u8]) -> Self {
        let mut prefixes = Vec::with_capacity(text.len() + 1);
        let mut powers = Vec::with_capacity(text.len() + 1);
        let (mut sum, mut power) = (0, 1_u64);
        prefixes.push(sum);
        powers.push(power);
        for byte in text {
            sum = step(sum, *byte);
            power = power.wrapping_mul(FACTOR);
            prefixes.push(sum);
            powers.push(power);
        }
        Self { prefixes, powers }
    }

    fn len(&self) -> usize {
        self.prefixes.len() - 1
    }

    /// The hash of the bytes `from..to`, not yet finished.
    fn part(&self, from: usize, to: usize) -> u64 {
        self.prefixes[to].wrapping_sub(self.prefixes[from].wrapping_mul(self.powers[to - from]))
    }

    fn joined(&self, sum: u64, from: usize, to: usize) -> u64 {
        sum.wrapping_mul(self.powers[to - from]).wrapping_add(self.part(from, to))
    }

    /// The hash of the whole text.
    pub(super) fn none(&self) -> u64 {
        finish(Kind::Deletion, self.prefixes[self.len()])
    }

    /// The hashes of the text with one byte left out.
    pub(super) fn one(&self) -> impl Iterator<Item = u64> + '_ {
        (0..self.len()).map(|at| finish(Kind::Deletion, self.joined(self.prefixes[at], at + 1, self.len())))
    }

    /// The hashes of the text with two bytes left out.
    pub(super) fn two(&self) -> impl Iterator<Item = u64> + '_ {
        (0..self.len()).flat_map(move |first| {
            (first + 1..self.len()).map(move |second| {
                let middle = self.joined(self.prefixes[first], first + 1, second);
                finish(Kind::Deletion, self.joined(middle, second + 1, self.len()))
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Deletions, Kind, of};

    #[test]
    fn a_deletion_hashes_like_what_is_left() {
        let deletions = Deletions::new(b"lodash");
        assert_eq!(deletions.none(), of(Kind::Deletion, b"lodash"));
        assert_eq!(deletions.one().nth(2), Some(of(Kind::Deletion, b"loash")));
        assert_eq!(deletions.two().next(), Some(of(Kind::Deletion, b"dash")));
        assert_eq!(deletions.two().count(), 15);
        assert_ne!(of(Kind::Fold, b"lodash"), of(Kind::Core, b"lodash"));
        assert_eq!(Deletions::new(b"").one().count(), 0);
    }
}
