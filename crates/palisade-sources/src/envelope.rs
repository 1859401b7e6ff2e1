//! One record of a log: what its envelope says (a syslog header, the fields of a journal, the path of a file), and its
//! text, which may be a JSON object of its own.
//!
//! Senders of such records cannot be told that something is wrong with one. So none is refused: what does not fit is
//! cut or left out, what cannot be read stays text, and an attribute says so:
//!
//! | attribute | says |
//! |---|---|
//! | `cut_bytes` | how many bytes of the text are missing |
//! | `invalid_utf8` | bytes that are no UTF-8 were replaced |
//! | `time_as_sent` | the time that was not believed; the event has that of receipt |
//! | `attributes_left_out` | how many attributes did not fit |

use crate::{
    Context, Limits, collector::attribute_text_bytes, draft::Alias, draft::Draft, draft::Field, events, window,
};
use palisade_model::{Attributes, Event, Severity, Timestamp, Value};
use std::borrow::Cow;

/// The kind of records that name none.
const KIND: &str = "log";
/// What says that a text is a JSON object: the cookie of the CEE log syntax, still sent by rsyslog's users.
const COOKIE: &str = "@cee:";
/// Worse than any rank of a name in an event: what the text says of itself wins over its envelope.
const RANK: u8 = u8::MAX;
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// What is known of a record before its text is read.
#[derive(Debug, Default)]
pub(crate) struct Envelope<'a> {
    pub(crate) time: Option<Timestamp>,
    pub(crate) severity: Option<Severity>,
    pub(crate) service: Cow<'a, str>,
    pub(crate) host: Cow<'a, str>,
    pub(crate) attributes: Attributes,
    left_out: usize,
}

/// How the text of a record is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// As it stands.
    Text,
    /// As an event where it is a JSON object.
    MaybeJson,
}

impl<'a> Envelope<'a> {
    /// Takes the time that the sender names with `text`, where it is believable.
    pub(crate) fn set_time(&mut self, time: Timestamp, text: &[u8], received: Timestamp) {
        match window::check(time, received) {
            Ok(time) => self.time = Some(time),
            Err(_) => self.note("time_as_sent", String::from_utf8_lossy(text).into_owned()),
        }
    }

    /// Adds an attribute that comes from outside, where limits allow it; else it is counted.
    pub(crate) fn put(&mut self, key: String, value: Value, limits: &Limits) {
        let fits = key.len() <= limits.key_bytes
            && value.as_text().is_none_or(|text| text.len() <= limits.value_bytes)
            && self.attributes.len() < limits.attributes;
        if fits { self.attributes.push((key, value)) } else { self.left_out += 1 }
    }

    /// Counts attributes that did not fit.
    pub(crate) fn leave_out(&mut self, attributes: usize) {
        self.left_out = self.left_out.saturating_add(attributes);
    }

    /// Adds an attribute of ours: few, short, and beyond the limit on attributes.
    pub(crate) fn note(&mut self, key: &str, value: impl Into<Value>) {
        self.attributes.push((key.to_owned(), value.into()));
    }

    /// The event. Of the text, `cut` bytes are missing at its end.
    pub(crate) fn open(mut self, text: &[u8], cut: usize, reading: Reading, context: &Context<'_>) -> Event {
        let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        let (text, cut) = if cut > 0 { without_broken_end(text, cut) } else { (trim_end(text), 0) };
        let text = String::from_utf8_lossy(text);
        if matches!(text, Cow::Owned(_)) {
            self.note("invalid_utf8", true);
        }
        let read = match reading {
            Reading::MaybeJson if cut == 0 => object_text(&text).and_then(|object| self.structured(object, context)),
            _ => None,
        };
        read.unwrap_or_else(|| self.plain(text, cut, context))
    }

