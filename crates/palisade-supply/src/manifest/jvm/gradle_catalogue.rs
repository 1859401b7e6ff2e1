//! Gradle's version catalogues, `libs.versions.toml`.

use crate::{
    Ecosystem,
    manifest::{
        Reading, Scope,
        document::{Node, read_toml},
        reading,
    },
};

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    let tape = read_toml(reading, text);
    let Some(root) = tape.root() else { return };
    for library in root.children_of("libraries") {
        let module = library.text_of("module").map(str::to_owned);
        let parts = || Some(format!("{}:{}", library.text_of("group")?, library.text_of("name")?));
        let (name, version) = match library.text() {
            Some(written) => split(written),
            None => (module.or_else(parts), version(root, library)),
        };
        declare(reading, library, name, version, Scope::Production);
    }
    for plugin in root.children_of("plugins") {
        let (id, version) = match plugin.text() {
            Some(written) => {
                let (id, version) = written.split_once(':').unwrap_or((written, ""));
                (Some(id), Some(version).filter(|version| !version.is_empty()))
            }
            None => (plugin.text_of("id"), version(root, plugin)),
        };
        // The package under which the registry of plugins keeps a plugin.
        let name = id.map(|id| format!("{id}:{id}.gradle.plugin"));
        declare(reading, plugin, name, version, Scope::Development);
    }
}

/// `group:artifact:version` in one text.
fn split(written: &str) -> (Option<String>, Option<&str>) {
    match written.rsplit_once(':') {
        Some((name, version)) if name.contains(':') => (Some(name.to_owned()), Some(version)),
        Some(_) => (Some(written.to_owned()), None),
        None => (None, None),
    }
}

/// Text, a reference to the table of versions, or the parts of a rich version.
fn version<'t>(root: Node<'t>, entry: Node<'t>) -> Option<&'t str> {
    let version = entry.get("version")?;
    let referred = version.text_of("ref").and_then(|key| root.at(&["versions", key]));
    let version = referred.unwrap_or(version);
    let rich = || ["strictly", "require", "prefer"].iter().find_map(|key| version.text_of(key));
    version.text().or_else(rich)
}

fn declare(reading: &mut Reading<'_>, entry: Node<'_>, name: Option<String>, version: Option<&str>, scope: Scope) {
    let Some(name) = name else {
        reading.problem(entry.place(), format!("`{}` names no package", entry.key().escape_debug()));
        return;
    };
    let exact =
        version.filter(|version| !version.contains(['[', ']', '(', ')', ',', '+']) && !version.starts_with("latest"));
    let dependency =
        reading::dependency(Ecosystem::Maven, &name, exact, entry.place()).requirement(version).scope(scope);
    reading.add_direct(dependency);
}

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken},
    };

    #[test]
    fn libraries_and_plugins_have_versions_of_their_own_or_by_reference() {
        let text = r#"[versions]
kotlin = "1.9.0"
rich = { strictly = "[1,2[", prefer = "1.5" }

[libraries]
a = "org.a:a:1.0"
b = { module = "org.b:b", version.ref = "kotlin" }
c = { group = "org.c", name = "c", version = { ref = "rich" } }
d = { module = "org.d:d" }

[plugins]
kotlin = { id = "org.kotlin.jvm", version.ref = "kotlin" }
"#;
        check(
            Format::GradleCatalogue,
            text,
            &[
                "org.a:a@1.0 (1.0) direct :6",
                "org.b:b@1.9.0 (1.9.0) direct :7",
                "org.c:c ([1,2[) direct :8",
                "org.d:d direct :9",
                "org.kotlin.jvm:org.kotlin.jvm.gradle.plugin@1.9.0 (1.9.0) direct development :12",
            ],
        );
    }

    #[test]
    fn a_broken_file_keeps_what_can_be_read() {
        let text = "[libraries]\na = \"org.a:a:1\"\nb = { version = \"1\" }\nc = ";
        check_broken(Format::GradleCatalogue, text, "`b` names no package", &["org.a:a"]);
        check_broken(Format::GradleCatalogue, text, "is not valid TOML", &["org.a:a"]);
    }
}
