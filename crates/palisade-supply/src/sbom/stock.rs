//! The components of a bill: the packages of all manifests, each once, and who asks for whom.

use crate::{
    Ecosystem, Package,
    manifest::{Dependency, Kind, Manifest, Relation, Scope},
};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// What tells components apart: ecosystem, folded name, version.
type Key = (Ecosystem, String, Option<String>);

/// One component.
pub(super) struct Component<'m> {
    /// The entry that says most about it.
    pub(super) dependency: &'m Dependency,
    /// The weightiest of the scopes that it is named with.
    pub(super) scope: Scope,
    /// Unique within the bill: the package URL where it has one.
    pub(super) reference: String,
    /// The package URL; none for parts of the project.
    pub(super) purl: Option<String>,
    /// The components that it asks for, with what for.
    pub(super) asks: BTreeMap<usize, Scope>,
}

/// All components, sorted.
pub(super) struct Stock<'m> {
    pub(super) components: Vec<Component<'m>>,
    /// What the project itself asks for.
    pub(super) asked: BTreeMap<usize, Scope>,
}

impl<'m> Stock<'m> {
    pub(super) fn of(manifests: &'m [Manifest]) -> Self {
        let entries = entries(manifests);
        let indexes: HashMap<Key, usize> = entries.keys().cloned().zip(0..).collect();
        let mut taken = HashSet::new();
        let components =
            entries.into_values().map(|(dependency, scope)| component(dependency, scope, &mut taken)).collect();
        let mut stock = Self { components, asked: BTreeMap::new() };
        for manifest in manifests {
            stock.relate(manifest, &indexes);
        }
        stock
    }

    fn relate(&mut self, manifest: &Manifest, indexes: &HashMap<Key, usize>) {
        let index_of =
            |dependency: u32| indexes.get(&key(&manifest.dependencies[dependency as usize].package)).copied();
        for edge in &manifest.edges {
            let Some(to) = index_of(edge.to) else { continue };
            match edge.from.map(index_of) {
                None => note(&mut self.asked, to, edge.scope),
                Some(Some(from)) if from != to => note(&mut self.components[from].asks, to, edge.scope),
                Some(_) => {}
            }
        }
        // A file may call packages direct without saying who asks for them.
        let tells = manifest.edges.iter().any(|edge| edge.from.is_none());
        for dependency in manifest.dependencies.iter().filter(|one| !tells && one.relation == Relation::Direct) {
            if let Some(&index) = indexes.get(&key(&dependency.package)) {
                note(&mut self.asked, index, dependency.scope);
            }
        }
    }

    /// The component of a package, or those of all its versions where none is named.
    pub(super) fn find<'s>(&'s self, package: &'s Package) -> impl Iterator<Item = &'s Component<'m>> {
        let name = package.ecosystem.normalize(&package.name);
        self.components.iter().filter(move |component| {
            let held = &component.dependency.package;
            held.ecosystem == package.ecosystem
                && held.ecosystem.normalize(&held.name) == name
                && (package.version.is_none() || held.version == package.version)
        })
    }
}

fn note(asks: &mut BTreeMap<usize, Scope>, to: usize, scope: Scope) {
    let noted = asks.entry(to).or_insert(scope);
    *noted = (*noted).min(scope);
}

fn key(package: &Package) -> Key {
    (package.ecosystem, package.ecosystem.normalize(&package.name).into_owned(), package.version.clone())
}

/// Each package once, with the entry that says most about it and its weightiest scope. What a manifest asks for and a
/// lockfile answers is in the lockfile.
fn entries(manifests: &[Manifest]) -> BTreeMap<Key, (&Dependency, Scope)> {
    let locked = manifests.iter().filter(|manifest| manifest.format.kind() != Kind::Declared);
    let answered: BTreeSet<(Ecosystem, String)> = locked
        .flat_map(|manifest| &manifest.dependencies)
        .map(|one| key(&one.package))
        .map(|key| (key.0, key.1))
        .collect();
    let mut entries: BTreeMap<Key, (&Dependency, Scope)> = BTreeMap::new();
    for manifest in manifests {
        for dependency in &manifest.dependencies {
            let key = key(&dependency.package);
            let is_answered = answered.contains(&(key.0, key.1.clone()));
            if manifest.format.kind() == Kind::Declared && is_answered {
                continue;
            }
            let entry = entries.entry(key).or_insert((dependency, dependency.scope));
            entry.1 = entry.1.min(dependency.scope);
            if telling(dependency) > telling(entry.0) {
                entry.0 = dependency;
            }
        }
    }
    entries
}

/// How much an entry says.
fn telling(dependency: &Dependency) -> usize {
    usize::from(dependency.integrity.is_some()) * 2 + usize::from(dependency.licence.is_some())
}

fn component<'m>(dependency: &'m Dependency, scope: Scope, taken: &mut HashSet<String>) -> Component<'m> {
    let package = &dependency.package;
    // A part of the project is no package of a registry, whatever its name.
    let purl = if dependency.source.is_project() { None } else { package.to_purl() };
    let version = package.version.as_deref().unwrap_or_default();
    let wanted = purl.clone().unwrap_or_else(|| format!("{}/{}@{version}", package.ecosystem, package.name));
    let mut reference = wanted.clone();
    let mut further = 2;
    while !taken.insert(reference.clone()) {
        reference = format!("{wanted}#{further}");
        further += 1;
    }
    Component { dependency, scope, reference, purl, asks: BTreeMap::new() }
}
