//! `palisade bench detect`: how fast Sigma rules look at events, on one core. No server is needed.

use super::memory::Gauge;
use super::report::{self, megabytes, tenths, whole};
use crate::cli::table::{Cell, render};
use crate::cli::{Format, bounded};
use crate::clock::now;
use crate::rules::{self, Sources};
use clap::Args;
use palisade_events::readers::json;
use palisade_events::{Evaluator, Record, Ruleset};
use serde::Serialize;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Events are held in memory, so that only reading and judging them is timed.
const EVENTS_BYTES_MAX: u64 = 1 << 30;
/// The events are gone through so often; the median pass counts, and the first is not among them.
const PASSES: usize = 5;

/// Measure how fast rules look at events, on one core and without a server
#[derive(Args)]
#[command(after_help = "\
Examples:
  palisade bench detect --rules sigma/rules events.ndjson")]
pub struct DetectArgs {
    /// Sigma rules: files and folders
    #[arg(long, value_name = "PATH", required = true, num_args = 1)]
    rules: Vec<PathBuf>,
    /// Events, one JSON object a line
    #[arg(value_name = "FILE")]
    events: PathBuf,
    /// How to print the figures
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// What was measured.
#[derive(Clone, Debug, Default, Serialize)]
struct DetectFigures {
    /// Rules that run.
    rules: usize,
    /// How long it took to read and compile them, in milliseconds.
    load_ms: f64,
    /// Events of one pass.
    events: usize,
    /// Matches of rules in one pass.
    matches: usize,
    /// Events that one core reads and asks all rules about in a second.
    events_per_second: f64,
    /// Millions of bytes of events in a second.
    megabytes_per_second: f64,
    /// How long one event takes in microseconds: half take no longer.
    p50_us: f64,
    /// … and 99 of 100.
    p99_us: f64,
    /// Resident memory of this program, with rules and memory of values, without the events.
    resident_bytes: Option<u64>,
}

/// Runs `palisade bench detect`.
///
/// # Errors
/// When rules or events cannot be read.
pub async fn run(args: DetectArgs) -> anyhow::Result<ExitCode> {
    let format = args.format;
    let mut held = tokio::task::spawn_blocking(move || measure(&args)).await??;
    // The events are gone by now; the rules and what evaluating them keeps are still there.
    held.figures.resident_bytes = Gauge::Process(std::process::id()).read().await;
    report::print(&[held.figures], table, format)?;
    Ok(ExitCode::SUCCESS)
}

/// The figures, and what takes memory.
struct Held {
    figures: DetectFigures,
    _ruleset: Ruleset,
    _evaluator: Evaluator,
}

fn measure(args: &DetectArgs) -> anyhow::Result<Held> {
    let started = Instant::now();
    let ruleset = rules::load(&Sources::of(&args.rules), now())?.ruleset;
    let load_ms = started.elapsed().as_secs_f64() * 1e3;
    let text = bounded::read_file(&args.events, EVENTS_BYTES_MAX)?;
    let busy = report::busy(format!("looking at {}", args.events.display()));
    let mut evaluator = ruleset.evaluator();
    let (events, matches) = pass(&mut evaluator, &text);
    let mut times: Vec<Duration> = (0..PASSES).map(|_| timed(|| pass(&mut evaluator, &text))).collect();
    times.sort_unstable();
    let (p50_us, p99_us) = one_by_one(&ruleset, &text);
    busy.finish_and_clear();
    let seconds = times[PASSES / 2].as_secs_f64().max(1e-9);
    let figures = DetectFigures {
        rules: ruleset.engine().rules().len(),
        load_ms,
        events,
        matches,
        events_per_second: events as f64 / seconds,
        megabytes_per_second: text.len() as f64 / 1e6 / seconds,
        p50_us,
        p99_us,
        resident_bytes: None,
    };
    Ok(Held { figures, _ruleset: ruleset, _evaluator: evaluator })
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let started = Instant::now();
    std::hint::black_box(work());
    started.elapsed()
}

/// Reads every event and asks all rules about it; how many events and matches there were.
fn pass(evaluator: &mut Evaluator, text: &str) -> (usize, usize) {
    let (mut events, mut matches, mut spare) = (0, 0, Record::default());
    for line in json::lines(text) {
        let Ok(record) = json::read(line, std::mem::take(&mut spare)) else { continue };
        events += 1;
        matches += evaluator.evaluate(&record).len();
        spare = record.renew("");
    }
    (events, matches)
}

/// The percentiles of the time of one event, in microseconds, for an evaluator that has seen the events once.
fn one_by_one(ruleset: &Ruleset, text: &str) -> (f64, f64) {
    let mut evaluator = ruleset.evaluator();
    pass(&mut evaluator, text);
    let mut times = Vec::new();
    let mut spare = Record::default();
    for line in json::lines(text) {
        let started = Instant::now();
        let Ok(record) = json::read(line, std::mem::take(&mut spare)) else { continue };
        std::hint::black_box(evaluator.evaluate(&record).len());
        times.push(started.elapsed());
        spare = record.renew("");
    }
    times.sort_unstable();
    let at = |percent: usize| times.get(times.len() * percent / 100).map_or(0.0, |time| time.as_secs_f64() * 1e6);
    (at(50), at(99))
}

fn table(all: &[DetectFigures]) -> String {
    let head = ["rules", "load ms", "events", "matches", "events/s", "MB/s", "p50 µs", "p99 µs", "RSS MB"];
    let row = |of: &DetectFigures| {
        vec![
            Cell::number(of.rules),
            whole(of.load_ms),
            Cell::number(of.events),
            Cell::number(of.matches),
            whole(of.events_per_second),
            whole(of.megabytes_per_second),
            tenths(Some(of.p50_us)),
            tenths(Some(of.p99_us)),
            megabytes(of.resident_bytes),
        ]
    };
    render(&head, all.iter().map(row).collect(), None)
}
