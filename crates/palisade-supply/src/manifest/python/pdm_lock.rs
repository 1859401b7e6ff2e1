//! `pdm.lock`.

use super::{by_name::ByName, requirement};
use crate::{
    Ecosystem,
    manifest::{
        Reading, Scope, Source,
        document::{Node, read_toml},
        reading,
    },
};

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    let tape = read_toml(reading, text);
    let Some(root) = tape.root() else { return };
    let mut names = ByName::default();
    let mut added = Vec::new();
    for package in root.children_of("package") {
        let Some(name) = package.text_of("name") else {
            reading.problem(package.place(), "is a package without a name");
            continue;
        };
        let place = package.get("name").map_or(package.place(), Node::place);
        let hash = package.children_of("files").filter_map(|file| file.text_of("hash")).next();
        let dependency = reading::dependency(Ecosystem::PyPi, name, package.text_of("version"), place)
            .scope(scope(package))
            .source(source_of(package))
            .integrity(hash);
        if let Some(index) = reading.add(dependency) {
            names.insert(name, index);
            added.push((package, index));
        }
    }
    for (package, from) in added {
        for asked in package.children_of("dependencies").filter_map(Node::text) {
            if let Some(asked) = requirement::parse(asked) {
                names.connect(reading, Some(from), asked.name, Scope::Production);
            }
        }
    }
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
