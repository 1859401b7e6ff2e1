//! Bills of material: what manifests name, written as CycloneDX 1.6 and SPDX 2.3, both in JSON.
//!
//! The same input gives the same bytes: time and serial number are arguments, and components are sorted.

mod cyclonedx;
mod hashes;
mod licences;
mod spdx;
mod stock;
mod vulnerability;

pub use self::spdx::spdx;
pub use cyclonedx::cyclonedx;
pub use vulnerability::Vulnerability;

use crate::{Package, manifest::Manifest};
use palisade_model::{Id, Timestamp};

/// What a bill of material is about.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// What it is called: the project, the folder that was scanned.
    pub name: &'a str,
    /// Its version, where it has one.
    pub version: Option<&'a str>,
    /// The package that it is published as, where it is.
    pub package: Option<&'a Package>,
    /// What was read of its manifests. What several name is one component.
    pub manifests: &'a [Manifest],
    /// When the bill is made.
    pub time: Timestamp,
    /// The bill's own number.
    pub serial: Id,
}

/// Who makes the bill.
const TOOL: (&str, &str) = ("palisade", env!("CARGO_PKG_VERSION"));
