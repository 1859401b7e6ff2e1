//! `histogram_quantile` over classic buckets: counters with an upper bound in the label `le`.

use super::{Context, EvaluateError};
use crate::promql::{Element, NAME, number::parse_number, query::Value, tree::Expr};
use palisade_model::Labels;
use std::{collections::BTreeMap, sync::Arc};

/// The label that holds a bucket's upper bound.
const BOUND: &str = "le";

#[derive(Clone, Copy)]
struct Bucket {
    upper: f64,
    count: f64,
}

pub(in crate::promql) fn quantile(
    context: &mut Context<'_>,
    arguments: &[Expr],
    at: i64,
) -> Result<Value, EvaluateError> {
    let q = context.scalar(&arguments[0], at)?;
    let mut histograms: BTreeMap<Labels, Vec<Bucket>> = BTreeMap::new();
    for element in context.vector(&arguments[1], at)? {
        let bound = element.labels.get(BOUND).and_then(|bound| parse_number(bound));
        if let Some(upper) = bound {
            let mut labels = Labels::clone(&element.labels);
            labels.remove(BOUND);
            labels.remove(NAME);
            histograms.entry(labels).or_default().push(Bucket { upper, count: element.value });
        }
    }
    let made = histograms
        .into_iter()
        .map(|(labels, buckets)| Element { labels: Arc::new(labels), value: quantile_of_buckets(q, buckets) });
    Ok(Value::Vector(made.collect()))
}

/// The quantile, taken as spread evenly within its bucket.
fn quantile_of_buckets(q: f64, mut buckets: Vec<Bucket>) -> f64 {
    if q.is_nan() {
        return f64::NAN;
    }
    if q < 0.0 {
        return f64::NEG_INFINITY;
    }
    if q > 1.0 {
        return f64::INFINITY;
    }
    buckets.sort_by(|a, b| a.upper.total_cmp(&b.upper));
    if buckets.last().is_none_or(|last| last.upper != f64::INFINITY) {
        return f64::NAN;
    }
    let buckets = rising(merged(buckets));
    let [.., before_last, last] = buckets.as_slice() else {
        return f64::NAN;
    };
    if last.count == 0.0 {
        return f64::NAN;
    }
    let rank = q * last.count;
    let place = buckets[..buckets.len() - 1].iter().position(|bucket| bucket.count >= rank);
    match place {
        None => before_last.upper,
        Some(0) if buckets[0].upper <= 0.0 => buckets[0].upper,
        Some(0) => buckets[0].upper * (rank / buckets[0].count),
        Some(place) => {
            let (below, bucket) = (buckets[place - 1], buckets[place]);
            let part = (rank - below.count) / (bucket.count - below.count);
            below.upper + (bucket.upper - below.upper) * part
        }
    }
}

/// Buckets of one bound made one.
fn merged(buckets: Vec<Bucket>) -> Vec<Bucket> {
    let mut merged: Vec<Bucket> = Vec::with_capacity(buckets.len());
    for bucket in buckets {
        match merged.last_mut() {
            Some(last) if last.upper == bucket.upper => last.count += bucket.count,
            _ => merged.push(bucket),
        }
    }
    merged
}

/// Counts that fall, because buckets were read at different times, are lifted to the ones before them.
fn rising(mut buckets: Vec<Bucket>) -> Vec<Bucket> {
    let mut most = buckets.first().map_or(0.0, |bucket| bucket.count);
    for bucket in buckets.iter_mut().skip(1) {
        if bucket.count > most {
            most = bucket.count;
        } else if bucket.count < most {
            bucket.count = most;
        }
    }
    buckets
}
