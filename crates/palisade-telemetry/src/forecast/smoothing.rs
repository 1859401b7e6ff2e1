//! Exponential smoothing: a level, a damped trend, any number of seasons and an error that carries over.
//!
//! With no season it is Holt's damped method, with one the additive method of Holt and Winters, with two that of Taylor,
//! "Short-term electricity demand forecasting using double seasonal exponential smoothing", Journal of the Operational
//! Research Society 54 (2003). On logarithms the seasons are multiplicative.

use super::simplex::minimise;

/// The most seasons that are followed at once.
pub(crate) const SEASONS_MAX: usize = 2;

/// Evaluations that a fit may cost.
const EVALUATIONS_MAX: usize = 120;

/// The least number of last values that constants are fitted to, and of cycles of the longest season.
const FITTED_MIN: usize = 300;
const FITTED_CYCLES: usize = 6;

/// Smoothing constants.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Constants {
    level: f64,
    trend: f64,
    damping: f64,
    seasons: [f64; SEASONS_MAX],
    /// How much of an error is there again at the next step.
    carry: f64,
}

const SIZE: usize = 4 + SEASONS_MAX;

/// Of the constants in the order of [`Constants::from_array`]: where to begin, how far to step, and bounds.
const START: [f64; SIZE] = [0.1, 0.05, 0.95, 0.5, 0.15, 0.15];
const STEPS: [f64; SIZE] = [0.2, 0.05, -0.05, 0.3, 0.1, 0.1];
const BOUNDS: [(f64, f64); SIZE] = [(0.001, 0.999), (0.0, 0.5), (0.8, 0.995), (0.0, 0.98), (0.0, 0.9), (0.0, 0.9)];

/// The last values, as many as constants are fitted to.
pub(crate) fn recent<'a>(values: &'a [f64], seasons: &[usize]) -> &'a [f64] {
    let wanted = FITTED_MIN.max(FITTED_CYCLES * seasons.iter().copied().max().unwrap_or(0));
    &values[values.len().saturating_sub(wanted)..]
}

impl Constants {
    fn from_array(numbers: &[f64; SIZE]) -> Self {
        let [level, trend, damping, carry, seasons @ ..] = *numbers;
        Self { level, trend, damping, seasons, carry }
    }

    /// Those with the least squared error, one step ahead.
    pub(crate) fn fit(values: &[f64], seasons: &[usize]) -> Self {
        let mut bounds = BOUNDS;
        let mut start = START;
        for place in 4 + seasons.len().min(SEASONS_MAX)..SIZE {
            start[place] = 0.0;
            bounds[place] = (0.0, 0.0);
        }
        let initial = State::begin(values, seasons);
        let mut state = initial.clone();
        let best = minimise(start, STEPS, bounds, EVALUATIONS_MAX, |numbers| {
            state.start_again(&initial);
            let constants = Self::from_array(numbers);
            values.iter().map(|value| state.learn(*value, &constants).powi(2)).sum()
        });
        Self::from_array(&best)
    }

    /// The values to come, at every origin; `None` where the first comes before two cycles are known.
    pub(crate) fn forecast(
        &self,
        values: &[f64],
        seasons: &[usize],
        origins: &[usize],
        horizon: usize,
    ) -> Option<Vec<Vec<f64>>> {
        let first = *origins.first()?;
        if seasons.iter().any(|season| 2 * season > first) {
            return None;
        }
        let mut state = State::begin(&values[..first], seasons);
        let mut learned = 0;
        let from = |origin: &usize| {
            for value in &values[learned..*origin] {
                state.learn(*value, self);
            }
            learned = *origin;
            state.clone().forecast(horizon, self)
        };
        Some(origins.iter().map(from).collect())
    }
}

/// What is known of a series after some of its values.
#[derive(Clone, Debug)]
struct State {
    level: f64,
    slope: f64,
    seasons: Vec<Profile>,
    error: f64,
}

/// A season and the place in it of the next value.
#[derive(Clone, Debug)]
struct Profile {
    effects: Vec<f64>,
    place: usize,
}

impl Profile {
    fn advance(&mut self) {
        self.place += 1;
        if self.place == self.effects.len() {
            self.place = 0;
        }
    }
}

impl State {
    /// Level and seasons as the first cycles show them.
    fn begin(values: &[f64], seasons: &[usize]) -> Self {
        let longest = seasons.iter().copied().max().unwrap_or(1);
        let first = &values[..values.len().min((2 * longest).max(10))];
        let level = first.iter().sum::<f64>() / first.len().max(1) as f64;
        let level = if seasons.is_empty() { values.first().copied().unwrap_or(0.0) } else { level };
        let mut rest: Vec<f64> = first.iter().map(|value| value - level).collect();
        let mut profiles = Vec::with_capacity(SEASONS_MAX);
        for season in seasons.iter().take(SEASONS_MAX) {
            let effects = average_cycle(&rest, *season);
            for (place, value) in rest.iter_mut().enumerate() {
                *value -= effects[place % season];
            }
            profiles.push(Profile { effects, place: 0 });
        }
        Self { level, slope: 0.0, seasons: profiles, error: 0.0 }
    }

    /// Goes back to a state, without new memory.
    fn start_again(&mut self, initial: &Self) {
        self.level = initial.level;
        self.slope = initial.slope;
        self.error = initial.error;
        for (profile, first) in self.seasons.iter_mut().zip(&initial.seasons) {
            profile.effects.copy_from_slice(&first.effects);
            profile.place = first.place;
        }
    }

    /// Takes the next value in and says how far off its forecast was.
    #[inline]
    fn learn(&mut self, value: f64, constants: &Constants) -> f64 {
        let slope = constants.damping * self.slope;
        let effects: f64 = self.seasons.iter().map(|profile| profile.effects[profile.place]).sum();
        let expected = self.level + slope + effects;
        let error = value - expected;
        let miss = error - constants.carry * self.error;
        self.level += slope + constants.level * error;
        self.slope = slope + constants.trend * error;
        for (profile, rate) in self.seasons.iter_mut().zip(constants.seasons) {
            profile.effects[profile.place] += rate * error;
            profile.advance();
        }
        self.error = error;
        miss
    }

    fn forecast(mut self, horizon: usize, constants: &Constants) -> Vec<f64> {
        let mut ahead = Vec::with_capacity(horizon);
        for _ in 0..horizon {
            self.slope *= constants.damping;
            self.level += self.slope;
            self.error *= constants.carry;
            let effects: f64 = self.seasons.iter().map(|profile| profile.effects[profile.place]).sum();
            ahead.push(self.level + effects + self.error);
            self.seasons.iter_mut().for_each(Profile::advance);
        }
        ahead
    }
}

/// The mean of every place in a cycle; nothing where no value is.
fn average_cycle(values: &[f64], season: usize) -> Vec<f64> {
    let mut sums = vec![(0.0, 0.0); season];
    for (place, value) in values.iter().enumerate() {
        let (sum, count) = &mut sums[place % season];
        *sum += value;
        *count += 1.0;
    }
    sums.iter().map(|(sum, count)| if *count > 0.0 { sum / count } else { 0.0 }).collect()
}
