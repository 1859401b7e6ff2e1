//! Events a second over a sample of real events with all of SigmaHQ's rules, ours beside rsigma's engine, which is told
//! the log source of each event; then the time of single events, and memory.

#[path = "../tests/data/mod.rs"]
mod data;

use divan::{Bencher, counter::ItemsCount};
use palisade_events::{
    Engine, Evaluator, Loader, LogSource, Record, parse_file, readers::json, source::EventSource, taxonomy::Taxonomy,
};
use rsigma_eval::JsonEvent;
use std::{
    path::PathBuf,
    sync::{Arc, LazyLock},
    time::{Duration, Instant},
};

static FOLDER: LazyLock<Option<PathBuf>> = LazyLock::new(|| data::folder("detect"));
static SAMPLE: LazyLock<Vec<(String, String)>> =
    LazyLock::new(|| FOLDER.as_deref().map(data::sample).unwrap_or_default());
static RULES: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    FOLDER.as_ref().map(|folder| data::files(&folder.join("sigma/rules"), ".yml")).unwrap_or_default()
});

fn main() {
    if FOLDER.is_some() {
        single_events();
        divan::main();
    }
}

/// Prints how long single events take, and what memory the process holds then: the rules, the sample, an evaluator.
fn single_events() {
    let held = |when: &str| println!("{when}: {} MB resident", resident_megabytes());
    let (rules, events) = (RULES.len(), SAMPLE.len());
    held(&format!("{rules} rule files and {events} events as text"));
    let start = Instant::now();
    let engine = engine();
    println!("{} rules loaded in {:?}", engine.rules().len(), start.elapsed());
    held("rules loaded");
    let mut evaluator = Evaluator::new(engine);
    for pass in ["first", "second"] {
        let mut times: Vec<Duration> = Vec::with_capacity(SAMPLE.len());
        let mut record = Record::default();
        let before = evaluator.counts();
        for (line, _) in SAMPLE.iter() {
            let start = Instant::now();
            let read = json::read(line, record).expect("an event");
            divan::black_box(evaluator.evaluate(&read));
            record = read.renew("");
            times.push(start.elapsed());
        }
        times.sort_unstable();
        let at = |share: f64| times[(times.len() as f64 * share) as usize];
        let total: Duration = times.iter().sum();
        let counts = evaluator.counts();
        println!(
            "{pass} pass, read and evaluate: {:.0} events/s, p50 {:?}, p99 {:?}, p99.9 {:?}, most {:?}; {} matches",
            times.len() as f64 / total.as_secs_f64(),
            at(0.5),
            at(0.99),
            at(0.999),
            times[times.len() - 1],
            counts.matches - before.matches,
        );
        println!("    {counts:?}");
        held("evaluated");
    }
}

fn resident_megabytes() -> u64 {
    let status = std::fs::File::open("/proc/self/status").map(std::io::BufReader::new);
    let lines = status.into_iter().flat_map(std::io::BufRead::lines).map_while(Result::ok);
    let line = { lines }.find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kilobytes| kilobytes.parse::<u64>().ok()).unwrap_or(0) / 1024
}

fn engine() -> Arc<Engine> {
    let mut loader = Loader::new();
    RULES.iter().for_each(|(file, text)| loader.add_parsed(parse_file(file, text)));
    Arc::new(Engine::new(loader.finish(), &Taxonomy::default()))
}

/// Reading alone.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn read(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(SAMPLE.len())).bench_local(|| {
        let mut record = Record::default();
        for (line, _) in SAMPLE.iter() {
            record = json::read(line, record).expect("an event").renew("");
        }
    });
}

/// Reading and evaluating, log sources inferred.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn read_and_evaluate(bencher: Bencher<'_, '_>) {
    let mut evaluator = Evaluator::new(engine());
    bencher.counter(ItemsCount::new(SAMPLE.len())).bench_local(|| {
        let mut record = Record::default();
        for (line, _) in SAMPLE.iter() {
            let read = json::read(line, record).expect("an event");
            divan::black_box(evaluator.evaluate(&read));
            record = read.renew("");
        }
    });
}

/// Reading and evaluating, told the log source of each event.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn read_and_evaluate_declared(bencher: Bencher<'_, '_>) {
    let mut evaluator = Evaluator::new(engine());
    let sources: Vec<EventSource> = SAMPLE.iter().map(|(_, tag)| EventSource::Declared(declared(tag))).collect();
    bencher.counter(ItemsCount::new(SAMPLE.len())).bench_local(|| {
        let mut record = Record::default();
        for ((line, _), source) in SAMPLE.iter().zip(&sources) {
            let read = json::read(line, record).expect("an event");
            divan::black_box(evaluator.evaluate_as(&read, source));
            record = read.renew("");
        }
    });
}

/// rsigma reading and evaluating, told the log source of each event.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn rsigma_read_and_evaluate_declared(bencher: Bencher<'_, '_>) {
    let folder = FOLDER.as_ref().map(|folder| folder.join("sigma/rules")).unwrap_or_default();
    let collection = rsigma_parser::parse_sigma_directory(&folder).expect("rules parse");
    let mut engine = rsigma_eval::Engine::new();
    engine.add_collection(&collection).expect("rules compile");
    let part = |source: LogSource| rsigma_parser::LogSource {
        product: source.product,
        category: source.category,
        service: source.service,
        ..Default::default()
    };
    let sources: Vec<_> = SAMPLE.iter().map(|(_, tag)| part(declared(tag))).collect();
    bencher.counter(ItemsCount::new(SAMPLE.len())).bench_local(|| {
        for ((line, _), source) in SAMPLE.iter().zip(&sources) {
            let value: serde_json::Value = serde_json::from_str(line).expect("an event");
            divan::black_box(engine.evaluate_pruned(&JsonEvent::borrow(&value), source));
        }
    });
}

/// Loading all rules, from their text to the engine.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn load(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(RULES.len())).bench_local(engine);
}

fn declared(tag: &str) -> LogSource {
    let tag: serde_json::Value = serde_json::from_str(tag).expect("a tag");
    let part = |name: &str| tag[name].as_str().unwrap_or_default();
    LogSource::new(part("product"), part("category"), part("service"))
}
