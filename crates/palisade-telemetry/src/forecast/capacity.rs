//! How much capacity the coming values need: not for the mean, but so that a wanted part of them fits.

use super::{Forecast, normal};
use serde::Serialize;

/// What is needed over the horizon of a forecast.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Capacity {
    /// The part of the coming values that shall fit, above 0 and below 1.
    pub percentile: f64,
    /// A capacity that this part of the values, each as uncertain as its interval says, stays below.
    pub needed: f64,
    /// The highest expected value.
    pub expected_peak: f64,
    /// The highest upper end of an interval.
    pub highest: f64,
}

/// The capacity below which a part of the coming values stays; `None` where the part is none or the forecast is empty.
#[must_use]
pub fn capacity(forecast: &Forecast, percentile: f64) -> Option<Capacity> {
    if !(percentile > 0.0 && percentile < 1.0) || forecast.values.is_empty() {
        return None;
    }
    let expected_peak = forecast.values.iter().copied().fold(f64::MIN, f64::max);
    let highest = forecast.upper.iter().copied().fold(f64::MIN, f64::max);
    let lowest = forecast.lower.iter().copied().fold(f64::MAX, f64::min);
    // Beyond the interval by as much again and more lies what confidence leaves out.
    let reach = 8.0 * (highest / 8.0 - lowest / 8.0);
    let count = forecast.values.len() as f64;
    let part_below = |limit: f64| {
        (0..forecast.values.len()).map(|step| forecast.probability_below(step, limit)).sum::<f64>() / count
    };
    let low = (lowest - 2.0 * reach).max(f64::MIN);
    let high = (highest + 2.0 * reach).min(f64::MAX);
    let needed = normal::bisect(low, high, |limit| part_below(limit) < percentile);
    Some(Capacity { percentile, needed, expected_peak, highest })
}
