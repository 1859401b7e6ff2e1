//! How far forecasts are from what came: the measures of the M4 competition, and coverage.
//!
//! Formulas: Makridakis, Spiliotis, Assimakopoulos, "The M4 Competition: 100,000 time series and 61 forecasting methods",
//! International Journal of Forecasting 36 (2020), section 3, and the competition's own programs for Naive2.

/// Symmetric mean absolute percentage error, from 0 to 200. Two zeros differ by nothing.
#[must_use]
pub fn smape(actual: &[f64], forecast: &[f64]) -> f64 {
    let errors = actual.iter().zip(forecast).map(|(actual, forecast)| {
        let size = actual.abs() + forecast.abs();
        if size > 0.0 { 200.0 * (actual - forecast).abs() / size } else { 0.0 }
    });
    mean(errors)
}

/// Mean absolute error in units of what the seasonal naive forecast was wrong by, one step at a time, in the history.
///
/// `None` when the history never changes or is no longer than the season: then there is no unit.
#[must_use]
pub fn mase(history: &[f64], actual: &[f64], forecast: &[f64], season: usize) -> Option<f64> {
    let season = season.max(1);
    let unit = mean(history.iter().zip(history.iter().skip(season)).map(|(before, after)| (after - before).abs()));
    let error = mean(actual.iter().zip(forecast).map(|(actual, forecast)| (actual - forecast).abs()));
    (unit > 0.0 && error.is_finite()).then(|| error / unit)
}

/// Overall weighted average: the mean of both measures, each relative to that of the Naive2 forecasts.
#[must_use]
pub fn owa(smape: f64, mase: f64, naive2_smape: f64, naive2_mase: f64) -> f64 {
    f64::midpoint(smape / naive2_smape, mase / naive2_mase)
}

/// Mean scaled interval score of intervals of a confidence (0 to 1), in the unit of [`mase`].
#[must_use]
pub fn msis(
    history: &[f64],
    actual: &[f64],
    lower: &[f64],
    upper: &[f64],
    season: usize,
    confidence: f64,
) -> Option<f64> {
    let miss = 2.0 / (1.0 - confidence);
    let score: Vec<f64> = actual
        .iter()
        .zip(lower.iter().zip(upper))
        .map(|(actual, (lower, upper))| {
            upper - lower + miss * (lower - actual).max(0.0) + miss * (actual - upper).max(0.0)
        })
        .collect();
    mase(history, &score, &vec![0.0; score.len()], season)
}

/// The base of the competition: the last value, carried on, times its season where the season is significant.
#[must_use]
pub fn naive2(history: &[f64], season: usize, horizon: usize) -> Vec<f64> {
    let Some(last) = history.last() else { return vec![0.0; horizon] };
    match seasonal_indices(history, season) {
        Some(indices) => {
            let place = history.len() % season;
            let level = last / indices[(history.len() - 1) % season];
            (0..horizon).map(|ahead| level * indices[(place + ahead) % season]).collect()
        }
        None => vec![*last; horizon],
    }
}

/// Indices of a classical multiplicative decomposition, where the season is significant at 90 %.
fn seasonal_indices(history: &[f64], season: usize) -> Option<Vec<f64>> {
    if season < 2 || history.len() < 3 * season || !is_significant(history, season) {
        return None;
    }
    let mut sums = vec![(0.0, 0_u32); season];
    for (middle, trend) in centred_averages(history, season) {
        let ratio = history[middle] / trend;
        if ratio.is_finite() {
            let (sum, count) = &mut sums[middle % season];
            *sum += ratio;
            *count += 1;
        }
    }
    let means: Vec<f64> = sums.iter().map(|(sum, count)| sum / f64::from(*count)).collect();
    let level = mean(means.iter().copied());
    let indices: Vec<f64> = means.iter().map(|mean| mean / level).collect();
    indices.iter().all(|index| index.is_finite() && *index > 0.0).then_some(indices)
}

/// Averages over one season around each place that has half a season on both sides.
fn centred_averages(history: &[f64], season: usize) -> impl Iterator<Item = (usize, f64)> {
    let half = season / 2;
    (half..history.len().saturating_sub(half)).map(move |middle| {
        let window = &history[middle - half..=middle + half];
        let sum: f64 = window.iter().sum();
        let ends = f64::midpoint(history[middle - half], history[middle + half]);
        (middle, if season.is_multiple_of(2) { (sum - ends) / season as f64 } else { sum / season as f64 })
    })
}

/// The competition's test: the autocorrelation at the season against 1.645 standard errors.
fn is_significant(history: &[f64], season: usize) -> bool {
    let level = mean(history.iter().copied());
    let variance: f64 = history.iter().map(|value| (value - level).powi(2)).sum();
    let autocorrelation = |lag: usize| {
        let products = history.iter().zip(&history[lag..]).map(|(early, late)| (early - level) * (late - level));
        products.sum::<f64>() / variance
    };
    let before: f64 = (1..season).map(|lag| autocorrelation(lag).powi(2)).sum();
    let limit = 1.645 * ((1.0 + 2.0 * before) / history.len() as f64).sqrt();
    autocorrelation(season).abs() > limit
}

/// The mean, 0 of nothing.
fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
    if count == 0 { 0.0 } else { sum / f64::from(count) }
}
