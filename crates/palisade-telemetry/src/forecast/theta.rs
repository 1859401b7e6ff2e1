//! The Theta method, with its curvature fitted.
//!
//! Assimakopoulos and Nikolopoulos, "The theta model: a decomposition approach to forecasting", International Journal of
//! Forecasting 16 (2000); the fitted form after Fiorucci and others, "Models for optimising the theta method",
//! ibid. 32 (2016): the line through the history is carried on at a part of its slope, smoothing follows the rest.

use super::simplex::minimise;

/// Evaluations that a fit may cost.
const EVALUATIONS_MAX: usize = 50;

/// Smoothing constant, and how much differences from the line are magnified before they are smoothed (2 in the method
/// as first published, where 1 smooths the series itself).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Theta {
    level: f64,
    curvature: f64,
}

/// The least squares line: at the first value, and a step.
struct Line {
    start: f64,
    slope: f64,
}

impl Theta {
    /// Fitted to the history.
    pub(crate) fn fit(values: &[f64]) -> Self {
        let line = Line::through(values);
        let bounds = [(0.01, 0.999), (1.0, 8.0)];
        let [level, curvature] = minimise([0.4, 2.0], [0.3, 1.0], bounds, EVALUATIONS_MAX, |[level, curvature]| {
            let theta = Self { level: *level, curvature: *curvature };
            theta.run(values, &line).1
        });
        Self { level, curvature }
    }

    /// The values to come.
    pub(crate) fn forecast(&self, values: &[f64], horizon: usize) -> Vec<f64> {
        let line = Line::through(values);
        let (level, _) = self.run(values, &line);
        (0..horizon).map(|ahead| self.expect(&line, values.len() + ahead, level)).collect()
    }

    /// The smoothed theta line behind the last value, and the squared error of forecasts one step ahead.
    fn run(&self, values: &[f64], line: &Line) -> (f64, f64) {
        let mut level = values.first().copied().unwrap_or(0.0);
        let mut squares = 0.0;
        for (place, value) in values.iter().enumerate() {
            if place > 2 {
                squares += (value - self.expect(line, place, level)).powi(2);
            }
            let magnified = self.curvature * value + (1.0 - self.curvature) * line.at(place);
            level += self.level * (magnified - level);
        }
        (level, squares)
    }

    fn expect(&self, line: &Line, place: usize, level: f64) -> f64 {
        let share = 1.0 / self.curvature;
        share * level + (1.0 - share) * line.at(place)
    }
}

impl Line {
    fn through(values: &[f64]) -> Self {
        let count = values.len() as f64;
        let middle = (count - 1.0) / 2.0;
        let mean = values.iter().sum::<f64>() / count.max(1.0);
        let (mut along, mut squares) = (0.0, 0.0);
        for (place, value) in values.iter().enumerate() {
            let from_middle = place as f64 - middle;
            along += from_middle * (value - mean);
            squares += from_middle * from_middle;
        }
        let slope = if squares > 0.0 { along / squares } else { 0.0 };
        Self { start: mean - slope * middle, slope }
    }

    fn at(&self, place: usize) -> f64 {
        self.start + self.slope * place as f64
    }
}
