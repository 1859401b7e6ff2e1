//! What a user may set.

use super::channel::{CHANNELS, Channel};
use serde::{Deserialize, Serialize};

/// Points after which a series has its full threshold.
pub const GROWN_POINTS: u32 = 1_500;

/// What the numbers of a series are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Values as they are.
    #[default]
    Gauge,
    /// A count that only grows: its rate a second is looked at.
    Counter,
}

/// How detectors decide. The defaults are one fixed set for every series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// What the numbers are.
    pub kind: Kind,
    /// The score from which on a point is an alarm.
    pub threshold: f32,
    /// The same at the end of the warm-up. A short history makes no high scores, so the threshold begins here and rises
    /// with the logarithm of the points, up to `threshold` after [`GROWN_POINTS`].
    pub threshold_young: f32,
    /// Points before the first alarm.
    pub warm_up_points: u32,
    /// After an alarm, points during which only something clearly odder is another.
    pub refractory_points: u32,
    /// Alarms wanted in ten thousand points: the threshold moves towards that. None leaves it where it is.
    pub alarm_budget: Option<f32>,
    /// How much each channel weighs, in the order of [`Channel::ALL`](super::Channel::ALL).
    pub weights: [f32; CHANNELS],
}

impl Settings {
    /// What a score has to reach after so many points.
    pub(super) fn threshold_after(&self, points: u32) -> f32 {
        let (young, grown) = (self.warm_up_points.max(1) as f32, GROWN_POINTS as f32);
        if points >= GROWN_POINTS || young >= grown {
            return self.threshold;
        }
        let share = (points.max(1) as f32 / young).ln() / (grown / young).ln();
        self.threshold_young + share.clamp(0.0, 1.0) * (self.threshold - self.threshold_young)
    }

    /// For series that are watched as they come in, by people who sleep: few alarms rather than early ones. On ordinary
    /// series with a point every fifteen seconds it is about one a week (`tests/live.rs`).
    #[must_use]
    pub fn live() -> Self {
        let alarm_budget = Some(0.25);
        let mut weights = Self::default().weights;
        // What stays wakes people, and moments of noise before it must not hide it.
        weights[Channel::Stay as usize] = 3.0;
        Self { threshold: 6.0, threshold_young: 3.0, warm_up_points: 60, alarm_budget, weights, ..Self::default() }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            kind: Kind::Gauge,
            threshold: 3.5,
            threshold_young: 3.5,
            warm_up_points: 100,
            refractory_points: 280,
            alarm_budget: Some(10.0),
            weights: [1.0, 1.0, 0.5, 1.0, 0.3, 0.1, 0.3, 0.2, 0.3, 0.1, 0.3, 0.3, 0.0],
        }
    }
}
