//! What came since the last flush, within bounds.

use super::{
    line::{Line, Type},
    series::{Room, Series, Tally},
};
use crate::{Limits, PROBLEMS_LISTED_MAX, Place, Problem};
use palisade_model::{Metric, MetricKind, Observation, Timestamp};
use std::{collections::HashMap, hash::RandomState};

/// How long a gauge is remembered for changes to come, in flushes: an hour of those of ten seconds.
const GAUGE_FLUSHES: u32 = 360;

/// How much one interval may hold. Beyond it lines are refused and counted, until the next flush.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Series, told apart by name, type and tags. 10,000: with 300 bytes each, 3 MB.
    pub series: usize,
    /// Buckets of timings and members of sets, of all series together. 200,000: 8 MB.
    pub parts: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { series: 10_000, parts: 200_000 }
    }
}

/// What came of a datagram.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Lines that count.
    pub accepted: usize,
    /// Lines that are refused, those beyond the bounds among them.
    pub rejected: usize,
    /// Lines that are refused for want of room.
    pub beyond_bounds: usize,
    /// What is wrong with them, the first [`PROBLEMS_LISTED_MAX`].
    pub problems: Vec<Problem>,
}

/// The series of the interval.
#[derive(Debug)]
pub struct Aggregator {
    limits: Limits,
    bounds: Bounds,
    series: HashMap<String, (Series, u32)>,
    room: Room,
    hasher: RandomState,
    since: Timestamp,
    /// The key of the line at hand, kept so that it is not allocated anew.
    key: String,
}

impl Aggregator {
    /// An empty one, whose first interval begins `now`.
    #[must_use]
    pub fn new(limits: Limits, bounds: Bounds, now: Timestamp) -> Self {
        let room = Room { left: bounds.parts };
        let (series, hasher) = (HashMap::new(), RandomState::new());
        Self { limits, bounds, series, room, hasher, since: now, key: String::new() }
    }

    /// How many series there are, gauges that are only remembered among them.
    #[must_use]
    pub fn series(&self) -> usize {
        self.series.len()
    }

    /// Takes the lines of a datagram.
    pub fn take(&mut self, datagram: &[u8]) -> Taken {
        let mut taken = Taken::default();
        for (number, line) in (1..).zip(datagram.split(|byte| *byte == b'\n')) {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.is_empty() {
                continue;
            }
            match Line::read(line, &self.limits).and_then(|line| self.take_line(&line, &mut taken)) {
                Ok(()) => taken.accepted += 1,
                Err(message) => {
                    taken.rejected += 1;
                    if taken.problems.len() < PROBLEMS_LISTED_MAX {
                        taken.problems.push(Problem { place: Some(Place::Line(number)), message });
                    }
                }
            }
        }
        taken
    }

    /// The points of the interval that ends `now`; the next one begins.
    pub fn flush(&mut self, now: Timestamp) -> Vec<Observation> {
        let since = std::mem::replace(&mut self.since, now);
        let mut points = Vec::with_capacity(self.series.len());
        self.series.retain(|_, (series, age)| {
            if series.is_touched {
                *age = 0;
                let point = series.point();
                if point.value.is_finite() {
                    let start_time = if point.kind == MetricKind::Delta { since } else { Timestamp::default() };
                    points.push(Observation::Metric(Metric { time: now, start_time, ..point }));
                }
            }
            *age += 1;
            matches!(series.tally, Tally::Gauge(value) if value.is_finite()) && *age <= GAUGE_FLUSHES
        });
        self.room.left = self.bounds.parts;
        points
    }

    fn take_line(&mut self, line: &Line<'_>, taken: &mut Taken) -> Result<(), String> {
        write_key(&mut self.key, line);
        if !self.series.contains_key(&self.key) {
            if self.series.len() >= self.bounds.series {
                taken.beyond_bounds += 1;
                return Err(format!("there are {} series in this interval already", self.bounds.series));
            }
            self.series.insert(self.key.clone(), (Series::new(line), 0));
        }
        let (series, _) = self.series.get_mut(&self.key).ok_or("a series was lost")?;
        match series.take(line, &self.hasher, &mut self.room) {
            0 => Ok(()),
            _ => {
                taken.beyond_bounds += 1;
                Err(format!("there are {} buckets and members in this interval already", self.bounds.parts))
            }
        }
    }
}

/// The series of a line. The marks between the parts cannot stand in them.
fn write_key(key: &mut String, line: &Line<'_>) {
    key.clear();
    key.push(match line.kind {
        Type::Counter => 'c',
        Type::Gauge => 'g',
        Type::Timing => 'm',
        Type::Histogram => 'h',
        Type::Set => 's',
    });
    key.push_str(line.name);
    for (name, value) in &line.tags {
        key.push('|');
        key.push_str(name);
        key.push(':');
        key.push_str(value);
    }
}
