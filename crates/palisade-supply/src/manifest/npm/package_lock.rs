//! npm's `package-lock.json` and `npm-shrinkwrap.json`, versions 1 to 3.
//!
//! These are the largest manifests there are, so they are read in one pass without a tree: what is not needed is skipped,
//! names and addresses stay parts of the text, and a package is made when its entry ends. Versions 2 and 3 hold a flat
//! table `packages` by folder; version 1 nests `dependencies`, which become folders here.

use super::members::{Names, Text, nothing_else};
use super::{
    address,
    modules::{Ask, Modules, Nesting},
};
use crate::{
    Ecosystem,
    manifest::{Reading, Relation, Scope, Source, reading},
};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use std::{borrow::Cow, collections::HashSet, fmt};

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    let mut lock = Lock { reading, text, modules: Modules::default(), flat: false, is_object: false };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let result = Document(&mut lock).deserialize(&mut deserializer).and_then(|()| deserializer.end());
    let Lock { reading, modules, flat, is_object, .. } = lock;
    if let Err(error) = result {
        reading.problem_of_json(text, &error);
    } else if !is_object {
        reading.problem(0, "holds no object");
    }
    modules.connect(reading, Nesting::Folders);
    if flat {
        adopt_projects(reading);
    } else {
        mark_outermost(reading, &modules);
    }
}

/// Parts of the project that nobody asks for are asked for by the project.
fn adopt_projects(reading: &mut Reading<'_>) {
    let asked: HashSet<u32> = reading.manifest.edges.iter().map(|edge| edge.to).collect();
    for index in 0..u32::try_from(reading.manifest.dependencies.len()).unwrap_or(u32::MAX) {
        if reading.manifest.dependencies[index as usize].source.is_project() && !asked.contains(&index) {
            reading.edge(None, index, Scope::Production);
        }
    }
}

/// What is filled while the document passes by.
struct Lock<'l, 'm, 't> {
    reading: &'l mut Reading<'m>,
    text: &'t str,
    modules: Modules<'t>,
    /// There was a table `packages`; `dependencies` says the same once more.
    flat: bool,
    is_object: bool,
}

impl<'t> Lock<'_, '_, 't> {
    /// The place of a name that is a part of the text; of one that is escaped, the beginning.
    fn place(&self, name: &str) -> usize {
        let offset = (name.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize);
        if offset < self.text.len() { offset } else { 0 }
    }

    fn add_folder(&mut self, path: Cow<'t, str>, entry: Entry<'t>, index: Option<u32>) -> u32 {
        let folder = u32::try_from(self.modules.folders.len()).unwrap_or(u32::MAX);
        self.modules.folders.push((path, index));
        let left = self.reading.limits.edges.saturating_sub(self.modules.asks.len());
        let asks = entry.asks.into_iter().take(left);
        self.modules.asks.extend(asks.map(|(name, scope)| Ask { folder, name, scope }));
        folder
    }

    /// Takes one row of `packages`.
    fn take_row(&mut self, path: Cow<'t, str>, mut entry: Entry<'t>) {
        let place = self.place(&path);
        if path.is_empty() {
            self.reading.project(Ecosystem::Npm, entry.name.as_deref(), entry.version.as_deref());
            self.add_folder(path, entry, None);
            return;
        }
        if entry.link {
            if let Some(target) = entry.resolved.take() {
                self.modules.links.push((path, target));
            }
            return;
        }
        let folder_name = path.rfind("node_modules/").map(|at| path[at + "node_modules/".len()..].to_owned());
        let is_module = folder_name.is_some();
        let last = || path.rsplit('/').next().unwrap_or_default().to_owned();
        let name = entry.name.as_deref().map(str::to_owned).or(folder_name).unwrap_or_else(last);
        if !is_module {
            let project = reading::dependency(Ecosystem::Npm, &name, entry.version.as_deref(), place)
                .source(Source::Project(path.to_string()));
            let index = self.reading.add_direct(project);
            self.add_folder(path, entry, index);
            return;
        }
        entry.asks.retain(|(_, scope)| *scope != Scope::Development);
        let index = self.add_package(&name, &entry, place);
        self.add_folder(path, entry, index);
    }

