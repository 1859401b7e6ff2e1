//! Gathers the records of one request.

use crate::{Context, Parsed, Place, SourceError, collector::Collector};
use palisade_model::Observation;

/// Bytes that a record usually takes; only a first guess of their number.
const RECORD_BYTES_USUAL: usize = 100;

/// The records so far.
pub(super) struct Batch<'c> {
    pub(super) context: &'c Context<'c>,
    collector: Collector<'c>,
    place: fn(usize) -> Place,
}

impl<'c> Batch<'c> {
    /// An empty one for a body of so many bytes.
    pub(super) fn new(context: &'c Context<'c>, body_bytes: usize, place: fn(usize) -> Place) -> Self {
        let collector = Collector::new(context.limits, body_bytes / RECORD_BYTES_USUAL + 1);
        Self { context, collector, place }
    }

    /// The most bytes of an encoded record, resource or scope.
    pub(super) fn part_bytes_max(&self) -> usize {
        self.context.limits.line_bytes
    }

    /// The most members of a list.
    pub(super) fn members_max(&self) -> usize {
        self.context.limits.events_per_body
    }

    /// Keeps or refuses one record.
    ///
    /// # Errors
    /// When the body holds too many of them, or they take too much memory.
    pub(super) fn add(&mut self, record: Result<impl Into<Observation>, String>) -> Result<(), SourceError> {
        let place = (self.place)(self.collector.count() + 1);
        self.collector.add(place, record)
    }

    /// Counts a valid record that says nothing worth keeping.
    ///
    /// # Errors
    /// When the body holds too many records.
    pub(super) fn skip(&mut self) -> Result<(), SourceError> {
        self.collector.skip()
    }

    /// Counts bytes that were copied for a record that is refused.
    ///
    /// # Errors
    /// When the body takes too much memory.
    pub(super) fn charge(&mut self, bytes: usize) -> Result<(), SourceError> {
        self.collector.charge(bytes)
    }

    pub(super) fn finish(self) -> Parsed {
        self.collector.finish()
    }
}
