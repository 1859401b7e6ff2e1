//! What could not be read of a manifest, and what is suspicious about it.

use super::Place;
use serde::{Deserialize, Serialize};

/// A part of a manifest that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// Why, in a sentence for people.
    pub reason: String,
}

/// What can be suspicious about a manifest itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SuspicionKind {
    /// The package comes from another host than most others.
    OtherHost,
    /// Its address is unencrypted, so anybody on the way can exchange it.
    Unencrypted,
    /// It has no hash where others have one, so an exchange would go unnoticed.
    NoIntegrity,
    /// Its hash is of a kind that can be forged (MD5, SHA-1).
    WeakIntegrity,
    /// The address is of a package with another name.
    OtherName,
    /// It comes from a repository, past the registry.
    Git,
    /// It comes from an archive at an address of its own, past the registry.
    Archive,
    /// Any version will do, the next bad one too.
    AnyVersion,
    /// A tag or branch is named, which its owner can move, where a digest or commit could be.
    Movable,
    /// A further index is asked for packages, so that a public package can take the place of a private one.
    ExtraIndex,
    /// Certificates of a host are not checked.
    TrustedHost,
    /// The manifest itself runs commands when the project is installed.
    InstallScript,
}

/// Something suspicious about the manifest itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Suspicion {
    /// What.
    pub kind: SuspicionKind,
    /// The package it is about, by its index in [`Manifest::dependencies`](super::Manifest::dependencies).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dependency: Option<u32>,
    /// Where.
    pub place: Place,
    /// The address, option or requirement in question.
    pub detail: String,
}
