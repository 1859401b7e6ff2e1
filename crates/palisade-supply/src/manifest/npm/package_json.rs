//! `package.json`: what a JavaScript project asks for, and the scripts that run when it is installed.

use super::address;
use crate::{
    Ecosystem,
    manifest::{
        Reading, Scope, SuspicionKind,
        document::{Node, read_json},
    },
};

const TABLES: &[(&str, Scope)] = &[
    ("dependencies", Scope::Production),
    ("peerDependencies", Scope::Production),
    ("optionalDependencies", Scope::Optional),
    ("devDependencies", Scope::Development),
];

/// Scripts that run on the machine of who installs the package or checks the project out.
const INSTALL_SCRIPTS: &[&str] = &["preinstall", "install", "postinstall", "prepare"];

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    let tape = read_json(reading, text);
    let Some(root) = tape.root() else { return };
    reading.project(Ecosystem::Npm, root.text_of("name"), root.text_of("version"));
    for (table, scope) in TABLES {
        let of_name = |member: &Node<'_>| member.key() == *table;
        for member in root.children().filter(of_name).flat_map(Node::children) {
            declare(reading, member, *scope);
        }
    }
    for script in root.children_of("scripts").filter(|script| INSTALL_SCRIPTS.contains(&script.key())) {
        let command = format!("{}: {}", script.key(), script.text().unwrap_or_default());
        reading.suspect(SuspicionKind::InstallScript, None, script.place(), &command);
    }
}

fn declare(reading: &mut Reading<'_>, member: Node<'_>, scope: Scope) {
    match member.text() {
        Some(requirement) => {
            let dependency = address::declared(member.key(), requirement, member.place());
            reading.add_direct(dependency.scope(scope));
        }
        None => reading.problem(member.place(), format!("`{}` has no requirement", member.key().escape_debug())),
    }
}

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken, suspicions},
    };

    #[test]
    fn all_tables_are_read_with_their_scopes() {
        let text = r#"{"name": "app", "version": "1.0.0",
 "scripts": {"test": "node test", "postinstall": "node setup.js"},
 "dependencies": {"a": "^1.0.0", "b": "1.2.3", "c": "*",
  "d": "npm:@s/real@~2", "e": "user/e#main", "f": "workspace:*"},
 "dependencies": {"twice": "1.x"},
 "devDependencies": {"g": "https://host.example/g.tgz"},
 "optionalDependencies": {"h": ""}}"#;
        let manifest = check(
            Format::PackageJson,
            text,
            &[
                "a (^1.0.0) direct :3",
                "b@1.2.3 (1.2.3) direct :3",
                "c (*) direct :3",
                "@s/real (~2) direct :4",
                "e (user/e#main) direct git:github:user/e#main :4",
                "f (workspace:*) direct project:workspace:* :4",
                "twice (1.x) direct :5",
                "h (*) direct optional :7",
                "g (https://host.example/g.tgz) direct development archive:https://host.example/g.tgz :6",
            ],
        );
        assert_eq!(
            suspicions(&manifest),
            [
                "InstallScript - postinstall: node setup.js",
                "AnyVersion c *",
                "Git e github:user/e#main",
                "AnyVersion h *",
                "Archive g https://host.example/g.tgz",
            ]
        );
    }

    #[test]
    fn a_broken_file_keeps_what_stands_before() {
        check_broken(Format::PackageJson, r#"{"dependencies": {"a": "1", "b": "#, "is not valid JSON", &["a"]);
        check_broken(Format::PackageJson, r#"{"dependencies": {"a": 1.5, "b": {}}}"#, "`b` has no requirement", &["a"]);
        check_broken(Format::PackageJson, "7", "holds a single value", &[]);
    }
}
