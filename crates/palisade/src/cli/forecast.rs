//! `palisade forecast`: what comes next in a series, with intervals, and when a threshold is reached.

use super::Failure;
use super::series::{SeriesOptions, Written};
use super::table::{Cell, render};
use clap::Args;
use palisade_model::Timestamp;
use palisade_telemetry::forecast::{Crossing, Forecast, Request, Seasons, Side, crossing, forecast};
use palisade_telemetry::plot::Picture;
use palisade_telemetry::table::Series;
use serde_json::json;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;

/// Say what comes next in a series of values
#[derive(Args)]
#[command(after_help = "\
Several methods are tried on the past of the series; the forecast is their mean, weighted by how little they were off,
with intervals as wide as what it was off by.

Examples:
  palisade forecast disk.csv --horizon 72 --threshold 95
  palisade forecast requests.csv --column per_second --horizon 48 --plot requests.svg
  palisade forecast requests.csv --horizon 48 --format csv > next.csv")]
pub(super) struct ForecastArgs {
    #[command(flatten)]
    series: SeriesOptions,
    /// Steps ahead
    #[arg(long, value_name = "STEPS")]
    horizon: usize,
    /// The part of values that intervals shall hold
    #[arg(long, value_name = "SHARE", default_value_t = 0.95)]
    confidence: f64,
    /// Lengths of what repeats, in steps, as 24,168 [default: found in the series]
    #[arg(long, value_name = "STEPS,…", value_delimiter = ',')]
    seasons: Vec<usize>,
    /// Say when the series reaches this value
    #[arg(long, value_name = "VALUE", allow_negative_numbers = true)]
    threshold: Option<f64>,
    /// How the forecast is written
    #[arg(long, value_enum, default_value_t)]
    format: Written,
}

/// # Errors
/// When the file or an argument cannot be used, or the output not be written.
pub(super) fn run(args: &ForecastArgs) -> anyhow::Result<ExitCode> {
    let table = args.series.table()?;
    let (name, series) = args.series.series(&table)?;
    let seasons = match args.seasons.as_slice() {
        [] => Seasons::Detected { step_seconds: series.step_seconds },
        given => Seasons::Given(given.to_vec()),
    };
    let request = Request { horizon: args.horizon, confidence: args.confidence, seasons };
    let ahead = forecast(&series.values, &request).map_err(|error| Failure::input(error.to_string()))?;
    let reached = args.threshold.map(|threshold| {
        let last = series.values.iter().rev().find(|value| value.is_finite()).copied().unwrap_or_default();
        crossing(&ahead, threshold, if threshold >= last { Side::Rising } else { Side::Falling })
    });
    let text = match args.format {
        Written::Text => text(&series, &ahead, reached.as_ref()),
        Written::Csv => rows(&series, &ahead),
        Written::Json => {
            let times: Vec<_> = (0..ahead.values.len()).map(|step| time(&series, step)).collect();
            let told =
                json!({"column": name, "times": times, "forecast": ahead, "crossing": reached, "notes": series.notes});
            serde_json::to_string_pretty(&told)? + "\n"
        }
    };
    args.series.draw(&Picture {
        title: &name,
        values: &series.values,
        forecast: Some(&ahead),
        threshold: args.threshold,
        ..Picture::default()
    })?;
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// The time of a step ahead, where the file has times.
fn time(series: &Series, step: usize) -> Option<Timestamp> {
    series.time(series.values.len() + step)
}

fn text(series: &Series, ahead: &Forecast, reached: Option<&Crossing>) -> String {
    let head = ["step", "time", "lower", "value", "upper"];
    let row = |step: usize| {
        vec![
            Cell::number(step + 1),
            Cell::text(time(series, step).map(|time| time.to_string()).unwrap_or_default()),
            Cell::number(shown(ahead.lower[step])),
            Cell::number(shown(ahead.values[step])),
            Cell::number(shown(ahead.upper[step])),
        ]
    };
    let mut out = render(&head, (0..ahead.values.len()).map(row).collect(), None);
    let methods: Vec<String> =
        ahead.methods.iter().map(|share| format!("{} {:.0} %", share.method, share.weight * 100.0)).collect();
    // Writing into a String cannot fail.
    let _ = writeln!(
        out,
        "intervals of {:.0} %; seasons {:?}; {}",
        ahead.confidence * 100.0,
        ahead.seasons,
        methods.join(", ")
    );
    if let Some(reached) = reached {
        let at = |step: Option<usize>| match step {
            Some(step) => {
                time(series, step.saturating_sub(1)).map_or_else(|| format!("step {step}"), |time| time.to_string())
            }
            None => "not within these steps".to_owned(),
        };
        let _ = writeln!(
            out,
            "threshold reached: expected {}, earliest {}, latest {}; likelihood {:.2}",
            at(reached.expected),
            at(reached.earliest),
            at(reached.latest),
            reached.likelihood
        );
    }
    out
}

fn rows(series: &Series, ahead: &Forecast) -> String {
    let mut out = String::from("step,time,lower,value,upper\n");
    for step in 0..ahead.values.len() {
        let time = time(series, step).map(|time| time.to_string()).unwrap_or_default();
        let (lower, value, upper) = (ahead.lower[step], ahead.values[step], ahead.upper[step]);
        let _ = writeln!(out, "{},{time},{lower},{value},{upper}", step + 1);
    }
    out
}

/// Four figures are enough for people.
fn shown(value: f64) -> String {
    let digits = if value == 0.0 { 0 } else { (3.0 - value.abs().log10().floor()).clamp(0.0, 9.0) as usize };
    format!("{value:.digits$}")
}
