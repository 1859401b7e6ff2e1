//! Trains the model on the lists in `PALISADE_DATA`, and writes it and its card beside the sources:
//! `PALISADE_DATA=~/data cargo run --release -p palisade-supply --example train`.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, missing_docs, reason = "run by hand on own lists")]

#[path = "../tests/data/mod.rs"]
mod data;

use palisade_model::Timestamp;
use palisade_supply::Ecosystem;
use palisade_supply::score::{Labelled, Settings, examples, generated, train};
use std::path::Path;

fn main() {
    let Some(folder) = data::folder() else { return };
    let pairs = data::pairs(&folder);
    let known: std::collections::HashSet<(_, String)> =
        pairs.iter().map(|pair| (pair.ecosystem, pair.name.clone())).collect();
    // What is found in both counts once, where it says what it imitates.
    let mut labelled = data::malicious(&folder);
    labelled.retain(|one| !known.contains(&(one.ecosystem, one.name.clone())));
    labelled.extend(pairs.into_iter().map(|pair| Labelled {
        ecosystem: pair.ecosystem,
        name: pair.name,
        malicious: true,
        source: "labelled squats".to_owned(),
        date: None,
        target: Some(pair.target),
        weight: Some(40.0),
        facts: None,
    }));
    let split = Timestamp::parse("2024-11-01T00:00:00Z").unwrap();
    // As many as let through one honest npm name in a hundred, and one of PyPI in fifty, whatever part of the list is known.
    let malicious_for_harmless_in = [(Ecosystem::Npm, 0.2), (Ecosystem::PyPi, 0.31)].into();
    let version = "4".to_owned();
    let settings = Settings { ridge: 10.0, split, version, malicious_for_harmless_in, ..Settings::default() };
    let lists = data::lists(&folder);
    labelled.extend(lists.iter().flat_map(generated));
    let examples = examples(&lists, &labelled, split);
    let trained = train(&examples, &settings);
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::write(own.join("src/score/model.json"), trained.model.to_text()).unwrap();
    let introduction = include_str!("supply-model-introduction.md");
    std::fs::write(own.join("../../docs/supply-model.md"), introduction.to_owned() + &trained.card.to_markdown())
        .unwrap();
}