    /// The event that a JSON object describes, the envelope filling in what it leaves open. `None` when it is none, or
    /// breaks a limit.
    fn structured(&self, object: &str, context: &Context<'_>) -> Option<Event> {
        let mut draft = Draft::new(context.limits);
        events::read_object(object, &mut draft, context.limits).ok()?;
        let lifted = [
            (Field::Service, "log.service", &*self.service),
            (Field::Host, "log.host", &*self.host),
            (Field::Severity, "log.severity", self.severity.map_or("", Severity::name)),
        ];
        for (field, name, value) in lifted {
            if !value.is_empty() {
                draft.lift(Alias { field, rank: RANK, name }, Value::from(value));
            }
        }
        for (key, value) in &self.attributes {
            draft.attribute(key.clone(), value.clone());
        }
        let mut event = draft.finish(context.received).ok()?;
        if event.time == context.received
            && let Some(time) = self.time
        {
            event.time = time;
        }
        // A word that names no severity says nothing against the one of the envelope.
        let unknown = |attributes: &Attributes| attributes.iter().filter(|(key, _)| key == "severity_text").count();
        if unknown(&event.attributes) > unknown(&self.attributes) {
            event.severity = self.severity.unwrap_or_default();
        }
        if event.kind.is_empty() {
            KIND.clone_into(&mut event.kind);
        }
        event.attributes.retain(|(key, value)| match key.as_str() {
            "log.service" => value.as_text() != Some(&event.service),
            "log.host" => value.as_text() != Some(&event.host),
            "log.severity" => value.as_text() != Some(event.severity.name()),
            _ => true,
        });
        (self.left_out == 0 && text_bytes(&event) <= context.limits.line_bytes).then_some(event)
    }

    fn plain(self, text: Cow<'_, str>, cut: usize, context: &Context<'_>) -> Event {
        let mut event = Event {
            time: self.time.unwrap_or(context.received),
            kind: KIND.to_owned(),
            severity: self.severity.unwrap_or_default(),
            service: self.service.into_owned(),
            host: self.host.into_owned(),
            message: text.into_owned(),
            attributes: self.attributes,
            ..Event::default()
        };
        fit(&mut event, cut, self.left_out, context.limits);
        event
    }
}

/// Shortens the event until its text is within the limits, first its message, then its attributes, and notes what is
/// missing.
fn fit(event: &mut Event, cut: usize, left_out: usize, limits: &Limits) {
    let others = text_bytes(event) - event.message.len();
    let room = limits.line_bytes.saturating_sub(others).min(limits.value_bytes);
    let whole = event.message.len();
    event.message.truncate(event.message.floor_char_boundary(room));
    let cut = cut + whole - event.message.len();
    let (mut others, mut left_out) = (others, left_out);
    while others > limits.line_bytes
        && let Some((key, value)) = event.attributes.pop()
    {
        others -= key.len() + value.as_text().map_or(0, str::len);
        left_out += 1;
    }
    for (key, count) in [("cut_bytes", cut), ("attributes_left_out", left_out)] {
        if count > 0 {
            event.attributes.push((key.to_owned(), Value::Integer(i64::try_from(count).unwrap_or(i64::MAX))));
        }
    }
}

fn text_bytes(event: &Event) -> usize {
    let names = [&event.kind, &event.service, &event.host, &event.actor, &event.source_address];
    let texts = [&event.trace_id, &event.span_id, &event.message];
    names.into_iter().chain(texts).map(String::len).sum::<usize>() + attribute_text_bytes(&event.attributes)
}

/// The text without the line end and the NULs that some senders add.
fn trim_end(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|byte| !matches!(byte, b'\n' | b'\r' | 0)).map_or(0, |last| last + 1);
    &text[..end]
}

/// A text that was cut without the character that the cut went through.
fn without_broken_end(text: &[u8], cut: usize) -> (&[u8], usize) {
    match str::from_utf8(text) {
        Err(error) if error.error_len().is_none() => {
            (&text[..error.valid_up_to()], cut + text.len() - error.valid_up_to())
        }
        _ => (text, cut),
    }
}

/// The JSON object that a text seems to be, with or without its cookie.
fn object_text(text: &str) -> Option<&str> {
    let text = text.trim();
    let object = text.strip_prefix(COOKIE).map_or(text, str::trim_start);
    (object.starts_with('{') && object.ends_with('}')).then_some(object)
}
