//! The lake: everything seen and found, in open Delta tables, queried with SQL.
//!
//! ```text
//! append ──► rows in memory ──► commit every few seconds: Parquet file + Delta version with the log position
//!                  │                                         │
//!                  └──────────── one query sees both ────────┘
//! ```
//!
//! [`schema`] says what the tables hold, [`rows`] turns the vocabulary into Arrow, [`table`] keeps one table and
//! commits it, [`committer`] decides when, [`upkeep`] compacts and forgets, [`query`] answers SQL [`read`] answers the
//! questions of the API, and [`receipts`] gives events again in the order of their receipt, [`points`] those of metrics by series. The lake runs on threads of its own, so that encoding and queries never hold up requests.
//!
//! A table's version names the log position that its rows cover (Delta `txn` action, application `palisade`), so
//! after a crash exactly the rest is replayed. This module must not know how observations come in or are judged.

mod clock;
mod committer;
#[cfg(test)]
mod faults;
mod file_reader;
mod files;
mod footprint;
mod memory;
mod merge;
mod points;
mod provider;
mod query;
mod read;
mod receipts;
mod render;
mod rows;
mod schema;
mod stoppable;
mod table;
mod threads;
mod upkeep;

pub use committer::{Free, Lake, LakeOptions, LakeStatus};
pub use footprint::TableFootprint;
pub use points::{Point, PointFilter, PointSeries};
pub use query::{Column, FileFormat, QueryError, QueryLimits, Table};
pub use read::{EventFilter, FindingFilter, Page};

#[cfg(test)]
mod tests;
