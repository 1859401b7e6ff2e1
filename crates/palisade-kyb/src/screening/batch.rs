//! Counterparties from a file, row by row, and screening of them in the file's order. A row that cannot be read gives
//! its reason, and the next is read. Rows are numbered, so that a batch that was stopped goes on behind its last row.

use super::search::Scratch;
use crate::{
    entity::Entity,
    lists::{ListFile, Table, column_key, from_columns},
    names::{NameType, ParsedName},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{
    collections::HashMap,
    io::{self, BufRead, Read},
    ops::ControlFlow,
};

/// Longest row.
const ROW_BYTES_MAX: usize = 1 << 20;
/// How many rows are screened together before they are handed on.
const ROWS_TOGETHER: usize = 512;
/// What counterparties' source is called.
const SOURCE: &str = "counterparties";

/// A row of a file of counterparties.
#[derive(Clone, Debug, PartialEq)]
pub struct CounterpartyRow {
    /// Which row of data, from one; rows that cannot be read count too.
    pub number: u64,
    /// In which line it begins, from one.
    pub line: u64,
    /// Who, or why the row cannot be used.
    pub party: Result<Entity, String>,
}

/// Reads counterparties: a table with a heading (see the columns of own lists), or a JSON object a line.
pub struct Counterparties<'f> {
    rows: Rows<'f>,
    number: u64,
}

enum Rows<'f> {
    Table(Box<Table<Box<dyn BufRead + 'f>>>),
    Objects { input: Box<dyn BufRead + 'f>, line: u64 },
}

impl<'f> Counterparties<'f> {
    /// Opens a file of at most `bytes_max`.
    ///
    /// # Errors
    /// When it cannot be read, or has no heading with a name.
    pub fn open(name: &str, content: impl Read + 'f, bytes_max: u64) -> io::Result<Self> {
        let ListFile { head, content, .. } = ListFile::open(name, content, bytes_max)?;
        let rows = if head.trim_ascii_start().starts_with(b"{") {
            Rows::Objects { input: content, line: 0 }
        } else {
            let signs = heading_signs(&head);
            let table = Table::open(content, &head, signs, ROW_BYTES_MAX)
                .map_err(|reason| io::Error::new(io::ErrorKind::InvalidData, reason))?;
            Rows::Table(Box::new(table))
        };
        Ok(Self { rows, number: 0 })
    }

    fn read(&mut self) -> Option<CounterpartyRow> {
        self.number += 1;
        let number = self.number;
        match &mut self.rows {
            Rows::Table(table) => Some(match table.next()? {
                Err(broken) => CounterpartyRow { number, line: broken.line, party: Err(broken.reason) },
                Ok(record) => {
                    let party =
                        from_columns(SOURCE, number, &|names| record.get(names).to_owned()).and_then(screenable);
                    CounterpartyRow { number, line: record.line(), party }
                }
            }),
            Rows::Objects { input, line } => {
                let bytes = next_object_line(input, line)?;
                let party = bytes.and_then(|bytes| party_of_json(&bytes, number));
                Some(CounterpartyRow { number, line: *line, party })
            }
        }
    }
}

impl Iterator for Counterparties<'_> {
    type Item = CounterpartyRow;

    fn next(&mut self) -> Option<CounterpartyRow> {
        self.read()
    }
}

/// Which column of the heading has the name.
fn heading_signs(head: &[u8]) -> &'static [&'static str] {
    const SIGNS: [&[&str]; 7] =
        [&["name"], &["fullname"], &["companyname"], &["legalname"], &["businessname"], &["family"], &["lastname"]];
    let end = memchr::memchr(b'\n', head).unwrap_or(head.len());
    let heading = String::from_utf8_lossy(&head[..end]);
    let columns: Vec<String> = heading.split([',', ';', '\t', '|']).map(column_key).collect();
    let has = |signs: &&&[&str]| signs.iter().all(|sign| columns.iter().any(|column| column == sign));
    SIGNS.iter().find(has).copied().unwrap_or(SIGNS[0])
}

type LineBytes = Result<Vec<u8>, String>;

/// The next line that is not empty.
fn next_object_line(input: &mut dyn BufRead, line: &mut u64) -> Option<LineBytes> {
    loop {
        let mut bytes = Vec::new();
        let read = input.take(ROW_BYTES_MAX as u64).read_until(b'\n', &mut bytes).ok()?;
        if read == 0 {
            return None;
        }
        *line += 1;
        if read == ROW_BYTES_MAX && bytes.last() != Some(&b'\n') {
            skip_line(input);
            return Some(Err(format!("the row is longer than {ROW_BYTES_MAX} bytes")));
        }
        if !bytes.trim_ascii().is_empty() {
            return Some(Ok(bytes));
        }
    }
}

