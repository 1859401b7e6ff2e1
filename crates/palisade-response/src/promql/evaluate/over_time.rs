//! Functions over the samples of one series in a range: `avg_over_time` and its like.

use super::{
    math::quantile_of,
    sums::{Sum, stays_infinite},
    windows::Window,
};

pub(in crate::promql) fn sum(window: &Window<'_>, _: &[f64]) -> Option<f64> {
    let mut sum = Sum::default();
    window.values().for_each(|value| sum.add(value));
    Some(sum.total())
}

pub(in crate::promql) fn average(window: &Window<'_>, _: &[f64]) -> Option<f64> {
    let mut mean = Sum::default();
    let mut count = 0.0;
    for value in window.values() {
        count += 1.0;
        if !stays_infinite(mean.rounded, value) {
            mean.add(value / count - mean.rounded / count);
        }
    }
    Some(mean.total())
}

pub(in crate::promql) fn minimum(window: &Window<'_>, _: &[f64]) -> Option<f64> {
    window.values().reduce(|least, value| if value < least || least.is_nan() { value } else { least })
}

pub(in crate::promql) fn maximum(window: &Window<'_>, _: &[f64]) -> Option<f64> {
    window.values().reduce(|most, value| if value > most || most.is_nan() { value } else { most })
}

pub(in crate::promql) fn count(window: &Window<'_>, _: &[f64]) -> Option<f64> {
    Some(window.samples.len() as f64)
}

pub(in crate::promql) fn last(window: &Window<'_>, _: &[f64]) -> Option<f64> {
    window.values().next_back()
}

pub(in crate::promql) fn present(_: &Window<'_>, _: &[f64]) -> Option<f64> {
    Some(1.0)
}

/// Welford's variance, its sums exact.
pub(in crate::promql) fn variance(window: &Window<'_>, _: &[f64]) -> Option<f64> {
    let (mut mean, mut squares) = (Sum::default(), Sum::default());
    let mut count = 0.0;
    for value in window.values() {
        count += 1.0;
        let difference = value - mean.exact();
        mean.add(difference / count);
        squares.add(difference * (value - mean.exact()));
    }
    Some(squares.exact() / count)
}

pub(in crate::promql) fn standard_deviation(window: &Window<'_>, scalars: &[f64]) -> Option<f64> {
    variance(window, scalars).map(f64::sqrt)
}

pub(in crate::promql) fn quantile(window: &Window<'_>, scalars: &[f64]) -> Option<f64> {
    Some(quantile_of(scalars.first().copied()?, window.values().collect()))
}

pub(in crate::promql) fn changes(window: &Window<'_>, _: &[f64]) -> Option<f64> {
    let differ = |(before, after): &(f64, f64)| before != after && !(before.is_nan() && after.is_nan());
    Some(window.values().zip(window.values().skip(1)).filter(differ).count() as f64)
}

pub(in crate::promql) fn resets(window: &Window<'_>, _: &[f64]) -> Option<f64> {
    let falls = window.values().zip(window.values().skip(1)).filter(|(before, after)| after < before);
    Some(falls.count() as f64)
}
