//! What the index and the model do on lists of real names: recall, false alarms, time and memory.
//!
//! Wants the folder of data in `PALISADE_DATA`, with `supply/` below it, and prints what it measured.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, missing_docs, reason = "own lists")]

mod data;

use palisade_model::Timestamp;
use palisade_supply::{
    Ecosystem, Facts, Judge, Package,
    names::{Index, Names, Popular},
    score::{Example, fit},
};
use std::{path::Path, time::Instant};

fn package(ecosystem: Ecosystem, name: &str) -> Package {
    Package { ecosystem, name: name.to_owned(), version: None }
}

fn told(judge: &Judge, ecosystem: Ecosystem, name: &str) -> bool {
    !judge.judge(&package(ecosystem, name), &Facts::default(), Timestamp::default(), None).is_empty()
}

/// All popular names.
fn all_names(folder: &Path) -> Names {
    let mut names = Names::default();
    for ecosystem in [Ecosystem::Npm, Ecosystem::PyPi, Ecosystem::Cargo] {
        names.protect(ecosystem, &data::popular(folder, ecosystem));
    }
    names
}

/// The labelled squats whose target is among `names`.
fn squats(folder: &Path, names: &Names) -> Vec<data::Pair> {
    let mut pairs = data::pairs(folder);
    pairs.retain(|pair| {
        let protects = |index: &Index| index.rank(&pair.target).is_some() && index.rank(&pair.name).is_none();
        pair.classification != "other" && names.index(pair.ecosystem).is_some_and(protects)
    });
    pairs
}

/// Judged by models that have seen no squat of their targets, against all popular names.
#[test]
fn squats_of_targets_that_were_held_out_are_told() {
    const PARTS: usize = 5;
    let Some(folder) = data::folder() else { return };
    let (examples, settings) = data::training(&folder);
    let squats = squats(&folder, &all_names(&folder));
    let part =
        |name: &str| name.bytes().fold(5381_usize, |hash, byte| hash.wrapping_mul(33) ^ usize::from(byte)) % PARTS;
    let mut found = 0;
    for held_out in 0..PARTS {
        let of_target = |one: &&Example| part(one.target.as_deref().unwrap_or(&one.name));
        let fitted: Vec<&Example> = examples.iter().filter(|one| of_target(one) != held_out).collect();
        let judge = Judge::new(all_names(&folder)).with_model(fit(&fitted, &settings));
        let asked = squats.iter().filter(|pair| part(&pair.target) == held_out);
        found += asked.filter(|pair| told(&judge, pair.ecosystem, &pair.name)).count();
    }
    let share = found as f64 / squats.len() as f64;
    eprintln!("recall, targets held out: {found} of {} squats, {:.1} %", squats.len(), share * 100.0);
    assert!(share >= 0.85);
}

#[test]
fn squats_of_protected_names_are_told() {
    let Some(folder) = data::folder() else { return };
    let judge = Judge::new(all_names(&folder));
    let (mut asked, mut found) = (0, 0);
    for pair in squats(&folder, judge.names()) {
        asked += 1;
        if told(&judge, pair.ecosystem, &pair.name) {
            found += 1;
        } else {
            let said = judge.assess(&package(pair.ecosystem, &pair.name), &Facts::default(), Timestamp::default());
            eprintln!(
                "missed {} for {} ({}): {:?} {:.2} {:?}",
                pair.name,
                pair.target,
                pair.classification,
                said.suspicion.as_ref().map(|one| (one.technique, one.target.clone())),
                said.probability,
                said.suspicion.map(|one| one.measures)
            );
        }
    }
    eprintln!("recall: {found} of {asked} squats, {:.1} %", f64::from(found) / f64::from(asked) * 100.0);
    assert!(f64::from(found) / f64::from(asked) >= 0.85);
}

