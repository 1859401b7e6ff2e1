//! One JSON document: an event, or a list of events.

use super::event_reader::EventReader;
use crate::{Context, Parsed, Place, SourceError, collector::Collector};
use palisade_model::Event;
use serde::de::{DeserializeSeed, Deserializer, Error, SeqAccess, Visitor};
use std::fmt;

/// Bytes of a usual event, to guess how many there are.
const EVENT_BYTES_USUAL: usize = 256;

pub(super) fn read(body: &[u8], context: &Context<'_>) -> Result<Parsed, SourceError> {
    let mut gathering = Gathering {
        collector: Collector::new(context.limits, body.len() / EVENT_BYTES_USUAL + 1),
        reader: EventReader::new(context),
        refusal: None,
    };
    let mut parser = serde_json::Deserializer::from_slice(body);
    let read = match body.trim_ascii_start().first() {
        None => Ok(()),
        Some(b'[') => parser.deserialize_seq(Events(&mut gathering)),
        Some(_) => Next(&mut gathering).deserialize(&mut parser),
    };
    let read = read.and_then(|()| parser.end());
    let Gathering { mut collector, refusal, .. } = gathering;
    match (refusal, read) {
        (Some(refusal), _) => return Err(refusal),
        (None, Ok(())) => {}
        (None, Err(error)) => collector.add(Place::Event(collector.count() + 1), Err::<Event, _>(explain(&error)))?,
    }
    Ok(collector.finish())
}

fn explain(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    let (line, column) = (error.line(), error.column());
    format!("broken JSON at line {line}, column {column}: {message}; nothing is read from this event on")
}

/// What was read so far, and why the reading of the whole body ends, if it does.
struct Gathering<'c> {
    collector: Collector<'c>,
    reader: EventReader<'c>,
    refusal: Option<SourceError>,
}

/// The next value of the document, as an event.
struct Next<'g, 'c>(&'g mut Gathering<'c>);

impl<'de> DeserializeSeed<'de> for Next<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, parser: D) -> Result<(), D::Error> {
        let Gathering { collector, reader, refusal } = self.0;
        let event = reader.next(parser)?;
        collector.add(Place::Event(collector.count() + 1), event).map_err(|error| {
            let message = D::Error::custom(&error);
            *refusal = Some(error);
            message
        })
    }
}

/// A list of events.
struct Events<'g, 'c>(&'g mut Gathering<'c>);

impl<'de> Visitor<'de> for Events<'_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of events")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Next(self.0))?.is_some() {}
        Ok(())
    }
}
