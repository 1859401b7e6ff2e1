//! Gathers what a source reads and holds it to the limits of the body.

use crate::{Limits, PROBLEMS_LISTED_MAX, Parsed, Place, Problem, SourceError};
use palisade_model::{Attributes, Event, Observation, Value};

/// The result of a body while it is being read.
pub(crate) struct Collector<'l> {
    limits: &'l Limits,
    parsed: Parsed,
    bytes: usize,
}

impl<'l> Collector<'l> {
    /// An empty one, with room for about `expected` events.
    pub(crate) fn new(limits: &'l Limits, expected: usize) -> Self {
        let observations = Vec::with_capacity(expected.min(limits.events_per_body).min(4_096));
        Self { limits, parsed: Parsed { observations, ..Parsed::default() }, bytes: 0 }
    }

    /// How many events were kept or refused so far.
    pub(crate) fn count(&self) -> usize {
        self.parsed.observations.len() + self.parsed.rejected()
    }

    /// Keeps or refuses one event.
    ///
    /// # Errors
    /// When the body holds too many events, or they take too much memory.
    pub(crate) fn add(&mut self, place: Place, event: Result<Event, String>) -> Result<(), SourceError> {
        if self.count() >= self.limits.events_per_body {
            return Err(SourceError::TooManyEvents { max: self.limits.events_per_body });
        }
        match event {
            Ok(event) => self.keep(place, event),
            Err(message) => {
                self.refuse(place, message);
                Ok(())
            }
        }
    }

    /// Counts bytes of memory against the limit of the body, before they are taken.
    ///
    /// # Errors
    /// When the limit is reached.
    pub(crate) fn charge(&mut self, bytes: usize) -> Result<(), SourceError> {
        self.bytes = self.bytes.saturating_add(bytes);
        match self.limits.observation_bytes {
            max if self.bytes > max => Err(SourceError::ObservationsTooLarge { max }),
            _ => Ok(()),
        }
    }

    /// What was gathered.
    pub(crate) fn finish(self) -> Parsed {
        self.parsed
    }

    fn keep(&mut self, place: Place, event: Event) -> Result<(), SourceError> {
        let text = named_text_bytes(&event) + attribute_text_bytes(&event.attributes);
        self.charge(size_of::<Observation>() + text + event.attributes.len() * size_of::<(String, Value)>())?;
        if text > self.limits.line_bytes {
            let max = self.limits.line_bytes;
            self.refuse(place, format!("the event holds {text} bytes of text; at most {max} are kept"));
            return Ok(());
        }
        self.parsed.observations.push(Observation::Event(event));
        Ok(())
    }

    fn refuse(&mut self, place: Place, message: String) {
        if self.parsed.problems.len() < PROBLEMS_LISTED_MAX {
            self.parsed.problems.push(Problem { place: Some(place), message });
        } else {
            self.parsed.problems_unlisted += 1;
        }
    }
}

/// The bytes of keys and textual values.
pub(crate) fn attribute_text_bytes(attributes: &Attributes) -> usize {
    attributes.iter().map(|(key, value)| key.len() + value.as_text().map_or(0, str::len)).sum()
}

fn named_text_bytes(event: &Event) -> usize {
    let ids = event.trace_id.len() + event.span_id.len();
    let names = event.kind.len() + event.service.len() + event.host.len() + event.actor.len();
    ids + names + event.source_address.len() + event.message.len()
}
