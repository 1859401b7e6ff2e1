//! The Numenta Anomaly Benchmark: every series of a folder, point by point, and the scores of all.

use crate::cli::{
    Failure, bounded,
    table::{Cell, render},
};
use crate::parallel::each_in_parallel;
use palisade_model::Timestamp;
use palisade_telemetry::anomaly::nab::{Outcome, Profile, ScoredSeries, at_threshold, best};
use palisade_telemetry::anomaly::{Detector, Settings};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

/// The longest series of the benchmark is 1 MB.
const FILE_BYTES_MAX: u64 = 64 << 20;
/// Where windows may stand in the folder: beside the data, or as in the benchmark's repository.
const WINDOWS: [&str; 3] = ["windows.json", "combined_windows.json", "labels/combined_windows.json"];
/// A time of the benchmark without fractions of a second.
const TIME_BYTES: usize = 19;
const PROFILES: [(&str, Profile); 3] =
    [("standard", Profile::STANDARD), ("low-FP", Profile::LOW_FALSE_ALARMS), ("low-FN", Profile::LOW_MISSES)];

/// What was measured.
#[derive(Clone, Debug, Serialize)]
pub(super) struct NabFigures {
    /// Series of the folder.
    pub(super) series: usize,
    /// Series that the windows name and the folder does not have.
    pub(super) series_missing: usize,
    /// Points of all series.
    pub(super) points: usize,
    /// What a point cost, in microseconds.
    pub(super) point_us: f64,
    /// The scores.
    pub(super) scores: Vec<NabScore>,
}

/// The score of one profile.
#[derive(Clone, Debug, Serialize)]
pub(super) struct NabScore {
    /// Its name.
    pub(super) profile: &'static str,
    /// As the benchmark reports it: with the one threshold for all series that is best.
    pub(super) score: f64,
    /// That threshold.
    pub(super) threshold: f64,
    /// Windows with a detection.
    pub(super) hits: usize,
    /// Windows.
    pub(super) windows: usize,
    /// Detections outside windows.
    pub(super) false_alarms: usize,
    /// The score with the threshold that ships.
    pub(super) as_it_ships: f64,
}

/// One series of the folder.
struct Labelled {
    points: Vec<(Timestamp, f64)>,
    windows: Vec<(usize, usize)>,
}

/// Scores the series of `folder`.
///
/// # Errors
/// When windows or series cannot be read, or there are none.
pub(super) fn measure(folder: &Path) -> anyhow::Result<NabFigures> {
    let named = windows(folder)?;
    let there: Vec<_> = named.iter().filter(|(path, _)| folder.join("data").join(path).is_file()).collect();
    if there.is_empty() {
        let place = folder.join("data");
        return Err(
            Failure::input(format!("{}: none of the series that the windows name is there", place.display())).into()
        );
    }
    let read = each_in_parallel(&there, |(path, windows)| labelled(&folder.join("data").join(path), windows));
    let corpus = read.into_iter().collect::<anyhow::Result<Vec<Labelled>>>()?;
    let points = corpus.iter().map(|series| series.points.len()).sum();
    let begin = Instant::now();
    let scored: Vec<ScoredSeries> = corpus.iter().map(scored).collect();
    let point_us = begin.elapsed().as_secs_f64() * 1e6 / (points as f64).max(1.0);
    let scores = PROFILES.map(|(name, profile)| score(name, profile, &scored)).to_vec();
    Ok(NabFigures { series: corpus.len(), series_missing: named.len() - corpus.len(), points, point_us, scores })
}

/// The windows of each series, by its path below `data`.
fn windows(folder: &Path) -> anyhow::Result<BTreeMap<String, Vec<(String, String)>>> {
    let path = WINDOWS.iter().map(|name| folder.join(name)).find(|path| path.is_file());
    let path = path.ok_or_else(|| {
        Failure::input(format!("{}: neither windows.json nor labels/combined_windows.json is there", folder.display()))
    })?;
    let text = bounded::read_file(&path, FILE_BYTES_MAX)?;
    serde_json::from_str(&text).map_err(|error| Failure::input(format!("{}: {error}", path.display())).into())
}

fn labelled(path: &Path, windows: &[(String, String)]) -> anyhow::Result<Labelled> {
    let text = bounded::read_file(path, FILE_BYTES_MAX)?;
    let mut points = Vec::new();
    for (index, line) in text.lines().enumerate().skip(1).filter(|(_, line)| !line.trim().is_empty()) {
        let point = point(line);
        points.push(
            point
                .ok_or_else(|| Failure::input(format!("{}: line {}: no time and value", path.display(), index + 1)))?,
        );
    }
    let place = |window: &(String, String)| {
        let (from, to) = (time(&window.0)?, time(&window.1)?);
        let first = points.iter().position(|point| point.0 >= from)?;
        let last = points.iter().rposition(|point| point.0 <= to)?;
        (first <= last).then_some((first, last))
    };
    let windows = windows.iter().map(place).collect::<Option<Vec<_>>>();
    let windows = windows.ok_or_else(|| Failure::input(format!("{}: a window is outside of it", path.display())))?;
    Ok(Labelled { points, windows })
}

fn point(line: &str) -> Option<(Timestamp, f64)> {
    let (at, value) = line.split_once(',')?;
    Some((time(at)?, value.trim().parse().ok()?))
}

/// `2014-04-01 00:00:00`, with or without fractions of a second.
fn time(text: &str) -> Option<Timestamp> {
    Timestamp::parse(&format!("{}Z", text.get(..TIME_BYTES)?)).ok()
}

/// The strength of each point that is an alarm, 0 for all others.
fn scored(series: &Labelled) -> ScoredSeries {
    let mut detector = Detector::new(Settings::default());
    let score = |&(time, value): &(Timestamp, f64)| {
        detector.observe(time, value).alarm.map_or(0.0, |alarm| f64::from(alarm.strength))
    };
    ScoredSeries { scores: series.points.iter().map(score).collect(), windows: series.windows.clone() }
}

fn score(name: &'static str, profile: Profile, scored: &[ScoredSeries]) -> NabScore {
    let Outcome { score, threshold, false_alarms, hits, windows } = best(scored, profile);
    let shipped = at_threshold(scored, profile, f64::from(Settings::default().threshold));
    // Without any window that pays there is no threshold either; JSON knows no infinity.
    let threshold = if threshold.is_finite() { threshold } else { f64::MAX };
    NabScore { profile: name, score, threshold, hits, windows, false_alarms, as_it_ships: shipped.score }
}

/// The scores, for people.
pub(super) fn table(of: &NabFigures) -> String {
    let row = |score: &NabScore| {
        vec![
            Cell::text(score.profile),
            Cell::number(format!("{:.1}", score.score)),
            Cell::number(format!("{:.2}", score.threshold)),
            Cell::number(format!("{}/{}", score.hits, score.windows)),
            Cell::number(score.false_alarms),
            Cell::number(format!("{:.1}", score.as_it_ships)),
        ]
    };
    let head = ["NAB", "score", "threshold", "windows hit", "false alarms", "as it ships"];
    let missing =
        if of.series_missing > 0 { format!(" ({} more are not there)", of.series_missing) } else { String::new() };
    format!(
        "\n{}{} series{missing}, {} points, {:.1} µs each\n",
        render(&head, of.scores.iter().map(row).collect(), None),
        of.series,
        of.points,
        of.point_us
    )
}
