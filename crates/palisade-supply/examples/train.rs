//! Trains the model on the lists in `PALISADE_DATA`, and writes it and its card beside the sources:
//! `PALISADE_DATA=~/data cargo run --release -p palisade-supply --example train`.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, missing_docs, reason = "run by hand on own lists")]

#[path = "../tests/data/mod.rs"]
mod data;

use palisade_model::Timestamp;
use palisade_supply::score::{Labelled, Settings, examples, generated, train};
use std::path::Path;

fn main() {
    let Some(folder) = data::folder() else { return };
    let mut labelled = data::malicious(&folder);
    let known: std::collections::HashSet<(_, String)> =
        labelled.iter().map(|one| (one.ecosystem, one.name.clone())).collect();
    labelled.extend(data::pairs(&folder).into_iter().filter_map(|pair| {
        let fresh = !known.contains(&(pair.ecosystem, pair.name.clone()));
        fresh.then(|| Labelled {
            ecosystem: pair.ecosystem,
            name: pair.name,
            malicious: true,
            source: "labelled squats".to_owned(),
            date: None,
            target: Some(pair.target),
            weight: Some(20.0),
            facts: None,
        })
    }));
    let split = Timestamp::parse("2024-11-01T00:00:00Z").unwrap();
    let settings = Settings { split, version: "1".to_owned(), ..Settings::default() };
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
