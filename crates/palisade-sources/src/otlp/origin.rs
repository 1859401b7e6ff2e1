//! Where records come from: what their resource and their scope say about all of them.

use super::any_value;
use crate::{
    Context,
    attribute_list::AttributeList,
    collector::attribute_text_bytes,
    draft::{Alias, Draft, Field},
};
use opentelemetry_proto::tonic::{
    common::v1::{InstrumentationScope, KeyValue},
    resource::v1::Resource,
};
use palisade_model::{Attributes, Value};

const RESOURCE_PREFIX: &str = "resource.";
const SCOPE_PREFIX: &str = "otel.scope.";

/// What a resource or a scope says.
#[derive(Default)]
pub(super) struct Origin {
    pub(super) service: String,
    pub(super) host: String,
    attributes: Attributes,
}

impl Origin {
    /// What a resource says: service and host, and its other attributes under `resource.`.
    pub(super) fn of_resource(resource: Result<Resource, String>, context: &Context<'_>) -> Result<Self, String> {
        let attributes = resource.map_err(|problem| format!("its resource cannot be read: {problem}"))?.attributes;
        Self::gather(RESOURCE_PREFIX, attributes, Attributes::new(), context)
            .map_err(|problem| format!("its resource is refused: {problem}"))
    }

    /// What a scope says: `otel.scope.name`, `otel.scope.version`, and its attributes under `otel.scope.`.
    pub(super) fn of_scope(scope: Result<InstrumentationScope, String>, context: &Context<'_>) -> Result<Self, String> {
        let scope = scope.map_err(|problem| format!("its scope cannot be read: {problem}"))?;
        let named = [("otel.scope.name", scope.name), ("otel.scope.version", scope.version)];
        let named = named.into_iter().filter(|(_, text)| !text.is_empty());
        let named = named.map(|(key, text)| (key.to_owned(), Value::Text(text))).collect();
        Self::gather(SCOPE_PREFIX, scope.attributes, named, context)
            .map_err(|problem| format!("its scope is refused: {problem}"))
    }

    fn gather(
        prefix: &str,
        attributes: Vec<KeyValue>,
        named: Attributes,
        context: &Context<'_>,
    ) -> Result<Self, String> {
        let mut draft = Draft::new(context.limits);
        for (key, value) in named {
            draft.attribute(key, value);
        }
        for KeyValue { key, value, .. } in attributes {
            match (prefix, key.as_str()) {
                (RESOURCE_PREFIX, "service.name") => {
                    any_value::lift(alias(Field::Service, "service.name"), value, &mut draft)
                }
                (RESOURCE_PREFIX, "host.name") => any_value::lift(alias(Field::Host, "host.name"), value, &mut draft),
                _ => any_value::keep(format!("{prefix}{key}"), value, context.limits.depth, draft.attributes()),
            }
        }
        let event = draft.finish(context.received)?;
        Ok(Self { service: event.service, host: event.host, attributes: event.attributes })
    }
}

fn alias(field: Field, name: &'static str) -> Alias {
    Alias { field, rank: 0, name }
}

/// What the records of one scope share.
#[derive(Clone, Copy)]
pub(super) struct Origins<'o> {
    resource: &'o Origin,
    scope: &'o Origin,
}

/// What records share, or why their resource or scope cannot be used.
pub(super) type Shared<'o> = Result<Origins<'o>, &'o str>;

impl<'o> Origins<'o> {
    /// The origins of the records of a scope.
    pub(super) fn new(resource: &'o Result<Origin, String>, scope: &'o Result<Origin, String>) -> Shared<'o> {
        match (resource, scope) {
            (Ok(resource), Ok(scope)) => Ok(Self { resource, scope }),
            (Err(problem), _) | (_, Err(problem)) => Err(problem),
        }
    }

    /// The service, empty when unknown.
    pub(super) fn service(self) -> String {
        self.resource.service.clone()
    }

    /// The host, empty when unknown.
    pub(super) fn host(self) -> String {
        self.resource.host.clone()
    }

    /// How many attributes they add to each record.
    pub(super) fn attribute_count(self) -> usize {
        self.resource.attributes.len() + self.scope.attributes.len()
    }

    /// How many bytes of text their attributes add to each record.
    pub(super) fn text_bytes(self) -> usize {
        attribute_text_bytes(&self.resource.attributes) + attribute_text_bytes(&self.scope.attributes)
    }

    /// Adds their attributes to those of a record.
    pub(super) fn copy_attributes(self, attributes: &mut AttributeList<'_>) {
        attributes.extend_admitted(&self.resource.attributes);
        attributes.extend_admitted(&self.scope.attributes);
    }
}
