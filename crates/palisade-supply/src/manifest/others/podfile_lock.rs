//! `Podfile.lock` of CocoaPods.

use crate::{
    Ecosystem,
    manifest::{
        Reading, Scope, Source,
        document::{Node, read_yaml},
        reading,
    },
};
use std::collections::HashMap;

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    let tape = read_yaml(reading, text);
    let Some(root) = tape.root() else { return };
    let mut names: HashMap<&str, u32> = HashMap::new();
    let mut asks = Vec::new();
    for item in root.children_of("PODS") {
        // A pod that asks for others is a table with one member, its list.
        let with_needs = item.children().next().filter(|_| item.is_table());
        let Some(written) = with_needs.map(Node::key).or_else(|| item.text()) else {
            reading.problem(item.place(), "names no pod");
            continue;
        };
        let (name, version) = split(written);
        if version.is_empty() {
            reading.problem(item.place(), format!("`{}` has no version", reading::excerpt(name)));
        }
        let place = with_needs.map_or(item.place(), Node::place);
        let dependency = reading::dependency(Ecosystem::CocoaPods, name, Some(version), place)
            .source(source(root, name))
            .integrity(checksum(root, name).as_deref());
        if let Some(index) = reading.add(dependency) {
            names.insert(name, index);
            let needs = with_needs.into_iter().flat_map(Node::children).filter_map(Node::text);
            asks.extend(needs.map(|asked| (index, asked)));
        }
    }
    for (from, asked) in asks {
        if let Some(to) = names.get(split(asked).0) {
            reading.edge(Some(from), *to, Scope::Production);
        }
    }
    for asked in root.children_of("DEPENDENCIES").filter_map(Node::text) {
        let (name, range) = split(asked);
        if let Some(&to) = names.get(name) {
            reading.edge(None, to, Scope::Production);
            let is_range =
                range.starts_with(['=', '~', '<', '>']) || range.starts_with(|first: char| first.is_ascii_digit());
            reading.require(to, Some(range).filter(|_| is_range));
        }
    }
}

/// The pod that a part of it belongs to: `Pod/Part`.
fn pod(name: &str) -> &str {
    name.split('/').next().unwrap_or(name)
}

fn source(root: Node<'_>, name: &str) -> Source {
    let Some(external) = root.at(&["EXTERNAL SOURCES", pod(name)]) else { return Source::Usual };
    if let Some(folder) = external.text_of(":path") {
        return Source::Project(folder.to_owned());
    }
    let Some(repository) = external.text_of(":git") else {
        return external.text_of(":http").map_or(Source::Usual, |address| Source::Archive(address.to_owned()));
    };
    let checkout = root.at(&["CHECKOUT OPTIONS", pod(name)]);
    let commit = checkout.and_then(|checkout| checkout.text_of(":commit").or_else(|| checkout.text_of(":tag")));
    Source::Git(format!("{repository}#{}", commit.unwrap_or_default()))
}

/// The hash of the pod's description, which names its source.
fn checksum(root: Node<'_>, name: &str) -> Option<String> {
    let hash = root.at(&["SPEC CHECKSUMS", pod(name)])?.text()?;
    Some(format!("podspec:{hash}"))
}

/// `Name (1.0)`, `Name (from `…`)` or `Name`.
fn split(written: &str) -> (&str, &str) {
    match written.split_once(" (") {
        Some((name, rest)) => (name, rest.trim_end_matches(')')),
        None => (written, ""),
    }
}

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken, suspicions, way},
    };

    #[test]
    fn pods_ask_for_pods() {
        let text = "PODS:
  - A (1.0.0):
    - B/Core (~> 2.0)
  - B/Core (2.1.0)
  - G (0.1.0)

DEPENDENCIES:
  - A (~> 1.0)
  - G (from `https://host.example/g.git`, tag `v1`)

EXTERNAL SOURCES:
  G:
    :git: https://host.example/g.git
    :tag: v1

CHECKOUT OPTIONS:
  G:
    :commit: abc
    :git: https://host.example/g.git

SPEC CHECKSUMS:
  A: 0123abc
  B: 4567def
  G: 89abcde

COCOAPODS: 1.12.0
";
        let manifest = check(
            Format::PodfileLock,
            text,
            &[
                "A@1.0.0 (~> 1.0) direct :2",
                "B/Core@2.1.0 transitive :4",
                "G@0.1.0 direct git:https://host.example/g.git#abc :5",
            ],
        );
        assert_eq!(way(&manifest, "B/Core"), ["A", "B/Core"]);
        assert_eq!(suspicions(&manifest), ["Git G https://host.example/g.git#abc"]);
    }

    #[test]
    fn a_broken_file_keeps_what_stands_before() {
        let text = "PODS:\n  - A (1.0.0)\n  - B\n  - [\n";
        check_broken(Format::PodfileLock, text, "`B` has no version", &["A", "B"]);
        check_broken(Format::PodfileLock, text, "is not valid YAML", &["A", "B"]);
    }
}
