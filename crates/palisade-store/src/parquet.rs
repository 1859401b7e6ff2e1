//! Numbers and times of a Parquet file that somebody else wrote, and the files of a Delta table.
//!
//! Only columns of numbers and of times are read; text and what is nested is left out before a byte of it is decoded.
//! Rows are counted while they are read, because what a file says of itself may be wrong.

use deltalake::arrow::array::{Array, ArrayRef, AsArray as _};
use deltalake::arrow::compute::cast;
use deltalake::arrow::datatypes::{DataType, Float64Type, TimeUnit, TimestampNanosecondType};
use deltalake::arrow::error::ArrowError;
use deltalake::parquet::arrow::{ProjectionMask, arrow_reader::ParquetRecordBatchReaderBuilder};
use deltalake::parquet::errors::ParquetError;
use deltalake::parquet::file::reader::ChunkReader;
use deltalake::{DeltaTableBuilder, DeltaTableError};
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};

/// What a Parquet file begins with.
const MAGIC: &[u8; 4] = b"PAR1";
/// Rows that are decoded at a time.
const BATCH_ROWS: usize = 8_192;

/// The most that is read.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Rows.
    pub rows: usize,
    /// Rows times columns of numbers and times.
    pub cells: usize,
}

/// Columns of a file, each with its name, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Columns {
    /// Times in nanoseconds since 1970; `None` where there is none.
    pub times: Vec<(String, Vec<Option<i64>>)>,
    /// Numbers; NaN where there is none.
    pub numbers: Vec<(String, Vec<f64>)>,
    /// Columns of anything else.
    pub left_out: Vec<String>,
}

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// It is no Parquet, or damaged.
    #[error("the Parquet file cannot be read: {0}")]
    Parquet(#[from] ParquetError),
    /// Its rows cannot be decoded.
    #[error("the Parquet file cannot be decoded: {0}")]
    Rows(#[from] ArrowError),
    /// What it says of itself contradicts itself.
    #[error("the Parquet file is damaged: its lengths contradict each other")]
    Damaged,
    /// It is larger than allowed.
    #[error("the table is larger than {limit} {what}")]
    TooLarge {
        /// Rows or cells.
        what: &'static str,
        /// How many are allowed.
        limit: usize,
    },
    /// The folder's Delta log cannot be read.
    #[error("the Delta table cannot be read: {0}")]
    Delta(#[from] DeltaTableError),
    /// Rows of the table are deleted without being gone from its files.
    #[error("the Delta table marks rows as deleted (deletion vectors), which is not read; rewrite it without (PURGE)")]
    DeletedRows,
    /// There is no column of numbers or times.
    #[error("no column holds numbers or times")]
    NoValues,
}

/// Whether a file begins as Parquet does.
#[must_use]
pub fn is_parquet(file: &File) -> bool {
    let mut begin = [0; 4];
    file.read_exact_at(&mut begin, 0).is_ok() && &begin == MAGIC
}

/// Whether bytes begin as Parquet does.
#[must_use]
pub fn begins_as_parquet(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// Whether a folder is a Delta table.
#[must_use]
pub fn is_delta(folder: &Path) -> bool {
    folder.join("_delta_log").is_dir()
}

/// The files of the newest version of the Delta table in `folder`, by name.
///
/// # Errors
/// When its log cannot be read, or rows are deleted that are still in the files.
pub async fn delta_files(folder: &Path) -> Result<Vec<PathBuf>, ReadError> {
    let absolute = std::path::absolute(folder).map_err(DeltaTableError::from)?;
    let unlikely = |()| DeltaTableError::InvalidTableLocation(absolute.display().to_string());
    let url = url::Url::from_directory_path(&absolute).map_err(unlikely)?;
    let table = DeltaTableBuilder::from_url(url)?.load().await?;
    let mut files = Vec::new();
    for file in table.snapshot()?.log_data() {
        if file.deletion_vector_descriptor().is_some() {
            return Err(ReadError::DeletedRows);
        }
        files.push(folder.join(file.path().as_ref()));
    }
    files.sort();
    Ok(files)
}

/// What a column is taken for.
#[derive(Clone, Copy)]
enum Kind {
    Time,
    Number,
}

fn kind(of: &DataType) -> Option<Kind> {
    match of {
        DataType::Timestamp(..) | DataType::Date32 | DataType::Date64 => Some(Kind::Time),
        DataType::Boolean => Some(Kind::Number),
        other => other.is_numeric().then_some(Kind::Number),
    }
}

/// Reads columns of numbers and times.
///
/// # Errors
/// When it is no Parquet, or damaged, larger than `bounds`, or holds no such column.
pub fn read(file: File, bounds: Bounds) -> Result<Columns, ReadError> {
    guarded(file, bounds)
}

/// As [`read`], of a file that is in memory.
///
/// # Errors
/// As [`read`].
pub fn read_bytes(bytes: Vec<u8>, bounds: Bounds) -> Result<Columns, ReadError> {
    guarded(bytes::Bytes::from(bytes), bounds)
}

fn guarded(file: impl ChunkReader + 'static, bounds: Bounds) -> Result<Columns, ReadError> {
    // The decoder panics at some files whose lengths contradict each other; what it was making is thrown away with it.
    std::panic::catch_unwind(AssertUnwindSafe(|| decode(file, bounds))).unwrap_or(Err(ReadError::Damaged))
}

fn decode(file: impl ChunkReader + 'static, bounds: Bounds) -> Result<Columns, ReadError> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(file)?.with_batch_size(BATCH_ROWS);
    let mut columns = Columns::default();
    let mut kinds = Vec::new();
    let mut wanted = Vec::new();
    for (place, field) in builder.schema().fields().iter().enumerate() {
        let name = field.name().clone();
        let Some(kind) = kind(field.data_type()) else {
            columns.left_out.push(name);
            continue;
        };
        match kind {
            Kind::Time => columns.times.push((name, Vec::new())),
            Kind::Number => columns.numbers.push((name, Vec::new())),
        }
        kinds.push(kind);
        wanted.push(place);
    }
    if wanted.is_empty() {
        return Err(ReadError::NoValues);
    }
    let mask = ProjectionMask::roots(builder.parquet_schema(), wanted);
    let mut rows = 0_usize;
    for batch in builder.with_projection(mask).build()? {
        let batch = batch?;
        rows += batch.num_rows();
        for (what, count, limit) in [("rows", rows, bounds.rows), ("cells", rows * kinds.len(), bounds.cells)] {
            if count > limit {
                return Err(ReadError::TooLarge { what, limit });
            }
        }
        columns.take(&kinds, batch.columns())?;
    }
    Ok(columns)
}

impl Columns {
    /// Adds the rows of a batch, whose columns are of `kinds`.
    fn take(&mut self, kinds: &[Kind], batch: &[ArrayRef]) -> Result<(), ArrowError> {
        let (mut times, mut numbers) = (self.times.iter_mut(), self.numbers.iter_mut());
        for (kind, array) in kinds.iter().zip(batch) {
            match kind {
                Kind::Time => times.next().map(|(_, known)| take_times(known, array)).transpose()?,
                Kind::Number => numbers.next().map(|(_, known)| take_numbers(known, array)).transpose()?,
            };
        }
        Ok(())
    }
}

/// Times before 1677 and after 2262 are none.
fn take_times(known: &mut Vec<Option<i64>>, array: &ArrayRef) -> Result<(), ArrowError> {
    let zone = match array.data_type() {
        DataType::Timestamp(_, zone) => zone.clone(),
        _ => None,
    };
    let nanos = cast(array, &DataType::Timestamp(TimeUnit::Nanosecond, zone))?;
    known.extend(nanos.as_primitive::<TimestampNanosecondType>().iter());
    Ok(())
}

fn take_numbers(known: &mut Vec<f64>, array: &ArrayRef) -> Result<(), ArrowError> {
    let numbers = cast(array, &DataType::Float64)?;
    known.extend(numbers.as_primitive::<Float64Type>().iter().map(|number| number.unwrap_or(f64::NAN)));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use deltalake::arrow::array::{
        BooleanArray, Float32Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
    };
    use deltalake::parquet::arrow::ArrowWriter;
    use proptest::{prelude::*, sample::Index};
    use std::io::Write as _;
    use std::sync::Arc;

    const BOUNDS: Bounds = Bounds { rows: 1_000, cells: 10_000 };

    fn file_of(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    fn table(rows: usize) -> Vec<u8> {
        let count = i64::try_from(rows).unwrap();
        let times = TimestampMicrosecondArray::from_iter_values((0..count).map(|row| row * 1_000_000));
        let load = (0..count).map(|row| (row != 1).then_some(row as f32 / 2.0));
        let columns: [(&str, ArrayRef); 5] = [
            ("host", Arc::new(StringArray::from_iter_values((0..rows).map(|row| row.to_string())))),
            ("time", Arc::new(times.with_timezone("+02:00"))),
            ("load", Arc::new(Float32Array::from_iter(load))),
            ("count", Arc::new(Int64Array::from_iter_values(0..count))),
            ("up", Arc::new(BooleanArray::from_iter((0..rows).map(|row| Some(row % 2 == 0))))),
        ];
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.into_inner().unwrap()
    }

    #[test]
    fn numbers_and_times_are_read_and_text_is_left_out() {
        let file = file_of(&table(3));
        assert!(is_parquet(&file));
        let columns = read(file, BOUNDS).unwrap();
        assert_eq!(columns.times, [("time".to_owned(), vec![Some(0), Some(1_000_000_000), Some(2_000_000_000)])]);
        assert_eq!(columns.left_out, ["host"]);
        let names: Vec<&str> = columns.numbers.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["load", "count", "up"]);
        let of_bytes = read_bytes(table(3), BOUNDS).unwrap();
        assert!(begins_as_parquet(&table(3)) && of_bytes.times == columns.times);
        let load = &columns.numbers[0].1;
        assert!(load[0] == 0.0 && load[1].is_nan() && load[2] == 1.0, "{load:?}");
        assert_eq!(columns.numbers[2].1, [1.0, 0.0, 1.0]);
    }

    #[test]
    fn more_rows_than_allowed_are_refused() {
        let error = read(file_of(&table(1_001)), BOUNDS).unwrap_err();
        assert!(matches!(error, ReadError::TooLarge { what: "rows", limit: 1_000 }), "{error}");
    }

    #[test]
    fn a_file_that_is_cut_or_changed_is_an_error_or_other_numbers_but_no_panic() {
        let sound = table(50);
        assert!(!is_parquet(&file_of(b"time,load\n")));
        for length in (0..sound.len()).step_by(7) {
            assert!(read(file_of(&sound[..length]), BOUNDS).is_err(), "{length} bytes");
        }
        for place in 0..sound.len() {
            let mut changed = sound.clone();
            changed[place] ^= 0xff;
            // Whatever comes of it, it comes back.
            let _ = read(file_of(&changed), BOUNDS);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn whatever_is_changed_comes_back(edits in prop::collection::vec((any::<Index>(), any::<u8>()), 1..16), cut: Index) {
            let mut bytes = table(20);
            for (place, byte) in edits {
                let place = place.index(bytes.len());
                bytes[place] = byte;
            }
            // The end of a file says what is in it, so it stays in half of all cases.
            let length = cut.index(2 * bytes.len());
            bytes.truncate(length);
            if let Ok(columns) = read_bytes(bytes, BOUNDS) {
                prop_assert!(columns.numbers.iter().all(|(_, values)| values.len() <= BOUNDS.rows));
            }
        }

        #[test]
        fn any_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let framed = [MAGIC.as_slice(), &bytes, MAGIC].concat();
            prop_assert!(read_bytes(bytes, BOUNDS).is_err());
            let _ = read_bytes(framed, BOUNDS);
        }
    }

    #[tokio::test]
    async fn a_folder_that_is_no_delta_table_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!is_delta(folder.path()));
        assert!(matches!(delta_files(folder.path()).await, Err(ReadError::Delta(_))));
    }
}
