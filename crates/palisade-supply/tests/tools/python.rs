//! Lockfiles of pip-tools, Poetry and uv, for a project that asks for `python-dateutil`, which needs `six`.

use super::{packages, programs::*, read_file, way};
use palisade_supply::manifest::{Format, Manifest, Relation, Scope};

const PACKAGES: [&str; 3] = ["iniconfig@2.0.0", "python-dateutil@2.9.0.post0", "six@1.16.0"];

fn check(manifest: &Manifest, format: Format) {
    assert_eq!(manifest.format, format);
    assert_eq!(packages(manifest), PACKAGES);
    let path = way(manifest, "six");
    assert_eq!(path[path.len() - 2..], ["python-dateutil", "six"]);
    for dependency in manifest.dependencies.iter().filter(|one| !one.source.is_project()) {
        let expected = if dependency.package.name == "six" { Relation::Transitive } else { Relation::Direct };
        assert_eq!(dependency.relation, expected, "{}", dependency.package.name);
        assert!(dependency.integrity.as_deref().is_some_and(|hash| hash.starts_with("sha256:")), "{dependency:?}");
    }
}

fn scope(manifest: &Manifest, name: &str) -> Scope {
    manifest.dependencies.iter().find(|one| one.package.name == name).unwrap().scope
}

#[test]
fn pip_tools_compiles_requirements() {
    let Some(compile) = of_python("pip-compile") else { return };
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "requirements.in", "python-dateutil==2.9.0.post0\niniconfig==2.0.0\n-c constraints.txt\n");
    write(folder.path(), "constraints.txt", "six==1.16.0\n");
    run(
        compile,
        folder.path(),
        &["--quiet", "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "requirements.in"],
    );
    check(&read_file(&folder.path().join("requirements.txt")), Format::Requirements);
}

#[test]
fn uv_locks_and_compiles() {
    let Some(uv) = of_python("uv") else { return };
    let folder = tempfile::tempdir().unwrap();
    let project = r#"[project]
name = "app"
version = "0.1.0"
requires-python = ">=3.9"
dependencies = ["python-dateutil==2.9.0.post0"]
[dependency-groups]
dev = ["iniconfig==2.0.0"]
[tool.uv]
constraint-dependencies = ["six==1.16.0"]
"#;
    write(folder.path(), "pyproject.toml", project);
    run(uv, folder.path(), &["lock", "--quiet", "--native-tls"]);
    let manifest = read_file(&folder.path().join("uv.lock"));
    check(&manifest, Format::UvLock);
    assert_eq!(scope(&manifest, "iniconfig"), Scope::Development);
    assert_eq!(manifest.project.as_ref().unwrap().name, "app");

    let compile = of_python("uv").unwrap();
    let arguments = [
        "pip",
        "compile",
        "--quiet",
        "--native-tls",
        "--generate-hashes",
        "--group",
        "dev",
        "pyproject.toml",
        "-o",
        "requirements.txt",
    ];
    run(compile, folder.path(), &arguments);
    check(&read_file(&folder.path().join("requirements.txt")), Format::Requirements);
    let export = of_python("uv").unwrap();
    run(export, folder.path(), &["export", "--quiet", "--native-tls", "--format", "pylock.toml", "-o", "pylock.toml"]);
    assert_eq!(packages(&read_file(&folder.path().join("pylock.toml"))), PACKAGES);
}

/// Poetry asks for more than every registry has, so all packages are of folders.
#[test]
fn poetry_locks() {
    let Some(mut poetry) = of_python("poetry") else { return };
    let folder = tempfile::tempdir().unwrap();
    let project = r#"[project]
name = "app"
version = "0.1.0"
requires-python = ">=3.9,<4"
[tool.poetry]
package-mode = false
[tool.poetry.dependencies]
outer = {path = "outer"}
[tool.poetry.group.dev.dependencies]
tool = {path = "tool"}
[tool.poetry.group.shared.dependencies]
inner = {path = "inner"}
"#;
    write(folder.path(), "pyproject.toml", project);
    for (name, needs) in [("outer", "\"inner>=0.1\""), ("inner", ""), ("tool", "")] {
        let text = format!(
            "[project]\nname = \"{name}\"\nversion = \"0.1.0\"\ndependencies = [{needs}]\n[build-system]\nrequires = [\"poetry-core\"]\nbuild-backend = \"poetry.core.masonry.api\"\n"
        );
        write(folder.path(), &format!("{name}/pyproject.toml"), &text);
    }
    poetry.env("POETRY_CACHE_DIR", folder.path().join("cache")).env("POETRY_VIRTUALENVS_CREATE", "false");
    run(poetry, folder.path(), &["lock", "--no-interaction"]);
    let mut manifest = read_file(&folder.path().join("poetry.lock"));
    assert!(manifest.edges.iter().any(|edge| edge.from.is_some()), "outer asks for inner");
    manifest.declared_by(&read_file(&folder.path().join("pyproject.toml")));
    assert_eq!(way(&manifest, "outer"), ["outer"]);
    let told: Vec<_> = manifest.dependencies.iter().map(|one| (one.package.name.as_str(), one.scope)).collect();
    assert_eq!(told, [("inner", Scope::Production), ("outer", Scope::Production), ("tool", Scope::Development)]);
    assert!(manifest.dependencies.iter().all(|one| one.source.is_project()));
}
