//! Wire formats in: each source turns the bytes of one request into observations.
//!
//! A source is a pure function from bytes, format and time of receipt to [`Parsed`]: what was read, and a list of what
//! could not be. One bad event never costs a good one its place. A source does no I/O, reads no clock, starts no
//! thread, and gives observations no identity; that is for admission. Whatever a stranger sends, it costs at most what
//! [`Limits`] allow, and never a panic.
//!
//! # Adding a source
//!
//! Write one file with a function of the type of [`Source::read`] and one of [`Source::respond`], and add a line to
//! [`SOURCES`]. The building blocks are inside: `collector` counts and limits, `draft` lifts the fields of events that
//! everyone filters by, `attribute_list` holds attributes to their limits, `window` judges times.
//!
//! # What has no end
//!
//! Connections, followed files and uploads of journals come in pieces, and their senders get no answer. Their readers
//! ([`Framer`], [`JournalReader`]) keep what is not whole between pieces, bounded, and give one record at a time, which
//! becomes an event without fail ([`read_syslog`], [`read_line`], [`JournalEntry::into_event`]).
#![forbid(unsafe_code)]

mod attribute_list;
mod buckets;
mod collector;
mod decompress;
mod draft;
mod envelope;
mod error;
mod events;
pub mod exposition;
mod framing;
mod journal;
mod limits;
mod lines;
mod metric_names;
mod otlp;
mod parsed;
mod power;
mod remote_write;
pub mod signals;
mod source;
pub mod statsd;
mod syslog;
mod window;

pub use decompress::decompress;
pub use error::SourceError;
pub use framing::{Frame, Framer};
pub use journal::{JournalEntry, JournalReader};
pub use limits::Limits;
pub use lines::{LineFormat, LineOrigin, read_line};
pub use parsed::{PROBLEMS_LISTED_MAX, Parsed, Place, Problem, Receipt};
pub use source::{Context, Format, Source};
pub use syslog::{Delivery, read_syslog};

/// Every way in over HTTP.
pub const SOURCES: &[Source] = &[
    Source {
        name: "events",
        path: "/api/v1/events",
        formats: &[Format::Json, Format::Ndjson],
        success_status: 202,
        partial_is_failure: false,
        message: None,
        read: events::read,
        respond: events::respond,
    },
    Source {
        name: "otlp-logs",
        path: "/v1/logs",
        formats: &[Format::Protobuf, Format::Json],
        success_status: 200,
        partial_is_failure: false,
        message: None,
        read: otlp::logs::read,
        respond: otlp::logs::respond,
    },
    Source {
        name: "otlp-metrics",
        path: "/v1/metrics",
        formats: &[Format::Protobuf, Format::Json],
        success_status: 200,
        partial_is_failure: false,
        message: None,
        read: otlp::metrics::read,
        respond: otlp::metrics::respond,
    },
    Source {
        name: "otlp-traces",
        path: "/v1/traces",
        formats: &[Format::Protobuf, Format::Json],
        success_status: 200,
        partial_is_failure: false,
        message: None,
        read: otlp::traces::read,
        respond: otlp::traces::respond,
    },
    Source {
        name: "prometheus-remote-write",
        path: "/api/v1/write",
        formats: &[Format::Protobuf],
        success_status: 204,
        partial_is_failure: true,
        message: Some(remote_write::MESSAGE),
        read: remote_write::read,
        respond: remote_write::respond,
    },
];
