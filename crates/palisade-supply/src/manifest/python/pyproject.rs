//! `pyproject.toml`: what a Python project asks for, in the standard's tables and those of Poetry, PDM and uv.

use super::{pipfile, requirement};
use crate::{
    Ecosystem,
    manifest::{
        Reading, Scope, Source, SuspicionKind,
        document::{Node, read_toml},
        reading,
    },
};

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    let tape = read_toml(reading, text);
    let Some(root) = tape.root() else { return };
    let poetry = root.at(&["tool", "poetry"]);
    for project in root.get("project").into_iter().chain(poetry) {
        if reading.manifest.project.is_none() {
            reading.project(Ecosystem::PyPi, project.text_of("name"), project.text_of("version"));
        }
    }
    list(reading, root.at(&["build-system", "requires"]), Scope::Development);
    list(reading, root.at(&["project", "dependencies"]), Scope::Production);
    groups(reading, root.at(&["project", "optional-dependencies"]), Scope::Optional);
    groups(reading, root.get("dependency-groups"), Scope::Development);
    groups(reading, root.at(&["tool", "pdm", "dev-dependencies"]), Scope::Development);
    list(reading, root.at(&["tool", "uv", "dev-dependencies"]), Scope::Development);
    if let Some(poetry) = poetry {
        poetry_tables(reading, poetry);
    }
    indexes(reading, root);
    take_sources(reading, root);
}

fn list(reading: &mut Reading<'_>, list: Option<Node<'_>>, scope: Scope) {
    for item in list.into_iter().flat_map(Node::children) {
        // `{include-group = "test"}` names no package.
        let Some(text) = item.text() else { continue };
        match requirement::declared(text, item.place()) {
            Some(dependency) => {
                reading.add_direct(dependency.scope(scope));
            }
            None => reading.problem(item.place(), format!("`{}` is no requirement", reading::excerpt(text))),
        }
    }
}

fn groups(reading: &mut Reading<'_>, table: Option<Node<'_>>, scope: Scope) {
    for group in table.into_iter().flat_map(Node::children) {
        list(reading, Some(group), scope);
    }
}

fn poetry_tables(reading: &mut Reading<'_>, poetry: Node<'_>) {
    let tables = [("dependencies", Scope::Production), ("dev-dependencies", Scope::Development)];
    let own = tables.into_iter().filter_map(|(table, scope)| Some((poetry.get(table)?, scope)));
    let groups = poetry.children_of("group").filter_map(|group| Some((group.get("dependencies")?, Scope::Development)));
    for (table, scope) in own.chain(groups) {
        for member in table.children().filter(|member| member.key() != "python") {
            // Several rows for several platforms.
            let rows = if member.is_list() { member.children().next().unwrap_or(member) } else { member };
            let mut dependency = pipfile::declared(rows);
            dependency.package.name = member.key().to_owned();
            let scope = if rows.says("optional") { scope.max(Scope::Optional) } else { scope };
            reading.add_direct(dependency.scope(scope));
        }
    }
}

/// Further indexes are where a public package can take the place of a private one.
fn indexes(reading: &mut Reading<'_>, root: Node<'_>) {
    for path in [["tool", "poetry", "source"], ["tool", "uv", "index"], ["tool", "pdm", "source"]] {
        for index in root.at(&path).into_iter().flat_map(Node::children) {
            let address = index.text_of("url").unwrap_or_default();
            if address.starts_with("http://") {
                reading.suspect(SuspicionKind::Unencrypted, None, index.place(), address);
            }
            let bound = index.says("explicit") || index.text_of("priority") == Some("explicit");
            if !bound && !index.says("default") && !address.is_empty() {
                reading.suspect(SuspicionKind::ExtraIndex, None, index.place(), address);
            }
        }
    }
}

/// uv says in a table of its own where packages are taken from.
fn take_sources(reading: &mut Reading<'_>, root: Node<'_>) {
    for row in root.at(&["tool", "uv", "sources"]).into_iter().flat_map(Node::children) {
        let source =
            if row.says("workspace") { Source::Project("workspace".to_owned()) } else { pipfile::declared(row).source };
        for dependency in &mut reading.manifest.dependencies {
            if Ecosystem::PyPi.normalize(&dependency.package.name) == Ecosystem::PyPi.normalize(row.key()) {
                dependency.source = source.clone();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken, suspicions},
    };

    #[test]
    fn tables_of_the_standard_and_of_uv_are_read() {
        let text = r#"[build-system]
requires = ["hatchling"]

[project]
name = "app"
version = "1.0"
dependencies = ["a>=1,<2", "b[x]==2.0 ; python_version > '3'"]

[project.optional-dependencies]
fast = ["c @ git+https://host.example/c.git"]

[dependency-groups]
dev = ["pytest", {include-group = "lint"}]

[tool.uv.sources]
A = { path = "../a" }

[[tool.uv.index]]
url = "https://own.example/simple"
"#;
        let manifest = check(
            Format::PyProject,
            text,
            &[
                "hatchling direct development :2",
                "a (>=1,<2) direct project:../a :7",
                "b@2.0 (==2.0) direct :7",
                "c direct optional git:git+https://host.example/c.git :10",
                "pytest direct development :13",
            ],
        );
        assert_eq!(manifest.project.as_ref().unwrap().name, "app");
        assert_eq!(
            suspicions(&manifest),
            ["ExtraIndex - https://own.example/simple", "Git c git+https://host.example/c.git"]
        );
    }

    #[test]
    fn tables_of_poetry_are_read() {
        let text = r#"[tool.poetry]
name = "app"
[tool.poetry.dependencies]
python = "^3.9"
a = "^1.0"
b = {version = "*", optional = true}
c = [{version = "<2", python = "<3.9"}, {version = ">=2"}]
[tool.poetry.group.test.dependencies]
d = {git = "https://host.example/d.git", tag = "v1"}
"#;
        check(
            Format::PyProject,
            text,
            &[
                "a (^1.0) direct :5",
                "b (*) direct optional :6",
                "c (<2) direct :7",
                "d direct development git:https://host.example/d.git#v1 :9",
            ],
        );
    }

    #[test]
    fn a_broken_file_keeps_what_can_be_read() {
        check_broken(
            Format::PyProject,
            "[project]\ndependencies = [\"a\", \"b c\"]\nx = ",
            "`b c` is no requirement",
            &["a"],
        );
        check_broken(Format::PyProject, "[project]\ndependencies = [\"a\"]\nx = ", "is not valid TOML", &["a"]);
    }
}
