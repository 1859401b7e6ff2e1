//! Syslog: one message becomes one event, whichever of its forms it has.
//!
//! There are two standards, RFC 5424 and the older RFC 3164, which describes what programs did rather than what they
//! should do; senders take liberties with both. A message of neither form is kept as text, and so is whatever of a
//! message cannot be read: a sender of syslog cannot be told that something is wrong.
//!
//! | of the message | becomes |
//! |---|---|
//! | severity | `severity`; where several fall together also `severity_text` (`emerg`, `alert`, `debug`) |
//! | facility | `syslog.facility` |
//! | time stamp | `time`, or `time_as_sent` when it is not believable |
//! | host name, or else the address of the sender | `host` |
//! | APP-NAME or tag | `service` |
//! | PROCID | `process.pid`, or `syslog.procid` when it is no number |
//! | MSGID | `syslog.msgid` |
//! | structured data | `SD-ID.PARAM-NAME` |
//! | address of the sender | `network.peer.address` |
//!
//! Of a message that is a JSON object, with or without the cookie `@cee:`, the members are read as those of an event.

mod priority;
mod rfc3164;
mod rfc5424;
mod stamp;
mod structured_data;
mod token;

pub(crate) use priority::{facility_name, severity_text};

use crate::{
    Context, Frame,
    envelope::{Envelope, Reading},
};
use palisade_model::{Event, Severity};
use std::borrow::Cow;

/// How a message came in.
#[derive(Clone, Copy, Debug)]
pub struct Delivery<'a> {
    /// When, and how large it may be.
    pub context: Context<'a>,
    /// Seconds east of UTC that times without a zone are in.
    pub zone_seconds: i32,
    /// The address that it came from, as text; empty when unknown.
    pub peer: &'a str,
}

/// Reads one message, without what framed it. The event is never larger than the limits allow; what that costs the
/// message stands in its attributes.
#[must_use]
pub fn read_syslog(frame: Frame<'_>, delivery: &Delivery<'_>) -> Event {
    let mut envelope = Envelope::default();
    let message = read_header(frame.bytes, &mut envelope, delivery);
    if !delivery.peer.is_empty() {
        envelope.note("network.peer.address", delivery.peer);
        if envelope.host.is_empty() {
            envelope.host = Cow::Borrowed(delivery.peer);
        }
    }
    envelope.open(message, frame.cut, Reading::MaybeJson, &delivery.context)
}

/// Reads a line of a file that syslog wrote, which has no priority before it; `None` when it has no time, host and tag
/// at its beginning. What follows them is the message.
///
/// Programs write lines that look alike (`2026-11-20T12:00:00Z INFO server: ready`). So the name of a level is no host,
/// and behind a time of RFC 3339 the tag has a process, or is the kernel's.
pub(crate) fn read_file_line<'t>(
    line: &'t [u8],
    envelope: &mut Envelope<'t>,
    delivery: &Delivery<'_>,
) -> Option<&'t [u8]> {
    let mut read = Envelope::default();
    let message = rfc3164::read(line, &mut read, delivery)?;
    let has_process = !read.attributes.is_empty() || read.service == "kernel";
    let is_certain = has_process || !line.starts_with(b"2");
    let is_header =
        is_certain && !read.service.is_empty() && !read.host.is_empty() && Severity::from_level(&read.host).is_none();
    if is_header {
        *envelope = read;
    }
    is_header.then_some(message)
}

/// Reads what stands before the message.
fn read_header<'t>(text: &'t [u8], envelope: &mut Envelope<'t>, delivery: &Delivery<'_>) -> &'t [u8] {
    let Some((priority, rest)) = priority::read(text) else {
        return rfc3164::read(text, envelope, delivery).unwrap_or(text);
    };
    envelope.severity = Some(Severity::from_syslog(priority.severity));
    if let Some(name) = severity_text(priority.severity) {
        envelope.note("severity_text", name);
    }
    envelope.note("syslog.facility", facility_name(priority.facility));
    if let Some(message) = rfc5424::read(rest, envelope, delivery) {
        return message;
    }
    rfc3164::read(rest, envelope, delivery).unwrap_or_else(|| rfc3164::read_tag(rest, envelope, delivery))
}
