//! One event as readers give it and rules ask for it: a flat list of named values, in the order of the event.
//!
//! A nested field has the names of what holds it before its own, with dots between: `userIdentity.arn`. A list gives
//! one entry for itself and one for each element, all of the same name, so that a rule holds when it holds for any of
//! them; objects in a list give the fields of their own, under the list's name. An object gives an entry for itself and
//! those of its fields.
//!
//! Values stay as they are written in the event until something asks for them: escapes are decoded by [`Text::get`],
//! numbers are text. What a reader gives that stands in the event's own text is kept as a place in it; all else is
//! copied once, into one buffer. A record is used again for the next event with [`Record::renew`], which keeps what it
//! has allocated, so reading a stream allocates nothing.
//!
//! ```
//! use palisade_events::{Record, Value};
//!
//! let mut record = Record::new(r#"type=LOGIN acct="root""#);
//! record.push("type", Value::text("LOGIN"));
//! record.push("acct", Value::text("root"));
//! assert_eq!(record.first("acct").and_then(|value| value.get()).as_deref(), Some("root"));
//! assert_eq!(record.fields().map(|field| field.name).collect::<Vec<_>>(), ["type", "acct"]);
//! ```

use crate::{
    limits::{EVENT_BYTES_MAX, FIELDS_MAX, NAMES_BYTES_MAX},
    time,
};
use palisade_model::Timestamp;
use std::{borrow::Cow, ops::Range};

/// One event.
#[derive(Clone, Debug, Default)]
pub struct Record<'t> {
    text: &'t str,
    /// What does not stand in `text`.
    made: String,
    entries: Vec<Entry>,
    time: Option<Timestamp>,
    is_cut: bool,
}

/// A field with its value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Field<'r> {
    /// The dotted name.
    pub name: &'r str,
    /// The value.
    pub value: Value<'r>,
}

