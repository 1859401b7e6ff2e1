//! The scores of the whole ensemble on the Numenta Anomaly Benchmark, with the settings that ship.
//!
//! `PALISADE_DATA=folder cargo test --release -p palisade-telemetry --test nab -- --nocapture` prints them; the folder
//! has `telemetry/NAB/windows.json` and `telemetry/NAB/data/`. Every series is given point by point to a new detector.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "own fixtures")]

use palisade_model::Timestamp;
use palisade_telemetry::anomaly::{
    Detector, Settings,
    nab::{self, Outcome, Profile, ScoredSeries},
};
use std::{collections::BTreeMap, fs, path::PathBuf, time::Instant};

/// A little under what is reached: less than this, something broke.
const STANDARD_FLOOR: f64 = 75.5;
const LOW_FALSE_ALARMS_FLOOR: f64 = 67.5;

struct Series {
    category: String,
    name: String,
    points: Vec<(Timestamp, f64)>,
    windows: Vec<(usize, usize)>,
}

fn corpus() -> Option<Vec<Series>> {
    let folder = PathBuf::from(std::env::var_os("PALISADE_DATA")?).join("telemetry/NAB");
    let windows: BTreeMap<String, Vec<(String, String)>> =
        serde_json::from_str(&fs::read_to_string(folder.join("windows.json")).ok()?).unwrap();
    let read = |(path, windows): (String, Vec<(String, String)>)| {
        let text = fs::read_to_string(folder.join("data").join(&path)).unwrap();
        let rows: Vec<(&str, f64)> = text
            .lines()
            .skip(1)
            .map(|line| line.split_once(',').unwrap())
            .map(|(time, value)| (&time[..19], value.trim().parse().unwrap()))
            .collect();
        let at = |time: &str| rows.iter().position(|row| row.0 == &time[..19]).unwrap();
        let (category, name) = path.split_once('/').unwrap();
        Series {
            category: category.to_owned(),
            name: name.to_owned(),
            points: rows.iter().map(|row| (Timestamp::parse(&format!("{}Z", row.0)).unwrap(), row.1)).collect(),
            windows: windows.iter().map(|(from, to)| (at(from), at(to))).collect(),
        }
    };
    Some(windows.into_iter().map(read).collect())
}

/// The settings that ship, or those in `PALISADE_NAB_SETTINGS` (JSON), to try others.
fn settings() -> Settings {
    let tried = std::env::var("PALISADE_NAB_SETTINGS").ok();
    tried.map_or_else(Settings::default, |text| serde_json::from_str(&text).unwrap())
}

/// The strength of each point that is an alarm, 0 for all others.
fn alarms(series: &Series, settings: &Settings) -> ScoredSeries {
    let mut detector = Detector::new(settings.clone());
    let scores = series
        .points
        .iter()
        .map(|&(time, value)| detector.observe(time, value))
        .map(|score| score.alarm.map_or(0.0, |alarm| f64::from(alarm.strength)))
        .collect();
    ScoredSeries { scores, windows: series.windows.clone() }
}

fn line(name: &str, outcome: Outcome) -> String {
    format!(
        "{name:28} {:6.2}  threshold {:.3}  windows {}/{}  false alarms {}",
        outcome.score, outcome.threshold, outcome.hits, outcome.windows, outcome.false_alarms
    )
}

#[test]
fn the_ensemble_reaches_its_score() {
    let Some(corpus) = corpus() else {
        eprintln!("skipped: PALISADE_DATA names no folder with telemetry/NAB");
        return;
    };
    let settings = settings();
    let begin = Instant::now();
    let scored: Vec<ScoredSeries> = corpus.iter().map(|series| alarms(series, &settings)).collect();
    let points: usize = corpus.iter().map(|series| series.points.len()).sum();
    println!("{points} points, {:.2} µs each", begin.elapsed().as_secs_f64() * 1e6 / points as f64);
    let standard = nab::best(&scored, Profile::STANDARD);
    let low = nab::best(&scored, Profile::LOW_FALSE_ALARMS);
    println!("{}", line("standard", standard));
    println!("{}", line("low false alarms", low));
    println!("{}", line("low misses", nab::best(&scored, Profile::LOW_MISSES)));
    let threshold = f64::from(settings.threshold);
    println!("{}", line("standard, as it ships", nab::at_threshold(&scored, Profile::STANDARD, threshold)));
    by_category(&corpus, &scored, standard.threshold);
    if std::env::var_os("PALISADE_NAB_SERIES").is_some() {
        by_series(&corpus, &scored, standard.threshold);
    }
    let tried = std::env::var_os("PALISADE_NAB_SETTINGS").is_some();
    assert!(tried || standard.score >= STANDARD_FLOOR && low.score >= LOW_FALSE_ALARMS_FLOOR);
}

/// Each category with the threshold of all, and with the one that is best without it.
fn by_category(corpus: &[Series], scored: &[ScoredSeries], threshold: f64) {
    let categories: std::collections::BTreeSet<&str> = corpus.iter().map(|series| &*series.category).collect();
    for category in categories {
        let part = |within: bool| -> Vec<ScoredSeries> {
            let pairs = corpus.iter().zip(scored);
            pairs.filter(|(series, _)| (series.category == category) == within).map(|(_, s)| s.clone()).collect()
        };
        let (own, others) = (part(true), part(false));
        println!("{}", line(category, nab::at_threshold(&own, Profile::STANDARD, threshold)));
        let elsewhere = nab::best(&others, Profile::STANDARD).threshold;
        println!("{}", line("  threshold of the others", nab::at_threshold(&own, Profile::STANDARD, elsewhere)));
    }
}

fn by_series(corpus: &[Series], scored: &[ScoredSeries], threshold: f64) {
    for (series, scored) in corpus.iter().zip(scored) {
        let alarms: Vec<String> = scored
            .scores
            .iter()
            .enumerate()
            .filter(|(at, score)| **score >= threshold && *at >= nab::probation(scored.scores.len()))
            .map(|(at, score)| {
                let hit = scored.windows.iter().any(|window| at >= window.0 && at <= window.1);
                format!("{}{at}:{score:.1}", if hit { '+' } else { '-' })
            })
            .collect();
        println!("{:45} {:?} {}", series.name, scored.windows, alarms.join(" "));
    }
}
