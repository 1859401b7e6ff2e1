//! How good forecasts of a series would have been: made again at past origins, with nothing known from behind them.

use super::{Forecast, ForecastError, Request, forecast, score};
use serde::Serialize;

/// The most origins of a report.
pub const ORIGINS_MAX: usize = 200;

/// Forecasts at past origins against what came.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Backtest {
    /// One row an origin, in the order of time.
    pub origins: Vec<Origin>,
    /// Mean over the origins.
    pub smape: f64,
    /// Mean over the origins that have one.
    pub mase: Option<f64>,
    /// Against Naive2 forecasts from the same origins: below 1 is better than those.
    pub owa: Option<f64>,
    /// The part of values inside their intervals.
    pub coverage: f64,
    /// The mean absolute error at each step ahead.
    pub error_by_step: Vec<f64>,
}

/// A forecast from one origin.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Origin {
    /// How many values were known.
    pub known: usize,
    /// See [`score::smape`].
    pub smape: f64,
    /// See [`score::mase`].
    pub mase: Option<f64>,
    /// See [`score::msis`].
    pub msis: Option<f64>,
    /// The part of values inside their intervals.
    pub coverage: f64,
    /// The method with the most weight.
    pub method: &'static str,
}

/// Forecasts at so many origins, a horizon apart, the last a horizon before the end.
///
/// `season` is that of the scores' base, 1 for none. Only finite values are compared.
///
/// # Errors
///
/// When a forecast fails. A series too short for any origin gives a report without origins.
pub fn backtest(values: &[f64], request: &Request, origins: usize, season: usize) -> Result<Backtest, ForecastError> {
    let mut sums = Sums { error_by_step: vec![(0.0, 0.0); request.horizon.min(values.len())], ..Sums::default() };
    let mut rows = Vec::new();
    for back in (1..=origins.min(ORIGINS_MAX)).rev() {
        let Some(known) = back.checked_mul(request.horizon).and_then(|ago| values.len().checked_sub(ago)) else {
            continue;
        };
        let (history, coming) = values.split_at(known);
        if !history.iter().any(|value| value.is_finite()) {
            continue;
        }
        let coming = &coming[..request.horizon];
        rows.push(sums.add(history, coming, &forecast(history, request)?, season));
    }
    Ok(sums.report(rows))
}

/// Sums over origins.
#[derive(Default)]
struct Sums {
    smape: f64,
    mase: (f64, f64),
    naive2_smape: f64,
    naive2_mase: f64,
    inside: f64,
    compared: f64,
    error_by_step: Vec<(f64, f64)>,
}

impl Sums {
    fn add(&mut self, history: &[f64], coming: &[f64], forecast: &Forecast, season: usize) -> Origin {
        let history: Vec<f64> = history.iter().copied().filter(|value| value.is_finite()).collect();
        let naive2 = score::naive2(&history, season, coming.len());
        let finite: Vec<usize> = (0..coming.len()).filter(|step| coming[*step].is_finite()).collect();
        let pick = |values: &[f64]| -> Vec<f64> { finite.iter().map(|step| values[*step]).collect() };
        let (actual, expected) = (pick(coming), pick(&forecast.values));
        let (lower, upper) = (pick(&forecast.lower), pick(&forecast.upper));
        let inside = (0..actual.len()).filter(|at| (lower[*at]..=upper[*at]).contains(&actual[*at])).count() as f64;
        let smape = score::smape(&actual, &expected);
        let mase = score::mase(&history, &actual, &expected, season);
        self.smape += smape;
        self.naive2_smape += score::smape(&actual, &pick(&naive2));
        if let (Some(mase), Some(base)) = (mase, score::mase(&history, &actual, &pick(&naive2), season)) {
            self.mase = (self.mase.0 + mase, self.mase.1 + 1.0);
            self.naive2_mase += base;
        }
        self.inside += inside;
        self.compared += actual.len() as f64;
        for (step, (actual, expected)) in finite.iter().zip(actual.iter().zip(&expected)) {
            let (sum, count) = &mut self.error_by_step[*step];
            *sum += (actual - expected).abs();
            *count += 1.0;
        }
        Origin {
            known: history.len(),
            smape,
            mase,
            msis: score::msis(&history, &actual, &lower, &upper, season, forecast.confidence),
            coverage: ratio(inside, actual.len() as f64).unwrap_or(0.0),
            method: forecast.methods.first().map_or("", |share| share.method),
        }
    }

    fn report(self, origins: Vec<Origin>) -> Backtest {
        let relative_smape = ratio(self.smape, self.naive2_smape);
        let relative_mase = ratio(self.mase.0, self.naive2_mase);
        Backtest {
            smape: ratio(self.smape, origins.len() as f64).unwrap_or(0.0),
            mase: ratio(self.mase.0, self.mase.1),
            owa: relative_smape.zip(relative_mase).map(|(smape, mase)| f64::midpoint(smape, mase)),
            coverage: ratio(self.inside, self.compared).unwrap_or(0.0),
            error_by_step: self.error_by_step.iter().map(|(sum, count)| ratio(*sum, *count).unwrap_or(0.0)).collect(),
            origins,
        }
    }
}

fn ratio(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}
