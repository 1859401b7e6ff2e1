//! What the state says about feeds: which versions there are, and what went wrong last.

use crate::{
    feeds::{FeedError, incoming::Arrived},
    state::State,
};
use palisade_model::Timestamp;
use sqlx::Row;

/// What was tried last.
pub(super) struct Attempt {
    pub(super) name: String,
    pub(super) attempted: Timestamp,
    pub(super) problem: Option<String>,
}

/// One file of one version, with what is known about the version.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) serial: i64,
    pub(super) sha256: String,
    pub(super) size_bytes: i64,
    pub(super) imported: Timestamp,
    pub(super) source: String,
    pub(super) original: String,
    pub(super) stored: String,
    pub(super) file_sha256: String,
    pub(super) file_size_bytes: i64,
}

/// A version about to be recorded.
pub(super) struct Draft<'a> {
    pub(super) name: &'static str,
    pub(super) sha256: &'a str,
    pub(super) source: &'a str,
    pub(super) files: &'a [Arrived],
}

/// All files of all versions: by feed, the newest version first, its files in order.
pub(super) async fn entries(state: &State) -> Result<Vec<Entry>, FeedError> {
    let sql = "SELECT v.name, v.serial, v.sha256, v.size_bytes, v.imported, v.source, \
               f.original, f.stored, f.sha256 AS file_sha256, f.size_bytes AS file_size_bytes \
               FROM feed_versions v JOIN feed_files f ON f.name = v.name AND f.serial = v.serial \
               ORDER BY v.name, v.serial DESC, f.position";
    let rows = sqlx::query(sql).fetch_all(state.reader()).await?;
    let entry = |row: &sqlx::sqlite::SqliteRow| {
        Ok::<_, sqlx::Error>(Entry {
            name: row.try_get("name")?,
            serial: row.try_get("serial")?,
            sha256: row.try_get("sha256")?,
            size_bytes: row.try_get("size_bytes")?,
            imported: Timestamp::from_nanos(row.try_get("imported")?),
            source: row.try_get("source")?,
            original: row.try_get("original")?,
            stored: row.try_get("stored")?,
            file_sha256: row.try_get("file_sha256")?,
            file_size_bytes: row.try_get("file_size_bytes")?,
        })
    };
    Ok(rows.iter().map(entry).collect::<Result<_, _>>()?)
}

/// The last attempt at every feed that was ever tried.
pub(super) async fn attempts(state: &State) -> Result<Vec<Attempt>, FeedError> {
    let rows: Vec<(String, i64, Option<String>)> =
        sqlx::query_as("SELECT name, attempted, problem FROM feeds").fetch_all(state.reader()).await?;
    let attempt = |(name, attempted, problem)| Attempt { name, attempted: Timestamp::from_nanos(attempted), problem };
    Ok(rows.into_iter().map(attempt).collect())
}

/// Records a new version and forgets all but the one before it, all or nothing.
pub(super) async fn record(state: &State, draft: &Draft<'_>, now: Timestamp) -> Result<(), FeedError> {
    let mut transaction = state.writer().begin().await?;
    let count = "INSERT INTO feeds (name, serial, attempted, problem) VALUES ($1, 1, $2, NULL) ON CONFLICT (name) \
                 DO UPDATE SET serial = feeds.serial + 1, attempted = excluded.attempted, problem = NULL \
                 RETURNING serial";
    let count = sqlx::query_scalar(count).bind(draft.name).bind(now.nanos());
    let serial: i64 = count.fetch_one(&mut *transaction).await?;
    let version = "INSERT INTO feed_versions (name, serial, sha256, size_bytes, imported, source) \
                   VALUES ($1, $2, $3, $4, $5, $6)";
    let total: u64 = draft.files.iter().map(|file| file.size_bytes).sum();
    let version = sqlx::query(version).bind(draft.name).bind(serial).bind(draft.sha256).bind(bounded(total));
    version.bind(now.nanos()).bind(draft.source).execute(&mut *transaction).await?;
    let insert = "INSERT INTO feed_files (name, serial, position, original, stored, sha256, size_bytes) \
                  VALUES ($1, $2, $3, $4, $5, $6, $7)";
    for (position, file) in (0_i64..).zip(draft.files) {
        let insert = sqlx::query(insert).bind(draft.name).bind(serial).bind(position).bind(&file.original);
        let insert = insert.bind(file.stored_name()).bind(&file.sha256).bind(bounded(file.size_bytes));
        insert.execute(&mut *transaction).await?;
    }
    let forget = "DELETE FROM feed_versions WHERE name = $1 AND serial < \
                  (SELECT MAX(before.serial) FROM feed_versions before WHERE before.name = $1 AND before.serial < $2)";
    sqlx::query(forget).bind(draft.name).bind(serial).execute(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(())
}

/// Notes that the version that serves was found to be the newest, which makes it as young as a new one.
pub(super) async fn confirm(state: &State, name: &str, serial: i64, now: Timestamp) -> Result<(), FeedError> {
    let mut transaction = state.writer().begin().await?;
    let sql = "UPDATE feeds SET attempted = $2, problem = NULL WHERE name = $1";
    sqlx::query(sql).bind(name).bind(now.nanos()).execute(&mut *transaction).await?;
    let sql = "UPDATE feed_versions SET imported = $3 WHERE name = $1 AND serial = $2";
    sqlx::query(sql).bind(name).bind(serial).bind(now.nanos()).execute(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(())
}

/// Notes why an import failed.
pub(super) async fn fail(state: &State, name: &str, problem: &str, now: Timestamp) -> Result<(), FeedError> {
    let sql = "INSERT INTO feeds (name, serial, attempted, problem) VALUES ($1, 0, $2, $3) ON CONFLICT (name) \
               DO UPDATE SET attempted = excluded.attempted, problem = excluded.problem";
    sqlx::query(sql).bind(name).bind(now.nanos()).bind(problem).execute(state.writer()).await?;
    Ok(())
}

/// Forgets the newest version if there is one before it, and says whether there was.
pub(super) async fn step_back(state: &State, name: &str) -> Result<bool, FeedError> {
    let sql = "DELETE FROM feed_versions WHERE name = $1 \
               AND serial = (SELECT MAX(newest.serial) FROM feed_versions newest WHERE newest.name = $1) \
               AND 1 < (SELECT COUNT(*) FROM feed_versions counted WHERE counted.name = $1)";
    Ok(sqlx::query(sql).bind(name).execute(state.writer()).await?.rows_affected() > 0)
}

fn bounded(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}
