//! Sign-in links and the sessions they open.
//!
//! Whoever starts the server is shown a link with a token that works once and for a short while; the browser gives it
//! back and gets a session. Both are kept as hashes only.

use crate::state::{State, StateError, secret};
use palisade_model::Timestamp;
use serde::Serialize;
use std::time::Duration;

const SIGN_IN_PREFIX: &str = "pas_";
const SESSION_PREFIX: &str = "pss_";
/// A working day: long enough not to disturb, short enough that a forgotten browser does not stay signed in.
pub const SESSION_VALID: Duration = Duration::from_secs(12 * 60 * 60);

/// A session that is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SessionInfo {
    /// When it was opened.
    pub created: Timestamp,
    /// From when on it is no longer valid.
    pub expires: Timestamp,
}

impl State {
    /// Makes a token that opens one session, if it is redeemed within `valid_for`.
    ///
    /// # Errors
    /// When the state cannot be written.
    pub async fn create_sign_in(&self, now: Timestamp, valid_for: Duration) -> Result<String, StateError> {
        let token = secret::new(SIGN_IN_PREFIX)?;
        let sql = "INSERT INTO sign_ins (hash, created, expires) VALUES ($1, $2, $3)";
        let insert = sqlx::query(sql).bind(secret::hash(&token)).bind(now.nanos()).bind(after(now, valid_for).nanos());
        insert.execute(self.writer()).await?;
        Ok(token)
    }

    /// Opens a session for this token and returns its secret. `None` when the token is unknown, expired or was redeemed
    /// before. However often it is redeemed at once, one gets the session.
    ///
    /// # Errors
    /// When the state cannot be written; the token is then still good.
    pub async fn redeem_sign_in(&self, token: &str, now: Timestamp) -> Result<Option<String>, StateError> {
        if !secret::has_form(token, SIGN_IN_PREFIX) {
            return Ok(None);
        }
        let session = secret::new(SESSION_PREFIX)?;
        let mut transaction = self.writer().begin().await?;
        let redeem = "UPDATE sign_ins SET redeemed = $2 WHERE hash = $1 AND redeemed IS NULL AND expires > $2";
        let redeem = sqlx::query(redeem).bind(secret::hash(token)).bind(now.nanos());
        if redeem.execute(&mut *transaction).await?.rows_affected() == 0 {
            return Ok(None);
        }
        let open = "INSERT INTO sessions (hash, created, expires) VALUES ($1, $2, $3)";
        let open = sqlx::query(open).bind(secret::hash(&session)).bind(now.nanos());
        open.bind(after(now, SESSION_VALID).nanos()).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(Some(session))
    }

    /// The session with this secret, when it is valid at `now`.
    ///
    /// # Errors
    /// When the state cannot be read. That is no answer about the session.
    pub async fn verify_session(&self, secret: &str, now: Timestamp) -> Result<Option<SessionInfo>, StateError> {
        if !secret::has_form(secret, SESSION_PREFIX) {
            return Ok(None);
        }
        let found = self.session_by_hash(&secret::hash(secret), now).await?;
        Ok(found.filter(|session| now < session.expires))
    }

    /// Ends the session with this secret. `false` when there is none.
    ///
    /// # Errors
    /// When the state cannot be written.
    pub async fn end_session(&self, secret: &str) -> Result<bool, StateError> {
        let hash = secret::hash(secret);
        let ended = sqlx::query("DELETE FROM sessions WHERE hash = $1").bind(&hash).execute(self.writer()).await?;
        self.caches().sessions.forget(hash.as_bytes()).await;
        Ok(ended.rows_affected() > 0)
    }

    /// Removes sign-ins and sessions that are no longer valid at `now`, and says how many.
    ///
    /// # Errors
    /// When the state cannot be written.
    pub async fn purge_sessions(&self, now: Timestamp) -> Result<u64, StateError> {
        let mut removed = 0;
        for sql in ["DELETE FROM sign_ins WHERE expires <= $1", "DELETE FROM sessions WHERE expires <= $1"] {
            removed += sqlx::query(sql).bind(now.nanos()).execute(self.writer()).await?.rows_affected();
        }
        Ok(removed)
    }

