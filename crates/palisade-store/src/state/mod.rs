//! State: what is small, changes in place and must outlive a restart, such as API keys and which feed version serves.
//!
//! Held in SQLite, through one SQL text that PostgreSQL understands as well (`$1` parameters, `TEXT` and `BIGINT`, no
//! functions of one engine). Every change is on the disk before it is reported. Time is an argument throughout, and no
//! secret is kept: what must be recognised again is kept as its SHA-256.

mod database;
mod error;
mod idempotency;
mod keys;
mod scopes;
mod secret;
mod sessions;

pub use database::State;
pub(crate) use database::{Sql, hex};
pub use error::StateError;
pub use idempotency::IdempotencyRecord;
pub use keys::{KeyInfo, NewKey};
pub use scopes::{Scope, Scopes, UnknownScope};
pub use sessions::{SESSION_VALID, SessionInfo};
