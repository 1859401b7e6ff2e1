//! Rows of a delimited file, one at a time: a row whose quotes are broken is a problem, and the next is read.
//!
//! A row is one line, or several when a quoted field has line breaks in it. An opening quote without its partner would
//! swallow the file, so lines are joined only while the quotes do not come out even, and only when the joined row has
//! as many columns as the heading; else the first line alone is judged, and reading goes on at the second.

use super::input::text;
use csv_core::{ReadRecordResult, Reader, ReaderBuilder, Terminator};
use std::{collections::VecDeque, io::BufRead};

/// How many lines one row may have.
const LINES_IN_ROW_MAX: usize = 64;

/// The fields of a row, and the line that it begins in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// From one.
    pub line: u64,
    /// As text, without quotes.
    pub fields: Vec<String>,
}

/// A row that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokenRow {
    /// From one.
    pub line: u64,
    /// What is wrong.
    pub reason: String,
    /// True when the file ends in the middle of it.
    pub truncated: bool,
}

/// Reads rows.
pub struct Rows<R> {
    input: R,
    delimiter: u8,
    record_bytes: usize,
    columns: Option<usize>,
    ahead: VecDeque<Line>,
    line: u64,
    reader: Reader,
    output: Vec<u8>,
    ends: Vec<usize>,
}

struct Line {
    number: u64,
    bytes: Vec<u8>,
    too_long: bool,
    /// False for the last line of a file that does not end in a line break.
    ended: bool,
}

impl<R: BufRead> Rows<R> {
    /// Rows of fields that `delimiter` divides; none is longer than `record_bytes`.
    pub fn new(input: R, delimiter: u8, record_bytes: usize) -> Self {
        // A row is split as a whole, so that line breaks in it are in its fields, and none of its bytes ends it.
        let reader = ReaderBuilder::new().delimiter(delimiter).terminator(Terminator::Any(0)).build();
        let (ahead, output, ends) = (VecDeque::new(), Vec::new(), Vec::new());
        Self { input, delimiter, record_bytes, columns: None, ahead, line: 0, reader, output, ends }
    }

    /// From now on a row has this number of columns.
    pub fn expect_columns(&mut self, columns: usize) {
        self.columns = Some(columns);
    }

    /// The next row, `None` at the end. Empty lines are passed over.
    ///
    /// # Errors
    /// Why the row cannot be used; the next call gives the next.
    #[expect(clippy::should_implement_trait, reason = "an iterator could not say how many columns it expects")]
    pub fn next(&mut self) -> Option<Result<Row, BrokenRow>> {
        let first = loop {
            let line = self.take_line()?;
            if line.too_long || !is_blank(&line.bytes) {
                break line;
            }
        };
        if first.too_long {
            let reason = format!("the row is longer than {} bytes", self.record_bytes);
            return Some(Err(BrokenRow { line: first.number, reason, truncated: false }));
        }
        let row = if has_open_quote(&first.bytes) { self.joined(&first) } else { self.split(&first.bytes) };
        Some(match row {
            Ok(fields) => Ok(Row { line: first.number, fields }),
            Err(reason) => {
                let truncated = !first.ended && self.ahead.is_empty();
                Err(BrokenRow { line: first.number, reason, truncated })
            }
        })
    }

    /// A row that goes on in the next lines, or a line with a stray quote.
    fn joined(&mut self, first: &Line) -> Result<Vec<String>, String> {
        let mut joined = first.bytes.clone();
        for count in 1..LINES_IN_ROW_MAX {
            let Some(line) = self.peek_line(count - 1) else { break };
            if line.too_long || joined.len() + line.bytes.len() > self.record_bytes {
                break;
            }
            joined.push(b'\n');
            joined.extend_from_slice(&self.ahead[count - 1].bytes);
            if !has_open_quote(&joined) {
                if let Ok(fields) = self.split(&joined) {
                    self.ahead.drain(..count);
                    return Ok(fields);
                }
                break;
            }
        }
        if self.columns.is_some()
            && !opens_field(&first.bytes, self.delimiter)
            && let Ok(fields) = self.split(&first.bytes)
        {
            return Ok(fields);
        }
        Err("a quote is opened and not closed".to_owned())
    }

