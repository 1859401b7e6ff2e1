//! The table of formats: name, what the file is for, the names it takes, how it begins where names are shared, and what
//! reads it.

use super::{Format, Kind, Reading, bills, dotnet, go, jvm, npm, others, python, rust};

/// One format.
pub(super) struct Row {
    pub(super) format: Format,
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// File names; `*` stands for anything within a name. The first row that takes a file has it.
    pub(super) files: &'static [&'static str],
    /// What a file must begin with besides, where others share the name.
    pub(super) sign: Option<fn(&str) -> bool>,
    pub(super) read: fn(&mut Reading<'_>, &str),
}

const fn row(
    format: Format,
    name: &'static str,
    kind: Kind,
    files: &'static [&'static str],
    read: fn(&mut Reading<'_>, &str),
) -> Row {
    Row { format, name, kind, files, sign: None, read }
}

const fn signed(mut row: Row, sign: fn(&str) -> bool) -> Row {
    row.sign = Some(sign);
    row
}

use Format as F;
use Kind::{Bill, Declared, Locked};

#[rustfmt::skip]
pub(super) const TABLE: &[Row] = &[
    row(F::PackageJson, "package-json", Declared, &["package.json"], npm::package_json::read),
    row(F::PackageLock, "package-lock", Locked, &["package-lock.json", ".package-lock.json"], npm::package_lock::read),
    row(F::NpmShrinkwrap, "npm-shrinkwrap", Locked, &["npm-shrinkwrap.json"], npm::package_lock::read),
    signed(row(F::YarnBerry, "yarn-berry", Locked, &["yarn.lock"], npm::yarn_berry::read), npm::yarn_berry::sign),
    row(F::YarnClassic, "yarn-classic", Locked, &["yarn.lock"], npm::yarn_classic::read),
    row(F::PnpmLock, "pnpm-lock", Locked, &["pnpm-lock.yaml", "pnpm-lock.*.yaml"], npm::pnpm_lock::read),
    row(F::BunLock, "bun-lock", Locked, &["bun.lock"], npm::bun_lock::read),
    row(F::Constraints, "constraints", Declared, &["constraints*.txt", "*constraints.txt"], python::requirements::read),
    row(F::Requirements, "requirements", Declared,
        &["requirements*.txt", "*requirements.txt", "requirements/*.txt", "requirements*.in", "requirements/*.in"],
        python::requirements::read),
    row(F::Pipfile, "pipfile", Declared, &["Pipfile"], python::pipfile::read),
    row(F::PipfileLock, "pipfile-lock", Locked, &["Pipfile.lock"], python::pipfile_lock::read),
    row(F::PoetryLock, "poetry-lock", Locked, &["poetry.lock"], python::poetry_lock::read),
    row(F::UvLock, "uv-lock", Locked, &["uv.lock"], python::uv_lock::read),
    row(F::PdmLock, "pdm-lock", Locked, &["pdm.lock"], python::pdm_lock::read),
    row(F::PyLock, "pylock", Locked, &["pylock.toml", "pylock.*.toml"], python::pylock::read),
    row(F::PyProject, "pyproject", Declared, &["pyproject.toml"], python::pyproject::read),
    row(F::SetupCfg, "setup-cfg", Declared, &["setup.cfg"], python::setup_cfg::read),
    row(F::CargoToml, "cargo-toml", Declared, &["Cargo.toml"], rust::cargo_toml::read),
    row(F::CargoLock, "cargo-lock", Locked, &["Cargo.lock"], rust::cargo_lock::read),
    row(F::GoMod, "go-mod", Declared, &["go.mod"], go::go_mod::read),
    row(F::GoSum, "go-sum", Locked, &["go.sum"], go::go_sum::read),
    row(F::MavenPom, "maven-pom", Declared, &["pom.xml", "*.pom"], jvm::maven_pom::read),
    row(F::GradleLock, "gradle-lock", Locked,
        &["gradle.lockfile", "*-gradle.lockfile", "dependency-locks/*.lockfile"], jvm::gradle_lock::read),
    row(F::GradleCatalogue, "gradle-catalogue", Declared, &["*.versions.toml"], jvm::gradle_catalogue::read),
    row(F::GemfileLock, "gemfile-lock", Locked, &["Gemfile.lock", "gems.locked"], others::gemfile_lock::read),
    row(F::ComposerJson, "composer-json", Declared, &["composer.json"], others::composer_json::read),
    row(F::ComposerLock, "composer-lock", Locked, &["composer.lock"], others::composer_lock::read),
    row(F::NuGetLock, "nuget-lock", Locked, &["packages.lock.json", "packages.*.lock.json"], dotnet::nuget_lock::read),
    row(F::PackagesConfig, "packages-config", Locked, &["packages.config", "packages.*.config"], dotnet::packages_config::read),
    row(F::MsBuildPackages, "msbuild-packages", Declared, &["Directory.Packages.props"], dotnet::msbuild_packages::read),
    row(F::MsBuildProject, "msbuild-project", Declared,
        &["*.csproj", "*.fsproj", "*.vbproj", "Directory.Build.props", "Directory.Build.targets"], dotnet::msbuild_project::read),
    row(F::MixLock, "mix-lock", Locked, &["mix.lock"], others::mix_lock::read),
    row(F::PubspecLock, "pubspec-lock", Locked, &["pubspec.lock"], others::pubspec_lock::read),
    row(F::PodfileLock, "podfile-lock", Locked, &["Podfile.lock"], others::podfile_lock::read),
    row(F::SwiftResolved, "swift-resolved", Locked, &["Package.resolved"], others::swift_resolved::read),
    row(F::ConanLock, "conan-lock", Locked, &["conan.lock"], others::conan_lock::read),
    row(F::GitHubWorkflow, "github-workflow", Declared,
        &[".github/workflows/*.yml", ".github/workflows/*.yaml", "action.yml", "action.yaml"], others::github_workflow::read),
    signed(row(F::Dockerfile, "dockerfile", Declared,
        &["Dockerfile", "Dockerfile.*", "*.Dockerfile", "Containerfile", "Containerfile.*"], others::dockerfile::read),
        others::dockerfile::sign),
    signed(row(F::CycloneDxJson, "cyclonedx-json", Bill, &["*.cdx.json", "*bom.json"], bills::cyclonedx_json::read),
        bills::cyclonedx_json::sign),
    signed(row(F::CycloneDxXml, "cyclonedx-xml", Bill, &["*.cdx.xml", "*bom.xml"], bills::cyclonedx_xml::read),
        bills::cyclonedx_xml::sign),
    signed(row(F::SpdxJson, "spdx-json", Bill, &["*.spdx.json"], bills::spdx_json::read), bills::spdx_json::sign),
    signed(row(F::SpdxTagValue, "spdx-tag-value", Bill, &["*.spdx"], bills::spdx_tag_value::read),
        bills::spdx_tag_value::sign),
];
