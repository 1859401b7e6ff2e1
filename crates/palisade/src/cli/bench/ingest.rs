//! `palisade bench ingest`: events in, acknowledgements and live frames out, memory meanwhile.

use super::{
    Target,
    bodies::{Bodies, Content, ceiling},
    lake::{LakeUnderTest, NO_RATE, bytes_per_row, settle},
    latency::Percentiles,
    load::{Acks, End, Plan, send},
    memory::Memory,
    post::Route,
    report,
    server::Measured,
    subscribers::{Live, Subscribers},
};
use crate::cli::{Failure, Format};
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::{process::ExitCode, sync::Arc, time::Duration};

/// How long the server is left alone before its idle memory is read: longer than it takes to commit what it holds.
const IDLE: Duration = Duration::from_secs(15);
/// Send events and watch throughput, latency, live stream and memory
#[derive(Args)]
#[command(after_help = "\
Presets (each on a fresh server, unless --url or --data-dir names one):
  batches       as fast as possible, 1,000 events a request, 4 connections, 20 s
  singles       as fast as possible, one event a request, 64 connections, 20 s
  otlp-logs     as batches, as OTLP logs in protobuf
  otlp-metrics  2,000 points a request of 20,000 series, 4 connections, 20 s, as OTLP metrics in protobuf
  remote-write  the same points as Prometheus remote write
  live          5,000 events/s, 10 live subscribers, 30 s
  live-100      5,000 events/s, 100 live subscribers, 30 s
  memory        5,000 events/s, 120 s
  idle          nothing at all, 30 s
  all           one after the other

\"per s\" counts events or points. \"generator per s\" is what one core makes of them with nobody to send them to: where
it is not many times the rate, the generator is measured with the server.")]
pub struct IngestArgs {
    /// Take the values of a preset; what is given beside it goes before it
    #[arg(long, value_enum)]
    preset: Option<Preset>,
    /// What is sent [default: events]
    #[arg(long, value_enum)]
    send: Option<Content>,
    /// Events in one request [default: 1000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    batch: Option<u32>,
    /// Connections at the same time [default: 4]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=4_096))]
    connections: Option<u32>,
    /// How long [default: 20]
    #[arg(long, value_name = "S", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    seconds: Option<u64>,
    /// Events a second, whether or not the server keeps up; as fast as it answers when left out
    #[arg(long, value_name = "R", value_parser = clap::value_parser!(u32).range(1..))]
    rate: Option<u32>,
    /// Live subscribers [default: 0]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=1_000))]
    subscribers: Option<u32>,
    /// Size of an event in bytes [default: 300]
    #[arg(long, value_name = "B", value_parser = clap::value_parser!(u32).range(100..=60_000))]
    event_bytes: Option<u32>,
    /// Wait afterwards until files are merged, and print what an event or point takes on disk
    #[arg(long)]
    settle: bool,
    /// How to print the figures
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    target: Target,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Preset {
    Batches,
    Singles,
    OtlpLogs,
    OtlpMetrics,
    RemoteWrite,
    Live,
    #[value(name = "live-100")]
    Live100,
    Memory,
    Idle,
    All,
}

/// One measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Shape {
    /// What it is called.
    pub name: &'static str,
    /// What is sent.
    pub content: Content,
    /// Events in one request.
    pub batch: u32,
    /// Connections at the same time.
    pub connections: u32,
    /// How long.
    pub seconds: u64,
    /// Events a second.
    pub rate: Option<u32>,
    /// Live subscribers.
    pub subscribers: u32,
    /// Size of an event.
    pub event_bytes: u32,
}

