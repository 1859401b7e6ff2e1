//! `palisade package`: packages judged by name, manifest and advisory, without a server.

mod check;
mod explain;
mod judging;
mod named;
mod report;
mod sarif;
mod scan;
mod train;

use super::Failure;
use crate::rules::snapshot;
use crate::supply::registry::Public;
use crate::supply::{self, Policy, Supply};
use clap::{Args, Subcommand, ValueEnum};
use palisade_supply::Package;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// Judge packages by name, manifest and advisory
#[derive(Args)]
#[command(after_help = "\
Names are judged by what ships and by the feeds npm-popular, pypi-popular and so on; advisories come from the feeds osv,
malicious-packages, kev and epss (`palisade feed list`). Nothing is fetched, unless --online allows to ask registries.

Exit codes: 0 nothing found, 1 findings at or above --fail-on, 2 something could not be read, 3 internal error.

Examples:
  palisade package check npm/lodahs pkg:pypi/requests@2.19.0
  palisade package check --server --stdin < packages.txt
  palisade package scan .
  palisade package scan . --format sarif > palisade.sarif
  palisade package explain npm/crossenv")]
pub(super) struct PackageArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Judge packages that are named
    Check(check::CheckArgs),
    /// Judge what manifests, lockfiles and bills of material name
    Scan(scan::ScanArgs),
    /// Show everything that counts for and against a package, whether it is told or not
    Explain(explain::ExplainArgs),
    /// Train the model on labelled names and write it with its card
    Train(train::TrainArgs),
}

/// What packages are judged by.
#[derive(Args)]
struct Options {
    /// The folder with the feeds
    #[arg(long, env = "PALISADE_DATA_DIR", default_value = "./palisade-data", value_name = "DIR")]
    data_dir: PathBuf,
    /// What is told and what fails: observe, balanced or strict, or a file with a policy [default: palisade-supply.toml
    /// where there is one, else balanced]
    #[arg(long, value_name = "NAME|FILE")]
    policy: Option<String>,
    /// Names that your organisation uses privately, as npm/@corp/*; may be given several times
    #[arg(long, value_name = "ECOSYSTEM/NAME")]
    private: Vec<String>,
    /// Ask the registries of npm, PyPI and crates.io about the packages: their names leave this machine
    #[arg(long)]
    online: bool,
    /// The configuration file, for [supply.registries]; else the configuration of npm, pip and cargo says where to ask
    #[arg(long, value_name = "FILE", env = "PALISADE_CONFIG")]
    config: Option<PathBuf>,
}

/// How long registries are asked about the packages of a command, or of a few lines of its input.
const ONLINE_TIME_MAX: Duration = Duration::from_secs(120);

/// How findings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// One JSON document.
    Json,
    /// One result a line.
    Ndjson,
    /// SARIF 2.1.0, for code hosts and editors.
    Sarif,
}

impl Options {
    async fn load(&self) -> anyhow::Result<Supply> {
        let mut policy = match &self.policy {
            Some(name) => Policy::named(name)?,
            None if Path::new(supply::POLICY_FILE).is_file() => {
                eprintln!("policy: {}", supply::POLICY_FILE);
                Policy::named(supply::POLICY_FILE)?
            }
            None => Policy::default(),
        };
        for name in &self.private {
            policy.private.push(supply::private_name(name).map_err(Failure::input)?);
        }
        let feeds = snapshot(&self.data_dir).await?;
        let data_dir = self.data_dir.clone();
        let loaded = tokio::task::spawn_blocking(move || Supply::load(&data_dir, &feeds, policy)).await??;
        let now = crate::clock::now();
        loaded.policy().findings.expired(now).for_each(|entry| {
            eprintln!("note: the suppression of {} has expired: {}", entry.package, entry.reason);
        });
        if loaded.advisories().is_none() {
            eprintln!("note: no feed of advisories is imported, so only names are judged: palisade feed sync osv");
        }
        Ok(loaded)
    }

    /// What registries say of `packages`, where they may be asked.
    async fn public(&self, supply: &Supply, packages: Vec<Package>) -> anyhow::Result<Public> {
        if !self.online {
            return Ok(Public::default());
        }
        let mut online = judging::Online::open(self).await?;
        let public = online.look_up(supply, packages).await;
        online.close().await;
        Ok(public)
    }
}

/// Runs the command.
///
/// # Errors
/// When arguments or feeds cannot be used, or standard output cannot be written to.
pub(super) async fn run(args: PackageArgs) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::Check(args) => check::run(args).await,
        Command::Scan(args) => scan::run(args).await,
        Command::Explain(args) => explain::run(args).await,
        Command::Train(args) => train::run(&args),
    }
}