#[test]
fn popular_names_that_are_not_protected_are_left_alone() {
    let Some(folder) = data::folder() else { return };
    let mut beyond = Vec::new();
    for (ecosystem, allowed) in [(Ecosystem::Npm, 0.01), (Ecosystem::PyPi, 0.02)] {
        let all = data::popular(&folder, ecosystem);
        for share in [0.1, 0.33, 0.5, 0.66, 0.8, 0.9] {
            let (protected, asked) = all.split_at((all.len() as f64 * share) as usize);
            let mut names = Names::default();
            names.protect(ecosystem, protected);
            let judge = Judge::new(names);
            let alarms: Vec<&Popular> = asked.iter().filter(|name| told(&judge, ecosystem, &name.name)).collect();
            let rate = alarms.len() as f64 / asked.len() as f64;
            eprintln!(
                "{ecosystem}: {} protected, {} of {} others told, {:.2} %",
                protected.len(),
                alarms.len(),
                asked.len(),
                rate * 100.0
            );
            if rate > allowed {
                beyond.push(format!("{ecosystem} with {} protected: {:.2} %", protected.len(), rate * 100.0));
            }
        }
    }
    assert!(beyond.is_empty(), "{beyond:?}");
}

/// No model was fitted to other ecosystems than npm and PyPI. These are judged by the same weights, against the names
/// that ship where no feed is imported.
#[test]
fn the_same_weights_serve_other_ecosystems() {
    let Some(folder) = data::folder() else { return };
    for ecosystem in Ecosystem::all() {
        let all = palisade_supply::starter::popular(ecosystem);
        if all.is_empty() || matches!(ecosystem, Ecosystem::Npm | Ecosystem::PyPi) {
            continue;
        }
        let (mut names, mut half) = (Names::default(), Names::default());
        let (protected, asked) = all.split_at(all.len() / 2);
        half.protect(ecosystem, protected);
        names.protect(ecosystem, &all);
        let (judge, half) = (Judge::new(names), Judge::new(half));
        let alarms: Vec<&str> =
            asked.iter().map(|popular| popular.name.as_str()).filter(|name| told(&half, ecosystem, name)).collect();
        let malicious = data::reported(&folder, ecosystem);
        let found = malicious.iter().filter(|name| told(&judge, ecosystem, name)).count();
        let resembling =
            malicious.iter().filter(|name| !judge.names().check(&package(ecosystem, name), false).is_empty()).count();
        let rate = alarms.len() as f64 / asked.len() as f64;
        eprintln!(
            "{ecosystem}: {found} of {} reported names told, {resembling} resemble one of {} that ship; {} of {} others \
             told: {alarms:?}",
            malicious.len(),
            all.len(),
            alarms.len(),
            asked.len(),
        );
        assert!(rate <= 0.03, "{ecosystem}: {:.1} % false alarms", rate * 100.0);
    }
}

#[test]
fn a_check_is_quick_and_an_index_is_small() {
    let Some(folder) = data::folder() else { return };
    for ecosystem in [Ecosystem::Npm, Ecosystem::PyPi] {
        let all = data::popular(&folder, ecosystem);
        let start = Instant::now();
        let index = Index::new(ecosystem, &all);
        let built = start.elapsed();
        let memory = index.memory_bytes();
        let mut names = Names::default();
        names.insert(index);
        let judge = Judge::new(names);
        let malicious = data::malicious(&folder).into_iter().filter(|one| one.ecosystem == ecosystem);
        let mut times: Vec<u128> = malicious
            .map(|one| {
                let asked = package(ecosystem, &one.name);
                let start = Instant::now();
                std::hint::black_box(judge.judge(&asked, &Facts::default(), Timestamp::default(), None));
                start.elapsed().as_nanos()
            })
            .collect();
        times.sort_unstable();
        let at = |share: f64| times[(times.len() as f64 * share) as usize - 1] as f64 / 1000.0;
        eprintln!(
            "{ecosystem}: {} names built in {:.1} ms, {:.2} MB; {} checks: median {:.1} µs, p99 {:.1} µs, most {:.1} µs",
            all.len(),
            built.as_secs_f64() * 1000.0,
            memory as f64 / 1e6,
            times.len(),
            at(0.5),
            at(0.99),
            at(1.0)
        );
        assert!(memory < 8_000_000, "{memory} bytes");
    }
}
