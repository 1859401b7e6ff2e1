//! `palisade bench supply`: how fast packages are judged, by name, by lockfile, and over HTTP beside other work.

mod lockfile;
mod requests;

use super::{Target, latency::Percentiles, report};
use crate::cli::{
    Format,
    table::{Cell, render},
};
use crate::clock::now;
use crate::rules::snapshot;
use crate::supply::{Policy, Supply};
use clap::Args;
use palisade_supply::{Ecosystem, Facts, Package};
use serde::Serialize;
use std::process::ExitCode;
use std::time::Instant;

/// Names that are judged.
const NAMES: usize = 20_000;

/// Measure how fast packages are judged
#[derive(Args)]
#[command(after_help = "\
The feeds in --data-dir are used: import popular names and advisories there first, or what ships is measured.

Examples:
  palisade feed import npm-popular npm.txt --data-dir bench && palisade feed import osv all.zip --data-dir bench
  palisade bench supply --data-dir bench")]
pub struct SupplyArgs {
    /// The ecosystem whose names and advisories are used
    #[arg(long, default_value = "npm", value_name = "NAME")]
    ecosystem: Ecosystem,
    /// How to print the figures
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    target: Target,
}

/// What was measured.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SupplyFigures {
    /// Protected names of the ecosystem.
    pub protected: usize,
    /// Bytes of memory of all names.
    pub names_bytes: usize,
    /// How long one name takes, in microseconds: half take no longer.
    pub name_p50_us: f64,
    /// … and 99 of 100.
    pub name_p99_us: f64,
    /// How long it takes to load names and to open the index of advisories, in milliseconds.
    pub load_ms: f64,
    /// Advisories and reports of malicious packages.
    pub advisories: usize,
    /// Dependencies of the lockfile that is judged.
    pub locked: usize,
    /// How long the whole lockfile takes, read and judged, in milliseconds: the median.
    pub lockfile_ms: f64,
    /// Malicious and vulnerable packages that were put into it, and how many of them were told.
    pub planted: usize,
    /// … told.
    pub found: usize,
    /// Millions of bytes of lockfiles that are read in a second, on all cores.
    pub read_mb_per_second: f64,
    /// `POST /api/v1/scan` at 100 a second beside 10 MB of events a second.
    pub scan_ms: Option<Percentiles>,
    /// Events that were taken in beside, in millions of bytes a second.
    pub beside_mb_per_second: f64,
}

/// Runs `palisade bench supply`.
///
/// # Errors
/// When feeds cannot be used, or the server cannot be started.
pub async fn run(args: SupplyArgs) -> anyhow::Result<ExitCode> {
    let busy = report::busy("loading".to_owned());
    let data_dir = args.target.data_dir.clone().unwrap_or_else(|| "./palisade-data".into());
    let feeds = snapshot(&data_dir).await?;
    // Once before, so that the index is there and its opening is timed, not its making.
    Supply::load(&data_dir, &feeds, Policy::default())?;
    let started = Instant::now();
    let supply = Supply::load(&data_dir, &feeds, Policy::default())?;
    let mut figures = SupplyFigures { load_ms: started.elapsed().as_secs_f64() * 1e3, ..SupplyFigures::default() };
    busy.set_message("names");
    names(&supply, args.ecosystem, &mut figures);
    busy.set_message("lockfiles");
    lockfile::measure(&supply, args.ecosystem, &mut figures)?;
    drop(supply);
    busy.set_message("requests beside events");
    requests::measure(&args.target, &mut figures).await?;
    busy.finish_and_clear();
    report::print(&[figures], table, args.format)?;
    Ok(ExitCode::SUCCESS)
}

/// Judges protected names with a letter changed, dropped, doubled or swapped, and names that resemble none.
fn names(supply: &Supply, ecosystem: Ecosystem, figures: &mut SupplyFigures) {
    let judge = supply.names();
    figures.names_bytes = judge.names().memory_bytes();
    let Some(index) = judge.names().index(ecosystem) else { return };
    figures.protected = index.len();
    figures.advisories = supply.advisories().map_or(0, |index| index.summary().advisories);
    let mut random = fastrand::Rng::with_seed(7);
    let asked: Vec<Package> = (0..NAMES)
        .filter_map(|_| {
            let name = index.at(random.u32(..u32::try_from(index.len()).ok()?))?;
            Some(Package { ecosystem, name: altered(name, &mut random), version: None })
        })
        .collect();
    let (facts, now) = (Facts::default(), now());
    let mut times: Vec<f64> = asked
        .iter()
        .map(|package| {
            let started = Instant::now();
            std::hint::black_box(judge.assess(package, &facts, now));
            started.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let at = |percent: usize| times.get(times.len() * percent / 100).copied().unwrap_or_default();
    (figures.name_p50_us, figures.name_p99_us) = (at(50), at(99));
}

fn altered(name: &str, random: &mut fastrand::Rng) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let at = random.usize(..letters.len().max(1));
    match random.u8(..5) {
        0 if letters.len() > 1 => drop(letters.remove(at)),
        1 if at < letters.len() => letters.insert(at, letters[at]),
        2 if at + 1 < letters.len() => letters.swap(at, at + 1),
        3 if at < letters.len() => letters[at] = random.lowercase(),
        // A word that resembles nothing.
        _ => letters = (0..random.usize(6..24)).map(|_| random.lowercase()).collect(),
    }
    letters.into_iter().collect()
}

fn table(all: &[SupplyFigures]) -> String {
    let rows = all.iter().flat_map(|of| {
        let ms = of.scan_ms;
        [
            ("protected names", of.protected.to_string()),
            ("memory of names, MB", format!("{:.1}", of.names_bytes as f64 / 1e6)),
            ("a name, p50 µs", format!("{:.1}", of.name_p50_us)),
            ("a name, p99 µs", format!("{:.1}", of.name_p99_us)),
            ("advisories", of.advisories.to_string()),
            ("load, ms", format!("{:.0}", of.load_ms)),
            ("lockfile, dependencies", of.locked.to_string()),
            ("lockfile, ms", format!("{:.1}", of.lockfile_ms)),
            ("planted in it", of.planted.to_string()),
            ("told of them", of.found.to_string()),
            ("lockfiles read, MB/s", format!("{:.0}", of.read_mb_per_second)),
            ("scan at 100/s, p50 ms", ms.map_or_else(String::new, |ms| format!("{:.1}", ms.p50))),
            ("scan at 100/s, p95 ms", ms.map_or_else(String::new, |ms| format!("{:.1}", ms.p95))),
            ("events beside, MB/s", format!("{:.1}", of.beside_mb_per_second)),
        ]
    });
    let rows = rows.map(|(what, figure)| vec![Cell::text(what), Cell::number(figure)]).collect();
    render(&["what", "figure"], rows, None)
}
