//! Gathers what a source reads and holds it to the limits of the body.

use crate::{Limits, PROBLEMS_LISTED_MAX, Parsed, Place, Problem, SourceError};
use palisade_model::{
    Attributes, Distribution, Event, Metric, Observation, Quantile, Span, SpanEvent, SpanLink, Value,
};

/// The result of a body while it is being read.
pub(crate) struct Collector<'l> {
    limits: &'l Limits,
    parsed: Parsed,
    skipped: usize,
    bytes: usize,
}

impl<'l> Collector<'l> {
    /// An empty one, with room for about `expected` observations.
    pub(crate) fn new(limits: &'l Limits, expected: usize) -> Self {
        let observations = Vec::with_capacity(expected.min(limits.events_per_body).min(4_096));
        Self { limits, parsed: Parsed { observations, ..Parsed::default() }, skipped: 0, bytes: 0 }
    }

    /// How many observations were kept, refused or skipped so far.
    pub(crate) fn count(&self) -> usize {
        self.parsed.observations.len() + self.parsed.rejected() + self.skipped
    }

    /// Keeps or refuses one observation.
    ///
    /// # Errors
    /// When the body holds too many of them, or they take too much memory.
    pub(crate) fn add(
        &mut self,
        place: Place,
        observation: Result<impl Into<Observation>, String>,
    ) -> Result<(), SourceError> {
        self.check_count()?;
        match observation {
            Ok(observation) => self.keep(place, observation.into()),
            Err(message) => {
                self.refuse(place, message);
                Ok(())
            }
        }
    }

    /// Counts something valid that says nothing worth keeping.
    ///
    /// # Errors
    /// When the body holds too many observations.
    pub(crate) fn skip(&mut self) -> Result<(), SourceError> {
        self.check_count()?;
        self.skipped += 1;
        Ok(())
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
        Parsed { bytes: self.bytes, ..self.parsed }
    }

    fn check_count(&self) -> Result<(), SourceError> {
        match self.limits.events_per_body {
            max if self.count() >= max => Err(SourceError::TooManyEvents { max }),
            _ => Ok(()),
        }
    }

    fn keep(&mut self, place: Place, observation: Observation) -> Result<(), SourceError> {
        let Size { subject, text, structure } = size(&observation);
        self.charge(size_of::<Observation>() + text + structure)?;
        if text > self.limits.line_bytes {
            let max = self.limits.line_bytes;
            self.refuse(place, format!("the {subject} holds {text} bytes of text; at most {max} are kept"));
            return Ok(());
        }
        self.parsed.observations.push(observation);
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

/// How much memory an observation takes beyond its own struct.
struct Size {
    subject: &'static str,
    text: usize,
    structure: usize,
}

fn size(observation: &Observation) -> Size {
    match observation {
        Observation::Event(event) => Size {
            subject: "event",
            text: event_text_bytes(event) + attribute_text_bytes(&event.attributes),
            structure: attribute_bytes(&event.attributes),
        },
        Observation::Metric(metric) => Size {
            subject: "point",
            text: metric_text_bytes(metric) + attribute_text_bytes(&metric.attributes),
            structure: attribute_bytes(&metric.attributes)
                + metric.distribution.as_deref().map_or(0, distribution_bytes),
        },
        Observation::Span(span) => Size {
            subject: "span",
            text: span_text_bytes(span) + attribute_text_bytes(&span.attributes),
            structure: attribute_bytes(&span.attributes) + span_part_bytes(span),
        },
    }
}

fn attribute_bytes(attributes: &Attributes) -> usize {
    attributes.len() * size_of::<(String, Value)>()
}

fn event_text_bytes(event: &Event) -> usize {
    let ids = event.trace_id.len() + event.span_id.len();
    let names = event.kind.len() + event.service.len() + event.host.len() + event.actor.len();
    ids + names + event.source_address.len() + event.message.len()
}

fn metric_text_bytes(metric: &Metric) -> usize {
    metric.name.len() + metric.unit.len() + metric.service.len() + metric.host.len()
}

fn distribution_bytes(distribution: &Distribution) -> usize {
    let buckets = (distribution.bounds.len() + distribution.counts.len()) * size_of::<u64>();
    size_of::<Distribution>() + buckets + distribution.quantiles.len() * size_of::<Quantile>()
}

fn span_text_bytes(span: &Span) -> usize {
    let ids = span.trace_id.len() + span.span_id.len() + span.parent_span_id.len();
    let names = span.name.len() + span.kind.len() + span.service.len() + span.host.len() + span.status_message.len();
    let events = span.events.iter().map(|event| event.name.len() + attribute_text_bytes(&event.attributes));
    let links = span.links.iter();
    let links = links.map(|link| link.trace_id.len() + link.span_id.len() + attribute_text_bytes(&link.attributes));
    ids + names + events.sum::<usize>() + links.sum::<usize>()
}

fn span_part_bytes(span: &Span) -> usize {
    let events = span.events.iter().map(|event| size_of::<SpanEvent>() + attribute_bytes(&event.attributes));
    let links = span.links.iter().map(|link| size_of::<SpanLink>() + attribute_bytes(&link.attributes));
    events.sum::<usize>() + links.sum::<usize>()
}
