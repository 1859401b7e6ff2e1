//! What a user may set.

use super::channel::CHANNELS;
use serde::{Deserialize, Serialize};

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
    /// Points before the first alarm.
    pub warm_up_points: u32,
    /// After an alarm, points during which only something clearly odder is another.
    pub refractory_points: u32,
    /// Alarms wanted in ten thousand points: the threshold moves towards that. None leaves it where it is.
    pub alarm_budget: Option<f32>,
    /// How much each channel weighs, in the order of [`Channel::ALL`](super::Channel::ALL).
    pub weights: [f32; CHANNELS],
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            kind: Kind::Gauge,
            threshold: 3.5,
            warm_up_points: 100,
            refractory_points: 280,
            alarm_budget: Some(10.0),
            weights: [1.0, 1.0, 0.5, 1.0, 0.3, 0.1, 0.3, 0.2, 0.3, 0.1, 0.3, 0.3],
        }
    }
}
