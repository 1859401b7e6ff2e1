//! `packages.lock.json`: what NuGet chose for each target framework.

use crate::{
    Ecosystem,
    manifest::{
        Reading, Relation, Scope, Source,
        document::{Node, read_json},
        reading,
    },
};
use std::collections::HashMap;

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    let tape = read_json(reading, text);
    let Some(root) = tape.root() else { return };
    // What several frameworks use in the same version is one package.
    let mut known: HashMap<(String, Option<&str>), u32> = HashMap::new();
    for framework in root.children_of("dependencies") {
        let mut names: HashMap<String, u32> = HashMap::new();
        let mut added = Vec::new();
        for entry in framework.children() {
            let key = (entry.key().to_lowercase(), entry.text_of("resolved"));
            let index = match known.get(&key) {
                Some(index) => Some(*index),
                None => add(reading, entry),
            };
            if let Some(index) = index {
                names.insert(key.0.clone(), index);
                known.insert(key, index);
                added.push((entry, index));
            }
        }
        for (entry, from) in added {
            for asked in entry.children_of("dependencies") {
                if let Some(to) = names.get(&asked.key().to_lowercase()) {
                    reading.edge(Some(from), *to, Scope::Production);
                }
            }
        }
    }
}

fn add(reading: &mut Reading<'_>, entry: Node<'_>) -> Option<u32> {
    let kind = entry.text_of("type");
    let version = entry.text_of("resolved");
    if version.is_none() && kind != Some("Project") {
        reading.problem(entry.place(), format!("`{}` has no version", entry.key().escape_debug()));
    }
    let relation = match kind {
        Some("Direct" | "Project") => Relation::Direct,
        Some("Transitive") => Relation::Transitive,
        _ => Relation::Unknown,
    };
    let source = if kind == Some("Project") { Source::Project(entry.key().to_owned()) } else { Source::Usual };
    let hash = entry.text_of("contentHash").map(|hash| format!("sha512-{hash}"));
    let dependency = reading::dependency(Ecosystem::NuGet, entry.key(), version, entry.place())
        .requirement(entry.text_of("requested"))
        .relation(relation)
        .source(source)
        .integrity(hash.as_deref());
    reading.add(dependency)
}

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken, way},
    };

    #[test]
    fn frameworks_share_packages() {
        let text = r#"{"version": 1, "dependencies": {
 "net6.0": {
  "A": {"type": "Direct", "requested": "[1.0, )", "resolved": "1.0.0", "contentHash": "aa", "dependencies": {"b": "2.0.0"}},
  "B": {"type": "Transitive", "resolved": "2.0.0", "contentHash": "bb"},
  "Own": {"type": "Project", "dependencies": {"A": "[1.0, )"}}},
 "net8.0": {
  "B": {"type": "Transitive", "resolved": "2.0.0", "contentHash": "bb"}}}}"#;
        let manifest = check(
            Format::NuGetLock,
            text,
            &["A@1.0.0 ([1.0, )) direct :3", "B@2.0.0 transitive :4", "Own direct project:Own :5"],
        );
        assert_eq!(way(&manifest, "B"), ["A", "B"]);
        assert_eq!(manifest.dependencies[0].integrity.as_deref(), Some("sha512-aa"));
    }

    #[test]
    fn a_broken_file_keeps_what_stands_before() {
        let text = r#"{"dependencies": {"net6.0": {"A": {"type": "Direct"}, "B": {"resolved": "1.0.0"}, "#;
        check_broken(Format::NuGetLock, text, "`A` has no version", &["A", "B"]);
        check_broken(Format::NuGetLock, text, "is not valid JSON", &["A", "B"]);
    }
}
