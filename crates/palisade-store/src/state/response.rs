//! What the response keeps: its records, and the one transaction in which a step of it is kept.
//!
//! A step is everything that follows from a batch of inputs: records, messages for the outbox, entries of the audit log,
//! and the position in the write-ahead log up to which findings are taken in. All of it is kept, or nothing, so that a
//! crash neither loses a message nor decides on it twice.

use super::{
    audit::{self, AuditDraft},
    idempotency::{self, IdempotencyRecord},
    outbox::{self, Outgoing},
};
use crate::state::{Sql, State, StateError};
use palisade_model::Timestamp;
use sqlx::{QueryBuilder, SqliteConnection};
use std::collections::HashMap;

/// The mark that holds the position.
const POSITION_MARK: &str = "response.position";
/// Records written by one statement. Full statements have one text, so that it is prepared once.
const ROWS_PER_STATEMENT: usize = 50;

/// What follows from a batch of inputs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResponseStep {
    /// What has changed, in order: of one record the last counts.
    pub records: Vec<ResponseRecord>,
    /// What is to be told to whom.
    pub outgoing: Vec<Outgoing>,
    /// What the audit log says.
    pub audit: Vec<AuditDraft>,
    /// Answers to requests that may be sent again.
    pub answers: Vec<IdempotencyRecord>,
    /// The position of the last finding taken in, when it has moved.
    pub position: Option<u64>,
}

/// One thing that the response keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseRecord {
    /// The sort of thing.
    pub kind: String,
    /// Its key among its sort.
    pub key: String,
    /// Its JSON; `None` when it is gone.
    pub body: Option<String>,
}

impl State {
    /// Keeps the step, all of it or nothing.
    ///
    /// # Errors
    /// When the state cannot be written.
    pub async fn keep_response(&self, step: &ResponseStep, now: Timestamp) -> Result<(), StateError> {
        let mut transaction = self.writer().begin().await?;
        write_position(step.position, &mut transaction).await?;
        write_records(&step.records, &mut transaction).await?;
        outbox::write(&step.outgoing, now, &mut transaction).await?;
        audit::write(&step.audit, &mut transaction).await?;
        idempotency::write(&step.answers, &mut transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Every record, by kind and key, and the position up to which findings are in them (0 at first).
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn load_response(&self) -> Result<(Vec<ResponseRecord>, u64), StateError> {
        let sql = "SELECT kind, key, body FROM response_records ORDER BY kind, key";
        let rows: Vec<(String, String, String)> = sqlx::query_as(sql).fetch_all(self.reader()).await?;
        let records = rows.into_iter().map(|(kind, key, body)| ResponseRecord { kind, key, body: Some(body) });
        Ok((records.collect(), self.response_position().await?))
    }

    /// The position up to which findings are kept, 0 at first.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn response_position(&self) -> Result<u64, StateError> {
        let mark = sqlx::query_scalar("SELECT value FROM marks WHERE name = $1").bind(POSITION_MARK);
        let mark: Option<String> = mark.fetch_optional(self.reader()).await?;
        mark.map_or(Ok(0), |text| text.parse().map_err(|_| damaged(&text)))
    }
}

fn damaged(text: &str) -> StateError {
    StateError::Damaged { table: "marks", detail: format!("{POSITION_MARK} is {text:?} and no number") }
}

/// The first statement of the transaction writes in any case, so that it waits for the lock there and not in its middle.
async fn write_position(position: Option<u64>, connection: &mut SqliteConnection) -> Result<(), StateError> {
    let sql = "INSERT INTO marks (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    let touch = "INSERT INTO marks (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = marks.value";
    let query = sqlx::query(if position.is_some() { sql } else { touch });
    query.bind(POSITION_MARK).bind(position.unwrap_or(0).to_string()).execute(connection).await?;
    Ok(())
}

async fn write_records(records: &[ResponseRecord], connection: &mut SqliteConnection) -> Result<(), StateError> {
    let (kept, gone): (Vec<_>, Vec<_>) = latest(records).into_iter().partition(|record| record.body.is_some());
    let mut full = kept.chunks_exact(ROWS_PER_STATEMENT);
    for rows in full.by_ref() {
        upsert(rows, connection).await?;
    }
    for row in full.remainder() {
        upsert(&[row], connection).await?;
    }
    for record in gone {
        let delete = sqlx::query("DELETE FROM response_records WHERE kind = $1 AND key = $2");
        delete.bind(&record.kind).bind(&record.key).execute(&mut *connection).await?;
    }
    Ok(())
}

/// The last of each record, in the order in which they were first named.
fn latest(records: &[ResponseRecord]) -> Vec<&ResponseRecord> {
    let mut places: HashMap<(&str, &str), usize> = HashMap::with_capacity(records.len());
    let mut latest: Vec<&ResponseRecord> = Vec::with_capacity(records.len());
    for record in records {
        let place = *places.entry((&record.kind, &record.key)).or_insert(latest.len());
        match latest.get_mut(place) {
            Some(known) => *known = record,
            None => latest.push(record),
        }
    }
    latest
}

async fn upsert(rows: &[&ResponseRecord], connection: &mut SqliteConnection) -> Result<(), StateError> {
    let mut query: QueryBuilder<Sql> = QueryBuilder::new("INSERT INTO response_records (kind, key, body) ");
    query.push_values(rows, |mut row, record| {
        row.push_bind(&record.kind).push_bind(&record.key).push_bind(&record.body);
    });
    query.push(" ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body");
    query.build().execute(connection).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::database::tests::{at, fresh};

    fn record(kind: &str, key: &str, body: Option<&str>) -> ResponseRecord {
        ResponseRecord { kind: kind.into(), key: key.into(), body: body.map(Into::into) }
    }

    #[tokio::test]
    async fn a_step_is_kept_and_read_again_the_last_of_each_record() {
        let (folder, state) = fresh().await;
        assert_eq!(state.load_response().await.unwrap(), (Vec::new(), 0));
        let many = (0..120).map(|index| record("alert", &format!("{index:03}"), Some("{}")));
        let records = many.chain([record("group", "g", Some("1")), record("group", "g", Some("2"))]).collect();
        let step = ResponseStep { records, position: Some(7), ..ResponseStep::default() };
        state.keep_response(&step, at(0)).await.unwrap();
        let records = vec![record("alert", "000", None), record("alert", "001", Some("{\"a\":1}"))];
        state.keep_response(&ResponseStep { records, ..ResponseStep::default() }, at(1)).await.unwrap();
        state.close().await;

        let state = State::open(&folder.path().join("state.db")).await.unwrap();
        let (records, position) = state.load_response().await.unwrap();
        assert_eq!((records.len(), position), (120, 7), "119 alerts, a group; the position stays");
        assert_eq!(records[0], record("alert", "001", Some("{\"a\":1}")));
        assert_eq!(records[119], record("group", "g", Some("2")));
    }

    #[test]
    fn what_comes_and_goes_within_a_step_is_gone() {
        let records = [record("a", "1", Some("x")), record("b", "1", Some("y")), record("a", "1", None)];
        assert_eq!(latest(&records), [&records[2], &records[1]]);
    }
}
