//! `Cargo.lock`, versions 1 to 4.

use crate::{
    Ecosystem,
    manifest::{
        Reading, Scope, Source,
        document::{Node, read_toml},
        locked::Locked,
    },
};
use std::collections::HashMap;

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    let tape = read_toml(reading, text);
    let Some(root) = tape.root() else { return };
    let mut by_name: HashMap<&str, Vec<(Node<'_>, u32)>> = HashMap::new();
    let mut added = Vec::new();
    for package in root.children_of("package") {
        if let Some((name, index)) = add(reading, root, package) {
            by_name.entry(name).or_default().push((package, index));
            added.push((package, index));
        }
    }
    for (package, from) in added {
        if package.get("source").is_none() {
            reading.edge(None, from, Scope::Production);
        }
        for asked in package.children_of("dependencies").filter_map(Node::text) {
            if let Some(to) = find(&by_name, asked) {
                reading.edge(Some(from), to, Scope::Production);
            }
        }
    }
}

fn add<'t>(reading: &mut Reading<'_>, root: Node<'t>, package: Node<'t>) -> Option<(&'t str, u32)> {
    let (locked, version) = Locked::with_version(reading, package)?;
    let written = package.text_of("source");
    let source = match written {
        None => Source::Project(locked.name.to_owned()),
        Some(source) => source_of(source),
    };
    // Version 1 keeps checksums in a table of their own.
    let checksum = package.text_of("checksum").or_else(|| {
        let key = format!("checksum {} {version} ({})", locked.name, written?);
        root.at(&["metadata", &key])?.text()
    });
    let dependency = locked
        .dependency(Ecosystem::Cargo)
        .source(source)
        .integrity(checksum.map(|hash| format!("sha256:{hash}")).as_deref());
    Some((locked.name, reading.add(dependency)?))
}

fn source_of(source: &str) -> Source {
    match source.split_once('+') {
        Some(("registry" | "sparse", address)) => Source::Registry(address.trim_end_matches('/').to_owned()),
        Some(("git", address)) => Source::Git(address.to_owned()),
        Some((_, address)) => Source::Archive(address.to_owned()),
        None => Source::Archive(source.to_owned()),
    }
}

/// What `name`, `name version` or `name version (source)` stands for.
fn find(by_name: &HashMap<&str, Vec<(Node<'_>, u32)>>, asked: &str) -> Option<u32> {
    let mut parts = asked.splitn(3, ' ');
    let candidates = by_name.get(parts.next()?)?;
    let version = parts.next();
    let source = parts.next().map(|source| source.trim_matches(['(', ')']));
    let fits = |(package, _): &&(Node<'_>, u32)| {
        version.is_none_or(|version| package.text_of("version") == Some(version))
            && source.is_none_or(|source| package.text_of("source") == Some(source))
    };
    candidates.iter().find(fits).map(|(_, index)| *index)
}

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken, suspicions, way},
    };

    const LOCK: &str = r#"version = 4

[[package]]
name = "app"
version = "0.1.0"
dependencies = ["a", "b 2.0.0"]

[[package]]
name = "a"
version = "1.2.3"
source = "registry+https://registry.example/index"
checksum = "aa"
dependencies = ["b 1.0.0 (registry+https://registry.example/index)"]

[[package]]
name = "b"
version = "1.0.0"
source = "registry+https://registry.example/index"
checksum = "bb"

[[package]]
name = "b"
version = "2.0.0"
source = "git+https://host.example/b?branch=main#abc"
"#;

    #[test]
    fn packages_without_a_source_are_the_project() {
        let manifest = check(
            Format::CargoLock,
            LOCK,
            &[
                "app@0.1.0 direct project:app :4",
                "a@1.2.3 direct :9",
                "b@1.0.0 transitive :16",
                "b@2.0.0 direct git:https://host.example/b?branch=main#abc :22",
            ],
        );
        assert_eq!(manifest.dependencies[1].integrity.as_deref(), Some("sha256:aa"));
        assert_eq!(way(&manifest, "b"), ["app", "a", "b"]);
        assert_eq!(suspicions(&manifest), ["Git b https://host.example/b?branch=main#abc"]);
    }

    #[test]
    fn a_broken_file_keeps_what_can_be_read() {
        let broken = "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"b\"\nversion = \n\n[[package]]\nname = \"c\"\nversion = \"1.0.0\"\n";
        check_broken(Format::CargoLock, broken, "is not valid TOML", &["a", "c"]);
        check_broken(Format::CargoLock, broken, "without a name or version", &["a", "c"]);
    }
}
