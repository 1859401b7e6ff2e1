//! Where something stands in a YAML document. The reader of YAML tells places only of what it refuses, so the way to
//! the thing is walked once more, and the thing refused.

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// One step of a way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The value of this key.
    Key(&'static str),
    /// The element of this number.
    Index(usize),
}

/// The line, from 1, on which the thing at the end of the way begins; of as much of the way as there is.
pub(super) fn line_of(text: &str, way: &[Step]) -> usize {
    let refused = Walk { way }.deserialize(yaml_serde::Deserializer::from_str(text));
    match refused.err().and_then(|error| error.location()) {
        Some(location) => location.line(),
        None if way.is_empty() => 1,
        None => line_of(text, &way[..way.len() - 1]),
    }
}

struct Walk<'w> {
    way: &'w [Step],
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("what is looked for")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Some((Step::Key(wanted), rest)) = self.way.split_first() else {
            return Err(A::Error::custom("here"));
        };
        while let Some(key) = map.next_key::<String>()? {
            if key == *wanted {
                map.next_value_seed(Walk { way: rest })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        let Some((Step::Index(wanted), rest)) = self.way.split_first() else {
            return Err(A::Error::custom("here"));
        };
        for _ in 0..*wanted {
            elements.next_element::<IgnoredAny>()?;
        }
        elements.next_element_seed(Walk { way: rest })?;
        while elements.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<(), E> {
        Err(E::custom("here"))
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<(), E> {
        Err(E::custom("here"))
    }

    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<(), E> {
        Err(E::custom("here"))
    }

    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<(), E> {
        Err(E::custom("here"))
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<(), E> {
        Err(E::custom("here"))
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        Err(E::custom("here"))
    }
}
