//! What the tests of the formats share: short descriptions of manifests, to compare with.

use super::{Format, Limits, Manifest, Relation, Scope, Source, read};

/// Reads `text` with the usual limits.
pub(super) fn read_text(format: Format, text: &str) -> Manifest {
    read(format, text.as_bytes(), &Limits::default())
}

/// Each package in a line: `name@version requirement direct|transitive|unknown [development|optional] [source] line`.
pub(super) fn lines(manifest: &Manifest) -> Vec<String> {
    manifest.dependencies.iter().map(line).collect()
}

fn line(dependency: &super::Dependency) -> String {
    let mut line = dependency.package.name.clone();
    if let Some(version) = &dependency.package.version {
        line.push('@');
        line.push_str(version);
    }
    if let Some(requirement) = &dependency.requirement {
        line.push_str(&format!(" ({requirement})"));
    }
    line.push_str(match dependency.relation {
        Relation::Direct => " direct",
        Relation::Transitive => " transitive",
        Relation::Unknown => " unknown",
    });
    line.push_str(match dependency.scope {
        Scope::Production => "",
        Scope::Optional => " optional",
        Scope::Development => " development",
    });
    match &dependency.source {
        Source::Usual => {}
        Source::Registry(address) => line.push_str(&format!(" registry:{address}")),
        Source::Git(address) => line.push_str(&format!(" git:{address}")),
        Source::Archive(address) => line.push_str(&format!(" archive:{address}")),
        Source::Project(address) => line.push_str(&format!(" project:{address}")),
    }
    line.push_str(&format!(" :{}", dependency.place.line));
    line
}

/// Asserts that `text` is read without problems as `expected` (see [`lines`]).
pub(super) fn check(format: Format, text: &str, expected: &[&str]) -> Manifest {
    let manifest = read_text(format, text);
    assert_eq!(manifest.problems, [], "{format}");
    assert_eq!(lines(&manifest), expected, "{format}");
    manifest
}

/// Asserts that `text` has a problem whose reason holds `reason`, and that the packages `kept` are read nevertheless.
pub(super) fn check_broken(format: Format, text: &str, reason: &str, kept: &[&str]) {
    let manifest = read_text(format, text);
    let told = manifest.problems.iter().any(|problem| problem.reason.contains(reason));
    assert!(told, "{format}: {:?} does not tell `{reason}`", manifest.problems);
    let names: Vec<_> = manifest.dependencies.iter().map(|dependency| dependency.package.name.as_str()).collect();
    assert_eq!(names, kept, "{format}");
}

/// The names on the way from the project to the package of the name and version.
pub(super) fn way<'m>(manifest: &'m Manifest, name: &str) -> Vec<&'m str> {
    let index = manifest.dependencies.iter().position(|dependency| dependency.package.name == name).unwrap();
    let path = manifest.paths().to(index);
    path.into_iter().map(|index| manifest.dependencies[index].package.name.as_str()).collect()
}

/// The kinds of suspicions with the names of the packages.
pub(super) fn suspicions(manifest: &Manifest) -> Vec<String> {
    let name = |index: u32| manifest.dependencies[index as usize].package.name.clone();
    let told = |suspicion: &super::Suspicion| {
        let about = suspicion.dependency.map_or_else(|| "-".to_owned(), name);
        format!("{:?} {about} {}", suspicion.kind, suspicion.detail)
    };
    manifest.suspicions.iter().map(told).collect()
}
