//! Lockfiles as the tools themselves write them, and bills of material under the eyes of the standards' own schemas.
//!
//! Where a tool is missing a test says that it was skipped, and fails with `PALISADE_REQUIRE_SERVERS=1`.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "own fixtures")]

mod bills;
mod javascript;
mod programs;
mod python;
mod rust;

use palisade_supply::manifest::{Format, Limits, Manifest, read};
use std::path::Path;

/// Reads the manifest at `path`, whose format its name and beginning tell, and which has no problems.
fn read_file(path: &Path) -> Manifest {
    let bytes = std::fs::read(path).unwrap();
    let format = Format::of(&path.to_string_lossy(), &bytes).unwrap();
    let manifest = read(format, &bytes, &Limits::default());
    assert_eq!(manifest.problems, [], "{}", String::from_utf8_lossy(&bytes));
    manifest
}

/// `name@version` of all packages from outside, sorted.
fn packages(manifest: &Manifest) -> Vec<String> {
    let outside = manifest.dependencies.iter().filter(|one| !one.source.is_project());
    let told = outside.map(|one| format!("{}@{}", one.package.name, one.package.version.as_deref().unwrap_or("?")));
    let mut all: Vec<String> = told.collect();
    all.sort();
    all.dedup();
    all
}

/// The names from the project to the package of the name.
fn way<'m>(manifest: &'m Manifest, name: &str) -> Vec<&'m str> {
    let index = manifest.dependencies.iter().position(|one| one.package.name == name).unwrap();
    let path = manifest.paths().to(index);
    path.into_iter().map(|index| manifest.dependencies[index].package.name.as_str()).collect()
}