    async fn session_by_hash(&self, hash: &str, now: Timestamp) -> Result<Option<SessionInfo>, StateError> {
        let caches = self.caches();
        if let Some(session) = caches.sessions.get(hash.as_bytes(), now).await {
            return Ok(Some(session));
        }
        if caches.unknown.get(hash.as_bytes(), now).await.is_some() {
            return Ok(None);
        }
        let sql = "SELECT created, expires FROM sessions WHERE hash = $1";
        let times: Option<(i64, i64)> = sqlx::query_as(sql).bind(hash).fetch_optional(self.reader()).await?;
        let Some((created, expires)) = times else {
            caches.unknown.put(hash.as_bytes(), (), now).await;
            return Ok(None);
        };
        let session = SessionInfo { created: Timestamp::from_nanos(created), expires: Timestamp::from_nanos(expires) };
        caches.sessions.put(hash.as_bytes(), session, now).await;
        Ok(Some(session))
    }
}

fn after(now: Timestamp, wait: Duration) -> Timestamp {
    Timestamp::from_nanos(now.nanos().saturating_add(i64::try_from(wait.as_nanos()).unwrap_or(i64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::database::tests::{at, fresh};

    const MINUTE: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn a_link_opens_one_session_that_ends() {
        let (_folder, state) = fresh().await;
        let token = state.create_sign_in(at(0), MINUTE).await.unwrap();
        let session = state.redeem_sign_in(&token, at(59)).await.unwrap().unwrap();
        assert_eq!(state.redeem_sign_in(&token, at(59)).await.unwrap(), None, "once only");
        let end = 59 + 12 * 60 * 60;
        let info = SessionInfo { created: at(59), expires: at(end) };
        for (now, expected) in [(60, Some(info)), (end - 1, Some(info)), (end, None)] {
            assert_eq!(state.verify_session(&session, at(now)).await.unwrap(), expected, "{now}");
        }
    }

    #[tokio::test]
    async fn late_wrong_and_swapped_secrets_are_refused() {
        let (_folder, state) = fresh().await;
        let late = state.create_sign_in(at(0), MINUTE).await.unwrap();
        assert_eq!(state.redeem_sign_in(&late, at(60)).await.unwrap(), None);
        let token = state.create_sign_in(at(0), MINUTE).await.unwrap();
        let session = state.redeem_sign_in(&token, at(1)).await.unwrap().unwrap();
        for text in ["", &session, &secret::new(SIGN_IN_PREFIX).unwrap()] {
            assert_eq!(state.redeem_sign_in(text, at(1)).await.unwrap(), None, "{text}");
        }
        for text in ["", &token, &secret::new(SESSION_PREFIX).unwrap()] {
            assert_eq!(state.verify_session(text, at(1)).await.unwrap(), None, "{text}");
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn of_many_who_redeem_at_once_one_gets_in() {
        let (folder, state) = fresh().await;
        let other = State::open(&folder.path().join("state.db")).await.unwrap();
        let token = state.create_sign_in(at(0), MINUTE).await.unwrap();
        let redeeming: Vec<_> = (0..16)
            .map(|i| (if i % 2 == 0 { state.clone() } else { other.clone() }, token.clone()))
            .map(|(state, token)| tokio::spawn(async move { state.redeem_sign_in(&token, at(1)).await }))
            .collect();
        let mut sessions = Vec::new();
        for redeemed in redeeming {
            sessions.extend(redeemed.await.unwrap().unwrap());
        }
        assert_eq!(sessions.len(), 1);
    }

    #[tokio::test]
    async fn a_session_can_be_ended_and_the_old_ones_are_removed() {
        let (_folder, state) = fresh().await;
        let token = state.create_sign_in(at(0), MINUTE).await.unwrap();
        let session = state.redeem_sign_in(&token, at(1)).await.unwrap().unwrap();
        assert!(state.verify_session(&session, at(2)).await.unwrap().is_some());
        assert!(state.end_session(&session).await.unwrap());
        assert_eq!(state.verify_session(&session, at(2)).await.unwrap(), None, "at once, in spite of the cache");
        assert!(!state.end_session(&session).await.unwrap());
        state.create_sign_in(at(0), MINUTE * 2).await.unwrap();
        assert_eq!(state.purge_sessions(at(60)).await.unwrap(), 1, "the link of a minute, not that of two");
    }
}
