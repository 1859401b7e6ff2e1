//! Series as they are shown: the last points with the band that was expected, and how odd they are.

use super::known::{Known, Shown};
use super::series::Series;
use super::state::State;
use palisade_model::Timestamp;
use palisade_telemetry::anomaly::{Kind, SeriesId};
use serde::Serialize;

/// Which series.
#[derive(Clone, Debug, Default)]
pub struct SeriesFilter {
    /// Of the metric of this name.
    pub name: Option<String>,
    /// With this text in name, host, service or labels.
    pub contains: Option<String>,
    /// Of this machine.
    pub host: Option<String>,
    /// Of this service.
    pub service: Option<String>,
    /// Only those that are odd now.
    pub odd: bool,
    /// After the series with this key.
    pub after: Option<String>,
    /// At most so many.
    pub limit: usize,
    /// Points of each, the latest.
    pub points: usize,
}

/// How a series stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SeriesState {
    /// Too few points for an alarm so far.
    WarmingUp,
    /// As ever.
    Usual,
    /// Raised, less than an alarm.
    Raised,
    /// As an alarm is.
    Odd,
}

/// A point, with what was expected of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SeriesPoint {
    /// When.
    pub time: Timestamp,
    /// The value; of a counter its rate a second.
    pub value: f32,
    /// Lowest value that was usual.
    pub low: f32,
    /// The value expected.
    pub expected: f32,
    /// Highest value that was usual.
    pub high: f32,
    /// How odd it is.
    pub score: f32,
}

/// A series that is watched.
#[derive(Clone, Debug, Serialize)]
pub struct SeriesView {
    /// The number of the series, as the tables have it.
    pub id: i64,
    /// What it is.
    #[serde(flatten)]
    pub series: Series,
    /// gauge, or counter, whose rate is looked at.
    pub kind: Kind,
    /// How it stands.
    pub state: SeriesState,
    /// The score of the last point.
    pub score: f32,
    /// What a score has to reach to be an alarm.
    pub threshold: f32,
    /// Points scored since it began.
    pub points_seen: u32,
    /// The last points, the oldest first. After a restart they begin anew.
    pub points: Vec<SeriesPoint>,
}

impl SeriesView {
    /// What pages are ordered by.
    #[must_use]
    pub fn key(&self) -> String {
        key(&self.series, self.id.cast_unsigned())
    }
}

/// The order of series: by name, then by place.
fn key(series: &Series, id: SeriesId) -> String {
    format!("{series}\u{1f}{}\u{1f}{}\u{1f}{id:016x}", series.host, series.service)
}

pub(super) fn series(state: &State, filter: &SeriesFilter) -> Vec<SeriesView> {
    let wanted = state.known.iter().filter(|(id, known)| is_wanted(state, **id, known, filter));
    let mut keyed: Vec<(String, SeriesId, &Known)> =
        wanted.map(|(&id, known)| (key(&known.series, id), id, known)).collect();
    keyed.retain(|(key, _, _)| filter.after.as_ref().is_none_or(|after| key > after));
    keyed.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    keyed.into_iter().take(filter.limit).map(|(_, id, known)| show(state, id, known, filter.points)).collect()
}

fn is_wanted(state: &State, id: SeriesId, known: &Known, filter: &SeriesFilter) -> bool {
    let is = |wanted: &Option<String>, text: &str| wanted.as_ref().is_none_or(|wanted| wanted == text);
    let series = &known.series;
    let holds = |text: &String| {
        let labels = series.labels.iter().any(|(label, value)| label.contains(text) || value.contains(text));
        labels || [&series.name, &series.host, &series.service].iter().any(|own| own.contains(text.as_str()))
    };
    is(&filter.name, &series.name)
        && is(&filter.host, &series.host)
        && is(&filter.service, &series.service)
        && filter.contains.as_ref().is_none_or(holds)
        && (!filter.odd || standing(state, id, known).0 == SeriesState::Odd)
}

/// How the series stands, and its threshold.
fn standing(state: &State, id: SeriesId, known: &Known) -> (SeriesState, f32) {
    let threshold = state.monitor.threshold(id).unwrap_or_default();
    let standing = match known.score {
        _ if known.points <= state.warm_up_points() => SeriesState::WarmingUp,
        score if score >= threshold => SeriesState::Odd,
        score if score >= threshold / 2.0 => SeriesState::Raised,
        _ => SeriesState::Usual,
    };
    (standing, threshold)
}

fn show(state: &State, id: SeriesId, known: &Known, points: usize) -> SeriesView {
    let (standing, threshold) = standing(state, id, known);
    let skipped = known.shown.len().saturating_sub(points);
    let point = |&Shown { time, value, low, expected, high, score }: &Shown| SeriesPoint {
        time,
        value,
        low,
        expected,
        high,
        score,
    };
    SeriesView {
        id: id.cast_signed(),
        series: known.series.clone(),
        kind: known.kind,
        state: standing,
        score: known.score,
        threshold,
        points_seen: known.points,
        points: known.shown.iter().skip(skipped).map(point).collect(),
    }
}
