//! One evaluation: what was fetched, what was spent, and the way through the tree.

use super::{EvaluateError, aggregate, binary, dates, scalar_binary, windows::Window};
use crate::promql::{
    Element, NAME, Options, Queryable, Sample, Series,
    function::{Function, Run},
    is_stale,
    limits::Meter,
    query::Value,
    series::window,
    tree::{At, Binary, Expr, Kind, Node, Selector, Shift},
};
use palisade_model::Labels;
use regex_automata::meta::Regex;
use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

/// One evaluation.
pub(in crate::promql) struct Context<'a> {
    pub(super) data: &'a dyn Queryable,
    pub(super) start: i64,
    pub(super) end: i64,
    pub(super) options: &'a Options,
    pub(super) meter: Meter,
    /// What each selector gave.
    pub(super) fetched: Vec<Arc<[Series]>>,
    /// Regular expressions of `label_replace`.
    pub(super) regexes: BTreeMap<String, Regex>,
}

impl<'a> Context<'a> {
    pub(in crate::promql) fn new(data: &'a dyn Queryable, start: i64, end: i64, options: &'a Options) -> Self {
        let meter = Meter::new(options.limits);
        Self { data, start, end, options, meter, fetched: Vec::new(), regexes: BTreeMap::new() }
    }

    /// What an expression gives at a time. Ranges are left to those who take them.
    pub(in crate::promql) fn value(&mut self, expr: &Expr, at: i64) -> Result<Value, EvaluateError> {
        match &expr.node {
            Node::Number(number) => Ok(Value::Scalar(*number)),
            Node::Text(text) => Ok(Value::Text(text.clone())),
            Node::Paren(inner) => self.value(inner, at),
            Node::Selector(selector) => self.selected(selector, at).map(|found| {
                Value::Vector(
                    found.into_iter().map(|(labels, sample)| Element { labels, value: sample.value }).collect(),
                )
            }),
            Node::Negative(inner) => self.negative(inner, at),
            Node::Binary(binary) => self.binary(binary, at),
            Node::Aggregation(aggregation) => aggregate::aggregate(self, aggregation, at).map(Value::Vector),
            Node::Call(function, arguments) => self.call(function, arguments, at),
            Node::Range(..) | Node::Subquery(_) => self.windows(expr, at).map(Value::Matrix),
        }
    }

    pub(super) fn vector(&mut self, expr: &Expr, at: i64) -> Result<Vec<Element>, EvaluateError> {
        match self.value(expr, at)? {
            Value::Vector(elements) => Ok(elements),
            _ => Err(EvaluateError::Invalid("an instant vector was expected".to_owned())),
        }
    }

    pub(super) fn scalar(&mut self, expr: &Expr, at: i64) -> Result<f64, EvaluateError> {
        match self.value(expr, at)? {
            Value::Scalar(number) => Ok(number),
            _ => Err(EvaluateError::Invalid("a scalar was expected".to_owned())),
        }
    }

    /// When a selector or subquery is looked at.
    pub(super) fn shifted(&self, shift: &Shift, at: i64) -> i64 {
        let base = match shift.at {
            None => at,
            Some(At::Time(time)) => time,
            Some(At::Start) => self.start,
            Some(At::End) => self.end,
        };
        base.saturating_sub(shift.offset.unwrap_or(0))
    }

    /// The latest sample of each series of a selector, unless it is too old or the series has ended.
    pub(super) fn selected(
        &mut self,
        selector: &Selector,
        at: i64,
    ) -> Result<Vec<(Arc<Labels>, Sample)>, EvaluateError> {
        let to = self.shifted(&selector.shift, at);
        let from = to.saturating_sub(self.options.lookback);
        let series = self.fetched.get(selector.slot).map(Arc::clone).unwrap_or_default();
        self.meter.samples(series.len())?;
        let latest = series.iter().filter_map(|series| {
            let sample = window(&series.samples, from, to).last()?;
            (!is_stale(sample.value)).then(|| (Arc::clone(&series.labels), *sample))
        });
        Ok(latest.collect())
    }

    /// Evaluates again and again; the results of each set of labels become a series.
    pub(in crate::promql) fn steps(
        &mut self,
        expr: &Expr,
        start: i64,
        end: i64,
        step: i64,
    ) -> Result<Vec<Series>, EvaluateError> {
        if step <= 0 {
            return Err(EvaluateError::Invalid("the step must be longer than 0".to_owned()));
        }
        if end < start {
            return Ok(Vec::new());
        }
        let steps = end.saturating_sub(start) / step;
        self.meter.steps(steps.unsigned_abs().saturating_add(1))?;
        let mut gathered: BTreeMap<Arc<Labels>, Vec<Sample>> = BTreeMap::new();
        for index in 0..=steps {
            let at = start.saturating_add(index.saturating_mul(step));
            for element in self.value(expr, at)?.into_vector()? {
                gathered.entry(element.labels).or_default().push(Sample { at, value: element.value });
            }
            self.meter.series(gathered.len())?;
        }
        Ok(gathered.into_iter().map(|(labels, samples)| Series { labels, samples }).collect())
    }

