//! How unusual a score is among those before it: the tail probability of the recent history of scores.
//!
//! The likelihood of Ahmad et al., *Unsupervised real-time anomaly detection for streaming data* (2017), takes the
//! history as normal; scores of metrics are not. Here the history is a histogram in even steps of the logarithm, and
//! beyond its highest fiftieth the tail is a power law with Hill's exponent, so that a series with heavy tails is not
//! one alarm after the other.

use super::checkpoint::{Carry, Codec};

const BINS: usize = 32;
/// Steps for each factor of e.
const STEPS: f32 = 3.0;
/// The logarithm of the lowest score told apart.
const LOWEST: f32 = -3.0;
/// Share of the history that is its tail, and the fewest scores that may be.
const TAIL_SHARE: f32 = 0.02;
const TAIL_FEWEST: f32 = 5.0;
/// What is believed of the exponent before there are scores: mean excess in steps, and the scores that it counts for.
const EXCESS_BELIEVED: f32 = 1.5;
const EXCESS_WEIGHT: f32 = 4.0;
/// Scores after which the history counts half, so that it follows what is usual now.
const HISTORY: u32 = 20_000;
/// Fewer scores than this say nothing.
const FEWEST: u32 = 20;

/// A bounded history of scores.
#[derive(Debug, Clone)]
pub(super) struct Tail {
    bins: [u16; BINS],
    count: u32,
}

impl Tail {
    pub(super) const fn new() -> Self {
        Self { bins: [0; BINS], count: 0 }
    }

    /// Decades of unusualness: 3 for a score that one in a thousand reaches.
    pub(super) fn surprise(&self, score: f32) -> f32 {
        if self.count < FEWEST || score.is_nan() || score <= 0.0 {
            return 0.0;
        }
        let place = place(score);
        let count = self.count as f32;
        let (from, in_tail, excess) = self.tail(count);
        if place < from as f32 {
            let bin = place as usize;
            let within = place - bin as f32;
            let above: u32 = self.bins[bin + 1..].iter().map(|&bin| u32::from(bin)).sum();
            let above = above as f32 + f32::from(self.bins[bin]) * (1.0 - within);
            return -((above + 0.5) / (count + 1.0)).log10();
        }
        let slope = (excess + EXCESS_BELIEVED * EXCESS_WEIGHT) / (in_tail + EXCESS_WEIGHT);
        let at_tail = (in_tail + 0.5) / (count + 1.0);
        -at_tail.log10() + (place - from as f32) / slope / std::f32::consts::LN_10
    }

    /// Takes `score` into the history.
    pub(super) fn learn(&mut self, score: f32) {
        let bin = (place(score) as usize).min(BINS - 1);
        self.bins[bin] = self.bins[bin].saturating_add(1);
        self.count += 1;
        if self.count > HISTORY {
            self.bins.iter_mut().for_each(|bin| *bin /= 2);
            self.count = self.bins.iter().map(|&bin| u32::from(bin)).sum();
        }
    }

    /// The first bin of the tail, the scores in it, and by how many steps together they exceed its beginning.
    fn tail(&self, count: f32) -> (usize, f32, f32) {
        let want = (TAIL_SHARE * count).max(TAIL_FEWEST);
        let (mut held, mut places, mut from) = (0.0, 0.0, BINS);
        for (bin, &here) in self.bins.iter().enumerate().rev() {
            let here = f32::from(here);
            if held > 0.0 && held + here > want {
                break;
            }
            held += here;
            places += here * (bin as f32 + 0.5);
            from = bin;
        }
        (from, held, (places - held * from as f32).max(0.0))
    }
}

/// The place of `score` on the scale of bins; may lie beyond the last.
fn place(score: f32) -> f32 {
    ((score.max(1e-9).ln() - LOWEST) * STEPS).clamp(0.0, 400.0)
}

impl Carry for Tail {
    fn carry(&mut self, codec: &mut impl Codec) {
        codec.u16s(&mut self.bins);
        codec.u32(&mut self.count);
        if self.count != self.bins.iter().map(|&bin| u32::from(bin)).sum::<u32>() {
            codec.refuse();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_in_a_thousand_reaches_has_three_decades() {
        let mut tail = Tail::new();
        for index in 0..10_000 {
            tail.learn(1.0 / (1.0 - (index as f32 + 0.5) / 10_000.0));
        }
        for (score, decades) in [(10.0, 1.0), (100.0, 2.0), (1000.0, 3.0), (10_000.0, 4.0)] {
            let surprise = tail.surprise(score);
            assert!((surprise - decades).abs() < 0.2, "{score}: {surprise}");
        }
    }

    #[test]
    fn no_history_no_surprise() {
        assert_eq!(Tail::new().surprise(1e30), 0.0);
        assert_eq!(Tail::new().surprise(f32::NAN), 0.0);
    }
}
