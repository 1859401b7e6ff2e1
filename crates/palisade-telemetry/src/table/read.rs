//! Reads CSV: separators, headings and the time column are found by what is there.

use super::{Column, Table, TableError, TableLimits, TimeColumn};
use palisade_model::Timestamp;

/// Headings that a time column goes by.
const TIME_NAMES: [&str; 9] = ["time", "timestamp", "date", "datetime", "ds", "ts", "@timestamp", "_time", "day"];

/// Numbers are taken for seconds since 1970 from here (in 1973) on, when nothing in a heading says so.
const EPOCH_MIN: f64 = 1e8;

/// Reads a table whose rows are moments, one beneath the other.
///
/// # Errors
///
/// When the text is no CSV, is larger than the limits allow, or holds no column of numbers.
pub fn read_columns(text: &[u8], limits: &TableLimits) -> Result<Table, TableError> {
    let rows = records(text, limits)?;
    let width = rows.iter().map(csv::ByteRecord::len).max().unwrap_or(0);
    let headed = is_heading(&rows);
    let body = &rows[usize::from(headed)..];
    if body.is_empty() {
        return Err(TableError::Empty);
    }
    if body.len().saturating_mul(width) > limits.cells {
        return Err(TableError::TooLarge { what: "cells", limit: limits.cells });
    }
    let names: Vec<String> = (0..width).map(|place| name(headed.then(|| &rows[0]), place)).collect();
    let time = (0..width).find(|place| is_time(body, *place, &names[*place], headed));
    let mut table = Table {
        time: time.map(|place| TimeColumn { name: names[place].clone(), times: times(body, place) }),
        ..Table::default()
    };
    for place in (0..width).filter(|place| Some(*place) != time) {
        let values: Vec<f64> = body.iter().map(|row| number(row.get(place))).collect();
        let filled = body.iter().filter(|row| row.get(place).is_some_and(|cell| !cell.trim_ascii().is_empty())).count();
        let numbers = values.iter().filter(|value| value.is_finite()).count();
        if numbers > 0 && 2 * numbers >= filled {
            table.columns.push(Column { name: names[place].clone(), values });
        } else {
            table.left_out.push(names[place].clone());
        }
    }
    if table.columns.is_empty() { Err(TableError::NoValues) } else { Ok(table) }
}

/// A table of columns that have been read already, as from a Parquet file. Where none of them is of times, one of numbers
/// that is named so, and counts from 1970, is taken.
///
/// # Errors
///
/// When no column holds a number.
pub fn of_columns(time: Option<TimeColumn>, columns: Vec<Column>, left_out: Vec<String>) -> Result<Table, TableError> {
    let mut table = Table { time, columns, left_out };
    let counted = |column: &Column| {
        let known = column.values.iter().filter(|value| !value.is_nan());
        TIME_NAMES.contains(&column.name.to_lowercase().as_str()) && known.clone().all(|value| *value >= EPOCH_MIN)
    };
    if table.time.is_none()
        && let Some(place) = table.columns.iter().position(counted)
    {
        let column = table.columns.remove(place);
        let times = column.values.iter().map(|value| Timestamp::from_epoch_number(*value).ok()).collect();
        table.time = Some(TimeColumn { name: column.name, times });
    }
    let (kept, empty): (Vec<_>, Vec<_>) =
        table.columns.into_iter().partition(|column| column.values.iter().any(|value| value.is_finite()));
    table.columns = kept;
    table.left_out.extend(empty.into_iter().map(|column| column.name));
    if table.columns.is_empty() { Err(TableError::NoValues) } else { Ok(table) }
}

/// Reads a table whose rows are series: a name, then values; empty cells behind the last value are not part of it.
///
/// # Errors
///
/// When the text is no CSV, is larger than the limits allow, or holds no number.
pub fn read_rows(text: &[u8], limits: &TableLimits) -> Result<Vec<Column>, TableError> {
    let rows = records(text, limits)?;
    let numbers_begin = |row: &csv::ByteRecord| usize::from(!number(row.get(0)).is_finite());
    let mut series = Vec::with_capacity(rows.len());
    for (index, row) in rows.iter().enumerate() {
        let begin = numbers_begin(row);
        let mut values: Vec<f64> = row.iter().skip(begin).map(|cell| number(Some(cell))).collect();
        while values.last().is_some_and(|value| value.is_nan()) {
            values.pop();
        }
        if values.is_empty() {
            continue;
        }
        let name = if begin == 1 { text_of(row.get(0)) } else { format!("row {}", index + 1) };
        series.push(Column { name, values });
    }
    if series.is_empty() { Err(TableError::NoValues) } else { Ok(series) }
}

