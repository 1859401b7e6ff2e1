//! Combines channels by agreement and calibrates the result.
//!
//! Each raw score becomes decades of surprise against its own history. Surprises are held for some points, because
//! detectors see the same thing at slightly different times. Their weighted root mean square is high when several
//! agree. Three things add up to the score: that agreement, which compares series with one another; how unusual so
//! much of it is in this series, which makes every series rare in its alarms; and the agreement over the last points,
//! because what stays is worth more than a single point.

use super::{
    channel::CHANNELS,
    checkpoint::{Carry, Codec},
    tail::Tail,
};

/// What is left of a surprise after each point.
const HELD: f32 = 0.6;
/// One channel's surprise counts for at most this many decades.
const SURPRISE_MOST: f32 = 5.0;
/// The share of a point in the agreement over the last points.
const LASTING: f32 = 0.3;
/// What unusualness and lasting agreement weigh beside the agreement at the point.
const UNUSUAL_WEIGHT: f32 = 0.7;
const LASTING_WEIGHT: f32 = 0.3;

/// What the ensemble says of a point.
#[derive(Debug, Clone, Copy)]
pub(super) struct Agreement {
    pub(super) score: f32,
    /// Decades of surprise of each channel, held over the last points.
    pub(super) surprises: [f32; CHANNELS],
    /// Decades of unusualness of the combination: the tail probability is ten to the minus this.
    pub(super) decades: f32,
}

#[derive(Debug, Clone)]
pub(super) struct Ensemble {
    tails: [Tail; CHANNELS],
    held: [f32; CHANNELS],
    combined: Tail,
    lasting: f32,
}

impl Ensemble {
    pub(super) const fn new() -> Self {
        Self { tails: [const { Tail::new() }; CHANNELS], held: [0.0; CHANNELS], combined: Tail::new(), lasting: 0.0 }
    }

    pub(super) fn observe(&mut self, raw: &[f32; CHANNELS], weights: &[f32; CHANNELS]) -> Agreement {
        for ((tail, held), &raw) in self.tails.iter_mut().zip(&mut self.held).zip(raw) {
            *held = (*held * HELD).max(tail.surprise(raw).min(SURPRISE_MOST));
            // A detector that begins to speak must not find its first word odd because it was silent before.
            if !raw.is_nan() {
                tail.learn(raw);
            }
        }
        let squares: f32 = self.held.iter().zip(weights).map(|(surprise, weight)| weight * surprise * surprise).sum();
        let mean = (squares / weights.iter().sum::<f32>().max(1e-6)).max(0.0).sqrt();
        let decades = self.combined.surprise(mean);
        self.combined.learn(mean);
        self.lasting += LASTING * (mean - self.lasting);
        let score = mean + UNUSUAL_WEIGHT * decades + LASTING_WEIGHT * self.lasting;
        Agreement { score, surprises: self.held, decades }
    }
}

impl Carry for Ensemble {
    fn carry(&mut self, codec: &mut impl Codec) {
        self.tails.iter_mut().for_each(|tail| tail.carry(codec));
        codec.f32s(&mut self.held);
        self.held.iter_mut().for_each(|held| *held = held.clamp(0.0, SURPRISE_MOST));
        self.combined.carry(codec);
        codec.f32(&mut self.lasting);
        self.lasting = self.lasting.clamp(0.0, SURPRISE_MOST);
    }
}
