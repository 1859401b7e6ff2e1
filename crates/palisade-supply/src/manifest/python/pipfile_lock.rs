//! `Pipfile.lock`: what Pipenv chose.

use super::requirement;
use crate::{
    Ecosystem,
    manifest::{
        Reading, Scope, Source,
        document::{Node, read_json},
        reading,
    },
};

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    let tape = read_json(reading, text);
    let Some(root) = tape.root() else { return };
    for table in root.children().filter(|table| table.is_table() && table.key() != "_meta") {
        let scope = if table.key() == "default" { Scope::Production } else { Scope::Development };
        for entry in table.children() {
            add(reading, root, entry, scope);
        }
    }
}

fn add(reading: &mut Reading<'_>, root: Node<'_>, entry: Node<'_>, scope: Scope) {
    let range = entry.text_of("version");
    let version = range.and_then(requirement::exact);
    let address = ["git", "file", "path"].iter().find_map(|key| entry.text_of(key));
    if version.is_none() && address.is_none() {
        reading.problem(entry.place(), format!("`{}` has no exact version", entry.key().escape_debug()));
    }
    let registry = entry.text_of("index").and_then(|index| {
        let mut sources = root.at(&["_meta", "sources"])?.children();
        sources.find(|source| source.text_of("name") == Some(index))?.text_of("url")
    });
    let source = match (entry.text_of("git"), address, registry) {
        (Some(repository), ..) => Source::Git(match entry.text_of("ref") {
            Some(revision) => format!("{repository}#{revision}"),
            None => repository.to_owned(),
        }),
        (_, Some(address), _) => requirement::source_of(address),
        (_, _, Some(registry)) => Source::Registry(registry.to_owned()),
        _ => Source::Usual,
    };
    let hash = entry.get("hashes").and_then(|hashes| hashes.children().next()).and_then(Node::text);
    let dependency = reading::dependency(Ecosystem::PyPi, entry.key(), version, entry.place())
        .scope(scope)
        .source(source)
        .integrity(hash);
    reading.add(dependency);
}

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken, suspicions},
    };

    #[test]
    fn packages_have_versions_hashes_and_indexes() {
        let text = r#"{"_meta": {"sources": [{"name": "main", "url": "https://registry.example/simple"}, {"name": "own", "url": "https://own.example/simple"}]},
 "default": {
  "a": {"hashes": ["sha256:aa"], "index": "main", "version": "==1.0"},
  "b": {"hashes": ["sha256:bb"], "index": "main", "version": "==2.0"},
  "c": {"index": "own", "version": "==3.0"},
  "d": {"git": "https://host.example/d.git", "ref": "abc"}},
 "develop": {"e": {"hashes": ["sha256:ee"], "version": "==1.0"}}}"#;
        let manifest = check(
            Format::PipfileLock,
            text,
            &[
                "a@1.0 unknown :3",
                "b@2.0 unknown :4",
                "c@3.0 unknown registry:https://own.example/simple :5",
                "d unknown git:https://host.example/d.git#abc :6",
                "e@1.0 unknown development :7",
            ],
        );
        assert_eq!(
            suspicions(&manifest),
            ["OtherHost c https://own.example/simple", "NoIntegrity c c", "Git d https://host.example/d.git#abc"]
        );
    }

    #[test]
    fn a_broken_file_keeps_what_stands_before() {
        let text = r#"{"default": {"a": {"version": "==1.0"}, "b": {}, "c": {"version": "#;
        check_broken(Format::PipfileLock, text, "`b` has no exact version", &["a", "b", "c"]);
        check_broken(Format::PipfileLock, text, "is not valid JSON", &["a", "b", "c"]);
    }
}
