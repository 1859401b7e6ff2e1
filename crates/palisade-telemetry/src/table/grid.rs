//! Lays values at even distances of time: sorted, one a step, gaps left open.

use palisade_model::Timestamp;
use serde::Serialize;

/// A gap of more steps than this begins the series anew: what lies before it is too long ago.
const GAP_MAX: i64 = 1_000;

/// More steps than this for each row, counted from the end, and most of a series would be made up.
const STEPS_A_ROW_MAX: i64 = 4;

/// Values at even distances.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The values; NaN where one is missing.
    pub values: Vec<f64>,
    /// The time of the first, where times are known.
    pub start: Option<Timestamp>,
    /// Seconds between values, where known.
    pub step_seconds: Option<f64>,
    /// What was done to the rows.
    pub notes: Vec<GridNote>,
}

/// What was done to rows so that they stand at even distances.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "note", rename_all = "kebab-case")]
pub enum GridNote {
    /// Rows without a time that can be read were left out.
    NoTime {
        /// How many.
        rows: usize,
    },
    /// Rows were not in the order of time and have been sorted.
    Sorted,
    /// Of several rows for one step the last counts.
    SameStep {
        /// How many rows were left out.
        rows: usize,
    },
    /// Steps without a row are missing values.
    Missing {
        /// How many.
        steps: usize,
    },
    /// Rows before a long gap were left out.
    BeforeGap {
        /// How many.
        rows: usize,
    },
}

impl Series {
    /// The time of a step, counted from the first value; steps behind the last are those of a forecast.
    #[must_use]
    pub fn time(&self, step: usize) -> Option<Timestamp> {
        let nanos = self.start?.nanos() as f64 + self.step_seconds? * 1e9 * step as f64;
        (nanos.abs() < 9.2e18).then(|| Timestamp::from_nanos(nanos as i64))
    }
}

/// Puts every value at the nearest step of the most usual distance.
pub(super) fn lay(times: &[Option<Timestamp>], values: &[f64]) -> Series {
    let mut notes = Vec::new();
    let mut rows: Vec<(i64, f64)> =
        times.iter().zip(values).filter_map(|(time, value)| Some((time.as_ref()?.nanos(), *value))).collect();
    if rows.len() < values.len() {
        notes.push(GridNote::NoTime { rows: values.len() - rows.len() });
    }
    if !rows.is_sorted_by_key(|row| row.0) {
        notes.push(GridNote::Sorted);
        rows.sort_by_key(|row| row.0);
    }
    let Some(step) = usual_distance(&rows) else {
        let start = rows.first().map(|row| Timestamp::from_nanos(row.0));
        return Series { values: rows.iter().map(|row| row.1).collect(), start, step_seconds: None, notes };
    };
    let begin = behind_last_gap(&rows, step);
    if begin > 0 {
        notes.push(GridNote::BeforeGap { rows: begin });
    }
    let rows = &rows[begin..];
    let start = rows[0].0;
    let mut laid = Vec::with_capacity(rows.len());
    let (mut same, mut missing) = (0, 0);
    for (time, value) in rows {
        let place = usize::try_from((i128::from(*time) - i128::from(start) + i128::from(step) / 2) / i128::from(step))
            .unwrap_or(usize::MAX);
        if let Some(taken) = laid.get_mut(place) {
            *taken = *value;
            same += 1;
            continue;
        }
        missing += place - laid.len();
        laid.resize(place, f64::NAN);
        laid.push(*value);
    }
    notes.extend((same > 0).then_some(GridNote::SameStep { rows: same }));
    notes.extend((missing > 0).then_some(GridNote::Missing { steps: missing }));
    Series { values: laid, start: Some(Timestamp::from_nanos(start)), step_seconds: Some(step as f64 / 1e9), notes }
}

/// The median distance between rows of different times.
fn usual_distance(rows: &[(i64, f64)]) -> Option<i64> {
    let mut distances: Vec<i64> =
        rows.windows(2).map(|pair| pair[1].0.saturating_sub(pair[0].0)).filter(|distance| *distance > 0).collect();
    let middle = distances.len() / 2;
    (!distances.is_empty()).then(|| *distances.select_nth_unstable(middle).1)
}

/// The first row behind the last gap that is too long to be filled, or behind which too little is known for all gaps.
fn behind_last_gap(rows: &[(i64, f64)], step: i64) -> usize {
    let mut missing = 0_i64;
    for place in (1..rows.len()).rev() {
        let gap = rows[place].0.saturating_sub(rows[place - 1].0) / step;
        missing = missing.saturating_add(gap);
        let known = i64::try_from(rows.len() - place).unwrap_or(i64::MAX);
        if gap > GAP_MAX || missing > known.saturating_mul(STEPS_A_ROW_MAX).saturating_add(GAP_MAX) {
            return place;
        }
    }
    0
}
