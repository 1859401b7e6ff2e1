//! The calendar, in UTC.

use super::{Context, EvaluateError, context::each};
use crate::promql::{Element, query::Value, tree::Expr};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use std::sync::Arc;

/// What `run` says of a number of seconds since the epoch; NaN for what is no time.
pub(super) fn of_value(seconds: f64, run: impl Fn(&DateTime) -> f64) -> f64 {
    if !seconds.is_finite() {
        return f64::NAN;
    }
    let instant = Timestamp::from_second(seconds.trunc() as i64);
    instant.map_or(f64::NAN, |instant| run(&instant.to_zoned(TimeZone::UTC).datetime()))
}

/// What `run` says of the time of evaluation.
pub(super) fn of_now(at: i64, run: impl Fn(&DateTime) -> f64) -> Element {
    Element { labels: Arc::default(), value: of_value(at as f64 / 1000.0, run) }
}

pub(in crate::promql) fn year(context: &mut Context<'_>, arguments: &[Expr], at: i64) -> Result<Value, EvaluateError> {
    wide(context, arguments, at, |date| f64::from(date.year()))
}

pub(in crate::promql) fn day_of_year(
    context: &mut Context<'_>,
    arguments: &[Expr],
    at: i64,
) -> Result<Value, EvaluateError> {
    wide(context, arguments, at, |date| f64::from(date.day_of_year()))
}

/// What does not fit the small numbers of the other functions.
fn wide(
    context: &mut Context<'_>,
    arguments: &[Expr],
    at: i64,
    run: fn(&DateTime) -> f64,
) -> Result<Value, EvaluateError> {
    Ok(Value::Vector(match arguments.first() {
        Some(argument) => each(context.vector(argument, at)?, |value| of_value(value, run)),
        None => vec![of_now(at, run)],
    }))
}
