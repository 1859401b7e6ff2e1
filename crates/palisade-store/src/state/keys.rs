//! API keys: made, listed, revoked, recognised.
//!
//! A key is shown once, when it is made. What is kept is its SHA-256, beside the first letters by which people tell keys
//! apart. Recognising one costs a hash and a look in a cache; the database is asked once in a while.

use crate::state::{Scope, Scopes, State, StateError, secret};
use palisade_model::Timestamp;
use serde::Serialize;
use sqlx::{Row, sqlite::SqliteRow};
use std::fmt;

const PREFIX: &str = "pal_";
/// Eight letters after the prefix: enough to tell keys apart, too few to help in guessing the other 35.
const ID_LEN: usize = PREFIX.len() + 8;
const NAME_CHARS_MAX: usize = 200;
/// The mark that says that the first key was made.
const FIRST_KEY_MARK: &str = "first-key";

/// A key just made. The secret cannot be had again; `Debug` does not show it.
#[derive(Clone, Serialize)]
pub struct NewKey {
    /// By which it is listed and revoked: the first letters of the secret.
    pub id: String,
    /// What its holder sends: `pal_` and 43 letters and digits.
    pub secret: String,
    /// What it is for, in its maker's words.
    pub name: String,
    /// What its holder may do.
    pub scopes: Scopes,
    /// When it was made.
    pub created: Timestamp,
    /// From when on it is no longer valid.
    pub expires: Option<Timestamp>,
}

/// What is known about a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyInfo {
    /// By which it is listed and revoked: the first letters of the secret.
    pub id: String,
    /// What it is for, in its maker's words.
    pub name: String,
    /// What its holder may do.
    pub scopes: Scopes,
    /// When it was made.
    pub created: Timestamp,
    /// From when on it is no longer valid.
    pub expires: Option<Timestamp>,
    /// When it was revoked.
    pub revoked: Option<Timestamp>,
    /// When it was last used; may be a minute behind.
    pub last_used: Option<Timestamp>,
}

impl KeyInfo {
    /// Whether the key may be used at `now`.
    #[must_use]
    pub fn is_valid(&self, now: Timestamp) -> bool {
        self.revoked.is_none() && self.expires.is_none_or(|expires| now < expires)
    }
}

impl fmt::Debug for NewKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = formatter.debug_struct("NewKey");
        fields.field("id", &self.id).field("name", &self.name).field("scopes", &self.scopes).finish_non_exhaustive()
    }
}

impl State {
    /// Makes a key that is valid from now on, and until `expires` if that is given.
    ///
    /// # Errors
    /// When the name is empty, too long or has control characters, when there are no scopes, when it would expire at
    /// once, or when the state cannot be written.
    pub async fn create_key(
        &self,
        name: &str,
        scopes: Scopes,
        expires: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<NewKey, StateError> {
        let key = draft(name, scopes, expires, now)?;
        insert(&key).execute(self.writer()).await?;
        Ok(key)
    }

    /// As [`State::create_key`], but only once for `idempotency_key`, which is remembered until `remembered`.
    ///
    /// # Errors
    /// Those of [`State::create_key`], and [`StateError::MadeBefore`].
    pub async fn create_key_once(
        &self,
        name: &str,
        scopes: Scopes,
        expires: Option<Timestamp>,
        now: Timestamp,
        (idempotency_key, remembered): (&str, Timestamp),
    ) -> Result<NewKey, StateError> {
        let key = draft(name, scopes, expires, now)?;
        let mut transaction = self.writer().begin().await?;
        let forget = sqlx::query("DELETE FROM idempotency WHERE key = $1 AND expires <= $2");
        forget.bind(idempotency_key).bind(now.nanos()).execute(&mut *transaction).await?;
        let note =
            sqlx::query("INSERT INTO idempotency (key, response, expires) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING");
        let noted =
            note.bind(idempotency_key).bind(&key.id).bind(remembered.nanos()).execute(&mut *transaction).await?;
        if noted.rows_affected() == 0 {
            let before = sqlx::query_scalar("SELECT response FROM idempotency WHERE key = $1").bind(idempotency_key);
            return Err(StateError::MadeBefore { id: before.fetch_one(&mut *transaction).await? });
        }
        insert(&key).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(key)
    }

    /// Makes a key with scope admin if there has never been any key; `None` otherwise. However many ask at once, one
    /// gets it.
    ///
    /// # Errors
    /// When the state cannot be written.
    pub async fn first_key(&self, now: Timestamp) -> Result<Option<NewKey>, StateError> {
        let key = draft("first key", Scopes::of(&[Scope::Admin]), None, now)?;
        let mut transaction = self.writer().begin().await?;
        // The mark is unique, so that two askers cannot both see an empty table and both go on.
        let mark = "INSERT INTO marks (name, value) SELECT $1, $2 WHERE NOT EXISTS (SELECT 1 FROM api_keys) \
                    ON CONFLICT (name) DO NOTHING";
        let marked = sqlx::query(mark).bind(FIRST_KEY_MARK).bind(&key.id).execute(&mut *transaction).await?;
        if marked.rows_affected() == 0 {
            return Ok(None);
        }
        insert(&key).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(Some(key))
    }

    /// All keys, the oldest first, those no longer valid among them.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn list_keys(&self) -> Result<Vec<KeyInfo>, StateError> {
        let sql = "SELECT id, name, scopes, created, expires, revoked, last_used FROM api_keys ORDER BY created, id";
        sqlx::query(sql).fetch_all(self.reader()).await?.iter().map(read).collect()
    }

