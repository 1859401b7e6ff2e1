//! The members of an event: scalars go to their field or attribute, objects are flattened, lists become text.
//!
//! What breaks a limit is noted on the draft and the rest of the event is skipped without building it, so that the
//! parser comes to stand behind the event. Skipping is iterative in `serde_json`; depth costs no stack.

use super::{fields, json_text::JsonText};
use crate::draft::{Alias, Draft, shortened};
use palisade_model::Value;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::{borrow::Cow, fmt};

/// The event itself: an object.
pub(super) struct Root<'r, 'l> {
    pub(super) draft: &'r mut Draft<'l>,
    pub(super) path: &'r mut String,
    pub(super) depth_max: usize,
}

impl Root<'_, '_> {
    fn refuse<E>(self, found: &str) -> Result<(), E> {
        self.draft.refuse(|| format!("an event is a JSON object; this is {found}"));
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Root<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, parser: D) -> Result<(), D::Error> {
        parser.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Root<'_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an event")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        read_members(map, self.draft, self.path, Levels { now: 1, max: self.depth_max })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        self.refuse("a list")
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        self.refuse("a text")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        self.refuse("a truth value")
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        self.refuse("a number")
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        self.refuse("a number")
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.refuse("a number")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.refuse("null")
    }
}

/// How deep an object stands and how deep one may.
#[derive(Clone, Copy)]
struct Levels {
    now: usize,
    max: usize,
}

fn read_members<'de, A: MapAccess<'de>>(
    mut map: A,
    draft: &mut Draft<'_>,
    path: &mut String,
    levels: Levels,
) -> Result<(), A::Error> {
    let mut is_empty = true;
    while !draft.has_problem() {
        match map.next_key_seed(Key)? {
            Some(key) => {
                let alias = if levels.now == 1 { fields::alias(&key) } else { None };
                map.next_value_seed(Member { draft, path, key, alias, levels })?;
                is_empty = false;
            }
            None => {
                if is_empty && levels.now > 1 {
                    draft.attribute(path.clone(), Value::Json("{}".into()));
                }
                return Ok(());
            }
        }
    }
    skip_members(map)
}

fn skip_members<'de, A: MapAccess<'de>>(mut map: A) -> Result<(), A::Error> {
    while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
}

/// A key, borrowed from the body unless it holds escapes.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, parser: D) -> Result<Cow<'de, str>, D::Error> {
        parser.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key")
    }

    fn visit_borrowed_str<E: Error>(self, key: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(key))
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(key.to_owned()))
    }
}

/// The value of one key.
struct Member<'r, 'l, 'de> {
    draft: &'r mut Draft<'l>,
    path: &'r mut String,
    key: Cow<'de, str>,
    alias: Option<Alias>,
    levels: Levels,
}

impl Member<'_, '_, '_> {
    fn take<E>(self, value: Value) -> Result<(), E> {
        match self.alias {
            Some(alias) => self.draft.lift(alias, value),
            None => self.keep(value),
        }
        Ok(())
    }

    fn keep(self, value: Value) {
        let key = if self.path.is_empty() { self.key.into_owned() } else { format!("{}.{}", self.path, self.key) };
        self.draft.attribute(key, value);
    }
}

fn refuse_depth(draft: &mut Draft<'_>, place: &str, levels: Levels) {
    draft.refuse(|| format!("it is nested deeper than {} levels, at '{}': flatten it", levels.max, shortened(place)));
}

impl<'de> DeserializeSeed<'de> for Member<'_, '_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, parser: D) -> Result<(), D::Error> {
        parser.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Member<'_, '_, 'de> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.take(Value::Text(text.to_owned()))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.take(Value::Boolean(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.take(Value::Integer(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.take(i64::try_from(value).map_or(Value::Float(value as f64), Value::Integer))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.take(Value::Float(value))
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.take(Value::Null)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let Self { draft, path, key, levels, .. } = self;
        if levels.now >= levels.max {
            refuse_depth(draft, path, levels);
            return skip_members(map);
        }
        let outer = path.len();
        if outer > 0 {
            path.push('.');
        }
        path.push_str(&key);
        read_members(map, draft, path, Levels { now: levels.now + 1, ..levels })?;
        path.truncate(outer);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<(), A::Error> {
        let mut text = JsonText::new(self.levels.max.saturating_sub(self.levels.now));
        text.list(list)?;
        match text.finish() {
            Some(text) => self.keep(Value::Json(text)),
            None => refuse_depth(self.draft, &self.key, self.levels),
        }
        Ok(())
    }
}
