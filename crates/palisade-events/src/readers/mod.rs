//! From the bytes of a format to a [`Record`](crate::Record), one file a format.
//!
//! [`Reader`] reads a stream that comes in blocks, [`EventReader`] one event at a time, [`event::read`] our own events.

pub mod access_log;
pub mod auditd;
mod auditd_join;
pub mod cef;
mod documents;
mod embedded;
pub mod event;
mod event_reader;
mod evtx;
mod fault;
mod format;
pub mod json;
pub mod leef;
mod lines;
pub mod logfmt;
pub mod otlp;
mod reader;
mod shapes;
pub mod syslog;
mod syslog_time;
#[cfg(test)]
mod testing;
mod utf16;
pub mod w3c;
pub mod windows_names;
pub mod windows_xml;
mod xml;
mod xml_events;

pub use event_reader::EventReader;
pub use fault::{Fault, Problem};
pub use format::{Format, UnknownFormat};
pub use reader::{Each, Reader};
