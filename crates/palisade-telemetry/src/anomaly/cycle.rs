//! A period that no calendar knows: a job every 37 points.
//!
//! For each lag it is averaged how far points are from those one lag earlier. The lag with the smallest distance,
//! clearly below the typical one, is the cycle.

use super::checkpoint::{Carry, Codec};

/// Points kept: those that lags and patterns look back to.
pub(super) const KEPT: usize = 64;
const LAG_LEAST: usize = 3;
const LAGS: usize = KEPT - LAG_LEAST;
const SHARE: f32 = 0.01;
/// A lag is a cycle when its distance is below this share of the mean of all.
const CLEARLY: f32 = 0.4;
/// Points before a cycle is believed.
const FEWEST: u32 = 3 * KEPT as u32;

#[derive(Debug, Clone)]
pub(super) struct Cycle {
    points: [f32; KEPT],
    next: u8,
    held: u8,
    distances: [f32; LAGS],
    seen: u32,
}

impl Cycle {
    pub(super) const fn new() -> Self {
        Self { points: [0.0; KEPT], next: 0, held: 0, distances: [0.0; LAGS], seen: 0 }
    }

    /// Forgets the last points, not what was learned of them: after a gap they are no neighbours.
    pub(super) const fn interrupt(&mut self) {
        self.held = 0;
    }

    /// The point `back` points ago; 1 is the last.
    fn back(&self, back: usize) -> Option<f32> {
        let at = (usize::from(self.next) + 2 * KEPT - back) % KEPT;
        (back >= 1 && back <= usize::from(self.held)).then(|| self.points[at])
    }

    /// The last `N` points, oldest first, when there are so many.
    pub(super) fn last<const N: usize>(&self) -> Option<[f32; N]> {
        (usize::from(self.held) >= N).then(|| std::array::from_fn(|at| self.back(N - at).unwrap_or(0.0)))
    }

    /// The length of the cycle in points, when there is one.
    pub(super) fn length(&self) -> Option<usize> {
        let mean = self.distances.iter().sum::<f32>() / LAGS as f32;
        let (at, least) = self.distances.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1))?;
        (self.seen >= FEWEST && *least < CLEARLY * mean).then_some(at + LAG_LEAST)
    }

    /// What the cycle makes expect of the next point.
    pub(super) fn expect(&self) -> Option<f32> {
        self.back(self.length()?)
    }

    pub(super) fn learn(&mut self, value: f32) {
        for at in 0..LAGS {
            if let Some(earlier) = self.back(at + LAG_LEAST) {
                self.distances[at] += SHARE * ((value - earlier).abs() - self.distances[at]);
            }
        }
        self.points[usize::from(self.next) % KEPT] = value;
        self.next = ((usize::from(self.next) + 1) % KEPT) as u8;
        self.held = (self.held + 1).min(KEPT as u8);
        self.seen = self.seen.saturating_add(1);
    }
}

impl Carry for Cycle {
    fn carry(&mut self, codec: &mut impl Codec) {
        codec.f32s(&mut self.points);
        codec.u8(&mut self.next);
        codec.u8(&mut self.held);
        codec.f32s(&mut self.distances);
        codec.u32(&mut self.seen);
        if usize::from(self.next) >= KEPT || usize::from(self.held) > KEPT {
            codec.refuse();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cycle_of_37_points_is_found() {
        let mut cycle = Cycle::new();
        (0..1_000).for_each(|at| cycle.learn(if at % 37 < 5 { 10.0 } else { (at % 37) as f32 * 0.1 }));
        assert_eq!(cycle.length(), Some(37));
        // 1,000 is the second point of the 28th turn.
        assert_eq!(cycle.expect(), Some(10.0));
    }

    #[test]
    fn noise_has_no_cycle() {
        let mut cycle = Cycle::new();
        (0..1_000).for_each(|at| cycle.learn((super::super::sample::scramble(at) % 100) as f32));
        assert_eq!(cycle.length(), None);
    }
}
