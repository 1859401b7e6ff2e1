//! Forecasts of the hourly and weekly series of the M4 competition, against the last values of each.
//!
//! Wants the folder of data in `PALISADE_DATA`, with `telemetry/M4/Hourly-train.csv` and `Weekly-train.csv` below it.
#![allow(clippy::disallowed_methods, reason = "own fixtures")]

use palisade_telemetry::forecast::{Request, Seasons, forecast, score};
use palisade_telemetry::table::{Column, TableLimits, read_rows};
use std::time::Instant;

/// A set of series, and the least that is expected of forecasts.
struct Set {
    file: &'static str,
    horizon: usize,
    /// The season of the competition's scores.
    scored: usize,
    seasons: &'static [usize],
    owa_max: f64,
}

/// Ends of the series that are held back, in horizons: not only the last, so that no figure is one window's luck.
const HELD_BACK: [usize; 2] = [1, 3];

/// Forecasts a second on one core that are expected even of a busy machine.
const RATE_MIN: f64 = 100.0;

#[test]
fn m4_forecasts_are_as_good_as_promised() {
    let Some(data) = std::env::var_os("PALISADE_DATA").map(std::path::PathBuf::from) else {
        eprintln!("skipped: PALISADE_DATA names no folder of data");
        return;
    };
    let sets = [
        Set { file: "Hourly-train.csv", horizon: 48, scored: 24, seasons: &[24, 168], owa_max: 0.48 },
        Set { file: "Weekly-train.csv", horizon: 13, scored: 1, seasons: &[52], owa_max: 0.82 },
    ];
    for set in sets {
        let text = std::fs::read(data.join("telemetry/M4").join(set.file)).expect("the training series");
        let series = read_rows(&text, &TableLimits::default()).expect("rows of series");
        for (how, seasons) in
            [("given", Seasons::Given(set.seasons.to_vec())), ("found", Seasons::Detected { step_seconds: None })]
        {
            let (owa, coverage) = check(&set, &series, &seasons);
            eprintln!("{}: seasons {how}: OWA {owa:.3}, coverage {:.1} %", set.file, 100.0 * coverage);
            assert!(owa <= set.owa_max, "{} {how}", set.file);
            assert!((0.93..=0.97).contains(&coverage), "{} {how}", set.file);
        }
        let rate = rate(&set, &series);
        eprintln!("{}: {rate:.0} forecasts a second and core, at best", set.file);
        assert!(rate >= RATE_MIN, "{}", set.file);
    }
}

/// OWA against Naive2, and the part of values inside their intervals of 95 %.
fn check(set: &Set, series: &[Column], seasons: &Seasons) -> (f64, f64) {
    let request = Request { horizon: set.horizon, confidence: 0.95, seasons: seasons.clone() };
    let half = series.len() / 2;
    let (left, right) = std::thread::scope(|scope| {
        let left = scope.spawn(|| Sums::of(set, &series[..half], &request));
        let right = Sums::of(set, &series[half..], &request);
        (left.join().expect("no panic"), right)
    });
    let sum = |pick: fn(&Sums) -> f64| pick(&left) + pick(&right);
    let owa =
        score::owa(sum(|sums| sums.own.0), sum(|sums| sums.own.1), sum(|sums| sums.base.0), sum(|sums| sums.base.1));
    (owa, sum(|sums| sums.inside) / sum(|sums| sums.all))
}

/// Sums of sMAPE and MASE of the forecasts and of Naive2, and of values inside their intervals.
#[derive(Default)]
struct Sums {
    own: (f64, f64),
    base: (f64, f64),
    inside: f64,
    all: f64,
}

impl Sums {
    fn of(set: &Set, series: &[Column], request: &Request) -> Self {
        let mut sums = Self::default();
        for (values, held_back) in series.iter().flat_map(|column| HELD_BACK.map(|back| (&column.values, back))) {
            let known = values.len().checked_sub(held_back * set.horizon).filter(|known| *known >= 40);
            if let Some(known) = known {
                sums.add(set, &values[..known], &values[known..known + set.horizon], request);
            }
        }
        sums
    }

    fn add(&mut self, set: &Set, history: &[f64], actual: &[f64], request: &Request) {
        let forecast = forecast(history, request).expect("a forecast");
        let naive2 = score::naive2(history, set.scored, set.horizon);
        for (sum, expected) in [(&mut self.own, &forecast.values), (&mut self.base, &naive2)] {
            sum.0 += score::smape(actual, expected);
            sum.1 += score::mase(history, actual, expected, set.scored).unwrap_or(0.0);
        }
        let bounds = forecast.lower.iter().zip(&forecast.upper);
        let inside = actual.iter().zip(bounds).filter(|(value, (lower, upper))| (*lower..=upper).contains(value));
        self.inside += inside.count() as f64;
        self.all += actual.len() as f64;
    }
}

/// Forecasts a second on one core: 400 values, 48 ahead; of the fastest ten, since others may be at work as well.
fn rate(set: &Set, series: &[Column]) -> f64 {
    let request = Request { seasons: Seasons::Given(set.seasons.to_vec()), ..Request::ahead(48) };
    let last = |column: &Column| column.values.len().checked_sub(400).map(|from| column.values[from..].to_vec());
    let histories: Vec<Vec<f64>> = series.iter().filter_map(last).take(200).collect();
    let seconds = histories.chunks_exact(10).map(|ten| {
        let begin = Instant::now();
        ten.iter().for_each(|history| drop(forecast(history, &request).expect("a forecast")));
        begin.elapsed().as_secs_f64()
    });
    10.0 / seconds.fold(f64::MAX, f64::min)
}
