//! `palisade anomaly score`: how odd each value of a series is, judged by what came before it alone.

use super::Failure;
use super::series::{SeriesOptions, Written};
use super::table::{Cell, render};
use clap::{Args, Subcommand};
use palisade_model::Timestamp;
use palisade_telemetry::anomaly::{Detector, Score, Settings};
use palisade_telemetry::plot::{Picture, svg};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;

/// Between points of a file without times, in nanoseconds: a minute.
const STEP: i64 = 60_000_000_000;
/// A score of this many decades reaches the top of a picture.
const DRAWN_MAX: f32 = 12.0;

/// Find what is odd in a series of values
#[derive(Args)]
#[command(after_help = "\
Examples:
  palisade anomaly score latency.csv
  palisade anomaly score latency.csv --column p99 --plot latency.svg
  palisade anomaly score latency.csv --format csv > scores.csv")]
pub(super) struct AnomalyArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Score every value of a file by what came before it
    Score(ScoreArgs),
}

#[derive(Args)]
struct ScoreArgs {
    #[command(flatten)]
    series: SeriesOptions,
    /// Alarms that are wanted in ten thousand points: the threshold moves towards that
    #[arg(long, value_name = "NUMBER", default_value_t = 10.0)]
    alarm_budget: f32,
    /// How scores are written: text tells alarms alone
    #[arg(long, value_enum, default_value_t)]
    format: Written,
}

/// # Errors
/// When the file or an argument cannot be used, or the output not be written.
pub(super) fn run(args: &AnomalyArgs) -> anyhow::Result<ExitCode> {
    let Command::Score(args) = &args.command;
    let table = args.series.table()?;
    let column = args.series.column_of(&table)?;
    if !args.alarm_budget.is_finite() || args.alarm_budget <= 0.0 {
        return Err(Failure::input("--alarm-budget: a number above 0").into());
    }
    let times: Vec<Timestamp> = (0..column.values.len())
        .map(|row| {
            let told = table.time.as_ref().and_then(|time| time.times.get(row).copied().flatten());
            told.unwrap_or_else(|| Timestamp::from_nanos(i64::try_from(row).unwrap_or(i64::MAX).saturating_mul(STEP)))
        })
        .collect();
    let mut detector = Detector::new(Settings { alarm_budget: Some(args.alarm_budget), ..Settings::default() });
    let scores: Vec<Score> =
        times.iter().zip(&column.values).map(|(time, value)| detector.observe(*time, *value)).collect();
    let rows: Vec<Row<'_>> = times
        .iter()
        .zip(&column.values)
        .zip(&scores)
        .map(|((time, value), score)| Row { time: *time, value: *value, score })
        .collect();
    let out = match args.format {
        Written::Text => text(&rows),
        Written::Csv => csv(&rows),
        Written::Json => {
            let points: Vec<Value> = rows.iter().map(Row::json).collect();
            serde_json::to_string(&json!({"column": column.name, "points": points}))? + "\n"
        }
    };
    args.series.draw(|| picture(&column.name, &rows))?;
    std::io::stdout().write_all(out.as_bytes())?;
    Ok(ExitCode::from(u8::from(scores.iter().any(|score| score.alarm.is_some()))))
}

/// One point and what is said of it.
struct Row<'s> {
    time: Timestamp,
    value: f64,
    score: &'s Score,
}

impl Row<'_> {
    fn json(&self) -> Value {
        json!({"time": self.time, "value": self.value, "score": self.score.score, "likelihood": self.score.likelihood,
               "band": self.score.band, "alarm": self.score.alarm, "contributions": self.score.contributions,
               "notice": self.score.notice})
    }
}

fn text(rows: &[Row<'_>]) -> String {
    let alarms = rows.iter().filter(|row| row.score.alarm.is_some());
    let cells = alarms.map(|row| {
        let expected = row.score.band.map(|band| format!("{:.4} to {:.4}", band.low, band.high)).unwrap_or_default();
        let says = row.score.contributions.iter().map(|one| one.channel.title()).collect::<Vec<_>>().join(", ");
        vec![
            Cell::text(row.time.to_string()),
            Cell::number(format!("{:.4}", row.value)),
            Cell::text(expected),
            Cell::number(format!("{:.1}", row.score.score)),
            Cell::number(format!("{:.6}", row.score.likelihood)),
            Cell::text(says),
        ]
    });
    let cells: Vec<_> = cells.collect();
    let said = format!("{} points, {} alarms\n", rows.len(), cells.len());
    if cells.is_empty() {
        return said;
    }
    render(&["time", "value", "expected", "score", "likelihood", "odd by"], cells, None) + &said
}

fn csv(rows: &[Row<'_>]) -> String {
    let mut out = String::from("time,value,score,likelihood,low,high,alarm\n");
    for row in rows {
        let (low, high) = row.score.band.map_or((f64::NAN, f64::NAN), |band| (band.low, band.high));
        let alarm = u8::from(row.score.alarm.is_some());
        // Writing into a String cannot fail.
        let _ = writeln!(
            out,
            "{},{},{},{},{low},{high},{alarm}",
            row.time, row.value, row.score.score, row.score.likelihood
        );
    }
    out
}

fn picture(title: &str, rows: &[Row<'_>]) -> String {
    let values: Vec<f64> = rows.iter().map(|row| row.value).collect();
    let band: Vec<(f64, f64)> =
        rows.iter().map(|row| row.score.band.map_or((f64::NAN, f64::NAN), |band| (band.low, band.high))).collect();
    let scores: Vec<f64> = rows.iter().map(|row| f64::from((row.score.score / DRAWN_MAX).clamp(0.0, 1.0))).collect();
    let marks: Vec<usize> =
        rows.iter().enumerate().filter(|(_, row)| row.score.alarm.is_some()).map(|(index, _)| index).collect();
    svg(&Picture { title, values: &values, band: &band, scores: &scores, marks: &marks, ..Picture::default() })
}
