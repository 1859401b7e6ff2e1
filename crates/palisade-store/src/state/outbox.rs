//! The outbox: messages that were decided on, until they are sent or given up.
//!
//! ```text
//! waiting ──claim──► sending ──► sent
//!    ▲                  │  └───► dead ──revive──► waiting
//!    └──── try again ───┘
//! ```
//!
//! Before an attempt a message is claimed, and what came of it is written down after. When the server ends between the
//! two, the message is tried again and carries the note that an attempt of it may have arrived: nobody knows. Of one
//! group on one channel only the oldest that is not done is claimed, so that no message overtakes another.

use crate::state::{Sql, State, StateError};
use palisade_model::Timestamp;
use serde::Serialize;
use sqlx::{QueryBuilder, Row, SqliteConnection, sqlite::SqliteRow};

const COLUMNS: &str = "channel, id, number, group_key, body, state, failures, may_repeat, reached, next_attempt, \
                       last_error, since, created, updated";
/// Bytes that are kept of an error.
const ERROR_BYTES_MAX: usize = 2_000;

/// A message to be written into the outbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outgoing {
    /// Its identity: a message of the same id and channel is written once.
    pub id: String,
    /// The channel that carries it.
    pub channel: String,
    /// What it is about: messages of one group keep their order.
    pub group_key: String,
    /// Its JSON.
    pub body: String,
}

/// A message in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxEntry {
    /// The channel that carries it.
    pub channel: String,
    /// Its identity.
    pub id: String,
    /// Its place in the order in which messages came.
    pub number: u64,
    /// What it is about.
    pub group_key: String,
    /// Its JSON.
    pub body: String,
    /// Where it stands.
    pub state: OutboxState,
    /// How often it was tried and not taken.
    pub failures: u32,
    /// An attempt may have arrived of which nobody knows.
    pub may_repeat: bool,
    /// Recipients that have it already.
    pub reached: Vec<String>,
    /// When it is tried next.
    pub next_attempt: Timestamp,
    /// What the last attempt failed of.
    pub last_error: String,
    /// When it came in, or was taken out of the dead ones.
    pub since: Timestamp,
    /// When it was decided on.
    pub created: Timestamp,
    /// When any of this last changed.
    pub updated: Timestamp,
}

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OutboxState {
    /// It waits for its time.
    Waiting,
    /// It is being tried.
    Sending,
    /// It was taken.
    Sent,
    /// It was given up.
    Dead,
}

/// What came of an attempt on a claimed message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// The channel of the message.
    pub channel: String,
    /// Its identity.
    pub id: String,
    /// Its group.
    pub group_key: String,
    /// When this was known.
    pub at: Timestamp,
    /// What came of it.
    pub result: SettledAs,
}

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettledAs {
    /// The receiver has it, and called it so.
    Sent {
        /// What further messages of the group hang on, if the receiver has such a thing.
        thread: Option<String>,
    },
    /// It failed and is tried again.
    Again {
        /// When.
        at: Timestamp,
        /// What it failed of.
        failure: Failed,
    },
    /// It failed and is given up.
    Dead(Failed),
}

/// How an attempt failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failed {
    /// What went wrong.
    pub error: String,
    /// Whether it may have arrived nevertheless.
    pub may_repeat: bool,
    /// Recipients that have it.
    pub reached: Vec<String>,
}

impl OutboxState {
    const ALL: [Self; 4] = [Self::Waiting, Self::Sending, Self::Sent, Self::Dead];

    /// The name that is kept.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Dead => "dead",
        }
    }

    /// The state of this name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

impl State {
    /// Takes the claims of a server that has ended back, so that its attempts are made again, and says how many.
    ///
    /// # Errors
    /// When the state cannot be written.
    pub async fn recover_outbox(&self, now: Timestamp) -> Result<u64, StateError> {
        let sql = "UPDATE outbox SET state = 'waiting', may_repeat = 1, next_attempt = $1, updated = $1 \
                   WHERE state = 'sending'";
        Ok(sqlx::query(sql).bind(now.nanos()).execute(self.writer()).await?.rows_affected())
    }

    /// Claims up to `limit` messages of the channel whose time has come, the oldest first.
    ///
    /// # Errors
    /// When the state cannot be written.
    pub async fn claim_outbox(
        &self,
        channel: &str,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<OutboxEntry>, StateError> {
        let sql = "UPDATE outbox SET state = 'sending', updated = $2 WHERE channel = $1 AND id IN \
                   (SELECT id FROM outbox AS own WHERE channel = $1 AND state = 'waiting' AND next_attempt <= $2 \
                   AND NOT EXISTS (SELECT 1 FROM outbox AS other WHERE other.channel = own.channel \
                   AND other.group_key = own.group_key AND other.state IN ('waiting', 'sending') \
                   AND other.number < own.number) ORDER BY number LIMIT $3) \
                   RETURNING channel, id, number, group_key, body, state, failures, may_repeat, reached, next_attempt, \
                   last_error, since, created, updated";
        let claim = sqlx::query(sql).bind(channel).bind(now.nanos()).bind(count(limit));
        let rows = claim.fetch_all(self.writer()).await?;
        let mut claimed: Vec<OutboxEntry> = rows.iter().map(entry).collect::<Result<_, _>>()?;
        claimed.sort_by_key(|entry| entry.number);
        Ok(claimed)
    }

    /// When the next message of the channel is due after `now`.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn outbox_due(&self, channel: &str, now: Timestamp) -> Result<Option<Timestamp>, StateError> {
        let sql = "SELECT MIN(next_attempt) FROM outbox WHERE channel = $1 AND state = 'waiting' AND next_attempt > $2";
        let due = sqlx::query_scalar(sql).bind(channel).bind(now.nanos());
        let due: Option<i64> = due.fetch_one(self.reader()).await?;
        Ok(due.map(Timestamp::from_nanos))
    }

