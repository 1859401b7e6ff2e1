//! `pubspec.lock` of Dart and Flutter.

use crate::{
    Ecosystem,
    manifest::{
        Reading, Relation, Scope, Source,
        document::{Node, read_yaml},
        reading,
    },
};

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    let tape = read_yaml(reading, text);
    let Some(root) = tape.root() else { return };
    for package in root.children_of("packages") {
        add(reading, package);
    }
}

fn add(reading: &mut Reading<'_>, package: Node<'_>) {
    let Some(version) = package.text_of("version") else {
        reading.problem(package.place(), format!("`{}` has no version", package.key().escape_debug()));
        return;
    };
    let (relation, scope) = match package.text_of("dependency").unwrap_or_default() {
        "direct main" | "direct overridden" => (Relation::Direct, Scope::Production),
        "direct dev" => (Relation::Direct, Scope::Development),
        _ => (Relation::Transitive, Scope::Production),
    };
    let description = package.get("description");
    let of = |member| description.and_then(|description| description.text_of(member));
    let address = of("url").or_else(|| of("path")).unwrap_or_default();
    let source = match package.text_of("source") {
        Some("git") => Source::Git(format!("{address}#{}", of("resolved-ref").unwrap_or_default())),
        Some("path") => Source::Project(address.to_owned()),
        // Parts of the SDK are no packages of a registry.
        Some("sdk") => Source::Project(format!("sdk:{}", description.and_then(Node::text).unwrap_or_default())),
        _ if address.is_empty() => Source::Usual,
        _ => Source::Registry(address.trim_end_matches('/').to_owned()),
    };
    let hash = of("sha256").map(|hash| format!("sha256:{hash}"));
    let dependency =
        reading::dependency(Ecosystem::Pub, of("name").unwrap_or(package.key()), Some(version), package.place())
            .relation(relation)
            .scope(scope)
            .source(source)
            .integrity(hash.as_deref());
    reading.add(dependency);
}

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken, suspicions},
    };

    #[test]
    fn packages_say_how_near_they_are() {
        let text = r#"packages:
  http:
    dependency: "direct main"
    description: {name: http, sha256: aa, url: "https://registry.example"}
    source: hosted
    version: "1.1.0"
  lints:
    dependency: "direct dev"
    description: {name: lints, sha256: bb, url: "https://registry.example"}
    source: hosted
    version: "2.0.0"
  g:
    dependency: transitive
    description: {path: ".", resolved-ref: abc, url: "https://host.example/g.git"}
    source: git
    version: "0.1.0"
  flutter:
    dependency: "direct main"
    description: flutter
    source: sdk
    version: "0.0.0"
"#;
        let manifest = check(
            Format::PubspecLock,
            text,
            &[
                "http@1.1.0 direct :2",
                "lints@2.0.0 direct development :7",
                "g@0.1.0 transitive git:https://host.example/g.git#abc :12",
                "flutter@0.0.0 direct project:sdk:flutter :17",
            ],
        );
        assert_eq!(suspicions(&manifest), ["Git g https://host.example/g.git#abc"]);
    }

    #[test]
    fn a_broken_file_keeps_what_stands_before() {
        let text = "packages:\n  a:\n    version: \"1.0.0\"\n  b:\n    x: 1\n  c: {version: \"1";
        check_broken(Format::PubspecLock, text, "`b` has no version", &["a"]);
        check_broken(Format::PubspecLock, text, "is not valid YAML", &["a"]);
    }
}
