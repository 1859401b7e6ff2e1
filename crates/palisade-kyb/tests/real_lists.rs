//! Counts entries of the lists in the folder that `PALISADE_DATA` names, below `kyb/`.
//!
//! The expected numbers were counted with other tools on the same files.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "own fixtures")]

use palisade_kyb::{
    entity::{EntityType, NameKind},
    lists::{Format, Limits, ListFile, Listing, collect},
};
use std::{fs::File, path::PathBuf};

fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("PALISADE_DATA").map(|folder| PathBuf::from(folder).join("kyb"));
    let folder = folder.filter(|folder| folder.is_dir());
    if folder.is_none() {
        eprintln!("skipped: PALISADE_DATA names no folder of data with lists");
    }
    folder
}

fn listing(folder: &std::path::Path, format: &str, files: &[&str]) -> Listing {
    let open = |name: &&str| ListFile::open(name, File::open(folder.join(name)).unwrap(), 1 << 30).unwrap();
    let files: Vec<ListFile<'_>> = files.iter().map(open).collect();
    for file in &files {
        assert_eq!(Format::detect(file).map(|format| format.name), Some(format), "{}", file.name);
    }
    let listing = collect(format, None, files, Limits::default());
    eprintln!("{format}: {} entities, {:?}", listing.entities.len(), listing.summary);
    for problem in listing.problems.iter().take(5) {
        eprintln!("  {problem}");
    }
    listing
}

fn count(listing: &Listing, kind: EntityType) -> usize {
    listing.entities.iter().filter(|entity| entity.entity_type == kind).count()
}

#[test]
fn ofac_of_2019() {
    let Some(folder) = folder() else { return };
    let files = ["ofac_2019/sdn.csv", "ofac_2019/alt.csv", "ofac_2019/add.csv", "ofac_2019/sdn_comments.csv"];
    let listing = listing(&folder, "ofac-csv", &files);
    // Aliases and addresses of the folder are younger than its main file; one problem a file says so.
    let told: Vec<&str> = listing.problems.iter().map(|problem| problem.reason.split(" of").next().unwrap()).collect();
    assert_eq!(told, ["7698 rows are", "9121 rows are"]);
    assert_eq!(listing.entities.len(), 7_379);
    assert_eq!(count(&listing, EntityType::Person), 3_845);
    assert_eq!(count(&listing, EntityType::Vessel), 323);
    assert_eq!(count(&listing, EntityType::Aircraft), 217);
    let born = listing.entities.iter().filter(|entity| !entity.dates.is_empty()).count();
    let wallets = listing.entities.iter().flat_map(|entity| &entity.identifiers).filter(|id| id.kind == "wallet");
    eprintln!("with dates {born}, wallets {}", wallets.count());
}

#[test]
fn ofac_consolidated() {
    let Some(folder) = folder() else { return };
    let files = ["lists/cons_prim.csv", "lists/cons_alt.csv", "lists/cons_add.csv"];
    let listing = listing(&folder, "ofac-csv", &files);
    assert!(listing.problems.is_empty());
    assert_eq!(listing.entities.len(), 442);
}

#[test]
fn united_nations() {
    let Some(folder) = folder() else { return };
    let listing = listing(&folder, "un-xml", &["lists/UN_consolidated.xml"]);
    assert!(listing.problems.is_empty());
    assert_eq!(listing.entities.len(), 1_003);
    assert_eq!(count(&listing, EntityType::Person), 730);
    let weak = listing.entities.iter().flat_map(|entity| &entity.names).filter(|name| name.kind == NameKind::WeakAlias);
    assert!(weak.count() > 500);
    assert_eq!(listing.summary.version.as_deref(), Some("2026-02-27T00:00:09.554Z"));
}

#[test]
fn denied_persons() {
    let Some(folder) = folder() else { return };
    let listing = listing(&folder, "denied-persons", &["lists/dpl.txt"]);
    assert!(listing.problems.is_empty());
    assert_eq!(listing.summary.fragments, 546);
}

#[test]
fn consolidated_screening_list() {
    let Some(folder) = folder() else { return };
    let listing = listing(&folder, "csl-csv", &["lists/csl.csv"]);
    assert!(listing.problems.is_empty());
    assert_eq!(listing.summary.fragments, 115);
}

#[test]
fn senzing() {
    let Some(folder) = folder() else { return };
    assert_eq!(listing(&folder, "senzing-json", &["lists/us_congress_senzing.json"]).entities.len(), 1_319);
    assert_eq!(listing(&folder, "senzing-json", &["lists/peps_senzing.json"]).entities.len(), 3);
}
