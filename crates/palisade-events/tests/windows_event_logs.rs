//! The regression files of SigmaHQ: every EVTX file is read to the same fields as the JSON beside it.
//!
//! Wants the folder of data in `PALISADE_DATA`, with `events/sigma/regression_data` below it.
#![allow(clippy::disallowed_methods, reason = "own fixtures")]

use palisade_events::{
    Record, Value,
    readers::{Format, Problem, Reader},
};
use std::path::{Path, PathBuf};

/// One event: names and values of what has a value by itself.
type Fields = Vec<(String, String)>;

/// Pairs of files: the events, and what they should be.
fn cases() -> Option<Vec<(PathBuf, PathBuf)>> {
    let Some(data) = std::env::var_os("PALISADE_DATA") else {
        eprintln!("skipped: PALISADE_DATA names no folder of data");
        return None;
    };
    let mut found = Vec::new();
    gather(&Path::new(&data).join("events/sigma/regression_data"), &mut found);
    found.sort();
    assert!(found.len() >= 200, "only {} files", found.len());
    Some(found)
}

fn gather(folder: &Path, found: &mut Vec<(PathBuf, PathBuf)>) {
    for entry in std::fs::read_dir(folder).expect("the folder is there").flatten() {
        let path = entry.path();
        if path.is_dir() {
            gather(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "evtx") {
            found.push((path.clone(), path.with_extension("json")));
        }
    }
}

fn fields(record: &Record<'_>) -> Fields {
    let mut fields: Fields = record
        .fields()
        .filter(|field| !matches!(field.value, Value::Object(_) | Value::List(_)))
        .map(|field| (field.name.to_owned(), field.value.get().unwrap_or_default().into_owned()))
        .collect();
    fields.sort();
    fields
}

fn read(bytes: &[u8], block: usize) -> (Vec<Fields>, Vec<String>) {
    let (mut events, mut problems) = (Vec::new(), Vec::new());
    let mut reader = Reader::new(None);
    let mut take = |read: Result<&Record<'_>, Problem>| match read {
        Ok(record) => events.push(fields(record)),
        Err(problem) => problems.push(problem.to_string()),
    };
    bytes.chunks(block).for_each(|block| reader.feed(block, &mut take));
    reader.finish(&mut take);
    assert_eq!(reader.format() == Some(Format::Evtx), bytes.starts_with(b"ElfFile\0"));
    (events, problems)
}

/// The JSON was made by an older program, which wrote GUIDs in capitals without braces, cut times to microseconds and
/// left out blanks at the ends of values. Windows writes all of that, and so do we. Of one file, the case of a letter was
/// changed by hand.
fn as_older(event: &Fields) -> Fields {
    let is_guid = |value: &str| {
        value.len() == 38
            && value.starts_with('{')
            && value.ends_with('}')
            && value.bytes().filter(|&byte| byte == b'-').count() == 4
    };
    let is_time = |value: &str| value.len() >= 28 && value.ends_with('Z') && value.as_bytes()[10] == b'T';
    let older = |value: &str| match value.trim() {
        value if is_guid(value) => value[1..37].to_ascii_uppercase(),
        value if is_time(value) => format!("{}Z", &value[..26]),
        value => value.to_owned(),
    };
    event.iter().map(|(name, value)| (name.clone(), older(value).to_ascii_lowercase())).collect()
}

#[test]
fn files_are_read_to_the_fields_of_their_json() {
    let Some(cases) = cases() else { return };
    let mut differing = Vec::new();
    for (file, expected) in &cases {
        let (events, problems) = read(&std::fs::read(file).expect("reads"), 100_000);
        let (wanted, _) = read(&std::fs::read(expected).expect("reads"), 1 << 20);
        let events: Vec<Fields> = events.iter().map(as_older).collect();
        let wanted: Vec<Fields> = wanted.iter().map(as_older).collect();
        if events != wanted || !problems.is_empty() {
            let first = events.iter().flatten().zip(wanted.iter().flatten()).find(|(a, b)| a != b);
            let (events, wanted) = (events.len(), wanted.len());
            differing.push(format!(
                "{}: {events} of {wanted} events, {problems:?}, {first:?}",
                file.file_name().unwrap_or_default().display()
            ));
        }
    }
    assert!(differing.is_empty(), "{} differ:\n{}", differing.len(), differing.join("\n"));
}

#[test]
fn names_of_rules_are_there() {
    let Some(cases) = cases() else { return };
    for (file, _) in &cases {
        for event in read(&std::fs::read(file).expect("reads"), 5000).0 {
            for name in ["EventID", "Channel", "Computer", "Provider_Name"] {
                assert!(event.iter().any(|(known, _)| known == name), "{name} is not in {}", file.display());
            }
        }
    }
}

#[test]
fn truncated_and_damaged_files_give_what_can_be_read() {
    let Some(cases) = cases() else { return };
    for (file, _) in cases.iter().take(20) {
        let bytes = std::fs::read(file).expect("reads");
        let (whole, _) = read(&bytes, 1 << 20);
        for end in (8..bytes.len()).step_by(3001) {
            let (events, problems) = read(&bytes[..end], 1 << 16);
            assert!(events.len() <= whole.len());
            assert!(
                end == 4096 || !problems.is_empty() || bytes[end..].iter().all(|&byte| byte == 0),
                "silent at {end}"
            );
        }
        for at in (4096..bytes.len()).step_by(997) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0xFF;
            read(&damaged, 1 << 16);
        }
    }
}
