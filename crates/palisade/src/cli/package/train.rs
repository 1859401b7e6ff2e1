//! `palisade package train`: the model fitted to labelled names, with a card that says what it is worth.

use crate::cli::{Failure, bounded};
use crate::clock::now;
use anyhow::Context as _;
use clap::Args;
use palisade_model::Timestamp;
use palisade_supply::{
    Ecosystem,
    names::{Popular, read_popular, together},
    score::{PopularList, Settings, examples, read_labelled, train},
};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Bytes of a list or of labelled names.
const INPUT_BYTES_MAX: u64 = 1 << 30;

/// Train the model on labelled names and write it with its card
#[derive(Args)]
#[command(after_help = "\
A labelled name is a JSON object a line: {\"ecosystem\":\"npm\",\"name\":\"crossenv\",\"malicious\":true,
\"source\":\"who says so\",\"date\":\"2017-08-02T00:00:00Z\"}; date and facts may be missing.

Example:
  palisade package train --labelled names.ndjson --popular npm=npm.txt --popular pypi=pypi.csv \\
    --model supply.model --card supply-model.md")]
pub(super) struct TrainArgs {
    /// Labelled names, one JSON object a line; may be given several times
    #[arg(long, value_name = "FILE", required = true)]
    labelled: Vec<PathBuf>,
    /// A list of popular names, most popular first; may be given several times, and those of one ecosystem count together
    #[arg(long, value_name = "ECOSYSTEM=FILE", required = true)]
    popular: Vec<String>,
    /// Where the model is written
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// Where its card is written
    #[arg(long, value_name = "FILE")]
    card: PathBuf,
    /// What the model is called
    #[arg(long, value_name = "NAME", default_value = "own")]
    version: String,
    /// How strongly weights are drawn to where they are set: the examples that it takes to move one
    #[arg(long, value_name = "NUMBER", default_value_t = 20.0)]
    ridge: f64,
    /// Malicious names for each harmless one among names that resemble a protected one
    #[arg(long, value_name = "NUMBER", default_value_t = 1.0)]
    malicious_for_harmless: f64,
    /// Malicious names known from this day on are held out for the card's split by date
    #[arg(long, value_name = "DAY", default_value = "2024-01-01")]
    split: String,
}

/// # Errors
/// When a file cannot be read, is not understood, or cannot be written.
pub(super) fn run(args: &TrainArgs) -> anyhow::Result<ExitCode> {
    let mut labelled = Vec::new();
    for path in &args.labelled {
        let read = read_labelled(&text(path)?);
        labelled.extend(read.map_err(|error| Failure::input(format!("{}: {error}", path.display())))?);
    }
    let lists = lists(&args.popular)?;
    let split = Timestamp::parse(&format!("{}T00:00:00Z", args.split))
        .map_err(|error| Failure::input(format!("--split {}: {error}", args.split)))?;
    let settings = Settings {
        ridge: args.ridge,
        malicious_for_harmless: args.malicious_for_harmless,
        split,
        version: args.version.clone(),
        ..Settings::default()
    };
    eprintln!("asking {} labelled names and those of {} lists", labelled.len(), lists.len());
    let examples = examples(&lists, &labelled, now());
    eprintln!("fitting to {} examples, and to parts of them for the card", examples.len());
    let trained = train(&examples, &settings);
    write(&args.model, &trained.model.to_text())?;
    write(&args.card, &trained.card.to_markdown())?;
    eprintln!("wrote {} and {}", args.model.display(), args.card.display());
    Ok(ExitCode::SUCCESS)
}

/// The lists of `arguments`; those of one ecosystem together.
fn lists(arguments: &[String]) -> anyhow::Result<Vec<PopularList>> {
    let mut by_ecosystem: BTreeMap<Ecosystem, (Vec<String>, Vec<Vec<Popular>>)> = BTreeMap::new();
    for argument in arguments {
        let (ecosystem, path) = argument
            .split_once('=')
            .ok_or_else(|| Failure::input(format!("--popular {argument}: write ECOSYSTEM=FILE, as npm=popular.txt")))?;
        let ecosystem: Ecosystem = ecosystem.parse().map_err(|error| Failure::input(format!("--popular: {error}")))?;
        let names = read_popular(&text(Path::new(path))?);
        let (sources, lists) = by_ecosystem.entry(ecosystem).or_default();
        lists.push(names.map_err(|error| Failure::input(format!("{path}: {error}")))?);
        sources.push(Path::new(path).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default());
    }
    let list = |(ecosystem, (sources, lists)): (Ecosystem, (Vec<String>, _))| PopularList {
        ecosystem,
        source: sources.join(" and "),
        names: together(lists),
    };
    Ok(by_ecosystem.into_iter().map(list).collect())
}

fn text(path: &Path) -> anyhow::Result<String> {
    bounded::read_file(path, INPUT_BYTES_MAX)
        .map_err(|error| Failure::input(format!("cannot read {}: {error}", path.display())).into())
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
