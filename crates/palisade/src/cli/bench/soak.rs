//! `palisade bench soak`: a steady stream for minutes, and whether memory and queries stay flat meanwhile.

use super::{
    Target,
    bodies::Content,
    lake::{LakeUnderTest, NO_RATE},
    latency::Percentiles,
    load::{Acks, End, Plan, send},
    memory::Gauge,
    plot::{Line, Panel, svg},
    post::Route,
    report,
    server::Measured,
};
use crate::cli::{
    Format,
    table::{Cell, render},
};
use anyhow::Context as _;
use clap::Args;
use serde::Serialize;
use std::{
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{sync::watch, time::MissedTickBehavior};

/// Between two looks at memory.
const MEMORY_PERIOD: Duration = Duration::from_secs(1);
/// Between two rounds of queries.
const QUERY_PERIOD: Duration = Duration::from_secs(10);
/// Events in one request.
const BATCH: usize = 50;
const CONNECTIONS: usize = 4;
const EVENT_BYTES: usize = 300;
/// The share of the time, from the start, that buffers and caches get to fill: the slope is that of the rest.
const WARM_UP: f64 = 0.2;
/// What memory must not pass, for the line in the picture.
const MEMORY_MB_MAX: f64 = 200.0;
/// The same whatever is in the lake, so that its time shows what the lake costs.
const LAST_MINUTE: &str =
    "SELECT severity, count(*) FROM events WHERE time >= now() - INTERVAL '1 minute' GROUP BY 1 ORDER BY 1";
const COUNT: &str = "SELECT count(*) FROM events";

/// Send at a steady rate for minutes, and see whether memory and query times stay flat
#[derive(Args)]
#[command(after_help = "\
Resident memory is read every second, and two queries are timed every ten: a count of all events, and a count by severity
of the last minute. The slope of the memory is that of a least-squares line through the last four fifths of the time.")]
pub struct SoakArgs {
    /// How long
    #[arg(long, value_name = "S", default_value_t = 600, value_parser = clap::value_parser!(u64).range(10..=86_400))]
    seconds: u64,
    /// Events a second
    #[arg(long, value_name = "R", default_value_t = 5_000, value_parser = clap::value_parser!(u32).range(1..))]
    rate: u32,
    /// Write a picture of memory and query times
    #[arg(long, value_name = "FILE.svg")]
    plot: Option<PathBuf>,
    /// How to print the figures
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    target: Target,
}

/// Seconds from the start, and what was seen then.
type Series = Vec<(f64, f64)>;

/// What was measured.
#[derive(Debug, Serialize)]
pub struct SoakFigures {
    /// How long.
    pub seconds: u64,
    /// Acknowledged events a second.
    pub events_per_second: f64,
    /// Request to acknowledgement, in milliseconds.
    pub request_ms: Percentiles,
    /// Requests that were told to come back later.
    pub refused: u64,
    /// Resident memory at its highest, in bytes.
    pub memory_bytes_max: u64,
    /// How memory grows, in megabytes a minute, after the warm-up.
    pub memory_mb_per_minute: f64,
    /// How the query over the last minute gets slower, in milliseconds a minute, after the warm-up.
    pub query_ms_per_minute: f64,
    /// Resident memory in megabytes over time.
    pub memory_mb: Series,
    /// Time of the count of all events in milliseconds, over time.
    pub count_ms: Series,
    /// Time of the count by severity of the last minute in milliseconds, over time.
    pub last_minute_ms: Series,
}

/// Runs `palisade bench soak`.
///
/// # Errors
/// When no server can be had, it refuses, or the picture cannot be written.
pub async fn run(args: SoakArgs) -> anyhow::Result<ExitCode> {
    let server = Measured::start(&args.target, NO_RATE).await?;
    let busy = report::busy(format!("soak: {} s", args.seconds));
    let figures = measure(&args, &server).await;
    busy.finish_and_clear();
    server.stop().await;
    let figures = figures?;
    if let Some(path) = &args.plot {
        let picture = svg(&panels(&args, &figures), args.seconds as f64);
        std::fs::write(path, picture).with_context(|| format!("cannot write {}", path.display()))?;
    }
    report::print(&[figures], soak_table, args.format)?;
    Ok(ExitCode::SUCCESS)
}

async fn measure(args: &SoakArgs, server: &Measured) -> anyhow::Result<SoakFigures> {
    let (stop, stopped) = watch::channel(false);
    let start = Instant::now();
    let memory = tokio::spawn(watch_memory(server.gauge.clone(), start, stopped.clone()));
    let queries = tokio::spawn(watch_queries(LakeUnderTest::new(&server.connection)?, start, stopped));
    let end = End::After(Duration::from_secs(args.seconds));
    let plan = Plan { connections: CONNECTIONS, rate: Some(f64::from(args.rate)), end };
    let bodies = Content::Events.bodies(BATCH, EVENT_BYTES);
    let route = Route::new(&server.connection, Content::Events, BATCH)?;
    let mut sent = send(route, bodies, Arc::new(Acks::new()), plan).await?;
    let _ = stop.send(true);
    let memory_mb = memory.await?;
    let (count_ms, last_minute_ms) = queries.await??;
    let most = memory_mb.iter().map(|point| point.1).fold(0.0, f64::max);
    Ok(SoakFigures {
        seconds: args.seconds,
        events_per_second: (sent.requests * BATCH as u64) as f64 / sent.time.as_secs_f64(),
        request_ms: sent.latency.percentiles(),
        refused: sent.refused,
        memory_bytes_max: (most * 1e6) as u64,
        memory_mb_per_minute: slope_per_minute(&memory_mb),
        query_ms_per_minute: slope_per_minute(&last_minute_ms),
        memory_mb,
        count_ms,
        last_minute_ms,
    })
}

async fn watch_memory(gauge: Gauge, start: Instant, mut stopped: watch::Receiver<bool>) -> Series {
    let mut seen = Vec::new();
    let mut ticks = tokio::time::interval(MEMORY_PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stopped.changed() => return seen,
        }
        if let Some(bytes) = gauge.read().await {
            seen.push((start.elapsed().as_secs_f64(), bytes as f64 / 1e6));
        }
    }
}

