//! One group of events of a correlation: its window, its state, and when it matches.

use super::{
    measure::{Reading, State},
    set::Correlation,
    source::GroupValue,
    told::{CorrelationMatch, Repeat},
    window::{Extent, Placing},
};
use palisade_model::Timestamp;

/// What an allocator adds to a small piece of memory, about.
const ALLOCATION_BYTES: usize = 16;

/// One group of one correlation.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) correlation: u32,
    /// What it is grouped by, kept to be shown.
    pub(super) values: Box<[GroupValue]>,
    pub(super) extent: Option<Extent>,
    pub(super) state: State,
    pub(super) last_match: Option<i64>,
}

/// What a hit did.
pub(super) struct Outcome {
    reading: Reading,
    extent: Extent,
    from: i64,
    pub(super) is_match: bool,
    pub(super) values: Box<[GroupValue]>,
    examples: Vec<String>,
}

impl Group {
    /// A group with these values and no events.
    pub(super) fn new(index: u32, correlation: &Correlation, values: Box<[GroupValue]>) -> Self {
        Self { correlation: index, values, extent: None, state: State::new(correlation), last_match: None }
    }

    /// Lets time go on up to an event; false when the event's window has passed.
    pub(super) fn enter(&mut self, correlation: &Correlation, time: i64, now: Option<i64>) -> bool {
        // What lies ahead of the clock was seen before time went back.
        if self.extent.is_some_and(|extent| Some(extent.latest) > now) {
            self.begin(correlation);
        }
        match correlation.window.place(self.extent, time) {
            Placing::Passed => return false,
            Placing::Within(extent) => self.extent = Some(extent),
            Placing::Anew(extent) => {
                if self.extent.is_some() {
                    self.begin(correlation);
                }
                self.extent = Some(extent);
            }
        }
        true
    }

    /// What holds after an event, if anything does.
    pub(super) fn conclude(&mut self, correlation: &Correlation, repeat: Repeat) -> Option<Outcome> {
        let extent = self.extent?;
        let from = correlation.window.floor(extent);
        self.state.forget(from);
        let reading = self.state.read(correlation, from).filter(|reading| reading.holds)?;
        let is_match = self.is_due(correlation, extent.latest, repeat);
        let is_shown = is_match || !correlation.feed.edges.is_empty();
        let values = if is_shown { self.values.clone() } else { Box::default() };
        let examples = if is_match { self.state.examples() } else { Vec::new() };
        if is_match {
            self.last_match = Some(extent.latest);
            if correlation.resets {
                (self.extent, self.state) = (None, State::new(correlation));
            }
        }
        Some(Outcome { reading, extent, from, is_match, values, examples })
    }

    /// The latest time that it knows of.
    pub(super) fn latest(&self) -> Option<i64> {
        self.extent.map(|extent| extent.latest).max(self.last_match)
    }

    /// What it takes on the heap.
    pub(super) fn bytes(&self) -> usize {
        let texts: usize = self.values.iter().flatten().map(|text| text.len() + ALLOCATION_BYTES).sum();
        size_of_val(&*self.values) + texts + self.state.bytes()
    }

    /// Whether it may match again at `time`.
    fn is_due(&self, correlation: &Correlation, time: i64, repeat: Repeat) -> bool {
        let Some(last) = self.last_match else { return true };
        let since = time.saturating_sub(last);
        match (correlation.suppress, repeat) {
            (Some(quiet), _) => since >= quiet,
            (None, Repeat::OncePerWindow) => since > correlation.window.span,
            (None, Repeat::EachEvent) => true,
        }
    }

    /// Begins a new window. A rule's own `suppress` goes on.
    fn begin(&mut self, correlation: &Correlation) {
        self.extent = None;
        self.state = State::new(correlation);
        if correlation.suppress.is_none() {
            self.last_match = None;
        }
    }
}

impl Outcome {
    /// The match as it is told.
    pub(super) fn told(self, correlation: &Correlation, index: u32) -> CorrelationMatch {
        let values = Vec::from(self.values).into_iter().map(|value| value.map(String::from));
        CorrelationMatch {
            correlation: index as usize,
            group: correlation.group_names.iter().cloned().zip(values).collect(),
            number: self.reading.number,
            is_exact: self.reading.is_exact,
            examples: self.examples,
            from: Timestamp::from_nanos(self.from),
            until: Timestamp::from_nanos(self.extent.latest),
            is_silent: correlation.feed.is_silent(),
        }
    }
}
