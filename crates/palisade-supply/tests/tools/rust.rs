//! The lockfile of this repository, against what cargo itself says of it.

use super::{packages, programs, read_file};
use palisade_supply::manifest::Relation;
use serde_json::Value;
use std::{collections::BTreeSet, path::Path, process::Command};

#[test]
fn cargo_says_the_same_of_this_repository() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let told = programs::run(cargo, &root, &["metadata", "--format-version=1", "--offline", "--locked"]);
    let metadata: Value = serde_json::from_str(&told).unwrap();
    let text = |value: &Value, member: &str| value[member].as_str().unwrap().to_owned();
    let outside = metadata["packages"].as_array().unwrap().iter().filter(|package| !package["source"].is_null());
    let expected: BTreeSet<String> =
        outside.map(|one| format!("{}@{}", text(one, "name"), text(one, "version"))).collect();

    let manifest = read_file(&root.join("Cargo.lock"));
    assert_eq!(packages(&manifest).into_iter().collect::<BTreeSet<_>>(), expected);
    let paths = manifest.paths();
    for (index, dependency) in manifest.dependencies.iter().enumerate() {
        let path = paths.to(index);
        assert!(!path.is_empty(), "nobody asks for {}", dependency.package.name);
        assert!(manifest.dependencies[path[0]].source.is_project());
        assert_eq!(dependency.relation == Relation::Direct, path.len() <= 2, "{}", dependency.package.name);
    }
}

#[test]
fn cargo_locks_a_project_with_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let inner = "[package]\nname = \"inner\"\nversion = \"0.2.0\"\nedition = \"2021\"\n[lib]\npath = \"lib.rs\"\n";
    programs::write(folder.path(), "inner/Cargo.toml", inner);
    programs::write(folder.path(), "inner/lib.rs", "");
    let outer = inner.replace("inner", "outer") + "[dependencies]\ninner = { path = \"inner\" }\n";
    programs::write(folder.path(), "Cargo.toml", &outer);
    programs::write(folder.path(), "lib.rs", "");
    let cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    programs::run(cargo, folder.path(), &["generate-lockfile", "--offline"]);
    let manifest = read_file(&folder.path().join("Cargo.lock"));
    let names: Vec<_> = manifest.dependencies.iter().map(|one| one.package.name.as_str()).collect();
    assert_eq!(names, ["inner", "outer"]);
    assert!(manifest.dependencies.iter().all(|one| one.source.is_project()));
}
