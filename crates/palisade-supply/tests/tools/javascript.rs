//! Lockfiles of npm, yarn 1, yarn 4 and pnpm, for a project with one package of a registry, one that this one needs, and one
//! of a folder.

use super::{packages, programs::*, read_file, way};
use palisade_supply::manifest::{Format, Manifest, Relation, Scope};
use std::path::Path;

/// A project that asks for `debug`, which needs `ms`, and for development for the package of a folder, which needs another.
fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text = r#"{"name": "app", "version": "1.0.0", "private": true,
 "dependencies": {"debug": "4.3.4"}, "devDependencies": {"own": "file:./own", "balanced-match": "^1.0.2"}}"#;
    write(folder.path(), "package.json", text);
    write(
        folder.path(),
        "own/package.json",
        r#"{"name": "own", "version": "0.1.0", "dependencies": {"balanced-match": "^1.0.2"}}"#,
    );
    folder
}

const PACKAGES: [&str; 3] = ["balanced-match@1.0.2", "debug@4.3.4", "ms@2.1.2"];

fn check(manifest: &Manifest, format: Format) {
    assert_eq!(manifest.format, format);
    assert_eq!(packages(manifest).iter().filter(|one| !one.starts_with("own@")).collect::<Vec<_>>(), PACKAGES);
    let path = way(manifest, "ms");
    assert_eq!(path[path.len() - 2..], ["debug", "ms"], "{path:?}");
    let told = |name: &str| manifest.dependencies.iter().find(|one| one.package.name == name).unwrap();
    assert_eq!(told("debug").relation, Relation::Direct);
    assert_eq!(told("balanced-match").relation, Relation::Direct);
    assert_eq!(told("debug").scope, Scope::Production);
    assert!(told("debug").integrity.is_some());
}

/// Joins what the lockfile does not tell from `package.json`.
fn declared(folder: &Path, mut manifest: Manifest) -> Manifest {
    manifest.declared_by(&read_file(&folder.join("package.json")));
    manifest
}

#[test]
fn npm_locks_in_three_versions() {
    for version in ["1", "2", "3"] {
        let Some(npm) = of_machine("npm") else { return };
        let folder = project();
        let flag = format!("--lockfile-version={version}");
        run(
            npm,
            folder.path(),
            &["install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund", &flag],
        );
        let manifest = declared(folder.path(), read_file(&folder.path().join("package-lock.json")));
        check(&manifest, Format::PackageLock);
        let scope = manifest.dependencies.iter().find(|one| one.package.name == "balanced-match").unwrap().scope;
        assert_eq!(scope, Scope::Development);
        assert_eq!(manifest.project.unwrap().name, "app");
    }
}

#[test]
fn yarn_classic_locks() {
    let Some(yarn) = of_node("yarn/bin/yarn.js") else { return };
    let folder = project();
    let cache = folder.path().join("cache").display().to_string();
    run(yarn, folder.path(), &["install", "--ignore-scripts", "--non-interactive", "--cache-folder", &cache]);
    let manifest = declared(folder.path(), read_file(&folder.path().join("yarn.lock")));
    check(&manifest, Format::YarnClassic);
}

#[test]
fn yarn_berry_locks() {
    let Some(mut yarn) = of_node("@yarnpkg/cli-dist/bin/yarn.js") else { return };
    let folder = project();
    yarn.env("YARN_ENABLE_GLOBAL_CACHE", "false").env("YARN_ENABLE_TELEMETRY", "0").env("YARN_IGNORE_PATH", "1");
    yarn.env("YARN_ENABLE_IMMUTABLE_INSTALLS", "false").env("YARN_GLOBAL_FOLDER", folder.path().join("global"));
    yarn.env("YARN_NPM_REGISTRY_SERVER", registry());
    run(yarn, folder.path(), &["install", "--mode=skip-build"]);
    check(&read_file(&folder.path().join("yarn.lock")), Format::YarnBerry);
}

/// The registry that npm is set up for; the newer yarn does not ask npm.
fn registry() -> String {
    let registry = of_machine("npm").map(|npm| run(npm, Path::new("."), &["config", "get", "registry"]));
    registry.unwrap_or_default().trim().to_owned()
}

#[test]
fn pnpm_locks() {
    let Some(pnpm) = of_node("pnpm/bin/pnpm.cjs") else { return };
    let folder = project();
    let store = folder.path().join("store").display().to_string();
    run(pnpm, folder.path(), &["install", "--lockfile-only", "--ignore-scripts", "--store-dir", &store]);
    check(&read_file(&folder.path().join("pnpm-lock.yaml")), Format::PnpmLock);
}
