//! `palisade bench`: end-to-end load against a server, so that anyone can repeat the figures on their own machine.

mod events;
mod ingest;
mod latency;
mod load;
mod memory;
mod query;
mod report;
mod server;
mod subscribers;

use super::{
    Failure,
    client::{Connection, Secret},
};
use clap::{Args, Subcommand};
use std::{path::PathBuf, process::ExitCode};

/// Measure how fast and how small the server is on this machine
#[derive(Args)]
#[command(after_help = "\
Without --url the benchmark starts a server of its own in a temporary folder and removes both afterwards. The load
generator shares the machine with it, so the figures are those of both together.

Examples:
  palisade bench ingest --preset all
  palisade bench ingest --batch 1000 --connections 4 --seconds 20
  palisade bench ingest --rate 5000 --subscribers 10 --format json
  palisade bench query --rows 10000000 --data-dir /var/tmp/palisade-bench")]
pub struct BenchArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Send events and watch throughput, latency, live stream and memory
    Ingest(ingest::IngestArgs),
    /// Fill a lake and measure queries over it
    Query(query::QueryArgs),
}

/// Which server is measured.
#[derive(Args, Clone)]
struct Target {
    /// Measure the server at this address instead of starting one
    #[arg(long, value_name = "URL", requires = "key")]
    url: Option<String>,
    /// Its API key, with scopes ingest and read
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
            Command::Query(args) => query::run(args).await,
        }
    };
    // Dropping the work ends its server and clears away its folder.
    tokio::select! {
        result = work => result,
        _ = tokio::signal::ctrl_c() => Err(Failure::internal("interrupted").into()),
    }
}
