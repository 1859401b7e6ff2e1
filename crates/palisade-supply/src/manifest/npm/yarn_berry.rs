//! `yarn.lock` of yarn 2 and later: YAML by descriptor.

use super::address;
use crate::{
    Ecosystem,
    manifest::{
        Reading, Scope, Source,
        document::{Node, read_yaml},
        reading,
    },
};
use std::collections::HashMap;

pub(in crate::manifest) fn sign(head: &str) -> bool {
    head.lines().any(|line| line.starts_with("__metadata:"))
}

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    let tape = read_yaml(reading, text);
    let Some(root) = tape.root() else { return };
    reading.scopes_by_edges = true;
    let mut answers: HashMap<&str, u32> = HashMap::new();
    let mut added: Vec<(Node<'_>, u32, bool)> = Vec::new();
    for entry in root.children().filter(|entry| entry.key() != "__metadata") {
        let Some(index) = add(reading, entry) else { continue };
        let is_project = reading.manifest.dependencies[index as usize].source.is_project();
        answers.extend(entry.key().split(',').map(|descriptor| (descriptor.trim(), index)));
        added.push((entry, index, is_project));
    }
    for (entry, from, is_project) in added {
        if is_project {
            reading.edge(None, from, Scope::Production);
        }
        for (table, scope) in [("dependencies", Scope::Production), ("peerDependencies", Scope::Production)] {
            for member in entry.children_of(table) {
                let optional = entry.at(&["dependenciesMeta", member.key()]).is_some_and(|meta| meta.says("optional"));
                if let Some(to) = answer(&answers, member) {
                    reading.edge(Some(from), to, if optional { Scope::Optional } else { scope });
                }
            }
        }
    }
}

/// The entry that answers a request, which is written with or without `npm:`.
fn answer(answers: &HashMap<&str, u32>, member: Node<'_>) -> Option<u32> {
    let range = member.text()?;
    let written = format!("{}@{range}", member.key());
    let spelled = || answers.get(format!("{}@npm:{range}", member.key()).as_str());
    answers.get(written.as_str()).or_else(spelled).copied()
}

fn add(reading: &mut Reading<'_>, entry: Node<'_>) -> Option<u32> {
    let first = entry.text_of("resolution").or_else(|| entry.key().split(',').next());
    let Some((name, reference)) = first.and_then(|first| address::split_descriptor(first.trim())) else {
        reading.problem(entry.place(), "names no package");
        return None;
    };
    let version = entry.text_of("version");
    if version.is_none() {
        reading.problem(entry.place(), format!("`{}` has no version", name.escape_debug()));
    }
    let source = if let Some(folder) = reference.strip_prefix("workspace:") {
        Source::Project(folder.to_owned())
    } else if reference.starts_with("npm:") || reference.starts_with("patch:") || reference.starts_with("virtual:") {
        Source::Usual
    } else {
        address::source_of(reference).unwrap_or_default()
    };
    if reference == "workspace:." {
        reading.project(Ecosystem::Npm, Some(name), version.filter(|version| *version != "0.0.0-use.local"));
    }
    let ranges: Vec<_> =
        entry.key().split(',').filter_map(|one| Some(address::split_descriptor(one.trim())?.1)).collect();
    let dependency = reading::dependency(Ecosystem::Npm, name, version, entry.place())
        .requirement(Some(&ranges.join(" || ")))
        .source(source)
        .integrity(entry.text_of("checksum"));
    reading.add(dependency)
}

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken, suspicions, way},
    };

    const LOCK: &str = r#"__metadata:
  version: 8
  cacheKey: 10c0

"@s/a@npm:^1.0.0, @s/a@npm:~1.2":
  version: 1.2.3
  resolution: "@s/a@npm:1.2.3"
  dependencies:
    b: "npm:^2.0.0"
  dependenciesMeta:
    b:
      optional: true
  checksum: 10c0/aa
  languageName: node
  linkType: hard

"app@workspace:.":
  version: 0.0.0-use.local
  resolution: "app@workspace:."
  dependencies:
    "@s/a": "npm:^1.0.0"
    d: "https://host.example/d.git"
  languageName: unknown
  linkType: soft

"b@npm:^2.0.0":
  version: 2.1.0
  resolution: "b@npm:2.1.0"
  checksum: 10c0/bb

"d@https://host.example/d.git":
  version: 0.1.0
  resolution: "d@https://host.example/d.git#commit=abc"
"#;

    #[test]
    fn each_entry_is_a_package_and_workspaces_are_of_the_project() {
        let manifest = check(
            Format::YarnBerry,
            LOCK,
            &[
                "@s/a@1.2.3 (npm:^1.0.0 || npm:~1.2) direct :5",
                "app@0.0.0-use.local (workspace:.) direct project:. :17",
                "b@2.1.0 (npm:^2.0.0) transitive optional :26",
                "d@0.1.0 (https://host.example/d.git) direct git:https://host.example/d.git#commit=abc :31",
            ],
        );
        assert_eq!(way(&manifest, "b"), ["app", "@s/a", "b"]);
        assert_eq!(suspicions(&manifest), ["Git d https://host.example/d.git#commit=abc"]);
    }

    #[test]
    fn a_broken_file_keeps_what_stands_before() {
        let broken = "\"a@npm:1\":\n  version: 1.0.0\n  resolution: \"a@npm:1.0.0\"\n\"b@npm:1\":\n  version: \"1.0\n";
        check_broken(Format::YarnBerry, broken, "is not valid YAML from here", &["a", "b"]);
    }
}
