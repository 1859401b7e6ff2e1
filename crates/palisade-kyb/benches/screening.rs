//! What screening costs: `cargo bench -p palisade-kyb --bench screening`. A million generated names become a file; a
//! process of its own opens it, so that its memory and its time are those of a cold start. Names of queries are half
//! generated anew, half taken from the file with a slip.

#[path = "../examples/generated/mod.rs"]
mod generated;

use std::{
    fmt::Write as _,
    io::Read as _,
    ops::ControlFlow,
    time::{Duration, Instant},
};

use fastrand::Rng;
use palisade_kyb::{
    entity::{Entity, Name},
    lists::Listing,
    screening::{Counterparties, Hits, Options, Scratch, Screener, rescreen, run_batch},
    snapshot::{Difference, Snapshot},
};
use palisade_model::Timestamp;

const NAMES: usize = 1_000_000;
/// Names of each entity of the large file.
const NAMES_EACH: usize = 2;
/// Entities of lists as they are today: OFAC, UN, EU and UK together.
const LISTED: usize = 25_000;
const COUNTERPARTIES: usize = 100_000;
const CHANGED: usize = 1_600;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    if let Some(path) = arguments.next() {
        return cold(&path);
    }
    let path = std::env::temp_dir().join(format!("palisade-kyb-bench-{}", std::process::id()));
    let start = Instant::now();
    let mut random = Rng::with_seed(1);
    let entities = (0..NAMES / NAMES_EACH).map(|number| generated::entity("large", number, NAMES_EACH, &mut random));
    let screener = Screener::build(entities, Vec::new())?;
    screener.write(&mut std::fs::File::create(&path)?)?;
    println!("{} names of {} entities, built in {:.1?}", screener.names(), screener.len(), start.elapsed());
    drop(screener);
    let status = std::process::Command::new(std::env::current_exe()?).arg(&path).status();
    std::fs::remove_file(&path)?;
    status?;
    continuous()?;
    batch()
}

/// In a process of its own: opening, memory, and screening of single parties.
fn cold(path: &str) -> Result<(), Box<dyn std::error::Error>> {
    let start = Instant::now();
    let file = std::fs::File::open(path)?;
    let length = file.metadata()?.len();
    let mut bytes = Vec::with_capacity(usize::try_from(length)?);
    #[expect(clippy::disallowed_methods, reason = "bounded beside it")]
    file.take(length).read_to_end(&mut bytes)?;
    let screener = Screener::open(bytes)?;
    println!("cold start from a file of {} MB: {:.2?}", length >> 20, start.elapsed());
    let queries = queries(&screener, 8_000);
    single("1 M names", &screener, &queries);
    println!("memory: {}", resident());
    both_cores(&screener, &queries);
    Ok(())
}

/// Parties to screen: half of them are nobody, half are in the file under a name with a slip.
fn queries(screener: &Screener, count: usize) -> Vec<Entity> {
    let mut random = Rng::with_seed(5);
    let mut query = |number: usize| {
        let mut party = generated::entity("own", number, 1, &mut random);
        if number.is_multiple_of(2)
            && let Some(listed) = screener.entity(random.u32(..screener.len() as u32))
        {
            let mut letters: Vec<char> = listed.names[0].full.chars().collect();
            letters.remove(random.usize(..letters.len()));
            party = Entity { names: vec![Name { full: letters.into_iter().collect(), ..Name::default() }], ..listed };
        }
        party
    };
    (0..count).map(&mut query).collect()
}

fn single(what: &str, screener: &Screener, queries: &[Entity]) {
    let mut scratch = Scratch::default();
    let mut found = 0;
    let mut times: Vec<Duration> = Vec::new();
    for party in queries {
        let start = Instant::now();
        let screening = screener.screen(party, &Options::default(), &mut scratch);
        times.push(start.elapsed());
        found += usize::from(screening.hits.iter().any(|hit| hit.entity.id == party.id));
    }
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!(
        "screening against {what}: p50 {:.2?}, p95 {:.2?}, p99 {:.2?}; {found} found",
        at(0.5),
        at(0.95),
        at(0.99)
    );
}

fn both_cores(screener: &Screener, queries: &[Entity]) {
    let start = Instant::now();
    std::thread::scope(|scope| {
        for share in queries.chunks(queries.len().div_ceil(2)) {
            scope.spawn(move || {
                let mut scratch = Scratch::default();
                share.iter().for_each(|party| drop(screener.screen(party, &Options::default(), &mut scratch)));
            });
        }
    });
    println!("two cores: {:.0} parties/s", queries.len() as f64 / start.elapsed().as_secs_f64());
}

/// What the process holds in memory, as the kernel counts it.
fn resident() -> String {
    let mut status = String::new();
    #[expect(clippy::disallowed_methods, reason = "a file of the kernel, of a page")]
    let read = std::fs::File::open("/proc/self/status").and_then(|mut file| file.read_to_string(&mut status));
    let line = |_| status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or("unknown").to_owned();
    read.map_or_else(|_| "unknown".to_owned(), line)
}

fn list(changed: usize) -> Snapshot {
    let mut random = Rng::with_seed(3);
    let mut entities: Vec<Entity> =
        (0..LISTED).map(|number| generated::entity("list", number, NAMES_EACH, &mut random)).collect();
    let mut other = Rng::with_seed(4);
    for entity in entities.iter_mut().take(changed) {
        entity.names[0].full = generated::name(&mut other).0;
    }
    Snapshot::new("list", Listing { entities, ..Listing::default() }, Timestamp::from_millis(0))
}

fn continuous() -> Result<(), Box<dyn std::error::Error>> {
    let (old, new) = (list(0), list(CHANGED));
    let mut random = Rng::with_seed(6);
    let parties: Vec<Entity> =
        (0..COUNTERPARTIES).map(|number| generated::entity("own", number, 1, &mut random)).collect();
    let mut hits = Hits::default();
    let options = Options::default();
    let start = Instant::now();
    let counterparties = Screener::build(&parties, Vec::new())?;
    println!("index over {COUNTERPARTIES} counterparties: {:.2?}", start.elapsed());
    let start = Instant::now();
    rescreen(&counterparties, &mut hits, &Difference::between(None, &old), &options);
    println!("all of them against {LISTED} entries: {:.2?}, {} hits", start.elapsed(), hits.len());
    let difference = Difference::between(Some(&old), &new);
    let start = Instant::now();
    let events = rescreen(&counterparties, &mut hits, &difference, &options);
    println!("after {} changed entries: {:.2?}, {} events", difference.len(), start.elapsed(), events.len());
    Ok(())
}

/// A file of counterparties, read and screened row by row.
fn batch() -> Result<(), Box<dyn std::error::Error>> {
    let screener = Screener::build(list(0).entities(), Vec::new())?;
    let mut random = Rng::with_seed(7);
    let mut file = String::from("id,name,country\n");
    for number in 0..COUNTERPARTIES {
        writeln!(file, "{number},\"{}\",DE", generated::name(&mut random).0)?;
    }
    single("25,000 entities", &screener, &queries(&screener, 4_000));
    let start = Instant::now();
    let mut hits = 0;
    let progress = run_batch(
        Counterparties::open("in.csv", file.as_bytes(), 1 << 30)?,
        0,
        |party, scratch| screener.screen(party, &Options::default(), scratch).hits.len(),
        |_, answer, _| {
            hits += answer.unwrap_or_default();
            ControlFlow::Continue(())
        },
    );
    let rate = progress.screened as f64 / start.elapsed().as_secs_f64();
    println!("batch of {} rows: {rate:.0} rows/s, {hits} hits", progress.screened);
    Ok(())
}
