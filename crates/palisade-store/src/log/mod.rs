//! The write-ahead log: nothing is acknowledged before it stands here, on disk.
//!
//! A log is a folder of segment files. One thread writes: it takes every append that waits, writes them together,
//! asks the disk once (`fdatasync`) and only then answers all of them, so a hundred clients share one disk flush.
//! Durable records are handed on in log order by the same thread, so what follows sees them in that order, too.
//!
//! ```text
//! append ──► channel ──► writer thread: write + fdatasync ──► deliver(position, item) ──► answer to the appender
//! ```
//!
//! [`segment`] knows the bytes, [`recovery`] reads them back after a crash, [`writer`] appends. This module must not
//! know what a record means.

mod recovery;
mod segment;
mod writer;

#[cfg(test)]
mod tests;

pub use recovery::{Damage, Recovered, recover, replay};
pub use writer::{AppendError, Log, LogLimits, Waiting};