    fn add_package(&mut self, name: &str, entry: &Entry<'t>, place: usize) -> Option<u32> {
        let mut version = entry.version.as_deref();
        let mut name = name;
        let mut source = entry.resolved.as_deref().and_then(address::source_of_resolution);
        // Version 1 writes addresses and aliases where the version stands.
        if let Some(written) = version.filter(|text| !text.starts_with(|first: char| first.is_ascii_digit())) {
            let asked = address::asked(written);
            name = asked.name.unwrap_or(name);
            if asked.source != Source::Usual {
                source = Some(asked.source);
                version = None;
            } else {
                version = Some(asked.range);
            }
        }
        let mut dependency = reading::dependency(Ecosystem::Npm, name, version, place)
            .scope(entry.scope())
            .source(source.unwrap_or_default())
            .integrity(entry.integrity.as_deref())
            .licence(entry.licence.as_deref());
        dependency.install_script = entry.install_script;
        let index = self.reading.add(dependency)?;
        if let Some(address) = entry.resolved.as_deref() {
            address::suspect_name(self.reading, index, name, address, place);
        }
        Some(index)
    }
}

/// In version 1 only what nobody asks for is surely asked for by the project.
fn mark_outermost(reading: &mut Reading<'_>, modules: &Modules<'_>) {
    let mut asked = vec![false; reading.manifest.dependencies.len()];
    for edge in &reading.manifest.edges {
        asked[edge.to as usize] = true;
    }
    for (path, index) in &modules.folders {
        let Some(index) = *index else { continue };
        if asked[index as usize] && path.matches("node_modules/").count() == 1 {
            continue;
        }
        let nested = path.matches("node_modules/").count() > 1;
        reading.manifest.dependencies[index as usize].relation =
            if nested { Relation::Transitive } else { Relation::Direct };
    }
}

/// One entry, whatever the version.
#[derive(Default)]
struct Entry<'t> {
    name: Option<Cow<'t, str>>,
    version: Option<Cow<'t, str>>,
    resolved: Option<Cow<'t, str>>,
    integrity: Option<Cow<'t, str>>,
    licence: Option<Cow<'t, str>>,
    development: bool,
    optional: bool,
    link: bool,
    install_script: bool,
    asks: Vec<(Cow<'t, str>, Scope)>,
}

impl Entry<'_> {
    fn scope(&self) -> Scope {
        match (self.development, self.optional) {
            (true, _) => Scope::Development,
            (false, true) => Scope::Optional,
            (false, false) => Scope::Production,
        }
    }
}

/// The whole document.
struct Document<'s, 'l, 'm, 't>(&'s mut Lock<'l, 'm, 't>);

impl<'t> Visitor<'t> for Document<'_, '_, '_, 't> {
    type Value = ();
    nothing_else!('t);

    fn visit_map<A: MapAccess<'t>>(self, mut members: A) -> Result<(), A::Error> {
        self.0.is_object = true;
        let (mut name, mut version) = (Text::default(), Text::default());
        while let Some(Text(key)) = members.next_key()? {
            match key.as_deref() {
                Some("name") => name = members.next_value()?,
                Some("version") => version = members.next_value()?,
                Some("packages") => {
                    self.0.flat = true;
                    members.next_value_seed(Rows { lock: self.0, outer: None })?;
                }
                Some("dependencies") if !self.0.flat => {
                    self.0.modules.folders.push((Cow::Borrowed(""), None));
                    members.next_value_seed(Rows { lock: self.0, outer: Some(String::new()) })?;
                }
                _ => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
            if self.0.reading.manifest.project.is_none() {
                self.0.reading.project(Ecosystem::Npm, name.0.as_deref(), version.0.as_deref());
            }
        }
        Ok(())
    }
}

/// A table of entries: by folder, or by name within the folder `outer`.
struct Rows<'s, 'l, 'm, 't> {
    lock: &'s mut Lock<'l, 'm, 't>,
    outer: Option<String>,
}

impl<'t> Visitor<'t> for Rows<'_, '_, '_, 't> {
    type Value = ();
    nothing_else!('t);

    fn visit_map<A: MapAccess<'t>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(Text(key)) = members.next_key()? {
            let key = key.unwrap_or_default();
            let Some(outer) = &self.outer else {
                let entry = members.next_value_seed(Row { lock: self.lock, folder: None })?;
                self.lock.take_row(key, entry);
                continue;
            };
            let folder =
                if outer.is_empty() { format!("node_modules/{key}") } else { format!("{outer}/node_modules/{key}") };
            let entry = members.next_value_seed(Row { lock: self.lock, folder: Some(&folder) })?;
            let place = self.lock.place(&key);
            let index = self.lock.add_package(&key, &entry, place);
            self.lock.add_folder(Cow::Owned(folder), entry, index);
        }
        Ok(())
    }
}

