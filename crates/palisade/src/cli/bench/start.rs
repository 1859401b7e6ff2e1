//! `palisade bench start`: how long a server takes from its start until it is ready, with a large lake under it.

use super::{
    Target,
    bodies::{Bodies, Content, different_events},
    delta_log::{DeltaLog, checkpoint},
    lake::{LakeUnderTest, NO_RATE, settle, usage},
    latency::{Percentiles, Samples},
    load::{Acks, End, Plan, send},
    post::Route,
    report,
    server::{Folder, Measured},
};
use crate::cli::{
    Failure, Format,
    table::{Cell, render},
};
use clap::Args;
use serde::Serialize;
use std::{
    path::Path,
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

/// Of the lake, an eighth is really sent, and no more than this; the rest is copies.
const SENT_BYTES_MAX: u64 = 256 << 20;
const SENT_SHARE: u64 = 8;
/// Events in one request, connections and size of an event, while filling.
const BATCH: usize = 1_000;
const CONNECTIONS: usize = 4;
const EVENT_BYTES: usize = 300;
/// Events that differ, at least.
const DIFFERENT: usize = 500_000;
/// How long events are sent between two looks at the folder.
const STEP: Duration = Duration::from_secs(10);
/// How long a server works before it is killed, for a start that has to recover.
const BEFORE_KILL: Duration = Duration::from_secs(4);
/// A server that is not ready by then will not get so.
const READY_TIME_MAX: Duration = Duration::from_secs(60);
/// A checkpoint comes with one of the next 10 commits, which come every second.
const CHECKPOINT_TIME_MAX: Duration = Duration::from_secs(120);
const COMMIT_OFTEN: &str = "[lake]\ncommit_seconds = 1\ncompact_minutes = 0\n";

/// Start a server again and again over a large lake, and time it until it is ready
#[derive(Args)]
#[command(after_help = "\
An eighth of it, 256 MiB at most, is sent and merged into files of up to 64 MB. Copies of these files bring the lake to its size, each with the
versions in the Delta log that a stream of 5,000 events/s would have left: 40 small files added, then merged. Before each
start the kernel is told to forget the pages of the folder. With --data-dir the lake is kept, and used again.")]
pub struct StartArgs {
    /// Size of the lake: bytes, or with K, M or G
    #[arg(long, value_name = "SIZE", default_value = "10G", value_parser = parse_bytes)]
    lake_bytes: u64,
    /// Starts of each kind
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    times: u32,
    /// How to print the figures
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    target: Target,
}

/// Starts of one kind.
#[derive(Clone, Debug, Serialize)]
pub struct StartFigures {
    /// What went before.
    pub name: &'static str,
    /// Bytes of data files that the newest version of the table names.
    pub lake_bytes: u64,
    /// How many files.
    pub files: usize,
    /// Versions of the table.
    pub versions: u64,
    /// … since the newest checkpoint, which are read one by one.
    pub versions_after_checkpoint: u64,
    /// From the start of the process to the first 200 of /readyz, in milliseconds.
    pub ready_ms: Percentiles,
    /// Resident memory once it is ready, in bytes.
    pub memory_bytes: Option<u64>,
}

/// Runs `palisade bench start`.
///
/// # Errors
/// When the lake cannot be made, or the server does not start.
pub async fn run(args: StartArgs) -> anyhow::Result<ExitCode> {
    if args.target.connection().is_some() {
        return Err(Failure::input("a server that runs already cannot be started: leave --url out").into());
    }
    let folder = Folder::of(&args.target);
    let target = Target { data_dir: Some(folder.path().to_owned()), ..args.target.clone() };
    let busy = report::busy("making the lake".to_owned());
    make_lake(&target, folder.path(), args.lake_bytes).await?;
    busy.set_message("starting again and again");
    let mut clean = Vec::new();
    for _ in 0..args.times {
        clean.push(start_once(&target, folder.path(), false).await?);
    }
    let mut killed = Vec::new();
    for _ in 0..args.times {
        killed.push(start_once(&target, folder.path(), true).await?);
    }
    busy.finish_and_clear();
    let all = [
        figures("after a stop", &folder.path().join("lake/events"), &clean)?,
        figures("after kill -9 under load", &folder.path().join("lake/events"), &killed)?,
    ];
    report::print(&all, start_table, args.format)?;
    Ok(ExitCode::SUCCESS)
}

/// Fills the lake, copies what it holds until it is large enough, and has the server write a checkpoint of it.
async fn make_lake(target: &Target, folder: &Path, lake_bytes: u64) -> anyhow::Result<()> {
    let table = folder.join("lake/events");
    if table.is_dir() && DeltaLog::read(&table).is_ok_and(|log| log.bytes() >= lake_bytes) {
        return Ok(());
    }
    let server = Measured::start(target, NO_RATE).await?;
    let bodies = different_events(BATCH, EVENT_BYTES, DIFFERENT);
    while usage(&table).0 < (lake_bytes / SENT_SHARE).min(SENT_BYTES_MAX) {
        stream(&server, &bodies, STEP).await?;
    }
    settle(folder).await;
    server.stop().await;
    let made = DeltaLog::read(&table)?.multiply(lake_bytes)?;
    let server = Measured::start(target, COMMIT_OFTEN).await?;
    let lake = LakeUnderTest::new(&server.connection)?;
    let start = Instant::now();
    while checkpoint(&table).is_none_or(|version| version <= made.version) {
        anyhow::ensure!(start.elapsed() < CHECKPOINT_TIME_MAX, "the server wrote no checkpoint");
        let event = serde_json::json!({"kind": "bench", "message": "one more version"});
        let _: serde_json::Value = lake.client().post("/api/v1/events", &event).await?;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    server.stop().await;
    Ok(())
}

async fn stream(server: &Measured, bodies: &Arc<dyn Bodies>, time: Duration) -> anyhow::Result<()> {
    let route = Route::new(&server.connection, Content::Events, BATCH)?;
    let plan = Plan { connections: CONNECTIONS, rate: None, end: End::After(time) };
    send(route, Arc::clone(bodies), Arc::new(Acks::new()), plan).await?;
    Ok(())
}

/// Time until ready, and memory then.
async fn start_once(target: &Target, folder: &Path, after_kill: bool) -> anyhow::Result<(Duration, Option<u64>)> {
    if after_kill {
        let server = Measured::start(target, NO_RATE).await?;
        stream(&server, &Content::Events.bodies(BATCH, EVENT_BYTES), BEFORE_KILL).await?;
        drop(server);
    }
    forget_pages(folder);
    let start = Instant::now();
    let server = Measured::start(target, NO_RATE).await?;
    let lake = LakeUnderTest::new(&server.connection)?;
    while let Err(error) = lake.client().get_text("/readyz").await {
        anyhow::ensure!(start.elapsed() < READY_TIME_MAX, "not ready in time: {error}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let ready = start.elapsed();
    let memory = server.gauge.read().await;
    anyhow::ensure!(lake.count("events").await? > 0, "the lake is empty");
    server.stop().await;
    Ok((ready, memory))
}

/// Writes out and drops the cached pages of the files below `folder` (posix_fadvise, DONTNEED), so that they are read
/// from the disk again. Those that are in use elsewhere stay.
fn forget_pages(folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            forget_pages(&path);
        } else if let Ok(file) = std::fs::File::open(&path) {
            // Pages not written yet are not dropped; a file that cannot be synced is only warmer than it should be.
            let _ = file.sync_all();
            let _ = rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed);
        }
    }
}

fn figures(name: &'static str, table: &Path, starts: &[(Duration, Option<u64>)]) -> anyhow::Result<StartFigures> {
    let mut samples = Samples::default();
    starts.iter().for_each(|start| samples.add(start.0));
    let state = DeltaLog::read(table)?.state();
    let last = checkpoint(table).unwrap_or(0);
    Ok(StartFigures {
        name,
        lake_bytes: state.bytes,
        files: state.files,
        versions: state.version + 1,
        versions_after_checkpoint: state.version.saturating_sub(last),
        ready_ms: samples.percentiles(),
        memory_bytes: starts.iter().filter_map(|start| start.1).max(),
    })
}

fn start_table(all: &[StartFigures]) -> String {
    let head = [
        "start",
        "times",
        "ready p50 ms",
        "ready max ms",
        "RSS then MB",
        "lake GB",
        "files",
        "versions",
        "after checkpoint",
    ];
    let row = |figures: &StartFigures| {
        vec![
            Cell::text(figures.name),
            Cell::number(figures.ready_ms.count),
            report::tenths(Some(figures.ready_ms.p50)),
            report::tenths(Some(figures.ready_ms.max)),
            report::megabytes(figures.memory_bytes),
            report::tenths(Some(figures.lake_bytes as f64 / 1e9)),
            Cell::number(figures.files),
            Cell::number(figures.versions),
            Cell::number(figures.versions_after_checkpoint),
        ]
    };
    render(&head, all.iter().map(row).collect(), None)
}

/// `10G`, `512M`, `4096`; units are powers of 1000.
fn parse_bytes(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let unit: u64 = match text[digits.len()..].to_ascii_uppercase().as_str() {
        "" => 1,
        "K" | "KB" => 1_000,
        "M" | "MB" => 1_000_000,
        "G" | "GB" => 1_000_000_000,
        _ => return Err("write a number of bytes, or one with K, M or G".to_owned()),
    };
    let number: u64 = digits.parse().map_err(|_| "write a whole number, as in 10G".to_owned())?;
    number.checked_mul(unit).ok_or_else(|| "that is more than there can be".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read() {
        for (text, wanted) in [("10G", 10_000_000_000), ("512m", 512_000_000), ("4KB", 4_000), ("7", 7)] {
            assert_eq!(parse_bytes(text), Ok(wanted), "{text}");
        }
        for text in ["", "G", "1T", "-1", "1.5G", "99999999999G"] {
            assert!(parse_bytes(text).is_err(), "{text}");
        }
    }
}
