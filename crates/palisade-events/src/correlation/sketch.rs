//! An estimate of how many distinct values a window holds, for when there are too many to keep.
//!
//! HyperLogLog (Flajolet et al., 2007) with 2¹⁴ registers, a standard error of 0.8 %, one for each sixteenth of the
//! window. The estimate is that of their union, which is kept up to date with each value and made anew when a slice
//! leaves. The oldest slice counts as a whole, so the window's edge is off by at most a sixteenth.

use super::hash::Key;
use std::collections::VecDeque;

const REGISTERS: usize = 1 << 14;
const SLICES: i64 = 16;

/// Slices of a window with their registers.
#[derive(Clone, Debug)]
pub(super) struct Sketch {
    slice_span: i64,
    slices: VecDeque<Slice>,
    union: Registers,
}

#[derive(Clone, Debug)]
struct Slice {
    /// Which multiple of the slice's length it begins at.
    number: i64,
    registers: Registers,
}

#[derive(Clone, Debug)]
struct Registers {
    ranks: Box<[u8]>,
    /// Of 2 to the power of minus each rank.
    sum: f64,
    zeros: u32,
}

impl Sketch {
    /// Nothing yet, for a window of length `span`.
    pub(super) fn new(span: i64) -> Self {
        Self { slice_span: span / SLICES + 1, slices: VecDeque::new(), union: Registers::new() }
    }

    /// Adds an occurrence of a value.
    pub(super) fn add(&mut self, value: Key, time: i64) {
        let number = time.div_euclid(self.slice_span);
        let index = match self.slices.back() {
            Some(last) if last.number == number => self.slices.len() - 1,
            _ => self.slice(number),
        };
        self.slices[index].registers.add(value);
        self.union.add(value);
    }

    /// Forgets slices that lie before `floor` as a whole; true when nothing is left.
    pub(super) fn forget(&mut self, floor: i64) -> bool {
        let first = floor.div_euclid(self.slice_span);
        let before = self.slices.len();
        self.slices.retain(|slice| slice.number >= first);
        if self.slices.len() < before {
            self.union = Registers::new();
            self.slices.iter().for_each(|slice| self.union.join(&slice.registers));
        }
        self.slices.is_empty()
    }

    /// How many distinct values there are, about.
    pub(super) fn estimate(&self) -> f64 {
        self.union.estimate().round()
    }

    /// What it takes on the heap.
    pub(super) fn bytes(&self) -> usize {
        (self.slices.len() + 1) * (REGISTERS + size_of::<Slice>())
    }

    fn slice(&mut self, number: i64) -> usize {
        let index = self.slices.partition_point(|slice| slice.number < number);
        if self.slices.get(index).is_none_or(|slice| slice.number != number) {
            self.slices.insert(index, Slice { number, registers: Registers::new() });
        }
        index
    }
}

impl Registers {
    fn new() -> Self {
        Self { ranks: vec![0; REGISTERS].into(), sum: REGISTERS as f64, zeros: REGISTERS as u32 }
    }

    fn add(&mut self, value: Key) {
        let rank = value.high.leading_zeros() as u8 + 1;
        self.raise(value.low as usize % REGISTERS, rank);
    }

    fn join(&mut self, other: &Self) {
        for (index, rank) in other.ranks.iter().enumerate() {
            self.raise(index, *rank);
        }
    }

    fn raise(&mut self, index: usize, rank: u8) {
        let held = self.ranks[index];
        if rank > held {
            self.ranks[index] = rank;
            self.sum += weight(rank) - weight(held);
            self.zeros -= u32::from(held == 0);
        }
    }

    fn estimate(&self) -> f64 {
        let count = REGISTERS as f64;
        let raw = 0.7213 / (1.0 + 1.079 / count) * count * count / self.sum;
        if raw <= 2.5 * count && self.zeros > 0 { count * (count / f64::from(self.zeros)).ln() } else { raw }
    }
}

fn weight(rank: u8) -> f64 {
    f64::from(-i32::from(rank)).exp2()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimates_stay_within_four_standard_errors() {
        let mut sketch = Sketch::new(1 << 40);
        for value in 0u64..2_000_000 {
            sketch.add(Key::of(&value.to_le_bytes(), 7), 0);
            if [100, 10_000, 300_000, 2_000_000].contains(&(value + 1)) {
                let error = (sketch.estimate() / (value + 1) as f64 - 1.0).abs();
                assert!(error < 0.035, "{value}: {error}");
            }
        }
    }

    #[test]
    fn slices_leave_with_the_window() {
        let mut sketch = Sketch::new(160);
        for value in 0u64..320_000 {
            sketch.add(Key::of(&value.to_le_bytes(), 7), (value / 1_000) as i64);
        }
        assert!(!sketch.forget(160));
        assert!((160_000.0..185_000.0).contains(&sketch.estimate()), "{}", sketch.estimate());
        assert!(sketch.forget(1_000));
        assert!(sketch.bytes() < 2 * REGISTERS);
    }
}
