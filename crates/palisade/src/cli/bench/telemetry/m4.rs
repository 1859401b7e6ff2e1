//! The M4 competition: forecasts of every series of a folder against what came, and against the competition's Naive2.

use crate::cli::{
    Failure, bounded,
    table::{Cell, render},
};
use crate::parallel::each_in_parallel;
use palisade_telemetry::forecast::{Request, Seasons, forecast, score};
use palisade_telemetry::table::{Column, TableLimits, read_rows};
use serde::Serialize;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The largest file of the competition has 92 MB.
const FILE_BYTES_MAX: u64 = 512 << 20;
/// Series of one piece of work.
const TOGETHER: usize = 16;
const CONFIDENCE: f64 = 0.95;

/// A frequency of the competition.
struct Frequency {
    name: &'static str,
    /// Steps ahead.
    horizon: usize,
    /// The season of its scores.
    scored: usize,
    /// What repeats, as anybody knows who knows the frequency.
    seasons: &'static [usize],
}

const FREQUENCIES: [Frequency; 6] = [
    Frequency { name: "Yearly", horizon: 6, scored: 1, seasons: &[] },
    Frequency { name: "Quarterly", horizon: 8, scored: 4, seasons: &[4] },
    Frequency { name: "Monthly", horizon: 18, scored: 12, seasons: &[12] },
    Frequency { name: "Weekly", horizon: 13, scored: 1, seasons: &[52] },
    Frequency { name: "Daily", horizon: 14, scored: 1, seasons: &[7] },
    Frequency { name: "Hourly", horizon: 48, scored: 24, seasons: &[24, 168] },
];

/// What was measured of one frequency.
#[derive(Clone, Debug, Serialize)]
pub(super) struct M4Figures {
    /// Its name.
    pub(super) frequency: &'static str,
    /// Series with forecasts.
    pub(super) series: usize,
    /// Series that are too short to keep values back.
    pub(super) series_too_short: usize,
    /// Whether what came is from a test file; otherwise the last values of each series were kept back.
    pub(super) test_file: bool,
    /// Symmetric mean absolute percentage error, and that of Naive2.
    pub(super) smape: f64,
    /// … of Naive2.
    pub(super) smape_naive2: f64,
    /// Mean absolute scaled error, and that of Naive2.
    pub(super) mase: f64,
    /// … of Naive2.
    pub(super) mase_naive2: f64,
    /// The mean of both against Naive2: below 1 is better than it.
    pub(super) owa: f64,
    /// The part of values inside their intervals of 95 %.
    pub(super) coverage: f64,
    /// Forecasts in a second, of all cores together.
    pub(super) forecasts_per_second: f64,
}

/// Forecasts the series of every file of `folder`.
///
/// # Errors
/// When a file cannot be read, or there is none.
pub(super) fn measure(folder: &Path) -> anyhow::Result<Vec<M4Figures>> {
    let mut all = Vec::new();
    for frequency in &FREQUENCIES {
        if let Some(train) = find(folder, "Train", &format!("{}-train.csv", frequency.name)) {
            let test = find(folder, "Test", &format!("{}-test.csv", frequency.name));
            all.push(of(frequency, &train, test.as_deref())?);
        }
    }
    if all.is_empty() {
        let problem = format!("{}: there is no file as Hourly-train.csv", folder.display());
        return Err(Failure::input(problem).into());
    }
    Ok(all)
}

fn find(folder: &Path, within: &str, name: &str) -> Option<PathBuf> {
    [folder.join(name), folder.join(within).join(name)].into_iter().find(|path| path.is_file())
}

fn series(path: &Path) -> anyhow::Result<Vec<Column>> {
    let failed = |reason: String| Failure::input(format!("{}: {reason}", path.display()));
    let text = bounded::read_file(path, FILE_BYTES_MAX).map_err(|error| failed(error.to_string()))?;
    // The first row is a heading; it holds no number.
    Ok(read_rows(text.as_bytes(), &TableLimits::default()).map_err(|error| failed(error.to_string()))?)
}

fn of(frequency: &Frequency, train: &Path, test: Option<&Path>) -> anyhow::Result<M4Figures> {
    let histories = series(train)?;
    let came: Option<HashMap<String, Vec<f64>>> =
        test.map(series).transpose()?.map(|all| all.into_iter().map(|one| (one.name, one.values)).collect());
    let begin = Instant::now();
    let pieces: Vec<&[Column]> = histories.chunks(TOGETHER).collect();
    let sums = each_in_parallel(&pieces, |piece| {
        let mut sums = Sums::default();
        for history in *piece {
            match split(frequency, history, came.as_ref()) {
                Some((known, actual)) => sums.add(frequency, known, actual),
                None => sums.too_short += 1,
            }
        }
        sums
    });
    let seconds = begin.elapsed().as_secs_f64().max(1e-9);
    Ok(sums.into_iter().fold(Sums::default(), Sums::with).figures(frequency, came.is_some(), seconds))
}