/// A value as it is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'r> {
    /// Nothing.
    Null,
    /// True or false.
    Boolean(bool),
    /// A number, as in JSON.
    Number(&'r str),
    /// Text.
    Text(Text<'r>),
    /// A list as it is written; its elements follow as entries of the same name.
    List(&'r str),
    /// An object as it is written; its fields follow as entries of their own.
    Object(&'r str),
}

/// Text that may hold JSON escapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text<'r> {
    /// As it is written, without quotes.
    pub written: &'r str,
    /// True when it holds escapes.
    pub is_escaped: bool,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    name: Place,
    value: Place,
    kind: Kind,
}

/// A part of the event's text, or of what was made when the highest bit of `start` is set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    start: u32,
    bytes: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    False,
    True,
    Number,
    Text,
    EscapedText,
    List,
    Object,
}

const MADE: u32 = 1 << 31;
const _: () = assert!(EVENT_BYTES_MAX + NAMES_BYTES_MAX < MADE as usize);

impl<'t> Record<'t> {
    /// A record of the event written as `text`, without fields yet. Text beyond [`EVENT_BYTES_MAX`] is left out.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        Record::default().renew(text)
    }

    /// An empty record of another event, with what this one has allocated.
    #[must_use]
    pub fn renew<'n>(mut self, text: &'n str) -> Record<'n> {
        self.entries.clear();
        self.made.clear();
        let kept = &text[..text.floor_char_boundary(EVENT_BYTES_MAX)];
        Record { text: kept, made: self.made, entries: self.entries, time: None, is_cut: kept.len() < text.len() }
    }

    /// The text of the event.
    #[must_use]
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// Adds a field. A name or value that is part of the event's text is not copied.
    pub fn push(&mut self, name: &str, value: Value<'_>) {
        let (kind, written) = value.parts();
        if let Some(name) = self.place(name)
            && let Some(value) = self.place(written)
        {
            self.push_placed(name, value, kind);
        }
    }

    /// Says when it happened, where the reader knows.
    pub fn set_time(&mut self, time: Timestamp) {
        self.time = Some(time);
    }

    /// When it happened: as the reader said, or else by the first field that is known to tell the time and does.
    #[must_use]
    pub fn time(&self) -> Option<Timestamp> {
        self.time.or_else(|| time::of_record(self))
    }

    /// The fields in order.
    pub fn fields(&self) -> impl ExactSizeIterator<Item = Field<'_>> + Clone {
        (0..self.entries.len()).map(|index| self.field(index))
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True without any field.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entry at `index`.
    ///
    /// # Panics
    /// When `index` is not below [`Record::len`].
    #[must_use]
    pub fn field(&self, index: usize) -> Field<'_> {
        Field { name: self.name(index), value: self.value(index) }
    }

    /// All values of the field `name`, in order.
    pub fn values<'r>(&'r self, name: &'r str) -> impl Iterator<Item = Value<'r>> {
        self.fields().filter(move |field| field.name == name).map(|field| field.value)
    }

    /// The first value of the field `name`.
    #[must_use]
    pub fn first(&self, name: &str) -> Option<Value<'_>> {
        (0..self.entries.len()).find(|&index| self.name(index) == name).map(|index| self.value(index))
    }

    /// True when a part of the event was left out because of a limit.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.is_cut
    }

    pub(crate) fn name(&self, index: usize) -> &str {
        self.at(self.entries[index].name)
    }

    pub(crate) fn value(&self, index: usize) -> Value<'_> {
        let Entry { value, kind, .. } = self.entries[index];
        Value::from_parts(kind, self.at(value))
    }

    /// The kind of the entry and the value as it is written.
    pub(crate) fn written(&self, index: usize) -> (Kind, &str) {
        let Entry { value, kind, .. } = self.entries[index];
        (kind, self.at(value))
    }

    /// Adds a field whose parts have places already.
    pub(crate) fn push_placed(&mut self, name: Place, value: Place, kind: Kind) {
        if self.entries.len() < FIELDS_MAX {
            self.entries.push(Entry { name, value, kind });
        } else {
            self.is_cut = true;
        }
    }

    /// Gives the entry at `index` its value, for what is known only after its parts.
    pub(crate) fn set_value(&mut self, index: usize, value: Place) {
        if let Some(entry) = self.entries.get_mut(index) {
            entry.value = value;
        }
    }

    /// Adds the entry at `index` once more, named by the part `kept` of its name.
    pub(crate) fn push_again(&mut self, index: usize, kept: Range<usize>) {
        let Some(&Entry { name, value, kind }) = self.entries.get(index) else { return };
        let end = (kept.end as u32).min(name.bytes);
        let start = (kept.start as u32).min(end);
        self.push_placed(Place { start: name.start + start, bytes: end - start }, value, kind);
    }

    /// Adds the value of the entry at `index` once more, under another name.
    pub(crate) fn push_renamed(&mut self, index: usize, name: &str) {
        let Some(&Entry { value, kind, .. }) = self.entries.get(index) else { return };
        if let Some(name) = self.make(&[name]) {
            self.push_placed(name, value, kind);
        }
    }

    /// The place of these bytes of the event's text.
    pub(crate) fn place_of(start: usize, end: usize) -> Place {
        Place { start: start as u32, bytes: (end - start) as u32 }
    }

    /// Copies `parts`, one after the other, as the name of a field; `None` where there is no room.
    pub(crate) fn make(&mut self, parts: &[&str]) -> Option<Place> {
        let start = self.made.len();
        let bytes: usize = parts.iter().map(|part| part.len()).sum();
        if start + bytes > EVENT_BYTES_MAX + NAMES_BYTES_MAX {
            self.is_cut = true;
            return None;
        }
        parts.iter().for_each(|part| self.made.push_str(part));
        Some(Place { start: start as u32 | MADE, bytes: bytes as u32 })
    }

    /// Where all texts of the event stand: as they came, and as readers made them.
    pub(crate) fn haystacks(&self) -> (&str, &str) {
        (self.text, &self.made)
    }

    /// Notes that a part was left out.
    pub(crate) fn cut(&mut self) {
        self.is_cut = true;
    }

    fn place(&mut self, part: &str) -> Option<Place> {
        let offset = (part.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize);
        if offset <= self.text.len() && part.len() <= self.text.len() - offset {
            return Some(Self::place_of(offset, offset + part.len()));
        }
        self.make(&[part])
    }

    fn at(&self, place: Place) -> &str {
        let start = (place.start & !MADE) as usize;
        let source = if place.start & MADE == 0 { self.text } else { self.made.as_str() };
        &source[start..start + place.bytes as usize]
    }
}