    /// Revokes the key with this id, in this process at once and in others within ten seconds. A key already revoked
    /// keeps its time. `false` when there is no such key.
    ///
    /// # Errors
    /// When the state cannot be written.
    pub async fn revoke_key(&self, id: &str, now: Timestamp) -> Result<bool, StateError> {
        let sql = "UPDATE api_keys SET revoked = COALESCE(revoked, $2) WHERE id = $1 RETURNING hash";
        let hash: Option<String> =
            sqlx::query_scalar(sql).bind(id).bind(now.nanos()).fetch_optional(self.writer()).await?;
        if let Some(hash) = &hash {
            self.caches().keys.forget(hash.as_bytes()).await;
        }
        Ok(hash.is_some())
    }

    /// The key with this secret, when it is valid at `now`. `None` says no more than that it is not.
    ///
    /// # Errors
    /// When the state cannot be read. That is no answer about the key.
    pub async fn verify_key(&self, secret: &str, now: Timestamp) -> Result<Option<KeyInfo>, StateError> {
        if !secret::has_form(secret, PREFIX) {
            return Ok(None);
        }
        let hash = secret::hash(secret);
        let found = self.key_by_hash(&hash, now).await?;
        let valid = found.filter(|key| key.is_valid(now));
        if valid.is_some() {
            self.touch_key(&hash, now).await;
        }
        Ok(valid)
    }

    async fn key_by_hash(&self, hash: &str, now: Timestamp) -> Result<Option<KeyInfo>, StateError> {
        let caches = self.caches();
        if let Some(key) = caches.keys.get(hash.as_bytes(), now).await {
            return Ok(Some(key));
        }
        if caches.unknown.get(hash.as_bytes(), now).await.is_some() {
            return Ok(None);
        }
        let sql = "SELECT id, name, scopes, created, expires, revoked, last_used FROM api_keys WHERE hash = $1";
        let row = sqlx::query(sql).bind(hash).fetch_optional(self.reader()).await?;
        let key = row.as_ref().map(read).transpose()?;
        match &key {
            Some(key) => caches.keys.put(hash.as_bytes(), key.clone(), now).await,
            None => caches.unknown.put(hash.as_bytes(), (), now).await,
        }
        Ok(key)
    }

    /// Notes that the key was used, at most once a minute. That it cannot be noted is no reason to refuse the holder.
    async fn touch_key(&self, hash: &str, now: Timestamp) {
        let used = &self.caches().used;
        if self.is_read_only() || used.get(hash.as_bytes(), now).await.is_some() {
            return;
        }
        used.put(hash.as_bytes(), (), now).await;
        let sql = "UPDATE api_keys SET last_used = $2 WHERE hash = $1 AND COALESCE(last_used, 0) < $2";
        if let Err(error) = sqlx::query(sql).bind(hash).bind(now.nanos()).execute(self.writer()).await {
            tracing::warn!(%error, "cannot note that a key was used");
        }
    }
}

