//! Two days of operation in compressed time: nothing grows but what is kept, and nobody's files are taken away.
//!
//! Upkeep is told the time. What else goes by the system's clock, which is the age of files in the folder of Delta's
//! log, is set back on the files themselves.

use super::*;
use futures::StreamExt as _;
use std::{
    fs::{self, File},
    time::{Duration, SystemTime},
};

const MINUTE: i64 = 60_000_000_000;
const COMMITS: u64 = 300;
const MINUTES_A_COMMIT: i64 = 10;
const COMMITS_AN_UPKEEP: u64 = 4;
const ROWS_A_COMMIT: u32 = 40;
/// Of a table that takes commits of like size: fewer than eight files of each size class, and what is full.
const FILES_MAX: usize = 40;

/// One look at the table of events.
struct Look {
    files: usize,
    bytes: u64,
    versions: usize,
}

#[tokio::test]
async fn two_days_of_operation_keep_files_queries_and_disk_flat() {
    let folder = tempfile::tempdir().unwrap();
    let hour = Duration::from_secs(3_600);
    let options = LakeOptions { retention_days: 1, vacuum_after: hour, file_bytes: 64 << 10, ..LakeOptions::default() };
    let lake = Lake::open(folder.path(), options).await.unwrap();
    let start = super::super::clock::now();
    let mut now = start;
    let mut looks = Vec::new();
    for record in 1..=COMMITS {
        now = Timestamp::from_nanos(start.nanos() + i64::try_from(record).unwrap() * MINUTES_A_COMMIT * MINUTE);
        append_at(&lake, record, now);
        commit(&lake).await;
        if record % COMMITS_AN_UPKEEP == 0 {
            age_log(&folder.path().join("lake/events/_delta_log"), MINUTES_A_COMMIT * COMMITS_AN_UPKEEP as i64);
            lake.keep_up(now).await;
            assert_eq!(lake.status().last_error, None);
            looks.push(look(&lake, folder.path()));
        }
    }
    let (first, second) = looks.split_at(looks.len() / 2);
    let most = |looks: &[Look], of: fn(&Look) -> u64| looks.iter().map(of).max().unwrap();
    assert!(most(&looks, |look| look.files as u64) <= FILES_MAX as u64, "{}", most(&looks, |look| look.files as u64));
    let (files, later_files) = (most(first, |look| look.files as u64), most(second, |look| look.files as u64));
    assert!(later_files <= files + 8, "a query opens {later_files} files, and opened {files}");
    // A day and what is left of the one before are kept, and merged files for an hour; versions for a day.
    let (bytes, later_bytes) = (most(first, |look| look.bytes), most(second, |look| look.bytes));
    assert!(later_bytes < bytes * 2, "{later_bytes} bytes on disk, {bytes} the day before");
    let (versions, later_versions) =
        (most(first, |look| look.versions as u64), most(second, |look| look.versions as u64));
    assert!(later_versions < versions * 3 / 2, "{later_versions} versions in the log, {versions} the day before");
    let kept = count(&lake, "events").await;
    let sent = i64::try_from(COMMITS).unwrap() * i64::from(ROWS_A_COMMIT);
    assert!(kept < sent, "retention took none of {sent}");
    let today = format!("SELECT count(*) FROM events WHERE day >= '{}'", &now.to_string()[..10]);
    assert!(one(&lake, &today).await.as_i64().unwrap() > 0, "today is kept");
    drop(lake);
    let again = Lake::open(folder.path(), LakeOptions::default()).await.unwrap();
    assert_eq!(count(&again, "events").await, kept, "opened again from what is left of the log");
    append_at(&again, COMMITS, now);
    assert_eq!(count(&again, "events").await, kept, "what was committed is still known to be");
}

fn append_at(lake: &Lake, record: u64, received: Timestamp) {
    let first = Id::first_of_block(received, record);
    let observations: Vec<_> = (0..ROWS_A_COMMIT)
        .map(|index| {
            let message = format!("{record} {index} {}", first.nth(index));
            Observation::Event(Event { id: first.nth(index), time: received, message, ..Event::default() })
        })
        .collect();
    lake.expect(record);
    lake.append(record, &observations, &[]).unwrap();
}

