//! Many series together: each has its detector, and an alarm of one is told with what else was odd.

use super::{
    alarm::Feedback,
    checkpoint::CheckpointError,
    detector::{Detector, Overdue, Score},
    related::{Related, SeriesId, Traces},
    settings::{Kind, Settings},
};
use palisade_model::Timestamp;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

/// Labels of a series that are looked at, and bytes of one.
const LABELS_MAX: usize = 16;
const LABEL_BYTES_MAX: usize = 256;
/// A score above this share of the threshold leaves a trace for others' alarms.
const TRACE_SHARE: f32 = 0.8;

/// What a monitor says of a point.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// What the detector of the series says.
    pub score: Score,
    /// For alarms: what else was odd, the most telling first.
    pub related: Vec<Related>,
}

/// Why a series cannot be watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} series are watched already; raise the limit, or let series that ended go")]
pub struct Full(
    /// The limit.
    pub usize,
);

/// Why a series cannot go on from a checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RestoreError {
    /// The checkpoint cannot be read.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// There are too many series already.
    #[error(transparent)]
    Full(#[from] Full),
}

#[derive(Debug)]
struct Watched {
    detector: Box<Detector>,
    labels: Arc<[String]>,
    seen: Timestamp,
    odd_since: Option<Timestamp>,
}

/// The detectors of many series.
#[derive(Debug)]
pub struct Monitor {
    gauges: Arc<Settings>,
    counters: Arc<Settings>,
    series: HashMap<SeriesId, Watched>,
    /// Series by the time of their last point, the longest silent first.
    by_seen: BTreeSet<(Timestamp, SeriesId)>,
    series_max: usize,
    traces: Traces,
}

impl Monitor {
    /// A monitor of at most `series_max` series.
    #[must_use]
    pub fn new(settings: &Settings, series_max: usize) -> Self {
        let of = |kind| Arc::new(Settings { kind, ..settings.clone() });
        Self {
            gauges: of(Kind::Gauge),
            counters: of(Kind::Counter),
            series: HashMap::new(),
            by_seen: BTreeSet::new(),
            series_max,
            traces: Traces::default(),
        }
    }

    /// Takes a series in, with labels as `name=value`; those of a series that is known stay as they are.
    ///
    /// # Errors
    ///
    /// When there are too many series already.
    pub fn watch(&mut self, id: SeriesId, kind: Kind, labels: &[String]) -> Result<(), Full> {
        if self.series.contains_key(&id) {
            return Ok(());
        }
        self.insert(id, Detector::new(self.settings(kind)), labels)
    }

    fn settings(&self, kind: Kind) -> Arc<Settings> {
        Arc::clone(match kind {
            Kind::Gauge => &self.gauges,
            Kind::Counter => &self.counters,
        })
    }

    fn insert(&mut self, id: SeriesId, detector: Detector, labels: &[String]) -> Result<(), Full> {
        if self.series.len() >= self.series_max {
            return Err(Full(self.series_max));
        }
        let labels = labels.iter().filter(|label| label.len() <= LABEL_BYTES_MAX).take(LABELS_MAX).cloned().collect();
        let seen = detector.last_point().unwrap_or(Timestamp::from_nanos(i64::MIN));
        self.by_seen.insert((seen, id));
        self.series.insert(id, Watched { detector: Box::new(detector), labels, seen, odd_since: None });
        Ok(())
    }

    /// Scores a point. None when the series is not watched.
    pub fn observe(&mut self, id: SeriesId, time: Timestamp, value: f64) -> Option<Judgement> {
        let watched = self.series.get_mut(&id)?;
        let score = watched.detector.observe(time, value);
        if score.band.is_none() {
            return Some(Judgement { score, related: Vec::new() });
        }
        self.by_seen.remove(&(watched.seen, id));
        self.by_seen.insert((time, id));
        watched.seen = time;
        let odd = score.alarm.is_some() || score.score >= TRACE_SHARE * watched.detector.threshold();
        watched.odd_since = if odd { watched.odd_since.or(Some(time)) } else { None };
        let mut related = Vec::new();
        if let Some(since) = watched.odd_since {
            let since = score.alarm.as_ref().map_or(since, |alarm| alarm.since.min(since));
            self.traces.note(&watched.labels, id, since, time, score.score);
            if score.alarm.is_some() {
                related = self.traces.related(&watched.labels, id, since, time);
            }
        }
        Some(Judgement { score, related })
    }

    /// What else was odd when `id` became so at `since` and raised an alarm at `time`: asked once all points of a moment
    /// were observed, it knows of those that came after the alarm's own.
    #[must_use]
    pub fn related(&self, id: SeriesId, since: Timestamp, time: Timestamp) -> Vec<Related> {
        self.series.get(&id).map(|watched| self.traces.related(&watched.labels, id, since, time)).unwrap_or_default()
    }

    /// What a score of this series has to reach to be an alarm.
    #[must_use]
    pub fn threshold(&self, id: SeriesId) -> Option<f32> {
        Some(self.series.get(&id)?.detector.threshold())
    }

    /// The time of the series' last point; none before the first.
    #[must_use]
    pub fn last_point(&self, id: SeriesId) -> Option<Timestamp> {
        self.series.get(&id)?.detector.last_point()
    }

    /// Lets go of a series.
    pub fn forget(&mut self, id: SeriesId) {
        if let Some(old) = self.series.remove(&id) {
            self.by_seen.remove(&(old.seen, id));
        }
    }

    /// Takes what a person says of an alarm of `id` at `time`. False when that alarm is not known any more.
    pub fn feedback(&mut self, id: SeriesId, time: Timestamp, feedback: Feedback) -> bool {
        self.series.get_mut(&id).is_some_and(|watched| watched.detector.feedback(time, feedback))
    }

    /// Series from which points are missing at `now`, the longest silent first, at most `most`.
    #[must_use]
    pub fn overdue(&self, now: Timestamp, most: usize) -> Vec<(SeriesId, Overdue)> {
        let overdue = |&(_, id): &(Timestamp, SeriesId)| Some((id, self.series.get(&id)?.detector.overdue(now)?));
        self.by_seen.iter().filter_map(overdue).take(most).collect()
    }

    /// Lets go of series with no point since `before`; returns how many.
    pub fn retire(&mut self, before: Timestamp) -> usize {
        let mut gone = 0;
        while let Some(&(seen, id)) = self.by_seen.first().filter(|(seen, _)| *seen < before) {
            self.by_seen.remove(&(seen, id));
            self.series.remove(&id);
            gone += 1;
        }
        gone
    }

    /// The state of a series as bytes.
    #[must_use]
    pub fn encode(&self, id: SeriesId) -> Option<Vec<u8>> {
        Some(self.series.get(&id)?.detector.encode())
    }

    /// Goes on with a series from what [`Monitor::encode`] gave.
    ///
    /// # Errors
    ///
    /// When the bytes cannot be read; the series is then not watched, and [`Monitor::watch`] starts it anew.
    pub fn restore(&mut self, id: SeriesId, kind: Kind, labels: &[String], bytes: &[u8]) -> Result<(), RestoreError> {
        let detector = Detector::decode(self.settings(kind), bytes)?;
        self.forget(id);
        Ok(self.insert(id, detector, labels)?)
    }

    /// The series watched, in no order.
    pub fn series(&self) -> impl Iterator<Item = SeriesId> + '_ {
        self.series.keys().copied()
    }

    /// How many series are watched.
    #[must_use]
    pub fn len(&self) -> usize {
        self.series.len()
    }

    /// Whether nothing is watched.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.series.is_empty()
    }
}
