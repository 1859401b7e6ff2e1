//! What came of a body: observations, and what was wrong with the rest.

use palisade_model::Observation;
use serde::Serialize;
use std::fmt;

/// Problems beyond this many are counted, not listed.
pub const PROBLEMS_LISTED_MAX: usize = 100;

/// What a source read from one body.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// The good events, in the order in which they came, without identity.
    pub observations: Vec<Observation>,
    /// What was wrong with the others, the first [`PROBLEMS_LISTED_MAX`] of them.
    pub problems: Vec<Problem>,
    /// How many more problems there were.
    pub problems_unlisted: usize,
    /// About how many bytes of memory the observations take: some times those of the body, where it says once what many
    /// share.
    pub bytes: usize,
}

impl Parsed {
    /// How many events were refused.
    #[must_use]
    pub fn rejected(&self) -> usize {
        self.problems.len() + self.problems_unlisted
    }

    /// The observations, and what to answer once they are durable.
    #[must_use]
    pub fn into_parts(self) -> (Vec<Observation>, Receipt) {
        let (accepted, rejected) = (self.observations.len(), self.rejected());
        (self.observations, Receipt { accepted, rejected, problems: self.problems })
    }
}

/// What the sender is told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// How many events are kept.
    pub accepted: usize,
    /// How many events are refused.
    #[serde(skip_serializing_if = "is_zero")]
    pub rejected: usize,
    /// Why, for the first [`PROBLEMS_LISTED_MAX`] of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl Receipt {
    /// Notes that `count` of the events that were read are refused after all, for the reason that `message` gives.
    pub fn refuse(&mut self, count: usize, message: String) {
        if count > 0 {
            self.rejected += count;
            self.problems.truncate(PROBLEMS_LISTED_MAX - 1);
            self.problems.push(Problem { place: None, message });
        }
    }

    /// The problems in one text of at most five of them; empty when there are none.
    #[must_use]
    pub fn summary(&self) -> String {
        const NAMED: usize = 5;
        let named: Vec<String> = self.problems.iter().take(NAMED).map(ToString::to_string).collect();
        let rest = self.rejected.saturating_sub(named.len());
        let more = if rest > 0 { format!("; and {rest} more") } else { String::new() };
        named.join("; ") + &more
    }
}

/// Why one event is refused. The message does not repeat what the event holds, save a time or a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Which event; none when it concerns several.
    #[serde(flatten)]
    pub place: Option<Place>,
    /// What is wrong and what to do about it.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Some(place) => write!(formatter, "{place}: {}", self.message),
            None => formatter.write_str(&self.message),
        }
    }
}

/// Where in a body an event stands, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// The line of a body of lines; blank ones count.
    Line(usize),
    /// The event of a body that is one document.
    Event(usize),
    /// The data point of a body of metrics.
    Point(usize),
    /// The span of a body of traces.
    Span(usize),
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(number) => write!(formatter, "line {number}"),
            Self::Event(number) => write!(formatter, "event {number}"),
            Self::Point(number) => write!(formatter, "point {number}"),
            Self::Span(number) => write!(formatter, "span {number}"),
        }
    }
}
