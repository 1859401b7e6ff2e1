//! What detectors and forecasts cost, on series made here.

use crate::cli::bench::memory::resident_of;
use palisade_model::Timestamp;
use palisade_telemetry::anomaly::{Detector, Kind, Monitor, Settings};
use palisade_telemetry::forecast::{Request, forecast};
use serde::Serialize;
use std::time::Instant;

/// Points of the one series, as many as make a time that can be measured.
const POINTS: usize = 200_000;
/// Points of each of many series: enough for every part of a detector to be at work.
const POINTS_WATCHED: usize = 120;
/// Values and steps of a forecast, and how many forecasts are timed.
const HISTORY: usize = 400;
const AHEAD: usize = 48;
const FORECASTS: usize = 400;
/// The fastest of so many parts counts, since others may be at work as well.
const PARTS: usize = 8;

/// What detectors cost.
#[derive(Clone, Debug, Serialize)]
pub(super) struct DetectionFigures {
    /// A point of one series, in microseconds.
    pub(super) point_us: f64,
    /// Points of one series that one core scores in a second.
    pub(super) points_per_second: f64,
    /// Series that were watched at once.
    pub(super) series: u64,
    /// Points of all of them in turn that one core scores in a second.
    pub(super) points_per_second_watched: f64,
    /// Memory of the program, with all of them, less what it was before, for each of them.
    pub(super) series_bytes: u64,
    /// Memory of the program with all of them.
    pub(super) resident_bytes: Option<u64>,
}

/// Times points of one series, then of `series` in turn.
pub(super) fn measure(series: u64) -> DetectionFigures {
    let point_us = a_point();
    let before = resident_of(std::process::id()).unwrap_or_default();
    let mut monitor = Monitor::new(&Settings::default(), usize::try_from(series).unwrap_or(usize::MAX));
    for id in 0..series {
        let labels = [format!("host={}", id % 100), format!("service={}", id % 37)];
        // There is room: the monitor was made for as many.
        let _ = monitor.watch(id, Kind::Gauge, &labels);
    }
    let rounds: Vec<f64> = (0..POINTS_WATCHED)
        .map(|round| {
            let (time, value) = point(round);
            let begin = Instant::now();
            (0..series).for_each(|id| drop(monitor.observe(id, time, value + (id % 1_000) as f64)));
            begin.elapsed().as_secs_f64()
        })
        .collect();
    // The first rounds are of detectors that hardly know anything.
    let late = &rounds[POINTS_WATCHED / 2..];
    let resident_bytes = resident_of(std::process::id());
    DetectionFigures {
        point_us,
        points_per_second: 1e6 / point_us,
        series,
        points_per_second_watched: series as f64 * late.len() as f64 / late.iter().sum::<f64>().max(1e-9),
        series_bytes: resident_bytes.unwrap_or_default().saturating_sub(before) / series,
        resident_bytes,
    }
}

/// Microseconds.
fn a_point() -> f64 {
    let points: Vec<(Timestamp, f64)> = (0..POINTS).map(point).collect();
    let mut detector = Detector::new(Settings::default());
    let parts = points.chunks(POINTS / PARTS).map(|part| {
        let begin = Instant::now();
        part.iter().for_each(|&(time, value)| drop(std::hint::black_box(detector.observe(time, value))));
        begin.elapsed().as_secs_f64() * 1e6 / part.len() as f64
    });
    // All are needed, in order: the detector goes on.
    parts.collect::<Vec<f64>>().into_iter().fold(f64::MAX, f64::min)
}

/// Forecasts from series with a day and a week, which differ in their noise.
pub(super) fn forecasts_per_second() -> f64 {
    let series: Vec<Vec<f64>> =
        (0..FORECASTS).map(|from| (0..HISTORY).map(|at| hour(from * 1_000 + at)).collect()).collect();
    let request = Request::ahead(AHEAD);
    let parts = series.chunks(FORECASTS / PARTS).map(|part| {
        let begin = Instant::now();
        part.iter().for_each(|history| drop(std::hint::black_box(forecast(history, &request))));
        part.len() as f64 / begin.elapsed().as_secs_f64().max(1e-9)
    });
    parts.fold(0.0, f64::max)
}

/// Five minutes apart: a day's wave, noise, and now and then a spike.
fn point(index: usize) -> (Timestamp, f64) {
    let time = Timestamp::from_millis(i64::try_from(index).unwrap_or(i64::MAX).saturating_mul(300_000));
    let spike = if index % 1_931 == 1_930 { 8.0 } else { 0.0 };
    (time, 50.0 + 20.0 * turn(index, 288) + 4.0 * noise(index) + spike)
}

fn hour(index: usize) -> f64 {
    100.0 + 0.01 * (index % 1_000) as f64 + 20.0 * turn(index, 24) + 10.0 * turn(index, 168) + 5.0 * noise(index)
}

fn turn(index: usize, length: usize) -> f64 {
    ((index % length) as f64 * std::f64::consts::TAU / length as f64).sin()
}

/// From 0 to 1, the same in every run.
fn noise(index: usize) -> f64 {
    let mixed = (index as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    ((mixed ^ (mixed >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93) >> 40) as f64 / 16_777_216.0
}
