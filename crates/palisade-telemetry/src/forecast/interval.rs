//! Intervals from the errors that the combination made at past origins: split conformal prediction with a scale a step.
//!
//! Lei and others, "Distribution-free predictive inference for regression", Journal of the American Statistical
//! Association 113 (2018), section 5.2: errors are divided by how large errors are at that step, and the interval is as
//! many such scales wide as keeps the wanted part of past errors inside.

use super::combine::Combination;

/// Half the width of the interval at every step ahead.
pub(crate) fn half_widths(combination: &Combination, values: &[f64], horizon: usize, confidence: f64) -> Vec<f64> {
    let errors = errors(combination, values);
    if errors.is_empty() {
        return fallback(values, horizon, confidence);
    }
    let scales = scales(&errors, values, horizon);
    let mut scores: Vec<f64> =
        errors.iter().flat_map(|row| row.iter().zip(&scales).map(|(error, scale)| error / scale)).collect();
    scores.sort_by(f64::total_cmp);
    let factor = quantile(&scores, confidence) * WIDENING;
    scales.iter().map(|scale| scale * factor).collect()
}

/// Weights were chosen with the same errors, and few origins show less than there is: measured on series with a known
/// end, intervals must be wider by this to hold what they promise.
const WIDENING: f64 = 1.15;

/// What the combination was off by, a row an origin.
fn errors(combination: &Combination, values: &[f64]) -> Vec<Vec<f64>> {
    combination
        .origins
        .iter()
        .zip(&combination.forecasts)
        .map(|(origin, forecast)| {
            values[*origin..].iter().zip(forecast).map(|(value, forecast)| (value - forecast).abs()).collect()
        })
        .filter(|row: &Vec<f64>| !row.is_empty())
        .collect()
}

/// How large errors are at each step: the mean around it, never less than before, growing on as the root of the distance
/// where no origin reaches.
fn scales(errors: &[Vec<f64>], values: &[f64], horizon: usize) -> Vec<f64> {
    let known = errors.iter().map(Vec::len).max().unwrap_or(0).min(horizon);
    let around = (known / 6).max(1);
    let floor = floor(values);
    let mut scales: Vec<f64> = Vec::with_capacity(horizon);
    for step in 0..horizon {
        let scale = if step < known {
            let cells = errors
                .iter()
                .flat_map(|row| &row[step.saturating_sub(around).min(row.len())..(step + around + 1).min(row.len())]);
            let (sum, count) = cells.fold((0.0, 0_u32), |(sum, count), error| (sum + error, count + 1));
            sum / f64::from(count.max(1))
        } else {
            scales[known - 1] * ((step + 1) as f64 / known as f64).sqrt()
        };
        let before = scales.last().copied().unwrap_or(floor);
        scales.push(scale.max(before));
    }
    scales
}

/// The least error that is believed: a trace of what the series varies by.
fn floor(values: &[f64]) -> f64 {
    let changes: f64 = values.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum();
    (1e-3 * changes / values.len() as f64).max(1e-15)
}

/// The conformal quantile of sorted scores: of so many, one more is expected.
fn quantile(sorted: &[f64], confidence: f64) -> f64 {
    let rank = (confidence * (sorted.len() + 1) as f64).ceil() as usize;
    sorted[rank.clamp(1, sorted.len()) - 1]
}

/// Without a past origin: a random walk of steps as large as those seen, or as the value itself where none was.
fn fallback(values: &[f64], horizon: usize, confidence: f64) -> Vec<f64> {
    let squares: f64 = values.windows(2).map(|pair| (pair[1] - pair[0]).powi(2)).sum();
    let seen = (squares / (values.len().max(2) - 1) as f64).sqrt();
    let step = if values.len() < 2 { values.first().map_or(1.0, |value| value.abs()) } else { seen };
    // Chebyshev's inequality: few values tell nothing about the form of the distribution.
    let factor = (1.0 / (1.0 - confidence)).sqrt();
    (0..horizon).map(|ahead| factor * step * ((ahead + 1) as f64).sqrt()).collect()
}
