//! The series that together are one histogram, summary or counter.

use super::{
    family::Type,
    line::{Labels, Sample, from_seconds},
};
use crate::buckets::whole_number;
use palisade_model::{Distribution, MetricKind, Quantile, Timestamp};
use std::borrow::Cow;

/// The most buckets or quantiles of one point.
const PARTS_MAX: usize = 1_024;

/// What one sample tells of a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Part {
    /// How many values are at most this.
    Bucket(f64),
    /// The value of this quantile.
    Quantile(f64),
    Sum,
    Count,
    /// The value of a counter.
    Total,
    /// When counting began, in seconds since the epoch.
    Created,
}

/// The parts so far.
#[derive(Debug)]
pub(super) struct Group<'b> {
    /// Where it begins.
    pub(super) line: usize,
    pub(super) labels: Labels<'b>,
    pub(super) time: Option<Timestamp>,
    parts: Vec<(Part, f64)>,
}

/// A point.
pub(super) struct Whole<'b> {
    pub(super) sample: Sample<'b>,
    pub(super) kind: MetricKind,
    pub(super) start_time: Timestamp,
    pub(super) distribution: Option<Distribution>,
}

impl<'b> Group<'b> {
    pub(super) fn new(line: usize, labels: Labels<'b>, time: Option<Timestamp>) -> Self {
        Self { line, labels, time, parts: Vec::new() }
    }

    pub(super) fn add(&mut self, part: Part, value: f64) {
        self.parts.push((part, value));
    }

