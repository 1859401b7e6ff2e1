//! `Pipfile`: what Pipenv is asked for.

use super::requirement;
use crate::{
    Ecosystem,
    manifest::{
        Dependency, Reading, Scope, Source, SuspicionKind,
        document::{Node, read_toml},
        reading,
    },
};

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    let tape = read_toml(reading, text);
    let Some(root) = tape.root() else { return };
    for (place, source) in root.children_of("source").enumerate() {
        let address = source.text_of("url").unwrap_or_default();
        if place > 0 {
            reading.suspect(SuspicionKind::ExtraIndex, None, source.place(), address);
        }
        if address.starts_with("http://") {
            reading.suspect(SuspicionKind::Unencrypted, None, source.place(), address);
        }
    }
    // Every further table is a category of the user's own.
    let own = ["source", "requires", "scripts", "pipenv"];
    for table in root.children().filter(|table| table.is_table() && !own.contains(&table.key())) {
        let scope = if table.key() == "packages" { Scope::Production } else { Scope::Development };
        for member in table.children() {
            reading.add_direct(declared(member).scope(scope));
        }
    }
}

/// A package in a table of Pipenv or Poetry: a range, or a table with a range or an address.
pub(super) fn declared(member: Node<'_>) -> Dependency {
    let range = member.text().or_else(|| member.text_of("version"));
    let source = if let Some(repository) = member.text_of("git") {
        let revision = ["ref", "rev", "tag", "branch"].iter().find_map(|key| member.text_of(key));
        Source::Git(revision.map_or_else(|| repository.to_owned(), |revision| format!("{repository}#{revision}")))
    } else if let Some(address) = ["url", "file", "path"].iter().find_map(|key| member.text_of(key)) {
        requirement::source_of(address)
    } else {
        Source::Usual
    };
    reading::dependency(Ecosystem::PyPi, member.key(), range.and_then(requirement::exact), member.place())
        .requirement(range)
        .source(source)
}

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken, suspicions},
    };

    #[test]
    fn packages_and_categories_are_read() {
        let text = r#"[[source]]
url = "https://registry.example/simple"
[[source]]
url = "http://private.example/simple"

[packages]
a = "==1.0"
b = {version = ">=2", extras = ["x"]}
c = {git = "https://host.example/c.git", ref = "v1"}
d = "*"

[dev-packages]
e = {path = "./e"}
"#;
        let manifest = check(
            Format::Pipfile,
            text,
            &[
                "a@1.0 (==1.0) direct :7",
                "b (>=2) direct :8",
                "c direct git:https://host.example/c.git#v1 :9",
                "d (*) direct :10",
                "e direct development project:./e :13",
            ],
        );
        assert_eq!(
            suspicions(&manifest),
            [
                "ExtraIndex - http://private.example/simple",
                "Unencrypted - http://private.example/simple",
                "Git c https://host.example/c.git#v1",
                "AnyVersion d *",
            ]
        );
    }

    #[test]
    fn a_broken_file_keeps_what_can_be_read() {
        check_broken(Format::Pipfile, "[packages]\na = \"*\"\nb = = \n", "is not valid TOML", &["a", "b"]);
    }
}
