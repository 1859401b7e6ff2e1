//! What all bills of material come down to: components with a reference, and references that ask for others.

use crate::{
    Ecosystem, Package,
    manifest::{Dependency, Reading, Scope, reading},
};
use std::{borrow::Cow, collections::HashMap};

/// One component as a bill describes it.
#[derive(Default)]
pub(super) struct Component<'t> {
    pub(super) reference: &'t str,
    pub(super) purl: Option<&'t str>,
    pub(super) group: Option<&'t str>,
    pub(super) name: Option<&'t str>,
    pub(super) version: Option<&'t str>,
    pub(super) integrity: Option<String>,
    pub(super) licence: Option<Cow<'t, str>>,
    pub(super) scope: Scope,
    pub(super) place: usize,
}

/// A bill while it is read.
#[derive(Default)]
pub(super) struct Bill<'t> {
    /// Components by reference; the described project has no index.
    references: HashMap<&'t str, Option<u32>>,
    relations: Vec<(&'t str, &'t str, Scope)>,
}

impl<'t> Bill<'t> {
    /// Takes the component that the bill is about.
    pub(super) fn take_project(&mut self, reading: &mut Reading<'_>, component: &Component<'t>) {
        if let Some(package) = package(component) {
            reading.project(package.ecosystem, Some(&package.name), package.version.as_deref());
        }
        self.references.insert(component.reference, None);
    }

    /// Says that `reference` is what the bill is about, which is known as a component already.
    pub(super) fn is_project(&self, reference: &str) -> bool {
        self.references.get(reference).is_some_and(Option::is_none)
    }

    pub(super) fn take(&mut self, reading: &mut Reading<'_>, component: &Component<'t>) {
        if self.is_project(component.reference) && !component.reference.is_empty() {
            return;
        }
        let Some(package) = package(component) else {
            reading.problem(component.place, "is a component without a name");
            return;
        };
        let dependency = Dependency::new(package, component.place)
            .scope(component.scope)
            .integrity(component.integrity.as_deref())
            .licence(component.licence.as_deref());
        if let Some(index) = reading.add(dependency)
            && !component.reference.is_empty()
        {
            self.references.insert(component.reference, Some(index));
        }
    }

    /// Notes that one reference asks for another.
    pub(super) fn relate(&mut self, reading: &Reading<'_>, from: &'t str, to: &'t str, scope: Scope) {
        if self.relations.len() < reading.limits.edges {
            self.relations.push((from, to, scope));
        }
    }

    pub(super) fn connect(&self, reading: &mut Reading<'_>) {
        for (from, to, scope) in &self.relations {
            let (Some(&from), Some(&Some(to))) = (self.references.get(from), self.references.get(to)) else { continue };
            reading.edge(from, to, *scope);
        }
    }
}

/// The package of a component: by its package URL, or by name where that says nothing that is known here.
fn package(component: &Component<'_>) -> Option<Package> {
    if let Some(Ok(package)) = component.purl.map(Package::from_purl) {
        return Some(package);
    }
    let name = component.name.filter(|name| !name.is_empty())?;
    let name = match component.group.filter(|group| !group.is_empty()) {
        Some(group) => Cow::Owned(format!("{group}/{name}")),
        None => Cow::Borrowed(name),
    };
    Some(reading::dependency(Ecosystem::Generic, &name, component.version, 0).package)
}

/// A hash as it is written elsewhere: `sha256:…`.
pub(super) fn hash(algorithm: &str, value: &str) -> String {
    format!("{}:{}", algorithm.to_ascii_lowercase().replace("sha-", "sha"), value.trim())
}

/// Of several hashes the strongest.
pub(super) fn strongest(hashes: impl Iterator<Item = String>) -> Option<String> {
    let rank =
        |hash: &String| ["sha512:", "sha384:", "sha256:", "sha1:"].iter().position(|kind| hash.starts_with(kind));
    hashes.take(16).min_by_key(|hash| rank(hash).unwrap_or(usize::MAX))
}
