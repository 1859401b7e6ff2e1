//! A package as most lockfiles write one: a table with its name and version.

use super::{Dependency, Reading, document::Node, reading};
use crate::Ecosystem;

/// A package that a lockfile names.
#[derive(Clone, Copy)]
pub(super) struct Locked<'t> {
    pub(super) name: &'t str,
    pub(super) version: Option<&'t str>,
    table: Node<'t>,
}

impl<'t> Locked<'t> {
    /// Reads a table that must have a name; one without is a problem.
    pub(super) fn named(reading: &mut Reading<'_>, table: Node<'t>) -> Option<Self> {
        let Some(name) = table.text_of("name") else {
            reading.problem(table.place(), "is a package without a name");
            return None;
        };
        Some(Self { name, version: table.text_of("version"), table })
    }

    /// Reads a table that must have a name and a version; one without either is a problem.
    pub(super) fn with_version(reading: &mut Reading<'_>, table: Node<'t>) -> Option<(Self, &'t str)> {
        let (Some(name), Some(version)) = (table.text_of("name"), table.text_of("version")) else {
            reading.problem(table.place(), "is a package without a name or version");
            return None;
        };
        Some((Self { name, version: Some(version), table }, version))
    }

    /// The dependency on it, at the place of its name.
    pub(super) fn dependency(self, ecosystem: Ecosystem) -> Dependency {
        let place = self.table.get("name").map_or(self.table.place(), Node::place);
        reading::dependency(ecosystem, self.name, self.version, place)
    }
}