const BATCHES: Shape = Shape {
    name: "batches",
    content: Content::Events,
    batch: 1_000,
    connections: 4,
    seconds: 20,
    rate: None,
    subscribers: 0,
    event_bytes: 300,
};
const SINGLES: Shape = Shape { name: "singles", batch: 1, connections: 64, ..BATCHES };
const OTLP_LOGS: Shape = Shape { name: "otlp-logs", content: Content::OtlpLogs, ..BATCHES };
const OTLP_METRICS: Shape = Shape { name: "otlp-metrics", content: Content::OtlpMetrics, batch: 2_000, ..BATCHES };
const REMOTE_WRITE: Shape = Shape { name: "remote-write", content: Content::RemoteWrite, ..OTLP_METRICS };
const LIVE: Shape = Shape { name: "live", batch: 50, seconds: 30, rate: Some(5_000), subscribers: 10, ..BATCHES };
const LIVE_100: Shape = Shape { name: "live-100", subscribers: 100, ..LIVE };
const MEMORY: Shape = Shape { name: "memory", batch: 50, seconds: 120, rate: Some(5_000), ..BATCHES };
const IDLING: Shape = Shape { name: "idle", connections: 0, seconds: 30, ..BATCHES };
const ALL: [Shape; 9] = [BATCHES, SINGLES, OTLP_LOGS, OTLP_METRICS, REMOTE_WRITE, LIVE, LIVE_100, MEMORY, IDLING];

/// What one measurement gave.
#[derive(Clone, Debug, Serialize)]
pub struct Figures {
    /// What was measured.
    #[serde(flatten)]
    pub shape: Shape,
    /// Events that were acknowledged.
    pub events: u64,
    /// Acknowledged events a second.
    pub events_per_second: f64,
    /// Acknowledged requests a second.
    pub requests_per_second: f64,
    /// Request to acknowledgement, in milliseconds.
    pub request_ms: Percentiles,
    /// Requests that were told to come back later.
    pub refused: u64,
    /// What the live subscribers saw.
    pub live: Option<Live>,
    /// Resident memory of the server under load, in bytes.
    pub memory_bytes: Option<Memory>,
    /// … and some time after it.
    pub idle_memory_bytes: Option<u64>,
    /// Bytes of the files of the table, after merging, divided by its rows; with `--settle`, of a server of this benchmark's own.
    pub disk_bytes_per_event: Option<f64>,
    /// Events a second that one core makes with nobody to send them to.
    pub generator_events_per_second: f64,
}

/// Runs `palisade bench ingest`.
///
/// # Errors
/// When no server can be had, or it refuses.
pub async fn run(args: IngestArgs) -> anyhow::Result<ExitCode> {
    if args.preset == Some(Preset::All) && args.target.data_dir.is_some() {
        let hint = "leave --data-dir out, or measure one preset";
        return Err(Failure::input("`all` measures fresh servers and cannot share one folder").hint(hint).into());
    }
    let mut all = Vec::new();
    for shape in args.shapes() {
        all.push(measure(shape, &args).await?);
    }
    report::print(&all, report::ingest_table, args.format)?;
    Ok(ExitCode::SUCCESS)
}

impl IngestArgs {
    fn shapes(&self) -> Vec<Shape> {
        let shapes = match self.preset {
            None => vec![Shape { name: "custom", ..BATCHES }],
            Some(Preset::Batches) => vec![BATCHES],
            Some(Preset::Singles) => vec![SINGLES],
            Some(Preset::OtlpLogs) => vec![OTLP_LOGS],
            Some(Preset::OtlpMetrics) => vec![OTLP_METRICS],
            Some(Preset::RemoteWrite) => vec![REMOTE_WRITE],
            Some(Preset::Live) => vec![LIVE],
            Some(Preset::Live100) => vec![LIVE_100],
            Some(Preset::Memory) => vec![MEMORY],
            Some(Preset::Idle) => vec![IDLING],
            Some(Preset::All) => ALL.to_vec(),
        };
        shapes.into_iter().map(|shape| self.laid_over(shape)).collect()
    }

    fn laid_over(&self, shape: Shape) -> Shape {
        Shape {
            name: shape.name,
            content: self.send.unwrap_or(shape.content),
            batch: self.batch.unwrap_or(shape.batch),
            connections: self.connections.unwrap_or(shape.connections),
            seconds: self.seconds.unwrap_or(shape.seconds),
            rate: self.rate.or(shape.rate),
            subscribers: self.subscribers.unwrap_or(shape.subscribers),
            event_bytes: self.event_bytes.unwrap_or(shape.event_bytes),
        }
    }
}

