//! Aggregations: many elements made one a group.

use super::{Context, EvaluateError, math::quantile_of, sums::stays_infinite};
use crate::promql::{
    Element, NAME, format_number, label_name_is_valid,
    query::Value,
    tree::{Aggregation, Aggregator},
};
use palisade_model::Labels;
use std::{cmp::Ordering, collections::HashMap, sync::Arc};

pub(super) fn aggregate(
    context: &mut Context<'_>,
    aggregation: &Aggregation,
    at: i64,
) -> Result<Vec<Element>, EvaluateError> {
    let parameter = match &aggregation.parameter {
        Some(parameter) => context.value(parameter, at)?,
        None => Value::Scalar(0.0),
    };
    let elements = context.vector(&aggregation.inner, at)?;
    match (aggregation.operator, parameter) {
        (Aggregator::CountValues, Value::Text(label)) => count_values(aggregation, &label, &elements),
        (Aggregator::Largest, Value::Scalar(most)) => Ok(extremes(aggregation, most, elements, Ordering::Greater)),
        (Aggregator::Smallest, Value::Scalar(most)) => Ok(extremes(aggregation, most, elements, Ordering::Less)),
        (operator, Value::Scalar(parameter)) => Ok(grouped(aggregation, elements)
            .into_iter()
            .map(|(labels, members)| {
                let values = members.iter().map(|member| member.value).collect();
                Element { labels, value: value_of(operator, parameter, values) }
            })
            .collect()),
        _ => Err(EvaluateError::Invalid("the parameter of an aggregation was expected".to_owned())),
    }
}

/// The groups, in the order in which their first members come.
fn grouped(aggregation: &Aggregation, elements: Vec<Element>) -> Vec<(Arc<Labels>, Vec<Element>)> {
    let mut places: HashMap<Labels, usize> = HashMap::new();
    let mut groups: Vec<(Arc<Labels>, Vec<Element>)> = Vec::new();
    for element in elements {
        let labels = group_labels(aggregation, &element.labels);
        let place = *places.entry(labels).or_insert_with_key(|labels| {
            groups.push((Arc::new(labels.clone()), Vec::new()));
            groups.len() - 1
        });
        groups[place].1.push(element);
    }
    groups
}

fn group_labels(aggregation: &Aggregation, labels: &Labels) -> Labels {
    let named = |name: &String| aggregation.labels.contains(name);
    let stays = |name: &String| if aggregation.without { name != NAME && !named(name) } else { named(name) };
    labels.iter().filter(|(name, _)| stays(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn value_of(operator: Aggregator, parameter: f64, values: Vec<f64>) -> f64 {
    match operator {
        Aggregator::Sum => values.into_iter().sum::<f64>() + 0.0,
        Aggregator::Average => average(&values),
        Aggregator::Minimum => extreme(&values, |value, least| value < least),
        Aggregator::Maximum => extreme(&values, |value, most| value > most),
        Aggregator::Count => values.len() as f64,
        Aggregator::Variance => variance(&values),
        Aggregator::StandardDeviation => variance(&values).sqrt(),
        Aggregator::Quantile => quantile_of(parameter, values),
        Aggregator::Group | Aggregator::Largest | Aggregator::Smallest | Aggregator::CountValues => 1.0,
    }
}

/// The mean, made step by step so that large values do not overflow.
fn average(values: &[f64]) -> f64 {
    let mut mean = values.first().copied().unwrap_or(f64::NAN);
    for (before, value) in values.iter().enumerate().skip(1) {
        let count = (before + 1) as f64;
        if !stays_infinite(mean, *value) {
            mean += value / count - mean / count;
        }
    }
    mean
}

fn extreme(values: &[f64], beats: fn(f64, f64) -> bool) -> f64 {
    let choose = |best: f64, value: f64| if beats(value, best) || best.is_nan() { value } else { best };
    values.iter().copied().reduce(choose).unwrap_or(f64::NAN)
}

/// Welford's variance, from the first value on: that of a single one is 0, whatever it is.
fn variance(values: &[f64]) -> f64 {
    let mut mean = values.first().copied().unwrap_or(f64::NAN);
    let mut squares = 0.0;
    for (before, value) in values.iter().enumerate().skip(1) {
        let difference = value - mean;
        mean += difference / (before + 1) as f64;
        squares += difference * (value - mean);
    }
    squares / values.len() as f64
}

/// The `most` largest or smallest elements of each group, with all their labels, the first one first.
fn extremes(aggregation: &Aggregation, most: f64, elements: Vec<Element>, first: Ordering) -> Vec<Element> {
    let most = if most >= 1.0 { most as usize } else { 0 };
    let mut kept = Vec::new();
    for (_, mut members) in grouped(aggregation, elements) {
        members.sort_by(|a, b| {
            let order = b.value.partial_cmp(&a.value).unwrap_or_else(|| a.value.is_nan().cmp(&b.value.is_nan()));
            match first {
                Ordering::Less if !a.value.is_nan() && !b.value.is_nan() => order.reverse(),
                _ => order,
            }
        });
        members.truncate(most);
        kept.extend(members);
    }
    kept
}

/// How often each value is there, by value.
fn count_values(aggregation: &Aggregation, label: &str, elements: &[Element]) -> Result<Vec<Element>, EvaluateError> {
    if !label_name_is_valid(label) {
        return Err(EvaluateError::Invalid(format!("count_values: '{label}' cannot be the name of a label")));
    }
    let mut counts: HashMap<Labels, f64> = HashMap::new();
    for element in elements {
        let mut labels = group_labels(aggregation, &element.labels);
        labels.insert(label.to_owned(), written(element.value));
        *counts.entry(labels).or_default() += 1.0;
    }
    Ok(counts.into_iter().map(|(labels, value)| Element { labels: Arc::new(labels), value }).collect())
}

/// A value without an exponent, as Prometheus writes it here.
fn written(value: f64) -> String {
    if value.is_finite() { format!("{value}") } else { format_number(value) }
}
