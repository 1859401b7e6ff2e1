//! Manifests, lockfiles and bills of material, read into packages, one format a file.
//!
//! [`Format::of`] tells the format of a file, [`read`] reads it. Reading never fails as a whole: what could not be read
//! is a [`Problem`] with its place, and everything is bounded by [`Limits`].

mod bills;
mod dependency;
mod document;
mod dotnet;
mod finding;
mod format;
mod go;
mod jvm;
mod limits;
mod lines;
mod locked;
mod npm;
mod others;
mod problem;
mod python;
mod read;
mod reading;
mod rust;
mod suspicion;
mod table;
#[cfg(test)]
mod testing;
mod tree;

pub use dependency::{Dependency, Place, Relation, Scope, Source};
pub use finding::{evidence, finding};
pub use format::{Format, Kind};
pub use limits::Limits;
pub use problem::{Problem, Suspicion, SuspicionKind};
pub use read::read;
pub use tree::{Edge, Include, Manifest, Paths};

use reading::Reading;
