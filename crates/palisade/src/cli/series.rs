//! Series in files, for commands that look at one: CSV with a column of times, where there is one, and columns of values.

use super::{Failure, bounded};
use clap::{Args, ValueEnum};
use palisade_telemetry::table::{Series, Table, TableLimits, read_columns};
use std::io;
use std::path::{Path, PathBuf};

/// Bytes of a file: years of minutes in a few columns.
const FILE_BYTES_MAX: u64 = 512 << 20;

/// Which series of which file.
#[derive(Args)]
pub struct SeriesOptions {
    /// A CSV file with a heading; `-` is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The column of values [default: the first that holds numbers]
    #[arg(long, value_name = "NAME")]
    column: Option<String>,
    /// Also draw a picture
    #[arg(long, value_name = "FILE.svg")]
    pub plot: Option<PathBuf>,
}

/// How an answer is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Written {
    /// For people.
    #[default]
    Text,
    /// Comma-separated values, a row for each step.
    Csv,
    /// One JSON document.
    Json,
}

impl SeriesOptions {
    /// The table in the file.
    ///
    /// # Errors
    /// When it cannot be read, or is none; with the line.
    pub fn table(&self) -> anyhow::Result<Table> {
        let name = self.file.display();
        let read = match self.file.as_os_str() == "-" {
            true => bounded::read(io::stdin().lock(), FILE_BYTES_MAX),
            false => bounded::read_file(&self.file, FILE_BYTES_MAX),
        };
        let text = read.map_err(|error| Failure::input(format!("cannot read {name}: {error}")))?;
        let read = read_columns(text.as_bytes(), &TableLimits::default());
        read.map_err(|error| Failure::input(format!("{name}: {error}")).into())
    }

    /// The series that was asked for, on an even grid of times.
    ///
    /// # Errors
    /// When there is no such column.
    pub fn series(&self, table: &Table) -> anyhow::Result<(String, Series)> {
        let column = self.column_of(table)?;
        Ok((column.name.clone(), table.series(column)))
    }

    /// The column that was asked for.
    ///
    /// # Errors
    /// When there is none of this name.
    pub fn column_of<'t>(&self, table: &'t Table) -> anyhow::Result<&'t palisade_telemetry::table::Column> {
        let known = || table.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ");
        table.column(self.column.as_deref()).ok_or_else(|| {
            let asked = self.column.as_deref().unwrap_or_default();
            Failure::input(format!("there is no column {asked} of values; there are {}", known())).into()
        })
    }

    /// Writes the picture, where one is wanted.
    ///
    /// # Errors
    /// When it is not to be an SVG file, or cannot be written.
    pub fn draw(&self, picture: impl FnOnce() -> String) -> anyhow::Result<()> {
        let Some(path) = &self.plot else { return Ok(()) };
        if path.extension().is_none_or(|end| end != "svg") {
            return Err(Failure::input(format!("{}: pictures are SVG files", path.display())).into());
        }
        write(path, &picture())
    }
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    std::fs::write(path, text)
        .map_err(|error| Failure::input(format!("cannot write {}: {error}", path.display())).into())
}
