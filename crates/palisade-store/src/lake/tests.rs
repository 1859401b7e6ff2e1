//! Rows come out as they went in, once, whatever happens between.

mod failing_commits;
mod hours;
mod model;

use super::*;
use palisade_model::{Event, Finding, FindingDraft, Id, Observation, Severity, Subject, Timestamp, Value};
use std::path::Path;

fn now() -> Timestamp {
    Timestamp::parse("2026-11-20T12:00:00Z").unwrap()
}

fn event(record: u64, index: u32) -> Event {
    let received = Timestamp::from_nanos(now().nanos() + i64::try_from(record).unwrap() * 1_000_000_000);
    Event {
        id: Id::first_of_block(received, record).nth(index),
        time: Timestamp::from_nanos(received.nanos() - i64::from(index) * 1_000),
        kind: "login".into(),
        severity: if index == 0 { Severity::High } else { Severity::Low },
        service: "sshd".into(),
        host: format!("host-{record}"),
        actor: "eve".into(),
        source_address: "203.0.113.9".into(),
        trace_id: "0af7651916cd43dd8448eb211c80319c".into(),
        span_id: "b7ad6b7169203331".into(),
        message: format!("Failed password {record}/{index}"),
        attributes: vec![("port".into(), Value::Integer(22)), ("tty".into(), Value::Null), ("a.b".into(), "c".into())],
    }
}

fn finding(event: &Event) -> Finding {
    let draft = FindingDraft {
        detector: "guard.test",
        severity: Severity::High,
        confidence: 0.5,
        references: &["CWE-1"],
        ..FindingDraft::default()
    };
    draft.finish(Subject { kind: "event".into(), name: "sshd".into() }, event.time, Some(event.id))
}

fn append(lake: &Lake, record: u64, count: u32) {
    let events: Vec<_> = (0..count).map(|index| event(record, index)).collect();
    let findings: Vec<_> = events.iter().take(1).map(finding).collect();
    let observations: Vec<_> = events.into_iter().map(Observation::Event).collect();
    lake.expect(record);
    lake.append(record, &observations, &findings).unwrap();
}

async fn open(folder: &Path) -> Lake {
    Lake::open(folder, LakeOptions::default()).await.unwrap()
}

async fn commit(lake: &Lake) {
    let free: Free = Box::new(|_| Box::pin(async { true }));
    assert!(lake.commit_all(&free).await, "{:?}", lake.status());
}

async fn one(lake: &Lake, sql: &str) -> serde_json::Value {
    let table = lake.query(sql, &QueryLimits::default()).await.unwrap();
    table.rows[0][0].clone()
}

async fn count(lake: &Lake, table: &str) -> i64 {
    one(lake, &format!("SELECT count(*) FROM {table}")).await.as_i64().unwrap()
}

#[tokio::test]
async fn rows_are_seen_in_memory_then_in_files_and_once_throughout() {
    let folder = tempfile::tempdir().unwrap();
    let lake = open(folder.path()).await;
    append(&lake, 1, 10);
    assert_eq!(count(&lake, "events").await, 10, "in memory");
    commit(&lake).await;
    assert_eq!(count(&lake, "events").await, 10, "in a file");
    append(&lake, 2, 5);
    assert_eq!((count(&lake, "events").await, count(&lake, "findings").await), (15, 2), "in both");
    let read = lake.event(event(1, 3).id, &QueryLimits::default()).await.unwrap().unwrap();
    let wanted = Event {
        attributes: vec![("a.b".into(), "c".into()), ("port".into(), "22".into()), ("tty".into(), Value::Null)],
        ..event(1, 3)
    };
    let mut read = read;
    read.attributes.sort_by(|one, other| one.0.cmp(&other.0));
    assert_eq!(read, wanted);
    assert_eq!(one(&lake, "SELECT attributes['port'] FROM events LIMIT 1").await, "22");
}

