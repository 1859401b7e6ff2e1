//! Reads one event from a JSON parser, straight into its fields.

use super::object::Root;
use crate::{Context, draft::Draft};
use palisade_model::Event;
use serde::{Deserializer, de::DeserializeSeed};

/// Reads events one after the other, with one buffer for the paths of nested keys.
pub(super) struct EventReader<'c> {
    context: &'c Context<'c>,
    path: String,
}

impl<'c> EventReader<'c> {
    pub(super) fn new(context: &'c Context<'c>) -> Self {
        Self { context, path: String::new() }
    }

    /// Reads the next value as an event. The outer error is broken JSON; the inner one says what is wrong with an event
    /// that is whole, so that the parser stands behind it.
    pub(super) fn next<'de, D: Deserializer<'de>>(&mut self, parser: D) -> Result<Result<Event, String>, D::Error> {
        self.path.clear();
        let mut draft = Draft::new(self.context.limits);
        Root { draft: &mut draft, path: &mut self.path, depth_max: self.context.limits.depth }.deserialize(parser)?;
        Ok(draft.finish(self.context.received))
    }
}
