//! What can go wrong with the state, and what to do about it.

use std::path::PathBuf;

/// Why the state could not be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The file is not there, and it was not to be made.
    #[error("there is no state at {}: start the server once with this data directory, or name another", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The file or its folder cannot be made or read.
    #[error("cannot open the state at {}: {source}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The state was written by an older version and is open for reading only.
    #[error("the state at {} is of an older version: start the server once, which brings it up to date", path.display())]
    Outdated {
        /// The file.
        path: PathBuf,
    },
    /// The tables could not be brought up to date.
    #[error("cannot bring the state up to date (is it from a newer version of Palisade?): {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The database refused.
    #[error("the state database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes: {0}")]
    Random(#[from] getrandom::Error),
    /// The key that settings are sealed with is none.
    #[error("the key for sealed settings is not 64 hexadecimal digits: restore secret.key or PALISADE_SECRET_KEY")]
    SealKey,
    /// Sealed settings cannot be opened.
    #[error("sealed settings cannot be opened: secret.key or PALISADE_SECRET_KEY is not the one they were sealed with")]
    Seal,
    /// A key needs a name by which people know it.
    #[error("a key needs a name of 1 to {max} characters, without control characters")]
    KeyName {
        /// The longest name, in characters.
        max: usize,
    },
    /// A key without scopes could do nothing.
    #[error("a key needs at least one scope: ingest, inspect, read, respond or admin")]
    NoScopes,
    /// The key would never be valid.
    #[error("the key would expire before it is made: give a later time")]
    ExpiresInThePast,
    /// A request with the same idempotency key made a key before.
    #[error(
        "a request with this Idempotency-Key made the key {id} before; its secret was shown then and is kept nowhere"
    )]
    MadeBefore {
        /// The key that was made.
        id: String,
    },
    /// What is kept in the table cannot be understood.
    #[error("the state holds a damaged row in {table}: {detail}")]
    Damaged {
        /// The table.
        table: &'static str,
        /// What is wrong with it.
        detail: String,
    },
}
