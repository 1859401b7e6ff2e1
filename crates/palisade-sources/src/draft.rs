//! An event while its fields come in, in any order: what everyone filters by is lifted, all else is an attribute.

pub(crate) use crate::attribute_list::shortened;
use crate::{Limits, attribute_list::AttributeList, window};
use palisade_model::{Event, Severity, Timestamp, Value};

/// Attributes that there is room for from the start.
const ATTRIBUTES_USUAL: usize = 8;

/// The fields that are lifted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Time,
    Kind,
    Severity,
    Service,
    Host,
    Actor,
    SourceAddress,
    TraceId,
    SpanId,
    Message,
}

const FIELDS: usize = Field::Message as usize + 1;

/// A name under which a field comes in. Of several names for one field in one event, the least `rank` is lifted and the
/// others stay attributes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Alias {
    pub(crate) field: Field,
    pub(crate) rank: u8,
    pub(crate) name: &'static str,
}

/// The event so far. Once something is wrong with it, further fields are ignored.
pub(crate) struct Draft<'l> {
    lifted: [Option<(Alias, Value)>; FIELDS],
    attributes: AttributeList<'l>,
}

impl<'l> Draft<'l> {
    pub(crate) fn new(limits: &'l Limits) -> Self {
        let attributes = AttributeList::new(limits, "event", ATTRIBUTES_USUAL);
        Self { lifted: [const { None }; FIELDS], attributes }
    }

    /// True when the event will be refused.
    pub(crate) fn has_problem(&self) -> bool {
        self.attributes.has_problem()
    }

    /// Refuses the event; the first reason stands.
    pub(crate) fn refuse(&mut self, problem: impl FnOnce() -> String) {
        self.attributes.refuse(problem);
    }

    /// Takes a scalar for a field. Null says nothing; the last of equal names wins.
    pub(crate) fn lift(&mut self, alias: Alias, value: Value) {
        if value == Value::Null || !self.attributes.admits(alias.name, &value) {
            return;
        }
        let slot = &mut self.lifted[alias.field as usize];
        match slot {
            Some((known, held)) if known.name == alias.name => *held = value,
            Some((known, _)) if known.rank < alias.rank => self.attribute(alias.name.to_owned(), value),
            _ => {
                if let Some((known, displaced)) = slot.replace((alias, value)) {
                    self.attribute(known.name.to_owned(), displaced);
                }
            }
        }
    }

    /// Adds an attribute. Equal keys are all kept.
    pub(crate) fn attribute(&mut self, key: String, value: Value) {
        self.attributes.push(key, value);
    }

    /// The attributes so far, for what only adds attributes.
    pub(crate) fn attributes(&mut self) -> &mut AttributeList<'l> {
        &mut self.attributes
    }

    /// The event, with `received` as its time when it names none.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn finish(mut self, received: Timestamp) -> Result<Event, String> {
        let mut event = Event { time: received, ..Event::default() };
        for slot in 0..FIELDS {
            if let Some((alias, value)) = self.lifted[slot].take()
                && let Some((key, value)) = place(&mut event, alias, value, received)?
            {
                self.attribute(key, value);
            }
        }
        event.attributes = self.attributes.finish()?;
        Ok(event)
    }
}

/// Puts a lifted value in its place, or gives it back as the attribute that it stays.
fn place(
    event: &mut Event,
    alias: Alias,
    value: Value,
    received: Timestamp,
) -> Result<Option<(String, Value)>, String> {
    let kept = |value| Some((alias.name.to_owned(), value));
    Ok(match alias.field {
        Field::Time => match window::read(&value) {
            Some(time) => {
                event.time = window::check(time?, received)?;
                None
            }
            None => kept(value),
        },
        Field::Severity => {
            place_severity(event, value).map(|(key, value)| (key.unwrap_or(alias.name).to_owned(), value))
        }
        Field::TraceId => place_id(&mut event.trace_id, value, 32).and_then(kept),
        Field::SpanId => place_id(&mut event.span_id, value, 16).and_then(kept),
        Field::Kind => place_text(&mut event.kind, value),
        Field::Service => place_text(&mut event.service, value),
        Field::Host => place_text(&mut event.host, value),
        Field::Actor => place_text(&mut event.actor, value),
        Field::SourceAddress => place_text(&mut event.source_address, value),
        Field::Message => place_text(&mut event.message, value),
    })
}

fn place_text(place: &mut String, value: Value) -> Option<(String, Value)> {
    *place = match value {
        Value::Text(text) => text,
        scalar => scalar.to_string(),
    };
    None
}

/// A name of a level, or the OCSF number 1 to 5. Text that names none stays as `severity_text`.
fn place_severity(event: &mut Event, value: Value) -> Option<(Option<&'static str>, Value)> {
    let found = match &value {
        Value::Text(text) => Severity::from_level(text.trim()),
        Value::Integer(number @ 1..=5) => i32::try_from(*number).ok().and_then(Severity::from_number),
        _ => None,
    };
    match (found, &value) {
        (Some(severity), _) => {
            event.severity = severity;
            None
        }
        (None, Value::Text(_)) => Some((Some("severity_text"), value)),
        (None, _) => Some((None, value)),
    }
}

/// An id of W3C Trace Context in lower case; all zeros says that there is none. What is no id stays an attribute.
fn place_id(place: &mut String, value: Value, digits: usize) -> Option<Value> {
    match value {
        Value::Text(mut text) if text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            text.make_ascii_lowercase();
            if text.bytes().any(|byte| byte != b'0') {
                *place = text;
            }
            None
        }
        Value::Text(text) if text.is_empty() => None,
        other => Some(other),
    }
}
