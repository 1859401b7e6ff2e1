//! `*.csproj` and its relatives.

use super::items;
use crate::manifest::{Reading, Scope, SuspicionKind, document::read_xml};

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    let elements = read_xml(reading, text);
    let Some(root) = elements.root() else { return };
    let kinds = [
        ("PackageReference", Scope::Production),
        ("DotNetCliToolReference", Scope::Development),
        ("PackageDownload", Scope::Development),
    ];
    items::declare_all(reading, root, &kinds);
    let sources =
        root.descendants().filter(|one| matches!(one.name(), "RestoreSources" | "RestoreAdditionalProjectSources"));
    for source in sources {
        reading.suspect(SuspicionKind::ExtraIndex, None, source.place(), source.text().unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken, suspicions},
    };

    #[test]
    fn references_are_read_wherever_they_stand() {
        let text = r#"<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><JsonVersion>13.0.1</JsonVersion>
    <RestoreSources>https://own.example/nuget</RestoreSources></PropertyGroup>
  <ItemGroup Condition="'$(Configuration)' == 'Debug'">
    <PackageReference Include="A.A" Version="1.0.0" />
    <PackageReference Include="B"><Version>[2.0, 3.0)</Version></PackageReference>
    <PackageReference Include="C" Version="$(JsonVersion)" PrivateAssets="all" />
    <PackageReference Include="D" />
    <PackageReference Remove="E" />
    <PackageReference Include="F;G" Version="*" />
    <ProjectReference Include="../other.csproj" />
  </ItemGroup>
</Project>"#;
        let manifest = check(
            Format::MsBuildProject,
            text,
            &[
                "A.A@1.0.0 (1.0.0) direct :5",
                "B ([2.0, 3.0)) direct :6",
                "C@13.0.1 (13.0.1) direct development :7",
                "D direct :8",
                "F (*) direct :10",
                "G (*) direct :10",
            ],
        );
        assert_eq!(
            suspicions(&manifest),
            ["ExtraIndex - https://own.example/nuget", "AnyVersion F *", "AnyVersion G *"]
        );
    }

    #[test]
    fn a_broken_file_keeps_what_stands_before() {
        let text =
            "<Project><ItemGroup><PackageReference Include=\"A\" Version=\"1\"/><PackageReference Version=\"1\"/><Item";
        check_broken(Format::MsBuildProject, text, "names no package", &["A"]);
        check_broken(Format::MsBuildProject, text, "is not valid XML", &["A"]);
    }
}
