//! `palisade bench`: end-to-end load against a server, so that anyone can repeat the figures on their own machine.

mod beside;
mod bodies;
mod delta_log;
mod detect;
mod disk;
mod ingest;
mod inspect;
mod kyb;
mod lake;
mod latency;
mod load;
mod memory;
mod open_loop;
mod overload;
mod plot;
mod post;
mod query;
mod report;
mod respond;
mod server;
mod soak;
mod start;
mod subscribers;
mod supply;
mod telemetry;

use super::{
    Failure,
    client::{Connection, Secret},
};
use clap::{Args, Subcommand};
use std::{path::PathBuf, process::ExitCode};
use tokio::signal::unix::{SignalKind, signal};

/// Measure how fast and how small the server is on this machine
#[derive(Args)]
#[command(after_help = "\
Without --url the benchmark starts a server of its own in a temporary folder and removes both afterwards. The load generator shares the machine with it, so the figures are those of both together.

Examples:
  palisade bench ingest --preset all
  palisade bench ingest --batch 1000 --connections 4 --seconds 20
  palisade bench ingest --rate 5000 --subscribers 10 --format json
  palisade bench ingest --preset remote-write --url http://127.0.0.1:8428
  palisade bench overload
  palisade bench soak --plot soak.svg
  palisade bench start --lake-bytes 10G
  palisade bench disk /var/log/dpkg.log
  palisade bench inspect
  palisade bench detect --rules sigma/rules events.ndjson
  palisade bench respond
  palisade bench supply
  palisade bench telemetry --nab NAB --m4 M4
  palisade bench kyb
  palisade bench query --rows 10000000 --data-dir /var/tmp/palisade-bench")]
pub struct BenchArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Send events and watch throughput, latency, live stream and memory
    Ingest(ingest::IngestArgs),
    /// Find the most that the server takes, then offer twice that
    Overload(overload::OverloadArgs),
    /// Send at a steady rate for minutes, and see whether memory and query times stay flat
    Soak(soak::SoakArgs),
    /// Fill a lake and measure queries over it
    Query(query::QueryArgs),
    /// Start a server again and again over a large lake, and time it until it is ready
    Start(start::StartArgs),
    /// Send log files and see what they take on disk after merging
    Disk(disk::DiskArgs),
    /// Judge texts with the guard, without a server
    Inspect(inspect::InspectArgs),
    /// Ask Sigma rules about events, without a server
    Detect(detect::DetectArgs),
    /// Measure how fast findings become alerts, messages and incidents
    Respond(respond::RespondArgs),
    /// Measure how fast packages are judged
    Supply(supply::SupplyArgs),
    /// Measure how good and how fast anomaly scores and forecasts are, without a server
    Telemetry(telemetry::TelemetryArgs),
    /// Measure how fast businesses are screened
    Kyb(kyb::KybArgs),
}

/// Which server is measured.
#[derive(Args, Clone)]
struct Target {
    /// Measure the server at this address instead of starting one
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Its API key, with scopes ingest and read; other programs that take remote write or OTLP may need none
    #[arg(long, env = "PALISADE_KEY", hide_env_values = true, value_name = "KEY")]
    key: Option<Secret>,
    /// Folder for the data of the server that is started; kept and reused
    #[arg(long, value_name = "DIR", conflicts_with = "url")]
    data_dir: Option<PathBuf>,
}

impl Target {
    /// The connection to a server that already runs, if one was named.
    fn connection(&self) -> Option<Connection> {
        self.url.clone().map(|url| Connection { url, key: self.key.clone() })
    }
}

/// Runs `palisade bench`.
///
/// # Errors
/// When no server can be had, or it refuses.
pub async fn run(args: BenchArgs) -> anyhow::Result<ExitCode> {
    let work = async {
        match args.command {
            Command::Ingest(args) => ingest::run(args).await,
            Command::Overload(args) => overload::run(args).await,
            Command::Soak(args) => soak::run(args).await,
            Command::Query(args) => query::run(args).await,
            Command::Start(args) => start::run(args).await,
            Command::Disk(args) => disk::run(args).await,
            Command::Inspect(args) => inspect::run(args).await,
            Command::Detect(args) => detect::run(args).await,
            Command::Respond(args) => respond::run(args).await,
            Command::Supply(args) => supply::run(args).await,
            Command::Telemetry(args) => telemetry::run(args).await,
            Command::Kyb(args) => kyb::run(args).await,
        }
    };
    let mut terminated = signal(SignalKind::terminate())?;
    // Dropping the work ends its server and clears away its folder.
    tokio::select! {
        result = work => result,
        _ = tokio::signal::ctrl_c() => Err(Failure::internal("interrupted").into()),
        _ = terminated.recv() => Err(Failure::internal("terminated").into()),
    }
}
