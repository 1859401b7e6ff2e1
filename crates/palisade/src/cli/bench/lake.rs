//! The lake of the server that is measured: what it holds, asked over the API, and what it takes on disk.

use super::report;
use crate::cli::{
    Failure,
    client::{Client, Connection},
};
use anyhow::Context as _;
use palisade_model::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use std::{
    path::Path,
    time::{Duration, Instant},
};

/// A folder that has not changed for so long is settled: longer than a commit and a merge are apart.
const SETTLED: Duration = Duration::from_secs(75);
/// Merging is waited for no longer than this.
const SETTLE_TIME_MAX: Duration = Duration::from_secs(900);
/// Acknowledged rows must show up in queries within this.
const VISIBLE_TIME_MAX: Duration = Duration::from_secs(120);
/// The benchmark is to find the speed of the server, not the rate that a key is granted.
pub const NO_RATE: &str = "[limits]\nrate_events_per_second = 4000000000\nrate_events_burst = 4000000000\n";

/// A server's lake.
pub struct LakeUnderTest {
    client: Client,
}

/// The part of an answer that is looked at.
#[derive(Deserialize)]
struct Answer {
    rows: Vec<Vec<Value>>,
}

impl LakeUnderTest {
    /// The lake of the server of `connection`.
    ///
    /// # Errors
    /// When the address is none.
    pub fn new(connection: &Connection) -> anyhow::Result<Self> {
        Ok(Self { client: Client::new(connection)? })
    }

    /// The HTTP client.
    #[must_use]
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// The rows that `sql` gives.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn ask(&self, sql: &str) -> anyhow::Result<Vec<Vec<Value>>> {
        let answer: Answer = self.client.post("/api/v1/query", &serde_json::json!({ "sql": sql })).await?;
        Ok(answer.rows)
    }

    /// The first value that `sql` gives.
    ///
    /// # Errors
    /// When the server refuses, or there is none.
    pub async fn first(&self, sql: &str) -> anyhow::Result<Value> {
        let row = self.ask(sql).await?.into_iter().next();
        row.and_then(|row| row.into_iter().next()).with_context(|| format!("no answer to {sql}"))
    }

    /// The rows of `table`.
    ///
    /// # Errors
    /// As [`Self::first`].
    pub async fn count(&self, table: &str) -> anyhow::Result<u64> {
        self.first(&format!("SELECT count(*) FROM {table}")).await?.as_u64().context("a count is a whole number")
    }

    /// The latest time of an event.
    ///
    /// # Errors
    /// As [`Self::first`].
    pub async fn newest(&self) -> anyhow::Result<Timestamp> {
        let time = self.first("SELECT max(time) FROM events").await?;
        Ok(Timestamp::parse(time.as_str().context("a time is text")?)?)
    }

    /// Waits until `table` holds `rows`, all of which were acknowledged.
    ///
    /// # Errors
    /// When it does not in time: then something acknowledged was lost.
    pub async fn wait_for(&self, table: &str, rows: u64) -> anyhow::Result<()> {
        let start = Instant::now();
        loop {
            let seen = self.count(table).await?;
            if seen >= rows {
                return Ok(());
            }
            if start.elapsed() > VISIBLE_TIME_MAX {
                let text = format!("of {rows} acknowledged rows of {table} only {seen} can be queried");
                return Err(Failure::internal(text).into());
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }
}

/// Waits until the server has committed and merged what came in.
pub async fn settle(folder: &Path) {
    let busy = report::busy("waiting until files are merged".to_owned());
    let (start, mut last, mut since) = (Instant::now(), usage(folder), Instant::now());
    while since.elapsed() < SETTLED && start.elapsed() < SETTLE_TIME_MAX {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let seen = usage(folder);
        if seen != last {
            (last, since) = (seen, Instant::now());
        }
    }
    busy.finish_and_clear();
}

/// Bytes of the files that `table` consists of, under the data folder `folder`, divided by its rows. Files that were
/// merged into others wait there for an hour until they are deleted; they do not count.
///
/// # Errors
/// When the lake cannot be read.
pub async fn bytes_per_row(folder: &Path, table: &str) -> anyhow::Result<f64> {
    let tables = palisade_store::Lake::open_read_only(folder).await?.footprint()?;
    let found = tables.iter().find(|footprint| footprint.table == table && footprint.rows > 0);
    let found = found.with_context(|| format!("no rows of {table} are in files"))?;
    Ok(found.bytes as f64 / found.rows as f64)
}

/// Bytes and number of all files below `folder`.
#[must_use]
pub fn usage(folder: &Path) -> (u64, u64) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.fold((0, 0), |(bytes, files), entry| match entry.metadata() {
        Ok(about) if about.is_dir() => {
            let below = usage(&entry.path());
            (bytes + below.0, files + below.1)
        }
        Ok(about) => (bytes + about.len(), files + 1),
        Err(_) => (bytes, files),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usage_counts_what_lies_below() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("a/b")).unwrap();
        std::fs::write(folder.path().join("one"), [0; 10]).unwrap();
        std::fs::write(folder.path().join("a/b/two"), [0; 32]).unwrap();
        assert_eq!(usage(folder.path()), (42, 2));
        assert_eq!(usage(&folder.path().join("nothing")), (0, 0));
    }
}
