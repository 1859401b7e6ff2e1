//! `Cargo.toml`: a package or a workspace, with its tables of dependencies for all targets.

use crate::{
    Ecosystem,
    manifest::{
        Reading, Scope, Source,
        document::{Node, read_toml},
        reading,
    },
};

const TABLES: &[(&str, Scope)] = &[
    ("dependencies", Scope::Production),
    ("build-dependencies", Scope::Development),
    ("dev-dependencies", Scope::Development),
    ("build_dependencies", Scope::Development),
    ("dev_dependencies", Scope::Development),
];

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    let tape = read_toml(reading, text);
    let Some(root) = tape.root() else { return };
    if let Some(package) = root.get("package") {
        reading.project(Ecosystem::Cargo, package.text_of("name"), package.text_of("version"));
    }
    let targets = root.children_of("target");
    for section in [root].into_iter().chain(root.get("workspace")).chain(targets) {
        for (table, scope) in TABLES {
            for member in section.children_of(table) {
                declare(reading, member, *scope);
            }
        }
    }
    for patched in root.children_of("patch").flat_map(Node::children) {
        declare(reading, patched, Scope::Production);
    }
}

fn declare(reading: &mut Reading<'_>, member: Node<'_>, scope: Scope) {
    // The workspace, in a file of its own, says what is meant.
    if member.says("workspace") {
        return;
    }
    let name = member.text_of("package").unwrap_or(member.key());
    let requirement = member.text().or_else(|| member.text_of("version"));
    let source = match (member.text_of("git"), member.text_of("path"), member.text_of("registry")) {
        (Some(repository), ..) => {
            let revision = ["rev", "tag", "branch"].iter().find_map(|key| member.text_of(key));
            Source::Git(revision.map_or_else(|| repository.to_owned(), |revision| format!("{repository}#{revision}")))
        }
        (_, Some(folder), _) => Source::Project(folder.to_owned()),
        (_, _, Some(registry)) => Source::Registry(registry.to_owned()),
        _ => Source::Usual,
    };
    if requirement.is_none() && source == Source::Usual {
        reading.problem(member.place(), format!("`{}` has no requirement", member.key().escape_debug()));
        return;
    }
    let exact = requirement.and_then(|text| text.trim().strip_prefix('=')).map(str::trim);
    let exact = exact.filter(|version| version.matches('.').count() >= 2 && !version.contains(','));
    let scope = if member.says("optional") { scope.max(Scope::Optional) } else { scope };
    let dependency = reading::dependency(Ecosystem::Cargo, name, exact, member.place())
        .requirement(requirement)
        .scope(scope)
        .source(source);
    reading.add_direct(dependency);
}

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken, suspicions},
    };

    #[test]
    fn all_tables_are_read() {
        let text = r#"[package]
name = "app"
version = "0.1.0"

[dependencies]
a = "1"
b = { version = "=1.2.3", optional = true }
c = { package = "real-c", git = "https://host.example/c", tag = "v1" }
d.path = "../d"
e.workspace = true

[dev-dependencies]
f = "*"

[target.'cfg(unix)'.dependencies.g]
version = "2"

[workspace.dependencies]
h = { version = "3", registry = "private" }
"#;
        let manifest = check(
            Format::CargoToml,
            text,
            &[
                "a (1) direct :6",
                "b@1.2.3 (=1.2.3) direct optional :7",
                "real-c direct git:https://host.example/c#v1 :8",
                "d direct project:../d :9",
                "f (*) direct development :13",
                "h (3) direct :19",
                "g (2) direct :15",
            ],
        );
        assert_eq!(manifest.registry.as_deref(), Some("private"));
        assert_eq!(suspicions(&manifest), ["Git real-c https://host.example/c#v1", "AnyVersion f *"]);
    }

    #[test]
    fn a_broken_file_keeps_what_can_be_read() {
        check_broken(Format::CargoToml, "[dependencies]\na = \"1\"\nb = \nc = {}\n", "is not valid TOML", &["a"]);
        check_broken(Format::CargoToml, "[dependencies]\na = \"1\"\nc = {}\n", "`c` has no requirement", &["a"]);
    }
}
