//! `palisade bench telemetry`: how good and how fast anomaly scores and forecasts are. No server is needed.
//!
//! With folders of the Numenta Anomaly Benchmark and of the M4 competition their official scores are made; without
//! them, what a point and a forecast cost on series made here.

mod detection;
mod m4;
mod nab;

use super::report::{self, megabytes};
use crate::cli::{
    Format,
    table::{Cell, render},
};
use clap::Args;
use detection::DetectionFigures;
use m4::M4Figures;
use nab::NabFigures;
use serde::Serialize;
use std::{path::PathBuf, process::ExitCode};

/// Measure how good and how fast anomaly scores and forecasts are
#[derive(Args)]
#[command(after_help = "\
--nab: a folder with data/ and windows.json, or the repository of the benchmark (labels/combined_windows.json). Every series that the windows name and data/ has is given, point by point, to a new detector with the settings that ship.
--m4: a folder with files as Hourly-train.csv of the competition and, where they are known, Hourly-test.csv, there or in Train/ and Test/. Without a test file the last values of each series are kept back.

Examples:
  palisade bench telemetry
  palisade bench telemetry --nab NAB
  palisade bench telemetry --m4 M4 --format json")]
pub struct TelemetryArgs {
    /// Folder of the Numenta Anomaly Benchmark
    #[arg(long, value_name = "DIR")]
    nab: Option<PathBuf>,
    /// Folder of the M4 competition
    #[arg(long, value_name = "DIR")]
    m4: Option<PathBuf>,
    /// Series that are watched at once
    #[arg(long, value_name = "NUMBER", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    series: u64,
    /// How to print the figures
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// What was measured.
#[derive(Clone, Debug, Serialize)]
struct TelemetryFigures {
    /// Cost and memory of detectors.
    detection: DetectionFigures,
    /// Forecasts of 48 steps from 400 values, with intervals, that one core makes in a second.
    forecasts_per_second: f64,
    /// Scores of the Numenta Anomaly Benchmark.
    nab: Option<NabFigures>,
    /// Scores of the M4 competition, one for each frequency.
    m4: Vec<M4Figures>,
}

/// Runs `palisade bench telemetry`.
///
/// # Errors
/// When a folder does not hold what it should.
pub async fn run(args: TelemetryArgs) -> anyhow::Result<ExitCode> {
    let format = args.format;
    let busy = report::busy("a point".to_owned());
    let shown = busy.clone();
    let figures = tokio::task::spawn_blocking(move || measure(&args, &shown)).await??;
    busy.finish_and_clear();
    report::print(&[figures], table, format)?;
    Ok(ExitCode::SUCCESS)
}

fn measure(args: &TelemetryArgs, busy: &indicatif::ProgressBar) -> anyhow::Result<TelemetryFigures> {
    // First, so that no other work's memory is counted.
    let detection = detection::measure(args.series);
    busy.set_message("forecasts");
    let forecasts_per_second = detection::forecasts_per_second();
    busy.set_message("anomaly benchmark");
    let nab = args.nab.as_deref().map(nab::measure).transpose()?;
    busy.set_message("forecasting competition");
    let m4 = args.m4.as_deref().map(m4::measure).transpose()?.unwrap_or_default();
    Ok(TelemetryFigures { detection, forecasts_per_second, nab, m4 })
}

fn table(all: &[TelemetryFigures]) -> String {
    let mut text = String::new();
    for of in all {
        text += &general(of);
        text += &of.nab.as_ref().map(nab::table).unwrap_or_default();
        text += &m4::table(&of.m4);
    }
    text
}

fn general(of: &TelemetryFigures) -> String {
    let detection = &of.detection;
    let rows = [
        ("a point of one series, µs", Cell::number(format!("{:.1}", detection.point_us))),
        ("points/s a core, one series", Cell::number(format!("{:.0}", detection.points_per_second))),
        ("series watched at once", Cell::number(detection.series)),
        ("points/s a core, all of them", Cell::number(format!("{:.0}", detection.points_per_second_watched))),
        ("memory of a series, bytes", Cell::number(detection.series_bytes)),
        ("memory of this program, MB", megabytes(detection.resident_bytes)),
        ("forecasts/s a core", Cell::number(format!("{:.0}", of.forecasts_per_second))),
    ];
    let rows = rows.into_iter().map(|(what, figure)| vec![Cell::text(what), figure]).collect();
    render(&["what", "figure"], rows, None)
}
