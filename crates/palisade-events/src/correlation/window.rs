//! Which events belong together in time.
//!
//! A sliding window reaches back from the latest event of its group, both ends included: of two events exactly a
//! `timespan` apart, one lies "in the time frame" of the other. A tumbling window is one of fixed stretches that begin
//! at multiples of the `timespan` since the epoch. A session grows as long as no gap between events is longer than
//! `gap`, and ends when it would be longer than the `timespan`.

/// The kind and length of a window. Times are nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) mode: Mode,
    pub(super) span: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Sliding,
    Tumbling,
    Session { gap: i64 },
}

/// What a group's window covers by now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    pub(super) earliest: i64,
    pub(super) latest: i64,
}

/// Where an event goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Placing {
    /// Into the window, which then covers this much.
    Within(Extent),
    /// Into a new window; the one before is over.
    Anew(Extent),
    /// Nowhere: its window has passed.
    Passed,
}

impl Window {
    /// Where an event of `time` goes in a group that has covered `extent`.
    pub(super) fn place(self, extent: Option<Extent>, time: i64) -> Placing {
        let alone = Extent { earliest: time, latest: time };
        let Some(extent) = extent else { return Placing::Anew(alone) };
        let joined = Extent { earliest: extent.earliest.min(time), latest: extent.latest.max(time) };
        match self.mode {
            Mode::Sliding if time < self.floor(extent) => Placing::Passed,
            Mode::Sliding => Placing::Within(joined),
            Mode::Tumbling => match self.stretch(time).cmp(&self.stretch(extent.latest)) {
                std::cmp::Ordering::Less => Placing::Passed,
                std::cmp::Ordering::Equal => Placing::Within(joined),
                std::cmp::Ordering::Greater => Placing::Anew(alone),
            },
            Mode::Session { gap } => {
                let is_near = time.saturating_sub(extent.latest) <= gap && extent.earliest.saturating_sub(time) <= gap;
                if is_near && joined.latest.saturating_sub(joined.earliest) <= self.span {
                    Placing::Within(joined)
                } else if time > extent.latest {
                    Placing::Anew(alone)
                } else {
                    Placing::Passed
                }
            }
        }
    }

    /// The earliest time that the window of a group includes.
    pub(super) fn floor(self, extent: Extent) -> i64 {
        match self.mode {
            Mode::Sliding => extent.latest.saturating_sub(self.span),
            Mode::Tumbling => self.stretch(extent.latest).saturating_mul(self.span),
            Mode::Session { .. } => extent.earliest,
        }
    }

    /// For how long after its latest event a group still takes part.
    pub(super) fn memory(self) -> i64 {
        match self.mode {
            Mode::Sliding | Mode::Tumbling => self.span,
            Mode::Session { gap } => gap.min(self.span),
        }
    }

    fn stretch(self, time: i64) -> i64 {
        time.div_euclid(self.span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Option<Extent> = Some(Extent { earliest: 100, latest: 110 });

    fn extent(earliest: i64, latest: i64) -> Extent {
        Extent { earliest, latest }
    }

    #[test]
    fn a_sliding_window_includes_both_ends() {
        let window = Window { mode: Mode::Sliding, span: 60 };
        assert_eq!(window.place(None, 5), Placing::Anew(extent(5, 5)));
        assert_eq!(window.place(START, 300), Placing::Within(extent(100, 300)));
        assert_eq!(window.place(START, 50), Placing::Within(extent(50, 110)));
        assert_eq!(window.place(START, 49), Placing::Passed);
        assert_eq!(window.floor(extent(0, 110)), 50);
    }

    #[test]
    fn a_tumbling_window_begins_at_multiples() {
        let window = Window { mode: Mode::Tumbling, span: 60 };
        assert_eq!(window.place(START, 119), Placing::Within(extent(100, 119)));
        assert_eq!(window.place(START, 120), Placing::Anew(extent(120, 120)));
        assert_eq!(window.place(START, 59), Placing::Passed);
        assert_eq!(window.place(Some(extent(-1, -1)), 0), Placing::Anew(extent(0, 0)));
        assert_eq!(window.floor(extent(100, 110)), 60);
    }

    #[test]
    fn a_session_ends_by_its_gap_or_its_length() {
        let window = Window { mode: Mode::Session { gap: 10 }, span: 25 };
        assert_eq!(window.place(START, 120), Placing::Within(extent(100, 120)));
        assert_eq!(window.place(START, 121), Placing::Anew(extent(121, 121)));
        assert_eq!(window.place(Some(extent(100, 120)), 126), Placing::Anew(extent(126, 126)));
        assert_eq!(window.place(START, 90), Placing::Within(extent(90, 110)));
        assert_eq!(window.place(START, 84), Placing::Passed);
        assert_eq!(window.place(START, 105), Placing::Within(extent(100, 110)));
    }

    #[test]
    fn the_ends_of_time_do_not_overflow() {
        for mode in [Mode::Sliding, Mode::Tumbling, Mode::Session { gap: i64::MAX }] {
            let window = Window { mode, span: i64::MAX };
            for (held, time) in [(i64::MIN, i64::MAX), (i64::MAX, i64::MIN), (i64::MIN, i64::MIN)] {
                let _ = window.place(Some(extent(held, held)), time);
                let _ = window.floor(extent(held, held));
            }
        }
    }
}
