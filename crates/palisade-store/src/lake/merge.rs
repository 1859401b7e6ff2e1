//! Merging small files of a day into larger ones.
//!
//! Every file is a run of rows in the order of its table, so files are merged like sorted runs: they are read side by
//! side, a batch at a time, and the result is in order again. Files whose times follow one another are one run, read one
//! after the other. What is in memory is some pages of each run and one open row group, however large the files are.
//!
//! Files of like size are merged with each other, so a row is written again only some times in its life: about once for
//! each factor of eight between the size of a commit and that of a full file.

use super::{
    file_reader::FileReader,
    schema::{DAY, Effort, TIME, TableName},
    table::write_batch,
    upkeep::FileOfDay,
};
use deltalake::{
    DeltaTable, DeltaTableError,
    arrow::{
        array::{Array, Date32Array, RecordBatch},
        datatypes::{Field, Schema, SchemaRef},
    },
    datafusion::{
        execution::{
            SendableRecordBatchStream,
            memory_pool::{MemoryConsumer, MemoryPool, UnboundedMemoryPool},
        },
        physical_expr::{LexOrdering, PhysicalSortExpr, expressions::col},
        physical_plan::{
            metrics::{BaselineMetrics, ExecutionPlanMetricsSet},
            sorts::streaming_merge::StreamingMergeBuilder,
            stream::RecordBatchStreamAdapter,
        },
    },
    kernel::{Action, Add, transaction::CommitBuilder},
    parquet::{
        arrow::{ParquetRecordBatchStreamBuilder, async_reader::ParquetRecordBatchStream},
        errors::ParquetError,
    },
    protocol::DeltaOperation,
    writer::{DeltaWriter, RecordBatchWriter},
};
use futures::{StreamExt as _, TryStreamExt as _};
use palisade_model::Timestamp;
use std::sync::Arc;

/// So many files of like size are merged; fewer are left to wait for more.
const FILES_MIN: usize = 8;
/// No more files are open at once.
const FILES_MAX: usize = 16;
/// Rows of a batch: small, because each open file holds some.
const BATCH_ROWS: usize = 1_024;

/// Merges what is due in the table, one group of files a version. Returns how many files were merged.
pub(super) async fn merge(
    mut delta: DeltaTable,
    name: TableName,
    file_bytes: u64,
    now: Timestamp,
) -> Result<usize, DeltaTableError> {
    let today = &now.to_string()[..10];
    let mut merged = 0;
    loop {
        let files = super::upkeep::files(&delta, false, now)?;
        let Some(group) = due(files, file_bytes, today) else { return Ok(merged) };
        merged += group.len();
        merge_group(&delta, name, file_bytes, group).await?;
        delta.update_state().await?;
    }
}

/// The files that should be merged next, oldest first.
fn due(mut files: Vec<FileOfDay>, file_bytes: u64, today: &str) -> Option<Vec<FileOfDay>> {
    let full = file_bytes / 2;
    files.retain(|file| file.bytes < full);
    let is_over = |file: &FileOfDay| file.day.as_str() < today;
    // Of a day that is over nothing more will come, so what is left is merged without regard to size.
    let class = |file: &FileOfDay| match is_over(file) {
        true => 0,
        false => file.bytes.max(1).ilog2() / 3,
    };
    files.sort_by(|one, other| {
        (&one.day, class(one), one.modified_ms).cmp(&(&other.day, class(other), other.modified_ms))
    });
    let mut rest = files.into_iter().peekable();
    while let Some(first) = rest.next() {
        let (mut bytes, mut group) = (first.bytes, vec![first]);
        let alike = |file: &FileOfDay, first: &FileOfDay| file.day == first.day && class(file) == class(first);
        while group.len() < FILES_MAX
            && let Some(next) = rest.next_if(|file| alike(file, &group[0]) && bytes + file.bytes <= file_bytes)
        {
            bytes += next.bytes;
            group.push(next);
        }
        let is_enough = group.len() >= FILES_MIN || bytes >= full || is_over(&group[0]);
        if group.len() > 1 && is_enough {
            return Some(group);
        }
    }
    None
}