fn draft(name: &str, scopes: Scopes, expires: Option<Timestamp>, now: Timestamp) -> Result<NewKey, StateError> {
    let name = name.trim();
    if !(1..=NAME_CHARS_MAX).contains(&name.chars().count()) || name.chars().any(char::is_control) {
        return Err(StateError::KeyName { max: NAME_CHARS_MAX });
    }
    if scopes.is_empty() {
        return Err(StateError::NoScopes);
    }
    if expires.is_some_and(|expires| expires <= now) {
        return Err(StateError::ExpiresInThePast);
    }
    let secret = secret::new(PREFIX)?;
    Ok(NewKey { id: secret[..ID_LEN].to_owned(), secret, name: name.to_owned(), scopes, created: now, expires })
}

fn insert(key: &NewKey) -> sqlx::query::Query<'static, crate::state::Sql, sqlx::sqlite::SqliteArguments> {
    sqlx::query("INSERT INTO api_keys (id, hash, name, scopes, created, expires) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(key.id.clone())
        .bind(secret::hash(&key.secret))
        .bind(key.name.clone())
        .bind(key.scopes.to_string())
        .bind(key.created.nanos())
        .bind(key.expires.map(Timestamp::nanos))
}

fn read(row: &SqliteRow) -> Result<KeyInfo, StateError> {
    let time = |column| row.try_get::<Option<i64>, _>(column).map(|nanos| nanos.map(Timestamp::from_nanos));
    let scopes: Result<Scopes, _> = row.try_get::<&str, _>("scopes")?.parse();
    Ok(KeyInfo {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        scopes: scopes.map_err(|error| StateError::Damaged { table: "api_keys", detail: error.to_string() })?,
        created: Timestamp::from_nanos(row.try_get("created")?),
        expires: time("expires")?,
        revoked: time("revoked")?,
        last_used: time("last_used")?,
    })
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "own fixtures")]
mod tests {
    use super::*;
    use crate::state::database::tests::{at, fresh};

    const READ: [Scope; 1] = [Scope::Read];

    #[tokio::test]
    async fn a_key_lives_from_making_to_revoking() {
        let (_folder, state) = fresh().await;
        let key = state.create_key(" ci ", Scopes::of(&READ), None, at(0)).await.unwrap();
        assert!(key.secret.starts_with(&key.id) && key.id.len() == 12, "{} {}", key.secret, key.id);
        assert!(!format!("{key:?}").contains(&key.secret));
        let info = state.verify_key(&key.secret, at(1)).await.unwrap().unwrap();
        assert_eq!((info.id.as_str(), info.name.as_str(), info.scopes), (key.id.as_str(), "ci", Scopes::of(&READ)));
        assert!(state.revoke_key(&key.id, at(2)).await.unwrap());
        assert_eq!(state.verify_key(&key.secret, at(2)).await.unwrap(), None, "at once, in spite of the cache");
        assert!(state.revoke_key(&key.id, at(9)).await.unwrap());
        assert_eq!(state.list_keys().await.unwrap()[0].revoked, Some(at(2)), "the first time stays");
        assert!(!state.revoke_key("pal_nothere1", at(2)).await.unwrap());
    }

    #[tokio::test]
    async fn an_expired_key_is_refused_also_from_the_cache() {
        let (_folder, state) = fresh().await;
        let key = state.create_key("short", Scopes::of(&READ), Some(at(5)), at(0)).await.unwrap();
        for (now, valid) in [(at(4), true), (at(5), false), (at(500), false)] {
            assert_eq!(state.verify_key(&key.secret, now).await.unwrap().is_some(), valid, "{now}");
        }
    }

    #[tokio::test]
    async fn revoking_in_another_process_is_seen_within_ten_seconds() {
        let (folder, state) = fresh().await;
        let key = state.create_key("ci", Scopes::of(&READ), None, at(0)).await.unwrap();
        assert!(state.verify_key(&key.secret, at(0)).await.unwrap().is_some());
        let other = State::open(&folder.path().join("state.db")).await.unwrap();
        other.revoke_key(&key.id, at(1)).await.unwrap();
        assert!(state.verify_key(&key.secret, at(9)).await.unwrap().is_some(), "from the cache");
        assert_eq!(state.verify_key(&key.secret, at(10)).await.unwrap(), None);
    }

