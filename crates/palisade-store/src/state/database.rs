//! The database behind the state: opening it, bringing it up to date, one writer and a few readers.

use crate::{
    cache::Cache,
    state::{KeyInfo, SessionInfo, StateError},
};
use sqlx::{
    SqlSafeStr as _, SqlitePool,
    migrate::{Migration, MigrationType, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

/// The engine that the state speaks to.
pub(crate) type Sql = sqlx::Sqlite;

/// The steps to today's tables: number, name and statements. One that was ever released is never changed.
const MIGRATIONS: [(i64, &str, &str); 5] = [
    (1, "state", include_str!("../../migrations/0001_state.sql")),
    (2, "response", include_str!("../../migrations/0002_response.sql")),
    (3, "inventories", include_str!("../../migrations/0003_inventories.sql")),
    (4, "registry facts", include_str!("../../migrations/0004_registry_facts.sql")),
    (5, "counterparties", include_str!("../../migrations/0005_counterparties.sql")),
];

/// How long a statement waits for another process (the command line beside the server) to finish its write.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Pages that the write-ahead log may have before a commit folds it into the database, which takes as long as a few tens
/// of commits. SQLite's own 1,000 would make one commit in fifty wait for it; eight times as many, one in four hundred.
const LOG_PAGES: &str = "8192";
/// Look-ups are short and cached; a few connections serve many requests, and each costs some hundred kilobytes.
const READERS_MAX: u32 = 4;
/// How long an answer about a key or a session is believed. A key revoked by another process works this much longer.
const VERIFIED_TTL: Duration = Duration::from_secs(10);
/// Keys and sessions in use at a time; more are served from the database.
const VERIFIED_ENTRIES_MAX: u64 = 10_000;
/// Secrets that were tried and not known. Apart, so that a flood of wrong ones does not push out the right ones.
const UNKNOWN_ENTRIES_MAX: u64 = 10_000;
/// How long the time of last use of a key may be behind.
const LAST_USED_TTL: Duration = Duration::from_secs(60);

/// The state of one deployment. Clones share it.
#[derive(Clone)]
pub struct State {
    inner: Arc<Inner>,
}

struct Inner {
    writer: SqlitePool,
    reader: SqlitePool,
    read_only: bool,
    caches: Caches,
}

/// What was looked up lately, by the hash of the secret.
pub(super) struct Caches {
    pub(super) keys: Cache<KeyInfo>,
    pub(super) sessions: Cache<SessionInfo>,
    pub(super) unknown: Cache<()>,
    pub(super) used: Cache<()>,
}

impl State {
    /// Opens the state in this file, makes it (readable by its owner only) when it is not there, and brings its tables
    /// up to date.
    ///
    /// # Errors
    /// When the file cannot be opened, is no database, or comes from a newer version.
    pub async fn open(path: &Path) -> Result<Self, StateError> {
        let failed = |source| StateError::File { path: path.to_owned(), source };
        path.parent().map_or(Ok(()), fs::create_dir_all).map_err(failed)?;
        let alone = alone_at(path).await?;
        private_file(path).and_then(|file| file.sync_all()).map_err(failed)?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("wal_autocheckpoint", LOG_PAGES)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT);
        // One writer: SQLite has one anyhow, and waiting in the pool is fair where waiting for its lock is not.
        let writer = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
        migrator().run(&writer).await?;
        drop(alone);
        let reader = SqlitePoolOptions::new().max_connections(READERS_MAX).connect_lazy_with(options.read_only(true));
        Ok(Self::with_pools(writer, reader, false))
    }

    /// Opens the state in this file without ever changing it.
    ///
    /// # Errors
    /// When there is none, when it cannot be opened, or when its tables are not up to date.
    pub async fn open_read_only(path: &Path) -> Result<Self, StateError> {
        if !path.is_file() {
            return Err(StateError::Missing { path: path.to_owned() });
        }
        let options = SqliteConnectOptions::new().filename(path).read_only(true).busy_timeout(BUSY_TIMEOUT);
        let reader = SqlitePoolOptions::new().max_connections(READERS_MAX).connect_with(options).await?;
        if applied(&reader).await? < MIGRATIONS.last().map(|(version, ..)| *version) {
            return Err(StateError::Outdated { path: path.to_owned() });
        }
        Ok(Self::with_pools(reader.clone(), reader, true))
    }

    /// Closes the database once its running statements are done, so that its write-ahead log is folded in.
    pub async fn close(&self) {
        self.inner.reader.close().await;
        self.inner.writer.close().await;
    }

    /// Answers whether the database can be read, for the readiness check.
    ///
    /// # Errors
    /// When it cannot.
    pub async fn ping(&self) -> Result<(), StateError> {
        sqlx::query("SELECT name FROM marks LIMIT 1").fetch_optional(self.reader()).await?;
        Ok(())
    }

    /// Whether it was opened for reading only.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.inner.read_only
    }

    fn with_pools(writer: SqlitePool, reader: SqlitePool, read_only: bool) -> Self {
        let caches = Caches {
            keys: Cache::with_entries("keys", VERIFIED_ENTRIES_MAX, VERIFIED_TTL),
            sessions: Cache::with_entries("sessions", VERIFIED_ENTRIES_MAX, VERIFIED_TTL),
            unknown: Cache::with_entries("unknown-secrets", UNKNOWN_ENTRIES_MAX, VERIFIED_TTL),
            used: Cache::with_entries("keys-used", VERIFIED_ENTRIES_MAX, LAST_USED_TTL),
        };
        Self { inner: Arc::new(Inner { writer, reader, read_only, caches }) }
    }

    /// Where changes go. A transaction must begin with a statement that writes, so that it waits for the lock at its
    /// start instead of failing in its middle.
    pub(crate) fn writer(&self) -> &SqlitePool {
        &self.inner.writer
    }

    pub(crate) fn reader(&self) -> &SqlitePool {
        &self.inner.reader
    }

    pub(super) fn caches(&self) -> &Caches {
        &self.inner.caches
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn migrator() -> Migrator {
    let step = |(version, name, statements): (i64, &'static str, &'static str)| {
        Migration::new(version, name.into(), MigrationType::Simple, statements.into_sql_str(), false)
    };
    Migrator::with_migrations(MIGRATIONS.map(step).into())
}

/// Waits until no other process is opening this state: a database that is being switched to its write-ahead log or given
/// its tables answers others with an error that no timeout of SQLite's waits out. The lock ends with the file's handle.
/// It is on a file beside the database, because closing a handle on the database's own would end SQLite's locks.
async fn alone_at(path: &Path) -> Result<fs::File, StateError> {
    let mut name = path.as_os_str().to_owned();
    name.push("-open");
    let path = PathBuf::from(name);
    let locked = tokio::task::spawn_blocking({
        let path = path.clone();
        move || private_file(&path).and_then(|file| file.lock().map(|()| file))
    });
    let locked = locked.await.unwrap_or_else(|error| Err(std::io::Error::other(error)));
    locked.map_err(|source| StateError::File { path, source })
}

/// The version of the newest migration that was applied; `None` in a database that is not a state.
async fn applied(reader: &SqlitePool) -> Result<Option<i64>, StateError> {
    let version = sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations").fetch_one(reader).await;
    match version {
        Err(sqlx::Error::Database(error)) if error.message().contains("no such table") => Ok(None),
        other => Ok(other?),
    }
}

/// Opens the file for its owner only, and makes it when it is not there. SQLite gives its companion files (`-wal`,
/// `-shm`) the mode of the main one.
fn private_file(path: &Path) -> std::io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(file)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::state::{Scope, Scopes};
    use palisade_model::Timestamp;

    /// `second` seconds after an arbitrary instant.
    pub(crate) fn at(second: i64) -> Timestamp {
        Timestamp::from_millis(1_795_000_000_000 + second * 1_000)
    }

    #[test]
    fn every_step_is_taken_in_order() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
        let mut files: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        files.sort();
        let listed = MIGRATIONS.map(|(version, name, _)| format!("{version:04}_{}.sql", name.replace(' ', "_")));
        assert_eq!(files, listed);
    }

    pub(crate) async fn fresh() -> (tempfile::TempDir, State) {
        let folder = tempfile::tempdir().unwrap();
        let state = State::open(&folder.path().join("state.db")).await.unwrap();
        (folder, state)
    }

    #[tokio::test]
    async fn what_was_written_is_there_after_reopening() {
        let (folder, state) = fresh().await;
        let key = state.create_key("ci", Scopes::of(&[Scope::Ingest]), None, at(0)).await.unwrap();
        state.close().await;
        for reopened in [
            State::open(&folder.path().join("state.db")).await.unwrap(),
            State::open_read_only(&folder.path().join("state.db")).await.unwrap(),
        ] {
            assert_eq!(reopened.verify_key(&key.secret, at(1)).await.unwrap().unwrap().id, key.id);
            reopened.ping().await.unwrap();
            reopened.close().await;
        }
    }

    #[tokio::test]
    async fn read_only_neither_makes_nor_changes() {
        let (folder, state) = fresh().await;
        let missing = folder.path().join("other.db");
        assert!(matches!(State::open_read_only(&missing).await, Err(StateError::Missing { .. })));
        assert!(!missing.exists());
        let reader = State::open_read_only(&folder.path().join("state.db")).await.unwrap();
        assert!(reader.create_key("x", Scopes::of(&[Scope::Read]), None, at(0)).await.is_err());
        assert!(state.list_keys().await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_file_that_is_no_state_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.db");
        fs::write(&path, "").unwrap();
        assert!(matches!(State::open_read_only(&path).await, Err(StateError::Outdated { .. })));
        fs::write(&path, "this is a text and not a database at all".repeat(100)).unwrap();
        assert!(State::open(&path).await.is_err());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn many_may_open_a_new_state_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/er/state.db");
        let opening: Vec<_> = (0..16)
            .map(|_| {
                let path = path.clone();
                tokio::spawn(async move { State::open(&path).await.map(drop) })
            })
            .collect();
        for opened in opening {
            opened.await.unwrap().unwrap();
        }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn only_the_owner_may_read_the_files() {
        use std::os::unix::fs::PermissionsExt;
        let (folder, state) = fresh().await;
        state.create_key("x", Scopes::of(&[Scope::Read]), None, at(0)).await.unwrap();
        let mut seen = 0;
        for entry in fs::read_dir(folder.path()).unwrap() {
            let entry = entry.unwrap();
            assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", entry.path());
            seen += 1;
        }
        assert!(seen >= 2, "the database and its log");
    }
}
