//! `palisade bench kyb`: how fast businesses are screened, by name, by file and over HTTP, and what it takes.

mod made;
mod requests;

use super::{Target, latency::Percentiles, memory::Gauge, report};
use crate::cli::{
    Format,
    table::{Cell, render},
};
use anyhow::Context as _;
use bytes::Bytes;
use clap::Args;
use made::Made;
use palisade_kyb::{
    entity::Entity,
    index::{IndexBuilder, Scratch as IndexScratch, Wanted},
    lists::Listing,
    matching::{Matcher, Mode, PreparedEntity},
    names::NameType,
    screening::{Counterparties, Hits, Options, Scratch, Screener, rescreen, run_batch},
    snapshot::{Difference, Snapshot},
};
use palisade_mapped::MappedFile;
use palisade_model::Timestamp;
use serde::Serialize;
use std::fmt::Write as _;
use std::fs::File;
use std::ops::ControlFlow;
use std::process::ExitCode;
use std::time::Instant;

/// Candidates that are looked up for a name.
const CANDIDATES: usize = 200;
/// Names that are asked for.
const QUERIES: usize = 5_000;
/// Pairs of entities that are compared.
const PAIRS: usize = 200_000;
/// Entries of the lists that requests and batches are screened against, about as many as OFAC, UN, EU and UK have.
const LISTED: usize = 30_000;
/// Rows of the batch.
const ROWS: usize = 50_000;
/// Counterparties, and entries of a list that change.
const COUNTERPARTIES: usize = 100_000;
const CHANGES: usize = 1_600;

/// Measure how fast businesses are screened
#[derive(Args)]
#[command(after_help = "\
All names are generated, the same at each run. With --data-dir the requests are screened against the lists in it, and
the folder is kept; without, against 30,000 generated entries.

Examples:
  palisade bench kyb
  palisade bench kyb --names 100000 --format json")]
pub struct KybArgs {
    /// Names of the large index
    #[arg(long, default_value_t = 1_000_000, value_name = "COUNT")]
    names: usize,
    /// How to print the figures
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    target: Target,
}

/// What was measured.
#[derive(Clone, Debug, Default, Serialize)]
pub struct KybFigures {
    /// Two entities compared, with all parts of the score, in microseconds: the mean.
    pub pair_us: f64,
    /// Names of the large index.
    pub names: usize,
    /// Bytes of its file.
    pub file_bytes: u64,
    /// How long it takes to read and open it, in milliseconds.
    pub cold_start_ms: f64,
    /// Memory that it takes, in millions of bytes.
    pub memory_mb: f64,
    /// Candidates for a name in it, in milliseconds.
    pub candidates_ms: Percentiles,
    /// A whole screening of a name against it, in milliseconds.
    pub screen_ms: Percentiles,
    /// Rows of a CSV that are screened in a second, on all cores.
    pub batch_rows_per_second: f64,
    /// Re-screening of 100,000 counterparties after 1,600 changes of a list, in seconds.
    pub rescreen_seconds: f64,
    /// `POST /api/v1/businesses/screen`, one party each, as many as get through.
    pub requests_per_second: f64,
    /// … how long one takes then, in milliseconds.
    pub request_ms: Option<Percentiles>,
    /// The same at 100 a second beside 10 MB of events a second.
    pub beside_ms: Option<Percentiles>,
    /// Events that were taken in beside, in millions of bytes a second.
    pub beside_mb_per_second: f64,
}

/// Runs `palisade bench kyb`.
///
/// # Errors
/// When nothing can be written to the temporary folder, or the server cannot be started.
pub async fn run(args: KybArgs) -> anyhow::Result<ExitCode> {
    let busy = report::busy("comparing pairs".to_owned());
    let mut figures = KybFigures { names: args.names, ..KybFigures::default() };
    figures.pair_us = pairs();
    busy.set_message("a large index");
    candidates(args.names, &mut figures)?;
    large(args.names, &mut figures).await?;
    busy.set_message("a batch");
    let lists = Screener::build(Made::new(3).entities("own-list", LISTED), Vec::new())?;
    figures.batch_rows_per_second = batch(&lists)?;
    drop(lists);
    busy.set_message("screening again");
    figures.rescreen_seconds = screen_again()?;
    busy.set_message("requests");
    requests::measure(&args.target, &mut figures).await?;
    busy.finish_and_clear();
    report::print(&[figures], table, args.format)?;
    Ok(ExitCode::SUCCESS)
}

