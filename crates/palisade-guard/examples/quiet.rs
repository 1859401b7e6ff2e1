//! How often the guard speaks about ordinary files: alarms by detector, and for every ten megabytes.
//!
//! ```sh
//! cargo run --release -p palisade-guard --example quiet -- secret PATH… [--show | --around] [--half 0|1]
//! ```
//!
//! The first argument is the family: secret, personal, session, injection or prompt. Of the last two, only what a scan of
//! files tells counts: findings with a confidence of 0.7 or more. Files are inspected in pieces of some 16 KB, as
//! messages are; files of JSON as JSON as well. With `--show`, every alarm is printed with its file and excerpt; with
//! `--around`, what stands around every one, however sure, a line each: harmless texts for the example `fit`. `--half`
//! takes one half of what lies in the folders that are named, so that the other can be judged by weights that have not
//! seen it.
#![allow(clippy::disallowed_methods, reason = "reads corpora that its user names")]

use palisade_guard::{Detector, Guard};
use palisade_model::FindingDraft;
use std::{
    collections::BTreeMap,
    ffi::OsStr,
    path::{Path, PathBuf},
};

/// Bytes of a piece, to the end of the line.
const PIECE_BYTES: usize = 16 * 1024;
/// What a scan of files leaves out: source code holds much that looks like an attack and is none.
const TOLD_CONFIDENCE_MIN: f64 = 0.7;
/// Larger files are data.
const FILE_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// What is printed around an alarm, before it and from it on.
const BEFORE_BYTES: usize = 1500;
const BEHIND_BYTES: usize = 4500;

fn main() {
    let (mut paths, mut show, mut around, mut half) = (Vec::new(), false, false, None);
    let mut arguments = std::env::args().skip(1);
    let family = arguments.next().unwrap_or_default();
    let wanted: fn(&Detector) -> bool = match family.as_str() {
        "personal" => |detector| detector.class.starts_with("guard.personal."),
        "session" => |detector| detector.class.starts_with("guard.session."),
        "injection" => |detector| detector.class.starts_with("guard.injection."),
        "prompt" => |detector| detector.class.starts_with("guard.prompt."),
        _ => |detector| detector.class.starts_with("guard.secret."),
    };
    let told = if matches!(family.as_str(), "injection" | "prompt") { TOLD_CONFIDENCE_MIN } else { 0.0 };
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--show" => show = true,
            "--around" => around = true,
            "--half" => half = arguments.next().and_then(|half| half.parse::<u32>().ok()),
            _ => paths.push(PathBuf::from(argument)),
        }
    }
    if let Some(half) = half {
        let below = paths.iter().flat_map(|path| std::fs::read_dir(path).into_iter().flatten().flatten());
        paths = below.filter(|entry| half_of(&entry.file_name()) == half).map(|entry| entry.path()).collect();
    }
    let guard = Guard::with(wanted);
    let (mut classes, mut bytes, mut files): (BTreeMap<&str, usize>, usize, usize) = (BTreeMap::new(), 0, 0);
    while let Some(path) = paths.pop() {
        if path.is_dir() && !path.is_symlink() {
            let entries = std::fs::read_dir(&path).into_iter().flatten().flatten();
            paths.extend(entries.map(|entry| entry.path()));
            continue;
        }
        let Some(text) = text_of(&path) else { continue };
        (files, bytes) = (files + 1, bytes + text.len());
        if around {
            print_around(&guard, &text);
        }
        for finding in findings(&guard, &text, &path).iter().filter(|finding| finding.confidence >= told) {
            *classes.entry(finding.detector).or_default() += 1;
            if show {
                let place = &finding.evidence[0];
                println!("{}\t{:.2}\t{}\t{}", finding.detector, finding.confidence, place.excerpt, path.display());
            }
        }
    }
    let tens = (bytes as f64 / 1e7).max(0.001);
    for (class, count) in &classes {
        eprintln!("{class}: {count}");
    }
    let all: usize = classes.values().sum();
    eprintln!("{files} files, {:.1} MB, {all} alarms: {:.2} in 10 MB", bytes as f64 / 1e6, all as f64 / tens);
}

fn text_of(path: &Path) -> Option<String> {
    let known = std::fs::symlink_metadata(path).ok()?;
    if !known.is_file() || known.len() > FILE_BYTES_MAX {
        return None;
    }
    String::from_utf8(std::fs::read(path).ok()?).ok()
}

/// In which half what is called `name` is.
fn half_of(name: &OsStr) -> u32 {
    crc32fast::hash(name.as_encoded_bytes()) % 2
}

/// The pieces of `text` that are inspected.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let cut = rest.ceil_char_boundary(PIECE_BYTES);
        let end = rest[cut..].find('\n').map_or(rest.len(), |line| cut + line + 1);
        let (piece, behind) = rest.split_at(end);
        rest = behind;
        (!piece.is_empty()).then_some(piece)
    })
}

fn findings(guard: &Guard, text: &str, path: &Path) -> Vec<FindingDraft> {
    let mut found: Vec<FindingDraft> = pieces(text).flat_map(|piece| guard.inspect_text(piece)).collect();
    if path.extension().is_some_and(|extension| extension == "json") {
        found.extend(guard.inspect_json(text).unwrap_or_default());
    }
    found
}

/// Prints what stands around each finding in `text`.
fn print_around(guard: &Guard, text: &str) {
    for piece in pieces(text) {
        let found = guard.inspect_text(piece);
        for place in found.iter().filter_map(|finding| finding.evidence.first()) {
            let from = piece.floor_char_boundary(place.start.saturating_sub(BEFORE_BYTES));
            let end = piece.floor_char_boundary(place.start + BEHIND_BYTES);
            println!("{}", piece[from..end].replace("\\n", " ").replace('\r', "").replace('\n', "\\n"));
        }
    }
}
