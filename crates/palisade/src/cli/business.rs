//! `palisade business`: businesses and people screened against lists, and names compared, without a server.

mod batch;
mod compare;
mod owners;
mod progress;
mod question;
mod report;
mod screen;

use super::Failure;
use crate::kyb::{self, How, Lists};
use crate::rules::snapshot;
use clap::{Args, Subcommand, ValueEnum};
use palisade_kyb::{entity::EntityType, matching::Mode};
use palisade_store::feeds::FEEDS;
use std::path::PathBuf;
use std::process::ExitCode;

/// Screen businesses and people against lists
#[derive(Args)]
#[command(after_help = "\
Lists are feeds: ofac-sdn, ofac-consolidated, un-sc, eu-fsf, uk-ofsi, us-csl, opensanctions, own-list and others
(`palisade feed list`). Every answer names the lists that were searched, their versions and their age.

Exit codes: 0 nothing found, 1 hits at or above --fail-on, 2 something could not be read, 3 internal error.

Examples:
  palisade feed import ofac-sdn sdn.csv alt.csv add.csv
  palisade business screen \"Nicolas Maduro Moros\" --type person --birth 1962-11-23
  palisade business screen \"Kombinat 24 Ltd\" --country ru --list ofac-sdn --format json
  palisade business batch customers.csv hits.csv
  palisade business owners \"Harbour Holding\" --shares shares.csv
  palisade business compare \"Bank Rossiya\" \"AB Rossia Bank\"")]
pub(super) struct BusinessArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Screen names against the lists
    Screen(screen::ScreenArgs),
    /// Compare names with each other
    Compare(compare::CompareArgs),
    /// Screen a file of counterparties, row by row; stopped, it goes on where it was
    Batch(batch::BatchArgs),
    /// Tell who owns a company in the end, and whether the 50 percent rule blocks it
    Owners(owners::OwnersArgs),
}

/// How differences are judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum ModeName {
    /// Forgives slips, spellings and missing middle names.
    #[default]
    Balanced,
    /// Forgives less; numbers must agree.
    Strict,
    /// Scores as OFAC's own search does.
    Ofac,
}

impl From<ModeName> for Mode {
    fn from(name: ModeName) -> Self {
        match name {
            ModeName::Balanced => Self::Balanced,
            ModeName::Strict => Self::Strict,
            ModeName::Ofac => Self::Ofac,
        }
    }
}

/// What is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum TypeName {
    /// A human being.
    Person,
    /// A company or another organisation.
    Organization,
    /// A ship.
    Vessel,
    /// An aircraft.
    Aircraft,
}

impl From<TypeName> for EntityType {
    fn from(name: TypeName) -> Self {
        match name {
            TypeName::Person => Self::Person,
            TypeName::Organization => Self::Organization,
            TypeName::Vessel => Self::Vessel,
            TypeName::Aircraft => Self::Aircraft,
        }
    }
}

/// Against what, and how.
#[derive(Args)]
struct Screening {
    /// The folder with the feeds
    #[arg(long, env = "PALISADE_DATA_DIR", default_value = "./palisade-data", value_name = "DIR")]
    data_dir: PathBuf,
    /// How differences are judged
    #[arg(long, value_enum, default_value_t)]
    mode: ModeName,
    /// The score from which on a hit is told, 0 to 1 [default: balanced 0.7, strict 0.85, ofac 0.9]
    #[arg(long, value_name = "SCORE")]
    at_least: Option<f32>,
    /// The most hits for each name
    #[arg(long, default_value_t = 10, value_name = "COUNT")]
    limit: usize,
    /// Search this list only; may be given several times
    #[arg(long = "list", value_name = "FEED")]
    lists: Vec<String>,
}

impl Screening {
    fn how(&self) -> Result<How, Failure> {
        let mode = Mode::from(self.mode);
        let at_least = self.at_least.unwrap_or_else(|| mode.threshold());
        if !(0.0..=1.0).contains(&at_least) {
            return Err(Failure::input(format!("--at-least {at_least} is not between 0 and 1")));
        }
        if self.limit == 0 {
            return Err(Failure::input("--limit 0 would hide every hit"));
        }
        Ok(How { mode, at_least, limit: self.limit, lists: self.lists.clone(), types: Vec::new() })
    }

    /// The lists that are searched. No answer is given without any.
    async fn load(&self) -> anyhow::Result<Lists> {
        if let Some(list) = self.lists.iter().find(|list| !kyb::is_list(list)) {
            let known: Vec<&str> = FEEDS.iter().filter(|feed| feed.is_list).map(|feed| feed.name).collect();
            return Err(Failure::input(format!("there is no list '{list}'; the lists are {}", known.join(", "))).into());
        }
        let feeds = snapshot(&self.data_dir).await?;
        let data_dir = self.data_dir.clone();
        let lists = tokio::task::spawn_blocking(move || Lists::load(&data_dir, &feeds)).await??;
        if lists.is_empty() {
            let failure = Failure::input("no list was imported, so nothing can be screened");
            return Err(failure.hint("palisade feed import ofac-sdn sdn.csv alt.csv add.csv").into());
        }
        if let Some(list) = self.lists.iter().find(|list| lists.edition(list).is_none()) {
            let failure = Failure::input(format!("the list {list} was never imported, so it cannot be searched"));
            return Err(failure.hint(format!("palisade feed import {list} FILE")).into());
        }
        for warning in lists.warnings(&self.lists, crate::clock::now()) {
            eprintln!("warning: {warning}");
        }
        Ok(lists)
    }
}

/// Runs the command.
///
/// # Errors
/// When arguments or lists cannot be used, or an answer cannot be written.
pub(super) async fn run(args: BusinessArgs) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::Screen(args) => screen::run(args).await,
        Command::Compare(args) => compare::run(&args),
        Command::Batch(args) => batch::run(args).await,
        Command::Owners(args) => owners::run(args).await,
    }
}