/// Microseconds of one comparison. Each entity meets one that is like it in every second pair.
fn pairs() -> f64 {
    let matcher = Matcher::new(Mode::Balanced);
    let mut made = Made::new(1);
    let entities: Vec<Entity> = made.entities("own-list", 1_000);
    let prepared: Vec<PreparedEntity> = entities.iter().map(|entity| matcher.prepare(entity)).collect();
    let altered: Vec<PreparedEntity> = entities.iter().map(|entity| matcher.prepare(&made.altered(entity))).collect();
    let started = Instant::now();
    for pair in 0..PAIRS {
        let (one, other) = (pair % 1_000, if pair % 2 == 0 { pair % 1_000 } else { pair * 7 % 1_000 });
        std::hint::black_box(matcher.compare(&altered[one], &prepared[other]));
    }
    started.elapsed().as_secs_f64() * 1e6 / PAIRS as f64
}

/// How long candidates for a name take.
fn candidates(names: usize, figures: &mut KybFigures) -> anyhow::Result<()> {
    let mut builder = IndexBuilder::default();
    let mut made = Made::new(2);
    for number in 0..names {
        let (name, name_type) = made.name();
        builder.add(u32::try_from(number)?, &name, NameType::from(name_type))?;
    }
    let index = builder.build()?;
    let matcher = Matcher::new(Mode::Balanced);
    let (mut scratch, mut samples) = (IndexScratch::default(), super::latency::Samples::default());
    for (name, name_type) in asked(names) {
        let parsed = matcher.parse(&name, NameType::from(name_type));
        let started = Instant::now();
        std::hint::black_box(index.search(&parsed, Wanted::most(CANDIDATES), &mut scratch));
        samples.add(started.elapsed());
    }
    figures.candidates_ms = samples.percentiles();
    Ok(())
}

/// Names that are asked for: half of them are listed and altered, half are nobody's.
fn asked(names: usize) -> Vec<(String, palisade_kyb::entity::EntityType)> {
    let (mut listed, mut others) = (Made::new(2), Made::new(9));
    let step = (names / (QUERIES / 2)).max(1);
    let mut asked = Vec::with_capacity(QUERIES);
    for number in 0..names {
        let (name, name_type) = listed.name();
        if number % step == 0 && asked.len() < QUERIES {
            asked.push((others.slip(&name), name_type));
            asked.push(others.name());
        }
    }
    asked
}

/// A file of as many names, opened from cold, and screened against.
async fn large(names: usize, figures: &mut KybFigures) -> anyhow::Result<()> {
    let path = std::env::temp_dir().join(format!("palisade-bench-kyb-{}", std::process::id()));
    let written = write_large(names, &path);
    let measured = match written {
        Ok(()) => open_large(&path, names, figures).await,
        Err(error) => Err(error),
    };
    let _gone = std::fs::remove_file(&path);
    measured
}

fn write_large(names: usize, path: &std::path::Path) -> anyhow::Result<()> {
    let screener = Screener::build(Made::new(2).entities_iter("own-list", names), Vec::new())?;
    let mut file = std::io::BufWriter::new(File::create(path)?);
    screener.write(&mut file)?;
    std::io::Write::flush(&mut file).context("cannot write the file of names")
}

