//! `packages.config`: the packages of older .NET projects, all of them, without who asks for whom.

use crate::{
    Ecosystem,
    manifest::{Reading, Scope, document::read_xml, reading},
};

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    let elements = read_xml(reading, text);
    let Some(root) = elements.root() else { return };
    for package in root.children().filter(|one| one.name() == "package") {
        let Some(name) = package.attribute("id") else {
            reading.problem(package.place(), "is a package without an id");
            continue;
        };
        let version = package.attribute("version");
        if version.is_none() {
            reading.problem(package.place(), format!("`{}` has no version", name.escape_debug()));
        }
        let development = package.attribute("developmentDependency") == Some("true");
        let scope = if development { Scope::Development } else { Scope::Production };
        let dependency = reading::dependency(Ecosystem::NuGet, name, version, package.place())
            .requirement(package.attribute("allowedVersions"))
            .scope(scope);
        reading.add(dependency);
    }
}

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken},
    };

    #[test]
    fn packages_have_versions() {
        let text = r#"<?xml version="1.0" encoding="utf-8"?>
<packages>
  <package id="A" version="1.0.0" targetFramework="net48" />
  <package id="B" version="2.0.0" developmentDependency="true" allowedVersions="[2,3)" />
</packages>"#;
        check(Format::PackagesConfig, text, &["A@1.0.0 unknown :3", "B@2.0.0 ([2,3)) unknown development :4"]);
    }

    #[test]
    fn a_broken_file_keeps_what_can_be_read() {
        let text = "<packages><package id=\"A\"/><package version=\"1\"/><package id=\"C\" version=\"1\"/>";
        check_broken(Format::PackagesConfig, text, "`A` has no version", &["A", "C"]);
        check_broken(Format::PackagesConfig, text, "without an id", &["A", "C"]);
        check_broken(Format::PackagesConfig, text, "ends within an element", &["A", "C"]);
    }
}
