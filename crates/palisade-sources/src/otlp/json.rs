//! The outer levels of export requests as JSON, in the form of OTLP (hexadecimal ids, 64-bit integers as text or number).
//!
//! The types of `opentelemetry-proto` can be read with serde, but they build the whole request at once, refuse `null`
//! where Protocol Buffers say that it means *absent*, refuse an empty `arrayValue`, and refuse `"NaN"` as a
//! `doubleValue`. So the outer levels are walked as raw text here, and records have their own reader.

use super::{
    batch::Batch,
    json_value::{Attributed, explain},
    origin::{Origin, Origins},
    signal::Signal,
};
use crate::SourceError;
use opentelemetry_proto::tonic::{common::v1::InstrumentationScope, resource::v1::Resource};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;
use std::{borrow::Cow, fmt};

pub(super) fn read<S: Signal>(body: &[u8], batch: &mut Batch<'_>) -> Result<(), SourceError> {
    let body = str::from_utf8(body).map_err(|error| SourceError::Malformed(format!("it is not UTF-8: {error}")))?;
    let request = read_level::<S>("request", "", S::RESOURCES, body, batch)?;
    for resource in request.members {
        read_resource::<S>(resource.get(), batch)?;
    }
    Ok(())
}

fn read_resource<S: Signal>(text: &str, batch: &mut Batch<'_>) -> Result<(), SourceError> {
    let level = read_level::<S>(S::RESOURCES, "resource", S::SCOPES, text, batch)?;
    let resource = read_attributed(level.part, batch.part_bytes_max());
    let resource = resource.map(|part| Resource { attributes: part.attributes, ..Resource::default() });
    let resource = Origin::of_resource(resource, batch.context);
    for scope in level.members {
        read_scope::<S>(scope.get(), &resource, batch)?;
    }
    Ok(())
}

fn read_scope<S: Signal>(
    text: &str,
    resource: &Result<Origin, String>,
    batch: &mut Batch<'_>,
) -> Result<(), SourceError> {
    let level = read_level::<S>(S::SCOPES, "scope", S::RECORDS, text, batch)?;
    let scope = read_attributed(level.part, batch.part_bytes_max()).map(|part| InstrumentationScope {
        name: part.name,
        version: part.version,
        attributes: part.attributes,
        ..InstrumentationScope::default()
    });
    let scope = Origin::of_scope(scope, batch.context);
    let shared = Origins::new(resource, &scope);
    for record in level.members {
        S::read_json(record.get(), &shared, batch)?;
    }
    Ok(())
}

fn read_attributed(part: Option<&RawValue>, bytes_max: usize) -> Result<Attributed, String> {
    part.map_or_else(|| Ok(Attributed::default()), |part| parse_bounded(part.get(), bytes_max))
}

/// Reads one record, resource or scope of at most `bytes_max`.
pub(super) fn parse_bounded<'t, T: Deserialize<'t>>(text: &'t str, bytes_max: usize) -> Result<T, String> {
    match text.len() {
        bytes if bytes > bytes_max => Err(format!("it has {bytes} bytes; at most {bytes_max} are read")),
        _ => serde_json::from_str(text).map_err(|error| explain(&error)),
    }
}

/// One outer level: what its members share, and its members, not parsed yet.
struct Level<'b> {
    part: Option<&'b RawValue>,
    members: Vec<&'b RawValue>,
}

fn read_level<'b, S: Signal>(
    name: &str,
    part: &'static str,
    list: &'static str,
    text: &'b str,
    batch: &Batch<'_>,
) -> Result<Level<'b>, SourceError> {
    let names = Names { part, list, members_max: batch.members_max() };
    let mut parser = serde_json::Deserializer::from_str(text);
    let level = names.deserialize(&mut parser).and_then(|level| parser.end().map(|()| level));
    let level = level.map_err(|error| {
        let problem = explain(&error);
        SourceError::Malformed(format!("it is not an OTLP {} request: {name}: {problem}", S::NAME))
    })?;
    match batch.members_max() {
        max if level.members.len() > max => Err(SourceError::TooManyEvents { max }),
        _ => Ok(level),
    }
}

/// The two members of a level that are read. Others are ignored, as the specification asks.
struct Names {
    part: &'static str,
    list: &'static str,
    members_max: usize,
}

impl<'de> DeserializeSeed<'de> for Names {
    type Value = Level<'de>;

    fn deserialize<D: Deserializer<'de>>(self, parser: D) -> Result<Self::Value, D::Error> {
        parser.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Names {
    type Value = Level<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "an object with a list '{}'", self.list)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut part, mut members) = (None, None);
        while let Some(Key(key)) = map.next_key::<Key<'de>>()? {
            if key == self.list {
                if members.is_some() {
                    return Err(A::Error::duplicate_field(self.list));
                }
                members = Some(map.next_value_seed(Members { max: self.members_max })?);
            } else if key == self.part {
                if part.is_some() {
                    return Err(A::Error::duplicate_field(self.part));
                }
                part = map.next_value()?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Level { part, members: members.unwrap_or_default() })
    }
}

#[derive(Deserialize)]
struct Key<'t>(#[serde(borrow)] Cow<'t, str>);

/// The members of a list, at most one more than `max`: so a body of commas cannot ask for much, and its reader can tell.
struct Members {
    max: usize,
}

impl<'de> DeserializeSeed<'de> for Members {
    type Value = Vec<&'de RawValue>;

    fn deserialize<D: Deserializer<'de>>(self, parser: D) -> Result<Self::Value, D::Error> {
        parser.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for Members {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_some<D: Deserializer<'de>>(self, parser: D) -> Result<Self::Value, D::Error> {
        parser.deserialize_seq(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while members.len() <= self.max {
            match list.next_element()? {
                Some(member) => members.push(member),
                None => return Ok(members),
            }
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(members)
    }
}

/// A list within a record whose members are read one by one.
#[derive(Default)]
pub(super) struct RawList<'t>(pub(super) Vec<&'t RawValue>);

impl<'de: 't, 't> Deserialize<'de> for RawList<'t> {
    fn deserialize<D: Deserializer<'de>>(parser: D) -> Result<Self, D::Error> {
        let members = Members { max: RAW_MEMBERS_MAX }.deserialize(parser)?;
        match members.len() {
            count if count > RAW_MEMBERS_MAX => Err(D::Error::custom("the list is too long: split it")),
            _ => Ok(Self(members)),
        }
    }
}

/// The most members of a list within a record. A body of more observations is refused long before.
const RAW_MEMBERS_MAX: usize = 1 << 20;