impl<'r> Value<'r> {
    /// Text without escapes.
    #[must_use]
    pub fn text(written: &'r str) -> Self {
        Self::Text(Text { written, is_escaped: false })
    }

    /// The value as text: what stands in quotes, decoded; numbers and booleans as they are written. Nothing for null,
    /// lists and objects, which have no text that a rule could ask for.
    #[must_use]
    pub fn get(self) -> Option<Cow<'r, str>> {
        match self {
            Self::Text(text) => Some(text.get()),
            Self::Number(written) => Some(Cow::Borrowed(written)),
            Self::Boolean(true) => Some(Cow::Borrowed("true")),
            Self::Boolean(false) => Some(Cow::Borrowed("false")),
            Self::Null | Self::List(_) | Self::Object(_) => None,
        }
    }

    /// True for what [`Value::get`] gives a text of.
    #[must_use]
    pub fn has_text(self) -> bool {
        !matches!(self, Self::Null | Self::List(_) | Self::Object(_))
    }

    /// The number that the value is, or that its text is.
    #[must_use]
    pub fn number(self) -> Option<f64> {
        match self {
            Self::Number(written) => written.parse().ok(),
            Self::Text(text) => text.get().parse().ok(),
            _ => None,
        }
    }

    fn parts(self) -> (Kind, &'r str) {
        match self {
            Self::Null => (Kind::Null, ""),
            Self::Boolean(false) => (Kind::False, ""),
            Self::Boolean(true) => (Kind::True, ""),
            Self::Number(written) => (Kind::Number, written),
            Self::Text(Text { written, is_escaped: false }) => (Kind::Text, written),
            Self::Text(Text { written, is_escaped: true }) => (Kind::EscapedText, written),
            Self::List(written) => (Kind::List, written),
            Self::Object(written) => (Kind::Object, written),
        }
    }

    fn from_parts(kind: Kind, written: &'r str) -> Self {
        match kind {
            Kind::Null => Self::Null,
            Kind::False => Self::Boolean(false),
            Kind::True => Self::Boolean(true),
            Kind::Number => Self::Number(written),
            Kind::Text => Self::Text(Text { written, is_escaped: false }),
            Kind::EscapedText => Self::Text(Text { written, is_escaped: true }),
            Kind::List => Self::List(written),
            Kind::Object => Self::Object(written),
        }
    }
}

impl<'r> Text<'r> {
    /// What it stands for.
    #[must_use]
    pub fn get(self) -> Cow<'r, str> {
        if self.is_escaped { Cow::Owned(crate::readers::json::unescaped(self.written)) } else { self.written.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_the_text_is_not_copied() {
        let line = "user=root host=a";
        let mut record = Record::new(line);
        record.push(&line[0..4], Value::text(&line[5..9]));
        record.push("made", Value::text("elsewhere"));
        record.push("", Value::Null);
        assert_eq!(record.made, "madeelsewhere");
        assert_eq!(record.first("user"), Some(Value::text("root")));
        assert_eq!(record.first("made"), Some(Value::text("elsewhere")));
        assert_eq!(record.first("none"), None);
        assert_eq!(record.len(), 3);
    }

    #[test]
    fn a_record_is_used_again() {
        let mut record = Record::new("a=1");
        record.push("other", Value::Number("1"));
        record.set_time(Timestamp::from_nanos(5));
        let record = record.renew("b=2");
        assert!(record.is_empty() && record.time().is_none() && !record.is_cut());
        assert_eq!(record.text(), "b=2");
    }

    #[test]
    fn there_is_a_limit_to_fields_and_bytes() {
        let mut record = Record::new("");
        (0..FIELDS_MAX + 1).for_each(|_| record.push("a", Value::Null));
        assert!(record.is_cut() && record.len() == FIELDS_MAX);
        let long = "é".repeat(EVENT_BYTES_MAX / 2 + 1);
        assert!(Record::new(&long).is_cut());
    }
}
