//! `palisade bench query`: a lake of many events, and how long the usual questions take.

use super::{
    Target,
    bodies::{Content, different_events},
    lake::{LakeUnderTest, NO_RATE, bytes_per_row, settle},
    latency::{Percentiles, Samples},
    load::{Acks, End, Plan, send},
    post::Route,
    report,
    server::Measured,
};
use crate::{
    cli::{Format, random::Random},
    clock::now,
};
use anyhow::Context as _;
use clap::Args;
use palisade_model::{Id, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};
use std::{process::ExitCode, sync::Arc, time::Instant};

/// Events in one request while filling.
const BATCH: usize = 1_000;
/// Connections while filling.
const CONNECTIONS: usize = 4;
/// Each question is asked so often.
const TIMES: usize = 20;
/// The span over which events are spread, in nanoseconds.
const HOUR: i64 = 3_600_000_000_000;
/// Events that differ, at least: with fewer, dictionaries would learn the messages by heart.
const DIFFERENT: usize = 1_000_000;
/// What the rare events hold and no other does.
const NEEDLE: &str = "needle-7f3c9a51";
/// Rare events among the others.
const NEEDLES: u64 = 5;
/// A word of many messages: those of one kind out of ten and one word out of 24.
const WORD: &str = "query checkout";

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
    /// Bytes of the files of the table divided by the events, if the server is this benchmark's own.
    pub disk_bytes_per_event: Option<f64>,
    /// The questions.
    pub queries: Vec<QueryTime>,
}

/// Runs `palisade bench query`.
///
/// # Errors
/// When no server can be had, it refuses, or what was sent does not come back.
pub async fn run(args: QueryArgs) -> anyhow::Result<ExitCode> {
    let server = Measured::start(&args.target, NO_RATE).await?;
    let figures = measure(&args, &server).await;
    server.stop().await;
    report::print(&[figures?], report::query_table, args.format)?;
    Ok(ExitCode::SUCCESS)
}

async fn measure(args: &QueryArgs, server: &Measured) -> anyhow::Result<QueryFigures> {
    let lake = LakeUnderTest::new(&server.connection)?;
    let fill_events_per_second = fill(&lake, args, server).await?;
    if let (Some(folder), true) = (server.folder(), fill_events_per_second.is_some()) {
        settle(folder).await;
    }
    let rows = lake.count("events").await?;
    let questions = Questions { newest: lake.newest().await?, lake: &lake };
    let queries = vec![
        questions.by_minute().await?,
        questions.by_id().await?,
        questions.needles().await?,
        questions.count_containing("count(*) of messages LIKE a rare needle, last hour", NEEDLE).await?,
        questions.count_containing("count(*) of messages LIKE a frequent word, last hour", WORD).await?,
    ];
    let disk_bytes_per_event = match server.folder() {
        Some(folder) => Some(bytes_per_row(folder, "events").await?),
        None => None,
    };
    Ok(QueryFigures { rows, fill_events_per_second, disk_bytes_per_event, queries })
}

/// Sends what is missing; `None` when nothing is.
async fn fill(lake: &LakeUnderTest, args: &QueryArgs, server: &Measured) -> anyhow::Result<Option<f64>> {
    let missing = args.rows.saturating_sub(lake.count("events").await?);
    let batches = missing.div_ceil(BATCH as u64);
    if batches == 0 {
        return Ok(None);
    }
    let busy = report::busy(format!("sending {} events", batches * BATCH as u64));
    let end = now();
    let start = Timestamp::from_nanos(end.nanos() - HOUR);
    if lake.count(&format!("events WHERE message LIKE '%{NEEDLE}%'")).await? == 0 {
        hide_needles(lake, start).await?;
    }
    let plan = Plan { connections: CONNECTIONS, rate: None, end: End::Batches(batches, start, end) };
    let bodies = different_events(BATCH, args.event_bytes as usize, DIFFERENT);
    let route = Route::new(&server.connection, Content::Events, BATCH)?;
    let sent = send(route, bodies, Arc::new(Acks::new()), plan).await?;
    busy.set_message("waiting until all can be queried");
    lake.wait_for("events", args.rows).await?;
    busy.finish_and_clear();
    Ok(Some((batches * BATCH as u64) as f64 / sent.time.as_secs_f64()))
}

