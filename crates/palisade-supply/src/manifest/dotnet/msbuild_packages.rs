//! `Directory.Packages.props`: the versions of all projects in one place.

use super::items;
use crate::manifest::{Reading, Scope, document::read_xml};

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    let elements = read_xml(reading, text);
    let Some(root) = elements.root() else { return };
    items::declare_all(
        reading,
        root,
        &[
            ("PackageVersion", Scope::Production),
            ("PackageReference", Scope::Production),
            ("GlobalPackageReference", Scope::Development),
        ],
    );
}

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken},
    };

    #[test]
    fn central_versions_are_read() {
        let text = r#"<Project><ItemGroup>
  <PackageVersion Include="A" Version="1.0.0" />
  <GlobalPackageReference Include="B" Version="2.0.0" />
</ItemGroup></Project>"#;
        check(Format::MsBuildPackages, text, &["A@1.0.0 (1.0.0) direct :2", "B@2.0.0 (2.0.0) direct development :3"]);
    }

    #[test]
    fn a_broken_file_keeps_what_stands_before() {
        check_broken(
            Format::MsBuildPackages,
            "<Project><ItemGroup><PackageVersion Include=\"A\" Version=\"1\"/>",
            "ends within",
            &["A"],
        );
    }
}
