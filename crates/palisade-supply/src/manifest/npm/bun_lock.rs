//! `bun.lock`: JSON with trailing commas; packages as tuples by the way that leads to them.

use super::{
    address,
    modules::{Ask, Modules, Nesting},
};
use crate::{
    Ecosystem,
    manifest::{
        Reading, Scope, Source,
        document::{Node, read_json, read_jsonc},
        reading,
    },
};
use std::borrow::Cow;

const TABLES: &[(&str, Scope)] = &[
    ("dependencies", Scope::Production),
    ("peerDependencies", Scope::Production),
    ("optionalDependencies", Scope::Optional),
    ("devDependencies", Scope::Development),
];

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    let plain = read_jsonc(text);
    let tape = read_json(reading, &plain);
    let Some(root) = tape.root() else { return };
    reading.scopes_by_edges = true;
    let mut modules = Modules::default();
    for project in root.children_of("workspaces") {
        add_project(reading, &mut modules, project);
    }
    for entry in root.children_of("packages") {
        add_package(reading, &mut modules, entry);
    }
    modules.connect(reading, Nesting::Names);
}

fn add_project<'t>(reading: &mut Reading<'_>, modules: &mut Modules<'t>, project: Node<'t>) {
    let name = project.text_of("name");
    if project.key().is_empty() {
        reading.project(Ecosystem::Npm, name, project.text_of("version"));
        add_asks(modules, Cow::Borrowed(""), None, project, true);
        return;
    }
    let folder = project.key();
    let name = name.unwrap_or(folder);
    let member = reading::dependency(Ecosystem::Npm, name, project.text_of("version"), project.place())
        .source(Source::Project(folder.to_owned()));
    let index = reading.add_direct(member);
    if let Some(index) = index {
        reading.edge(None, index, Scope::Production);
    }
    add_asks(modules, Cow::Borrowed(name), index, project, true);
}

fn add_package<'t>(reading: &mut Reading<'_>, modules: &mut Modules<'t>, entry: Node<'t>) {
    let parts: Vec<Node<'t>> = entry.children().take(8).collect();
    let descriptor = parts.first().and_then(|first| first.text()).and_then(address::split_descriptor);
    let Some((name, reference)) = descriptor else {
        reading.problem(entry.place(), format!("`{}` names no package", entry.key().escape_debug()));
        return;
    };
    if reference.starts_with("workspace:") {
        return;
    }
    let is_version = reference.starts_with(|first: char| first.is_ascii_digit());
    // A package of a registry is `[descriptor, address of the registry, needs, integrity]`.
    let source = if is_version {
        let registry = parts.get(1).and_then(|part| part.text()).and_then(address::origin);
        registry.map_or(Source::Usual, |origin| Source::Registry(origin.to_owned()))
    } else {
        address::source_of(reference).unwrap_or_default()
    };
    let last = parts.last().and_then(|part| part.text()).filter(|text| text.contains('-') && text.starts_with("sha"));
    let dependency = reading::dependency(Ecosystem::Npm, name, is_version.then_some(reference), entry.place())
        .source(source)
        .integrity(last);
    let index = reading.add(dependency);
    if let Some(needs) = parts.iter().find(|part| part.is_table()) {
        add_asks(modules, Cow::Borrowed(entry.key()), index, *needs, false);
    } else {
        modules.folders.push((Cow::Borrowed(entry.key()), index));
    }
}

fn add_asks<'t>(modules: &mut Modules<'t>, folder: Cow<'t, str>, index: Option<u32>, node: Node<'t>, project: bool) {
    let place = u32::try_from(modules.folders.len()).unwrap_or(u32::MAX);
    modules.folders.push((folder, index));
    for (table, scope) in TABLES.iter().filter(|(_, scope)| project || *scope != Scope::Development) {
        let names = node.children_of(table).map(|member| Cow::Borrowed(member.key()));
        modules.asks.extend(names.map(|name| Ask { folder: place, name, scope: *scope }));
    }
}

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken, suspicions},
    };

    const LOCK: &str = r#"{
  // written by bun
  "lockfileVersion": 1,
  "workspaces": {
    "": {"name": "app", "dependencies": {"a": "^1.0.0",}, "devDependencies": {"g": "user/g"}},
    "tools/t": {"name": "t", "dependencies": {"b": "^2.0.0"}},
  },
  "packages": {
    "a": ["a@1.2.3", "", {"dependencies": {"b": "^1.0.0"}}, "sha512-aa"],
    "b": ["b@2.0.0", "", {}, "sha512-bb"],
    "a/b": ["b@1.0.0", "https://registry.example/", {"optionalDependencies": {"@s/c": "*"}}, "sha512-b1"],
    "@s/c": ["@s/c@3.0.0", "", {}, "sha512-cc"],
    "g": ["g@github:user/g#abc", {}, "user-g-abc"],
    "t": ["t@workspace:tools/t"],
  },
}"#;

    #[test]
    fn packages_are_tuples_by_the_way_to_them() {
        let manifest = check(
            Format::BunLock,
            LOCK,
            &[
                "t direct project:tools/t :6",
                "a@1.2.3 direct :9",
                "b@2.0.0 direct :10",
                "b@1.0.0 transitive :11",
                "@s/c@3.0.0 transitive optional :12",
                "g direct development git:github:user/g#abc :13",
            ],
        );
        assert_eq!(manifest.paths().to(4), [1, 3, 4]);
        assert_eq!(suspicions(&manifest), ["Git g github:user/g#abc"]);
    }

    #[test]
    fn a_broken_file_keeps_what_can_be_read() {
        let odd = r#"{"packages": {"a": ["a@1.0.0", "", {}, "sha512-aa"], "b": [1], "c": ["c@1.0.0" "#;
        check_broken(Format::BunLock, odd, "`b` names no package", &["a", "c"]);
        check_broken(Format::BunLock, odd, "is not valid JSON from here", &["a", "c"]);
    }
}
