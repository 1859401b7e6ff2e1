//! The normal distribution, as far as intervals are turned into probabilities with it.

/// The part of a standard normal distribution below a point, to seven digits: Abramowitz and Stegun, "Handbook of
/// Mathematical Functions" (1964), formula 26.2.17.
pub(crate) fn below(point: f64) -> f64 {
    let size = 1.0 / (1.0 + 0.231_641_9 * point.abs());
    let series = size
        * (0.319_381_530
            + size * (-0.356_563_782 + size * (1.781_477_937 + size * (-1.821_255_978 + size * 1.330_274_429))));
    let beyond = (-point * point / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt() * series;
    if point >= 0.0 { 1.0 - beyond } else { beyond }
}

/// The point below which this part of a standard normal distribution lies, within eight standard deviations.
pub(crate) fn quantile(part: f64) -> f64 {
    bisect(-8.0, 8.0, |point| below(point) < part)
}

/// The point between two at which a condition that holds at first ceases to.
pub(crate) fn bisect(mut low: f64, mut high: f64, holds: impl Fn(f64) -> bool) -> f64 {
    // As often as a double has binary digits.
    for _ in 0..64 {
        let middle = f64::midpoint(low, high);
        if holds(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}
