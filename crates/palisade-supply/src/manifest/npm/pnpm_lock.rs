//! `pnpm-lock.yaml`, versions 5 to 9.
//!
//! Version 5 names packages `/name/1.0.0_peers`, version 6 `/name@1.0.0(peers)`, version 9 `name@1.0.0`, with what they ask
//! for in a table `snapshots` of its own. What differs in peers alone is one package here.

use super::address;
use crate::{
    Ecosystem,
    manifest::{
        Reading, Scope, Source,
        document::{Node, read_yaml},
        reading,
    },
};
use std::collections::HashMap;

const TABLES: &[(&str, Scope)] = &[
    ("dependencies", Scope::Production),
    ("optionalDependencies", Scope::Optional),
    ("devDependencies", Scope::Development),
];

/// Packages by the key without peers.
type Index<'t> = HashMap<&'t str, u32>;

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    let tape = read_yaml(reading, text);
    let Some(root) = tape.root() else { return };
    reading.scopes_by_edges = true;
    let mut index = Index::new();
    for entry in root.children_of("packages") {
        let key = without_peers(entry.key());
        if !index.contains_key(key)
            && let Some(added) = add(reading, entry, key)
        {
            index.insert(key, added);
        }
    }
    for table in ["packages", "snapshots"] {
        for entry in root.children_of(table) {
            if let Some(&from) = index.get(without_peers(entry.key())) {
                connect(reading, &index, entry, Some(from));
            }
        }
    }
    if root.get("importers").is_none() {
        connect(reading, &index, root, None);
    }
    for project in root.children_of("importers") {
        connect_project(reading, &index, project);
    }
}

/// A project of the workspace is asked for by the workspace; the one in its root is the project itself.
fn connect_project(reading: &mut Reading<'_>, index: &Index<'_>, project: Node<'_>) {
    if project.key() == "." {
        connect(reading, index, project, None);
        return;
    }
    let folder = project.key();
    let name = folder.rsplit('/').next().unwrap_or(folder);
    let member =
        reading::dependency(Ecosystem::Npm, name, None, project.place()).source(Source::Project(folder.to_owned()));
    if let Some(from) = reading.add_direct(member) {
        reading.edge(None, from, Scope::Production);
        connect(reading, index, project, Some(from));
    }
}

/// Adds an edge for all that `node` asks for.
fn connect(reading: &mut Reading<'_>, index: &Index<'_>, node: Node<'_>, from: Option<u32>) {
    for (table, scope) in TABLES {
        for member in node.children_of(table) {
            let version = member.text().or_else(|| member.text_of("version"));
            if let Some(to) = version.and_then(|version| resolve(index, member.key(), version)) {
                reading.edge(from, to, *scope);
                note_requirement(reading, node, member, from, to);
            }
        }
    }
}

/// What the project itself asks for: beside the version since version 6, in a table of its own before.
fn note_requirement(reading: &mut Reading<'_>, node: Node<'_>, member: Node<'_>, from: Option<u32>, to: u32) {
    if from.is_none() {
        let beside = member.text_of("specifier");
        let requirement = beside.or_else(|| node.at(&["specifiers", member.key()])?.text());
        reading.require(to, requirement);
    }
}

/// The package that a name with a version stands for, in any of the ways it can be written.
fn resolve(index: &Index<'_>, name: &str, version: &str) -> Option<u32> {
    let version = without_peers(version);
    let spelled = [format!("{name}@{version}"), format!("/{name}@{version}"), format!("/{name}/{version}")];
    let found = index.get(version).or_else(|| spelled.iter().find_map(|key| index.get(key.as_str())));
    found.copied()
}

fn add(reading: &mut Reading<'_>, entry: Node<'_>, key: &str) -> Option<u32> {
    let Some((name, version)) = name_and_version(entry, key) else {
        reading.problem(entry.place(), format!("`{}` names no package", key.escape_debug()));
        return None;
    };
    let resolution = entry.get("resolution");
    let of = |member: &str| resolution.and_then(|resolution| resolution.text_of(member));
    let source = match (of("repo"), of("tarball"), of("directory")) {
        (Some(repository), _, _) => {
            let commit = of("commit").map(|commit| format!("#{commit}")).unwrap_or_default();
            Source::Git(format!("{repository}{commit}"))
        }
        (_, Some(address), _) => address::source_of_resolution(address).unwrap_or_default(),
        (_, _, Some(folder)) => Source::Project(folder.to_owned()),
        _ => address::source_of(version).filter(|_| version.contains(':')).unwrap_or_default(),
    };
    let version = version.starts_with(|first: char| first.is_ascii_digit()).then_some(version);
    let scope = match (entry.says("dev"), entry.says("optional")) {
        (true, _) => Scope::Development,
        (false, true) => Scope::Optional,
        (false, false) => Scope::Production,
    };
    let mut dependency = reading::dependency(Ecosystem::Npm, name, version, entry.place())
        .scope(scope)
        .source(source)
        .integrity(of("integrity"));
    dependency.install_script = entry.says("requiresBuild");
    reading.add(dependency)
}

