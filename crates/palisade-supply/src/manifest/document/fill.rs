//! Fills a tape from whatever serde can read. What was read stays on the tape when reading fails.

use super::tape::{Kind, Tape};
use serde::de::{self, DeserializeSeed, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};
use std::{borrow::Cow, fmt};

/// Takes one value, which `key` names.
pub(super) struct Filling<'s, 'de> {
    pub(super) tape: &'s mut Tape<'de>,
    pub(super) key: Cow<'de, str>,
    pub(super) place: Option<u32>,
}

impl<'s, 'de> Filling<'s, 'de> {
    fn push<E: de::Error>(self, kind: Kind<'de>) -> Result<(), E> {
        self.begin(kind).map(|_| ())
    }

    fn begin<E: de::Error>(self, kind: Kind<'de>) -> Result<(usize, &'s mut Tape<'de>), E> {
        let Self { tape, key, place } = self;
        let Some(index) = tape.push(key, kind, place) else {
            return Err(E::custom(format_args!("holds more than {} values; the rest is not read", tape.values_max)));
        };
        Ok((index, tape))
    }

    fn text<E: de::Error>(self, text: impl fmt::Display) -> Result<(), E> {
        self.push(Kind::Text(Cow::Owned(text.to_string())))
    }
}

impl<'de> DeserializeSeed<'de> for Filling<'_, 'de> {
    type Value = ();

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Filling<'_, 'de> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_borrowed_str<E: de::Error>(mut self, text: &'de str) -> Result<(), E> {
        self.place = self.place.or_else(|| self.tape.place_of(text));
        self.push(Kind::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        self.text(text)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<(), E> {
        self.push(Kind::Text(Cow::Borrowed(if value { "true" } else { "false" })))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<(), E> {
        self.text(value)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<(), E> {
        self.text(value)
    }

    fn visit_i128<E: de::Error>(self, value: i128) -> Result<(), E> {
        self.text(value)
    }

    fn visit_u128<E: de::Error>(self, value: u128) -> Result<(), E> {
        self.text(value)
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<(), E> {
        self.text(value)
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        self.push(Kind::Null)
    }

    fn visit_none<E: de::Error>(self) -> Result<(), E> {
        self.push(Kind::Null)
    }

    fn visit_some<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let (index, tape) = self.begin(Kind::List)?;
        let result = loop {
            match items.next_element_seed(Filling { tape, key: Cow::Borrowed(""), place: None }) {
                Ok(Some(())) => {}
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        tape.close(index);
        result
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let (index, tape) = self.begin(Kind::Table)?;
        let result = loop {
            let (key, place) = match members.next_key_seed(Key(tape)) {
                Ok(Some(key)) => key,
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            };
            if let Err(error) = members.next_value_seed(Filling { tape, key, place }) {
                break Err(error);
            }
        };
        tape.close(index);
        result
    }

    /// A YAML value with a tag of its own is taken for what it would be without.
    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<(), A::Error> {
        let (de::IgnoredAny, content) = data.variant()?;
        content.newtype_variant_seed(self)
    }
}

/// Takes the name of a member, and its place where it is a part of the text.
struct Key<'s, 'de>(&'s Tape<'de>);

impl<'de> DeserializeSeed<'de> for Key<'_, 'de> {
    type Value = (Cow<'de, str>, Option<u32>);

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key<'_, 'de> {
    type Value = (Cow<'de, str>, Option<u32>);

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the name of a member")
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok((Cow::Borrowed(text), self.0.place_of(text)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok((Cow::Owned(text.to_owned()), None))
    }
}
