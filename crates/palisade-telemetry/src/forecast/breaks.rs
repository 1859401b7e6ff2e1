//! Where a trend broke: the places at which a series, its seasons taken out, turns from one line to another.
//!
//! Binary segmentation: the split that leaves the least squared distance from two lines is taken while it explains more
//! than chance would. Neighbouring values hang together, so chance explains more than in independent noise; the price
//! of a split grows with that.

use super::clean::clean;
use super::decompose::adjust;
use super::{Seasons, seasons};
use serde::Serialize;

/// The most breaks that are told.
const BREAKS_MAX: usize = 20;

/// The fewest values of a line.
const SEGMENT_MIN: usize = 8;

/// Numbers that a split adds: place, level and slope.
const NUMBERS: f64 = 3.0;

/// A place at which the trend changed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Break {
    /// The number of the first value of the new trend, counted from the first finite value that was looked at.
    pub place: usize,
    /// By how much the level jumped there.
    pub shift: f64,
    /// The trend before, a step.
    pub slope_before: f64,
    /// The trend since, a step.
    pub slope_after: f64,
    /// How much better two lines are than one: the log of the ratio of squared distances, in units of its price. Above 1.
    pub strength: f64,
}

/// The trend breaks of a series, in its order. Empty where there are none, or too few values to tell.
#[must_use]
pub fn trend_breaks(values: &[f64], request: &Seasons) -> Vec<Break> {
    let Some(history) = clean(values) else { return Vec::new() };
    let lengths = seasons(&history.values, request);
    let adjusted = adjust(&history.values, &lengths, 0).values;
    let skipped = history.values.len() - adjusted.len();
    let sums = Sums::of(&adjusted);
    let price = price(&adjusted);
    let mut splits = Vec::new();
    let mut open = vec![(0, adjusted.len())];
    while let Some((from, to)) = open.pop() {
        if splits.len() == BREAKS_MAX {
            break;
        }
        if let Some((place, gain)) = best_split(&sums, from, to)
            && gain > price
        {
            splits.push((place, gain / price));
            open.extend([(from, place), (place, to)]);
        }
    }
    splits.sort_by_key(|(place, _)| *place);
    describe(&sums, &splits, adjusted.len(), skipped, history.unit)
}

/// What a split must gain: Schwarz's criterion for as many values as tell something new.
fn price(values: &[f64]) -> f64 {
    let sums = Sums::of(values);
    let (level, slope) = sums.line(0, values.len());
    let rest: Vec<f64> = values.iter().enumerate().map(|(place, value)| value - level - slope * place as f64).collect();
    let changes: Vec<f64> = rest.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let noise: f64 = changes.iter().map(|change| change * change).sum();
    let along: f64 = changes.windows(2).map(|pair| pair[0] * pair[1]).sum();
    // Changes of independent noise turn back by a half at the next step, those of a wandering series do not.
    let turning = if noise > 0.0 { (-2.0 * along / noise).clamp(0.02, 1.0) } else { 1.0 };
    NUMBERS * (values.len().max(2) as f64).ln() / turning
}

/// The best place to split a stretch, and the gain: log of the ratio of squared distances times the number of values.
fn best_split(sums: &Sums, from: usize, to: usize) -> Option<(usize, f64)> {
    let whole = sums.distance(from, to);
    let best = (from + SEGMENT_MIN..=to.saturating_sub(SEGMENT_MIN))
        .map(|place| (place, sums.distance(from, place) + sums.distance(place, to)))
        .min_by(|left, right| left.1.total_cmp(&right.1))?;
    // Rounding of sums of values near one: below it nothing is explained.
    let rounding = 1e-12 * (to - from) as f64;
    Some((best.0, (to - from) as f64 * ((whole + rounding) / (best.1 + rounding)).ln()))
}

fn describe(sums: &Sums, splits: &[(usize, f64)], count: usize, skipped: usize, unit: f64) -> Vec<Break> {
    let ends = |index: usize| {
        let from = if index == 0 { 0 } else { splits[index - 1].0 };
        (from, splits.get(index).map_or(count, |split| split.0))
    };
    let tell = |(index, (place, strength)): (usize, &(usize, f64))| {
        let (before, after) = (ends(index), ends(index + 1));
        let (level_before, slope_before) = sums.line(before.0, before.1);
        let (level_after, slope_after) = sums.line(after.0, after.1);
        let expected = level_before + slope_before * *place as f64;
        let found = level_after + slope_after * *place as f64;
        Break {
            place: place + skipped,
            shift: (found - expected) * unit,
            slope_before: slope_before * unit,
            slope_after: slope_after * unit,
            strength: *strength,
        }
    };
    splits.iter().enumerate().map(tell).collect()
}

/// Sums over all values before each place, so that the line through any stretch takes constant time.
struct Sums {
    rows: Vec<[f64; 3]>,
}

impl Sums {
    /// Sums of values, of values times places, and of squares of values.
    fn of(values: &[f64]) -> Self {
        let mut row = [0.0; 3];
        let mut rows = vec![row];
        for (place, value) in values.iter().enumerate() {
            row[0] += value;
            row[1] += value * place as f64;
            row[2] += value * value;
            rows.push(row);
        }
        Self { rows }
    }

    /// Mean, middle place, sum of products and sum of squared places around both, and of squared values.
    fn moments(&self, from: usize, to: usize) -> (f64, f64, f64, f64, f64) {
        let count = (to - from).max(1) as f64;
        let [sum, products, squares] = std::array::from_fn(|index| self.rows[to][index] - self.rows[from][index]);
        let mean = sum / count;
        let middle = from as f64 + (count - 1.0) / 2.0;
        let along = products - middle * sum;
        let places = count * (count * count - 1.0) / 12.0;
        (mean, middle, along, places, (squares - mean * sum).max(0.0))
    }

    /// Level at place 0 and slope of the least squares line.
    fn line(&self, from: usize, to: usize) -> (f64, f64) {
        let (mean, middle, along, places, _) = self.moments(from, to);
        let slope = if places > 0.0 { along / places } else { 0.0 };
        (mean - slope * middle, slope)
    }

    /// Squared distance from the least squares line.
    fn distance(&self, from: usize, to: usize) -> f64 {
        let (_, _, along, places, squares) = self.moments(from, to);
        let explained = if places > 0.0 { along * along / places } else { 0.0 };
        (squares - explained).max(0.0)
    }
}
