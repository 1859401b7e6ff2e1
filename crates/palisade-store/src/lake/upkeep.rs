//! Joining small files, forgetting old days, and deleting what no version needs.
//!
//! None of this holds up commits: it works on a copy of the table, Delta's optimistic commits keep the two apart, and
//! the result is taken in afterwards.

use super::{committer::LakeOptions, schema::DAY, table::LakeTable};
use deltalake::{
    DeltaTable, DeltaTableError,
    kernel::{Action, transaction::CommitBuilder},
    protocol::DeltaOperation,
};
use palisade_model::Timestamp;
use std::num::NonZeroU64;

/// Fewer small files than this are left as they are.
const SMALL_FILES_MIN: usize = 12;

/// One file of a table.
struct FileOfDay {
    day: String,
    modified_ms: i64,
    bytes: u64,
    remove: Action,
}

/// Does what is due on `table` at `now`.
pub(super) async fn keep_up(table: &LakeTable, options: &LakeOptions, now: Timestamp) -> Result<(), DeltaTableError> {
    let removed = forget(table.delta(), options, now).await?;
    let joined = join(table.delta(), table, options).await?;
    if removed > 0 || joined > 0 {
        table.refresh().await?;
        tracing::info!(table = table.name.as_str(), removed, joined, "upkeep");
    }
    vacuum(table.delta(), options).await?;
    table.refresh().await
}

/// Removes the files of days that are too old, and the oldest files beyond the bytes to keep.
async fn forget(delta: DeltaTable, options: &LakeOptions, now: Timestamp) -> Result<usize, DeltaTableError> {
    let first_day = (options.retention_days > 0)
        .then(|| Timestamp::from_nanos(now.nanos() - i64::from(options.retention_days) * NANOS_A_DAY))
        .map(|oldest| oldest.to_string()[..10].to_owned());
    let mut files = files(&delta)?;
    files.sort_by(|one, other| (&other.day, other.modified_ms).cmp(&(&one.day, one.modified_ms)));
    let mut kept_bytes = 0;
    let mut removes = Vec::new();
    for file in files {
        kept_bytes += file.bytes;
        let too_old = first_day.as_ref().is_some_and(|first| file.day < *first);
        let too_much = options.retention_bytes > 0 && kept_bytes > options.retention_bytes;
        if too_old || too_much {
            removes.push(file.remove);
        }
    }
    let count = removes.len();
    if count > 0 {
        let operation = DeltaOperation::Delete { predicate: Some(format!("{DAY} is beyond retention")) };
        let commit = CommitBuilder::default().with_actions(removes);
        commit.build(Some(delta.snapshot()?), delta.log_store(), operation).await?;
    }
    Ok(count)
}

const NANOS_A_DAY: i64 = 86_400_000_000_000;

fn files(delta: &DeltaTable) -> Result<Vec<FileOfDay>, DeltaTableError> {
    let snapshot = delta.snapshot()?;
    let log = snapshot.log_data();
    let files = log.iter().map(|file| FileOfDay {
        day: file.partition_values_map().remove(DAY).flatten().unwrap_or_default(),
        modified_ms: file.modification_time(),
        bytes: u64::try_from(file.size()).unwrap_or(0),
        remove: Action::Remove(file.remove_action(true)),
    });
    Ok(files.collect())
}

/// Joins small files of a day. Returns how many were joined.
async fn join(delta: DeltaTable, table: &LakeTable, options: &LakeOptions) -> Result<u64, DeltaTableError> {
    let small = files(&delta)?.iter().filter(|file| file.bytes < options.file_bytes / 2).count();
    let target = NonZeroU64::new(options.file_bytes);
    let Some(target) = target.filter(|_| small >= SMALL_FILES_MIN) else {
        return Ok(0);
    };
    let optimize = delta
        .optimize()
        .with_target_size(target)
        .with_max_concurrent_tasks(1)
        .with_writer_properties(table.name.writer_properties());
    let (_, done) = optimize.await?;
    Ok(done.num_files_removed)
}

/// Deletes files that no version needs and that are older than any running query.
async fn vacuum(delta: DeltaTable, options: &LakeOptions) -> Result<(), DeltaTableError> {
    let age = chrono::Duration::from_std(options.vacuum_after).unwrap_or(chrono::Duration::MAX);
    delta.vacuum().with_retention_period(age).with_enforce_retention_duration(false).await?;
    Ok(())
}
