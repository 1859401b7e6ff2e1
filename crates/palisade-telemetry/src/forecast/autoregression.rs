//! Autoregression on the values just before and on those a season ago, by ridge regression.
//!
//! Lags around one and two whole seasons let one regression learn how yesterday and last week count together, which is
//! what decomposition does less well on few cycles. Old values count less. Sums of products are kept up while the
//! history passes by, so validation at many origins costs hardly more than one fit.

use super::method::{Course, Forecasts};

/// What a step of age leaves of a value's weight.
const FADE: f64 = 0.995;

/// Which lags, besides those just before, a regression looks at.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reach {
    /// Around one season ago.
    OneSeason,
    /// Around one and two seasons ago.
    TwoSeasons,
    /// Around one and two seasons ago, in few numbers, for histories that say little.
    TwoSeasonsSparsely,
}

impl Reach {
    /// The lags, as far as enough history is left to learn from.
    pub(crate) fn lags(self, seasons: &[usize], history: usize) -> Vec<usize> {
        let mut lags = vec![1, 2];
        if !matches!(self, Self::TwoSeasonsSparsely) {
            lags.push(3);
        }
        if seasons.is_empty() {
            lags.extend([3, 4]);
        }
        for season in seasons {
            match self {
                Self::OneSeason => lags.extend([season - 1, *season, season + 1]),
                Self::TwoSeasons => {
                    lags.extend([season - 1, *season, season + 1, 2 * season - 1, 2 * season, 2 * season + 1]);
                }
                Self::TwoSeasonsSparsely => lags.extend([*season, season + 1, 2 * season, 2 * season + 1]),
            }
        }
        lags.sort_unstable();
        lags.dedup();
        lags.retain(|lag| *lag > 0 && 4 * (lag + 20) < 3 * history);
        lags
    }
}

/// The fewest values from which coefficients of these lags are learned.
pub(crate) fn values_needed(lags: &[usize]) -> usize {
    lags.last().map_or(usize::MAX, |longest| longest + 2 * lags.len() + 2)
}

/// Forecasts of the values themselves, at every origin.
pub(crate) fn of_levels(course: &Course, reach: Reach) -> Option<Forecasts> {
    let lags = reach.lags(course.seasons, course.values.len());
    rolling(course.values, course.origins, course.horizon, &lags, LEVELS)
}

/// Forecasts of the changes, added up, at every origin: for series that wander.
pub(crate) fn of_changes(course: &Course, reach: Reach) -> Option<Forecasts> {
    let lags = reach.lags(course.seasons, course.values.len());
    let changes: Vec<f64> = course.values.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let origins: Vec<usize> = course.origins.iter().map(|origin| origin.saturating_sub(1)).collect();
    let mut forecasts = rolling(&changes, &origins, course.horizon, &lags, CHANGES)?;
    for (forecast, origin) in forecasts.iter_mut().zip(course.origins) {
        let mut level = course.values[origin - 1];
        for value in forecast {
            level += *value;
            *value = level;
        }
    }
    Some(forecasts)
}

/// The ridge, in parts of the mean variance of the lagged values.
#[derive(Clone, Copy, Debug)]
struct Ridge(f64);

/// Levels hang together so closely that a larger ridge would blur which lag counts.
const LEVELS: Ridge = Ridge(1e-4);
/// Changes say little one by one.
const CHANGES: Ridge = Ridge(0.03);

fn rolling(values: &[f64], origins: &[usize], horizon: usize, lags: &[usize], ridge: Ridge) -> Option<Forecasts> {
    let (first, longest) = (*origins.first()?, *lags.last()?);
    if first < values_needed(lags) {
        return None;
    }
    let centre = values[..first].iter().sum::<f64>() / first as f64;
    let centred: Vec<f64> = values.iter().map(|value| value - centre).collect();
    let mut sums = Products::new(lags.len() + 1);
    let mut row = vec![1.0; lags.len() + 1];
    let mut next = longest;
    let mut forecasts = Vec::with_capacity(origins.len());
    for origin in origins {
        for place in next..*origin {
            fill(&mut row, &centred[..place], lags);
            sums.add(&row, centred[place]);
        }
        next = *origin;
        let coefficients = sums.solve(ridge)?;
        forecasts.push(continue_from(&centred[..*origin], &coefficients, lags, horizon, centre));
    }
    Some(forecasts)
}

