//! Takes seasons out of a series: MSTL (Bandara, Hyndman, Bergmeir, 2021), by the crate `stlrs`.

/// A series without its seasons, and the seasons carried on.
#[derive(Clone, Debug)]
pub(crate) struct Adjusted {
    pub(crate) values: Vec<f64>,
    /// What the seasons add to each value to come.
    pub(crate) ahead: Vec<f64>,
}

impl Adjusted {
    /// A forecast of the series without its seasons, with them again.
    pub(crate) fn with_seasons(&self, mut forecast: Vec<f64>) -> Vec<f64> {
        for (value, effect) in forecast.iter_mut().zip(&self.ahead) {
            *value += effect;
        }
        forecast
    }
}

/// The most cycles of the longest season that are decomposed; older ones say little about the next.
const CYCLES_MAX: usize = 6;
/// The most values that are decomposed where the season is short.
const VALUES_MIN: usize = 300;

/// Takes out those seasons of which the values hold two cycles.
pub(crate) fn adjust(values: &[f64], seasons: &[usize], horizon: usize) -> Adjusted {
    let seasons: Vec<usize> = seasons.iter().copied().filter(|season| 2 * season <= values.len()).collect();
    let wanted = VALUES_MIN.max(CYCLES_MAX * seasons.last().copied().unwrap_or(0));
    let values = &values[values.len().saturating_sub(wanted)..];
    let mut adjusted = Adjusted { values: values.to_vec(), ahead: vec![0.0; horizon] };
    if seasons.is_empty() {
        return adjusted;
    }
    let Ok(parts) = stlrs::MstlParams::new().iterations(2).fit(values, &seasons) else { return adjusted };
    for (season, effects) in seasons.iter().zip(parts.seasonal()) {
        for (value, effect) in adjusted.values.iter_mut().zip(effects) {
            *value -= effect;
        }
        let last_cycle = &effects[effects.len() - season..];
        for (value, effect) in adjusted.ahead.iter_mut().zip(last_cycle.iter().cycle()) {
            *value += effect;
        }
    }
    adjusted
}
