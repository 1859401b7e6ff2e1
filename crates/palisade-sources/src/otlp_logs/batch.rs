//! Gathers the records of one request, each with what its resource and scope say.

use super::{any_value, record::Record};
use crate::{
    Context, Parsed, Place, SourceError,
    collector::{Collector, attribute_text_bytes},
    draft::{Alias, Draft, Field},
};
use opentelemetry_proto::tonic::{
    common::v1::{InstrumentationScope, KeyValue},
    resource::v1::Resource,
};
use palisade_model::{Attributes, Value};

/// What a resource or a scope says about all of its records, or why it cannot be used.
pub(super) type Shared = Result<Origin, String>;

/// What records share.
#[derive(Default)]
pub(super) struct Origin {
    pub(super) service: String,
    pub(super) host: String,
    pub(super) attributes: Attributes,
}

/// The records so far.
pub(super) struct Batch<'c> {
    context: &'c Context<'c>,
    collector: Collector<'c>,
}

impl<'c> Batch<'c> {
    pub(super) fn new(context: &'c Context<'c>) -> Self {
        Self { context, collector: Collector::new(context.limits, 1) }
    }

    /// The most bytes of an encoded record, resource or scope.
    pub(super) fn part_bytes_max(&self) -> usize {
        self.context.limits.line_bytes
    }

    /// What a resource says: service and host, and its other attributes under `resource.`.
    pub(super) fn resource(&self, resource: Result<Resource, String>) -> Shared {
        let attributes = resource.map_err(|problem| format!("its resource cannot be read: {problem}"))?.attributes;
        self.origin("resource.", attributes, Vec::new())
            .map_err(|problem| format!("its resource is refused: {problem}"))
    }

    /// What a scope says: `otel.scope.name`, `otel.scope.version`, and its attributes under `otel.scope.`.
    pub(super) fn scope(&self, scope: Result<InstrumentationScope, String>) -> Shared {
        let scope = scope.map_err(|problem| format!("its scope cannot be read: {problem}"))?;
        let named = [("otel.scope.name", scope.name), ("otel.scope.version", scope.version)];
        let named = named.into_iter().filter(|(_, text)| !text.is_empty());
        let named = named.map(|(key, text)| (key.to_owned(), Value::Text(text))).collect();
        self.origin("otel.scope.", scope.attributes, named)
            .map_err(|problem| format!("its scope is refused: {problem}"))
    }

    /// Takes one record.
    pub(super) fn record(
        &mut self,
        resource: &Shared,
        scope: &Shared,
        record: Result<Record, String>,
    ) -> Result<(), SourceError> {
        let place = Place::Event(self.collector.count() + 1);
        let event = match (resource, scope, record) {
            (Ok(resource), Ok(scope), Ok(record)) => {
                let event = record.into_event(resource, scope, self.context);
                if event.is_err() {
                    let copied = attribute_text_bytes(&resource.attributes) + attribute_text_bytes(&scope.attributes);
                    self.collector.charge(copied)?;
                }
                event
            }
            (Err(problem), _, _) | (_, Err(problem), _) => Err(problem.clone()),
            (_, _, Err(problem)) => Err(problem),
        };
        self.collector.add(place, event)
    }

    pub(super) fn finish(self) -> Parsed {
        self.collector.finish()
    }

    fn origin(&self, prefix: &str, attributes: Vec<KeyValue>, named: Attributes) -> Shared {
        let mut draft = Draft::new(self.context.limits);
        for (key, value) in named {
            draft.attribute(key, value);
        }
        for KeyValue { key, value, .. } in attributes {
            match (prefix, key.as_str()) {
                ("resource.", "service.name") => {
                    any_value::lift(alias(Field::Service, "service.name"), value, &mut draft)
                }
                ("resource.", "host.name") => any_value::lift(alias(Field::Host, "host.name"), value, &mut draft),
                _ => any_value::keep(format!("{prefix}{key}"), value, self.context.limits.depth, &mut draft),
            }
        }
        let event = draft.finish(self.context.received)?;
        Ok(Origin { service: event.service, host: event.host, attributes: event.attributes })
    }
}

fn alias(field: Field, name: &'static str) -> Alias {
    Alias { field, rank: 0, name }
}
