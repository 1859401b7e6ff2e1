//! What is known of one series beside its detector: its name, its last points with their bands, its last score.

use super::checkpoint::Frame;
use super::series::Series;
use palisade_model::Timestamp;
use palisade_telemetry::anomaly::{Band, Kind, SeriesId};
use std::collections::VecDeque;

/// Points that can be looked at: five minutes at five seconds.
const SHOWN_MAX: usize = 60;

/// A point as it is shown. Seven digits are enough to look at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Shown {
    pub(super) time: Timestamp,
    pub(super) value: f32,
    pub(super) low: f32,
    pub(super) expected: f32,
    pub(super) high: f32,
    pub(super) score: f32,
}

impl Shown {
    pub(super) fn new(time: Timestamp, value: f64, band: &Band, score: f32) -> Self {
        let [value, low, expected, high] = [value, band.low, band.expected, band.high].map(|number| number as f32);
        Self { time, value, low, expected, high, score }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) series: Series,
    pub(super) kind: Kind,
    /// Made here of lines and spans, which come in when there is nothing to say, too.
    pub(super) is_derived: bool,
    /// When the last point came in.
    pub(super) received: Timestamp,
    /// Points scored.
    pub(super) points: u32,
    /// The last score.
    pub(super) score: f32,
    pub(super) shown: VecDeque<Shown>,
    /// The last count of a counter, and when it was.
    total: Option<(Timestamp, f64)>,
}

impl Known {
    pub(super) fn new(series: Series, kind: Kind, is_derived: bool) -> Self {
        Self {
            series,
            kind,
            is_derived,
            received: Timestamp::default(),
            points: 0,
            score: 0.0,
            shown: VecDeque::new(),
            total: None,
        }
    }

    pub(super) fn show(&mut self, mut shown: Shown, value: f64) {
        self.points = self.points.saturating_add(1);
        self.score = shown.score;
        if self.kind == Kind::Counter {
            shown.value = self.rate_at(shown.time, value) as f32;
            self.total = Some((shown.time, value));
        }
        if self.shown.len() == SHOWN_MAX {
            self.shown.pop_front();
        }
        self.shown.push_back(shown);
    }

    /// Notes the first count of a counter, which has no rate yet.
    pub(super) fn begin(&mut self, time: Timestamp, value: f64) {
        if self.kind == Kind::Counter && self.total.is_none() && value.is_finite() {
            self.total = Some((time, value));
        }
    }

    /// Increase a second since the count before; what a counter that began anew has is its increase.
    fn rate_at(&self, time: Timestamp, value: f64) -> f64 {
        let Some((before, total)) = self.total else { return 0.0 };
        let seconds = time.nanos().saturating_sub(before.nanos()) as f64 / 1e9;
        let increase = if value < total { value.max(0.0) } else { value - total };
        if seconds > 0.0 { (increase / seconds).min(f64::MAX) } else { 0.0 }
    }

    pub(super) fn frame(&self, id: SeriesId, detector: Vec<u8>, buckets: Vec<u64>) -> Frame {
        let Series { name, service, host, labels } = self.series.clone();
        Frame {
            id,
            name,
            service,
            host,
            labels: labels.into_iter().flat_map(|(label, value)| [label, value]).collect(),
            is_counter: self.kind == Kind::Counter,
            received: self.received.nanos(),
            detector,
            buckets,
            points: self.points,
            score: self.score,
            is_derived: self.is_derived,
        }
    }

    pub(super) fn restored(frame: Frame) -> (Self, Vec<u64>) {
        let Frame { name, service, host, labels, .. } = frame;
        let mut texts = labels.into_iter();
        let labels = std::iter::from_fn(|| Some((texts.next()?, texts.next()?))).collect();
        let kind = if frame.is_counter { Kind::Counter } else { Kind::Gauge };
        let mut known = Self::new(Series { name, service, host, labels }, kind, frame.is_derived);
        known.received = Timestamp::from_nanos(frame.received);
        known.points = frame.points;
        known.score = if frame.score.is_finite() { frame.score } else { 0.0 };
        (known, frame.buckets)
    }
}