/// From the entry where it says so, as for packages that are not of a registry; otherwise from its key.
fn name_and_version<'t>(entry: Node<'t>, key: &'t str) -> Option<(&'t str, &'t str)> {
    let (named, versioned) = (entry.text_of("name"), entry.text_of("version"));
    if let (Some(name), Some(version)) = (named, versioned) {
        return Some((name, without_peers(version)));
    }
    let plain = key.strip_prefix('/').unwrap_or(key);
    let split = match address::split_descriptor(plain) {
        Some((name, version)) if !name.trim_start_matches('@').contains('@') && name.matches('/').count() <= 1 => {
            Some((name, version))
        }
        // Version 5; before the name may stand the host of another registry.
        _ => plain.rsplit_once('/').map(|(name, version)| (last_name(name), version)),
    };
    let (name, version) = split?;
    Some((named.unwrap_or(name), versioned.unwrap_or(version)))
}

/// `@scope/name` or `name` at the end of a path.
fn last_name(path: &str) -> &str {
    path.rfind('@').or_else(|| path.rfind('/').map(|slash| slash + 1)).map_or(path, |begin| &path[begin..])
}

/// Without `(peers)` and, in version 5, `_peers`.
fn without_peers(key: &str) -> &str {
    let key = key.split('(').next().unwrap_or(key);
    // An underscore is part of many names, but never of a version.
    let version = key.rfind('/').map_or(0, |slash| slash + 1);
    let begins_with_digit = key[version..].starts_with(|first: char| first.is_ascii_digit());
    match key[version..].find('_') {
        Some(end) if begins_with_digit => &key[..version + end],
        _ => key,
    }
}

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken, suspicions, way},
    };

    #[test]
    fn version_five_has_slashes_and_underscores() {
        let text = "lockfileVersion: 5.4
specifiers:
  '@s/a': ^1.0.0
  d: 1.0.0
dependencies:
  '@s/a': 1.2.3_b@2.0.0
devDependencies:
  d: host.example/u/d/abc
packages:
  /@s/a/1.2.3_b@2.0.0:
    resolution: {integrity: sha512-aa}
    requiresBuild: true
    dependencies:
      b: 2.0.0
    dev: false
  /b/2.0.0:
    resolution: {integrity: sha512-bb}
  host.example/u/d/abc:
    resolution: {tarball: https://host.example/u/d/tar.gz/abc}
    name: d
    version: 1.0.0
    dev: true
";
        let manifest = check(
            Format::PnpmLock,
            text,
            &[
                "@s/a@1.2.3 (^1.0.0) direct :10",
                "b@2.0.0 transitive :16",
                "d@1.0.0 (1.0.0) direct development archive:https://host.example/u/d/tar.gz/abc :18",
            ],
        );
        assert_eq!(way(&manifest, "b"), ["@s/a", "b"]);
        assert!(manifest.dependencies[0].install_script);
        assert_eq!(suspicions(&manifest), ["Archive d https://host.example/u/d/tar.gz/abc"]);
    }

    #[test]
    fn version_six_has_projects_and_peers_in_brackets() {
        let text = "lockfileVersion: '6.0'
importers:
  .:
    dependencies:
      a: {specifier: ^1.0.0, version: 1.2.3(b@2.0.0)}
  tools/t:
    devDependencies:
      b: {specifier: ^2.0.0, version: 2.0.0}
packages:
  /a@1.2.3(b@2.0.0):
    resolution: {integrity: sha512-aa}
  /b@2.0.0:
    resolution: {integrity: sha512-bb}
";
        let manifest = check(
            Format::PnpmLock,
            text,
            &["a@1.2.3 (^1.0.0) direct :10", "b@2.0.0 direct development :12", "t direct project:tools/t :6"],
        );
        assert_eq!(way(&manifest, "b"), ["t", "b"]);
    }

    #[test]
    fn version_nine_has_snapshots() {
        let text = "lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      alias: {specifier: npm:a@^1, version: a@1.2.3(b@2.0.0)}
packages:
  a@1.2.3:
    resolution: {integrity: sha512-aa}
  '@s/b@2.0.0':
    resolution: {integrity: sha512-bb}
  g@git+https://host.example/g.git#abc:
    resolution: {commit: abc, repo: https://host.example/g.git, type: git}
    version: 0.1.0
snapshots:
  a@1.2.3(b@2.0.0):
    dependencies:
      '@s/b': 2.0.0
    optionalDependencies:
      g: git+https://host.example/g.git#abc
  '@s/b@2.0.0': {}
  g@git+https://host.example/g.git#abc: {}
";
        let manifest = check(
            Format::PnpmLock,
            text,
            &[
                "a@1.2.3 (npm:a@^1) direct :7",
                "@s/b@2.0.0 transitive :9",
                "g@0.1.0 transitive optional git:https://host.example/g.git#abc :11",
            ],
        );
        assert_eq!(way(&manifest, "g"), ["a", "g"]);
    }

    #[test]
    fn a_broken_file_keeps_what_stands_before() {
        let text = "packages:\n  /a@1.0.0:\n    resolution: {integrity: x}\n  lost: {}\n  /b@1.0.0:\n    resolution: {";
        check_broken(Format::PnpmLock, text, "is not valid YAML", &["a", "b"]);
        check_broken(Format::PnpmLock, text, "`lost` names no package", &["a", "b"]);
    }
}