    #[tokio::test]
    async fn unknown_and_malformed_keys_are_refused_and_the_former_remembered() {
        let (_folder, state) = fresh().await;
        let unknown = secret::new(PREFIX).unwrap();
        for text in ["", "pal_", "Bearer x", &unknown, &format!("{unknown} ")] {
            assert_eq!(state.verify_key(text, at(0)).await.unwrap(), None, "{text}");
        }
        assert_eq!(state.caches().unknown.entries(), 1);
    }

    #[tokio::test]
    async fn the_secret_is_kept_nowhere() {
        let (folder, state) = fresh().await;
        let key = state.create_key("ci", Scopes::of(&READ), None, at(0)).await.unwrap();
        state.verify_key(&key.secret, at(0)).await.unwrap();
        state.close().await;
        let file = std::fs::read(folder.path().join("state.db")).unwrap();
        let holds = |text: &str| file.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(holds(&secret::hash(&key.secret)), "the hash is in the file");
        assert!(!holds(&key.secret[ID_LEN..]), "the secret is not");
    }

    #[tokio::test]
    async fn last_use_is_noted_once_a_minute() {
        let (_folder, state) = fresh().await;
        let key = state.create_key("ci", Scopes::of(&READ), None, at(0)).await.unwrap();
        for (now, noted) in [(1, 1), (30, 1), (60, 1), (61, 61), (62, 61), (200, 200)] {
            state.verify_key(&key.secret, at(now)).await.unwrap();
            assert_eq!(state.list_keys().await.unwrap()[0].last_used, Some(at(noted)), "{now}");
        }
    }

    #[tokio::test]
    async fn keys_that_make_no_sense_are_not_made() {
        let (_folder, state) = fresh().await;
        let read = Scopes::of(&READ);
        let long = "x".repeat(201);
        let cases = [
            ("", read, None),
            ("a\nb", read, None),
            (&long, read, None),
            ("a", Scopes::default(), None),
            ("a", read, Some(at(0))),
        ];
        for (name, scopes, expires) in cases {
            assert!(state.create_key(name, scopes, expires, at(0)).await.is_err(), "{name} {scopes}");
        }
        assert!(state.list_keys().await.unwrap().is_empty());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn of_many_who_ask_for_the_first_key_one_gets_it() {
        let (folder, state) = fresh().await;
        let mut states = vec![state.clone()];
        for _ in 0..3 {
            states.push(State::open(&folder.path().join("state.db")).await.unwrap());
        }
        let asking: Vec<_> = (0..16)
            .map(|i| states[i % 4].clone())
            .map(|state| tokio::spawn(async move { state.first_key(at(0)).await }))
            .collect();
        let mut given = Vec::new();
        for asked in asking {
            given.extend(asked.await.unwrap().unwrap());
        }
        assert_eq!(given.len(), 1);
        let info = state.verify_key(&given[0].secret, at(1)).await.unwrap().unwrap();
        assert!(info.scopes.allows(Scope::Admin));
    }

    #[tokio::test]
    async fn there_is_no_first_key_after_another_was_made() {
        let (_folder, state) = fresh().await;
        let key = state.create_key("ci", Scopes::of(&READ), None, at(0)).await.unwrap();
        assert!(state.first_key(at(1)).await.unwrap().is_none());
        state.revoke_key(&key.id, at(2)).await.unwrap();
        assert!(state.first_key(at(3)).await.unwrap().is_none(), "a revoked key is a key that was");
    }

    #[tokio::test]
    async fn one_idempotency_key_makes_one_key() {
        let (_folder, state) = fresh().await;
        let scopes = Scopes::of(&[Scope::Read]);
        let make = |now, once| state.create_key_once("a", scopes, None, at(now), (once, at(now + 10)));
        let first = make(0, "one").await.unwrap();
        assert!(matches!(make(5, "one").await, Err(StateError::MadeBefore { id }) if id == first.id));
        make(5, "other").await.unwrap();
        assert_eq!(state.list_keys().await.unwrap().len(), 2);
        make(10, "one").await.unwrap();
        assert_eq!(state.list_keys().await.unwrap().len(), 3);
    }
}