async fn open_large(path: &std::path::Path, names: usize, figures: &mut KybFigures) -> anyhow::Result<()> {
    let gauge = Gauge::Process(std::process::id());
    let before = gauge.read().await.unwrap_or_default();
    let started = Instant::now();
    let file = File::open(path)?;
    figures.file_bytes = file.metadata()?.len();
    let screener = Screener::open(Bytes::from_owner(MappedFile::open(&file)?))?;
    figures.cold_start_ms = started.elapsed().as_secs_f64() * 1e3;
    let (options, mut scratch, mut samples) =
        (Options::default(), Scratch::default(), super::latency::Samples::default());
    for (name, entity_type) in asked(names) {
        let party = Made::party(&name, entity_type);
        let started = Instant::now();
        std::hint::black_box(screener.screen(&party, &options, &mut scratch));
        samples.add(started.elapsed());
    }
    figures.screen_ms = samples.percentiles();
    figures.memory_mb = gauge.read().await.unwrap_or_default().saturating_sub(before) as f64 / 1e6;
    Ok(())
}

/// Rows a second.
fn batch(lists: &Screener) -> anyhow::Result<f64> {
    let (mut made, mut text) = (Made::new(5), String::from("id,name,type\n"));
    for number in 0..ROWS {
        let (name, entity_type) = made.name();
        // Writing into a String cannot fail.
        let _ = writeln!(text, "{number},\"{name}\",{}", format!("{entity_type:?}").to_lowercase());
    }
    let started = Instant::now();
    let rows = Counterparties::open("bench.csv", text.as_bytes(), 1 << 30)?;
    let options = Options::default();
    let screen = |party: &Entity, scratch: &mut Scratch| lists.screen(party, &options, scratch);
    let progress = run_batch(rows, 0, screen, |_, _, _| ControlFlow::Continue(()));
    Ok(progress.screened as f64 / started.elapsed().as_secs_f64())
}

/// Seconds from a list's change to the hits that it changes.
fn screen_again() -> anyhow::Result<f64> {
    let parties = Screener::build(Made::new(6).entities("counterparties", COUNTERPARTIES), Vec::new())?;
    let mut made = Made::new(7);
    let listing = |entities| Listing { entities, ..Listing::default() };
    let before = Snapshot::new("own-list", listing(made.entities("own-list", 10)), Timestamp::from_nanos(0));
    let mut entities = before.entities().to_vec();
    entities.extend(made.entities("own-list", CHANGES).into_iter().map(|mut entity| {
        entity.id = format!("new-{}", entity.id);
        entity
    }));
    let after = Snapshot::new("own-list", listing(entities), Timestamp::from_nanos(1));
    let difference = Difference::between(Some(&before), &after);
    let started = Instant::now();
    std::hint::black_box(rescreen(&parties, &mut Hits::default(), &difference, &Options::default()));
    Ok(started.elapsed().as_secs_f64())
}

fn table(all: &[KybFigures]) -> String {
    let rows = all.iter().flat_map(|of| {
        let (request, beside) = (of.request_ms.unwrap_or_default(), of.beside_ms.unwrap_or_default());
        [
            ("a pair compared and explained, µs", format!("{:.2}", of.pair_us)),
            ("names of the large index", of.names.to_string()),
            ("… its file, MB", format!("{:.0}", of.file_bytes as f64 / 1e6)),
            ("… cold start, ms", format!("{:.0}", of.cold_start_ms)),
            ("… memory, MB", format!("{:.0}", of.memory_mb)),
            ("… candidates for a name, p50 ms", format!("{:.2}", of.candidates_ms.p50)),
            ("… candidates for a name, p99 ms", format!("{:.2}", of.candidates_ms.p99)),
            ("… a name screened, p50 ms", format!("{:.2}", of.screen_ms.p50)),
            ("… a name screened, p99 ms", format!("{:.2}", of.screen_ms.p99)),
            ("batch, rows/s", format!("{:.0}", of.batch_rows_per_second)),
            ("100,000 counterparties, 1,600 changes, s", format!("{:.2}", of.rescreen_seconds)),
            ("requests/s", format!("{:.0}", of.requests_per_second)),
            ("… p95 ms", format!("{:.1}", request.p95)),
            ("requests at 100/s beside events, p95 ms", format!("{:.1}", beside.p95)),
            ("events beside, MB/s", format!("{:.1}", of.beside_mb_per_second)),
        ]
    });
    let rows = rows.map(|(what, figure)| vec![Cell::text(what), Cell::number(figure)]).collect();
    render(&["what", "figure"], rows, None)
}
