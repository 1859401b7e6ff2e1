//! Which format a file has: by its name, and where that is not enough by how it begins.

use super::table::TABLE;
use serde::Serialize;

/// A format of manifests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(into = "&'static str")]
#[expect(missing_docs, reason = "each is the name of a format, and the table says which files it is of")]
pub enum Format {
    PackageJson,
    PackageLock,
    NpmShrinkwrap,
    YarnClassic,
    YarnBerry,
    PnpmLock,
    BunLock,
    Requirements,
    Constraints,
    Pipfile,
    PipfileLock,
    PoetryLock,
    UvLock,
    PdmLock,
    PyLock,
    PyProject,
    SetupCfg,
    CargoToml,
    CargoLock,
    GoMod,
    GoSum,
    MavenPom,
    GradleLock,
    GradleCatalogue,
    GemfileLock,
    ComposerJson,
    ComposerLock,
    NuGetLock,
    PackagesConfig,
    MsBuildProject,
    MsBuildPackages,
    MixLock,
    PubspecLock,
    PodfileLock,
    SwiftResolved,
    ConanLock,
    GitHubWorkflow,
    Dockerfile,
    CycloneDxJson,
    CycloneDxXml,
    SpdxJson,
    SpdxTagValue,
}

/// What a manifest is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Written by people: what they ask for.
    Declared,
    /// Written by a tool: what was chosen, with exact versions.
    Locked,
    /// A bill of material: what something was made of.
    Bill,
}

impl Format {
    /// All formats, in the order of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.format)
    }

    /// The format of the file at `path`, which begins with `head`.
    ///
    /// A few kilobytes are enough. Bills of material are also known by how they begin, whatever JSON or XML file they
    /// are in.
    #[must_use]
    pub fn of(path: &str, head: &[u8]) -> Option<Self> {
        let head = String::from_utf8_lossy(&head[..head.len().min(HEAD_BYTES)]);
        let named = |pattern: &&&str| matches(pattern, path);
        let signed = |sign: Option<fn(&str) -> bool>| sign.is_none_or(|sign| sign(&head));
        let by_name = TABLE.iter().find(|row| row.files.iter().any(|file| named(&file)) && signed(row.sign));
        let is_bill = |row: &&super::table::Row| row.kind == Kind::Bill && row.sign.is_some_and(|sign| sign(&head));
        let could_be_bill = || [".json", ".xml", ".spdx"].iter().any(|ending| path.ends_with(ending));
        by_name.or_else(|| could_be_bill().then(|| TABLE.iter().find(is_bill))?).map(|row| row.format)
    }

    /// True where a file of this name can be a manifest; for finding them without opening each.
    #[must_use]
    pub fn may_be(path: &str) -> bool {
        TABLE.iter().any(|row| row.files.iter().any(|file| matches(file, path)))
    }

    /// Its name, for people and scripts: `package-lock`, `poetry-lock`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.row().name
    }

    /// What its manifests are for.
    #[must_use]
    pub fn kind(self) -> Kind {
        self.row().kind
    }

    /// The names of its files; `*` stands for anything within a name.
    #[must_use]
    pub fn files(self) -> &'static [&'static str] {
        self.row().files
    }

    pub(super) fn row(self) -> &'static super::table::Row {
        TABLE.iter().find(|row| row.format == self).unwrap_or(&TABLE[0])
    }
}

/// How much of a file tells its format.
const HEAD_BYTES: usize = 4_096;

impl From<Format> for &'static str {
    fn from(format: Format) -> Self {
        format.as_str()
    }
}

impl std::fmt::Display for Format {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl std::str::FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        let found = TABLE.iter().find(|row| row.name.eq_ignore_ascii_case(text));
        found.map(|row| row.format).ok_or_else(|| UnknownFormat(text.chars().take(64).collect()))
    }
}

/// The name is of no format that is known here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no format of manifests; known are {known}", known = TABLE.iter().map(|row| row.name).collect::<Vec<_>>().join(", "))]
pub struct UnknownFormat(String);

/// True when the last parts of `path` are those of `pattern`, case aside.
fn matches(pattern: &str, path: &str) -> bool {
    let mut parts = path.rsplit(['/', '\\']);
    pattern.rsplit('/').all(|wanted| parts.next().is_some_and(|part| part_matches(wanted, part)))
}

fn part_matches(wanted: &str, part: &str) -> bool {
    let Some((before, after)) = wanted.split_once('*') else { return part.eq_ignore_ascii_case(wanted) };
    let begins = part.get(..before.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(before));
    let end = part.len().checked_sub(after.len()).filter(|&end| end >= before.len());
    begins && end.and_then(|end| part.get(end..)).is_some_and(|end| end.eq_ignore_ascii_case(after))
}

#[cfg(test)]
mod tests {
    use super::Format;

    #[test]
    fn a_file_is_known_by_its_name_and_where_needed_by_its_beginning() {
        let check = |path: &str, head: &str, format: Option<Format>| {
            assert_eq!(Format::of(path, head.as_bytes()), format, "{path}");
        };
        check("app/package-lock.json", "{", Some(Format::PackageLock));
        check("app\\Package.json", "{", Some(Format::PackageJson));
        check("yarn.lock", "# yarn lockfile v1\n", Some(Format::YarnClassic));
        check("yarn.lock", "__metadata:\n  version: 8\n", Some(Format::YarnBerry));
        check("requirements-dev.txt", "", Some(Format::Requirements));
        check("requirements/base.txt", "", Some(Format::Requirements));
        check("notes/base.txt", "", None);
        check(".github/workflows/ci.yml", "", Some(Format::GitHubWorkflow));
        check("workflows/ci.yml", "", None);
        check("src/App.csproj", "", Some(Format::MsBuildProject));
        check("Dockerfile.dev", "# syntax=docker/dockerfile:1\nARG BASE=alpine\n", Some(Format::Dockerfile));
        check("src/dockerfile.rs", "//! Reads.\n", None);
        check("out/anything.json", "{\"bomFormat\": \"CycloneDX\"", Some(Format::CycloneDxJson));
        check("out/anything.json", "{\"name\": 1}", None);
        check("out/anything.json", "{\"spdxVersion\": \"SPDX-2.3\"", Some(Format::SpdxJson));
        check("a.xml", "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\">", Some(Format::CycloneDxXml));
        check("a.spdx", "SPDXVersion: SPDX-2.3\n", Some(Format::SpdxTagValue));
    }

    #[test]
    fn every_format_stands_in_the_table_once_and_is_found_by_its_name() {
        let names: std::collections::BTreeSet<_> = Format::all().map(Format::as_str).collect();
        assert_eq!(names.len(), Format::all().count());
        assert!(names.len() >= 40, "{}", names.len());
        for format in Format::all() {
            assert_eq!(format.as_str().parse(), Ok(format));
            assert!(!format.files().is_empty());
        }
        assert!("cobol".parse::<Format>().is_err());
    }
}
