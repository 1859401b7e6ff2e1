//! Ranges: the samples of each series between two times.

use super::{Context, EvaluateError};
use crate::promql::{
    Sample, Series, is_stale,
    series::window,
    tree::{Expr, Node, Subquery},
};
use palisade_model::Labels;
use std::{borrow::Cow, sync::Arc};

/// The samples of one series between two times, both included; never without samples.
#[derive(Debug)]
pub(in crate::promql) struct Window<'a> {
    pub(super) samples: &'a [Sample],
    /// When it begins and ends, in milliseconds.
    pub(super) start: i64,
    pub(super) end: i64,
    /// When the function is evaluated.
    pub(super) now: i64,
}

impl Window<'_> {
    /// Its length in seconds.
    pub(super) fn seconds(&self) -> f64 {
        (self.end - self.start) as f64 / 1000.0
    }

    pub(super) fn values(&self) -> impl DoubleEndedIterator<Item = f64> + '_ {
        self.samples.iter().map(|sample| sample.value)
    }
}

/// Is told of each series in a range.
type Visit<'v> = dyn FnMut(&Arc<Labels>, &Window<'_>) + 'v;

impl Context<'_> {
    /// Tells of each series that has samples in the range.
    pub(super) fn each_window(&mut self, expr: &Expr, now: i64, visit: &mut Visit<'_>) -> Result<(), EvaluateError> {
        let (series, start, end) = match &expr.bare().node {
            Node::Range(selector, range) => {
                let end = self.shifted(&selector.shift, now);
                let series = self.fetched.get(selector.slot).map(Arc::clone).unwrap_or_default();
                (series, end.saturating_sub(*range), end)
            }
            Node::Subquery(subquery) => {
                let end = self.shifted(&subquery.shift, now);
                let start = end.saturating_sub(subquery.range);
                (self.subquery(subquery, start, end)?.into(), start, end)
            }
            _ => return Err(EvaluateError::Invalid("a range vector was expected".to_owned())),
        };
        for series in series.iter() {
            let samples = not_stale(window(&series.samples, start, end));
            self.meter.samples(samples.len())?;
            if !samples.is_empty() {
                visit(&series.labels, &Window { samples: &samples, start, end, now });
            }
        }
        Ok(())
    }

    /// The series of a range with their samples.
    pub(in crate::promql) fn windows(&mut self, expr: &Expr, now: i64) -> Result<Vec<Series>, EvaluateError> {
        let mut found = Vec::new();
        self.each_window(expr, now, &mut |labels, window| {
            found.push(Series { labels: Arc::clone(labels), samples: window.samples.to_vec() });
        })?;
        Ok(found)
    }

    /// Evaluates the inner expression at every multiple of the step in the range.
    fn subquery(&mut self, subquery: &Subquery, start: i64, end: i64) -> Result<Vec<Series>, EvaluateError> {
        let step = subquery.step.unwrap_or(self.options.subquery_step).max(1);
        let aligned = step.saturating_mul(start.div_euclid(step));
        let first = if aligned < start { aligned.saturating_add(step) } else { aligned };
        self.steps(&subquery.inner, first, end, step)
    }
}

/// The samples that do not say that the series has ended.
fn not_stale(samples: &[Sample]) -> Cow<'_, [Sample]> {
    if samples.iter().any(|sample| is_stale(sample.value)) {
        samples.iter().copied().filter(|sample| !is_stale(sample.value)).collect()
    } else {
        Cow::Borrowed(samples)
    }
}
