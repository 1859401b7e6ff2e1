//! Merging small files, forgetting old days, and deleting what no version needs.
//!
//! None of this holds up commits: it works on a copy of the table, Delta's optimistic commits keep the two apart, and
//! the result is taken in afterwards.

use super::{committer::LakeOptions, merge::merge, schema::DAY, table::LakeTable};
use deltalake::{
    DeltaTable, DeltaTableError, Path,
    kernel::{Action, Remove, transaction::CommitBuilder},
    operations::vacuum::{Clock, VacuumMode},
    protocol::DeltaOperation,
};
use palisade_model::Timestamp;
use std::sync::Arc;

/// One file of a table.
pub(super) struct FileOfDay {
    /// As `2026-11-21`.
    pub(super) day: String,
    pub(super) modified_ms: i64,
    pub(super) bytes: u64,
    pub(super) path: Path,
    /// No row is older or younger than these milliseconds, where that is known.
    pub(super) times_ms: Option<(i64, i64)>,
    /// What takes it out of the table.
    pub(super) remove: Action,
}

impl FileOfDay {
    /// Days since the epoch.
    pub(super) fn day_number(&self) -> Option<i32> {
        let midnight = Timestamp::parse(&format!("{}T00:00:00Z", self.day)).ok()?;
        i32::try_from(midnight.days()).ok()
    }

    #[cfg(test)]
    pub(super) fn for_tests(day: &str, modified_ms: i64, bytes: u64) -> Self {
        let remove = Action::Remove(Remove::default());
        Self { day: day.to_owned(), modified_ms, bytes, path: Path::default(), times_ms: None, remove }
    }
}

/// The least and greatest time in a file's statistics. Those are cut to milliseconds, so the true greatest may be later.
fn times_ms(stats: &str) -> Option<(i64, i64)> {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Stats<'a> {
        #[serde(borrow)]
        min_values: Times<'a>,
        #[serde(borrow)]
        max_values: Times<'a>,
    }
    #[derive(serde::Deserialize)]
    struct Times<'a> {
        time: &'a str,
    }
    let Stats { min_values, max_values } = serde_json::from_str(stats).ok()?;
    let millis = |times: Times<'_>| Some(Timestamp::parse(times.time).ok()?.millis());
    Some((millis(min_values)?, millis(max_values)? + 1))
}

/// In the time that a file waits before it is deleted, such files are looked for so often: it takes the whole log.
const VACUUMS_A_WAIT: u32 = 4;

/// Does what is due on `table` at `now`.
pub(super) async fn keep_up(table: &LakeTable, options: &LakeOptions, now: Timestamp) -> Result<(), DeltaTableError> {
    let removed = forget(table.delta(), options, now).await?;
    if removed > 0 {
        table.refresh().await?;
    }
    let merged = merge(table.delta(), table.name, options.file_bytes, now).await?;
    if removed > 0 || merged > 0 {
        table.refresh().await?;
        tracing::info!(table = table.name.as_str(), removed, merged, "upkeep");
    }
    if table.is_vacuum_due(now, options.vacuum_after / VACUUMS_A_WAIT) {
        // What is deleted is what the newest version does not need, and no commit may be left of which that is unknown.
        table.refresh().await?;
        vacuum(table.delta(), options, now).await?;
        table.set_vacuumed(now);
        table.refresh().await?;
    }
    Ok(())
}

/// Removes the files of days that are too old, and the oldest files beyond the bytes to keep.
async fn forget(delta: DeltaTable, options: &LakeOptions, now: Timestamp) -> Result<usize, DeltaTableError> {
    let first_day = (options.retention_days > 0)
        .then(|| Timestamp::from_nanos(now.nanos() - i64::from(options.retention_days) * NANOS_A_DAY))
        .map(|oldest| oldest.to_string()[..10].to_owned());
    let mut files = files(&delta, true, now)?;
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

/// The files of the table; taking one out at `now` changes what the table holds, or only how it is kept.
pub(super) fn files(delta: &DeltaTable, data_change: bool, now: Timestamp) -> Result<Vec<FileOfDay>, DeltaTableError> {
    let snapshot = delta.snapshot()?;
    let log = snapshot.log_data();
    let remove = |remove| Action::Remove(Remove { deletion_timestamp: Some(now.millis()), ..remove });
    let files = log.iter().map(|file| FileOfDay {
        day: file.partition_values_map().remove(DAY).flatten().unwrap_or_default(),
        modified_ms: file.modification_time(),
        bytes: u64::try_from(file.size()).unwrap_or(0),
        path: file.object_store_path(),
        times_ms: file.stats().as_deref().and_then(times_ms),
        remove: remove(file.remove_action(data_change)),
    });
    Ok(files.collect())
}

/// Deletes files that no version needs and that are older than any running query. Also those that none ever needed:
/// a commit that fails after its file was written leaves one, at every try.
async fn vacuum(delta: DeltaTable, options: &LakeOptions, now: Timestamp) -> Result<(), DeltaTableError> {
    let age = chrono::Duration::from_std(options.vacuum_after).unwrap_or(chrono::Duration::MAX);
    let vacuum = delta.vacuum().with_mode(VacuumMode::Full).with_clock(Arc::new(At(now)));
    vacuum.with_retention_period(age).with_enforce_retention_duration(false).await?;
    Ok(())
}

/// A clock that stands still, so that all of an upkeep is done at one time.
#[derive(Debug)]
struct At(Timestamp);

impl Clock for At {
    fn current_timestamp_millis(&self) -> i64 {
        self.0.millis()
    }
}
