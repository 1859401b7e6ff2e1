//! When a forecast crosses a threshold: "disk full in three days", between when and when, and how likely.

use super::{Forecast, normal};
use serde::Serialize;

/// From which side a threshold is crossed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// Values rise to it, as on a disk that fills up.
    Rising,
    /// Values fall to it, as a budget that is used up.
    Falling,
}

/// Steps ahead, counted from 1, at which a threshold is crossed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Crossing {
    /// The first step whose expected value is there; `None` when none within the horizon is.
    pub expected: Option<usize>,
    /// The first step whose interval reaches the threshold.
    pub earliest: Option<usize>,
    /// The first step whose whole interval is beyond it.
    pub latest: Option<usize>,
    /// How likely it is crossed within the horizon, at the least: as likely as at the step where it is most likely.
    pub likelihood: f64,
    /// The confidence of the intervals behind `earliest` and `latest`.
    pub confidence: f64,
}

/// Looks for the first steps of a forecast beyond a threshold; for one that is no number there are none.
#[must_use]
pub fn crossing(forecast: &Forecast, threshold: f64, side: Side) -> Crossing {
    let beyond = |value: &f64| match side {
        Side::Rising => *value >= threshold,
        Side::Falling => *value <= threshold,
    };
    let first = |values: &[f64]| values.iter().position(beyond).map(|place| place + 1);
    let (near, far) = match side {
        Side::Rising => (&forecast.upper, &forecast.lower),
        Side::Falling => (&forecast.lower, &forecast.upper),
    };
    Crossing {
        expected: first(&forecast.values),
        earliest: first(near),
        latest: first(far),
        likelihood: likelihood(forecast, threshold, side),
        confidence: forecast.confidence,
    }
}

fn likelihood(forecast: &Forecast, threshold: f64, side: Side) -> f64 {
    let below = (0..forecast.values.len()).map(|step| forecast.probability_below(step, threshold));
    match side {
        Side::Rising => below.map(|below| 1.0 - below).fold(0.0, f64::max),
        Side::Falling => below.fold(0.0, f64::max),
    }
}

impl Forecast {
    /// How likely the value at a step (from 0) is below a limit, with errors spread normally over the interval.
    #[must_use]
    pub fn probability_below(&self, step: usize, limit: f64) -> f64 {
        let (Some(value), Some(upper)) = (self.values.get(step), self.upper.get(step)) else { return 0.0 };
        let deviation = (upper - value) / normal::quantile(f64::midpoint(1.0, self.confidence));
        if deviation > 0.0 {
            let part = normal::below((limit - value) / deviation);
            if part.is_nan() { 0.0 } else { part }
        } else if limit > *value {
            1.0
        } else {
            0.0
        }
    }
}
