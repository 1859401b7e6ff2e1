//! State: what is small, changes in place and must outlive a restart, such as API keys and which feed version serves.
//!
//! Held in SQLite, through one SQL text that PostgreSQL understands as well (`$1` parameters, `TEXT` and `BIGINT`, no
//! functions of one engine). Every change is on the disk before it is reported. Time is an argument throughout, and no
//! secret is kept in plain: what must be recognised again is kept as its SHA-256, what must be had back is sealed.

mod audit;
mod channels;
mod counterparties;
mod database;
mod error;
mod idempotency;
mod inventories;
mod keys;
mod outbox;
mod registry_facts;
mod response;
mod scopes;
mod seal;
mod secret;
mod sessions;

pub use audit::{AuditDraft, AuditRow, AuditVerdict};
pub use channels::ChannelRow;
pub use counterparties::{CounterpartyRow, PairRow, ScreeningStep};
pub use database::State;
pub(crate) use database::{Sql, hex};
pub use error::StateError;
pub use idempotency::IdempotencyRecord;
pub use inventories::InventoryRow;
pub use keys::{KeyInfo, NewKey};
pub use outbox::{Failed, OutboxEntry, OutboxState, Outgoing, Settled, SettledAs};
pub use response::{ResponseRecord, ResponseStep};
pub use scopes::{Scope, Scopes, UnknownScope};
pub use seal::Seal;
pub use sessions::{SESSION_VALID, SessionInfo};
