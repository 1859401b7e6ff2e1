//! `uv.lock`.

use super::{
    by_name::{ByName, read_packages},
    requirement,
};
use crate::{
    Ecosystem,
    manifest::{Reading, Scope, Source, document::Node, locked::Locked},
};

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    reading.scopes_by_edges = true;
    read_packages(reading, text, "package", add, connect_package);
}

fn connect_package(reading: &mut Reading<'_>, names: &ByName, package: Node<'_>, from: u32) {
    if reading.manifest.dependencies[from as usize].source.is_project() {
        reading.edge(None, from, Scope::Production);
    }
    for asked in package.children_of("dependencies") {
        connect(reading, names, from, asked, Scope::Production);
    }
    for (table, scope) in [("optional-dependencies", Scope::Optional), ("dev-dependencies", Scope::Development)] {
        for asked in package.children_of(table).flat_map(Node::children) {
            connect(reading, names, from, asked, scope);
        }
    }
}

/// Adds an edge to the package of the name, and of the version where one is named.
fn connect(reading: &mut Reading<'_>, names: &ByName, from: u32, asked: Node<'_>, scope: Scope) {
    let Some(name) = asked.text_of("name") else { return };
    let version = asked.text_of("version");
    for &to in names.get(name) {
        let found = reading.manifest.dependencies[to as usize].package.version.as_deref();
        if version.is_none() || found == version {
            reading.edge(Some(from), to, scope);
        }
    }
}

fn add(reading: &mut Reading<'_>, _root: Node<'_>, package: Node<'_>) -> Option<u32> {
    let locked = Locked::named(reading, package)?;
    let Locked { name, version, .. } = locked;
    let source = package.get("source").map_or(Source::Usual, source_of);
    if version.is_none() && source == Source::Usual {
        reading.problem(package.place(), format!("`{}` has no version", name.escape_debug()));
    }
    if matches!(&source, Source::Project(folder) if folder == ".") {
        reading.project(Ecosystem::PyPi, Some(name), version);
    }
    let files = package.get("sdist").into_iter().chain(package.children_of("wheels"));
    let hash = files.filter_map(|file| file.text_of("hash")).next();
    reading.add(locked.dependency(Ecosystem::PyPi).source(source).integrity(hash))
}

fn source_of(source: Node<'_>) -> Source {
    let Some(kind) = source.children().next() else { return Source::Usual };
    let address = kind.text().unwrap_or_default();
    match kind.key() {
        "registry" => Source::Registry(address.to_owned()),
        "git" => Source::Git(address.to_owned()),
        "url" | "path" => requirement::source_of(address),
        _ => Source::Project(address.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken, suspicions, way},
    };

    const LOCK: &str = r#"version = 1

[[package]]
name = "app"
version = "0.1.0"
source = { editable = "." }
dependencies = [{ name = "flask" }]

[package.dev-dependencies]
dev = [{ name = "pytest", version = "8.0.0" }]

[[package]]
name = "flask"
version = "3.0.0"
source = { registry = "https://registry.example/simple" }
dependencies = [{ name = "g", marker = "sys_platform == 'linux'" }]
sdist = { url = "https://files.example/flask.tar.gz", hash = "sha256:aa" }

[[package]]
name = "pytest"
version = "7.0.0"
source = { registry = "https://registry.example/simple" }

[[package]]
name = "pytest"
version = "8.0.0"
source = { registry = "https://registry.example/simple" }
wheels = [{ url = "https://files.example/pytest.whl", hash = "sha256:bb" }]

[[package]]
name = "g"
version = "0.1.0"
source = { git = "https://host.example/g?rev=v1#abc" }
"#;

    #[test]
    fn the_project_and_its_groups_lead_to_all() {
        let manifest = check(
            Format::UvLock,
            LOCK,
            &[
                "app@0.1.0 direct project:. :4",
                "flask@3.0.0 direct :13",
                "pytest@7.0.0 transitive :20",
                "pytest@8.0.0 direct development :25",
                "g@0.1.0 transitive git:https://host.example/g?rev=v1#abc :31",
            ],
        );
        assert_eq!(way(&manifest, "g"), ["app", "flask", "g"]);
        assert_eq!(suspicions(&manifest), ["NoIntegrity pytest pytest", "Git g https://host.example/g?rev=v1#abc"]);
    }

    #[test]
    fn a_broken_file_keeps_what_can_be_read() {
        let broken =
            "[[package]]\nname = \"a\"\n[[package]]\nversion = \"1\"\n[[package]]\nname = \"c\"\nversion = \"1";
        check_broken(Format::UvLock, broken, "`a` has no version", &["a", "c"]);
        check_broken(Format::UvLock, broken, "without a name", &["a", "c"]);
        check_broken(Format::UvLock, broken, "is not valid TOML", &["a", "c"]);
    }
}