/// Writes the lagged values behind the constant.
#[inline]
fn fill(row: &mut [f64], history: &[f64], lags: &[usize]) {
    for (cell, lag) in row[1..].iter_mut().zip(lags) {
        *cell = history[history.len() - lag];
    }
}

fn continue_from(history: &[f64], coefficients: &[f64], lags: &[usize], horizon: usize, centre: f64) -> Vec<f64> {
    let longest = lags.last().copied().unwrap_or(1);
    let mut path = Vec::with_capacity(longest + horizon);
    path.extend_from_slice(&history[history.len() - longest..]);
    let mut row = vec![1.0; coefficients.len()];
    for _ in 0..horizon {
        fill(&mut row, &path, lags);
        path.push(row.iter().zip(coefficients).map(|(value, coefficient)| value * coefficient).sum());
    }
    path[longest..].iter().map(|value| value + centre).collect()
}

/// Sums of products of lagged values with one another and with what came, old ones faded.
struct Products {
    size: usize,
    /// The lower triangle, row by row, of a square that is kept whole for plain indices.
    squares: Vec<f64>,
    targets: Vec<f64>,
}

impl Products {
    fn new(size: usize) -> Self {
        Self { size, squares: vec![0.0; size * size], targets: vec![0.0; size] }
    }

    fn add(&mut self, row: &[f64], target: f64) {
        for (place, value) in row.iter().enumerate() {
            let cells = &mut self.squares[place * self.size..place * self.size + place + 1];
            for (cell, other) in cells.iter_mut().zip(row) {
                *cell = FADE * *cell + value * other;
            }
            self.targets[place] = FADE * self.targets[place] + value * target;
        }
    }

    /// The coefficients, by Cholesky's decomposition; `None` when the sums are not finite or all alike.
    fn solve(&self, ridge: Ridge) -> Option<Vec<f64>> {
        let size = self.size;
        let variance = (1..size).map(|place| self.squares[place * size + place]).sum::<f64>() / (size - 1) as f64;
        let mut factor = self.squares.clone();
        factor[0] *= 1.0 + 1e-9;
        for place in 1..size {
            factor[place * size + place] += ridge.0 * variance;
        }
        for row in 0..size {
            for column in 0..=row {
                let (above, cells) = factor.split_at(row * size);
                let other = if column == row { &cells[..column] } else { &above[column * size..][..column] };
                let rest = cells[column] - cells[..column].iter().zip(other).map(|(a, b)| a * b).sum::<f64>();
                let value = if column == row { rest.sqrt() } else { rest / above[column * size + column] };
                if !value.is_finite() || (column == row && value <= 0.0) {
                    return None;
                }
                factor[row * size + column] = value;
            }
        }
        Some(substitute(&factor, &self.targets))
    }
}

/// Solves for the targets, given the lower factor: forwards, then backwards.
fn substitute(factor: &[f64], targets: &[f64]) -> Vec<f64> {
    let size = targets.len();
    let mut solution = targets.to_vec();
    for row in 0..size {
        let known: f64 = (0..row).map(|column| factor[row * size + column] * solution[column]).sum();
        solution[row] = (solution[row] - known) / factor[row * size + row];
    }
    for row in (0..size).rev() {
        let known: f64 = (row + 1..size).map(|below| factor[below * size + row] * solution[below]).sum();
        solution[row] = (solution[row] - known) / factor[row * size + row];
    }
    solution
}
