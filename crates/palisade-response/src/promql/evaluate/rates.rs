//! How fast a series changes: `rate` and its like, regression, smoothing.

use super::{sums::Sum, windows::Window};
use crate::promql::Sample;

/// A gap between the first or last sample and the edge of the window this many times as long as the usual one says that
/// the series begins or ends within the window.
const GAP_FACTOR_MAX: f64 = 1.1;

pub(in crate::promql) fn rate(window: &Window<'_>, _: &[f64]) -> Option<f64> {
    extrapolated(window, true, window.seconds())
}

pub(in crate::promql) fn increase(window: &Window<'_>, _: &[f64]) -> Option<f64> {
    extrapolated(window, true, 1.0)
}

pub(in crate::promql) fn delta(window: &Window<'_>, _: &[f64]) -> Option<f64> {
    extrapolated(window, false, 1.0)
}

/// The change over the window, divided by `seconds`. What happened between the samples is taken as going on to the edges
/// of the window, unless the series seems to begin or end in it: then for half the usual gap. A counter is not taken
/// back below zero.
fn extrapolated(window: &Window<'_>, is_counter: bool, seconds: f64) -> Option<f64> {
    let [first, .., last] = window.samples else {
        return None;
    };
    let mut change = last.value - first.value;
    if is_counter {
        let resets = window.values().zip(window.values().skip(1)).filter(|(before, after)| after < before);
        resets.for_each(|(before, _)| change += before);
    }
    let mut to_start = (first.at - window.start) as f64 / 1000.0;
    let to_end = (window.end - last.at) as f64 / 1000.0;
    let sampled = (last.at - first.at) as f64 / 1000.0;
    let usual_gap = sampled / (window.samples.len() - 1) as f64;
    if is_counter && change > 0.0 && first.value >= 0.0 {
        to_start = to_start.min(sampled * (first.value / change));
    }
    let beyond = |gap: f64| if gap < usual_gap * GAP_FACTOR_MAX { gap } else { usual_gap / 2.0 };
    let covered = sampled + beyond(to_start) + beyond(to_end);
    Some(change * (covered / sampled / seconds))
}

pub(in crate::promql) fn instant_rate(window: &Window<'_>, _: &[f64]) -> Option<f64> {
    let (before, last) = last_two(window)?;
    let change = if last.value < before.value { last.value } else { last.value - before.value };
    let seconds = (last.at - before.at) as f64 / 1000.0;
    (seconds != 0.0).then(|| change / seconds)
}

pub(in crate::promql) fn instant_delta(window: &Window<'_>, _: &[f64]) -> Option<f64> {
    last_two(window).map(|(before, last)| last.value - before.value)
}

fn last_two<'a>(window: &Window<'a>) -> Option<(&'a Sample, &'a Sample)> {
    match window.samples {
        [.., before, last] => Some((before, last)),
        _ => None,
    }
}

pub(in crate::promql) fn deriv(window: &Window<'_>, _: &[f64]) -> Option<f64> {
    let first = window.samples.first()?;
    line(window, first.at).map(|line| line.slope)
}

pub(in crate::promql) fn predict_linear(window: &Window<'_>, scalars: &[f64]) -> Option<f64> {
    let ahead = scalars.first()?;
    line(window, window.now).map(|line| line.slope * ahead + line.intercept)
}

struct Line {
    slope: f64,
    intercept: f64,
}

/// The line with the least squares of differences; x are seconds from `origin`.
fn line(window: &Window<'_>, origin: i64) -> Option<Line> {
    let [first, _, ..] = window.samples else {
        return None;
    };
    if window.values().all(|value| value == first.value) {
        let unknown = first.value.is_infinite();
        return Some(if unknown {
            Line { slope: f64::NAN, intercept: f64::NAN }
        } else {
            Line { slope: 0.0, intercept: first.value }
        });
    }
    let (mut xs, mut ys, mut products, mut squares) = (Sum::default(), Sum::default(), Sum::default(), Sum::default());
    for sample in window.samples {
        let x = (sample.at - origin) as f64 / 1000.0;
        xs.add(x);
        ys.add(sample.value);
        products.add(x * sample.value);
        squares.add(x * x);
    }
    let count = window.samples.len() as f64;
    let (x, y) = (xs.exact(), ys.exact());
    let slope = (products.exact() - x * y / count) / (squares.exact() - x * x / count);
    Some(Line { slope, intercept: y / count - slope * x / count })
}

/// Double exponential smoothing (Holt 1957): the level after the last sample, with a smoothing and a trend factor.
pub(in crate::promql) fn double_exponential(window: &Window<'_>, scalars: &[f64]) -> Option<f64> {
    let [smoothing, trending] = scalars else {
        return None;
    };
    let [first, second, ..] = window.samples else {
        return None;
    };
    let mut before = 0.0;
    let mut level = first.value;
    let mut trend = second.value - first.value;
    for (index, value) in window.values().enumerate().skip(1) {
        if index > 1 {
            trend = trending * (level - before) + (1.0 - trending) * trend;
        }
        let next = smoothing * value + (1.0 - smoothing) * (level + trend);
        (before, level) = (level, next);
    }
    Some(level)
}
