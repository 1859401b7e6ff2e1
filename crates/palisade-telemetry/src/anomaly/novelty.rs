//! How new the present is after what came before, in the manner of the contextual anomaly detector (CAD).
//!
//! Values are quantised into symbols; the last few symbols are the context. For contexts of several lengths it is
//! counted how often this symbol followed; counts are kept in a fixed table by hash, so contexts that collide share
//! one. New symbols in known contexts are news, anything in a new context is a little.

use super::{
    checkpoint::{Carry, Codec},
    sample::scramble,
};

const CELLS: usize = 256;
/// Context lengths 0 to this.
const LONGEST: usize = 4;
/// News is averaged over about this many points: a pattern breaks over several.
const SHARE: f32 = 0.15;

#[derive(Debug, Clone)]
pub(super) struct Novelty {
    counts: [u8; CELLS],
    context: [u8; LONGEST],
    news: f32,
}

impl Novelty {
    pub(super) const fn new() -> Self {
        Self { counts: [0; CELLS], context: [0; LONGEST], news: 0.0 }
    }

    /// Takes in `symbol` and returns how new the last symbols are.
    pub(super) fn observe(&mut self, symbol: u8) -> f32 {
        let mut key = 0;
        let mut news = 0.0;
        for length in 0..=LONGEST {
            if length > 0 {
                key = scramble(key ^ (u64::from(self.context[length - 1]) + 1));
            }
            let of_context = (key ^ length as u64) << 8;
            let context = cell(of_context);
            let followed = cell(of_context | (u64::from(symbol) + 1));
            let share = (f32::from(self.counts[followed]) + 0.05) / (f32::from(self.counts[context]) + 1.0);
            news -= share.min(1.0).ln();
            self.count(context);
            self.count(followed);
        }
        self.news += SHARE * (news / (LONGEST + 1) as f32 - self.news);
        self.context.rotate_right(1);
        self.context[0] = symbol;
        self.news.max(0.0)
    }

    /// Counts, and halves all when one is full: what is long ago counts less.
    fn count(&mut self, cell: usize) {
        if self.counts[cell] == u8::MAX {
            self.counts.iter_mut().for_each(|count| *count /= 2);
        }
        self.counts[cell] += 1;
    }
}

const fn cell(key: u64) -> usize {
    (scramble(key) % CELLS as u64) as usize
}

impl Carry for Novelty {
    fn carry(&mut self, codec: &mut impl Codec) {
        codec.u8s(&mut self.counts);
        codec.u8s(&mut self.context);
        codec.f32(&mut self.news);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_pattern_is_news() {
        let mut novelty = Novelty::new();
        let usual = (0..600).map(|index| novelty.observe([1, 1, 5, 7][index % 4])).skip(500).fold(0.0, f32::max);
        let broken = [5, 5, 1, 7].map(|symbol| novelty.observe(symbol)).into_iter().fold(0.0, f32::max);
        assert!(broken > 2.0 * usual, "{broken} after {usual}");
    }
}
