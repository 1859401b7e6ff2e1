//! `palisade anomaly score`: how odd each value of a series is, judged by what came before it alone. What a server finds
//! in series that come in is asked by `anomaly_live`.

use super::series::{SeriesOptions, Written};
use super::table::{Cell, render};
use super::{Failure, anomaly_live, runtime};
use clap::{Args, Subcommand};
use palisade_model::Timestamp;
use palisade_telemetry::anomaly::{Detector, Score, Settings};
use palisade_telemetry::plot::Picture;
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
  palisade anomaly score latency.csv --format csv > scores.csv
  palisade anomaly list
  palisade anomaly live cpu
  palisade anomaly feedback a2e3c8ace4e1c334c0f7311411f1de42 fine")]
pub(super) struct AnomalyArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Score every value of a file by what came before it
    Score(ScoreArgs),
    /// List what a server finds odd now and found lately, with what likely caused it
    List(anomaly_live::ListArgs),
    /// Show series that a server watches, with the last value, what was expected of it, and how odd it is
    Live(anomaly_live::LiveArgs),
    /// Say whether an anomaly was real, which tunes its series
    Feedback(anomaly_live::FeedbackArgs),
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
    match &args.command {
        Command::Score(args) => score(args),
        Command::List(args) => runtime::run(anomaly_live::list(args)),
        Command::Live(args) => runtime::run(anomaly_live::live(args)),
        Command::Feedback(args) => runtime::run(anomaly_live::feedback(args)),
    }
}

fn score(args: &ScoreArgs) -> anyhow::Result<ExitCode> {
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
    if args.series.plot.is_some() {
        args.series.draw(&Drawn::of(&rows).picture(&column.name))?;
    }
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
    let alarms = rows.iter().filter_map(|row| row.score.alarm.as_ref().map(|alarm| (row, alarm)));
    let cells = alarms.map(|(row, alarm)| {
        let (oddest, band) = (alarm.oddest, alarm.oddest.band);
        // As it stands in the file: the detector keeps rounded numbers.
        let value = rows.iter().rfind(|row| row.time == oddest.time).map_or(oddest.value, |row| row.value);
        let says = row.score.contributions.iter().map(|one| one.channel.title()).collect::<Vec<_>>().join(", ");
        vec![
            Cell::text(oddest.time.to_string()),
            Cell::number(format!("{value:.4}")),
            Cell::text(format!("{:.4} to {:.4}", band.low, band.high)),
            Cell::number(format!("{:.1}", alarm.strength)),
            Cell::text(says),
        ]
    });
    let cells: Vec<_> = cells.collect();
    let said = format!("{} points, {} alarms\n", rows.len(), cells.len());
    if cells.is_empty() {
        return said;
    }
    render(&["time", "value", "expected", "strength", "odd by"], cells, None) + &said
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

/// What is drawn, summed up from rows.
struct Drawn {
    values: Vec<f64>,
    band: Vec<(f64, f64)>,
    scores: Vec<f64>,
    marks: Vec<usize>,
    ends: Option<(String, String)>,
}

impl Drawn {
    fn of(rows: &[Row<'_>]) -> Self {
        let band = |row: &Row<'_>| row.score.band.map_or((f64::NAN, f64::NAN), |band| (band.low, band.high));
        let oddest = |index: usize, row: &Row<'_>| {
            let time = row.score.alarm.as_ref()?.oddest.time;
            rows[..=index].iter().rposition(|row| row.time == time)
        };
        let ends = rows.first().zip(rows.last());
        Self {
            values: rows.iter().map(|row| row.value).collect(),
            band: rows.iter().map(band).collect(),
            scores: rows.iter().map(|row| f64::from((row.score.score / DRAWN_MAX).clamp(0.0, 1.0))).collect(),
            marks: rows.iter().enumerate().filter_map(|(index, row)| oddest(index, row)).collect(),
            ends: ends.map(|(first, last)| (minute(first.time), minute(last.time))),
        }
    }

    fn picture<'p>(&'p self, title: &'p str) -> Picture<'p> {
        Picture {
            title,
            values: &self.values,
            band: &self.band,
            scores: &self.scores,
            marks: &self.marks,
            ends: self.ends.as_ref().map(|(first, last)| (first.as_str(), last.as_str())),
            ..Picture::default()
        }
    }
}

/// Day and minute, as people read a time beneath a picture.
fn minute(time: Timestamp) -> String {
    time.to_string().chars().take(16).map(|character| if character == 'T' { ' ' } else { character }).collect()
}
