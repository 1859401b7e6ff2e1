//! Series in files, for commands that look at one: CSV or Parquet with a column of times, where there is one, and columns
//! of values. Several files are one table.

mod files;

use super::{Failure, bounded};
use clap::{Args, ValueEnum};
use palisade_model::Timestamp;
use palisade_store::parquet as parquet_file;
use palisade_telemetry::plot::{Picture, png, svg};
use palisade_telemetry::table::{
    Column, Series, Table, TableError, TableLimits, TimeColumn, join, of_columns, read_columns,
};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// Bytes of a file: years of minutes in a few columns.
const FILE_BYTES_MAX: u64 = 512 << 20;

/// Which series of which file.
#[derive(Args)]
pub struct SeriesOptions {
    /// CSV files with a heading, or Parquet files: each a file, a pattern, a folder, a Delta table, or - for standard
    /// input. Several are read as one table, in the order of time
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// The column of values [default: the first that holds numbers]
    #[arg(long, value_name = "NAME")]
    column: Option<String>,
    /// Also draw a picture, as its name ends: .svg or .png
    #[arg(long, value_name = "FILE")]
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
    /// The table in the files.
    ///
    /// # Errors
    /// When they cannot be read, or are none; with the line.
    pub fn table(&self) -> anyhow::Result<Table> {
        let limits = TableLimits::default();
        let (mut tables, mut cells) = (Vec::new(), 0);
        for path in files::meant(&self.files)? {
            let name = if path.as_os_str() == "-" { "standard input".into() } else { path.to_string_lossy() };
            let table = one(&path).map_err(|error| Failure::input(format!("{name}: {error:#}")))?;
            cells += table.columns.iter().map(|column| column.values.len()).sum::<usize>();
            if cells > limits.cells {
                let error = TableError::TooLarge { what: "cells", limit: limits.cells };
                return Err(Failure::input(format!("up to {name}: {error}")).into());
            }
            tables.push(table);
        }
        join(tables, &limits).map_err(|error| Failure::input(error.to_string()).into())
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
    pub fn column_of<'t>(&self, table: &'t Table) -> anyhow::Result<&'t Column> {
        let known = || table.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ");
        table.column(self.column.as_deref()).ok_or_else(|| {
            let asked = self.column.as_deref().unwrap_or_default();
            Failure::input(format!("there is no column {asked} of values; there are {}", known())).into()
        })
    }

    /// Writes the picture, where one is wanted.
    ///
    /// # Errors
    /// When its name ends in no form of pictures, or it cannot be written.
    pub fn draw(&self, picture: &Picture<'_>) -> anyhow::Result<()> {
        let Some(path) = &self.plot else { return Ok(()) };
        let failed = |reason: &str| Failure::input(format!("{}: {reason}", path.display()));
        let bytes = match path.extension().and_then(|end| end.to_str()) {
            Some("svg") => svg(picture).into_bytes(),
            Some("png") => png(picture).map_err(|error| failed(&error.to_string()))?,
            _ => return Err(failed("pictures are .svg or .png files").into()),
        };
        std::fs::write(path, bytes).map_err(|error| failed(&format!("cannot be written: {error}")).into())
    }
}

/// The table of one file, or of standard input.
fn one(path: &Path) -> anyhow::Result<Table> {
    let limits = TableLimits::default();
    let bounds = parquet_file::Bounds { rows: limits.rows, cells: limits.cells };
    let bytes = if path.as_os_str() == "-" {
        bounded::bytes(io::stdin().lock(), FILE_BYTES_MAX)?
    } else {
        let file = File::open(path)?;
        if parquet_file::is_parquet(&file) {
            return parquet_table(parquet_file::read(file, bounds)?);
        }
        bounded::bytes(file, FILE_BYTES_MAX)?
    };
    if parquet_file::begins_as_parquet(&bytes) {
        return parquet_table(parquet_file::read_bytes(bytes, bounds)?);
    }
    anyhow::ensure!(std::str::from_utf8(&bytes).is_ok(), "it is neither Parquet nor text in UTF-8");
    Ok(read_columns(&bytes, &limits)?)
}

/// The columns of a Parquet file; the first of times is that of the rows.
fn parquet_table(read: parquet_file::Columns) -> anyhow::Result<Table> {
    let mut times = read.times.into_iter();
    let time = times.next().map(|(name, times)| TimeColumn {
        name,
        times: times.into_iter().map(|nanos| nanos.map(Timestamp::from_nanos)).collect(),
    });
    let left_out = read.left_out.into_iter().chain(times.map(|(name, _)| name)).collect();
    let columns = read.numbers.into_iter().map(|(name, values)| Column { name, values }).collect();
    Ok(of_columns(time, columns, left_out)?)
}