async fn measure(shape: Shape, args: &IngestArgs) -> anyhow::Result<Figures> {
    let bodies = shape.content.bodies(shape.batch as usize, shape.event_bytes as usize);
    let generator = ceiling(bodies.as_ref());
    let server = Measured::start(&args.target, NO_RATE).await?;
    let busy = report::busy(format!("{}: {} s", shape.name, shape.seconds));
    let before = stored(&server, &shape).await?;
    let figures = under_load(shape, &server, bodies).await;
    busy.finish_and_clear();
    let mut figures = Figures { generator_events_per_second: generator, ..figures? };
    if let Some(before) = before {
        let lake = LakeUnderTest::new(&server.connection)?;
        lake.wait_for(shape.content.table(), before + figures.events).await?;
    }
    if let (true, Some(folder)) = (args.settle, server.folder()) {
        settle(folder).await;
        figures.disk_bytes_per_event = Some(bytes_per_row(folder, shape.content.table()).await?);
    }
    server.stop().await;
    Ok(figures)
}

/// Rows of the table that `shape` ends in, if the server is this benchmark's own: others may keep none. Where nothing is
/// sent, nothing is asked either, since the first query brings the code of the SQL engine into memory.
async fn stored(server: &Measured, shape: &Shape) -> anyhow::Result<Option<u64>> {
    if server.folder().is_none() || shape.connections == 0 {
        return Ok(None);
    }
    Ok(Some(LakeUnderTest::new(&server.connection)?.count(shape.content.table()).await?))
}

async fn under_load(shape: Shape, server: &Measured, bodies: Arc<dyn Bodies>) -> anyhow::Result<Figures> {
    let acks = Arc::new(Acks::new());
    let subscribers = Subscribers::open(&server.connection, shape.subscribers as usize, &acks).await?;
    let memory = server.gauge.clone().watch();
    let time = Duration::from_secs(shape.seconds);
    let plan = Plan { connections: shape.connections as usize, rate: shape.rate.map(f64::from), end: End::After(time) };
    let route = Route::new(&server.connection, shape.content, shape.batch as usize)?;
    let mut sent = send(route, bodies, acks, plan).await?;
    if shape.connections == 0 {
        tokio::time::sleep(time).await;
    }
    let memory_bytes = memory.finish().await;
    let live = subscribers.finish().await?;
    if shape.connections > 0 {
        tokio::time::sleep(IDLE).await;
    }
    let (events, seconds) = (sent.requests * u64::from(shape.batch), sent.time.as_secs_f64().max(1e-9));
    Ok(Figures {
        shape,
        events,
        events_per_second: events as f64 / seconds,
        requests_per_second: sent.requests as f64 / seconds,
        request_ms: sent.latency.percentiles(),
        refused: sent.refused,
        live,
        memory_bytes,
        idle_memory_bytes: server.gauge.read().await,
        disk_bytes_per_event: None,
        generator_events_per_second: 0.0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: IngestArgs,
    }

    fn shapes(line: &str) -> Vec<Shape> {
        Line::try_parse_from(std::iter::once("ingest").chain(line.split_whitespace())).unwrap().args.shapes()
    }

    #[test]
    fn presets_and_what_goes_before_them() {
        assert_eq!(shapes("--preset all"), ALL);
        assert_eq!(shapes("--preset singles --seconds 3"), [Shape { seconds: 3, ..SINGLES }]);
        assert_eq!(shapes("--send otlp-logs")[0].content, Content::OtlpLogs);
        assert_eq!(shapes("--preset live-100"), [LIVE_100]);
        assert_eq!(shapes(""), [Shape { name: "custom", ..BATCHES }]);
        assert_eq!(
            shapes("--rate 7 --subscribers 2"),
            [Shape { name: "custom", rate: Some(7), subscribers: 2, ..BATCHES }]
        );
    }
}
