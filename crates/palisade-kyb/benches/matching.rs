//! What a comparison and a search cost: `cargo bench -p palisade-kyb --bench matching`. Names of the index are made from
//! parts, a million of them.

#[path = "../examples/generated/mod.rs"]
mod generated;

use std::sync::LazyLock;

use divan::Bencher;
use fastrand::Rng;
use palisade_kyb::index::{IndexBuilder, NameIndex, Scratch, Wanted};
use palisade_kyb::matching::{Matcher, Mode};
use palisade_kyb::names::NameType;

const PEOPLE: [(&str, &str); 4] = [
    ("Vladimir Vladimirovich Putin", "PUTIN, Vladimir"),
    ("Muammar Gaddafi", "Moammar Mohamed Qaddafi"),
    ("SHER ABBAS STANEKZAI", "SHER MOHAMMAD ABBAS STANEKZAI PADSHAH KHAN"),
    ("George Bush", "George Habbash"),
];
const COMPANIES: [(&str, &str); 4] = [
    ("JSC TACTICAL MISSILES CORPORATION", "TACTICAL MISSILES CORPORATION JOINT STOCK COMPANY"),
    ("11420 CORP.", "AEROCARIBBEAN CORP."),
    ("Bowne Global Solutions (France), S.A.R.L.", "Bowne Global Solutions (Germany), G.m.b.H."),
    ("Good Will Trading", "GOODWILL TRADING CO., LTD."),
];

static INDEX: LazyLock<NameIndex> = LazyLock::new(|| {
    let mut random = Rng::with_seed(1);
    let mut builder = IndexBuilder::default();
    for entity in 0..1_000_000 {
        let (name, name_type) = match entity % 5 {
            0 => (generated::company(&mut random), NameType::Organization),
            1 => (generated::ordinary::company(&mut random), NameType::Organization),
            _ => (generated::person(&mut random), NameType::Person),
        };
        builder.add(entity, &name, name_type).expect("a million names fit");
    }
    builder.build().expect("a million names fit")
});

fn main() {
    let sizes = (INDEX.len(), INDEX.as_bytes().len());
    println!("{} names, index of {} bytes", sizes.0, sizes.1);
    percentiles();
    divan::main();
}

/// How long searches take, by rank.
fn percentiles() {
    let matcher = Matcher::new(Mode::Balanced);
    let mut random = Rng::with_seed(5);
    let mut scratch = Scratch::default();
    let mut times: Vec<f64> = (0..2_000)
        .map(|turn| {
            let (name, name_type) = match turn % 4 {
                0 => (generated::ordinary::company(&mut random), NameType::Organization),
                1 => (generated::company(&mut random), NameType::Organization),
                2 => (generated::ordinary::person(&mut random), NameType::Person),
                _ => (generated::person(&mut random), NameType::Person),
            };
            let start = std::time::Instant::now();
            let query = matcher.parse(&name, name_type);
            divan::black_box(INDEX.search(&query, Wanted::most(100), &mut scratch));
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!("candidates out of a million: p50 {:.3} ms, p95 {:.3} ms, p99 {:.3} ms", at(0.5), at(0.95), at(0.99));
}

#[divan::bench(args = [false, true])]
fn compare_explained(bencher: Bencher<'_, '_>, companies: bool) {
    let matcher = Matcher::new(Mode::Balanced);
    let (pairs, name_type) = if companies { (COMPANIES, NameType::Organization) } else { (PEOPLE, NameType::Person) };
    let parsed: Vec<_> =
        pairs.iter().map(|(one, other)| (matcher.parse(one, name_type), matcher.parse(other, name_type))).collect();
    bencher
        .counter(parsed.len())
        .bench(|| parsed.iter().map(|(one, other)| matcher.compare_names(one, other).parts.len()).sum::<usize>());
}

#[divan::bench]
fn read_names(bencher: Bencher<'_, '_>) {
    let matcher = Matcher::new(Mode::Balanced);
    bencher.counter(PEOPLE.len() * 2).bench(|| {
        for (one, other) in PEOPLE {
            divan::black_box(matcher.parse(one, NameType::Person));
            divan::black_box(matcher.parse(other, NameType::Person));
        }
    });
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn open_index(bencher: Bencher<'_, '_>) {
    bencher.bench(|| NameIndex::open(INDEX.as_bytes()).expect("just built").len());
}
