//! What is known of a package beside its name: from its registry, from the manifest that names it, from reports.

use palisade_model::Timestamp;
use serde::{Deserialize, Serialize};

/// Facts about one package, each only where somebody looked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Facts {
    /// The name exists in the public registry, or is fetched from there. Nothing is known where nobody looked; private
    /// names are suspicious only when this is true.
    pub found_public: Option<bool>,
    /// When the package's first version was published.
    pub first_published: Option<Timestamp>,
    /// When the version in question was published.
    pub published: Option<Timestamp>,
    /// Downloads in the period that the list of popular names counts.
    pub downloads: Option<u64>,
    /// Versions that its registry has.
    pub versions: Option<u32>,
    /// The version before the one in question.
    pub previous_version: Option<String>,
    /// Nobody who published earlier versions publishes this one.
    pub maintainers_changed: Option<bool>,
    /// Somebody maintains both the package and the one whose name it resembles.
    pub shares_maintainer_with_target: Option<bool>,
    /// What its source repository says of it.
    pub repository: Option<Repository>,
    /// The registry has a verified statement of where and from what the version was built.
    pub provenance: Option<bool>,
    /// It runs a script when it is installed.
    pub install_script: Option<bool>,
    /// It comes from an address instead of a registry.
    pub from_address: Option<bool>,
    /// Another package asks for it: nobody here has typed its name.
    pub asked_by_another: Option<bool>,
    /// A report says that this very version is malicious.
    pub reported_malicious: bool,
    /// A report says that another version of it is malicious.
    pub other_version_reported_malicious: bool,
}

/// What the source repository that a package names says of the package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Repository {
    /// It names none.
    Absent,
    /// It names one that knows the package by its name.
    Matches,
    /// It names one that is of another package: often that of the one it imitates.
    OfAnother,
}
