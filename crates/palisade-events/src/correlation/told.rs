//! What goes in and out of a correlator besides hits: its settings, its matches, its statistics.

use super::limits::{LATENESS, STATE_BYTES};
use palisade_model::Timestamp;
use std::time::Duration;

/// How correlations are run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How late an event may come, by the clock of the events; see [`LATENESS`].
    pub lateness: Duration,
    /// Bytes that all groups together may take; see [`STATE_BYTES`].
    pub state_bytes: usize,
    /// When a group matches again.
    pub repeat: Repeat,
    /// Decides the hashes. A value that nobody outside knows keeps values from being prepared to collide.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { lateness: LATENESS, state_bytes: STATE_BYTES, repeat: Repeat::OncePerWindow, seed: 0 }
    }
}

/// When a group that has matched matches again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Repeat {
    /// When its window shares no time with that of the match before, and the condition still or again holds.
    #[default]
    OncePerWindow,
    /// With every event for which the condition holds.
    EachEvent,
}

/// A correlation that matched.
#[derive(Clone, Debug, PartialEq)]
pub struct CorrelationMatch {
    /// Its index in the list that was compiled.
    pub correlation: usize,
    /// The names it groups by, with their values; nothing where the events have none. Values are cut at 1,024 bytes.
    pub group: Vec<(String, Option<String>)>,
    /// What was measured: events, distinct values, a sum, an average, a value, or rules seen.
    pub number: f64,
    /// False when the number is an estimate, because there was too much in the window to keep.
    pub is_exact: bool,
    /// Of a `value_count` up to eight of the values, those that were new last.
    pub examples: Vec<String>,
    /// The beginning of the window.
    pub from: Timestamp,
    /// The latest event in it.
    pub until: Timestamp,
    /// True when it only serves other correlations, none of which says `generate: true`.
    pub is_silent: bool,
}

/// What was counted since the beginning, and what there is now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Hits that reached a correlation.
    pub hits: u64,
    /// Matches given, silent ones too.
    pub matches: u64,
    /// Hits that came later than the allowed lateness, or after their window: they were not counted.
    pub late: u64,
    /// Events whose time lay ahead of their arrival: they were taken at their arrival.
    pub ahead: u64,
    /// How often time went back.
    pub went_back: u64,
    /// Groups that were given up to stay within the bytes allowed.
    pub evicted: u64,
    /// Groups that ended with their window.
    pub ended: u64,
    /// Hits left out because one event reached too many correlations above one another.
    pub unreached: u64,
    /// Groups there are.
    pub groups: u64,
    /// Bytes they take.
    pub bytes: u64,
}
