//! Lockfiles in TOML that list packages and name what each of them asks for by its name.

use crate::{
    Ecosystem,
    manifest::{
        Reading, Scope,
        document::{Node, read_toml},
    },
};
use std::collections::HashMap;

/// Reads the packages under `table` as `add` adds them, the root and the package in its hands; then what each asks for,
/// as `connect` finds it by name.
pub(super) fn read_packages(
    reading: &mut Reading<'_>,
    text: &str,
    table: &str,
    add: fn(&mut Reading<'_>, Node<'_>, Node<'_>) -> Option<u32>,
    connect: fn(&mut Reading<'_>, &ByName, Node<'_>, u32),
) {
    let tape = read_toml(reading, text);
    let Some(root) = tape.root() else { return };
    let mut names = ByName::default();
    let mut added = Vec::new();
    for package in root.children_of(table) {
        if let Some(index) = add(reading, root, package) {
            names.insert(package.text_of("name").unwrap_or_default(), index);
            added.push((package, index));
        }
    }
    for (package, from) in added {
        connect(reading, &names, package, from);
    }
}

/// The packages of a lockfile by name, folded as the registry folds it.
#[derive(Default)]
pub(super) struct ByName(HashMap<String, Vec<u32>>);

impl ByName {
    pub(super) fn insert(&mut self, name: &str, index: u32) {
        self.0.entry(folded(name)).or_default().push(index);
    }

    /// The packages of the name: several where a lockfile holds several versions.
    pub(super) fn get(&self, name: &str) -> &[u32] {
        self.0.get(&folded(name)).map_or(&[], Vec::as_slice)
    }

    /// Adds an edge to each package of the name.
    pub(super) fn connect(&self, reading: &mut Reading<'_>, from: Option<u32>, name: &str, scope: Scope) {
        for &to in self.get(name) {
            reading.edge(from, to, scope);
        }
    }
}

fn folded(name: &str) -> String {
    Ecosystem::PyPi.normalize(name).into_owned()
}
