//! The ecosystems packages come from, one row each: our name, the name in OSV, the type in a package URL.

use serde::{Deserialize, Serialize};
use std::{borrow::Cow, fmt, str::FromStr};

/// Where a package comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
#[expect(missing_docs, reason = "each is the name of an ecosystem")]
pub enum Ecosystem {
    Npm,
    PyPi,
    Cargo,
    Go,
    Maven,
    NuGet,
    RubyGems,
    Packagist,
    GitHubActions,
    VsCode,
    Docker,
    HuggingFace,
    Hex,
    Pub,
    CocoaPods,
    Swift,
    Conan,
    Generic,
}

/// Ecosystem, our name, the name that OSV gives it (empty: none), the type in a package URL.
const TABLE: &[(Ecosystem, &str, &str, &str)] = &[
    (Ecosystem::Npm, "npm", "npm", "npm"),
    (Ecosystem::PyPi, "pypi", "PyPI", "pypi"),
    (Ecosystem::Cargo, "cargo", "crates.io", "cargo"),
    (Ecosystem::Go, "go", "Go", "golang"),
    (Ecosystem::Maven, "maven", "Maven", "maven"),
    (Ecosystem::NuGet, "nuget", "NuGet", "nuget"),
    (Ecosystem::RubyGems, "rubygems", "RubyGems", "gem"),
    (Ecosystem::Packagist, "packagist", "Packagist", "composer"),
    (Ecosystem::GitHubActions, "actions", "GitHub Actions", "github"),
    (Ecosystem::VsCode, "vscode", "VSCode", "vscode-extension"),
    (Ecosystem::Docker, "docker", "", "docker"),
    (Ecosystem::HuggingFace, "huggingface", "", "huggingface"),
    (Ecosystem::Hex, "hex", "Hex", "hex"),
    (Ecosystem::Pub, "pub", "Pub", "pub"),
    (Ecosystem::CocoaPods, "cocoapods", "", "cocoapods"),
    (Ecosystem::Swift, "swift", "SwiftURL", "swift"),
    (Ecosystem::Conan, "conan", "ConanCenter", "conan"),
    (Ecosystem::Generic, "generic", "", "generic"),
];

/// Other names by which people and tools call an ecosystem, in lower case.
const ALIASES: &[(&str, Ecosystem)] = &[
    ("node", Ecosystem::Npm),
    ("python", Ecosystem::PyPi),
    ("pip", Ecosystem::PyPi),
    ("crates", Ecosystem::Cargo),
    ("cratesio", Ecosystem::Cargo),
    ("rust", Ecosystem::Cargo),
    ("java", Ecosystem::Maven),
    ("gems", Ecosystem::RubyGems),
    ("ruby", Ecosystem::RubyGems),
    ("php", Ecosystem::Packagist),
    ("githubactions", Ecosystem::GitHubActions),
    ("github-actions", Ecosystem::GitHubActions),
    ("vscode-extensions", Ecosystem::VsCode),
    ("hugging-face", Ecosystem::HuggingFace),
    ("dotnet", Ecosystem::NuGet),
];

/// The name is of no ecosystem that is known here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no ecosystem; known are {known}", known = Ecosystem::names().join(", "))]
pub struct UnknownEcosystem(String);

impl Ecosystem {
    /// All of them, in the order of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.0)
    }

    fn row(self) -> &'static (Self, &'static str, &'static str, &'static str) {
        TABLE.iter().find(|row| row.0 == self).unwrap_or(&TABLE[0])
    }

    fn names() -> Vec<&'static str> {
        TABLE.iter().map(|row| row.1).collect()
    }

    /// Our name for it, in lower case.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.row().1
    }

    /// The name in OSV, where it has one.
    #[must_use]
    pub fn osv(self) -> Option<&'static str> {
        Some(self.row().2).filter(|name| !name.is_empty())
    }

    /// The type in a package URL (purl).
    #[must_use]
    pub fn purl_type(self) -> &'static str {
        self.row().3
    }

    /// The form of a name under which its registry holds it for the same package: case and separators where the
    /// registry does not tell them apart.
    #[must_use]
    pub fn normalize(self, name: &str) -> Cow<'_, str> {
        match self {
            Self::PyPi => normalize_pypi(name),
            Self::NuGet | Self::Packagist | Self::GitHubActions | Self::VsCode | Self::Docker | Self::Hex => {
                lower(name)
            }
            _ => Cow::Borrowed(name),
        }
    }
}

fn lower(name: &str) -> Cow<'_, str> {
    if name.chars().any(char::is_uppercase) { Cow::Owned(name.to_lowercase()) } else { Cow::Borrowed(name) }
}

/// PEP 503: runs of `-`, `_` and `.` are one `-`, case does not count.
fn normalize_pypi(name: &str) -> Cow<'_, str> {
    let separator = |byte: u8| matches!(byte, b'-' | b'_' | b'.');
    let bytes = name.as_bytes();
    let plain = !bytes.iter().any(|&byte| byte.is_ascii_uppercase() || matches!(byte, b'_' | b'.'))
        && !bytes.windows(2).any(|pair| separator(pair[0]) && separator(pair[1]));
    if plain {
        return Cow::Borrowed(name);
    }
    let mut out = String::with_capacity(name.len());
    for character in name.chars() {
        if matches!(character, '-' | '_' | '.') {
            if !out.ends_with('-') {
                out.push('-');
            }
        } else {
            out.push(character.to_ascii_lowercase());
        }
    }
    Cow::Owned(out)
}

impl fmt::Display for Ecosystem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Ecosystem {
    type Err = UnknownEcosystem;

    /// Takes our name, OSV's, that of a package URL, and what people call it, in any case.
    fn from_str(text: &str) -> Result<Self, UnknownEcosystem> {
        let by_table = TABLE
            .iter()
            .find(|row| [row.1, row.2, row.3].iter().any(|name| !name.is_empty() && name.eq_ignore_ascii_case(text)))
            .map(|row| row.0);
        let by_alias = || ALIASES.iter().find(|row| row.0.eq_ignore_ascii_case(text)).map(|row| row.1);
        by_table.or_else(by_alias).ok_or_else(|| UnknownEcosystem(text.chars().take(64).collect()))
    }
}

impl From<Ecosystem> for &'static str {
    fn from(ecosystem: Ecosystem) -> Self {
        ecosystem.as_str()
    }
}

impl TryFrom<String> for Ecosystem {
    type Error = UnknownEcosystem;

    fn try_from(text: String) -> Result<Self, UnknownEcosystem> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::Ecosystem;

    #[test]
    fn every_name_of_an_ecosystem_leads_back_to_it() {
        for ecosystem in Ecosystem::all() {
            assert_eq!(ecosystem.as_str().parse(), Ok(ecosystem));
            assert_eq!(ecosystem.purl_type().parse(), Ok(ecosystem));
            if let Some(osv) = ecosystem.osv() {
                assert_eq!(osv.parse(), Ok(ecosystem));
            }
        }
        assert!("cobol".parse::<Ecosystem>().is_err());
    }

    #[test]
    fn a_name_is_folded_as_its_registry_folds_it() {
        assert_eq!(Ecosystem::PyPi.normalize("Zope.._Interface"), "zope-interface");
        assert_eq!(Ecosystem::PyPi.normalize("requests"), "requests");
        assert_eq!(Ecosystem::Npm.normalize("JSONStream"), "JSONStream");
        assert_eq!(Ecosystem::NuGet.normalize("Newtonsoft.Json"), "newtonsoft.json");
    }
}
