//! One entry of the journal, and the event that it becomes.
//!
//! | field | becomes |
//! |---|---|
//! | `MESSAGE` | `message`; when it is a JSON object, its members are read as those of an event |
//! | `PRIORITY` | `severity`, as of syslog |
//! | `SYSLOG_IDENTIFIER`, else `_COMM`, else `_SYSTEMD_UNIT` | `service` |
//! | `_HOSTNAME` | `host` |
//! | `__REALTIME_TIMESTAMP` | `time` |
//! | `_PID` | `process.pid` |
//! | `SYSLOG_FACILITY` | `syslog.facility` |
//! | all others | an attribute of the same name |

use crate::{
    Context,
    envelope::{Envelope, Reading},
    syslog,
};
use palisade_model::{Event, Severity, Timestamp, Value};
use std::borrow::Cow;

/// The fields that name the service, the best first.
const SERVICES: [&str; 3] = ["SYSLOG_IDENTIFIER", "_COMM", "_SYSTEMD_UNIT"];

/// The fields of an entry, in the order in which they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JournalEntry {
    fields: Vec<(String, Vec<u8>)>,
    bytes: usize,
    message_cut: usize,
    left_out: usize,
}

impl JournalEntry {
    /// The first value of a field.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_slice())
    }

    /// How many bytes its fields have.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// The event. It is never larger than the limits allow; what that costs the entry stands in its attributes.
    #[must_use]
    pub fn into_event(self, context: &Context<'_>) -> Event {
        let mut envelope = Envelope::default();
        envelope.leave_out(self.left_out);
        let service = SERVICES.into_iter().find(|name| self.get(name).is_some_and(|value| !value.is_empty()));
        let mut message: &[u8] = &[];
        for (index, (name, value)) in self.fields.iter().enumerate() {
            // Fields may repeat; of those that are lifted the first stands.
            let is_first = index == self.fields.iter().position(|(known, _)| known == name).unwrap_or(index);
            match name.as_str() {
                "MESSAGE" if is_first => message = value,
                "_HOSTNAME" if is_first => envelope.host = String::from_utf8_lossy(value),
                name if is_first && Some(name) == service => envelope.service = String::from_utf8_lossy(value),
                name => put(&mut envelope, name, value, context),
            }
        }
        envelope.open(message, self.message_cut, Reading::MaybeJson, context)
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.left_out == 0
    }

    /// Adds a field of which `cut` bytes are missing. Only a message is worth keeping in part.
    pub(super) fn add(&mut self, name: String, value: &[u8], cut: usize, fields_max: usize) {
        let is_message = name == "MESSAGE" && self.get("MESSAGE").is_none();
        if self.fields.len() >= fields_max || (cut > 0 && !is_message) {
            return self.leave_out();
        }
        if is_message {
            self.message_cut = cut;
        }
        self.bytes += name.len() + value.len();
        self.fields.push((name, value.to_vec()));
    }

    pub(super) fn leave_out(&mut self) {
        self.left_out = self.left_out.saturating_add(1);
    }
}

fn put(envelope: &mut Envelope<'_>, name: &str, value: &[u8], context: &Context<'_>) {
    let text = String::from_utf8_lossy(value);
    match (name, text.parse::<i64>()) {
        ("__REALTIME_TIMESTAMP", Ok(micros)) => {
            let time = micros.checked_mul(1_000).map_or(i64::MAX, |nanos| nanos);
            envelope.set_time(Timestamp::from_nanos(time), value, context.received);
        }
        ("PRIORITY", Ok(level @ 0..=7)) => {
            let level = level.unsigned_abs() as u8;
            envelope.severity = Some(Severity::from_syslog(level));
            if let Some(text) = syslog::severity_text(level) {
                envelope.note("severity_text", text);
            }
        }
        ("SYSLOG_FACILITY", Ok(facility @ 0..=23)) => {
            envelope.note("syslog.facility", syslog::facility_name(facility.unsigned_abs() as u8));
        }
        ("_PID", Ok(process)) => envelope.put("process.pid".to_owned(), Value::Integer(process), context.limits),
        _ => {
            let is_replaced = matches!(text, Cow::Owned(_));
            envelope.put(name.to_owned(), Value::Text(text.into_owned()), context.limits);
            if is_replaced {
                envelope.note(&format!("{name}.invalid_utf8"), true);
            }
        }
    }
}
