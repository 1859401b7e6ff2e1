//! Finds the seasons of a series: lags at which its changes repeat.
//!
//! Changes, not levels, because a trend makes all levels alike. The calendar's seasons (the day, the week, the year, in
//! steps of the series) need less proof than a lag that nothing speaks for.

/// Seasons that calendars bring, in steps, when the length of a step is not known.
const USUAL: [usize; 15] = [4, 7, 12, 24, 30, 48, 52, 60, 96, 144, 168, 288, 336, 365, 672];

/// Lengths of the calendar's seasons in seconds: minute, hour, day, week, year.
const CALENDAR: [f64; 5] = [60.0, 3_600.0, 86_400.0, 604_800.0, 31_556_952.0];

/// Longest lag that is looked at.
const LAG_MAX: usize = 750;

/// The last values that are looked at.
const VALUES_MAX: usize = 2_000;

/// Autocorrelation of changes that proves a season on its own.
const PROOF: f64 = 0.3;

/// Standard errors by which a season of the calendar must stand out.
const SIGNIFICANT: f64 = 2.0;

/// The seasons that stand out, at most two, ascending. `step` is the time between values in seconds, where known.
pub(crate) fn detect(values: &[f64], step: Option<f64>) -> Vec<usize> {
    let recent = &values[values.len().saturating_sub(VALUES_MAX)..];
    let lag_max = (recent.len() / 2).min(LAG_MAX);
    let correlations = autocorrelations(recent, lag_max);
    if correlations.len() < 4 {
        return Vec::new();
    }
    let limit = SIGNIFICANT / (recent.len() as f64).sqrt();
    let calendar: Vec<usize> = match step {
        Some(step) => CALENDAR.iter().map(|length| (length / step).round()).map(|lag| lag as usize).collect(),
        None => USUAL.to_vec(),
    };
    let mut found: Vec<(usize, f64)> = calendar
        .into_iter()
        .filter(|lag| (2..=lag_max).contains(lag))
        .map(|lag| (lag, correlations[lag]))
        .filter(|(lag, correlation)| *correlation > limit && is_peak(&correlations, *lag))
        .collect();
    if found.iter().all(|(_, correlation)| *correlation < PROOF) {
        found.extend(strongest(&correlations));
    }
    choose(found)
}

/// Autocorrelations of the changes, from lag 0; empty where nothing changes.
fn autocorrelations(values: &[f64], lag_max: usize) -> Vec<f64> {
    let changes: Vec<f64> = values.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let mean = changes.iter().sum::<f64>() / changes.len().max(1) as f64;
    let changes: Vec<f64> = changes.iter().map(|change| change - mean).collect();
    let variance: f64 = changes.iter().map(|change| change * change).sum();
    if variance <= 0.0 || variance.is_nan() {
        return Vec::new();
    }
    (0..=lag_max.min(changes.len().saturating_sub(1)))
        .map(|lag| changes.iter().zip(&changes[lag..]).map(|(a, b)| a * b).sum::<f64>() / variance)
        .collect()
}

/// Whether no neighbour correlates more.
fn is_peak(correlations: &[f64], lag: usize) -> bool {
    let neighbours = correlations[lag - 1].max(correlations.get(lag + 1).copied().unwrap_or(f64::MIN));
    correlations.get(lag).is_some_and(|correlation| *correlation >= neighbours)
}

/// The lag that correlates most, if that is proof on its own.
fn strongest(correlations: &[f64]) -> Option<(usize, f64)> {
    (2..correlations.len())
        .filter(|lag| is_peak(correlations, *lag) && correlations[*lag] > PROOF)
        .map(|lag| (lag, correlations[lag]))
        // A multiple of a season correlates about as much: the shorter wins unless the longer is clearly better.
        .fold(None, |best: Option<(usize, f64)>, next| match best {
            Some(best) if next.1 < best.1 + 0.05 => Some(best),
            _ => Some(next),
        })
}

/// The most telling season, and the most telling one that it is a part of or that is a part of it.
fn choose(mut found: Vec<(usize, f64)>) -> Vec<usize> {
    found.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
    let Some((first, _)) = found.first().copied() else { return Vec::new() };
    // A day has its week beside it; other small multiples are the same season again.
    let ratio =
        |lag: usize| (first.max(lag) as f64 / first.min(lag) as f64, first.max(lag).is_multiple_of(first.min(lag)));
    let others = || found[1..].iter().map(|(lag, _)| *lag);
    let week = others().find(|lag| ratio(*lag) == (7.0, true));
    let second = week.or_else(|| {
        others().find(|lag| {
            let (times, whole) = ratio(*lag);
            times >= 3.0 && !(whole && times < 7.0)
        })
    });
    let mut chosen: Vec<usize> = std::iter::once(first).chain(second).collect();
    chosen.sort_unstable();
    chosen
}
