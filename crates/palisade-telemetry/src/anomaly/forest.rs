//! Half-space trees: how few points lie where this one does.
//!
//! Tan, Ting and Liu, *Fast anomaly detection for streaming data* (2011). The trees are drawn once, by hash, and only
//! how many points passed each node is kept.

use super::{
    checkpoint::{Carry, Codec},
    sample::scramble,
};

const TREES: usize = 8;
const DEPTH: usize = 5;
/// Nodes of a tree; the first is not used, the root is 1.
const NODES: usize = 1 << DEPTH;
pub(super) const FEATURES: usize = 5;

#[derive(Debug, Clone)]
pub(super) struct Forest {
    mass: [[u8; NODES]; TREES],
}

impl Forest {
    pub(super) const fn new() -> Self {
        Self { mass: [[0; NODES]; TREES] }
    }

    /// How lonely the point is; its features lie between 0 and 1. Then takes it in.
    pub(super) fn observe(&mut self, features: &[f32; FEATURES]) -> f32 {
        let mut lonely = 0.0;
        for (tree, mass) in self.mass.iter_mut().enumerate() {
            let path = path(tree, features);
            let all = f32::from(mass[1]);
            lonely -= path.iter().map(|&node| ((f32::from(mass[node]) + 0.3) / (all + 0.6)).ln()).sum::<f32>();
            if mass[1] == u8::MAX {
                mass.iter_mut().for_each(|count| *count = count.div_ceil(2));
            }
            for node in path {
                mass[node] = mass[node].saturating_add(1);
            }
        }
        (lonely / (TREES * DEPTH) as f32).max(0.0)
    }
}

/// The nodes that a point passes, from the root.
fn path(tree: usize, features: &[f32; FEATURES]) -> [usize; DEPTH] {
    let (mut low, mut high) = ([0.0_f32; FEATURES], [1.0_f32; FEATURES]);
    let mut nodes = [1; DEPTH];
    for depth in 1..DEPTH {
        let node = nodes[depth - 1];
        let drawn = scramble((tree * NODES + node) as u64);
        let feature = (drawn % FEATURES as u64) as usize;
        let share = 0.3 + 0.4 * ((drawn >> 20) % 1000) as f32 / 1000.0;
        let cut = low[feature] + (high[feature] - low[feature]) * share;
        let right = features[feature] >= cut;
        if right {
            low[feature] = cut
        } else {
            high[feature] = cut
        }
        nodes[depth] = 2 * node + usize::from(right);
    }
    nodes
}

impl Carry for Forest {
    fn carry(&mut self, codec: &mut impl Codec) {
        self.mass.iter_mut().for_each(|tree| codec.u8s(tree));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_apart_is_lonely() {
        let mut forest = Forest::new();
        let usual = (0..500)
            .map(|index| forest.observe(&std::array::from_fn(|axis| 0.45 + 0.001 * ((index * (axis + 3)) % 50) as f32)))
            .last()
            .unwrap();
        let apart = forest.observe(&[0.95, 0.9, 0.1, 0.9, 0.02]);
        assert!(apart > 1.5 * usual, "{apart} after {usual}");
    }
}
