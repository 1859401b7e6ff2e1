//! How fast lists are read, and their versions compared. `cargo bench -p palisade-kyb --bench lists` prints items or
//! bytes a second. Files are generated.

use divan::{
    Bencher, black_box,
    counter::{BytesCount, ItemsCount},
};
use palisade_kyb::{
    entity::{Entity, Name},
    lists::{Limits, ListFile, Listing, collect},
    snapshot::{Difference, Snapshot},
};
use palisade_model::Timestamp;
use std::fmt::Write;

fn main() {
    divan::main();
}

const ENTRIES: usize = 20_000;
const CHANGED: usize = 1_600;

/// The same words for the same number, the frequent ones more often.
fn words(number: usize) -> String {
    let scramble = |seed: usize| (number as u64 * 3 + seed as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33;
    let word = |seed: usize| {
        let drawn = scramble(seed) % 40_000;
        format!("w{}", drawn * drawn / 40_000)
    };
    format!("{} {} {}", word(0), word(1), word(2))
}

fn ofac_csv() -> String {
    let mut file = String::new();
    for number in 0..ENTRIES {
        let name = words(number).to_uppercase();
        let remarks =
            "DOB 05 May 1961; POB Samplegrad, Russia; nationality Russia; Passport 12AB3456 (Russia); Gender Male.";
        let rest = "-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ";
        let _ = write!(file, "{number},\"{name}, Ivan\",\"individual\",\"TEST-A] [TEST-B\",{rest},\"{remarks}\"\r\n");
    }
    file
}

fn un_xml() -> String {
    let mut file = String::from("<CONSOLIDATED_LIST dateGenerated=\"2026-03-01\"><INDIVIDUALS>");
    for number in 0..ENTRIES {
        let name = words(number);
        let _ = write!(
            file,
            "<INDIVIDUAL><DATAID>{number}</DATAID><FIRST_NAME>{name}</FIRST_NAME><UN_LIST_TYPE>TEST</UN_LIST_TYPE>\
             <COMMENTS1>A fixture &amp; more of it.</COMMENTS1><NATIONALITY><VALUE>Mali</VALUE></NATIONALITY>\
             <INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>{name} the other</ALIAS_NAME></INDIVIDUAL_ALIAS>\
             <INDIVIDUAL_DATE_OF_BIRTH><YEAR>1971</YEAR></INDIVIDUAL_DATE_OF_BIRTH></INDIVIDUAL>"
        );
    }
    file + "</INDIVIDUALS></CONSOLIDATED_LIST>"
}

fn ftm_json() -> String {
    let mut file = String::new();
    for number in 0..ENTRIES {
        let name = words(number);
        let _ = writeln!(
            file,
            r#"{{"id":"NK-{number}","schema":"Person","caption":"{name}","properties":{{"name":["{name}"],"alias":["{name} too"],"birthDate":["1961-05-05"],"nationality":["ru"],"topics":["sanction"]}},"target":true}}"#
        );
    }
    file
}

fn read(content: &str) -> Listing {
    let file = ListFile::open("list", content.as_bytes(), 1 << 30).expect("memory can be read");
    collect("list", None, vec![file], Limits::default())
}

#[divan::bench(args = ["ofac-csv", "un-xml", "ftm-json"], sample_count = 10)]
fn parse(bencher: Bencher<'_, '_>, format: &str) {
    let content = match format {
        "ofac-csv" => ofac_csv(),
        "un-xml" => un_xml(),
        _ => ftm_json(),
    };
    assert_eq!(read(&content).entities.len(), ENTRIES);
    bencher
        .counter(BytesCount::new(content.len()))
        .counter(ItemsCount::new(ENTRIES))
        .bench(|| black_box(read(&content).entities.len()));
}

fn entity(source: &str, number: usize, name: String) -> Entity {
    let name = Name { full: name, ..Name::default() };
    Entity { source: source.into(), id: number.to_string(), names: vec![name], ..Entity::default() }
}

/// A list, and the same with entries changed.
fn versions() -> (Snapshot, Snapshot) {
    let list = |changed: usize| {
        let name = |number: usize| if number < changed { words(number + 7_000_000) } else { words(number) };
        let entities = (0..ENTRIES).map(|number| entity("list", number, name(number))).collect();
        Snapshot::new("list", Listing { entities, ..Listing::default() }, Timestamp::from_millis(0))
    };
    (list(0), list(CHANGED))
}

#[divan::bench(sample_count = 10)]
fn difference(bencher: Bencher<'_, '_>) {
    let (old, new) = versions();
    assert_eq!(Difference::between(Some(&old), &new).changed.len(), CHANGED);
    bencher.counter(ItemsCount::new(ENTRIES)).bench(|| black_box(Difference::between(Some(&old), &new).len()));
}
