//! What is said about one file: its results in the format asked for, what is counted, and what it could not say.

use super::{
    Format, Scan, Tally,
    judge::{Failed, Input, Judged, to_json},
    sarif, snippet,
};
use crate::archive::Loaded;
use palisade_model::Subject;

/// Notes that are kept and shown; what is beyond them is counted.
const NOTES_MAX: usize = 200;

/// About one file, with everything that is in it.
#[derive(Default)]
pub(super) struct Outcome {
    /// Each by itself: formats differ in what stands between them.
    pub(super) results: Vec<String>,
    pub(super) tally: Tally,
    pub(super) notes: Notes,
}

/// Something that was not inspected, and why.
pub(super) struct Note {
    pub(super) name: String,
    pub(super) message: String,
    /// True when it counts as a failure.
    pub(super) is_error: bool,
}

/// What was not inspected, as far as one wants to read.
#[derive(Default)]
pub(super) struct Notes {
    pub(super) kept: Vec<Note>,
    left_out: u64,
}

impl Notes {
    pub(super) fn add(&mut self, note: Note) {
        if self.kept.len() < NOTES_MAX {
            self.kept.push(note);
        } else {
            self.left_out += 1;
        }
    }

    pub(super) fn append(&mut self, other: Self) {
        self.left_out += other.left_out;
        other.kept.into_iter().for_each(|note| self.add(note));
    }

    /// Writes them to standard error, for people.
    pub(super) fn print(&self) {
        for note in &self.kept {
            let kind = if note.is_error { "error" } else { "note" };
            eprintln!("{kind}: {}: {}", snippet::printable(&note.name), snippet::printable(&note.message));
        }
        if self.left_out > 0 {
            eprintln!("note: {} more of this kind", self.left_out);
        }
    }
}

impl Outcome {
    /// About what was read under this name.
    pub(super) fn of(scan: &Scan, name: &str, loaded: Loaded) -> Self {
        match loaded {
            Loaded::Text { text, not_utf8 } => Self::of_text(scan, name, &text, not_utf8),
            // An archive is judged by its entries; one that comes here was not opened.
            Loaded::Binary | Loaded::Archive(..) => Self::counted(Tally { skipped_binary: 1, ..Tally::default() }),
            Loaded::Huge => Self::counted(Tally { skipped_huge: 1, ..Tally::default() }),
        }
    }

    fn of_text(scan: &Scan, name: &str, text: &str, not_utf8: bool) -> Self {
        let is_json = name.rsplit_once('.').is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("json"));
        let subject = Subject { kind: "file".to_owned(), name: name.to_owned() };
        let judged = Judged::of(scan, Input::Path(name.to_owned()), subject, text, is_json);
        let tally = Tally { not_utf8: u64::from(not_utf8), ..judged.tally() };
        let results = match scan.format {
            Format::Text => vec![snippet::write(scan, &judged, text)],
            Format::Json => vec![to_json(&judged)],
            Format::Ndjson => vec![to_json(&judged) + "\n"],
            Format::Sarif => sarif::results(scan, &judged, text),
        };
        Self { results, tally, notes: Notes::default() }
    }

    fn counted(tally: Tally) -> Self {
        Self { tally, ..Self::default() }
    }

    /// About what could not be read.
    pub(super) fn failed(scan: &Scan, name: &str, why: &str) -> Self {
        let mut outcome = Self::counted(Tally { failed: 1, ..Tally::default() });
        outcome.tell(scan, name, why, true);
        outcome
    }

    /// Adds that something called `name` was not inspected.
    pub(super) fn tell(&mut self, scan: &Scan, name: &str, why: &str, is_error: bool) {
        let failed = Failed { input: Input::Path(name.to_owned()), error: why.to_owned() };
        match scan.format {
            Format::Ndjson => self.results.push(to_json(&failed) + "\n"),
            Format::Json => self.results.push(to_json(&failed)),
            Format::Text | Format::Sarif => {}
        }
        self.notes.add(Note { name: name.to_owned(), message: why.to_owned(), is_error });
    }

    /// Adds what is said about a part.
    pub(super) fn append(&mut self, part: Self) {
        self.results.extend(part.results);
        self.tally.add(&part.tally);
        self.notes.append(part.notes);
    }
}
