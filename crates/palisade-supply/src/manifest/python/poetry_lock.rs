//! `poetry.lock`, all versions.

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

fn add(reading: &mut Reading<'_>, root: Node<'_>, package: Node<'_>) -> Option<u32> {
    let (locked, _) = Locked::with_version(reading, package)?;
    let source = package.get("source").map_or(Source::Usual, source_of);
    let hash = hash(root, package, locked.name);
    let dependency = locked.dependency(Ecosystem::PyPi);
    reading.add(dependency.scope(scope(package)).source(source).integrity(hash))
}

fn connect(reading: &mut Reading<'_>, names: &ByName, package: Node<'_>, from: u32) {
    for asked in package.children_of("dependencies") {
        let scope = if asked.says("optional") { Scope::Optional } else { Scope::Production };
        names.connect(reading, Some(from), asked.key(), scope);
    }
}

/// Version 2.1 names groups, early versions a category, those between neither.
fn scope(package: Node<'_>) -> Scope {
    let mut groups = package.children_of("groups").filter_map(Node::text).peekable();
    let in_groups = groups.peek().is_some();
    if in_groups && groups.all(|group| group != "main") || package.text_of("category") == Some("dev") {
        Scope::Development
    } else if package.says("optional") {
        Scope::Optional
    } else {
        Scope::Production
    }
}

fn source_of(source: Node<'_>) -> Source {
    let address = source.text_of("url").unwrap_or_default();
    match source.text_of("type") {
        Some("git" | "hg") => {
            let revision = source.text_of("resolved_reference").or_else(|| source.text_of("reference"));
            Source::Git(format!("{address}#{}", revision.unwrap_or_default()))
        }
        Some("directory" | "file" | "url") => requirement::source_of(address),
        _ => Source::Registry(address.to_owned()),
    }
}

/// Files stand beside the package, or in version 1 in a table of their own.
fn hash<'t>(root: Node<'t>, package: Node<'t>, name: &str) -> Option<&'t str> {
    let beside = package.get("files").filter(|files| files.children().next().is_some());
    let files = beside.or_else(|| root.at(&["metadata", "files", name]))?;
    files.children().find_map(|file| file.text_of("hash"))
}

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken, read_text, suspicions, way},
    };

    const LOCK: &str = r#"[[package]]
name = "flask"
version = "3.0.0"
optional = false
groups = ["main"]
files = [{file = "flask.whl", hash = "sha256:ff"}]

[package.dependencies]
Jinja2 = ">=3.0"

[[package]]
name = "jinja2"
version = "3.1.2"
files = [{file = "jinja2.whl", hash = "sha256:aa"}]

[[package]]
name = "pytest"
version = "7.0.0"
groups = ["dev"]
files = []

[[package]]
name = "g"
version = "0.1.0"

[package.source]
type = "git"
url = "https://host.example/g.git"
resolved_reference = "abc"

[metadata.files]
pytest = [{file = "pytest.whl", hash = "sha256:bb"}]
"#;

    #[test]
    fn packages_ask_for_each_other_by_name() {
        let mut manifest = check(
            Format::PoetryLock,
            LOCK,
            &[
                "flask@3.0.0 unknown :2",
                "jinja2@3.1.2 unknown :12",
                "pytest@7.0.0 unknown development :17",
                "g@0.1.0 unknown git:https://host.example/g.git#abc :23",
            ],
        );
        assert_eq!(manifest.dependencies[2].integrity.as_deref(), Some("sha256:bb"));
        assert_eq!(suspicions(&manifest), ["Git g https://host.example/g.git#abc"]);
        manifest.declared_by(&read_text(Format::PyProject, "[tool.poetry.dependencies]\nFlask = \"^3\"\n"));
        assert_eq!(way(&manifest, "jinja2"), ["flask", "jinja2"]);
    }

    #[test]
    fn a_broken_file_keeps_what_can_be_read() {
        let broken = "[[package]]\nname = \"a\"\nversion = \"1\"\n[[package]]\nname = \"b\"\n[[package]]\nname = \"c\"\nversion = \"1\"\nx = \n";
        check_broken(Format::PoetryLock, broken, "without a name or version", &["a", "c"]);
        check_broken(Format::PoetryLock, broken, "is not valid TOML", &["a", "c"]);
    }
}
