//! `composer.lock`: what Composer chose.

use super::composer_json::is_platform;
use crate::{
    Ecosystem,
    manifest::{
        Reading, Scope, Source,
        document::{Node, read_json},
        locked::Locked,
    },
};
use std::collections::HashMap;

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    let tape = read_json(reading, text);
    let Some(root) = tape.root() else { return };
    let mut names: HashMap<String, u32> = HashMap::new();
    let mut added = Vec::new();
    for (table, scope) in [("packages", Scope::Production), ("packages-dev", Scope::Development)] {
        for package in root.children_of(table) {
            if let Some((name, index)) = add(reading, package, scope) {
                names.insert(name.to_lowercase(), index);
                added.push((package, index));
            }
        }
    }
    for (package, from) in added {
        for asked in package.children_of("require").filter(|asked| !is_platform(asked.key())) {
            if let Some(to) = names.get(&asked.key().to_lowercase()) {
                reading.edge(Some(from), *to, Scope::Production);
            }
        }
    }
}

fn add<'t>(reading: &mut Reading<'_>, package: Node<'t>, scope: Scope) -> Option<(&'t str, u32)> {
    let (locked, _) = Locked::with_version(reading, package)?;
    let dist = package.get("dist");
    let of_dist = |member| dist.and_then(|dist| dist.text_of(member));
    // Packages of a registry are served from the repositories of their authors; without an archive only those are left.
    let repository = package.get("source").and_then(|source| source.text_of("url"));
    let source = match (of_dist("type"), of_dist("url"), repository) {
        (Some("path"), Some(folder), _) => Source::Project(folder.to_owned()),
        (None, _, Some(repository)) => Source::Git(repository.to_owned()),
        (_, Some(address), _) if address.starts_with("http://") => Source::Archive(address.to_owned()),
        _ => Source::Usual,
    };
    let hash = of_dist("shasum").filter(|hash| !hash.is_empty()).map(|hash| format!("sha1:{hash}"));
    let licence = licence(package);
    let dependency = locked
        .dependency(Ecosystem::Packagist)
        .scope(scope)
        .source(source)
        .integrity(hash.as_deref())
        .licence(licence.as_deref());
    Some((locked.name, reading.add(dependency)?))
}

/// A list of licences is a choice between them.
fn licence(package: Node<'_>) -> Option<String> {
    let licence = package.get("license")?;
    let listed: Vec<&str> = licence.children().filter_map(Node::text).take(16).collect();
    licence.text().map(str::to_owned).or_else(|| Some(listed.join(" OR ")))
}

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken, suspicions},
    };

    #[test]
    fn packages_have_licences_and_needs() {
        let text = r#"{"packages": [
  {"name": "v/a", "version": "v1.0.0", "require": {"php": ">=8", "V/B": "^2"}, "license": ["MIT", "GPL-3.0-only"],
   "source": {"type": "git", "url": "https://host.example/a.git"}, "dist": {"type": "zip", "url": "https://host.example/a.zip", "shasum": ""}},
  {"name": "v/b", "version": "2.0.0", "source": {"type": "git", "url": "https://host.example/b.git"}}],
 "packages-dev": [{"name": "v/c", "version": "3.0.0", "dist": {"type": "path", "url": "../c"}}]}"#;
        let manifest = check(
            Format::ComposerLock,
            text,
            &[
                "v/a@v1.0.0 unknown :2",
                "v/b@2.0.0 unknown git:https://host.example/b.git :4",
                "v/c@3.0.0 unknown development project:../c :5",
            ],
        );
        assert_eq!(manifest.edges.len(), 1);
        assert_eq!(manifest.dependencies[0].licence.as_deref(), Some("MIT OR GPL-3.0-only"));
        assert_eq!(suspicions(&manifest), ["Git v/b https://host.example/b.git"]);
    }

    #[test]
    fn a_broken_file_keeps_what_stands_before() {
        let text = r#"{"packages": [{"name": "v/a", "version": "1.0.0"}, {"name": "v/b"}, {"#;
        check_broken(Format::ComposerLock, text, "without a name or version", &["v/a"]);
        check_broken(Format::ComposerLock, text, "is not valid JSON", &["v/a"]);
    }
}
