//! Answers already given, so that a request sent twice under one `Idempotency-Key` is answered alike and done once.
//!
//! The pipeline keeps them in memory while it runs; here they outlive a restart.

use crate::state::{State, StateError};
use palisade_model::Timestamp;
use sqlx::SqliteConnection;

/// The most answers that are loaded at a start, the longest-lived first; at some 300 bytes each, 300 MB at the worst.
const LOADED_MAX: i64 = 1_000_000;

/// One answer under its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyRecord {
    /// What the caller sent as `Idempotency-Key`, with whatever the pipeline puts before it to keep callers apart.
    pub key: String,
    /// The answer, as JSON.
    pub response: String,
    /// From when on the key may be used anew.
    pub expires: Timestamp,
}

impl State {
    /// Keeps these answers, all or none, each in place of the one before it under the same key.
    ///
    /// # Errors
    /// When the state cannot be written.
    pub async fn record_idempotency(&self, records: &[IdempotencyRecord]) -> Result<(), StateError> {
        if records.is_empty() {
            return Ok(());
        }
        let mut transaction = self.writer().begin().await?;
        write(records, &mut transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The answer that was given under this key and still holds at `now`.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn find_idempotency(&self, key: &str, now: Timestamp) -> Result<Option<String>, StateError> {
        let sql = "SELECT response FROM idempotency WHERE key = $1 AND expires > $2";
        Ok(sqlx::query_scalar(sql).bind(key).bind(now.nanos()).fetch_optional(self.reader()).await?)
    }

    /// The answers that still hold at `now`.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn load_idempotency(&self, now: Timestamp) -> Result<Vec<IdempotencyRecord>, StateError> {
        let sql = "SELECT key, response, expires FROM idempotency WHERE expires > $1 ORDER BY expires DESC LIMIT $2";
        let rows: Vec<(String, String, i64)> =
            sqlx::query_as(sql).bind(now.nanos()).bind(LOADED_MAX).fetch_all(self.reader()).await?;
        let record =
            |(key, response, expires)| IdempotencyRecord { key, response, expires: Timestamp::from_nanos(expires) };
        Ok(rows.into_iter().map(record).collect())
    }

    /// Removes the answers that no longer hold at `now`, and says how many.
    ///
    /// # Errors
    /// When the state cannot be written.
    pub async fn purge_idempotency(&self, now: Timestamp) -> Result<u64, StateError> {
        let purge = sqlx::query("DELETE FROM idempotency WHERE expires <= $1").bind(now.nanos());
        Ok(purge.execute(self.writer()).await?.rows_affected())
    }
}

/// Writes the answers, each in place of the one before it under the same key.
pub(super) async fn write(records: &[IdempotencyRecord], connection: &mut SqliteConnection) -> Result<(), StateError> {
    let sql = "INSERT INTO idempotency (key, response, expires) VALUES ($1, $2, $3) \
               ON CONFLICT (key) DO UPDATE SET response = excluded.response, expires = excluded.expires";
    for record in records {
        let upsert = sqlx::query(sql).bind(&record.key).bind(&record.response).bind(record.expires.nanos());
        upsert.execute(&mut *connection).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::database::tests::{at, fresh};

    fn record(key: &str, response: &str, expires: i64) -> IdempotencyRecord {
        IdempotencyRecord { key: key.into(), response: response.into(), expires: at(expires) }
    }

    #[tokio::test]
    async fn answers_are_replaced_outlive_a_restart_and_expire() {
        let (folder, state) = fresh().await;
        state.record_idempotency(&[]).await.unwrap();
        state.record_idempotency(&[record("a", "1", 10), record("b", "2", 20), record("a", "3", 30)]).await.unwrap();
        state.record_idempotency(&[record("b", "4", 40)]).await.unwrap();
        state.close().await;
        let state = State::open(&folder.path().join("state.db")).await.unwrap();
        assert_eq!(state.load_idempotency(at(29)).await.unwrap(), [record("b", "4", 40), record("a", "3", 30)]);
        assert_eq!(state.load_idempotency(at(30)).await.unwrap(), [record("b", "4", 40)]);
        assert_eq!(state.find_idempotency("b", at(39)).await.unwrap().as_deref(), Some("4"));
        assert_eq!(state.find_idempotency("b", at(40)).await.unwrap(), None);
        assert_eq!(state.purge_idempotency(at(30)).await.unwrap(), 1);
        assert_eq!(state.load_idempotency(at(0)).await.unwrap(), [record("b", "4", 40)]);
    }
}
