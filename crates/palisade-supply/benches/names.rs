//! How long a name takes to check, and an index to build, with fifteen thousand protected names.
//!
//! The names are made of common words, so that they are as near to one another as real ones.

#![allow(missing_docs, reason = "a benchmark")]

use divan::{Bencher, counter::ItemsCount};
use palisade_model::Timestamp;
use palisade_supply::{
    Ecosystem, Facts, Judge, Package,
    names::{Index, Names, Popular},
};

const PROTECTED: usize = 15_000;
const WORDS: &[&str] = &[
    "react", "vue", "http", "stream", "parse", "fetch", "cache", "queue", "color", "proxy", "query", "router",
    "socket", "token", "plugin", "loader", "config", "client", "server", "string", "buffer", "promise", "format",
    "schema", "worker",
];

fn main() {
    divan::main();
}

fn name(number: usize) -> String {
    let word = |at: usize| WORDS[at % WORDS.len()];
    let (first, second, third) = (word(number), word(number / WORDS.len()), word(number / WORDS.len() / WORDS.len()));
    format!("{first}-{second}-{third}{}", if number.is_multiple_of(3) { "s" } else { "" })
}

fn popular() -> Vec<Popular> {
    (0..PROTECTED).map(|number| Popular { name: name(number), downloads: None }).collect()
}

/// Every second name with a letter left out, the others strange.
fn asked() -> Vec<Package> {
    let names = (0..1000).map(|number| {
        let mut name = name(number * 7);
        if number % 2 == 0 {
            name.remove(number % 5);
        } else {
            name.push_str("-internal-tools");
        }
        name
    });
    names.map(|name| Package { ecosystem: Ecosystem::Npm, name, version: None }).collect()
}

#[divan::bench]
fn build(bencher: Bencher) {
    let popular = popular();
    bencher.counter(ItemsCount::new(PROTECTED)).bench_local(|| Index::new(Ecosystem::Npm, &popular));
}

#[divan::bench]
fn check(bencher: Bencher) {
    let index = Index::new(Ecosystem::Npm, &popular());
    let asked = asked();
    bencher
        .counter(ItemsCount::new(asked.len()))
        .bench_local(|| asked.iter().map(|package| index.check(&package.name).len()).sum::<usize>());
}

#[divan::bench]
fn judge(bencher: Bencher) {
    let mut names = Names::default();
    names.insert(Index::new(Ecosystem::Npm, &popular()));
    let judge = Judge::new(names);
    let asked = asked();
    let facts = Facts::default();
    bencher.counter(ItemsCount::new(asked.len())).bench_local(|| {
        asked.iter().map(|package| judge.judge(package, &facts, Timestamp::default(), None).len()).sum::<usize>()
    });
}