#[tokio::test]
async fn a_replay_after_a_crash_adds_only_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    {
        let lake = open(folder.path()).await;
        append(&lake, 1, 10);
        commit(&lake).await;
        append(&lake, 2, 7);
    }
    let lake = open(folder.path()).await;
    assert_eq!(lake.committed().unwrap(), 1);
    for record in 1..=2 {
        append(&lake, record, if record == 1 { 10 } else { 7 });
    }
    commit(&lake).await;
    assert_eq!((count(&lake, "events").await, count(&lake, "findings").await), (17, 2));
    assert_eq!(one(&lake, "SELECT count(DISTINCT id) FROM events").await, 17);
}

#[tokio::test]
async fn pages_are_newest_first_and_go_on_where_they_ended() {
    let folder = tempfile::tempdir().unwrap();
    let lake = open(folder.path()).await;
    append(&lake, 1, 4);
    commit(&lake).await;
    append(&lake, 2, 4);
    let mut filter = EventFilter { limit: 3, ..EventFilter::default() };
    let mut seen = Vec::new();
    loop {
        let page = lake.events(&filter, &QueryLimits::default()).await.unwrap();
        seen.extend(page.items.iter().map(|event| event.message.clone()));
        filter.cursor = page.next;
        if filter.cursor.is_none() {
            break;
        }
    }
    let wanted: Vec<_> =
        [2, 1].iter().flat_map(|record| (0..4).map(move |index| event(*record, index).message)).collect();
    assert_eq!(seen, wanted);
    let narrow = EventFilter {
        severity_min: Some(Severity::High),
        host: Some("host-1".into()),
        contains: Some("1/0".into()),
        limit: 9,
        ..EventFilter::default()
    };
    assert_eq!(lake.events(&narrow, &QueryLimits::default()).await.unwrap().items.len(), 1);
    let findings = FindingFilter {
        class_prefix: Some("guard.".into()),
        observation: Some(event(2, 0).id),
        limit: 9,
        ..FindingFilter::default()
    };
    assert_eq!(lake.findings(&findings, &QueryLimits::default()).await.unwrap().items, [finding(&event(2, 0))]);
    let bad = EventFilter { cursor: Some("nonsense".into()), limit: 1, ..EventFilter::default() };
    assert!(matches!(lake.events(&bad, &QueryLimits::default()).await, Err(QueryError::Syntax(_))));
}

#[tokio::test]
async fn queries_change_nothing_and_stay_within_their_limits() {
    let folder = tempfile::tempdir().unwrap();
    let lake = open(folder.path()).await;
    append(&lake, 1, 100);
    let limits = QueryLimits { rows_max: 10, ..QueryLimits::default() };
    let table = lake.query("SELECT id FROM events", &limits).await.unwrap();
    assert_eq!((table.rows.len(), table.truncated), (10, true));
    for sql in [
        "DROP TABLE events",
        "DELETE FROM events",
        "INSERT INTO events SELECT * FROM events",
        "CREATE EXTERNAL TABLE x STORED AS CSV LOCATION '/etc/passwd'",
        "COPY (SELECT 1) TO '/tmp/x.csv'",
        "SET datafusion.execution.batch_size = 1",
    ] {
        assert_eq!(lake.query(sql, &limits).await, Err(QueryError::NotReadOnly), "{sql}");
    }
    assert!(lake.query("SELECT * FROM '/etc/passwd'", &limits).await.is_err());
    let Err(QueryError::Syntax(text)) = lake.query("SELECT nothing FROM events", &limits).await else { panic!() };
    assert!(text.contains("nothing"), "{text}");
    let brief = QueryLimits { time_max: std::time::Duration::from_millis(50), ..QueryLimits::default() };
    let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";
    assert!(matches!(lake.query(endless, &brief).await, Err(QueryError::TooLong(_))));
    let small = QueryLimits { memory_bytes_max: 10_000, ..QueryLimits::default() };
    let hungry = "SELECT a.id, b.id, c.id FROM events a, events b, events c ORDER BY a.message, b.message, c.id";
    assert!(matches!(lake.query(hungry, &small).await, Err(QueryError::TooMuchMemory(_))));
}

