//! Everything that Palisade keeps, and the only crate that knows the engines it is kept in.
//!
//! - [`log`]: the write-ahead log. Nothing is acknowledged before it stands there.
//! - [`lake`]: open Delta tables, with SQL over them and over rows that are not committed yet.
//! - [`state`]: what is small and changes in place, such as API keys.
//! - [`cache`]: what is asked for again and again.
//! - [`parquet`]: numbers and times of a file that somebody else wrote.
//! - [`feeds`]: reference data with version, hash and age.
//!
//! [`Store`] opens them together under one data folder, which one process uses at a time.
#![forbid(unsafe_code)]

pub mod cache;
mod checkpoint;
mod error;
pub mod feeds;
pub mod lake;
pub mod log;
pub mod parquet;
pub mod state;
mod store;

pub use error::StoreError;
pub use feeds::Feeds;
pub use lake::{
    Column, EventFilter, FileFormat, FindingFilter, Lake, LakeOptions, LakeStatus, Page, Point, PointFilter,
    PointSeries, QueryError, QueryLimits, Table, TableFootprint,
};
pub use state::State;
pub use store::{Store, StoreOptions};
