//! Arithmetic over vectors, and quantiles.

use super::{Context, EvaluateError, context::each};
use crate::promql::{query::Value, tree::Expr};

pub(in crate::promql) fn sign(value: f64) -> f64 {
    match value {
        _ if value < 0.0 => -1.0,
        _ if value > 0.0 => 1.0,
        _ => value,
    }
}

pub(in crate::promql) fn pi(_: &mut Context<'_>, _: &[Expr], _: i64) -> Result<Value, EvaluateError> {
    Ok(Value::Scalar(std::f64::consts::PI))
}

pub(in crate::promql) fn clamp(context: &mut Context<'_>, arguments: &[Expr], at: i64) -> Result<Value, EvaluateError> {
    let least = context.scalar(&arguments[1], at)?;
    let most = context.scalar(&arguments[2], at)?;
    let elements = context.vector(&arguments[0], at)?;
    let elements = if most < least { Vec::new() } else { elements };
    Ok(Value::Vector(each(elements, |value| larger(least, smaller(most, value)))))
}

pub(in crate::promql) fn clamp_max(
    context: &mut Context<'_>,
    arguments: &[Expr],
    at: i64,
) -> Result<Value, EvaluateError> {
    let most = context.scalar(&arguments[1], at)?;
    Ok(Value::Vector(each(context.vector(&arguments[0], at)?, |value| smaller(most, value))))
}

pub(in crate::promql) fn clamp_min(
    context: &mut Context<'_>,
    arguments: &[Expr],
    at: i64,
) -> Result<Value, EvaluateError> {
    let least = context.scalar(&arguments[1], at)?;
    Ok(Value::Vector(each(context.vector(&arguments[0], at)?, |value| larger(least, value))))
}

/// Rounds to a multiple, halves upwards. The inverse is what keeps `round(x, 0.1)` exact.
pub(in crate::promql) fn round(context: &mut Context<'_>, arguments: &[Expr], at: i64) -> Result<Value, EvaluateError> {
    let multiple = match arguments.get(1) {
        Some(argument) => context.scalar(argument, at)?,
        None => 1.0,
    };
    let inverse = 1.0 / multiple;
    Ok(Value::Vector(each(context.vector(&arguments[0], at)?, |value| (value * inverse + 0.5).floor() / inverse)))
}

/// The larger one; nothing is larger than infinity, and otherwise no number wins.
fn larger(a: f64, b: f64) -> f64 {
    match a.max(b) {
        f64::INFINITY => f64::INFINITY,
        _ if a.is_nan() || b.is_nan() => f64::NAN,
        larger => larger,
    }
}

/// The smaller one, as [`larger`].
fn smaller(a: f64, b: f64) -> f64 {
    -larger(-a, -b)
}

/// The `q`-quantile, between neighbours in proportion. NaN counts as the least.
pub(super) fn quantile_of(q: f64, mut values: Vec<f64>) -> f64 {
    if values.is_empty() || q.is_nan() {
        return f64::NAN;
    }
    if q < 0.0 {
        return f64::NEG_INFINITY;
    }
    if q > 1.0 {
        return f64::INFINITY;
    }
    values.sort_by(|a, b| b.is_nan().cmp(&a.is_nan()).then(a.total_cmp(b)));
    let rank = q * (values.len() - 1) as f64;
    let weight = rank - rank.floor();
    let below = rank.floor() as usize;
    let above = (below + 1).min(values.len() - 1);
    values[below] * (1.0 - weight) + values[above] * weight
}
