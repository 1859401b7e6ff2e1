//! A damaged log costs the damaged records and no others, and the server says what it met.
//!
//! The events are acknowledged and stand in the log alone: the server is killed before its first commit.

use crate::server::Home;
use serde_json::json;
use std::{collections::BTreeSet, fs, ops::Range, path::PathBuf};

/// No commit on its own while the test runs.
const SETTINGS: &str = "[lake]\ncommit_seconds = 3600\n";
/// One record each.
const EVENTS: usize = 12;
const LAST: usize = EVENTS - 1;

/// Bytes before the first record, and before each payload: see the log's module on segments.
const FILE_HEADER: usize = 8;
const RECORD_HEADER: usize = 16;

/// What happens to the segment; records are given as places in the file.
type Harm = fn(&mut Vec<u8>, &[Range<usize>]);

/// Name, harm, which events are lost, what the server says; empty when it has nothing to say.
const CASES: &[(&str, Harm, &[usize], &str)] = &[
    ("no harm", |_, _| {}, &[], ""),
    ("all but one byte of the last record cut", |file, at| file.truncate(at[LAST].start + 1), &[LAST], "torn tail"),
    ("cut in the header of the last record", |file, at| file.truncate(at[LAST].start + 10), &[LAST], "torn tail"),
    ("cut in the payload of the last record", |file, at| file.truncate(at[LAST].end - 20), &[LAST], "torn tail"),
    ("the last byte cut", |file, at| file.truncate(at[LAST].end - 1), &[LAST], "torn tail"),
    ("a bit of the last record flipped", |file, at| file[at[LAST].end - 3] ^= 1, &[LAST], "torn tail"),
    ("zeros after the end", |file, _| file.resize(file.len() + 4096, 0), &[], "torn tail"),
    ("a bit of a payload flipped", |file, at| file[at[5].end - 9] ^= 0x10, &[5], "damaged"),
    ("a bit of a length flipped", |file, at| file[at[5].start + 1] ^= 0x40, &[5], "damaged"),
    ("a bit of a position flipped", |file, at| file[at[5].start + 8] ^= 1, &[5], "damaged"),
    ("two records overwritten", |file, at| file[at[3].start..at[4].end].fill(0xAA), &[3, 4], "damaged"),
    (
        "a bit flipped and the end cut",
        |file, at| {
            file.truncate(at[LAST].end - 1);
            file[at[0].start + RECORD_HEADER] ^= 1;
        },
        &[0, LAST],
        "torn tail",
    ),
];

#[test]
fn damage_costs_only_what_is_damaged() {
    let home = Home::new(SETTINGS);
    let server = home.start();
    for number in 0..EVENTS {
        server.send(&json!({"seq": number.to_string(), "message": "kept in the log alone"}));
    }
    server.kill();
    for case in CASES {
        check(&home, case);
    }
}

fn check(home: &Home, (name, harm, lost, says): &(&str, Harm, &[usize], &str)) {
    let home = home.copy();
    let segment = segment(&home);
    let mut file = fs::read(&segment).unwrap();
    let records = records(&file);
    assert_eq!(records.len(), EVENTS, "one record each");
    harm(&mut file, &records);
    fs::write(&segment, &file).unwrap();

    let server = home.start();
    let said = server.said();
    let told: Vec<&str> = said.lines().filter(|line| line.contains("torn tail") || line.contains("damaged")).collect();
    match *says {
        "" => assert!(told.is_empty(), "{name}: {told:?}"),
        says => assert!(told.iter().any(|line| line.contains(says)), "{name}: {said}"),
    }
    let mut wanted: BTreeSet<String> =
        (0..EVENTS).filter(|number| !lost.contains(number)).map(|number| number.to_string()).collect();
    assert_eq!(server.texts("SELECT attributes['seq'] FROM events"), wanted, "{name}");

    // What comes after the damage is kept as ever, over another crash too.
    server.send(&json!({"seq": "after", "message": "kept behind the damage"}));
    server.kill();
    wanted.insert("after".to_owned());
    assert_eq!(home.start().texts("SELECT attributes['seq'] FROM events"), wanted, "{name}, started again");
}

/// The newest segment of the log.
fn segment(home: &Home) -> PathBuf {
    let files = fs::read_dir(home.data().join("log")).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|extension| extension == "log")).max().unwrap()
}

fn records(file: &[u8]) -> Vec<Range<usize>> {
    let mut records = Vec::new();
    let mut start = FILE_HEADER;
    while start + RECORD_HEADER < file.len() {
        let length = u32::from_le_bytes(file[start..start + 4].try_into().unwrap());
        let end = start + RECORD_HEADER + usize::try_from(length).unwrap();
        records.push(start..end);
        start = end;
    }
    assert_eq!(start, file.len(), "the log ends with its last record");
    records
}
