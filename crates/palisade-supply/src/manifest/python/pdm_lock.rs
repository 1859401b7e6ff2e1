//! `pdm.lock`.

use super::{
    by_name::{ByName, read_packages},
    requirement,
};
use crate::{
    Ecosystem,
    manifest::{Reading, Scope, Source, document::Node, locked::Locked},
};

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    read_packages(reading, text, "package", add, connect);
}

fn add(reading: &mut Reading<'_>, _root: Node<'_>, package: Node<'_>) -> Option<u32> {
    let hash = package.children_of("files").filter_map(|file| file.text_of("hash")).next();
    let locked = Locked::named(reading, package)?;
    let dependency = locked.dependency(Ecosystem::PyPi);
    reading.add(dependency.scope(scope(package)).source(source_of(package)).integrity(hash))
}

fn connect(reading: &mut Reading<'_>, names: &ByName, package: Node<'_>, from: u32) {
    let asked = package.children_of("dependencies").filter_map(Node::text).filter_map(requirement::parse);
    asked.for_each(|asked| names.connect(reading, Some(from), asked.name, Scope::Production));
}

/// Groups named `default` are what runs; files before version 4.4 name none.
fn scope(package: Node<'_>) -> Scope {
    let mut groups = package.children_of("groups").filter_map(Node::text).peekable();
    if groups.peek().is_none() || groups.any(|group| group == "default") {
        return Scope::Production;
    }
    // A group may be optional or for development; the file does not tell which.
    let is_for_development = |group: &str| ["dev", "test", "lint", "doc"].iter().any(|word| group.contains(word));
    let all = package.children_of("groups").filter_map(Node::text).all(is_for_development);
    if all { Scope::Development } else { Scope::Optional }
}

fn source_of(package: Node<'_>) -> Source {
    if let Some(repository) = package.text_of("git") {
        return Source::Git(format!("{repository}#{}", package.text_of("revision").unwrap_or_default()));
    }
    let address = package.text_of("url").or_else(|| package.text_of("path"));
    address.map_or(Source::Usual, requirement::source_of)
}

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken, suspicions},
    };

    #[test]
    fn packages_have_groups_and_ask_by_requirement() {
        let text = r#"[metadata]
lock_version = "4.4.1"

[[package]]
name = "a"
version = "1.0"
groups = ["default"]
dependencies = ["B-b>=2; python_version > '3'"]
files = [{file = "a.whl", hash = "sha256:aa"}]

[[package]]
name = "b_b"
version = "2.0"
groups = ["dev", "lint"]

[[package]]
name = "g"
version = "0.1"
git = "https://host.example/g.git"
revision = "abc"
"#;
        let manifest = check(
            Format::PdmLock,
            text,
            &[
                "a@1.0 unknown :5",
                "b_b@2.0 unknown development :12",
                "g@0.1 unknown git:https://host.example/g.git#abc :17",
            ],
        );
        assert_eq!(manifest.edges.len(), 1);
        assert_eq!(suspicions(&manifest), ["Git g https://host.example/g.git#abc"]);
    }

    #[test]
    fn a_broken_file_keeps_what_can_be_read() {
        check_broken(Format::PdmLock, "[[package]]\nname = \"a\"\n[[package]]\nx = 1\ny =", "without a name", &["a"]);
    }
}
