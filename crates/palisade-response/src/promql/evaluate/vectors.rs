//! Functions that make vectors and scalars of each other, order them, or say that there is none.

use super::{
    Context, EvaluateError,
    context::{unique, without_name},
};
use crate::promql::{
    Element, Matcher, NAME, Operation,
    query::Value,
    tree::{Expr, Node},
};
use palisade_model::Labels;
use std::{cmp::Ordering, collections::BTreeSet, sync::Arc};

type Result<T> = std::result::Result<T, EvaluateError>;

pub(in crate::promql) fn time(_: &mut Context<'_>, _: &[Expr], at: i64) -> Result<Value> {
    Ok(Value::Scalar(at as f64 / 1000.0))
}

pub(in crate::promql) fn vector(context: &mut Context<'_>, arguments: &[Expr], at: i64) -> Result<Value> {
    let value = context.scalar(&arguments[0], at)?;
    Ok(Value::Vector(vec![Element { labels: Arc::default(), value }]))
}

pub(in crate::promql) fn scalar(context: &mut Context<'_>, arguments: &[Expr], at: i64) -> Result<Value> {
    let elements = context.vector(&arguments[0], at)?;
    Ok(Value::Scalar(match elements.as_slice() {
        [only] => only.value,
        _ => f64::NAN,
    }))
}

/// When the sample of a selector was taken; of anything else, the time of evaluation.
pub(in crate::promql) fn timestamp(context: &mut Context<'_>, arguments: &[Expr], at: i64) -> Result<Value> {
    let seconds = |at: i64| at as f64 / 1000.0;
    let found: Vec<Element> = match &arguments[0].bare().node {
        Node::Selector(selector) => {
            let found = context.selected(selector, at)?.into_iter();
            found.map(|(labels, sample)| Element { labels: without_name(&labels), value: seconds(sample.at) }).collect()
        }
        _ => super::context::each(context.vector(&arguments[0], at)?, |_| seconds(at)),
    };
    unique(found).map(Value::Vector)
}

pub(in crate::promql) fn sort(context: &mut Context<'_>, arguments: &[Expr], at: i64) -> Result<Value> {
    sorted(context, arguments, at, |a, b| a.total_cmp(&b))
}

pub(in crate::promql) fn sort_descending(context: &mut Context<'_>, arguments: &[Expr], at: i64) -> Result<Value> {
    sorted(context, arguments, at, |a, b| b.total_cmp(&a))
}

fn sorted(context: &mut Context<'_>, arguments: &[Expr], at: i64, order: fn(f64, f64) -> Ordering) -> Result<Value> {
    let mut elements = context.vector(&arguments[0], at)?;
    let last = |value: f64| value.is_nan();
    elements.sort_by(|a, b| last(a.value).cmp(&last(b.value)).then_with(|| order(a.value, b.value)));
    Ok(Value::Vector(elements))
}

pub(in crate::promql) fn absent(context: &mut Context<'_>, arguments: &[Expr], at: i64) -> Result<Value> {
    let found = context.vector(&arguments[0], at)?;
    Ok(Value::Vector(if found.is_empty() { vec![missing(&arguments[0])] } else { Vec::new() }))
}

pub(in crate::promql) fn absent_over_time(context: &mut Context<'_>, arguments: &[Expr], at: i64) -> Result<Value> {
    let mut is_there = false;
    context.each_window(&arguments[0], at, &mut |_, _| is_there = true)?;
    Ok(Value::Vector(if is_there { Vec::new() } else { vec![missing(&arguments[0])] }))
}

/// 1 with the labels that the selector asks for.
fn missing(expr: &Expr) -> Element {
    let labels = match &expr.node {
        Node::Selector(selector) | Node::Range(selector, _) => labels_of(&selector.matchers),
        _ => Labels::new(),
    };
    Element { labels: Arc::new(labels), value: 1.0 }
}

/// The labels that are asked for by `=`, unless something else is asked of them as well.
fn labels_of(matchers: &[Matcher]) -> Labels {
    let mut labels = Labels::new();
    let mut seen = BTreeSet::new();
    for matcher in matchers.iter().filter(|matcher| matcher.name != NAME) {
        if matcher.operation == Operation::Equal && seen.insert(&matcher.name) {
            labels.insert(matcher.name.clone(), matcher.value.clone());
        } else {
            labels.remove(&matcher.name);
        }
    }
    labels.retain(|_, value| !value.is_empty());
    labels
}
