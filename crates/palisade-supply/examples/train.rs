//! Trains the model on the lists in `PALISADE_DATA`, and writes it and its card beside the sources:
//! `PALISADE_DATA=~/data cargo run --release -p palisade-supply --example train`.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, missing_docs, reason = "run by hand on own lists")]

#[path = "../tests/data/mod.rs"]
mod data;

use palisade_supply::score::train;
use std::path::Path;

fn main() {
    let Some(folder) = data::folder() else { return };
    let (examples, settings) = data::training(&folder);
    let trained = train(&examples, &settings);
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::write(own.join("src/score/model.json"), trained.model.to_text()).unwrap();
    let introduction = include_str!("supply-model-introduction.md");
    std::fs::write(own.join("../../docs/supply-model.md"), introduction.to_owned() + &trained.card.to_markdown())
        .unwrap();
}