    /// What the receiver called the first message of the group.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn outbox_thread(&self, channel: &str, group_key: &str) -> Result<Option<String>, StateError> {
        let sql = "SELECT thread FROM outbox_threads WHERE channel = $1 AND group_key = $2";
        Ok(sqlx::query_scalar(sql).bind(channel).bind(group_key).fetch_optional(self.reader()).await?)
    }

    /// Writes down what came of attempts, all or nothing. Doing it again with the same changes nothing: only what is
    /// being sent is settled.
    ///
    /// # Errors
    /// When the state cannot be written.
    pub async fn settle_outbox(&self, settled: &[Settled]) -> Result<(), StateError> {
        let mut transaction = self.writer().begin().await?;
        for settled in settled {
            settle(settled, &mut transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Gives up what waits for channels that are not among `known`, and says how many.
    ///
    /// # Errors
    /// When the state cannot be written.
    pub async fn bury_outbox(&self, known: &[String], now: Timestamp) -> Result<u64, StateError> {
        let mut query: QueryBuilder<Sql> = QueryBuilder::new("UPDATE outbox SET state = 'dead', updated = ");
        query.push_bind(now.nanos()).push(", last_error = 'there is no channel of this name'");
        query.push(" WHERE state = 'waiting'");
        for name in known {
            query.push(" AND channel <> ").push_bind(name);
        }
        Ok(query.build().execute(self.writer()).await?.rows_affected())
    }

    /// Up to `limit` messages, those that changed last first; in one state if given, and after the cursor (`updated` and
    /// number of the last one of the page before).
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn list_outbox(
        &self,
        state: Option<OutboxState>,
        after: Option<(Timestamp, u64)>,
        limit: usize,
    ) -> Result<Vec<OutboxEntry>, StateError> {
        let (before, number) = after.unwrap_or((Timestamp::from_nanos(i64::MAX), 0));
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        let mut query: QueryBuilder<Sql> = QueryBuilder::new("SELECT ");
        query.push(COLUMNS).push(" FROM outbox WHERE (updated < ").push_bind(before.nanos());
        query.push(" OR (updated = ").push_bind(before.nanos()).push(" AND number < ").push_bind(number).push("))");
        if let Some(state) = state {
            query.push(" AND state = ").push_bind(state.as_str());
        }
        query.push(" ORDER BY updated DESC, number DESC LIMIT ").push_bind(count(limit));
        query.build().fetch_all(self.reader()).await?.iter().map(entry).collect()
    }

    /// The message with this id; of several channels the one that it was written for last.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn outbox_entry(&self, id: &str) -> Result<Option<OutboxEntry>, StateError> {
        let mut query: QueryBuilder<Sql> = QueryBuilder::new("SELECT ");
        query.push(COLUMNS).push(" FROM outbox WHERE id = ").push_bind(id).push(" ORDER BY number DESC LIMIT 1");
        query.build().fetch_optional(self.reader()).await?.as_ref().map(entry).transpose()
    }

    /// How many messages are in each state.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn count_outbox(&self) -> Result<Vec<(OutboxState, u64)>, StateError> {
        let sql = "SELECT state, COUNT(*) FROM outbox GROUP BY state ORDER BY state";
        let rows: Vec<(String, i64)> = sqlx::query_as(sql).fetch_all(self.reader()).await?;
        let counted = rows
            .into_iter()
            .filter_map(|(state, count)| Some((OutboxState::of(&state)?, u64::try_from(count).unwrap_or(0))));
        Ok(counted.collect())
    }

    /// Makes a message that was given up wait for an attempt at `now`. `false` when there is no such dead message.
    ///
    /// # Errors
    /// When the state cannot be written.
    pub async fn revive_outbox(&self, id: &str, now: Timestamp) -> Result<bool, StateError> {
        let sql = "UPDATE outbox SET state = 'waiting', failures = 0, next_attempt = $2, since = $2, updated = $2 \
                   WHERE id = $1 AND state = 'dead'";
        let revived = sqlx::query(sql).bind(id).bind(now.nanos()).execute(self.writer()).await?;
        Ok(revived.rows_affected() > 0)
    }

    /// Forgets messages that were sent or given up before these times, and threads that old, and says how many messages.
    ///
    /// # Errors
    /// When the state cannot be written.
    pub async fn purge_outbox(&self, sent_before: Timestamp, dead_before: Timestamp) -> Result<u64, StateError> {
        let sql = "DELETE FROM outbox WHERE (state = 'sent' AND updated < $1) OR (state = 'dead' AND updated < $2)";
        let purge = sqlx::query(sql).bind(sent_before.nanos()).bind(dead_before.nanos());
        let purged = purge.execute(self.writer()).await?.rows_affected();
        let threads = sqlx::query("DELETE FROM outbox_threads WHERE updated < $1").bind(dead_before.nanos());
        threads.execute(self.writer()).await?;
        Ok(purged)
    }
}

