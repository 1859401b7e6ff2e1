//! One package that a manifest names, and what the manifest says about it.

use crate::Package;
use serde::{Deserialize, Serialize};

/// A place in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// Counted from one; zero where the place is not known.
    pub line: u32,
    /// Bytes from the beginning of the text.
    pub byte: u32,
}

/// How near a package is to the project.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Relation {
    /// The project asks for it itself.
    Direct,
    /// Another package asks for it.
    Transitive,
    /// The file does not tell; [`Manifest::declared_by`](super::Manifest::declared_by) may.
    #[default]
    Unknown,
}

/// What a package is needed for. The order is of weight: what several ask for has the first that applies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// To run.
    #[default]
    Production,
    /// To run, where it can be had or is wanted.
    Optional,
    /// To build, test or develop.
    Development,
}

/// Where the package is taken from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "address", rename_all = "lowercase")]
pub enum Source {
    /// The registry that the file uses for most packages, or does not name.
    #[default]
    Usual,
    /// Another registry, by the beginning of its address: scheme and host.
    Registry(String),
    /// A repository, with the revision where one is given.
    Git(String),
    /// An archive at an address of its own.
    Archive(String),
    /// A folder of the project: part of it, not something that comes from outside.
    Project(String),
}

impl Source {
    /// The address, where there is one.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        match self {
            Self::Usual => None,
            Self::Registry(address) | Self::Git(address) | Self::Archive(address) | Self::Project(address) => {
                Some(address)
            }
        }
    }

    /// True for a part of the project itself.
    #[must_use]
    pub fn is_project(&self) -> bool {
        matches!(self, Self::Project(_))
    }
}

/// A package that a manifest names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Dependency {
    /// The package; its version only where the manifest names exactly one.
    pub package: Package,
    /// What is asked for, as it is written: `^1.2`, `>=2,<3`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requirement: Option<String>,
    /// How near it is to the project.
    pub relation: Relation,
    /// What it is needed for.
    pub scope: Scope,
    /// Where the manifest names it.
    pub place: Place,
    /// Where it is taken from.
    pub source: Source,
    /// A hash of its contents as the manifest writes it: `sha512-…`, `sha256:…`, `h1:…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub integrity: Option<String>,
    /// The licence that the manifest tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// True where the manifest says that installing it runs a script of its own.
    pub install_script: bool,
}

impl Dependency {
    /// A dependency on `package`, named at `byte`; all else as if nothing were said.
    pub(super) fn new(package: Package, byte: usize) -> Self {
        Self {
            package,
            requirement: None,
            relation: Relation::Unknown,
            scope: Scope::Production,
            place: Place { line: 0, byte: u32::try_from(byte).unwrap_or(u32::MAX) },
            source: Source::Usual,
            integrity: None,
            licence: None,
            install_script: false,
        }
    }

    pub(super) fn requirement(mut self, requirement: Option<&str>) -> Self {
        self.requirement = requirement.map(str::to_owned);
        self
    }

    pub(super) fn relation(mut self, relation: Relation) -> Self {
        self.relation = relation;
        self
    }

    pub(super) fn scope(mut self, scope: Scope) -> Self {
        self.scope = scope;
        self
    }

    pub(super) fn source(mut self, source: Source) -> Self {
        self.source = source;
        self
    }

    pub(super) fn integrity(mut self, integrity: Option<&str>) -> Self {
        self.integrity = integrity.filter(|hash| !hash.is_empty()).map(str::to_owned);
        self
    }

    pub(super) fn licence(mut self, licence: Option<&str>) -> Self {
        self.licence = licence.filter(|licence| !licence.is_empty()).map(str::to_owned);
        self
    }
}