async fn merge_group(
    delta: &DeltaTable,
    name: TableName,
    file_bytes: u64,
    group: Vec<FileOfDay>,
) -> Result<(), DeltaTableError> {
    let adds = rewrite(delta, name, &group).await?;
    let added = adds.into_iter().map(|add| Action::Add(Add { data_change: false, ..add }));
    let actions = group.into_iter().map(|file| file.remove).chain(added).collect();
    let operation =
        DeltaOperation::Optimize { predicate: None, target_size: i64::try_from(file_bytes).unwrap_or(i64::MAX) };
    let commit = CommitBuilder::default().with_actions(actions);
    commit.build(Some(delta.snapshot()?), delta.log_store(), operation).await?;
    Ok(())
}

/// Writes the rows of the files, which are of one day, into a new one.
async fn rewrite(delta: &DeltaTable, name: TableName, group: &[FileOfDay]) -> Result<Vec<Add>, DeltaTableError> {
    let day = group.first().and_then(|file| file.day_number());
    let mut writer = RecordBatchWriter::for_table(delta)?.with_writer_properties(name.writer_properties(Effort::Merge));
    let streams = runs(name, group).into_iter().map(|run| read(delta, name, run)).collect();
    let mut rows = in_order(name, streams)?;
    while let Some(batch) = rows.next().await {
        write_batch(&mut writer, with_day(&batch?, name, day)?).await?;
    }
    writer.flush().await
}

/// The files, those together that follow one another in time. Most of what comes in is in order but for some seconds, so
/// there are far fewer runs than files.
fn runs(name: TableName, group: &[FileOfDay]) -> Vec<Vec<&FileOfDay>> {
    let mut files: Vec<_> = group.iter().collect();
    files.sort_by_key(|file| file.times_ms);
    let mut runs: Vec<Vec<&FileOfDay>> = Vec::new();
    for file in files {
        let follows = |run: &&mut Vec<&FileOfDay>| match (run.last().and_then(|last| last.times_ms), file.times_ms) {
            (Some((_, end)), Some((start, _))) => name.order() == [TIME] && end <= start,
            _ => false,
        };
        match runs.iter_mut().find(follows) {
            Some(run) => run.push(file),
            None => runs.push(vec![file]),
        }
    }
    runs
}

/// The rows of the files, one after the other; each is opened when its turn comes.
fn read(delta: &DeltaTable, name: TableName, run: Vec<&FileOfDay>) -> SendableRecordBatchStream {
    let store = delta.log_store().object_store(None);
    let readers = run.into_iter().map(|file| FileReader {
        store: Arc::clone(&store),
        path: file.path.clone(),
        bytes: file.bytes,
    });
    let batches = futures::stream::iter(readers.collect::<Vec<_>>()).then(read_file).try_flatten();
    let schema = without_day(name);
    let wanted = Arc::clone(&schema);
    let batches = batches.map_err(Into::into).map(move |batch| batch.and_then(|batch| conform(&batch, &wanted)));
    Box::pin(RecordBatchStreamAdapter::new(schema, batches))
}

async fn read_file(file: FileReader) -> Result<ParquetRecordBatchStream<FileReader>, ParquetError> {
    ParquetRecordBatchStreamBuilder::new(file).await?.with_batch_size(BATCH_ROWS).build()
}

/// The batch with the columns of the table: those that the file is too old to have are null.
fn conform(
    batch: &RecordBatch,
    schema: &SchemaRef,
) -> Result<RecordBatch, deltalake::datafusion::error::DataFusionError> {
    let columns = schema.fields().iter().map(|field| match batch.column_by_name(field.name()) {
        Some(column) if column.data_type() == field.data_type() => Ok(Arc::clone(column)),
        Some(column) => deltalake::arrow::compute::cast(column, field.data_type()),
        None => Ok(deltalake::arrow::array::new_null_array(field.data_type(), batch.num_rows())),
    });
    Ok(RecordBatch::try_new(Arc::clone(schema), columns.collect::<Result<_, _>>()?)?)
}

