//! A bounded sample of everything seen, in order of size: quantiles without keeping the values.
//!
//! A reservoir (Vitter's algorithm R) that forgets slowly: what is replaced is drawn by a hash of the count, so the
//! same series always gives the same sample.

use super::checkpoint::{Carry, Codec};

/// Values after which a new one no longer becomes rarer, so that the sample follows the series.
const HORIZON: u32 = 8_000;

#[derive(Debug, Clone)]
pub(super) struct Sample<const N: usize> {
    sorted: [f32; N],
    held: u8,
    seen: u32,
}

impl<const N: usize> Sample<N> {
    pub(super) const fn new() -> Self {
        Self { sorted: [0.0; N], held: 0, seen: 0 }
    }

    pub(super) fn learn(&mut self, value: f32) {
        self.seen = self.seen.saturating_add(1);
        let held = usize::from(self.held);
        if held < N {
            let at = self.values().partition_point(|&known| known < value);
            self.sorted.copy_within(at..held, at + 1);
            self.sorted[at] = value;
            self.held += 1;
            return;
        }
        let drawn = (scramble(u64::from(self.seen)) % u64::from(self.seen.min(HORIZON))) as usize;
        if drawn < N {
            self.replace(drawn, value);
        }
    }

    fn replace(&mut self, gone: usize, value: f32) {
        self.sorted.copy_within(gone + 1.., gone);
        let at = self.sorted[..N - 1].partition_point(|&known| known < value);
        self.sorted.copy_within(at..N - 1, at + 1);
        self.sorted[at] = value;
    }

    fn values(&self) -> &[f32] {
        &self.sorted[..usize::from(self.held)]
    }

    /// The value that `share` of all are below; 0 before the first.
    fn quantile(&self, share: f32) -> f32 {
        let values = self.values();
        let at = (values.len().saturating_sub(1) as f32 * share).round() as usize;
        values.get(at).copied().unwrap_or(0.0)
    }

    /// The share of values below `value`, those equal to it counted half.
    pub(super) fn rank(&self, value: f32) -> f32 {
        let values = self.values();
        let below = values.partition_point(|&known| known < value);
        let up_to = values.partition_point(|&known| known <= value);
        if values.is_empty() { 0.5 } else { (below + up_to) as f32 / 2.0 / values.len() as f32 }
    }

    pub(super) fn range(&self) -> (f32, f32) {
        (self.quantile(0.0), self.quantile(1.0))
    }
}

impl<const N: usize> Carry for Sample<N> {
    fn carry(&mut self, codec: &mut impl Codec) {
        codec.f32s(&mut self.sorted);
        codec.u8(&mut self.held);
        codec.u32(&mut self.seen);
        if usize::from(self.held) > N || !self.sorted[..usize::from(self.held).min(N)].is_sorted() {
            codec.refuse();
        }
    }
}

/// A number that has nothing to do with `seed` (the finaliser of MurmurHash3).
pub(super) const fn scramble(mut seed: u64) -> u64 {
    seed ^= seed >> 33;
    seed = seed.wrapping_mul(0xff51_afd7_ed55_8ccd);
    seed ^= seed >> 33;
    seed = seed.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    seed ^ (seed >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_follow_the_series() {
        let mut sample = Sample::<64>::new();
        for index in 0..5_000_u64 {
            sample.learn((scramble(index) % 1000) as f32);
        }
        assert!((sample.quantile(0.5) - 500.0).abs() < 150.0, "{}", sample.quantile(0.5));
        assert!(sample.rank(2000.0) == 1.0 && sample.rank(-1.0) == 0.0);
    }
}
