//! What is known of the event that is being evaluated: which entries belong to which field, and which predicates hold.
//!
//! Both are kept for all fields and predicates of all rules, with the number of the event for which they were written,
//! so that nothing needs to be cleared between events.

use crate::{
    limits::FIELD_VALUES_MAX,
    rules::{FieldNumber, PredicateNumber},
};

/// Which entries of the event belong to which field that rules ask for.
pub(super) struct EventFields {
    pub(super) event: u32,
    heads: Vec<Head>,
    /// Entries, each with the next link of the field.
    pub(super) links: Vec<(u32, u32)>,
}

/// The entries of one field.
#[derive(Clone, Copy)]
struct Head {
    /// The event for which the rest was written.
    event: u32,
    first: u32,
    last: u32,
    count: u32,
}

const NO_ENTRIES: Head = Head { event: 0, first: END, last: END, count: 0 };

/// Which predicates hold for the event.
pub(super) struct Truths {
    event: u32,
    known: Vec<(u32, bool)>,
}

/// Follows the last link.
pub(super) const END: u32 = u32::MAX;

impl EventFields {
    pub(super) fn new(fields: usize) -> Self {
        Self { event: 0, heads: vec![NO_ENTRIES; fields], links: Vec::new() }
    }

    /// Forgets the last event; true when numbers of events begin anew.
    pub(super) fn begin(&mut self) -> bool {
        self.links.clear();
        self.event = self.event.wrapping_add(1);
        let is_anew = self.event == 0;
        if is_anew {
            self.heads.fill(NO_ENTRIES);
            self.event = 1;
        }
        is_anew
    }

    /// Adds an entry of the field; false when it has [`FIELD_VALUES_MAX`] already.
    pub(super) fn add(&mut self, field: FieldNumber, entry: usize) -> bool {
        let link = self.links.len() as u32;
        let head = &mut self.heads[field.index()];
        if head.event != self.event {
            *head = Head { event: self.event, first: link, last: link, count: 1 };
        } else if (head.count as usize) < FIELD_VALUES_MAX {
            self.links[head.last as usize].1 = link;
            head.last = link;
            head.count += 1;
        } else {
            return false;
        }
        self.links.push((entry as u32, END));
        true
    }

    pub(super) fn first(&self, field: FieldNumber) -> u32 {
        let head = self.heads[field.index()];
        if head.event == self.event { head.first } else { END }
    }

    /// The entries of the field, in order.
    pub(super) fn entries(&self, field: FieldNumber) -> impl Iterator<Item = usize> + '_ {
        let mut link = self.first(field);
        std::iter::from_fn(move || {
            let (entry, next) = *self.links.get(link as usize)?;
            link = next;
            Some(entry as usize)
        })
    }
}

impl Truths {
    pub(super) fn new(predicates: usize) -> Self {
        Self { event: 0, known: vec![(0, false); predicates] }
    }

    pub(super) fn begin(&mut self) {
        self.event = self.event.wrapping_add(1);
        if self.event == 0 {
            self.known.fill((0, false));
            self.event = 1;
        }
    }

    pub(super) fn get(&self, predicate: PredicateNumber) -> Option<bool> {
        let (event, holds) = self.known[predicate.0 as usize];
        (event == self.event).then_some(holds)
    }

    pub(super) fn set(&mut self, predicate: PredicateNumber, holds: bool) {
        self.known[predicate.0 as usize] = (self.event, holds);
    }
}
