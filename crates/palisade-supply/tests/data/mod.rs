//! Lists of names to measure with, from the folder that `PALISADE_DATA` names, under `supply/`.

#![allow(dead_code, reason = "the test and the example use a part each")]

use palisade_model::Timestamp;
use palisade_supply::{
    Ecosystem,
    names::{Popular, read_popular, together},
    score::{Example, Labelled, PopularList, Settings, examples, generated},
};
use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

/// The folder of data, if there is one.
pub(crate) fn folder() -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("PALISADE_DATA") else {
        eprintln!("skipped: PALISADE_DATA names no folder of data");
        return None;
    };
    Some(PathBuf::from(folder).join("supply"))
}

pub(crate) fn text(folder: &Path, file: &str) -> String {
    std::fs::read_to_string(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The lists of an ecosystem together.
pub(crate) fn popular(folder: &Path, ecosystem: Ecosystem) -> Vec<Popular> {
    let files: &[&str] = match ecosystem {
        Ecosystem::Npm => &["popular/npm-top-dependent.txt", "popular/npm-high-impact.txt"],
        Ecosystem::PyPi => &["popular/top-pypi-packages.csv"],
        _ => &["popular/crates-from-lockfiles.tsv"],
    };
    together(files.iter().map(|file| read_popular(&text(folder, file)).unwrap()).collect())
}

/// The lists that a model is trained against.
pub(crate) fn lists(folder: &Path) -> Vec<PopularList> {
    let list = |ecosystem, source: &str| PopularList {
        ecosystem,
        source: source.to_owned(),
        names: popular(folder, ecosystem),
    };
    vec![list(Ecosystem::Npm, "popular npm names"), list(Ecosystem::PyPi, "popular PyPI names")]
}

/// Names of a malicious-package feed, with the day on which they were published.
pub(crate) fn malicious(folder: &Path) -> Vec<Labelled> {
    let files = [(Ecosystem::Npm, "malicious/npm.tsv"), (Ecosystem::PyPi, "malicious/pypi.tsv")];
    let mut found = Vec::new();
    for (ecosystem, file) in files {
        let text = text(folder, file);
        found.extend(text.lines().skip(1).filter_map(|line| {
            let mut cells = line.split('\t');
            let (name, date) = (cells.next()?, cells.nth(1)?);
            Some(Labelled {
                ecosystem,
                name: name.to_owned(),
                malicious: true,
                source: format!("malicious-package reports, {ecosystem}"),
                date: Timestamp::parse(&format!("{date}T00:00:00Z")).ok(),
                target: None,
                weight: None,
                facts: None,
            })
        }));
    }
    found
}

/// Names of a malicious-package feed that are reported in another ecosystem than those a model is trained for.
pub(crate) fn reported(folder: &Path, ecosystem: Ecosystem) -> Vec<String> {
    let file = match ecosystem {
        Ecosystem::Cargo => "malicious/cratesio.tsv",
        Ecosystem::Go => "malicious/go.tsv",
        Ecosystem::Maven => "malicious/maven.tsv",
        Ecosystem::NuGet => "malicious/nuget.tsv",
        Ecosystem::RubyGems => "malicious/rubygems.tsv",
        _ => return Vec::new(),
    };
    let text = text(folder, file);
    text.lines().skip(1).filter_map(|line| line.split('\t').next()).map(str::to_owned).collect()
}

/// A squat, and what it imitates.
pub(crate) struct Pair {
    pub(crate) ecosystem: Ecosystem,
    pub(crate) name: String,
    pub(crate) target: String,
    pub(crate) classification: String,
}

pub(crate) fn pairs(folder: &Path) -> Vec<Pair> {
    let text = text(folder, "pairs/typosquats.csv");
    let rows = text.lines().skip(1).map(|line| line.split(',').collect::<Vec<&str>>());
    rows.map(|cells| Pair {
        ecosystem: cells[2].replace('_', "").parse().unwrap_or(Ecosystem::Cargo),
        name: cells[0].to_owned(),
        target: cells[1].to_owned(),
        classification: cells[4].to_owned(),
    })
    .collect()
}

/// What the model is fitted to, and how.
pub(crate) fn training(folder: &Path) -> (Vec<Example>, Settings) {
    let pairs = pairs(folder);
    let known: HashSet<(Ecosystem, String)> = pairs.iter().map(|pair| (pair.ecosystem, pair.name.clone())).collect();
    // What is found in both counts once, where it says what it imitates.
    let mut labelled = malicious(folder);
    labelled.retain(|one| !known.contains(&(one.ecosystem, one.name.clone())));
    labelled.extend(pairs.into_iter().map(|pair| Labelled {
        ecosystem: pair.ecosystem,
        name: pair.name,
        malicious: true,
        source: "labelled squats".to_owned(),
        date: None,
        target: Some(pair.target),
        weight: Some(20.0),
        facts: None,
    }));
    let lists = lists(folder);
    labelled.extend(lists.iter().flat_map(generated));
    let split = Timestamp::parse("2024-11-01T00:00:00Z").unwrap();
    // As many as let through one honest npm name in a hundred, and one of PyPI in fifty, whatever part of the list is
    // known.
    let malicious_for_harmless_in = [(Ecosystem::Npm, 0.33), (Ecosystem::PyPi, 0.36)].into();
    let version = "6".to_owned();
    let settings = Settings { ridge: 5.0, split, version, malicious_for_harmless_in, ..Settings::default() };
    (examples(&lists, &labelled, split), settings)
}
