//! `composer.json`: what a PHP project asks for.

use crate::{
    Ecosystem,
    manifest::{Reading, Scope, SuspicionKind, document::read_json, reading},
};

/// Scripts that run when the project is installed.
const INSTALL_SCRIPTS: &[&str] = &["pre-install-cmd", "post-install-cmd", "post-autoload-dump", "pre-autoload-dump"];

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    let tape = read_json(reading, text);
    let Some(root) = tape.root() else { return };
    reading.project(Ecosystem::Packagist, root.text_of("name"), root.text_of("version"));
    for (table, scope) in [("require", Scope::Production), ("require-dev", Scope::Development)] {
        for member in root.children_of(table).filter(|member| !is_platform(member.key())) {
            let Some(requirement) = member.text() else {
                reading.problem(member.place(), format!("`{}` has no requirement", member.key().escape_debug()));
                continue;
            };
            let dependency =
                reading::dependency(Ecosystem::Packagist, member.key(), exact(requirement), member.place())
                    .requirement(Some(requirement))
                    .scope(scope);
            reading.add_direct(dependency);
        }
    }
    for repository in root.children_of("repositories") {
        let address = repository.text_of("url").unwrap_or_default();
        if address.starts_with("http://") {
            reading.suspect(SuspicionKind::Unencrypted, None, repository.place(), address);
        }
        if repository.text_of("type") == Some("composer") {
            reading.suspect(SuspicionKind::ExtraIndex, None, repository.place(), address);
        }
    }
    for script in root.children_of("scripts").filter(|script| INSTALL_SCRIPTS.contains(&script.key())) {
        let command = script.text().or_else(|| script.children().find_map(|line| line.text())).unwrap_or_default();
        reading.suspect(SuspicionKind::InstallScript, None, script.place(), &format!("{}: {command}", script.key()));
    }
}

/// PHP itself, its extensions and libraries of the system are no packages; those have a slash in their names.
pub(super) fn is_platform(name: &str) -> bool {
    !name.contains('/')
}

fn exact(requirement: &str) -> Option<&str> {
    let version = requirement.trim_start_matches(['v', '=']);
    let plain = version.starts_with(|first: char| first.is_ascii_digit()) && version.matches('.').count() >= 2;
    (plain && !version.contains(['*', ' ', ',', '|', '@', '-'])).then_some(requirement)
}

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken, suspicions},
    };

    #[test]
    fn requirements_are_read_and_platforms_left_out() {
        let text = r#"{"name": "v/app",
 "require": {"php": ">=8", "ext-json": "*", "v/a": "^1.0", "v/b": "1.2.3"},
 "require-dev": {"v/c": "*"},
 "repositories": [{"type": "composer", "url": "http://own.example"}],
 "scripts": {"post-install-cmd": ["@php setup.php"]}}"#;
        let manifest = check(
            Format::ComposerJson,
            text,
            &["v/a (^1.0) direct :2", "v/b@1.2.3 (1.2.3) direct :2", "v/c (*) direct development :3"],
        );
        assert_eq!(
            suspicions(&manifest),
            [
                "Unencrypted - http://own.example",
                "ExtraIndex - http://own.example",
                "InstallScript - post-install-cmd: @php setup.php",
                "AnyVersion v/c *",
            ]
        );
    }

    #[test]
    fn a_broken_file_keeps_what_stands_before() {
        let text = r#"{"require": {"v/a": "1", "v/b": [], "v/c": "#;
        check_broken(Format::ComposerJson, text, "`v/b` has no requirement", &["v/a"]);
        check_broken(Format::ComposerJson, text, "is not valid JSON", &["v/a"]);
    }
}
