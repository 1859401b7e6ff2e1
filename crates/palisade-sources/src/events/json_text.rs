//! Lists as compact JSON text, written while they are read.

use serde::Serialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// The text so far, and how many further levels may open.
pub(super) struct JsonText {
    bytes: Vec<u8>,
    levels_left: usize,
    is_too_deep: bool,
}

impl JsonText {
    pub(super) fn new(levels_left: usize) -> Self {
        Self { bytes: Vec::new(), levels_left, is_too_deep: false }
    }

    /// The text; `None` when it was nested too deep.
    pub(super) fn finish(self) -> Option<String> {
        if self.is_too_deep { None } else { String::from_utf8(self.bytes).ok() }
    }

    /// Appends a list.
    pub(super) fn list<'de, A: SeqAccess<'de>>(&mut self, mut list: A) -> Result<(), A::Error> {
        if !self.open(b'[') {
            while list.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(());
        }
        while list.next_element_seed(Item(self))?.is_some() {
            self.bytes.push(b',');
        }
        self.close(b']');
        Ok(())
    }

    fn map<'de, A: MapAccess<'de>>(&mut self, mut map: A) -> Result<(), A::Error> {
        if !self.open(b'{') {
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(());
        }
        while map.next_key_seed(Item(self))?.is_some() {
            self.bytes.push(b':');
            map.next_value_seed(Item(self))?;
            self.bytes.push(b',');
        }
        self.close(b'}');
        Ok(())
    }

    fn open(&mut self, bracket: u8) -> bool {
        self.is_too_deep |= self.levels_left == 0;
        self.levels_left = self.levels_left.saturating_sub(1);
        self.bytes.push(bracket);
        !self.is_too_deep
    }

    fn close(&mut self, bracket: u8) {
        self.levels_left += 1;
        match self.bytes.last_mut() {
            Some(last @ b',') => *last = bracket,
            _ => self.bytes.push(bracket),
        }
    }

    fn scalar<E: Error>(&mut self, value: impl Serialize) -> Result<(), E> {
        serde_json::to_writer(&mut self.bytes, &value).map_err(E::custom)
    }
}

/// One value within the list.
struct Item<'t>(&'t mut JsonText);

impl<'de> DeserializeSeed<'de> for Item<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, parser: D) -> Result<(), D::Error> {
        if self.0.is_too_deep {
            return parser.deserialize_ignored_any(IgnoredAny).map(|_| ());
        }
        parser.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Item<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.0.scalar(text)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.0.scalar(value)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.0.scalar(value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.0.scalar(value)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.0.scalar(value)
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.0.scalar(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<(), A::Error> {
        self.0.list(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        self.0.map(map)
    }
}
