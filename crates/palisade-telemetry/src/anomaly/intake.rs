//! Makes points fit to be scored: order of time, numbers that are none, counters that start anew, gaps, and the scale.
//!
//! Behind the intake values are told in units of the series itself (its first step away from its first value), so
//! that scaling or shifting a series changes nothing.

use super::checkpoint::{Carry, Codec};
use super::settings::Kind;
use serde::{Deserialize, Serialize};

/// What is to be said of a point besides its score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Notice {
    /// Left out: the value is not a number.
    NotANumber,
    /// Left out: the value is infinite.
    Infinite,
    /// Left out: there was a point at this time already.
    Duplicate,
    /// Left out: a later point was there before.
    OutOfOrder,
    /// Left out: the first point of a counter, which has no rate yet.
    FirstOfCounter,
    /// The counter started anew; its value is taken as what came since.
    CounterReset,
    /// The value lies beyond what can be told apart, and counts as the largest that can.
    Extreme,
    /// The series turned out far finer than its first step; the detector starts anew in finer units.
    Rescaled,
    /// Points are missing before this one; no alarm until there are a few again.
    Gap,
    /// Too few points so far for an alarm.
    WarmingUp,
}

/// A point that can be scored.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    pub(super) seconds: i64,
    /// In units of the series.
    pub(super) value: f32,
    pub(super) notice: Option<Notice>,
}

/// Beyond this many units values are no longer told apart.
const FARTHEST: f64 = 1e15;
/// Points in a row whose change is too small for the unit, before a finer one is taken.
const LOST_MOST: u8 = 64;
/// A distance this many times the usual one is a gap.
const GAP_INTERVALS: f32 = 12.0;
/// Distances before any is usual.
const GAP_FEWEST: u32 = 8;
const INTERVAL_SHARE: f32 = 0.05;

#[derive(Debug, Clone)]
pub(super) struct Intake {
    /// Nanoseconds since the epoch of the last point.
    last: i64,
    any: bool,
    /// The last value of a counter.
    counter: f64,
    /// The first value, and the first distance from it that was not zero.
    origin: f64,
    unit: f64,
    scaled: bool,
    /// The last value, as it came and in units, and how many changes in a row were lost between the two.
    before: f64,
    before_units: f32,
    lost: u8,
    /// Seconds between points.
    interval: f32,
    intervals: u32,
    /// Whether any value was below zero.
    negative: bool,
}

impl Intake {
    pub(super) const fn new() -> Self {
        Self {
            last: 0,
            any: false,
            counter: 0.0,
            origin: 0.0,
            unit: 0.0,
            scaled: false,
            before: 0.0,
            before_units: 0.0,
            lost: 0,
            interval: 0.0,
            intervals: 0,
            negative: false,
        }
    }

    /// # Errors
    ///
    /// Why the point is left out.
    pub(super) fn admit(&mut self, nanos: i64, value: f64, kind: Kind) -> Result<Point, Notice> {
        if value.is_nan() {
            return Err(Notice::NotANumber);
        }
        if value.is_infinite() {
            return Err(Notice::Infinite);
        }
        if self.any && nanos <= self.last {
            return Err(if nanos == self.last { Notice::Duplicate } else { Notice::OutOfOrder });
        }
        let seconds = if self.any { nanos.saturating_sub(self.last) as f64 / 1e9 } else { 0.0 };
        let first = !std::mem::replace(&mut self.any, true);
        self.last = nanos;
        let (value, reset) = match kind {
            Kind::Gauge => (value, None),
            Kind::Counter => self.rate(value, seconds, first)?,
        };
        let gap = (!first && self.is_gap(seconds as f32)).then_some(Notice::Gap);
        self.negative |= value < 0.0;
        let (units, extreme) = self.scale(value);
        let rescaled = self.is_lost(value, units).then(|| self.rescale(value));
        let value = if rescaled.is_some() { 0.0 } else { units };
        Ok(Point { seconds: nanos.div_euclid(1_000_000_000), value, notice: rescaled.or(extreme).or(gap).or(reset) })
    }

    /// Increase a second. A counter that falls was set to zero in between.
    fn rate(&mut self, value: f64, seconds: f64, first: bool) -> Result<(f64, Option<Notice>), Notice> {
        let before = std::mem::replace(&mut self.counter, value);
        if first {
            return Err(Notice::FirstOfCounter);
        }
        let reset = value < before;
        let increase = if reset { value.max(0.0) } else { (value - before).min(f64::MAX) };
        Ok(((increase / seconds).min(f64::MAX), reset.then_some(Notice::CounterReset)))
    }

    fn is_gap(&mut self, seconds: f32) -> bool {
        let gap = self.intervals >= GAP_FEWEST && seconds > GAP_INTERVALS * self.interval;
        self.intervals = self.intervals.saturating_add(1);
        let share = INTERVAL_SHARE.max(1.0 / self.intervals as f32);
        let bounded = if self.intervals > GAP_FEWEST { seconds.min(4.0 * self.interval) } else { seconds };
        self.interval += share * (bounded - self.interval);
        gap
    }

    /// `value` in units of the series.
    fn scale(&mut self, value: f64) -> (f32, Option<Notice>) {
        if !std::mem::replace(&mut self.scaled, true) {
            self.origin = value;
        }
        // Halves, because the distance of the two largest numbers is none.
        let distance = value / 2.0 - self.origin / 2.0;
        if self.unit == 0.0 {
            self.unit = distance.abs();
        }
        if self.unit == 0.0 {
            return (0.0, None);
        }
        let units = distance / self.unit;
        let extreme = (units.abs() > FARTHEST).then_some(Notice::Extreme);
        (units.clamp(-FARTHEST, FARTHEST) as f32, extreme)
    }

    /// Whether changes have been lost for long: a first step of 1e308 must not make a series blind for ever.
    fn is_lost(&mut self, value: f64, units: f32) -> bool {
        if value != self.before {
            self.lost = if units == self.before_units { self.lost.saturating_add(1) } else { 0 };
        }
        self.before = value;
        self.before_units = units;
        self.lost >= LOST_MOST && self.unit != 0.0
    }

    fn rescale(&mut self, value: f64) -> Notice {
        self.origin = value;
        self.unit = 0.0;
        self.lost = 0;
        self.before_units = 0.0;
        Notice::Rescaled
    }

    /// `units` in the series' own numbers. Never below zero where no value was: rates and sizes cannot be.
    pub(super) fn unscale(&self, units: f32) -> f64 {
        let least = if self.negative { f64::MIN } else { 0.0 };
        (self.origin + f64::from(units) * self.unit * 2.0).clamp(least, f64::MAX)
    }

    /// Nanoseconds since the epoch of the last point, when there was one.
    pub(super) fn last(&self) -> Option<i64> {
        self.any.then_some(self.last)
    }

    /// The usual distance of points in seconds, when enough of them are known.
    pub(super) fn interval(&self) -> Option<f64> {
        (self.intervals >= GAP_FEWEST).then_some(f64::from(self.interval))
    }
}

impl Carry for Intake {
    fn carry(&mut self, codec: &mut impl Codec) {
        codec.i64(&mut self.last);
        codec.flag(&mut self.any);
        codec.f64(&mut self.counter);
        codec.f64(&mut self.origin);
        codec.f64(&mut self.unit);
        codec.flag(&mut self.scaled);
        codec.f64(&mut self.before);
        codec.f32(&mut self.before_units);
        codec.u8(&mut self.lost);
        self.lost = self.lost.min(LOST_MOST);
        codec.f32(&mut self.interval);
        codec.u32(&mut self.intervals);
        codec.flag(&mut self.negative);
    }
}