/// One entry; where it stands in a folder its `dependencies` are entries themselves.
struct Row<'s, 'l, 'm, 't> {
    lock: &'s mut Lock<'l, 'm, 't>,
    folder: Option<&'s str>,
}

impl<'t> Visitor<'t> for Row<'_, '_, '_, 't> {
    type Value = Entry<'t>;
    nothing_else!('t);

    fn visit_map<A: MapAccess<'t>>(self, mut members: A) -> Result<Entry<'t>, A::Error> {
        let mut entry = Entry::default();
        while let Some(Text(key)) = members.next_key()? {
            let key = key.unwrap_or_default();
            let asks = &mut entry.asks;
            match (key.as_ref(), self.folder) {
                ("name", _) => entry.name = members.next_value::<Text<'t>>()?.0,
                ("version", _) => entry.version = members.next_value::<Text<'t>>()?.0,
                ("resolved", _) => entry.resolved = members.next_value::<Text<'t>>()?.0,
                ("integrity", _) => entry.integrity = members.next_value::<Text<'t>>()?.0,
                ("license", _) => entry.licence = members.next_value::<Text<'t>>()?.0,
                ("dev" | "devOptional", _) => entry.development |= members.next_value::<Text<'t>>()?.is_true(),
                ("optional", _) => entry.optional = members.next_value::<Text<'t>>()?.is_true(),
                ("link", _) => entry.link = members.next_value::<Text<'t>>()?.is_true(),
                ("hasInstallScript", _) => entry.install_script = members.next_value::<Text<'t>>()?.is_true(),
                ("dependencies", Some(folder)) => {
                    members.next_value_seed(Rows { lock: self.lock, outer: Some(folder.to_owned()) })?;
                }
                ("dependencies" | "requires" | "peerDependencies", _) => {
                    members.next_value_seed(Names { asks, scope: Scope::Production })?;
                }
                ("optionalDependencies", _) => members.next_value_seed(Names { asks, scope: Scope::Optional })?,
                ("devDependencies", _) => members.next_value_seed(Names { asks, scope: Scope::Development })?,
                _ => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(entry)
    }
}

macro_rules! seeds {
    ($($seed:ident => $value:ty),*) => {$(
        impl<'t> DeserializeSeed<'t> for $seed<'_, '_, '_, 't> {
            type Value = $value;

            fn deserialize<D: Deserializer<'t>>(self, deserializer: D) -> Result<$value, D::Error> {
                deserializer.deserialize_any(self)
            }
        }
    )*};
}

seeds!(Document => (), Rows => (), Row => Entry<'t>);

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken, suspicions, way},
    };

