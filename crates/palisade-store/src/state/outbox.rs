//! The outbox: messages that were decided on, until they are sent or given up.
//!
//! ```text
//! waiting ──claim──► sending ──► sent
//!    ▲                  │  └───► dead ──revive──► waiting
//!    └──── try again ───┘
//! ```
//!
//! Before an attempt a message is claimed, and what came of it is written down after. When the server ends between the
//! two, the message is tried again and carries the note that an attempt of it was interrupted: whether that one arrived
//! nobody knows, and a receiver without keys is told so.

use crate::state::{Sql, State, StateError};
use palisade_model::Timestamp;
use serde::Serialize;
use sqlx::{QueryBuilder, Row, SqliteConnection, sqlite::SqliteRow};

const COLUMNS: &str = "id, channel, body, state, attempts, interrupted, next_attempt, last_error, created, updated";
/// Bytes that are kept of an error.
const ERROR_BYTES_MAX: usize = 2_000;

/// A message to be written into the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// Its identity: a message of the same id is written once.
    pub id: String,
    /// The channel that carries it.
    pub channel: String,
    /// Its JSON.
    pub body: String,
}

/// A message in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxEntry {
    /// Its identity.
    pub id: String,
    /// The channel that carries it.
    pub channel: String,
    /// Its JSON.
    pub body: String,
    /// Where it stands.
    pub state: OutboxState,
    /// How often it was tried, the attempt under way among them.
    pub attempts: u32,
    /// An attempt was under way when the server ended: it may have arrived.
    pub interrupted: bool,
    /// When it is tried next.
    pub next_attempt: Timestamp,
    /// What the last attempt failed of.
    pub last_error: String,
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

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// Of this message.
    pub id: String,
    /// What came of it.
    pub result: SettledAs,
}

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettledAs {
    /// The receiver took it.
    Sent,
    /// It failed and is tried again at this time.
    Again(Timestamp, String),
    /// It failed and is given up.
    Dead(String),
    /// It was not tried after all; the claim is given back.
    Untried(Timestamp),
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
        let sql = "UPDATE outbox SET state = 'waiting', interrupted = 1, next_attempt = $1, updated = $1 \
                   WHERE state = 'sending'";
        Ok(sqlx::query(sql).bind(now.nanos()).execute(self.writer()).await?.rows_affected())
    }

    /// Claims up to `limit` messages whose time has come, those that wait longest first.
    ///
    /// # Errors
    /// When the state cannot be written.
    pub async fn claim_outbox(&self, now: Timestamp, limit: usize) -> Result<Vec<OutboxEntry>, StateError> {
        let sql = "UPDATE outbox SET state = 'sending', attempts = attempts + 1, updated = $1 WHERE id IN \
                   (SELECT id FROM outbox WHERE state = 'waiting' AND next_attempt <= $1 \
                   ORDER BY next_attempt, id LIMIT $2) RETURNING id, channel, body, state, attempts, interrupted, \
                   next_attempt, last_error, created, updated";
        let rows = sqlx::query(sql).bind(now.nanos()).bind(count(limit)).fetch_all(self.writer()).await?;
        let mut claimed: Vec<OutboxEntry> = rows.iter().map(entry).collect::<Result<_, _>>()?;
        claimed.sort_by(|a, b| (a.next_attempt, &a.id).cmp(&(b.next_attempt, &b.id)));
        Ok(claimed)
    }

    /// When the next message is due; `None` when none waits.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn outbox_due(&self) -> Result<Option<Timestamp>, StateError> {
        let sql = "SELECT MIN(next_attempt) FROM outbox WHERE state = 'waiting'";
        let due: Option<i64> = sqlx::query_scalar(sql).fetch_one(self.reader()).await?;
        Ok(due.map(Timestamp::from_nanos))
    }

    /// Writes down what came of attempts, all or nothing.
    ///
    /// # Errors
    /// When the state cannot be written.
    pub async fn settle_outbox(&self, settled: &[Settled], now: Timestamp) -> Result<(), StateError> {
        let mut transaction = self.writer().begin().await?;
        for Settled { id, result } in settled {
            let (state, next, error, tried) = match result {
                SettledAs::Sent => (OutboxState::Sent, now, "", 0),
                SettledAs::Again(next, error) => (OutboxState::Waiting, *next, cut(error), 0),
                SettledAs::Dead(error) => (OutboxState::Dead, now, cut(error), 0),
                SettledAs::Untried(next) => (OutboxState::Waiting, *next, "", 1),
            };
            let sql = "UPDATE outbox SET state = $2, next_attempt = $3, last_error = $4, attempts = attempts - $5, \
                       updated = $6 WHERE id = $1";
            let update = sqlx::query(sql).bind(id).bind(state.as_str()).bind(next.nanos()).bind(error);
            update.bind(tried).bind(now.nanos()).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Up to `limit` messages, those that changed last first; in one state if given, and after the cursor
    /// (`updated` and id of the last one of the page before).
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn list_outbox(
        &self,
        state: Option<OutboxState>,
        after: Option<(Timestamp, &str)>,
        limit: usize,
    ) -> Result<Vec<OutboxEntry>, StateError> {
        let (before, id) = after.unwrap_or((Timestamp::from_nanos(i64::MAX), ""));
        let mut query: QueryBuilder<Sql> = QueryBuilder::new("SELECT ");
        query.push(COLUMNS).push(" FROM outbox WHERE (updated < ").push_bind(before.nanos());
        query.push(" OR (updated = ").push_bind(before.nanos()).push(" AND id > ").push_bind(id).push("))");
        if let Some(state) = state {
            query.push(" AND state = ").push_bind(state.as_str());
        }
        query.push(" ORDER BY updated DESC, id LIMIT ").push_bind(count(limit));
        query.build().fetch_all(self.reader()).await?.iter().map(entry).collect()
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
        let sql = "UPDATE outbox SET state = 'waiting', attempts = 0, next_attempt = $2, updated = $2 \
                   WHERE id = $1 AND state = 'dead'";
        let revived = sqlx::query(sql).bind(id).bind(now.nanos()).execute(self.writer()).await?;
        Ok(revived.rows_affected() > 0)
    }

    /// Forgets messages that were sent or given up before these times, and says how many.
    ///
    /// # Errors
    /// When the state cannot be written.
    pub async fn purge_outbox(&self, sent_before: Timestamp, dead_before: Timestamp) -> Result<u64, StateError> {
        let sql = "DELETE FROM outbox WHERE (state = 'sent' AND updated < $1) OR (state = 'dead' AND updated < $2)";
        let purge = sqlx::query(sql).bind(sent_before.nanos()).bind(dead_before.nanos());
        Ok(purge.execute(self.writer()).await?.rows_affected())
    }
}

/// Writes messages; those that are there already stay as they are.
pub(super) async fn write(
    outgoing: &[Outgoing],
    now: Timestamp,
    connection: &mut SqliteConnection,
) -> Result<(), StateError> {
    for message in outgoing {
        let sql = "INSERT INTO outbox (id, channel, body, state, attempts, interrupted, next_attempt, last_error, \
                   created, updated) VALUES ($1, $2, $3, 'waiting', 0, 0, $4, '', $4, $4) ON CONFLICT (id) DO NOTHING";
        let insert = sqlx::query(sql).bind(&message.id).bind(&message.channel).bind(&message.body);
        insert.bind(now.nanos()).execute(&mut *connection).await?;
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
    let state: String = row.try_get("state")?;
    let time = |name| row.try_get(name).map(Timestamp::from_nanos);
    let attempts: i64 = row.try_get("attempts")?;
    Ok(OutboxEntry {
        id: row.try_get("id")?,
        channel: row.try_get("channel")?,
        body: row.try_get("body")?,
        state: OutboxState::of(&state)
            .ok_or_else(|| StateError::Damaged { table: "outbox", detail: format!("no state {state:?}") })?,
        attempts: u32::try_from(attempts).unwrap_or(0),
        interrupted: row.try_get::<i64, _>("interrupted")? != 0,
        next_attempt: time("next_attempt")?,
        last_error: row.try_get("last_error")?,
        created: time("created")?,
        updated: time("updated")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{
        ResponseStep,
        database::tests::{at, fresh},
    };

    async fn put(state: &State, ids: &[&str], second: i64) {
        let message = |id: &&str| Outgoing { id: (*id).into(), channel: "mail".into(), body: format!("\"{id}\"") };
        let step = ResponseStep { outgoing: ids.iter().map(message).collect(), ..ResponseStep::default() };
        state.keep_response(&step, at(second)).await.unwrap();
    }

    fn ids(entries: &[OutboxEntry]) -> Vec<&str> {
        entries.iter().map(|entry| entry.id.as_str()).collect()
    }

    #[tokio::test]
    async fn a_message_is_written_once_and_claimed_once() {
        let (_folder, state) = fresh().await;
        put(&state, &["a"], 0).await;
        put(&state, &["b", "a"], 1).await;
        assert_eq!(state.outbox_due().await.unwrap(), Some(at(0)));
        let claimed = state.claim_outbox(at(1), 10).await.unwrap();
        assert_eq!((ids(&claimed), claimed[0].attempts, claimed[0].interrupted), (vec!["a", "b"], 1, false));
        assert!(state.claim_outbox(at(9), 10).await.unwrap().is_empty(), "what is being sent is not claimed again");
        assert_eq!(state.outbox_due().await.unwrap(), None);
    }

    #[tokio::test]
    async fn what_was_being_sent_when_the_server_ended_is_sent_again_and_says_so() {
        let (_folder, state) = fresh().await;
        put(&state, &["a", "b"], 0).await;
        state.claim_outbox(at(0), 1).await.unwrap();
        assert_eq!(state.recover_outbox(at(5)).await.unwrap(), 1);
        let claimed = state.claim_outbox(at(5), 10).await.unwrap();
        let told: Vec<_> = claimed.iter().map(|entry| (entry.id.as_str(), entry.interrupted)).collect();
        assert_eq!(told, [("b", false), ("a", true)]);
    }

    #[tokio::test]
    async fn what_came_of_an_attempt_decides_on_the_next() {
        let (_folder, state) = fresh().await;
        put(&state, &["a", "b", "c", "d"], 0).await;
        state.claim_outbox(at(0), 10).await.unwrap();
        let settled = |id: &str, result| Settled { id: id.into(), result };
        let results = [
            settled("a", SettledAs::Sent),
            settled("b", SettledAs::Again(at(30), "503".into())),
            settled("c", SettledAs::Dead("404".into())),
            settled("d", SettledAs::Untried(at(2))),
        ];
        state.settle_outbox(&results, at(1)).await.unwrap();
        assert_eq!(ids(&state.claim_outbox(at(29), 10).await.unwrap()), ["d"]);
        let again = state.claim_outbox(at(30), 10).await.unwrap();
        assert_eq!((ids(&again), again[0].attempts, again[0].last_error.as_str()), (vec!["b"], 2, "503"));
        let dead = state.list_outbox(Some(OutboxState::Dead), None, 10).await.unwrap();
        assert_eq!((ids(&dead), dead[0].last_error.as_str()), (vec!["c"], "404"));
        assert!(state.revive_outbox("c", at(31)).await.unwrap());
        assert!(!state.revive_outbox("a", at(31)).await.unwrap(), "what was sent is not sent again");
        assert_eq!(ids(&state.claim_outbox(at(31), 10).await.unwrap()), ["c"]);
        assert_eq!(state.purge_outbox(at(2), at(2)).await.unwrap(), 1, "the one that was sent");
    }

    #[tokio::test]
    async fn lists_go_on_after_the_cursor() {
        let (_folder, state) = fresh().await;
        put(&state, &["a", "b", "c"], 0).await;
        put(&state, &["d"], 1).await;
        let first = state.list_outbox(None, None, 3).await.unwrap();
        assert_eq!(ids(&first), ["d", "a", "b"]);
        let rest = state.list_outbox(None, Some((first[2].updated, &first[2].id)), 3).await.unwrap();
        assert_eq!(ids(&rest), ["c"]);
        assert_eq!(state.count_outbox().await.unwrap(), [(OutboxState::Waiting, 4)]);
    }
}