fn skip_line(input: &mut dyn BufRead) {
    while let Ok(piece) = input.fill_buf() {
        let end = memchr::memchr(b'\n', piece);
        let used = end.map_or(piece.len(), |end| end + 1);
        let ended = end.is_some() || piece.is_empty();
        input.consume(used);
        if ended {
            return;
        }
    }
}

/// A party from a flat JSON object, whose members are called as the columns of a table; arrays are lists. Without an id
/// it gets this number.
///
/// # Errors
/// When it is no JSON object, or has no name.
pub fn party_of_json(bytes: &[u8], number: u64) -> Result<Entity, String> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| format!("the row is not JSON: {error}"))?;
    let Value::Object(members) = value else { return Err("the row is not a JSON object".to_owned()) };
    let members: HashMap<String, String> =
        members.iter().map(|(name, value)| (column_key(name), as_list(value))).collect();
    from_columns(SOURCE, number, &|names| {
        names.iter().find_map(|name| members.get(*name).filter(|value| !value.is_empty())).cloned().unwrap_or_default()
    })
    .and_then(screenable)
}

/// The party, when there is enough of it to screen: an answer about a name of one letter would mean nothing.
///
/// # Errors
/// That all its names have one letter, and it has no identifier.
pub fn screenable(party: Entity) -> Result<Entity, String> {
    let short = |name: &str| ParsedName::parse(name, NameType::from(party.entity_type)).is_too_short();
    if party.identifiers.is_empty() && party.names.iter().all(|name| short(&name.full)) {
        return Err("the name is too short to screen: give all of it, or an identifier".to_owned());
    }
    Ok(party)
}

fn as_list(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Array(items) => items.iter().map(as_list).collect::<Vec<_>>().join(";"),
        _ => String::new(),
    }
}

/// How far a batch has come. Kept beside its answers, it is what a batch that was stopped goes on from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchProgress {
    /// The last row that was handed on: go on behind it.
    pub row: u64,
    /// Rows screened this time.
    pub screened: u64,
    /// Rows of them that could not be read.
    pub unreadable: u64,
}

/// Screens rows on all cores and hands the answers on in their order, with how far it has come; `on` may stop it. Rows
/// up to `resume_behind` are passed over. Each core has memory of its own that its screenings use again.
pub fn run_batch<T: Send>(
    rows: impl Iterator<Item = CounterpartyRow>,
    resume_behind: u64,
    screen: impl Fn(&Entity, &mut Scratch) -> T + Sync,
    mut on: impl FnMut(&CounterpartyRow, Option<T>, BatchProgress) -> ControlFlow<()>,
) -> BatchProgress {
    let mut progress = BatchProgress { row: resume_behind, ..BatchProgress::default() };
    let mut rows = rows.skip_while(|row| row.number <= resume_behind);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut scratches: Vec<Scratch> = (0..cores).map(|_| Scratch::default()).collect();
    loop {
        let together: Vec<CounterpartyRow> = rows.by_ref().take(ROWS_TOGETHER).collect();
        if together.is_empty() {
            return progress;
        }
        let answers = screen_rows(&together, &screen, &mut scratches);
        for (row, answer) in together.iter().zip(answers) {
            progress.row = row.number;
            progress.screened += 1;
            progress.unreadable += u64::from(row.party.is_err());
            if on(row, answer, progress).is_break() {
                return progress;
            }
        }
    }
}

fn screen_rows<T: Send>(
    rows: &[CounterpartyRow],
    screen: &(impl Fn(&Entity, &mut Scratch) -> T + Sync),
    scratches: &mut [Scratch],
) -> Vec<Option<T>> {
    let share = rows.len().div_ceil(scratches.len()).max(16);
    std::thread::scope(|scope| {
        let worker = |(rows, scratch): (&'_ [CounterpartyRow], &'_ mut Scratch)| -> Vec<Option<T>> {
            rows.iter().map(|row| row.party.as_ref().ok().map(|party| screen(party, scratch))).collect()
        };
        let shares = rows.chunks(share).zip(scratches.iter_mut());
        let workers: Vec<_> = shares.map(|share| scope.spawn(move || worker(share))).collect();
        // What screens and panics has said nothing, so neither may this.
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}
