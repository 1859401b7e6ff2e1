//! Numbers that stand for four neighbouring bytes, the same for both cases of letters.

use super::{AROUND_BYTES, BLOCK};

/// The bits that tell lower from upper case.
const LOWER: u16 = 0x2020;

/// The mixture of four bytes, given as two pairs. Each of the four counts in the upper bits.
pub(super) fn of_four(one: u16, other: u16) -> u16 {
    let one = (one | LOWER).wrapping_mul(0x9E37);
    (one ^ one >> 7).wrapping_add((other | LOWER).wrapping_mul(0x6A09))
}

/// What the bytes at each place of a block are looked up by.
pub(super) struct Numbers {
    /// Its byte and the next one.
    pub(super) pairs: [u16; BLOCK],
    /// The mixture of its byte and the next three.
    pub(super) fours: [u16; BLOCK],
}

impl Numbers {
    pub(super) const NONE: Self = Self { pairs: [0; BLOCK], fours: [0; BLOCK] };

    /// Takes those of the bytes `around` a block: the same few operations on small numbers for each, so that compilers
    /// do many at once.
    pub(super) fn take(&mut self, around: &[u8; AROUND_BYTES]) {
        let from = |start: usize| around[start..start + BLOCK].iter();
        let bytes = from(1).zip(from(2)).zip(from(3).zip(from(4)));
        let numbers = self.pairs.iter_mut().zip(&mut self.fours);
        for ((pair, four), ((&one, &two), (&three, &last))) in numbers.zip(bytes) {
            *pair = u16::from_le_bytes([one, two]);
            *four = of_four(*pair, u16::from_le_bytes([three, last]));
        }
    }
}
