//! Runs Sigma rules over security events.
//!
//! ```text
//! bytes ──► readers ──► Record ──► source ──► engine: index → candidates → confirm ──► Match
//!                                                ▲
//!                                    rules (load, compile)
//! ```
#![forbid(unsafe_code)]

pub mod limits;
pub mod readers;
mod record;
pub mod taxonomy;
pub mod time;

pub use record::{Field, Record, Text, Value};