    /// One point when everything is there, else one for every part; or why there is none.
    pub(super) fn finish(self, family: &'b str, kind: Type) -> Vec<Result<Whole<'b>, String>> {
        match self.whole(family, kind) {
            Ok(Some(whole)) => vec![Ok(whole)],
            Ok(None) => self.parts.iter().map(|(part, value)| Ok(self.apart(family, kind, *part, *value))).collect(),
            Err(problem) => vec![Err(problem)],
        }
    }

    /// `None` when something is missing.
    fn whole(&self, family: &'b str, kind: Type) -> Result<Option<Whole<'b>>, String> {
        if let Some(total) = self.single(Part::Total)? {
            return Ok(Some(self.point(Cow::Owned(format!("{family}_total")), MetricKind::Counter, total, None)?));
        }
        let (Some(sum), Some(count)) = (self.single(Part::Sum)?, self.single(Part::Count)?) else { return Ok(None) };
        let count = whole_number(count)?;
        let distribution = match kind {
            Type::Summary => Some(self.quantiles(count)?),
            _ => self.buckets(count)?,
        };
        let Some(distribution) = distribution else { return Ok(None) };
        if !sum.is_finite() {
            return Err(format!("its sum is {sum}, which cannot be kept"));
        }
        let kind = if kind == Type::GaugeHistogram { MetricKind::Gauge } else { MetricKind::Counter };
        self.point(Cow::Borrowed(family), kind, sum, Some(distribution)).map(Some)
    }

    fn point(
        &self,
        name: Cow<'b, str>,
        kind: MetricKind,
        value: f64,
        distribution: Option<Distribution>,
    ) -> Result<Whole<'b>, String> {
        let created = self.single(Part::Created)?.and_then(from_seconds).unwrap_or_default();
        let start_time = Timestamp::from_nanos(created.nanos().max(0));
        let sample = Sample { name, labels: self.labels.clone(), value, time: self.time };
        Ok(Whole { sample, kind, start_time, distribution })
    }

    /// The value of a part that may stand once.
    fn single(&self, wanted: Part) -> Result<Option<f64>, String> {
        let mut found = self.parts.iter().filter(|(part, _)| *part == wanted).map(|(_, value)| *value);
        match (found.next(), found.next()) {
            (_, Some(_)) => Err("a series of it stands twice".to_owned()),
            (value, None) => Ok(value),
        }
    }

    fn quantiles(&self, count: u64) -> Result<Distribution, String> {
        let mut quantiles = Vec::new();
        for (part, value) in &self.parts {
            match part {
                Part::Quantile(quantile) if !(0.0..=1.0).contains(quantile) => {
                    return Err("one of its quantiles lies outside 0 to 1".to_owned());
                }
                // Of no values there are no quantiles, which is shown as NaN.
                Part::Quantile(quantile) if !value.is_nan() => {
                    quantiles.push(Quantile { quantile: *quantile, value: finite(*value)? });
                }
                _ => {}
            }
        }
        check_many(quantiles.len())?;
        quantiles.sort_by(|a, b| a.quantile.total_cmp(&b.quantile));
        if quantiles.windows(2).any(|pair| pair[0].quantile >= pair[1].quantile) {
            return Err("one of its quantiles stands twice".to_owned());
        }
        Ok(Distribution { count, quantiles, ..Distribution::default() })
    }

    /// The buckets with their own counts; `None` when the one up to infinity is missing.
    fn buckets(&self, count: u64) -> Result<Option<Distribution>, String> {
        let bucket = |(part, value): &(Part, f64)| match part {
            Part::Bucket(bound) => Some((*bound, *value)),
            _ => None,
        };
        let mut cumulative: Vec<(f64, f64)> = self.parts.iter().filter_map(bucket).collect();
        cumulative.sort_by(|a, b| a.0.total_cmp(&b.0));
        check_many(cumulative.len())?;
        let Some(((f64::INFINITY, _), below)) = cumulative.split_last() else { return Ok(None) };
        if !below.iter().all(|(bound, _)| bound.is_finite()) || !cumulative.is_sorted_by(|a, b| a.0 < b.0) {
            return Err("the bounds of its buckets are not finite, or one stands twice".to_owned());
        }
        let mut counts = Vec::with_capacity(cumulative.len());
        let mut before = 0;
        for (bound, value) in &cumulative {
            let up_to = whole_number(*value)?;
            let own = up_to.checked_sub(before).ok_or_else(|| format!("fewer values are at most {bound} than less"))?;
            counts.push(own);
            before = up_to;
        }
        if before != count {
            return Err(format!("its buckets hold {before} values, and its count is {count}"));
        }
        let bounds = below.iter().map(|(bound, _)| *bound).collect();
        Ok(Some(Distribution { count, bounds, counts, ..Distribution::default() }))
    }

    /// A part as a point of its own, as the text shows it.
    fn apart(&self, family: &str, kind: Type, part: Part, value: f64) -> Whole<'b> {
        let prefix = if kind == Type::GaugeHistogram { "_g" } else { "_" };
        let (ending, label) = match part {
            Part::Bucket(bound) => ("_bucket".to_owned(), Some(("le", number(bound)))),
            Part::Quantile(quantile) => (String::new(), Some(("quantile", number(quantile)))),
            Part::Sum => (format!("{prefix}sum"), None),
            Part::Count => (format!("{prefix}count"), None),
            Part::Total => ("_total".to_owned(), None),
            Part::Created => ("_created".to_owned(), None),
        };
        let mut labels = self.labels.clone();
        labels.extend(label.map(|(name, value)| (name, Cow::Owned(value))));
        let is_gauge = kind == Type::GaugeHistogram || matches!(part, Part::Quantile(_) | Part::Created);
        Whole {
            sample: Sample { name: Cow::Owned(format!("{family}{ending}")), labels, value, time: self.time },
            kind: if is_gauge { MetricKind::Gauge } else { MetricKind::Counter },
            start_time: Timestamp::default(),
            distribution: None,
        }
    }
}

/// A bound as Prometheus writes it.
fn number(bound: f64) -> String {
    match bound {
        f64::INFINITY => "+Inf".to_owned(),
        f64::NEG_INFINITY => "-Inf".to_owned(),
        bound => bound.to_string(),
    }
}

fn check_many(parts: usize) -> Result<(), String> {
    match parts {
        0..=PARTS_MAX => Ok(()),
        _ => Err(format!("it has {parts} buckets or quantiles; at most {PARTS_MAX} are kept")),
    }
}

fn finite(value: f64) -> Result<f64, String> {
    if value.is_finite() { Ok(value) } else { Err(format!("one of its values is {value}, which cannot be kept")) }
}