async fn settle(settled: &Settled, connection: &mut SqliteConnection) -> Result<(), StateError> {
    let at = settled.at;
    let (state, next, failed) = match &settled.result {
        SettledAs::Sent { .. } => (OutboxState::Sent, at, None),
        SettledAs::Again { at, failure } => (OutboxState::Waiting, *at, Some(failure)),
        SettledAs::Dead(failure) => (OutboxState::Dead, at, Some(failure)),
    };
    let mut query: QueryBuilder<Sql> = QueryBuilder::new("UPDATE outbox SET state = ");
    query.push_bind(state.as_str()).push(", updated = ").push_bind(at.nanos());
    query.push(", next_attempt = ").push_bind(next.nanos());
    if let Some(Failed { error, may_repeat, reached }) = failed {
        query.push(", failures = failures + 1, last_error = ").push_bind(cut(error));
        query.push(", may_repeat = ").push_bind(i64::from(*may_repeat));
        query.push(", reached = ").push_bind(serde_json::to_string(reached).unwrap_or_default());
    }
    query.push(" WHERE channel = ").push_bind(&settled.channel).push(" AND id = ").push_bind(&settled.id);
    query.push(" AND state = 'sending'");
    query.build().execute(&mut *connection).await?;
    if let SettledAs::Sent { thread: Some(thread) } = &settled.result {
        let sql = "INSERT INTO outbox_threads (channel, group_key, thread, updated) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (channel, group_key) DO UPDATE SET updated = excluded.updated";
        let keep = sqlx::query(sql).bind(&settled.channel).bind(&settled.group_key).bind(thread);
        keep.bind(at.nanos()).execute(connection).await?;
    }
    Ok(())
}

/// Writes messages, in a transaction that has written already; those that are there stay as they are.
pub(super) async fn write(
    outgoing: &[Outgoing],
    now: Timestamp,
    connection: &mut SqliteConnection,
) -> Result<(), StateError> {
    if outgoing.is_empty() {
        return Ok(());
    }
    let last: Option<i64> = sqlx::query_scalar("SELECT MAX(number) FROM outbox").fetch_one(&mut *connection).await?;
    for (message, number) in outgoing.iter().zip(last.unwrap_or(0) + 1..) {
        let sql = "INSERT INTO outbox (channel, id, number, group_key, body, state, failures, may_repeat, reached, \
                   next_attempt, last_error, since, created, updated) \
                   VALUES ($1, $2, $3, $4, $5, 'waiting', 0, 0, '[]', $6, '', $6, $6, $6) \
                   ON CONFLICT (channel, id) DO NOTHING";
        let insert = sqlx::query(sql).bind(&message.channel).bind(&message.id).bind(number);
        let insert = insert.bind(&message.group_key).bind(&message.body).bind(now.nanos());
        insert.execute(&mut *connection).await?;
    }
    Ok(())
}

fn count(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

fn cut(error: &str) -> &str {
    &error[..error.floor_char_boundary(ERROR_BYTES_MAX)]
}

fn entry(row: &SqliteRow) -> Result<OutboxEntry, StateError> {
    let damaged = |detail: String| StateError::Damaged { table: "outbox", detail };
    let (state, reached): (String, String) = (row.try_get("state")?, row.try_get("reached")?);
    let time = |name| row.try_get(name).map(Timestamp::from_nanos);
    let (number, failures): (i64, i64) = (row.try_get("number")?, row.try_get("failures")?);
    Ok(OutboxEntry {
        channel: row.try_get("channel")?,
        id: row.try_get("id")?,
        number: u64::try_from(number).unwrap_or(0),
        group_key: row.try_get("group_key")?,
        body: row.try_get("body")?,
        state: OutboxState::of(&state).ok_or_else(|| damaged(format!("no state {state:?}")))?,
        failures: u32::try_from(failures).unwrap_or(0),
        may_repeat: row.try_get::<i64, _>("may_repeat")? != 0,
        reached: serde_json::from_str(&reached).map_err(|error| damaged(error.to_string()))?,
        next_attempt: time("next_attempt")?,
        last_error: row.try_get("last_error")?,
        since: time("since")?,
        created: time("created")?,
        updated: time("updated")?,
    })
}

#[cfg(test)]
#[path = "outbox_tests.rs"]
mod tests;