async fn watch_queries(
    lake: LakeUnderTest,
    start: Instant,
    mut stopped: watch::Receiver<bool>,
) -> anyhow::Result<(Series, Series)> {
    let (mut count, mut last_minute) = (Vec::new(), Vec::new());
    let mut ticks = tokio::time::interval(QUERY_PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    // The first tick comes at once, when there is nothing yet.
    ticks.tick().await;
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stopped.changed() => return Ok((count, last_minute)),
        }
        for (sql, times) in [(COUNT, &mut count), (LAST_MINUTE, &mut last_minute)] {
            let (at, asked) = (start.elapsed().as_secs_f64(), Instant::now());
            lake.ask(sql).await?;
            times.push((at, asked.elapsed().as_secs_f64() * 1e3));
        }
    }
}

/// The slope of the least-squares line through `points` after the warm-up, per minute; 0 for fewer than two points.
fn slope_per_minute(points: &[(f64, f64)]) -> f64 {
    let end = points.last().map_or(0.0, |point| point.0);
    let warm: Vec<_> = points.iter().filter(|point| point.0 >= end * WARM_UP).collect();
    let count = warm.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| warm.iter().map(|point| of(point)).sum::<f64>() / count;
    let (mean_x, mean_y) = (mean(|point| point.0), mean(|point| point.1));
    let over: f64 = warm.iter().map(|point| (point.0 - mean_x) * (point.1 - mean_y)).sum();
    let under: f64 = warm.iter().map(|point| (point.0 - mean_x).powi(2)).sum();
    if under > 0.0 { over / under * 60.0 } else { 0.0 }
}

fn panels(args: &SoakArgs, figures: &SoakFigures) -> Vec<Panel> {
    let memory = Line { name: "resident memory of the server", points: figures.memory_mb.clone() };
    let count = Line { name: "count of all events", points: figures.count_ms.clone() };
    let last = Line { name: "count by severity, last minute", points: figures.last_minute_ms.clone() };
    vec![
        Panel {
            title: format!("Memory in MB at {} events/s (dashed: the limit of {MEMORY_MB_MAX:.0} MB)", args.rate),
            limit: Some(MEMORY_MB_MAX),
            lines: vec![memory],
        },
        Panel { title: "Time of a query in ms".to_owned(), limit: None, lines: vec![count, last] },
    ]
}

fn soak_table(all: &[SoakFigures]) -> String {
    let head = [
        "seconds",
        "events/s",
        "p99 ms",
        "refused",
        "RSS max MB",
        "RSS MB/min",
        "count p50 ms",
        "last minute p50 ms",
        "last minute ms/min",
    ];
    let row = |figures: &SoakFigures| {
        vec![
            Cell::number(figures.seconds),
            report::whole(figures.events_per_second),
            report::tenths(Some(figures.request_ms.p99)),
            Cell::number(figures.refused),
            report::megabytes(Some(figures.memory_bytes_max)),
            Cell::number(format!("{:+.2}", figures.memory_mb_per_minute)),
            report::tenths(Some(median(&figures.count_ms))),
            report::tenths(Some(median(&figures.last_minute_ms))),
            Cell::number(format!("{:+.2}", figures.query_ms_per_minute)),
        ]
    };
    render(&head, all.iter().map(row).collect(), None)
}

fn median(points: &[(f64, f64)]) -> f64 {
    let mut values: Vec<f64> = points.iter().map(|point| point.1).collect();
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slope_is_that_after_the_warm_up() {
        let rising: Series = (0..600).map(|second| (f64::from(second), 100.0 + f64::from(second) / 60.0)).collect();
        assert!((slope_per_minute(&rising) - 1.0).abs() < 1e-9);
        let flat_after_start: Series = (0..600).map(|second| (f64::from(second), f64::from(second.min(100)))).collect();
        assert!(slope_per_minute(&flat_after_start).abs() < 1e-9);
        assert_eq!((slope_per_minute(&[]), slope_per_minute(&[(1.0, 2.0)])), (0.0, 0.0));
    }
}
