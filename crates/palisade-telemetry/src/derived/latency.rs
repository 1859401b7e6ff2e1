//! How slow operations are and how many of them fail: a quantile sketch for each operation and interval.
//!
//! Spans go into a sketch with a relative error of 2 % (Masson, Rim and Lee, *DDSketch*, 2019). When an interval ends,
//! each operation gives points: median, 95th and 99th percentile, rate, and share of failures.

use super::intervals::Intervals;
use palisade_model::Timestamp;
use serde::{Deserialize, Serialize};
use sketches_ddsketch::{Config, DDSketch};
use std::collections::HashMap;

/// Relative error of quantiles, bins of a sketch, and the shortest duration told apart, in seconds.
const ERROR: f64 = 0.02;
const BINS: u32 = 512;
const SHORTEST: f64 = 1e-7;
/// The longest duration that is believed, in seconds.
const LONGEST: f64 = 1e7;
/// Bytes of the name of an operation.
const NAME_BYTES_MAX: usize = 512;
/// With fewer spans in an interval than this, a percentile says nothing of the operation.
const FEWEST: u64 = 5;
/// Spans that are added to those that did not fail.
const SMOOTHING: f64 = 5.0;
/// Intervals without a span after which an operation is let go.
const SILENT_INTERVALS: u32 = 60;

/// What counts of a span.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpanFacts<'a> {
    /// Service and operation, as one name.
    pub operation: &'a str,
    /// When it ended.
    pub end: Timestamp,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// Whether it failed.
    pub failed: bool,
}

/// What the spans of one operation were in one interval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SpanPoint {
    /// The operation.
    pub operation: String,
    /// The end of the interval.
    pub time: Timestamp,
    /// Spans a second.
    pub rate: f64,
    /// Share of spans that failed, as if five more had been fine: one failure of one span is not a share of 1.
    pub failures: f64,
    /// Median, 95th and 99th percentile in seconds; none with fewer than five spans.
    pub percentiles: Option<[f64; 3]>,
}

struct Operation {
    sketch: DDSketch,
    spans: u64,
    failed: u64,
    silent: u32,
}

impl Operation {
    fn new() -> Self {
        Self { sketch: DDSketch::new(Config::new(ERROR, BINS, SHORTEST)), spans: 0, failed: 0, silent: 0 }
    }

    fn point(&self, name: &str, time: Timestamp, seconds: f64) -> SpanPoint {
        let quantile = |share| self.sketch.quantile(share).ok().flatten().unwrap_or(0.0);
        SpanPoint {
            operation: name.to_owned(),
            time,
            rate: self.spans as f64 / seconds,
            failures: self.failed as f64 / (self.spans as f64 + SMOOTHING),
            percentiles: (self.spans >= FEWEST).then(|| [0.5, 0.95, 0.99].map(quantile)),
        }
    }

    fn clear(&mut self) {
        self.silent = if self.spans == 0 { self.silent + 1 } else { 0 };
        if self.spans > 0 {
            let silent = self.silent;
            *self = Self { silent, ..Self::new() };
        }
    }
}

/// The operations of which spans come.
pub struct Operations {
    intervals: Intervals,
    operations: HashMap<String, Operation>,
    operations_max: usize,
    /// Spans of operations beyond the limit.
    left_out: u64,
}

impl Operations {
    /// Intervals of `seconds`, and at most `operations_max` operations at a time.
    #[must_use]
    pub fn new(seconds: u32, operations_max: usize) -> Self {
        Self { intervals: Intervals::new(seconds), operations: HashMap::new(), operations_max, left_out: 0 }
    }

    /// Takes a span in. When its time ends an interval, the points of that interval come back.
    pub fn observe(&mut self, span: SpanFacts<'_>) -> Vec<SpanPoint> {
        let points = self.advance(span.end);
        let name = &span.operation[..span.operation.floor_char_boundary(NAME_BYTES_MAX)];
        if !self.operations.contains_key(name) {
            if self.operations.len() >= self.operations_max {
                self.left_out += 1;
                return points;
            }
            self.operations.insert(name.to_owned(), Operation::new());
        }
        if let Some(operation) = self.operations.get_mut(name) {
            operation.spans += 1;
            operation.failed += u64::from(span.failed);
            // What is no duration counts as a span, but not as slow or fast.
            if span.seconds.is_finite() && span.seconds >= 0.0 {
                operation.sketch.add(span.seconds.min(LONGEST));
            }
        }
        points
    }

    /// Moves on to `now`, so that an interval ends though no span comes.
    pub fn advance(&mut self, now: Timestamp) -> Vec<SpanPoint> {
        let Some(ended) = self.intervals.advance(now) else { return Vec::new() };
        let seconds = self.intervals.seconds();
        let mut points: Vec<SpanPoint> =
            self.operations.iter().map(|(name, operation)| operation.point(name, ended.end, seconds)).collect();
        points.sort_by(|a, b| a.operation.cmp(&b.operation));
        self.operations.values_mut().for_each(Operation::clear);
        self.operations.retain(|_, operation| operation.silent < SILENT_INTERVALS);
        points
    }

    /// Spans that were left out because there were too many operations.
    #[must_use]
    pub const fn left_out(&self) -> u64 {
        self.left_out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(operation: &str, second: i64, seconds: f64, failed: bool) -> SpanFacts<'_> {
        SpanFacts { operation, end: Timestamp::from_millis(second * 1_000), seconds, failed }
    }

    #[test]
    fn an_interval_gives_percentiles_rate_and_failures() {
        let mut operations = Operations::new(10, 10);
        for index in 0..100 {
            assert!(operations.observe(span("shop pay", 5, f64::from(index) / 100.0, index < 21)).is_empty());
        }
        let points = operations.observe(span("shop pay", 10, 1.0, false));
        let [point] = &points[..] else { panic!("{points:?}") };
        assert_eq!((point.rate, point.failures, point.time.millis()), (10.0, 0.2, 10_000));
        let [median, _, slow] = point.percentiles.unwrap();
        assert!((median - 0.5).abs() < 0.03 && (slow - 0.98).abs() < 0.04, "{median} {slow}");
    }

    #[test]
    fn few_spans_say_nothing_of_percentiles_and_one_failure_is_not_all() {
        let mut operations = Operations::new(10, 10);
        operations.observe(span("a", 5, f64::NAN, true));
        let points = operations.advance(Timestamp::from_millis(11_000));
        assert!(points[0].percentiles.is_none() && points[0].failures < 0.2);
    }

    #[test]
    fn operations_are_bounded_and_let_go() {
        let mut operations = Operations::new(1, 2);
        for name in ["a", "b", "c"] {
            operations.observe(span(name, 0, 1.0, false));
        }
        assert_eq!((operations.operations.len(), operations.left_out()), (2, 1));
        for second in 1..=i64::from(SILENT_INTERVALS) + 1 {
            operations.advance(Timestamp::from_millis(second * 1_000));
        }
        assert_eq!(operations.operations.len(), 0);
    }
}
