//! Where the values of an event come from: its record, and for a correlation over correlations the group of the one
//! below, which comes first.

use crate::record::{Record, Value};
use std::borrow::Cow;

/// Gives the values of an event by the name of a field. A [`Record`] does; a caller that maps names does it here.
pub trait Fields {
    /// The first value of the field.
    fn first<'r>(&'r self, name: &str) -> Option<Value<'r>>;

    /// Every value of the field, one for each element of a list.
    fn each<'r>(&'r self, name: &str, visit: &mut dyn FnMut(Value<'r>));
}

impl Fields for Record<'_> {
    fn first<'r>(&'r self, name: &str) -> Option<Value<'r>> {
        Record::first(self, name)
    }

    fn each<'r>(&'r self, name: &str, visit: &mut dyn FnMut(Value<'r>)) {
        self.fields().filter(|field| field.name == name).for_each(|field| visit(field.value));
    }
}

/// One value of a group, nothing where its events have none.
pub(super) type GroupValue = Option<Box<str>>;

/// The values that one hit brings.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) fields: &'a dyn Fields,
    /// The names and values of the group of the correlation below.
    pub(super) below: Option<(&'a [String], &'a [GroupValue])>,
}

impl Source<'_> {
    /// The text of a field's value; a list, an object and null have none.
    pub(super) fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        match self.grouped(name) {
            Some(value) => value.map(Cow::Borrowed),
            None => self.fields.first(name)?.get(),
        }
    }

    /// The number that a field's value is or says.
    pub(super) fn number(&self, name: &str) -> Option<f64> {
        match self.grouped(name) {
            Some(value) => value?.parse().ok(),
            None => self.fields.first(name)?.number(),
        }
    }

    /// The text of each value of a field.
    pub(super) fn each(&self, name: &str, visit: &mut dyn FnMut(&str)) {
        match self.grouped(name) {
            Some(value) => value.into_iter().for_each(visit),
            None => self.fields.each(name, &mut |value| {
                if let Some(text) = value.get() {
                    visit(&text);
                }
            }),
        }
    }

    /// The value in the group below: nothing when it does not group by the field, `Some(None)` when it has no value.
    fn grouped(&self, name: &str) -> Option<Option<&str>> {
        let (names, values) = self.below?;
        let place = names.iter().position(|held| held == name)?;
        Some(values.get(place)?.as_deref())
    }
}
