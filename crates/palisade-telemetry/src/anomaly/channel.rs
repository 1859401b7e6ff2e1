//! The ways in which a series can be odd: one channel for each detector.

use serde::{Deserialize, Serialize};

/// What one detector of the ensemble looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// The value against what is usual at this hour or day.
    Season,
    /// The same, over the last ten points or so: a small difference that stays.
    SeasonDrift,
    /// The same, against the time of the week.
    WeekDrift,
    /// The level of the last ten points or so against all levels before.
    Level,
    /// The level of the last hundred points against all levels before: a change that stays.
    Change,
    /// The step from the last points.
    Jump,
    /// The value against one cycle earlier, where the series has a cycle.
    Cycle,
    /// The shape of the last points (online Sub-PCA).
    Pattern,
    /// What follows what (contextual novelty).
    Novelty,
    /// A rare combination of value, step and level (half-space trees).
    Forest,
    /// How much the series moves.
    Turbulence,
    /// How long the value has stood still.
    Flatline,
    /// The least of the last three distances from what is usual: high when all are, whatever single points did before.
    Stay,
}

/// How many channels there are.
pub const CHANNELS: usize = 13;

impl Channel {
    /// All channels, in the order of their weights and surprises.
    pub const ALL: [Self; CHANNELS] = [
        Self::Season,
        Self::SeasonDrift,
        Self::WeekDrift,
        Self::Level,
        Self::Change,
        Self::Jump,
        Self::Cycle,
        Self::Pattern,
        Self::Novelty,
        Self::Forest,
        Self::Turbulence,
        Self::Flatline,
        Self::Stay,
    ];

    /// What a person reads: "level of the last points".
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Season => "value for the time of day",
            Self::SeasonDrift => "last points for the time of day",
            Self::WeekDrift => "last points for the time of the week",
            Self::Level => "level of the last points",
            Self::Change => "level since a while",
            Self::Jump => "step from the last points",
            Self::Cycle => "value for its place in the cycle",
            Self::Pattern => "shape of the last points",
            Self::Novelty => "order of values",
            Self::Forest => "combination of value, step and level",
            Self::Turbulence => "how much the series moves",
            Self::Flatline => "how long the value stands still",
            Self::Stay => "last three points alike",
        }
    }
}
