//! An average that forgets: exponentially weighted, an ordinary mean while it is young.

use super::checkpoint::{Carry, Codec};

#[derive(Debug, Clone)]
pub(super) struct Average {
    pub(super) mean: f32,
    seen: u32,
}

impl Average {
    pub(super) const fn new() -> Self {
        Self { mean: 0.0, seen: 0 }
    }

    /// Takes `value` in with a share of `share`.
    pub(super) fn learn(&mut self, value: f32, share: f32) {
        self.seen = self.seen.saturating_add(1);
        self.mean += share.max(1.0 / self.seen as f32) * (value - self.mean);
    }

    pub(super) const fn seen(&self) -> u32 {
        self.seen
    }
}

impl Carry for Average {
    fn carry(&mut self, codec: &mut impl Codec) {
        codec.f32(&mut self.mean);
        codec.u32(&mut self.seen);
    }
}
