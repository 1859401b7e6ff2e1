//! Tries every method at past origins and weighs them by how far off they were.

use super::autoregression::{Reach, values_needed};
use super::method::{Course, Forecasts, METHODS, Method, Spaces};
use std::cell::OnceCell;

/// The most origins in the past.
const ORIGINS_MAX: usize = 10;

/// Fewer origins than this lie closer together than a horizon.
const ORIGINS_WANTED: usize = 8;

/// How sharply better methods are preferred: weights fall with this power of the error.
const PREFERENCE: i32 = 6;

/// Methods with a smaller part than this are left out.
const WEIGHT_MIN: f64 = 0.02;

/// Spans of the history by which forecasts may leave its range, for a horizon that is short against it.
const LEAVE_MAX: f64 = 0.5;

/// Below this a ratio of logarithms says more about rounding than about the series.
const LOGARITHM_RANGE: f64 = 1e-9;

/// A method in one space, tried.
#[derive(Clone, Debug)]
pub(crate) struct Trial {
    pub(crate) name: &'static str,
    pub(crate) logarithms: bool,
    /// At the last origins, the end of the history among them. Fewer than there are, for costly methods.
    pub(crate) forecasts: Forecasts,
    /// Mean absolute error over past origins, in parts of the naive method's at the same.
    pub(crate) error: f64,
    pub(crate) weight: f64,
}

/// All trials of a history and their combination.
#[derive(Clone, Debug)]
pub(crate) struct Combination {
    pub(crate) trials: Vec<Trial>,
    /// Past origins, then the end.
    pub(crate) origins: Vec<usize>,
    /// The combination at each origin; empty at those where none of its methods was tried.
    pub(crate) forecasts: Forecasts,
}

/// Tries all methods and combines them. The history is not empty.
pub(crate) fn combine(values: &[f64], seasons: &[usize], horizon: usize) -> Combination {
    let origins = origins(values.len(), seasons, horizon);
    let logarithms = logarithms(values);
    let (of_values, of_logarithms) = (OnceCell::new(), OnceCell::new());
    let mut trials = Vec::new();
    for method in METHODS {
        let plain = match method.spaces {
            Spaces::Plain | Spaces::Both => true,
            Spaces::Better => logarithms.is_none(),
        };
        let origins = last(&origins, method.origins_max);
        let course = Course { values, seasons, origins, horizon, decomposed: &of_values };
        if plain && let Some(forecasts) = run(method, &course, false) {
            trials.push(Trial { name: method.name, logarithms: false, forecasts, error: 1.0, weight: 0.0 });
        }
        if let Some(logarithms) = logarithms.as_deref().filter(|_| method.spaces != Spaces::Plain)
            && let Some(forecasts) =
                run(method, &Course { values: logarithms, decomposed: &of_logarithms, ..course }, true)
        {
            trials.push(Trial { name: method.name, logarithms: true, forecasts, error: 1.0, weight: 0.0 });
        }
    }
    weigh(&mut trials, values, &origins);
    let forecasts = (0..origins.len()).map(|place| mix(&trials, origins.len() - place, horizon)).collect();
    Combination { trials, origins, forecasts }
}

/// Where methods are tried: ends of windows that lie in the later half, and behind what regressions need to learn.
fn origins(count: usize, seasons: &[usize], horizon: usize) -> Vec<usize> {
    let window = horizon.min(count / 4).max(1);
    let lags = Reach::TwoSeasons.lags(seasons, count);
    let needed = if count < 24 { 0 } else { values_needed(&lags) };
    let earliest = (count / 2).max(needed).max(4);
    let room = count.saturating_sub(window + earliest);
    let stride = if room / window + 1 >= ORIGINS_WANTED { window } else { window.div_ceil(2) };
    let mut origins: Vec<usize> = (0..ORIGINS_MAX)
        .filter_map(|back| count.checked_sub(window + back * stride))
        .take_while(|origin| *origin >= earliest)
        .collect();
    origins.reverse();
    origins.push(count);
    origins
}

fn last(origins: &[usize], count: usize) -> &[usize] {
    &origins[origins.len().saturating_sub(count)..]
}

/// Logarithms, where every value has one that can be calculated with.
fn logarithms(values: &[f64]) -> Option<Vec<f64>> {
    values.iter().all(|value| *value > LOGARITHM_RANGE).then(|| values.iter().map(|value| value.ln()).collect())
}

/// Forecasts of a method in plain values, kept near the range of what it knew; `None` when any is no number.
fn run(method: &Method, course: &Course, logarithms: bool) -> Option<Forecasts> {
    let mut forecasts = (method.run)(course)?;
    for (forecast, origin) in forecasts.iter_mut().zip(course.origins) {
        let known = &course.values[..*origin];
        let (low, high) =
            known.iter().fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(*value), high.max(*value)));
        let leave = (high - low) * (LEAVE_MAX + course.horizon as f64 / *origin as f64);
        for value in forecast {
            if value.is_nan() {
                return None;
            }
            *value = value.clamp(low - leave, high + leave);
            if logarithms {
                *value = value.exp();
            }
        }
    }
    Some(forecasts)
}

/// Gives errors and weights. Without a past origin only the first method, the naive one, counts.
fn weigh(trials: &mut [Trial], values: &[f64], origins: &[usize]) {
    let Some(naive) = trials.first().map(|trial| trial.forecasts.clone()) else { return };
    if origins.len() < 2 {
        trials[0].weight = 1.0;
        return;
    }
    for trial in trials.iter_mut() {
        let tried = last(origins, trial.forecasts.len());
        let own = absolute_error(&trial.forecasts, values, tried);
        let base = absolute_error(&naive[naive.len() - tried.len()..], values, tried);
        // Rounding is no reason to prefer one method.
        let rounding = 1e-12 * tried.len() as f64;
        trial.error = (own + rounding) / (base + rounding);
    }
    let best = trials.iter().map(|trial| trial.error).fold(f64::MAX, f64::min);
    for trial in trials.iter_mut() {
        trial.weight = (best / trial.error).powi(PREFERENCE);
    }
    normalise(trials);
    for trial in trials.iter_mut().filter(|trial| trial.weight < WEIGHT_MIN) {
        trial.weight = 0.0;
    }
    normalise(trials);
}

fn normalise(trials: &mut [Trial]) {
    let sum: f64 = trials.iter().map(|trial| trial.weight).sum();
    trials.iter_mut().for_each(|trial| trial.weight /= sum);
}

/// The sum of what forecasts at past origins were off by.
fn absolute_error(forecasts: &[Vec<f64>], values: &[f64], origins: &[usize]) -> f64 {
    let off = |(forecast, origin): (&Vec<f64>, &usize)| -> f64 {
        values[*origin..].iter().zip(forecast).map(|(value, forecast)| (value - forecast).abs()).sum()
    };
    forecasts.iter().zip(origins).map(off).sum()
}

/// The weighted mean at the origin so many from the last, of the methods that were tried there; nothing where only
/// methods without weight were.
fn mix(trials: &[Trial], from_last: usize, horizon: usize) -> Vec<f64> {
    let mut mixed = vec![0.0; horizon];
    let mut sum = 0.0;
    for trial in trials.iter().filter(|trial| trial.weight > 0.0) {
        let Some(place) = trial.forecasts.len().checked_sub(from_last) else { continue };
        sum += trial.weight;
        for (value, forecast) in mixed.iter_mut().zip(&trial.forecasts[place]) {
            *value += trial.weight * forecast;
        }
    }
    if sum == 0.0 {
        return Vec::new();
    }
    mixed.iter_mut().for_each(|value| *value /= sum);
    mixed
}
