//! Fields under the names that other taxonomies have for them: a rule that groups by `User` finds `user.name`.

use super::{set::Correlations, source::Fields};
use crate::{
    record::{Record, Value},
    taxonomy::Taxonomy,
};
use std::collections::HashMap;

/// For each field that correlations ask for, the other names that it may have.
#[derive(Clone, Debug, Default)]
pub struct OtherNames {
    others: HashMap<String, Vec<String>>,
}

/// A record whose fields are found under all their names.
#[derive(Clone, Copy, Debug)]
pub struct NamedRecord<'a> {
    record: &'a Record<'a>,
    names: &'a OtherNames,
}

impl OtherNames {
    /// The names that the taxonomy knows for the fields of these correlations.
    #[must_use]
    pub fn new(correlations: &Correlations, taxonomy: &Taxonomy) -> Self {
        let others = |name: &str| (name.to_owned(), taxonomy.names_of(name));
        Self { others: correlations.field_names().map(others).collect() }
    }

    /// The fields of a record under all their names.
    #[must_use]
    pub fn of<'a>(&'a self, record: &'a Record<'a>) -> NamedRecord<'a> {
        NamedRecord { record, names: self }
    }
}

impl NamedRecord<'_> {
    /// The name under which the record has the field, the plain one first.
    fn name<'n>(&'n self, name: &'n str) -> &'n str {
        if self.record.first(name).is_some() {
            return name;
        }
        let others = self.names.others.get(name).into_iter().flatten();
        others.map(String::as_str).find(|other| self.record.first(other).is_some()).unwrap_or(name)
    }
}

impl Fields for NamedRecord<'_> {
    fn first<'r>(&'r self, name: &str) -> Option<Value<'r>> {
        Fields::first(self.record, self.name(name))
    }

    fn each<'r>(&'r self, name: &str, visit: &mut dyn FnMut(Value<'r>)) {
        Fields::each(self.record, self.name(name), visit);
    }
}
