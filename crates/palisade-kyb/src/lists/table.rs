//! A delimited file whose columns have names: what a row holds is asked for by name, however the file orders them.

use super::{
    reading::{Place, ProblemKind, Reading},
    rows::{BrokenRow, Row, Rows, delimiter_of},
};
use std::{collections::HashMap, io::BufRead};

/// How many rows may stand before the heading: dates and titles.
const PREAMBLE_ROWS_MAX: usize = 8;

/// Reads rows under a heading.
pub struct Table<R> {
    rows: Rows<R>,
    columns: HashMap<String, usize>,
    /// What stood above the heading.
    pub preamble: Vec<String>,
}

/// One row under its heading.
pub struct Record<'t> {
    columns: &'t HashMap<String, usize>,
    row: Row,
}

/// A column's name as it is compared: letters and digits only, in lower case. `D.O.B` and `DOB` are one.
pub fn column_key(name: &str) -> String {
    name.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl<R: BufRead> Table<R> {
    /// Finds the heading, which has all columns of `signs`; `head` is the beginning of the file.
    ///
    /// # Errors
    /// When there is no such heading.
    pub fn open(input: R, head: &[u8], signs: &[&str], record_bytes: usize) -> Result<Self, String> {
        let delimiter = delimiter_of(heading_line(head, signs).unwrap_or_default());
        let mut rows = Rows::new(input, delimiter, record_bytes);
        let mut preamble = Vec::new();
        for _ in 0..=PREAMBLE_ROWS_MAX {
            let Some(row) = rows.next() else { break };
            let Ok(row) = row else { continue };
            let columns = columns_of(&row.fields);
            if signs.iter().all(|sign| columns.contains_key(*sign)) {
                rows.expect_columns(row.fields.len());
                return Ok(Self { rows, columns, preamble });
            }
            preamble.extend(row.fields);
        }
        Err(format!("there is no heading with the columns {}", signs.join(", ")))
    }

    /// The next row.
    ///
    /// # Errors
    /// Why the row cannot be used; the next call gives the next.
    #[expect(clippy::should_implement_trait, reason = "the record borrows from the table")]
    pub fn next(&mut self) -> Option<Result<Record<'_>, BrokenRow>> {
        let row = self.rows.next()?;
        Some(row.map(|row| Record { columns: &self.columns, row }))
    }

    /// True when the heading has this column.
    pub fn has(&self, column: &str) -> bool {
        self.columns.contains_key(column)
    }
}

/// The first line of the head that could be the heading.
fn heading_line<'h>(head: &'h [u8], signs: &[&str]) -> Option<&'h str> {
    let valid = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default(),
    };
    valid.lines().find(|line| {
        let key = column_key(line);
        signs.iter().all(|sign| key.contains(sign))
    })
}

fn columns_of(fields: &[String]) -> HashMap<String, usize> {
    let mut columns = HashMap::new();
    for (index, field) in fields.iter().enumerate() {
        columns.entry(column_key(field)).or_insert(index);
    }
    columns
}

impl Record<'_> {
    /// The line it begins in, from one.
    pub fn line(&self) -> u64 {
        self.row.line
    }

    /// The first of these columns that holds something, trimmed; empty when none does.
    pub fn get(&self, names: &[&str]) -> &str {
        for name in names {
            if let Some(field) = self.columns.get(*name).and_then(|index| self.row.fields.get(*index)) {
                let field = field.trim();
                if !field.is_empty() {
                    return field;
                }
            }
        }
        ""
    }

    /// A column that holds several values between separators.
    pub fn list(&self, names: &[&str], separator: char) -> impl Iterator<Item = &str> {
        self.get(names).split(separator).map(str::trim).filter(|value| !value.is_empty())
    }
}

/// Reads a whole table, each record with `each`.
pub(crate) fn read_table(
    reading: &mut Reading<'_>,
    input: &mut dyn BufRead,
    head: &[u8],
    signs: &[&str],
    each: &mut dyn FnMut(&mut Reading<'_>, &Record<'_>),
) {
    let mut table = match Table::open(input, head, signs, reading.limits.record_bytes) {
        Ok(table) => table,
        Err(reason) => return reading.problem(Place::File, ProblemKind::Truncated, &reason),
    };
    if let Some(date) = table.preamble.iter().find(|field| field.chars().any(|character| character.is_ascii_digit())) {
        reading.version(date.trim_start_matches("Report Date:"));
    }
    while reading.is_open()
        && let Some(record) = table.next()
    {
        match record {
            Ok(record) => each(reading, &record),
            Err(broken) => report(reading, &broken),
        }
    }
}

/// Hands on a row that cannot be read.
pub(crate) fn report(reading: &mut Reading<'_>, broken: &BrokenRow) {
    let kind = if broken.truncated { ProblemKind::Truncated } else { ProblemKind::Record };
    reading.problem(Place::Line(broken.line), kind, &broken.reason);
}
