//! What the lake takes on disk, by table and column: read from the footers of the Parquet files that the newest version
//! of a table names.

use super::{committer::Lake, table::LakeTable};
use crate::StoreError;
use deltalake::parquet::file::{
    reader::{FileReader, SerializedFileReader},
    serialized_reader::ReadOptionsBuilder,
};
use std::{collections::BTreeMap, fs::File, path::PathBuf};

/// What one table takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableFootprint {
    /// Its name.
    pub table: &'static str,
    /// Rows in files.
    pub rows: u64,
    /// How many files.
    pub files: u64,
    /// Bytes of the files, footers and all.
    pub bytes: u64,
    /// Compressed bytes by column; of `attributes`, keys and values apart.
    pub columns: BTreeMap<String, u64>,
}

impl Lake {
    /// What each table takes on disk. Reads the footer of every file, so it is for measuring, not for serving.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn footprint(&self) -> Result<Vec<TableFootprint>, StoreError> {
        self.inner.tables.iter().map(of_table).collect()
    }
}

fn of_table(table: &LakeTable) -> Result<TableFootprint, StoreError> {
    let mut footprint = TableFootprint { table: table.name.as_str(), ..TableFootprint::default() };
    let delta = table.delta();
    let folder = delta.table_url().to_file_path().unwrap_or_else(|()| PathBuf::new());
    let failed = |error: String| StoreError::Table { table: folder.clone(), error };
    let snapshot = delta.snapshot().map_err(|error| failed(error.to_string()))?;
    for file in snapshot.log_data() {
        footprint.files += 1;
        footprint.bytes += u64::try_from(file.size()).unwrap_or(0);
        let open = File::open(folder.join(file.path().as_ref()))?;
        let reader = SerializedFileReader::new_with_options(open, ReadOptionsBuilder::new().build());
        let reader = reader.map_err(|error| failed(error.to_string()))?;
        for group in reader.metadata().row_groups() {
            footprint.rows += u64::try_from(group.num_rows()).unwrap_or(0);
            for column in group.columns() {
                let bytes = u64::try_from(column.compressed_size()).unwrap_or(0);
                *footprint.columns.entry(column.column_path().string()).or_default() += bytes;
            }
        }
    }
    Ok(footprint)
}