/// Makes the files of the folder so much older.
fn age_log(folder: &Path, minutes: i64) {
    for entry in fs::read_dir(folder).unwrap() {
        let file = File::open(entry.unwrap().path()).unwrap();
        let modified = file.metadata().unwrap().modified().unwrap();
        let older = modified - Duration::from_secs(60 * minutes.unsigned_abs());
        file.set_times(fs::FileTimes::new().set_modified(older).set_accessed(SystemTime::now())).unwrap();
    }
}

fn look(lake: &Lake, folder: &Path) -> Look {
    let events = folder.join("lake/events");
    let log = fs::read_dir(events.join("_delta_log")).unwrap();
    Look {
        files: lake.inner.tables[0].delta().get_file_uris().unwrap().count(),
        bytes: bytes(&events),
        versions: log
            .filter(|entry| entry.as_ref().unwrap().path().extension().is_some_and(|end| end == "json"))
            .count(),
    }
}

/// Of Parquet files in days.
fn bytes(folder: &Path) -> u64 {
    let days = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let days = days.filter(|path| path.is_dir() && !path.ends_with("_delta_log"));
    days.flat_map(|day| fs::read_dir(day).unwrap()).map(|file| file.unwrap().metadata().unwrap().len()).sum()
}

#[tokio::test]
async fn vacuum_leaves_what_a_running_query_and_an_outside_reader_need() {
    let folder = tempfile::tempdir().unwrap();
    let lake = open(folder.path()).await;
    let start = super::super::clock::now();
    let after = |minutes: i64| Timestamp::from_nanos(start.nanos() + minutes * MINUTE);
    // Tomorrow's rows: a day that ends during the test would be merged once more.
    let tomorrow = after(24 * 60);
    for record in 1..=20 {
        append_at(&lake, record, tomorrow);
        commit(&lake).await;
    }
    let events = folder.path().join("lake/events");
    let reader = Lake::open_read_only(folder.path()).await.unwrap();
    let context = lake.context(&QueryLimits::default()).unwrap();
    let mut running = context.sql("SELECT message FROM events").await.unwrap().execute_stream().await.unwrap();
    let mut seen = running.next().await.unwrap().unwrap().num_rows();

    lake.keep_up(after(1)).await;
    let named = lake.inner.tables[0].delta().get_file_uris().unwrap().count();
    assert!(named < 20, "files are merged");
    assert!(parquet_files(&events) > 20, "those that were merged are still there");
    lake.keep_up(after(59)).await;
    while let Some(batch) = running.next().await {
        seen += batch.unwrap().num_rows();
    }
    let all = 20 * i64::from(ROWS_A_COMMIT);
    assert_eq!(seen as i64, all, "the query that was running");
    assert_eq!(count(&reader, "events").await, all, "who opened the tables before");
    assert_eq!(one(&reader, "SELECT count(DISTINCT message) FROM events").await, all);
    lake.keep_up(after(75)).await;
    assert_eq!(lake.status().last_error, None);
    assert_eq!(parquet_files(&events), named, "an hour later they are gone");
    assert_eq!(count(&lake, "events").await, all);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_are_committed_while_files_are_merged() {
    const COMMITS: u64 = 60;
    let folder = tempfile::tempdir().unwrap();
    let lake = open(folder.path()).await;
    let start = super::super::clock::now();
    let upkeep = tokio::spawn({
        let lake = lake.clone();
        async move {
            loop {
                lake.keep_up(start).await;
                assert_eq!(lake.status().last_error, None);
                tokio::task::yield_now().await;
            }
        }
    });
    for record in 1..=COMMITS {
        append_at(&lake, record, start);
        commit(&lake).await;
        let all = i64::try_from(record).unwrap() * i64::from(ROWS_A_COMMIT);
        assert_eq!(count(&lake, "events").await, all);
    }
    assert!(!upkeep.is_finished(), "an upkeep failed");
    upkeep.abort();
    let files = lake.inner.tables[0].delta().get_file_uris().unwrap().count();
    assert!(files < 30, "{files} files of {COMMITS} commits");
    let lake = Lake::open_read_only(folder.path()).await.unwrap();
    let distinct = "SELECT count(DISTINCT message) FROM events";
    assert_eq!(one(&lake, distinct).await, COMMITS.cast_signed() * i64::from(ROWS_A_COMMIT));
}
