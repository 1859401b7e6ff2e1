//! How many series of metrics there may be at a time.
//!
//! A label that never repeats, such as a request id, makes a new series with every point; tables and detectors would
//! grow without end. So series are counted, and points of new ones are refused once there are too many, while known
//! ones go on. A series is forgotten when no point of it came for one to two windows.

use palisade_model::{Observation, Timestamp};
use std::{
    collections::HashSet,
    mem,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// How long a silent series counts at least: longer than the pauses of series that are scraped, sent or run hourly.
const WINDOW: Duration = Duration::from_secs(2 * 3_600);

/// The series that points came of lately.
#[derive(Debug)]
pub(super) struct SeriesLimit {
    series_max: usize,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    /// Those of this window, and those of the one before that did not come again yet.
    current: HashSet<u64>,
    before: HashSet<u64>,
    since: Timestamp,
}

impl SeriesLimit {
    pub(super) fn new(series_max: usize) -> Self {
        Self { series_max, known: Mutex::default() }
    }

    /// Takes out the points of new series beyond the limit; returns how many there were.
    pub(super) fn admit(&self, observations: &mut Vec<Observation>, now: Timestamp) -> usize {
        if !observations.iter().any(|observation| matches!(observation, Observation::Metric(_))) {
            return 0;
        }
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.turn(now);
        let count = observations.len();
        observations.retain(|observation| match observation {
            Observation::Metric(metric) => known.admit(metric.series(), self.series_max),
            _ => true,
        });
        count - observations.len()
    }

    /// How many series there are, and how many there may be.
    pub(super) fn count(&self) -> (usize, usize) {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        (known.current.len() + known.before.len(), self.series_max)
    }
}

impl Known {
    fn turn(&mut self, now: Timestamp) {
        let window = i64::try_from(WINDOW.as_nanos()).unwrap_or(i64::MAX);
        // A clock that was set back starts the window anew rather than stretch it.
        if (0..window).contains(&(now.nanos() - self.since.nanos())) {
            return;
        }
        self.before = mem::take(&mut self.current);
        self.since = now;
    }

    fn admit(&mut self, series: u64, max: usize) -> bool {
        if self.current.contains(&series) {
            return true;
        }
        let is_known = self.before.remove(&series);
        let fits = is_known || self.current.len() + self.before.len() < max;
        fits && self.current.insert(series)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use palisade_model::{Event, Metric};

    fn points(names: &[&str]) -> Vec<Observation> {
        names.iter().map(|name| Observation::Metric(Metric { name: (*name).into(), ..Metric::default() })).collect()
    }

    #[test]
    fn new_series_are_refused_beyond_the_limit_and_known_ones_go_on() {
        let limit = SeriesLimit::new(2);
        let at = |hours: i64| Timestamp::from_nanos(1_800_000_000_000_000_000 + hours * 3_600_000_000_000);
        let mut sent = points(&["a", "b", "c", "a"]);
        sent.push(Observation::Event(Event::default()));
        assert_eq!((limit.admit(&mut sent, at(0)), sent.len()), (1, 4));
        assert_eq!(limit.count(), (2, 2));
        assert_eq!(limit.admit(&mut points(&["a"]), at(3)), 0, "a lives on in the next window");
        assert_eq!(limit.admit(&mut points(&["c"]), at(4)), 1, "b still counts");
        assert_eq!(limit.admit(&mut points(&["c", "a"]), at(5)), 0, "b was silent for a whole window");
        assert_eq!(limit.admit(&mut points(&["a"]), at(1)), 0, "a clock set back forgets nothing at once");
        assert_eq!(limit.admit(&mut points(&["d"]), at(1)), 1);
    }
}
