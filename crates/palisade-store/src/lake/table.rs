//! One table: its Delta log, its rows in memory, and the commit that moves one into the other.

use super::{
    clock,
    files::{self, DurableFiles},
    memory::{BATCH_ROWS, Memory},
    rows::Rows,
    schema::{DAY, Effort, TIME, TableName},
};
use deltalake::{
    DeltaTable, DeltaTableBuilder, DeltaTableError, TableProperty,
    arrow::{
        array::{Array, RecordBatch, TimestampMicrosecondArray, cast::AsArray},
        compute::{SortColumn, concat, interleave_record_batch, lexsort_to_indices},
        datatypes::{Date32Type, TimestampMicrosecondType},
        error::ArrowError,
    },
    kernel::{
        Action, Add, Transaction,
        scalars::ScalarExt,
        transaction::{CommitBuilder, CommitProperties},
    },
    protocol::{DeltaOperation, SaveMode},
    writer::{DeltaWriter, RecordBatchWriter, WriteMode},
};
use futures::future::join_all;
use indexmap::IndexMap;
use palisade_model::Timestamp;
use std::{
    ops::Range,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// Rows are handed to the writer so many at a time, as many as memory seals together.
const CHUNK_ROWS: usize = BATCH_ROWS;
/// A file of a commit has at least so many chunks, unless there are no more rows: small files make queries slow until
/// they are merged, and are written soon enough by one thread.
const FILE_CHUNKS_MIN: usize = 3;
/// The application whose `txn` action holds the log position.
const APPLICATION: &str = "palisade";
/// Versions older than this may be forgotten when a checkpoint is written.
const LOG_RETENTION: &str = "interval 1 days";
/// Every so many versions the Delta log is summed up. Reading the log takes 1.6 MB for each version after the last such
/// sum, all of them at once (`buoyant_kernel_engine` prepares for 1,000 rows of every column): with 50, memory stood
/// 30 MB higher from the first sum on (`palisade bench soak`).
const CHECKPOINT_VERSIONS: &str = "10";

#[derive(Debug)]
pub(super) struct LakeTable {
    pub(super) name: TableName,
    state: Mutex<State>,
    /// One change of the Delta log at a time: commit, compaction, retention.
    change: tokio::sync::Mutex<()>,
    /// The log position that the files covered when the table was opened; rows up to it are not taken again.
    covered_at_open: u64,
    vacuumed: Mutex<Option<Timestamp>>,
}

#[derive(Debug)]
struct State {
    delta: DeltaTable,
    memory: Memory,
    /// The position of a commit of which it is not known whether its version stands. Its rows stay taken until it is:
    /// put back too early they would be there twice, dropped too early not at all.
    unsettled: Option<u64>,
}

/// What a query reads: files and rows of one moment.
#[derive(Debug)]
pub(super) struct View {
    pub(super) delta: DeltaTable,
    pub(super) batches: Vec<RecordBatch>,
}

impl LakeTable {
    /// Opens the table in `folder`, and creates it if `create`.
    pub(super) async fn open(folder: &Path, name: TableName, create: bool) -> Result<Self, DeltaTableError> {
        let path = folder.join(name.as_str());
        if create {
            std::fs::create_dir_all(&path)?;
            files::sweep(&path)?;
        }
        let url = url_of(&path)?;
        let durable = Arc::new(DurableFiles::default());
        let mut delta = DeltaTableBuilder::from_url(url.clone())?.with_storage_backend(durable, url).build()?;
        if delta.verify_deltatable_existence().await? {
            delta.load().await?;
        } else if create {
            delta = create_table(delta, name).await?;
        } else {
            return Err(DeltaTableError::NotATable(path.display().to_string()));
        }
        let covered = delta.snapshot()?.transaction_version(delta.log_store().as_ref(), APPLICATION).await?;
        let covered_at_open = covered.and_then(|position| u64::try_from(position).ok()).unwrap_or(0);
        let state = Mutex::new(State { delta, memory: Memory::new(name), unsettled: None });
        Ok(Self { name, state, change: tokio::sync::Mutex::new(()), covered_at_open, vacuumed: Mutex::default() })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `look` on the rows in memory.
    pub(super) fn memory<T>(&self, look: impl FnOnce(&mut Memory) -> T) -> T {
        look(&mut self.state().memory)
    }

    /// Adds rows of the record at `position`, unless the files hold them already.
    pub(super) fn push(&self, position: u64, push: impl FnOnce(&mut Rows)) -> Result<(), DeltaTableError> {
        if position > self.covered_at_open {
            self.memory(|memory| memory.push(push))?;
        }
        Ok(())
    }

    /// Files and rows as they are now.
    pub(super) fn view(&self) -> Result<View, DeltaTableError> {
        let mut state = self.state();
        Ok(View { delta: state.delta.clone(), batches: state.memory.batches()? })
    }

    /// Takes in versions that were not committed here. Waits for a commit under way: between its version and the end
    /// of its rows' stay in memory, a query would see them twice.
    pub(super) async fn refresh(&self) -> Result<(), DeltaTableError> {
        let _alone = self.change.lock().await;
        self.settle_alone().await?;
        let mut delta = self.state().delta.clone();
        delta.update_state().await?;
        self.state().delta = delta;
        Ok(())
    }

    /// Finds out what became of a commit whose end is not known.
    pub(super) async fn settle(&self) -> Result<(), DeltaTableError> {
        let _alone = self.change.lock().await;
        self.settle_alone().await.map(drop)
    }

    /// As [`LakeTable::settle`], under the lock on changes. Returns whether the version of the commit stands: then its
    /// rows leave memory, else they are put back.
    async fn settle_alone(&self) -> Result<bool, DeltaTableError> {
        let (unsettled, mut delta) = {
            let state = self.state();
            (state.unsettled, state.delta.clone())
        };
        let stands = match unsettled {
            Some(position) => covers(&mut delta, position).await?,
            None => false,
        };
        let mut state = self.state();
        state.unsettled = None;
        if stands {
            state.delta = delta;
            state.memory.committed();
        } else if state.memory.has_taken() {
            state.memory.failed();
        }
        Ok(stands)
    }

    /// Takes the rows in memory for the next [`LakeTable::commit`]; the one before must be settled.
    pub(super) fn take(&self) -> Result<(), DeltaTableError> {
        Ok(self.memory(Memory::take)?)
    }

    /// Commits the rows taken as one version that covers the log up to `position`. Returns how many there were.
    /// Where that fails, they stay in memory.
    pub(super) async fn commit(&self, position: u64) -> Result<usize, DeltaTableError> {
        let _alone = self.change.lock().await;
        let (batches, mut delta) = {
            let mut state = self.state();
            let batches = state.memory.taken();
            if batches.is_empty() {
                return Ok(0);
            }
            state.unsettled = Some(position);
            (batches, state.delta.clone())
        };
        let rows = batches.iter().map(RecordBatch::num_rows).sum();
        if let Err(error) = write(&mut delta, self.name, &batches, position).await {
            // Where the version stands, what failed came after it, such as writing a checkpoint.
            return if self.settle_alone().await? { Ok(rows) } else { Err(error) };
        }
        let mut state = self.state();
        state.unsettled = None;
        state.delta = delta;
        state.memory.committed();
        Ok(rows)
    }

    /// Whether it is `period` or longer since [`LakeTable::set_vacuumed`]. A clock that went back says nothing of that.
    pub(super) fn is_vacuum_due(&self, now: Timestamp, period: Duration) -> bool {
        let last = *self.vacuumed.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = last.map(|last| i128::from(now.nanos()) - i128::from(last.nanos()));
        passed.is_none_or(|passed| passed < 0 || passed.unsigned_abs() >= period.as_nanos())
    }

    /// Files that no version needs were deleted at `now`.
    pub(super) fn set_vacuumed(&self, now: Timestamp) {
        *self.vacuumed.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
    }

    /// The Delta table as it is now.
    pub(super) fn delta(&self) -> DeltaTable {
        self.state().delta.clone()
    }
}

fn url_of(path: &Path) -> Result<url::Url, DeltaTableError> {
    let absolute = std::path::absolute(path)?;
    url::Url::from_directory_path(&absolute)
        .map_err(|()| DeltaTableError::InvalidTableLocation(absolute.display().to_string()))
}

async fn create_table(delta: DeltaTable, name: TableName) -> Result<DeltaTable, DeltaTableError> {
    delta
        .create()
        .with_table_name(name.as_str())
        .with_columns(name.delta())
        .with_partition_columns([DAY])
        .with_save_mode(SaveMode::Ignore)
        .with_configuration_property(TableProperty::DataSkippingStatsColumns, Some(name.skipping_columns()))
        .with_configuration_property(TableProperty::LogRetentionDuration, Some(LOG_RETENTION))
        .with_configuration_property(TableProperty::CheckpointInterval, Some(CHECKPOINT_VERSIONS))
        .await
}

async fn covers(delta: &mut DeltaTable, position: u64) -> Result<bool, DeltaTableError> {
    delta.update_state().await?;
    let version = delta.snapshot()?.transaction_version(delta.log_store().as_ref(), APPLICATION).await?;
    Ok(version.is_some_and(|version| version >= position.cast_signed()))
}

/// Writes the rows, in the order of the table, and the version that holds them.
async fn write(
    delta: &mut DeltaTable,
    name: TableName,
    batches: &Arc<Vec<RecordBatch>>,
    position: u64,
) -> Result<(), DeltaTableError> {
    let order = Arc::new(Order::of(name, batches)?);
    let writing = order.parts().map(|part| {
        let (delta, batches, order) = (delta.clone(), Arc::clone(batches), Arc::clone(&order));
        tokio::spawn(async move { write_file(&delta, name, &batches, &order, part).await })
    });
    let written = join_all(writing.collect::<Vec<_>>()).await;
    let mut adds = Vec::new();
    for file in written {
        adds.extend(file.map_err(|error| DeltaTableError::Generic(error.to_string()))??);
    }
    let transaction =
        Transaction::new_with_last_update(APPLICATION, position.cast_signed(), Some(clock::now().millis()));
    let operation =
        DeltaOperation::Write { mode: SaveMode::Append, partition_by: Some(vec![DAY.to_owned()]), predicate: None };
    let properties = CommitProperties::default().with_application_transaction(transaction);
    let commit = CommitBuilder::from(properties).with_actions(adds.into_iter().map(Action::Add).collect());
    let committed = commit.build(Some(delta.snapshot()?), delta.log_store(), operation).await?;
    delta.state = Some(committed.snapshot());
    Ok(())
}

/// Writes the rows of some chunks as a file a day, which no version holds yet.
async fn write_file(
    delta: &DeltaTable,
    name: TableName,
    batches: &[RecordBatch],
    order: &Order,
    chunks: Range<usize>,
) -> Result<Vec<Add>, DeltaTableError> {
    let mut writer =
        RecordBatchWriter::for_table(delta)?.with_writer_properties(name.writer_properties(Effort::Commit));
    for chunk in chunks {
        write_batch(&mut writer, order.chunk(batches, chunk)?).await?;
    }
    writer.flush().await
}

/// Hands the batch to the writer, without its looking for the day of every row and copying them apart where all have the
/// same.
pub(super) async fn write_batch(writer: &mut RecordBatchWriter, batch: RecordBatch) -> Result<(), DeltaTableError> {
    let days = batch.column_by_name(DAY).and_then(|days| days.as_primitive_opt::<Date32Type>());
    let one_day = days.filter(|days| days.null_count() == 0 && days.values().windows(2).all(|two| two[0] == two[1]));
    match one_day.and_then(|days| ScalarExt::from_array(days, 0)) {
        Some(day) => {
            let day = IndexMap::from([(DAY.to_owned(), day)]);
            writer.write_partition(batch, &day, WriteMode::Default).await.map(drop)
        }
        None => writer.write(batch).await,
    }
}

/// The rows in the order of the table, a chunk at a time. By time most come so; else they are gathered from all batches,
/// and never all at once: memory holds them already.
enum Order {
    /// As they came, in this many batches.
    Received(usize),
    /// Batch and row of each.
    Sorted(Vec<(usize, usize)>),
}

impl Order {
    fn of(name: TableName, batches: &[RecordBatch]) -> Result<Self, ArrowError> {
        if name.order() == [TIME] && is_in_time_order(batches) {
            return Ok(Self::Received(batches.len()));
        }
        let columns = name.order().iter().map(|name| {
            let parts = batches.iter().map(|batch| batch.column_by_name(name).map(AsRef::as_ref));
            let parts: Vec<&dyn Array> =
                parts.collect::<Option<_>>().expect("tables have the columns they are sorted by");
            Ok(SortColumn { values: concat(&parts)?, options: None })
        });
        let sorted = lexsort_to_indices(&columns.collect::<Result<Vec<_>, ArrowError>>()?, None)?;
        let places: Vec<(usize, usize)> =
            (0..).zip(batches).flat_map(|(batch, rows)| (0..rows.num_rows()).map(move |row| (batch, row))).collect();
        Ok(Self::Sorted(sorted.values().iter().map(|&index| places[index as usize]).collect()))
    }

    fn chunks(&self) -> usize {
        match self {
            Self::Received(batches) => *batches,
            Self::Sorted(places) => places.len().div_ceil(CHUNK_ROWS),
        }
    }

    fn chunk(&self, batches: &[RecordBatch], chunk: usize) -> Result<RecordBatch, ArrowError> {
        match self {
            Self::Received(_) => Ok(batches[chunk].clone()),
            Self::Sorted(places) => {
                let start = chunk * CHUNK_ROWS;
                let batches: Vec<_> = batches.iter().collect();
                interleave_record_batch(&batches, &places[start..places.len().min(start + CHUNK_ROWS)])
            }
        }
    }

    /// Which chunks go into which file. Two are written at once when there is enough for both: one thread alone falls
    /// behind fast senders, and everything waits for it while a core is idle.
    fn parts(&self) -> impl Iterator<Item = Range<usize>> + use<> {
        let chunks = self.chunks();
        let middle = if chunks >= 2 * FILE_CHUNKS_MIN { chunks / 2 } else { chunks };
        [0..middle, middle..chunks].into_iter().filter(|part| !part.is_empty())
    }
}

fn is_in_time_order(batches: &[RecordBatch]) -> bool {
    let times = batches.iter().flat_map(|batch| times(batch).values());
    times.is_sorted()
}

fn times(batch: &RecordBatch) -> &TimestampMicrosecondArray {
    let index = batch.schema_ref().index_of(TIME).expect("every table has a time");
    batch.column(index).as_primitive::<TimestampMicrosecondType>()
}
