//! `palisade bench query`: a lake of many events, and how long the usual questions take.

use super::{
    Target,
    events::Pool,
    latency::{Percentiles, Samples},
    load::{Acks, End, Plan, send},
    report,
    server::Measured,
};
use crate::{
    cli::{Failure, Format, client::Client, random::Random},
    clock::now,
};
use anyhow::Context as _;
use clap::Args;
use palisade_model::{Id, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{
    path::Path,
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

/// Events in one request while filling.
const BATCH: usize = 1_000;
/// Connections while filling.
const CONNECTIONS: usize = 4;
/// Each question is asked so often.
const TIMES: usize = 20;
/// The span over which events are spread, in nanoseconds.
const HOUR: i64 = 3_600_000_000_000;
/// A folder that has not changed for so long is settled: longer than a commit and a merge are apart.
const SETTLED: Duration = Duration::from_secs(75);
/// Merging is waited for no longer than this.
const SETTLE_TIME_MAX: Duration = Duration::from_secs(900);
/// Acknowledged rows must show up in queries within this.
const VISIBLE_TIME_MAX: Duration = Duration::from_secs(120);
/// As [`super::ingest`], and files are merged soon, as they would be after an hour of such traffic.
const SETTINGS: &str =
    "[limits]\nrate_events_per_second = 4000000000\nrate_events_burst = 4000000000\n[lake]\ncompact_minutes = 1\n";

/// Fill a lake and measure queries over it
#[derive(Args)]
#[command(after_help = "\
The events are spread over the hour before the start. With --data-dir the lake is kept, and used again as it is when it
holds enough.")]
pub struct QueryArgs {
    /// Events in the lake
    #[arg(long, value_name = "N", default_value_t = 10_000_000, value_parser = clap::value_parser!(u64).range(1_000..))]
    rows: u64,
    /// Size of an event in bytes
    #[arg(long, value_name = "B", default_value_t = 300, value_parser = clap::value_parser!(u32).range(100..=60_000))]
    event_bytes: u32,
    /// How to print the figures
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    target: Target,
}

/// How long one question took.
#[derive(Clone, Debug, Serialize)]
pub struct QueryTime {
    /// What was asked.
    pub name: &'static str,
    /// How long it took, over HTTP, in milliseconds.
    pub milliseconds: Percentiles,
}

/// What was measured.
#[derive(Clone, Debug, Serialize)]
pub struct QueryFigures {
    /// Events in the lake.
    pub rows: u64,
    /// How fast they came in, if the lake was filled in this run.
    pub fill_events_per_second: Option<f64>,
    /// The whole data folder divided by the events, if the server is this benchmark's own.
    pub disk_bytes_per_event: Option<f64>,
    /// The questions.
    pub queries: Vec<QueryTime>,
}

/// The part of an answer that is looked at.
#[derive(Deserialize)]
struct Answer {
    rows: Vec<Vec<Value>>,
}

/// Runs `palisade bench query`.
///
/// # Errors
/// When no server can be had, it refuses, or what was sent does not come back.
pub async fn run(args: QueryArgs) -> anyhow::Result<ExitCode> {
    let server = Measured::start(&args.target, SETTINGS).await?;
    let figures = measure(&args, &server).await;
    server.stop().await;
    report::print(&[figures?], report::query_table, args.format)?;
    Ok(ExitCode::SUCCESS)
}

async fn measure(args: &QueryArgs, server: &Measured) -> anyhow::Result<QueryFigures> {
    let lake = LakeUnderTest { client: Client::new(&server.connection)? };
    let fill_events_per_second = lake.fill(args, server).await?;
    if let (Some(folder), true) = (server.folder(), fill_events_per_second.is_some()) {
        settle(folder).await;
    }
    let rows = lake.count().await?;
    let newest = lake.newest().await?;
    let queries = vec![lake.by_minute(newest).await?, lake.by_id(newest).await?];
    let disk = server.folder().map(|folder| usage(folder).0 as f64 / rows as f64);
    Ok(QueryFigures { rows, fill_events_per_second, disk_bytes_per_event: disk, queries })
}

/// The lake that is asked.
struct LakeUnderTest {
    client: Client,
}

impl LakeUnderTest {
    /// Sends what is missing; `None` when nothing is.
    async fn fill(&self, args: &QueryArgs, server: &Measured) -> anyhow::Result<Option<f64>> {
        let missing = args.rows.saturating_sub(self.count().await?);
        let batches = missing.div_ceil(BATCH as u64);
        if batches == 0 {
            return Ok(None);
        }
        let busy = report::busy(format!("sending {} events", batches * BATCH as u64));
        let end = now();
        let start = Timestamp::from_nanos(end.nanos() - HOUR);
        let plan = Plan { connections: CONNECTIONS, rate: None, end: End::Batches(batches, start, end) };
        let pool = Arc::new(Pool::new(BATCH, args.event_bytes as usize));
        let sent = send(&server.connection, pool, Arc::new(Acks::new()), plan).await?;
        busy.set_message("waiting until all can be queried");
        self.wait_for(args.rows).await?;
        busy.finish_and_clear();
        Ok(Some((batches * BATCH as u64) as f64 / sent.time.as_secs_f64()))
    }

    async fn wait_for(&self, rows: u64) -> anyhow::Result<()> {
        let start = Instant::now();
        loop {
            let seen = self.count().await?;
            if seen >= rows {
                return Ok(());
            }
            if start.elapsed() > VISIBLE_TIME_MAX {
                return Err(
                    Failure::internal(format!("of {rows} acknowledged events only {seen} can be queried")).into()
                );
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    async fn ask(&self, sql: &str) -> anyhow::Result<Vec<Vec<Value>>> {
        let answer: Answer = self.client.post("/api/v1/query", &serde_json::json!({ "sql": sql })).await?;
        Ok(answer.rows)
    }

    async fn first(&self, sql: &str) -> anyhow::Result<Value> {
        let row = self.ask(sql).await?.into_iter().next();
        row.and_then(|row| row.into_iter().next()).with_context(|| format!("no answer to {sql}"))
    }

    async fn count(&self) -> anyhow::Result<u64> {
        self.first("SELECT count(*) FROM events").await?.as_u64().context("a count is a whole number")
    }

    async fn newest(&self) -> anyhow::Result<Timestamp> {
        let time = self.first("SELECT max(time) FROM events").await?;
        let text = time.as_str().context("a time is text")?;
        Ok(Timestamp::parse(text)?)
    }

    async fn by_minute(&self, newest: Timestamp) -> anyhow::Result<QueryTime> {
        let sql = format!(
            "SELECT date_trunc('minute', time) AS minute, severity, count(*) AS events FROM events \
             WHERE time >= TIMESTAMP '{}' GROUP BY 1, 2 ORDER BY 1, 2",
            Timestamp::from_nanos(newest.nanos() - HOUR)
        );
        let mut samples = Samples::default();
        for _ in 0..TIMES {
            let start = Instant::now();
            let rows = self.ask(&sql).await?;
            samples.add(start.elapsed());
            anyhow::ensure!(rows.len() >= 60, "only {} groups for an hour of events", rows.len());
        }
        Ok(QueryTime { name: "count by minute and severity, last hour", milliseconds: samples.percentiles() })
    }

    async fn by_id(&self, newest: Timestamp) -> anyhow::Result<QueryTime> {
        let mut samples = Samples::default();
        for id in self.sample_ids(newest).await? {
            let start = Instant::now();
            let event: Value = self.client.get(&format!("/api/v1/events/{id}")).await?;
            samples.add(start.elapsed());
            anyhow::ensure!(
                event.get("id").and_then(Value::as_str) == Some(&id.to_string()),
                "another event than {id}"
            );
        }
        Ok(QueryTime { name: "fetch one by id", milliseconds: samples.percentiles() })
    }

    /// Ids of events from all over the hour.
    async fn sample_ids(&self, newest: Timestamp) -> anyhow::Result<Vec<Id>> {
        let mut random = Random::fresh();
        let mut ids = Vec::with_capacity(TIMES);
        for _ in 0..TIMES {
            let before = newest.nanos() - random.below(HOUR as usize * 9 / 10) as i64;
            let sql = format!(
                "SELECT id FROM events WHERE time <= TIMESTAMP '{}' AND time > TIMESTAMP '{}' LIMIT 1",
                Timestamp::from_nanos(before),
                Timestamp::from_nanos(before - HOUR / 10)
            );
            let id = self.first(&sql).await?;
            ids.push(id.as_str().context("an id is text")?.parse()?);
        }
        Ok(ids)
    }
}

/// Waits until the server has committed and merged what came in.
async fn settle(folder: &Path) {
    let busy = report::busy("waiting until files are merged".to_owned());
    let (start, mut last, mut since) = (Instant::now(), usage(folder), Instant::now());
    while since.elapsed() < SETTLED && start.elapsed() < SETTLE_TIME_MAX {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let seen = usage(folder);
        if seen != last {
            (last, since) = (seen, Instant::now());
        }
    }
    busy.finish_and_clear();
}

/// Bytes and number of all files below `folder`.
fn usage(folder: &Path) -> (u64, u64) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.fold((0, 0), |(bytes, files), entry| match entry.metadata() {
        Ok(about) if about.is_dir() => {
            let below = usage(&entry.path());
            (bytes + below.0, files + below.1)
        }
        Ok(about) => (bytes + about.len(), files + 1),
        Err(_) => (bytes, files),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usage_counts_what_lies_below() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("a/b")).unwrap();
        std::fs::write(folder.path().join("one"), [0; 10]).unwrap();
        std::fs::write(folder.path().join("a/b/two"), [0; 32]).unwrap();
        assert_eq!(usage(folder.path()), (42, 2));
        assert_eq!(usage(&folder.path().join("nothing")), (0, 0));
    }
}