/// What is known, and what came.
fn split<'s>(
    frequency: &Frequency,
    history: &'s Column,
    came: Option<&'s HashMap<String, Vec<f64>>>,
) -> Option<(&'s [f64], &'s [f64])> {
    match came {
        Some(came) => {
            let actual = came.get(&history.name).filter(|actual| actual.len() == frequency.horizon)?;
            Some((&history.values, actual))
        }
        None => {
            let known =
                history.values.len().checked_sub(frequency.horizon).filter(|known| *known > frequency.horizon)?;
            Some(history.values.split_at(known))
        }
    }
}

/// Sums over series, and over values for coverage.
#[derive(Default)]
struct Sums {
    series: usize,
    too_short: usize,
    smape: f64,
    smape_naive2: f64,
    mase: f64,
    mase_naive2: f64,
    /// Series that have a unit for the scaled error: those that change.
    scaled: usize,
    inside: usize,
    values: usize,
}

impl Sums {
    fn add(&mut self, frequency: &Frequency, history: &[f64], actual: &[f64]) {
        let Frequency { horizon, scored, seasons, .. } = *frequency;
        let request = Request { horizon, confidence: CONFIDENCE, seasons: Seasons::Given(seasons.to_vec()) };
        let Ok(ahead) = forecast(history, &request) else {
            self.too_short += 1;
            return;
        };
        let naive2 = score::naive2(history, scored, horizon);
        self.series += 1;
        self.smape += score::smape(actual, &ahead.values);
        self.smape_naive2 += score::smape(actual, &naive2);
        let scaled = |expected: &[f64]| score::mase(history, actual, expected, scored);
        if let Some((own, base)) = scaled(&ahead.values).zip(scaled(&naive2)) {
            self.mase += own;
            self.mase_naive2 += base;
            self.scaled += 1;
        }
        let bounds = ahead.lower.iter().zip(&ahead.upper);
        let inside = actual.iter().zip(bounds).filter(|(value, (lower, upper))| (*lower..=upper).contains(value));
        self.inside += inside.count();
        self.values += actual.len();
    }

    fn with(self, other: Self) -> Self {
        Self {
            series: self.series + other.series,
            too_short: self.too_short + other.too_short,
            smape: self.smape + other.smape,
            smape_naive2: self.smape_naive2 + other.smape_naive2,
            mase: self.mase + other.mase,
            mase_naive2: self.mase_naive2 + other.mase_naive2,
            scaled: self.scaled + other.scaled,
            inside: self.inside + other.inside,
            values: self.values + other.values,
        }
    }

    fn figures(&self, frequency: &Frequency, test_file: bool, seconds: f64) -> M4Figures {
        let mean = |sum: f64, count: usize| sum / count.max(1) as f64;
        let (smape, smape_naive2) = (mean(self.smape, self.series), mean(self.smape_naive2, self.series));
        let (mase, mase_naive2) = (mean(self.mase, self.scaled), mean(self.mase_naive2, self.scaled));
        M4Figures {
            frequency: frequency.name,
            series: self.series,
            series_too_short: self.too_short,
            test_file,
            smape,
            smape_naive2,
            mase,
            mase_naive2,
            owa: score::owa(smape, mase, smape_naive2, mase_naive2),
            coverage: mean(self.inside as f64, self.values),
            forecasts_per_second: self.series as f64 / seconds,
        }
    }
}

/// The scores, for people.
pub(super) fn table(all: &[M4Figures]) -> String {
    if all.is_empty() {
        return String::new();
    }
    let row = |of: &M4Figures| {
        vec![
            Cell::text(of.frequency),
            Cell::number(of.series),
            Cell::text(if of.test_file { "test file" } else { "last values" }),
            Cell::number(format!("{:.2}", of.smape)),
            Cell::number(format!("{:.3}", of.mase)),
            Cell::number(format!("{:.3}", of.owa)),
            Cell::number(format!("{:.2}", of.smape_naive2)),
            Cell::number(format!("{:.3}", of.mase_naive2)),
            Cell::number(format!("{:.1} %", 100.0 * of.coverage)),
            Cell::number(format!("{:.0}", of.forecasts_per_second)),
        ]
    };
    let head = [
        "M4",
        "series",
        "against",
        "sMAPE",
        "MASE",
        "OWA",
        "Naive2 sMAPE",
        "Naive2 MASE",
        "inside 95 %",
        "forecasts/s",
    ];
    format!("\n{}", render(&head, all.iter().map(row).collect(), None))
}