    /// Splits a row into its fields.
    fn split(&mut self, row: &[u8]) -> Result<Vec<String>, String> {
        if row.contains(&0) {
            return Err("the row holds a zero byte".to_owned());
        }
        self.reader.reset();
        self.output.resize(self.output.len().max(row.len() + 1), 0);
        self.ends.resize(self.ends.len().max(memchr::memchr_iter(self.delimiter, row).count() + 2), 0);
        let (result, _, mut written, mut count) = self.reader.read_record(row, &mut self.output, &mut self.ends);
        if result == ReadRecordResult::InputEmpty {
            let (_, _, more, another) =
                self.reader.read_record(&[], &mut self.output[written..], &mut self.ends[count..]);
            written += more;
            count += another;
        }
        let mut fields = Vec::with_capacity(count);
        let mut start = 0;
        for end in &self.ends[..count] {
            fields.push(text(&self.output[start.min(written)..(*end).min(written)]).into_owned());
            start = *end;
        }
        self.with_expected_columns(fields)
    }

    fn with_expected_columns(&self, mut fields: Vec<String>) -> Result<Vec<String>, String> {
        let Some(columns) = self.columns else { return Ok(fields) };
        if fields.len() > columns && fields[columns..].iter().all(|field| field.trim().is_empty()) {
            fields.truncate(columns);
        }
        match fields.len() == columns {
            true => Ok(fields),
            false => Err(format!("the row has {} columns where {columns} are expected", fields.len())),
        }
    }

    fn take_line(&mut self) -> Option<Line> {
        self.ahead.pop_front().or_else(|| self.read_line())
    }

    fn peek_line(&mut self, index: usize) -> Option<&Line> {
        while self.ahead.len() <= index {
            let line = self.read_line()?;
            self.ahead.push_back(line);
        }
        self.ahead.get(index)
    }

    /// Reads to the next line break, and keeps no more than a row may have.
    fn read_line(&mut self) -> Option<Line> {
        let mut line = Line { number: self.line + 1, bytes: Vec::new(), too_long: false, ended: false };
        // What cannot be read is the end; the file then does not end in a line break.
        while let Ok(piece) = self.input.fill_buf() {
            if piece.is_empty() {
                break;
            }
            let end = memchr::memchr(b'\n', piece);
            let part = &piece[..end.unwrap_or(piece.len())];
            line.too_long |= line.bytes.len() + part.len() > self.record_bytes;
            if !line.too_long {
                line.bytes.extend_from_slice(part);
            }
            let used = part.len() + usize::from(end.is_some());
            self.input.consume(used);
            line.ended = end.is_some();
            if line.ended {
                break;
            }
        }
        if !line.ended && line.bytes.is_empty() && !line.too_long {
            return None;
        }
        if line.bytes.last() == Some(&b'\r') {
            line.bytes.pop();
        }
        self.line += 1;
        Some(line)
    }
}

/// Nothing, or the end-of-file character that some lists close with.
fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0x1A)
}

fn has_open_quote(row: &[u8]) -> bool {
    memchr::memchr_iter(b'"', row).count() % 2 == 1
}

/// True when an odd quote stands at the beginning of a field; inside one, as in `5" pipe`, it is only a sign.
fn opens_field(row: &[u8], delimiter: u8) -> bool {
    let mut fields = row.split(|byte| *byte == delimiter);
    fields.any(|field| field.trim_ascii_start().starts_with(b"\"") && has_open_quote(field))
}

/// The delimiter that a heading is most often divided by.
pub fn delimiter_of(heading: &str) -> u8 {
    let count = |delimiter: &u8| heading.bytes().filter(|byte| byte == delimiter).count();
    // `max_by_key` takes the last of equals: the comma is what a heading of one column gets.
    [b'|', b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',')
}
