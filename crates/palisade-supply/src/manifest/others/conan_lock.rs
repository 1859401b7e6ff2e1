//! `conan.lock`, Conan 1 (a graph) and 2 (lists).

use crate::{
    Ecosystem,
    manifest::{
        Reading, Scope,
        document::{Node, read_json},
        reading,
    },
};
use std::collections::HashMap;

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    let tape = read_json(reading, text);
    let Some(root) = tape.root() else { return };
    for (list, scope) in [
        ("requires", Scope::Production),
        ("build_requires", Scope::Development),
        ("python_requires", Scope::Development),
        ("config_requires", Scope::Development),
    ] {
        for item in root.children_of(list) {
            match item.text() {
                Some(reference) => {
                    add(reading, reference, item.place(), scope);
                }
                None => reading.problem(item.place(), "is no reference of Conan"),
            }
        }
    }
    if let Some(nodes) = root.at(&["graph_lock", "nodes"]) {
        graph(reading, nodes);
    }
}

/// The nodes of Conan 1 name each other by number; the one without a full reference is the project.
fn graph(reading: &mut Reading<'_>, nodes: Node<'_>) {
    let mut numbers: HashMap<&str, Option<u32>> = HashMap::new();
    for node in nodes.children() {
        // Early ones write `pref`: a reference with the number of a build behind it.
        let reference = node.text_of("ref").or_else(|| node.text_of("pref")).filter(|text| text.contains('/'));
        let is_project = node.get("path").is_some() || reference.is_none();
        let scope = if node.text_of("context") == Some("build") { Scope::Development } else { Scope::Production };
        let added = reference.filter(|_| !is_project).map(|reference| add(reading, reference, node.place(), scope));
        match added {
            None => {
                numbers.insert(node.key(), None);
            }
            Some(Some(index)) => {
                numbers.insert(node.key(), Some(index));
            }
            Some(None) => {}
        }
    }
    for node in nodes.children() {
        let Some(&from) = numbers.get(node.key()) else { continue };
        for (list, scope) in [("requires", Scope::Production), ("build_requires", Scope::Development)] {
            for number in node.children_of(list).filter_map(Node::text) {
                if let Some(Some(to)) = numbers.get(number) {
                    reading.edge(from, *to, scope);
                }
            }
        }
    }
}

/// `name/version@user/channel#revision:build%time`
fn add(reading: &mut Reading<'_>, reference: &str, place: usize, scope: Scope) -> Option<u32> {
    let (reference, _) = reference.split_once('%').unwrap_or((reference, ""));
    let (reference, revision) = reference.split_once('#').unwrap_or((reference, ""));
    let revision = revision.split(':').next().filter(|revision| !revision.is_empty() && *revision != "0");
    let reference = reference.split([':', '@']).next().unwrap_or(reference);
    let Some((name, version)) = reference.split_once('/') else {
        reading.problem(place, format!("`{}` is no reference of Conan", reading::excerpt(reference)));
        return None;
    };
    let dependency = reading::dependency(Ecosystem::Conan, name, Some(version), place)
        .scope(scope)
        .integrity(revision.map(|revision| format!("revision:{revision}")).as_deref());
    reading.add(dependency)
}

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken, way},
    };

    #[test]
    fn lists_of_version_two_are_read() {
        let text = r#"{"version": "0.5",
 "requires": ["zlib/1.2.13#abc%1675"],
 "build_requires": ["cmake/3.25.0@user/stable#def"]}"#;
        let manifest =
            check(Format::ConanLock, text, &["zlib@1.2.13 unknown :2", "cmake@3.25.0 unknown development :3"]);
        assert_eq!(manifest.dependencies[0].integrity.as_deref(), Some("revision:abc"));
    }

    #[test]
    fn the_graph_of_version_one_leads_from_the_project() {
        let text = r#"{"graph_lock": {"nodes": {
 "0": {"ref": "app/1.0", "path": "conanfile.py", "requires": ["1"]},
 "1": {"ref": "a/1.0#abc:build", "requires": ["2"]},
 "2": {"pref": "b/2.0#0:build#0", "context": "host"}}}, "version": "0.4"}"#;
        let manifest = check(Format::ConanLock, text, &["a@1.0 direct :3", "b@2.0 transitive :4"]);
        assert_eq!(way(&manifest, "b"), ["a", "b"]);
    }

    #[test]
    fn a_broken_file_keeps_what_stands_before() {
        let text = r#"{"requires": ["a/1.0", "lost", {}, "c/1.0", "#;
        check_broken(Format::ConanLock, text, "`lost` is no reference", &["a", "c"]);
        check_broken(Format::ConanLock, text, "is not valid JSON", &["a", "c"]);
    }
}
