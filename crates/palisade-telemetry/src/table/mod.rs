//! Series in tables: which column is time, which are values, and where values are missing.

mod grid;
mod join;
mod read;

pub use grid::{GridNote, Series};
pub use join::join;
use palisade_model::Timestamp;
pub use read::{of_columns, read_columns, read_rows};
use serde::Serialize;

/// Bounds of a table.
#[derive(Clone, Copy, Debug)]
pub struct TableLimits {
    /// The most rows; of more, reading fails.
    pub rows: usize,
    /// The most cells of a row.
    pub columns: usize,
    /// The most cells altogether.
    pub cells: usize,
}

impl Default for TableLimits {
    /// Room for years of minutes in a few columns, or thousands of series of a thousand values: up to 160 MB.
    fn default() -> Self {
        Self { rows: 5_000_000, columns: 20_000, cells: 20_000_000 }
    }
}

/// A table of values, in the order of its rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// The time of each row, where a column tells it.
    pub time: Option<TimeColumn>,
    /// Columns of numbers; what is no number is NaN.
    pub columns: Vec<Column>,
    /// Columns left out because they hold hardly any number: names and labels.
    pub left_out: Vec<String>,
}

/// The column that tells when.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeColumn {
    /// Its heading.
    pub name: String,
    /// The time of each row; `None` where the cell cannot be read.
    pub times: Vec<Option<Timestamp>>,
}

/// A column of numbers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Column {
    /// Its heading, or its number where there is none.
    pub name: String,
    /// Its values; NaN where there is none.
    pub values: Vec<f64>,
}

/// Why a table cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// The CSV itself is broken.
    #[error("line {line}: {reason}")]
    Csv {
        /// The line, from 1; 0 where it is not known.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// There is nothing in it.
    #[error("there is no row with values; the first row may be a heading, the rows below it are values")]
    Empty,
    /// No column holds numbers.
    #[error("no column holds numbers; at least half of the cells of a value column must be numbers")]
    NoValues,
    /// Of several tables some tell the time.
    #[error("some of the files have a column of times and others have none; give those of one kind")]
    TimeMissing,
    /// It is larger than allowed.
    #[error("the table is larger than {limit} {what}")]
    TooLarge {
        /// Rows, columns or cells.
        what: &'static str,
        /// How many are allowed.
        limit: usize,
    },
}

impl Table {
    /// The column of a name, or the first where none is asked for.
    #[must_use]
    pub fn column(&self, name: Option<&str>) -> Option<&Column> {
        match name {
            Some(name) => self.columns.iter().find(|column| column.name == name),
            None => self.columns.first(),
        }
    }

    /// A column's values at even distances of time, as forecasts need them.
    #[must_use]
    pub fn series(&self, column: &Column) -> Series {
        match &self.time {
            Some(time) => grid::lay(&time.times, &column.values),
            None => Series { values: column.values.clone(), start: None, step_seconds: None, notes: Vec::new() },
        }
    }
}