fn records(text: &[u8], limits: &TableLimits) -> Result<Vec<csv::ByteRecord>, TableError> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .comment(Some(b'#'))
        .delimiter(delimiter(text))
        .from_reader(text);
    let mut rows = Vec::new();
    let mut cells = 0_usize;
    for row in reader.byte_records() {
        let row = row.map_err(|error| TableError::Csv {
            line: error.position().map_or(0, csv::Position::line),
            reason: error.to_string(),
        })?;
        cells += row.len();
        for (what, count, limit) in [
            ("rows", rows.len() + 1, limits.rows),
            ("columns", row.len(), limits.columns),
            ("cells", cells, limits.cells),
        ] {
            if count > limit {
                return Err(TableError::TooLarge { what, limit });
            }
        }
        rows.push(row);
    }
    if rows.is_empty() { Err(TableError::Empty) } else { Ok(rows) }
}

/// The separator that the first line holds most of; a comma where it holds none.
fn delimiter(text: &[u8]) -> u8 {
    let first = text.split(|byte| *byte == b'\n').find(|line| !line.starts_with(b"#")).unwrap_or(text);
    let count = |separator: u8| first.iter().filter(|byte| **byte == separator).count();
    [b',', b';', b'\t', b'|']
        .into_iter()
        .max_by_key(|separator| (count(*separator), *separator == b','))
        .unwrap_or(b',')
}

/// Whether the first row names columns: it holds no number where the second does, and no time.
fn is_heading(rows: &[csv::ByteRecord]) -> bool {
    let filled = || rows[0].iter().filter(|cell| !cell.trim_ascii().is_empty());
    filled().next().is_some() && filled().all(|cell| !number(Some(cell)).is_finite() && time_of(cell).is_none())
}

fn name(heading: Option<&csv::ByteRecord>, place: usize) -> String {
    let named = text_of(heading.and_then(|row| row.get(place)));
    if named.is_empty() { format!("column {}", place + 1) } else { named }
}

fn text_of(cell: Option<&[u8]>) -> String {
    String::from_utf8_lossy(cell.unwrap_or_default().trim_ascii()).into_owned()
}

/// Whether a column tells the time: nearly all of its cells are times, written out or, behind a heading that says so or in
/// the first column in order, counted from 1970.
fn is_time(body: &[csv::ByteRecord], place: usize, name: &str, headed: bool) -> bool {
    let sample = || body.iter().take(200).filter_map(|row| row.get(place)).filter(|cell| !cell.trim_ascii().is_empty());
    let count = sample().count();
    if count == 0 {
        return false;
    }
    let written = sample().filter(|cell| time_of(cell).is_some()).count();
    if 10 * written >= 9 * count {
        return true;
    }
    let named = headed && TIME_NAMES.contains(&name.to_lowercase().as_str());
    let numbers: Vec<f64> = sample().map(|cell| number(Some(cell))).collect();
    let ordered = numbers.windows(2).all(|pair| pair[0] < pair[1]);
    (named || place == 0 && ordered && count > 1) && numbers.iter().all(|number| *number >= EPOCH_MIN)
}

fn times(body: &[csv::ByteRecord], place: usize) -> Vec<Option<Timestamp>> {
    let cell_time = |cell: &[u8]| time_of(cell).or_else(|| Timestamp::from_epoch_number(number(Some(cell))).ok());
    body.iter().map(|row| row.get(place).and_then(cell_time)).collect()
}

/// A time as it is written: RFC 3339, or a date with or without a time of day, then taken for UTC.
fn time_of(cell: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(cell.trim_ascii()).ok()?;
    // Shortest is a date, longest has nanoseconds and an offset; a number is none of these.
    if !(8..=40).contains(&text.len()) || text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return None;
    }
    Timestamp::parse(text).ok().or_else(|| {
        let civil: jiff::civil::DateTime = text.replace('/', "-").parse().ok()?;
        let instant = jiff::tz::TimeZone::UTC.to_timestamp(civil).ok()?;
        i64::try_from(instant.as_nanosecond()).ok().map(Timestamp::from_nanos)
    })
}

/// A number, or NaN.
fn number(cell: Option<&[u8]>) -> f64 {
    let text = cell.and_then(|cell| std::str::from_utf8(cell).ok()).unwrap_or_default().trim();
    text.parse().unwrap_or(f64::NAN)
}