    fn negative(&mut self, inner: &Expr, at: i64) -> Result<Value, EvaluateError> {
        match self.value(inner, at)? {
            Value::Scalar(number) => Ok(Value::Scalar(-number)),
            Value::Vector(elements) => unique(each(elements, |value| -value)).map(Value::Vector),
            other => Ok(other),
        }
    }

    fn binary(&mut self, binary: &Binary, at: i64) -> Result<Value, EvaluateError> {
        let left = self.value(&binary.left, at)?;
        let right = self.value(&binary.right, at)?;
        let elements = match (left, right) {
            (Value::Scalar(left), Value::Scalar(right)) => {
                return Ok(Value::Scalar(scalar_binary::scalars(binary.operator, left, right)));
            }
            (Value::Vector(left), Value::Scalar(right)) => scalar_binary::vector(binary, left, right, false),
            (Value::Scalar(left), Value::Vector(right)) => scalar_binary::vector(binary, right, left, true),
            (Value::Vector(left), Value::Vector(right)) => binary::vectors(binary, left, right)?,
            _ => return Err(EvaluateError::Invalid("an operator stands between scalars and vectors".to_owned())),
        };
        unique(elements).map(Value::Vector)
    }

    fn call(&mut self, function: &Function, arguments: &[Expr], at: i64) -> Result<Value, EvaluateError> {
        match (function.run, arguments) {
            (Run::Whole(run), _) => match run(self, arguments, at)? {
                Value::Vector(elements) => unique(elements).map(Value::Vector),
                other => Ok(other),
            },
            (Run::Each(run), [vector]) => unique(each(self.vector(vector, at)?, run)).map(Value::Vector),
            (Run::Date(run), []) => Ok(Value::Vector(vec![dates::of_now(at, |date| f64::from(run(date)))])),
            (Run::Date(run), [vector, ..]) => {
                let elements = self.vector(vector, at)?;
                unique(each(elements, |value| dates::of_value(value, |date| f64::from(run(date))))).map(Value::Vector)
            }
            (Run::Range(run), _) => self.over_range(arguments, at, run, false),
            (Run::RangeNamed(run), _) => self.over_range(arguments, at, run, true),
            (Run::Each(_), _) => Err(EvaluateError::Invalid(format!("{} takes one vector", function.name))),
        }
    }

    fn over_range(
        &mut self,
        arguments: &[Expr],
        at: i64,
        run: fn(&Window<'_>, &[f64]) -> Option<f64>,
        named: bool,
    ) -> Result<Value, EvaluateError> {
        let mut scalars = Vec::new();
        for argument in arguments.iter().filter(|argument| argument.kind() == Kind::Scalar) {
            scalars.push(self.scalar(argument, at)?);
        }
        let Some(range) = arguments.iter().find(|argument| argument.kind() == Kind::Range) else {
            return Err(EvaluateError::Invalid("a range vector was expected".to_owned()));
        };
        let mut elements = Vec::new();
        self.each_window(range, at, &mut |labels, window| {
            if let Some(value) = run(window, &scalars) {
                let labels = if named { Arc::clone(labels) } else { without_name(labels) };
                elements.push(Element { labels, value });
            }
        })?;
        unique(elements).map(Value::Vector)
    }
}

/// Every number made another; the name of the metric does not fit any more.
pub(super) fn each(elements: Vec<Element>, run: impl Fn(f64) -> f64) -> Vec<Element> {
    let made = |element: Element| Element { labels: without_name(&element.labels), value: run(element.value) };
    elements.into_iter().map(made).collect()
}

/// The labels without the name of the metric.
pub(super) fn without_name(labels: &Arc<Labels>) -> Arc<Labels> {
    if !labels.contains_key(NAME) {
        return Arc::clone(labels);
    }
    let mut kept = Labels::clone(labels);
    kept.remove(NAME);
    Arc::new(kept)
}

/// Refuses two elements of the same labels.
pub(super) fn unique(elements: Vec<Element>) -> Result<Vec<Element>, EvaluateError> {
    let mut seen = HashSet::with_capacity(elements.len());
    if elements.iter().all(|element| seen.insert(&element.labels)) {
        drop(seen);
        return Ok(elements);
    }
    Err(EvaluateError::Invalid("the result has the same labels twice: keep a label that tells them apart".to_owned()))
}
