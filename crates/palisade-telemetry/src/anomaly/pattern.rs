//! Online Sub-PCA: how badly the shapes known so far explain the last points.
//!
//! The last points are a vector; its three main directions are followed by candid covariance-free incremental PCA
//! (Weng, Zhang and Hwang, 2003), and what they leave over is the score.

use super::checkpoint::{Carry, Codec};

pub(super) const LENGTH: usize = 12;
const DIRECTIONS: usize = 3;
/// The share of a new vector in the mean and in directions, at least.
const MEAN_SHARE: f32 = 0.002;
const DIRECTION_SHARE: f32 = 0.004;

#[derive(Debug, Clone)]
pub(super) struct Pattern {
    directions: [[f32; LENGTH]; DIRECTIONS],
    mean: [f32; LENGTH],
    seen: u32,
}

impl Pattern {
    /// Starts with the shapes of a cosine transform: level, slope, curve.
    pub(super) fn new() -> Self {
        let shape = |index: usize, at: usize| {
            let angle = (at as f32 + 0.5) * index as f32 * std::f32::consts::PI / LENGTH as f32;
            angle.cos() / (LENGTH as f32).sqrt()
        };
        Self {
            directions: std::array::from_fn(|index| std::array::from_fn(|at| shape(index, at))),
            mean: [0.0; LENGTH],
            seen: 0,
        }
    }

    /// What of `points` is not explained, for each point; then takes them in.
    pub(super) fn observe(&mut self, points: &[f32; LENGTH]) -> f32 {
        self.seen = self.seen.saturating_add(1);
        let of_mean = MEAN_SHARE.max(1.0 / self.seen as f32);
        let of_direction = (2.0 / self.seen as f32).clamp(DIRECTION_SHARE, 0.5);
        let mut rest: [f32; LENGTH] = std::array::from_fn(|at| points[at] - self.mean[at]);
        for (mean, rest) in self.mean.iter_mut().zip(&rest) {
            *mean += of_mean * rest;
        }
        for direction in &mut self.directions {
            let along = dot(direction, &rest) / length(direction);
            for (axis, rest) in direction.iter_mut().zip(&rest) {
                *axis += of_direction * (along * rest - *axis);
            }
            let along = dot(direction, &rest) / length(direction).powi(2);
            for (rest, axis) in rest.iter_mut().zip(direction.iter()) {
                *rest -= along * axis;
            }
        }
        (dot(&rest, &rest) / LENGTH as f32).sqrt()
    }
}

fn dot(a: &[f32; LENGTH], b: &[f32; LENGTH]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn length(of: &[f32; LENGTH]) -> f32 {
    dot(of, of).sqrt().max(1e-6)
}

impl Carry for Pattern {
    fn carry(&mut self, codec: &mut impl Codec) {
        self.directions.iter_mut().for_each(|direction| codec.f32s(direction));
        codec.f32s(&mut self.mean);
        codec.u32(&mut self.seen);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_shape_is_not_explained() {
        let mut pattern = Pattern::new();
        let wave = |at: usize| (at as f32 * 0.4).sin();
        let shape = |from: usize| std::array::from_fn(|at| wave(from + at));
        let usual = (0..2_000).map(|from| pattern.observe(&shape(from))).skip(1_500).fold(0.0, f32::max);
        let zigzag = std::array::from_fn(|at| if at % 2 == 0 { 1.0 } else { -1.0 });
        assert!(pattern.observe(&zigzag) > 5.0 * usual + 0.1, "{usual}");
    }
}
