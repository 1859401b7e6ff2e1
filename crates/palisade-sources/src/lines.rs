//! Lines of a file that a program logs to: a line is one event.
//!
//! What a line is shows at its beginning: a JSON object is read as an event, and of the lines that container runtimes
//! write (`{"log":…,"stream":…,"time":…}` of Docker, `TIME stdout F …` of the Kubernetes container runtime interface)
//! and those that syslog daemons write (`TIME HOST TAG: …`) the message is taken out. All else is text. Nothing is
//! refused, for nobody could be told.

mod container;

use crate::{
    Context, Delivery, Frame,
    envelope::{Envelope, Reading},
    syslog,
};
use palisade_model::Event;
use std::borrow::Cow;

/// What is tried on a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LineFormat {
    /// JSON objects, lines of container runtimes and of syslog daemons are taken apart; all else is text.
    #[default]
    Auto,
    /// Text as it stands.
    Text,
    /// JSON objects; what is none stays text.
    Json,
}

/// Where lines come from.
#[derive(Clone, Copy, Debug)]
pub struct LineOrigin<'a> {
    /// When they were read, and how large they may be.
    pub context: Context<'a>,
    /// The file.
    pub path: &'a str,
    /// The service of lines that name none; empty when unknown.
    pub service: &'a str,
    /// The machine of lines that name none; empty when unknown.
    pub host: &'a str,
    /// What is tried.
    pub format: LineFormat,
    /// Seconds east of UTC that times without a zone are in.
    pub zone_seconds: i32,
}

/// Reads one line; `None` when it is blank.
#[must_use]
pub fn read_line(frame: Frame<'_>, origin: &LineOrigin<'_>) -> Option<Event> {
    if frame.cut == 0 && frame.bytes.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0) {
        return None;
    }
    let mut envelope = Envelope::default();
    let message = match origin.format {
        LineFormat::Auto => take_apart(frame, &mut envelope, origin),
        LineFormat::Text | LineFormat::Json => Cow::Borrowed(frame.bytes),
    };
    for (place, known) in [(&mut envelope.service, origin.service), (&mut envelope.host, origin.host)] {
        if place.is_empty() {
            *place = Cow::Borrowed(known);
        }
    }
    envelope.note("log.file.path", origin.path);
    let reading = if origin.format == LineFormat::Text { Reading::Text } else { Reading::MaybeJson };
    Some(envelope.open(&message, frame.cut, reading, &origin.context))
}

/// Reads what a runtime or daemon put around a message.
fn take_apart<'t>(frame: Frame<'t>, envelope: &mut Envelope<'t>, origin: &LineOrigin<'_>) -> Cow<'t, [u8]> {
    let line = frame.bytes;
    let received = origin.context.received;
    if line.starts_with(b"{") {
        let read = if frame.cut == 0 { container::read_docker(line, envelope, received) } else { None };
        return read.map_or(Cow::Borrowed(line), |text| Cow::Owned(text.into_bytes()));
    }
    if let Some(message) = container::read_cri(line, envelope, received) {
        return Cow::Borrowed(message);
    }
    let delivery = Delivery { context: origin.context, zone_seconds: origin.zone_seconds, peer: "" };
    Cow::Borrowed(syslog::read_file_line(line, envelope, &delivery).unwrap_or(line))
}
