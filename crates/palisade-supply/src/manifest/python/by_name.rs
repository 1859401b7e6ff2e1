//! Who asks for whom, where lockfiles name what is asked for by its name.

use crate::{
    Ecosystem,
    manifest::{Reading, Scope},
};
use std::collections::HashMap;

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
