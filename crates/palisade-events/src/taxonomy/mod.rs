//! What fields are called: tables of names, and pipelines that rewrite rules for events of another taxonomy.

mod names;
pub mod pipeline;
mod place;

pub use names::{CEF, ECS, FieldNames, Names, OCSF, SYSLOG, WINDOWS_XML, WINLOGBEAT};
pub use pipeline::{OCSF_PIPELINE, Pipeline, PipelineFault, Pipelines};
pub use place::TaxonomyFault;
pub(crate) use place::line_of as line_of_place;

use std::collections::HashMap;

/// What stands before the plain name where a shipper puts Windows' fields into an object of their own.
const PREFIXES: [&str; 6] =
    ["Event.EventData.", "Event.System.", "EventData.", "System.", "winlog.event_data.", "event_data."];

/// Which other names an event may use for the fields that rules ask for.
#[derive(Clone, Debug)]
pub struct Taxonomy {
    prefixes: Vec<String>,
    names: HashMap<String, Vec<String>>,
}

/// The taxonomies of winlogbeat, old and new, of Windows' own XML, of ECS, OCSF and CEF.
impl Default for Taxonomy {
    fn default() -> Self {
        let prefixes = PREFIXES.iter().map(|&prefix| prefix.to_owned()).collect();
        let mut taxonomy = Self { prefixes, names: HashMap::new() };
        for (field, names) in [WINDOWS_XML, WINLOGBEAT, ECS, SYSLOG, OCSF, CEF].into_iter().flatten() {
            names.iter().for_each(|name| taxonomy.add(field, name));
        }
        taxonomy
    }
}

impl Taxonomy {
    /// Events use the names of rules and no others.
    #[must_use]
    pub fn none() -> Self {
        Self { prefixes: Vec::new(), names: HashMap::new() }
    }

    /// True when names that differ from those of rules only as Windows' XML does are taken for them.
    pub(crate) fn is_tolerant(&self) -> bool {
        !self.prefixes.is_empty()
    }

    /// Says that events may use `name` for the field that rules call `field`.
    pub fn add(&mut self, field: &str, name: &str) {
        let names = self.names.entry(field.to_owned()).or_default();
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }

    /// Says that events may also use the names of this table.
    pub fn extend(&mut self, table: &FieldNames) {
        self.prefixes.extend(table.prefixes.iter().cloned());
        table.names.iter().for_each(|(field, name)| self.add(field, name));
    }

    /// All other names for the field that rules call `field`.
    #[must_use]
    pub fn names_of(&self, field: &str) -> Vec<String> {
        let mut names: Vec<String> = self.prefixes.iter().map(|prefix| format!("{prefix}{field}")).collect();
        for name in self.names.get(field).into_iter().flatten() {
            names.extend(self.prefixes.iter().map(|prefix| format!("{prefix}{name}")));
            names.push(name.clone());
        }
        names
    }
}