/// Sends the rare events, spread over the hour from `start`.
async fn hide_needles(lake: &LakeUnderTest, start: Timestamp) -> anyhow::Result<()> {
    let event = |number: u64| {
        let time = Timestamp::from_nanos(start.nanos() + HOUR * (2 * number as i64 + 1) / (2 * NEEDLES as i64));
        let message = format!("payment {number} refused by the bank, reference {NEEDLE}, no second try");
        json!({"time": time.to_string(), "kind": "payment", "service": "shop", "message": message})
    };
    let events: Vec<Value> = (0..NEEDLES).map(event).collect();
    let _: Value = lake.client().post("/api/v1/events", &events).await?;
    Ok(())
}

/// What is asked of the hour before `newest`.
struct Questions<'a> {
    lake: &'a LakeUnderTest,
    newest: Timestamp,
}

impl Questions<'_> {
    fn last_hour(&self) -> String {
        format!("time >= TIMESTAMP '{}'", Timestamp::from_nanos(self.newest.nanos() - HOUR))
    }

    /// Asks `sql` again and again; `check` says whether an answer is right.
    async fn timed(
        &self,
        name: &'static str,
        sql: &str,
        check: impl Fn(&[Vec<Value>]) -> bool,
    ) -> anyhow::Result<QueryTime> {
        let mut samples = Samples::default();
        for _ in 0..TIMES {
            let start = Instant::now();
            let rows = self.lake.ask(sql).await?;
            samples.add(start.elapsed());
            anyhow::ensure!(
                check(&rows),
                "{name}: a wrong answer of {} rows, beginning {:?}",
                rows.len(),
                rows.first()
            );
        }
        Ok(QueryTime { name, milliseconds: samples.percentiles() })
    }

    async fn by_minute(&self) -> anyhow::Result<QueryTime> {
        let sql = format!(
            "SELECT date_trunc('minute', time) AS minute, severity, count(*) AS events FROM events WHERE {} \
             GROUP BY 1, 2 ORDER BY 1, 2",
            self.last_hour()
        );
        self.timed("count by minute and severity, last hour", &sql, |rows| rows.len() >= 60).await
    }

    async fn needles(&self) -> anyhow::Result<QueryTime> {
        let sql = format!(
            "SELECT time, service, message FROM events WHERE {} AND message LIKE '%{NEEDLE}%' ORDER BY time LIMIT 100",
            self.last_hour()
        );
        // The hour moves with the newest event, so the first needles may have left a lake that was filled twice.
        self.timed("rows whose message is LIKE a rare needle, last hour", &sql, |rows| !rows.is_empty()).await
    }

    async fn count_containing(&self, name: &'static str, text: &str) -> anyhow::Result<QueryTime> {
        let sql = format!("SELECT count(*) FROM events WHERE {} AND message LIKE '%{text}%'", self.last_hour());
        let found = |rows: &[Vec<Value>]| rows.first().and_then(|row| row.first()?.as_u64()).is_some_and(|n| n > 0);
        self.timed(name, &sql, found).await
    }

    async fn by_id(&self) -> anyhow::Result<QueryTime> {
        let mut samples = Samples::default();
        for id in self.sample_ids().await? {
            let start = Instant::now();
            let event: Value = self.lake.client().get(&format!("/api/v1/events/{id}")).await?;
            samples.add(start.elapsed());
            anyhow::ensure!(
                event.get("id").and_then(Value::as_str) == Some(&id.to_string()),
                "another event than {id}"
            );
        }
        Ok(QueryTime { name: "fetch one by id", milliseconds: samples.percentiles() })
    }

    /// Ids of events from all over the hour.
    async fn sample_ids(&self) -> anyhow::Result<Vec<Id>> {
        let mut random = Random::fresh();
        let mut ids = Vec::with_capacity(TIMES);
        for _ in 0..TIMES {
            let before = self.newest.nanos() - random.below(HOUR as usize * 9 / 10) as i64;
            let sql = format!(
                "SELECT id FROM events WHERE time <= TIMESTAMP '{}' AND time > TIMESTAMP '{}' LIMIT 1",
                Timestamp::from_nanos(before),
                Timestamp::from_nanos(before - HOUR / 10)
            );
            let id = self.lake.first(&sql).await?;
            ids.push(id.as_str().context("an id is text")?.parse()?);
        }
        Ok(ids)
    }
}
