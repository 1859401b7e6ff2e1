//! Forecasts with intervals, chosen by rolling validation.
//!
//! Every method of one table is tried at past origins of the series; the forecast is their mean, weighted by how little
//! they were off, and the intervals are as wide as what that mean was off by. The same series gives the same forecast.

mod autoregression;
mod backtest;
mod breaks;
mod capacity;
mod clean;
mod combine;
mod decompose;
mod interval;
mod method;
mod normal;
pub mod score;
mod season;
mod simplex;
mod smoothing;
mod theta;
mod threshold;

pub use backtest::{Backtest, ORIGINS_MAX, Origin, backtest};
pub use breaks::{Break, trend_breaks};
pub use capacity::{Capacity, capacity};
pub use clean::HISTORY_MAX;
use serde::Serialize;
pub use threshold::{Crossing, Side, crossing};

/// The most steps ahead.
pub const HORIZON_MAX: usize = 10_000;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Request {
    /// Steps ahead, from 1 to [`HORIZON_MAX`].
    pub horizon: usize,
    /// The part of values that intervals shall hold, above 0 and below 1.
    pub confidence: f64,
    /// What repeats.
    pub seasons: Seasons,
}

impl Request {
    /// So many steps ahead, with seasons found and intervals of 95 %.
    #[must_use]
    pub fn ahead(horizon: usize) -> Self {
        Self { horizon, confidence: 0.95, seasons: Seasons::Detected { step_seconds: None } }
    }
}

/// Where seasons come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Seasons {
    /// From the series.
    Detected {
        /// The time between values, where known: then hour, day, week and year are looked for first.
        step_seconds: Option<f64>,
    },
    /// Lengths in steps; the two shortest that the history holds at least twice are used.
    Given(Vec<usize>),
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Forecast {
    /// The expected values, one a step.
    pub values: Vec<f64>,
    /// Lower ends of the intervals.
    pub lower: Vec<f64>,
    /// Upper ends of the intervals.
    pub upper: Vec<f64>,
    /// The part of values that the intervals shall hold.
    pub confidence: f64,
    /// Lengths of the seasons that were used, in steps, ascending.
    pub seasons: Vec<usize>,
    /// The methods behind the forecast, the weightiest first.
    pub methods: Vec<Share>,
    /// What a reader should know before trusting it.
    pub notes: Vec<Note>,
}

/// A method's part in a forecast.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Share {
    /// Its name.
    pub method: &'static str,
    /// Whether it looked at logarithms: effects that multiply.
    pub logarithms: bool,
    /// Its weight; all add up to 1.
    pub weight: f64,
    /// Its mean absolute error at past origins, in parts of the naive method's.
    pub relative_error: f64,
}

/// Something about a series that makes its forecast less, or other, than it seems.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "note", rename_all = "kebab-case")]
pub enum Note {
    /// Values between others that were missing or not finite were filled along a line.
    GapsFilled {
        /// How many.
        values: usize,
    },
    /// The last values were missing or not finite; the forecast begins behind the last number.
    EndMissing {
        /// How many.
        values: usize,
    },
    /// Only the last [`HISTORY_MAX`] values were looked at.
    OldLeftOut {
        /// How many were not.
        values: usize,
    },
    /// Every value is the same: nothing shows how the series may move.
    Constant,
    /// Too few values to try methods on the past: the last one is carried on, intervals are guessed from its steps.
    TooShort {
        /// How many there are.
        values: usize,
    },
}

/// Why there is no forecast.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ForecastError {
    /// Nothing to go on.
    #[error("the series holds no number; give it at least one finite value")]
    NoNumber,
    /// The horizon is out of bounds.
    #[error("the horizon is {0} steps; ask for 1 to {HORIZON_MAX}")]
    Horizon(usize),
    /// The confidence is no part.
    #[error("the confidence is {0}; give a part above 0 and below 1, such as 0.95")]
    Confidence(f64),
}

/// Forecasts a series of values that stand at even distances; what is not finite is a gap.
///
/// # Errors
///
/// When the series holds no number, or the request is out of bounds.
pub fn forecast(values: &[f64], request: &Request) -> Result<Forecast, ForecastError> {
    if !(1..=HORIZON_MAX).contains(&request.horizon) {
        return Err(ForecastError::Horizon(request.horizon));
    }
    if !(request.confidence > 0.0 && request.confidence < 1.0) {
        return Err(ForecastError::Confidence(request.confidence));
    }
    let history = clean::clean(values).ok_or(ForecastError::NoNumber)?;
    let seasons = seasons(&history.values, &request.seasons);
    let combination = combine::combine(&history.values, &seasons, request.horizon);
    let mut notes = history.notes;
    if history.values.iter().all(|value| *value == history.values[0]) {
        notes.push(Note::Constant);
    }
    if combination.origins.len() < 2 {
        notes.push(Note::TooShort { values: history.values.len() });
    }
    let half_widths = interval::half_widths(&combination, &history.values, request.horizon, request.confidence);
    let expected = combination.forecasts.last().cloned().unwrap_or_default();
    // What was never below zero, as rates and sizes, is not expected there either.
    let least = if history.values.iter().any(|value| *value < 0.0) { f64::MIN } else { 0.0 };
    let in_unit = |value: f64| (value * history.unit).clamp(least, f64::MAX);
    Ok(Forecast {
        lower: expected.iter().zip(&half_widths).map(|(value, half)| in_unit(value - half)).collect(),
        upper: expected.iter().zip(&half_widths).map(|(value, half)| in_unit(value + half)).collect(),
        values: expected.into_iter().map(in_unit).collect(),
        confidence: request.confidence,
        seasons,
        methods: shares(&combination),
        notes,
    })
}

/// The seasons to use: those that the history holds at least twice.
fn seasons(values: &[f64], seasons: &Seasons) -> Vec<usize> {
    let mut lengths = match seasons {
        Seasons::Detected { step_seconds } => season::detect(values, *step_seconds),
        Seasons::Given(lengths) => lengths.clone(),
    };
    lengths.retain(|length| *length >= 2 && 2 * length <= values.len());
    lengths.sort_unstable();
    lengths.dedup();
    lengths.truncate(smoothing::SEASONS_MAX);
    lengths
}

fn shares(combination: &combine::Combination) -> Vec<Share> {
    let mut shares: Vec<Share> = combination
        .trials
        .iter()
        .filter(|trial| trial.weight > 0.0)
        .map(|trial| Share {
            method: trial.name,
            logarithms: trial.logarithms,
            weight: trial.weight,
            relative_error: trial.error,
        })
        .collect();
    shares.sort_by(|left, right| right.weight.total_cmp(&left.weight));
    shares
}