    const THIRD: &str = r#"{
  "name": "app", "version": "1.0.0", "lockfileVersion": 3,
  "packages": {
    "": {"name": "app", "version": "1.0.0", "workspaces": ["tools/*"], "dependencies": {"a": "^1"}, "devDependencies": {"d": "1"}},
    "node_modules/a": {"version": "1.2.0", "resolved": "https://registry.example/a/-/a-1.2.0.tgz", "integrity": "sha512-aa", "license": "MIT", "dependencies": {"b": "^1", "c": "*"}},
    "node_modules/b": {"version": "2.0.0", "resolved": "https://registry.example/b/-/b-2.0.0.tgz", "integrity": "sha512-bb", "hasInstallScript": true},
    "node_modules/a/node_modules/b": {"version": "1.0.0", "resolved": "https://registry.example/b/-/b-1.0.0.tgz", "integrity": "sha512-b1"},
    "node_modules/c": {"version": "3.0.0", "resolved": "https://other.example/evil/-/evil-3.0.0.tgz", "integrity": "sha512-cc", "optional": true},
    "node_modules/d": {"name": "real-d", "version": "1.0.0", "resolved": "git+ssh://git@host.example/d.git#abc", "dev": true},
    "node_modules/tool": {"resolved": "tools/tool", "link": true},
    "tools/tool": {"version": "0.1.0", "dependencies": {"@s/e": "1"}},
    "node_modules/@s/e": {"version": "1.0.0", "resolved": "http://registry.example/@s%2fe/-/e-1.0.0.tgz"}
  },
  "dependencies": {"ignored": {"version": "9.9.9"}}
}"#;

    #[test]
    fn version_three_is_a_table_of_folders() {
        let manifest = check(
            Format::PackageLock,
            THIRD,
            &[
                "a@1.2.0 direct :5",
                "b@2.0.0 transitive :6",
                "b@1.0.0 transitive :7",
                "c@3.0.0 transitive optional registry:https://other.example :8",
                "real-d@1.0.0 direct development git:git+ssh://git@host.example/d.git#abc :9",
                "tool@0.1.0 direct project:tools/tool :11",
                "@s/e@1.0.0 direct registry:http://registry.example :12",
            ],
        );
        assert_eq!(manifest.project.as_ref().unwrap().name, "app");
        assert_eq!(manifest.registry.as_deref(), Some("https://registry.example"));
        assert_eq!(manifest.dependencies[0].licence.as_deref(), Some("MIT"));
        assert!(manifest.dependencies[1].install_script);
        assert_eq!(way(&manifest, "c"), ["a", "c"]);
        assert_eq!(way(&manifest, "@s/e"), ["tool", "@s/e"]);
        let inner = manifest.paths().to(2);
        assert_eq!(inner, [0, 2], "the nested b is asked for by a");
        assert_eq!(
            suspicions(&manifest),
            [
                "OtherName c https://other.example/evil/-/evil-3.0.0.tgz",
                "OtherHost c https://other.example",
                "Git real-d git+ssh://git@host.example/d.git#abc",
                "OtherHost @s/e http://registry.example",
                "Unencrypted @s/e http://registry.example",
                "NoIntegrity @s/e @s/e",
            ]
        );
    }

    #[test]
    fn version_one_nests_packages() {
        let text = r#"{"name": "app", "lockfileVersion": 1, "requires": true, "dependencies": {
  "a": {"version": "1.0.0", "requires": {"b": "^1"}, "dependencies": {
    "b": {"version": "1.0.0", "dev": true}}},
  "b": {"version": "2.0.0"},
  "c": {"version": "npm:other@3.0.0", "requires": {"b": "2"}},
  "d": {"version": "git+https://host.example/d.git#abc"}
}}"#;
        let manifest = check(
            Format::NpmShrinkwrap,
            text,
            &[
                "b@1.0.0 transitive development :3",
                "a@1.0.0 direct :2",
                "b@2.0.0 unknown :4",
                "other@3.0.0 direct :5",
                "d direct git:git+https://host.example/d.git#abc :6",
            ],
        );
        assert_eq!(way(&manifest, "b"), ["a", "b"]);
    }

    #[test]
    fn what_stands_before_a_break_is_kept() {
        let broken = &THIRD[..THIRD.find("\"sha512-cc").unwrap()];
        check_broken(Format::PackageLock, broken, "is not valid JSON from here: EOF", &["a", "b", "b"]);
        check_broken(Format::PackageLock, "not json", "is not valid JSON", &[]);
        check_broken(Format::PackageLock, "null", "holds no object", &[]);
        let odd = r#"{"packages": {"node_modules/x": null, "node_modules/y": {"version": 1, "license": {"type": "MIT"}, "dev": "no"}, "node_modules/z": {"version": "1.0.0"}, "node_modules/e\nvil": {"version": "1.0.0"}}}"#;
        check_broken(Format::PackageLock, odd, "is no name and version", &["x", "y", "z"]);
    }

    #[test]
    fn packages_that_ask_for_each_other_end() {
        let text = r#"{"packages": {"": {"dependencies": {"a": "1"}},
 "node_modules/a": {"version": "1.0.0", "dependencies": {"b": "1"}},
 "node_modules/b": {"version": "1.0.0", "dependencies": {"a": "1"}},
 "node_modules/l": {"link": true, "resolved": "node_modules/l"}}}"#;
        let manifest = check(Format::PackageLock, text, &["a@1.0.0 direct :2", "b@1.0.0 transitive :3"]);
        assert_eq!(way(&manifest, "b"), ["a", "b"]);
    }
}