fn in_order(
    name: TableName,
    streams: Vec<SendableRecordBatchStream>,
) -> Result<SendableRecordBatchStream, DeltaTableError> {
    let schema = without_day(name);
    let columns = name.order().iter().map(|column| Ok(PhysicalSortExpr::new_default(col(column, &schema)?)));
    let order = LexOrdering::new(columns.collect::<Result<Vec<_>, DeltaTableError>>()?)
        .expect("every table is sorted by some column");
    let pool: Arc<dyn MemoryPool> = Arc::new(UnboundedMemoryPool::default());
    let merged = StreamingMergeBuilder::new()
        .with_streams(streams)
        .with_schema(schema)
        .with_expressions(&order)
        .with_metrics(BaselineMetrics::new(&ExecutionPlanMetricsSet::new(), 0))
        .with_batch_size(BATCH_ROWS)
        .with_reservation(MemoryConsumer::new("merge").register(&pool))
        .build()?;
    Ok(merged)
}

/// The schema of the table's files: the day stands in their path.
fn without_day(name: TableName) -> SchemaRef {
    let fields = name.arrow();
    let fields = fields.fields().iter().filter(|field| field.name() != DAY).cloned();
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

fn with_day(batch: &RecordBatch, name: TableName, day: Option<i32>) -> Result<RecordBatch, DeltaTableError> {
    let schema = name.arrow();
    let days = Date32Array::from(vec![day; batch.num_rows()]);
    let columns = schema.fields().iter().map(|field: &Arc<Field>| match batch.column_by_name(field.name()) {
        Some(column) => Arc::clone(column),
        None => Arc::new(days.clone()) as Arc<dyn Array>,
    });
    Ok(RecordBatch::try_new(Arc::clone(&schema), columns.collect())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(sizes: &[(&str, u64)]) -> Vec<FileOfDay> {
        sizes.iter().zip(0..).map(|((day, bytes), at)| FileOfDay::for_tests(day, at, *bytes)).collect()
    }

    fn sizes(sizes: &[(&str, u64)], file_bytes: u64) -> Option<Vec<u64>> {
        due(files(sizes), file_bytes, "2026-11-21").map(|group| group.iter().map(|file| file.bytes).collect())
    }

    #[test]
    fn files_of_like_size_are_merged_once_there_are_enough() {
        let today = |count: usize, bytes: u64| vec![("2026-11-21", bytes); count];
        assert_eq!(sizes(&today(7, 10), 1_000), None);
        assert_eq!(sizes(&today(8, 10), 1_000), Some(vec![10; 8]));
        assert_eq!(sizes(&today(40, 10), 1_000), Some(vec![10; 16]));
        assert_eq!(sizes(&today(40, 400), 1_000), Some(vec![400; 2]), "together they are full");
        assert_eq!(sizes(&today(40, 600), 1_000), None, "full files are left alone");
        let mixed = [today(7, 10), today(7, 100)].concat();
        assert_eq!(sizes(&mixed, 100_000), None, "small ones wait for others of their size");
    }

    #[test]
    fn files_that_follow_one_another_are_one_run() {
        let file = |times_ms| FileOfDay { times_ms, ..FileOfDay::for_tests("2026-11-21", 0, 10) };
        let group = [(20, 31), (0, 11), (10, 21), (30, 41), (11, 15)].map(|times| file(Some(times)));
        let starts = |name: TableName| {
            let runs = runs(name, &group).into_iter();
            let starts = runs.map(|run| run.iter().filter_map(|file| file.times_ms).map(|times| times.0).collect());
            starts.collect::<Vec<Vec<_>>>()
        };
        assert_eq!(starts(TableName::Events), [vec![0, 11, 20], vec![10, 30]]);
        assert_eq!(starts(TableName::Metrics).len(), 5, "a table in another order has as many runs as files");
        assert_eq!(runs(TableName::Events, &[file(None), file(None)]).len(), 2);
    }

    #[test]
    fn what_is_left_of_a_day_that_is_over_is_merged() {
        let over = [("2026-11-20", 10), ("2026-11-20", 100), ("2026-11-21", 10)];
        assert_eq!(sizes(&over, 1_000), Some(vec![10, 100]));
        assert_eq!(sizes(&[("2026-11-20", 10), ("2026-11-19", 10)], 1_000), None, "days are not mixed");
    }
}
