//! The protected names of all ecosystems together, and the names that an organisation uses privately.

use super::index::registered;
use super::{Index, Measures, Popular, Suspicion, Technique, shown};
use crate::{Ecosystem, Package};
use std::collections::{BTreeMap, HashSet};

/// The most popular names of another ecosystem whose use here is suspicious. Less popular ones are words like others.
const HOP_RANK_MAX: u32 = 1000;
/// Shorter names mean something else in every ecosystem.
const HOP_LETTERS_MIN: usize = 5;
/// Private names and patterns that are kept.
const PRIVATE_MAX: usize = 100_000;

/// Ecosystems whose popular names turn up in the other as traps, because one developer uses both.
const HOPS: &[(Ecosystem, Ecosystem)] = &[
    (Ecosystem::Npm, Ecosystem::PyPi),
    (Ecosystem::PyPi, Ecosystem::Npm),
    (Ecosystem::RubyGems, Ecosystem::Npm),
    (Ecosystem::RubyGems, Ecosystem::PyPi),
    (Ecosystem::Cargo, Ecosystem::PyPi),
    (Ecosystem::Cargo, Ecosystem::Npm),
];

/// All indexes, one an ecosystem, and private names.
#[derive(Clone, Debug, Default)]
pub struct Names {
    indexes: BTreeMap<Ecosystem, Index>,
    private: HashSet<(Ecosystem, String)>,
    /// Beginnings of private names, written `@corp/*` or `corp-*`.
    private_prefixes: Vec<(Ecosystem, String)>,
}

impl Names {
    /// The indexes of the starter set, no private names.
    #[must_use]
    pub fn starter() -> Self {
        let mut names = Self::default();
        for ecosystem in Ecosystem::all() {
            let popular = crate::starter::popular(ecosystem);
            if !popular.is_empty() {
                names.protect(ecosystem, &popular);
            }
        }
        names
    }

    /// Makes `popular`, most popular first, the protected names of `ecosystem`.
    pub fn protect(&mut self, ecosystem: Ecosystem, popular: &[Popular]) {
        self.insert(Index::new(ecosystem, popular));
    }

    /// Puts an index in the place of the one of its ecosystem.
    pub fn insert(&mut self, index: Index) {
        self.indexes.insert(index.ecosystem(), index);
    }

    /// Names that the organisation uses privately in `ecosystem`; one that ends in `*` stands for all that begin so.
    /// Beyond a hundred thousand, further ones are left out.
    pub fn set_private<'a>(&mut self, ecosystem: Ecosystem, names: impl IntoIterator<Item = &'a str>) {
        for name in names {
            if self.private.len() + self.private_prefixes.len() >= PRIVATE_MAX {
                return;
            }
            match name.strip_suffix('*') {
                Some(prefix) => self.private_prefixes.push((ecosystem, registered(ecosystem, prefix))),
                None => drop(self.private.insert((ecosystem, registered(ecosystem, name)))),
            }
        }
    }

    /// True when the organisation uses `name` privately.
    #[must_use]
    pub fn is_private(&self, ecosystem: Ecosystem, name: &str) -> bool {
        let written = registered(ecosystem, name);
        let begins = |(of, prefix): &(Ecosystem, String)| *of == ecosystem && written.starts_with(prefix.as_str());
        self.private_prefixes.iter().any(begins) || self.private.contains(&(ecosystem, written))
    }

    /// The index of `ecosystem`, if names of it are protected.
    #[must_use]
    pub fn index(&self, ecosystem: Ecosystem) -> Option<&Index> {
        self.indexes.get(&ecosystem)
    }

    /// All indexes, in the order of ecosystems.
    pub fn indexes(&self) -> impl Iterator<Item = &Index> {
        self.indexes.values()
    }

    /// Bytes of memory of all indexes.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        self.indexes.values().map(Index::memory_bytes).sum()
    }

    /// What `package` may be mistaken for by its name, most telling ecosystem first. `found_public` says that its
    /// registry is the public one, or that the name is known to exist there: private names are suspicious only then.
    #[must_use]
    pub fn check(&self, package: &Package, found_public: bool) -> Vec<Suspicion> {
        if self.is_private(package.ecosystem, &package.name) {
            return if found_public { vec![confusion(package)] } else { Vec::new() };
        }
        let Some(index) = self.index(package.ecosystem) else { return Vec::new() };
        if index.rank(&package.name).is_some() {
            return Vec::new();
        }
        let mut found = index.check(&package.name);
        found.extend(self.hop(package));
        found
    }

    /// The popular package of another ecosystem that has this very name.
    fn hop(&self, package: &Package) -> Option<Suspicion> {
        if package.name.len() < HOP_LETTERS_MIN {
            return None;
        }
        let others = HOPS.iter().filter(|(here, _)| *here == package.ecosystem).map(|(_, other)| *other);
        let hits = others.filter_map(|other| {
            let index = self.index(other)?;
            let rank = index.rank(&package.name).filter(|rank| *rank <= HOP_RANK_MAX)?;
            Some((index, rank))
        });
        let (index, rank) = hits.min_by_key(|(_, rank)| *rank)?;
        let target = index.at(rank)?.to_owned();
        let own = self.index(package.ecosystem)?;
        let technique = Technique::EcosystemHop;
        Some(Suspicion {
            technique,
            ecosystem: index.ecosystem(),
            reason: format!(
                "The name {} `{}` of {}, number {rank} there.",
                technique.says(),
                shown(&target),
                index.ecosystem()
            ),
            measures: Measures {
                rank,
                listed: u32::try_from(index.len()).unwrap_or(u32::MAX),
                downloads: index.downloads(rank),
                letters: u16::try_from(target.len()).unwrap_or(u16::MAX),
                part_known: own.vocabulary().known(&package.name),
                ..Measures::default()
            },
            target,
        })
    }
}

fn confusion(package: &Package) -> Suspicion {
    let technique = Technique::DependencyConfusion;
    Suspicion {
        technique,
        ecosystem: package.ecosystem,
        target: package.name.clone(),
        reason: format!(
            "The name {} `{}`, and somebody has it in the public registry, from where it may be installed instead.",
            technique.says(),
            shown(&package.name)
        ),
        measures: Measures::default(),
    }
}