#[tokio::test]
async fn a_query_ends_when_its_asker_leaves() {
    let folder = tempfile::tempdir().unwrap();
    let lake = open(folder.path()).await;
    append(&lake, 1, 300);
    let limits = QueryLimits { time_max: std::time::Duration::from_secs(600), ..QueryLimits::default() };
    let slow = "SELECT count(*) FROM events a, events b, events c, events d WHERE a.message || b.message < c.message || d.message";
    let alive = || lake.inner.threads.handle().metrics().num_alive_tasks();
    let started = std::time::Instant::now();
    let asking = lake.query(slow, &limits);
    assert!(tokio::time::timeout(std::time::Duration::from_millis(300), asking).await.is_err(), "it runs for long");
    while alive() > 0 {
        assert!(started.elapsed() < std::time::Duration::from_secs(20), "{} tasks still run", alive());
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn files_are_joined_old_days_forgotten_and_leftovers_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let options = LakeOptions { vacuum_after: std::time::Duration::ZERO, ..LakeOptions::default() };
    let lake = Lake::open(folder.path(), options).await.unwrap();
    for record in 1..=14 {
        append(&lake, record, 20);
        commit(&lake).await;
    }
    assert_eq!(parquet_files(&folder.path().join("lake/events")), 14);
    let after = |seconds: i64| Timestamp::from_nanos(now().nanos() + seconds * 1_000_000_000);
    lake.keep_up(now()).await;
    lake.keep_up(after(1)).await;
    assert_eq!(lake.status().last_error, None);
    assert_eq!((count(&lake, "events").await, parquet_files(&folder.path().join("lake/events"))), (280, 1));
    lake.keep_up(after(40 * 86_400)).await;
    lake.keep_up(after(40 * 86_400 + 1)).await;
    assert_eq!((count(&lake, "events").await, parquet_files(&folder.path().join("lake/events"))), (0, 0));
}

fn parquet_files(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(|path| {
            if path.is_dir() {
                parquet_files(&path)
            } else {
                usize::from(
                    path.extension().is_some_and(|end| end == "parquet")
                        && !path.to_string_lossy().contains("_delta_log"),
                )
            }
        })
        .sum()
}

#[tokio::test]
async fn files_for_other_programs() {
    let folder = tempfile::tempdir().unwrap();
    let lake = open(folder.path()).await;
    append(&lake, 1, 2);
    let sql = "SELECT severity, attributes, time FROM events ORDER BY severity";
    let csv = lake.query_file(sql, &QueryLimits::default(), FileFormat::Csv).await.unwrap();
    let text = String::from_utf8(csv).unwrap();
    assert!(text.starts_with("severity,attributes,time\nhigh,\"{\"\"port\"\":\"\"22\"\""), "{text}");
    let parquet = lake.query_file(sql, &QueryLimits::default(), FileFormat::Parquet).await.unwrap();
    assert_eq!(&parquet[..4], b"PAR1");
}

#[tokio::test]
async fn footprint_is_that_of_the_committed_rows() {
    let folder = tempfile::tempdir().unwrap();
    let lake = open(folder.path()).await;
    append(&lake, 1, 500);
    assert!(lake.footprint().unwrap().iter().all(|table| table.files == 0 && table.bytes == 0));
    commit(&lake).await;
    let footprint = lake.footprint().unwrap();
    let events = &footprint[0];
    assert_eq!((events.table, events.rows, events.files), ("events", 500, 1));
    let of_columns: u64 = events.columns.values().sum();
    assert!(of_columns > 0 && of_columns < events.bytes, "{of_columns} of {} bytes", events.bytes);
    for column in ["id", "message", "attributes.key_value.key", "attributes.key_value.value"] {
        assert!(events.columns[column] > 0, "{column}");
    }
    assert_eq!(footprint[3].rows, 1, "of the findings");
}
