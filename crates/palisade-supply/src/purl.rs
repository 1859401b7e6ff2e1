//! Package URLs (purl), read and written: `pkg:npm/%40scope/name@1.0.0`.
//!
//! The specification writes names in lower case where a registry does not tell cases apart, and for npm and Go even where
//! it does for old packages; what is read keeps the case that was written.

use crate::{Ecosystem, Package};
use packageurl::PackageUrl;
use std::str::FromStr;

/// The text is no package URL, or of a kind of packages that is not known here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no package URL: {reason}")]
pub struct InvalidPurl {
    /// The beginning of the text.
    text: String,
    reason: String,
}

/// Longer ones are refused.
const BYTES_MAX: usize = 4_096;

impl Package {
    /// The package that a package URL names. Qualifiers and subpath, which say which file of it, are left out, but for the
    /// registry of an image.
    ///
    /// # Errors
    /// [`InvalidPurl`] when the text is none, or its type is of no ecosystem.
    pub fn from_purl(text: &str) -> Result<Self, InvalidPurl> {
        let refused = |reason: String| InvalidPurl { text: text.chars().take(120).collect(), reason };
        if text.len() > BYTES_MAX {
            return Err(refused(format!("it is longer than {BYTES_MAX} bytes")));
        }
        let purl = PackageUrl::from_str(text).map_err(|error| refused(error.to_string()))?;
        let by_type = Ecosystem::all().find(|ecosystem| ecosystem.purl_type() == purl.ty());
        let ecosystem =
            by_type.ok_or_else(|| refused(format!("packages of type `{}` are not known here", purl.ty())))?;
        let name = join(ecosystem, purl.namespace(), purl.name());
        Ok(Self { ecosystem, name: as_written(text, &name, ecosystem), version: purl.version().map(str::to_owned) })
    }

    /// The package URL; none for a name that the specification has no form for.
    #[must_use]
    pub fn to_purl(&self) -> Option<String> {
        let (namespace, name) = split(self.ecosystem, &self.name);
        let (name, subpath) = match self.ecosystem {
            Ecosystem::CocoaPods => name.split_once('/').map_or((name, None), |(pod, part)| (pod, Some(part))),
            _ => (name, None),
        };
        let mut purl = PackageUrl::new(self.ecosystem.purl_type(), name).ok()?;
        if let Some(namespace) = namespace {
            purl.with_namespace(namespace).ok()?;
        }
        if let Some(version) = &self.version {
            purl.with_version(version.as_str()).ok()?;
        }
        if let Some(subpath) = subpath {
            purl.with_subpath(subpath).ok()?;
        }
        purl.validate().ok()?;
        Some(purl.to_string())
    }
}

/// What stands between namespace and name in the ecosystem's own way of writing.
fn separator(ecosystem: Ecosystem) -> char {
    match ecosystem {
        Ecosystem::Maven => ':',
        Ecosystem::VsCode => '.',
        _ => '/',
    }
}

fn join(ecosystem: Ecosystem, namespace: Option<&str>, name: &str) -> String {
    match namespace.filter(|namespace| !namespace.is_empty()) {
        Some(namespace) => format!("{namespace}{}{name}", separator(ecosystem)),
        None => name.to_owned(),
    }
}

/// Namespace and name; most names of packages have no namespace.
fn split(ecosystem: Ecosystem, name: &str) -> (Option<&str>, &str) {
    let parts = match ecosystem {
        Ecosystem::VsCode => name.split_once('.'),
        Ecosystem::Npm if !name.starts_with('@') => None,
        Ecosystem::PyPi
        | Ecosystem::Cargo
        | Ecosystem::NuGet
        | Ecosystem::RubyGems
        | Ecosystem::Pub
        | Ecosystem::CocoaPods => None,
        Ecosystem::GitHubActions => {
            // `owner/repository/folder` is an action in a folder of the repository.
            let repository = name.match_indices('/').nth(1).map_or(name, |(end, _)| &name[..end]);
            repository.split_once('/')
        }
        _ => name.rsplit_once(separator(ecosystem)),
    };
    parts.map_or((None, name), |(namespace, name)| (Some(namespace), name))
}

/// `name` in the case in which it stands in `text`.
fn as_written(text: &str, name: &str, ecosystem: Ecosystem) -> String {
    let decoded = decode(text);
    // Separators of our own are not those of the text.
    let sought = name.replacen(separator(ecosystem), "/", usize::from(separator(ecosystem) != '/'));
    let found = decoded.to_ascii_lowercase().find(&sought.to_ascii_lowercase());
    let written = found.and_then(|begin| decoded.get(begin..begin + sought.len()));
    match written {
        Some(written) if separator(ecosystem) != '/' => {
            written.replacen('/', separator(ecosystem).encode_utf8(&mut [0; 4]), 1)
        }
        Some(written) => written.to_owned(),
        None => name.to_owned(),
    }
}

/// The text with `%40` and its like decoded.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let pair = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use crate::{Ecosystem, Package};

    fn package(ecosystem: Ecosystem, name: &str, version: Option<&str>) -> Package {
        Package { ecosystem, name: name.into(), version: version.map(str::to_owned) }
    }

    #[test]
    fn packages_of_all_ecosystems_are_written_and_read() {
        let check = |ecosystem, name: &str, version: &str, purl: &str| {
            let package = package(ecosystem, name, Some(version));
            assert_eq!(package.to_purl().as_deref(), Some(purl));
            assert_eq!(Package::from_purl(purl), Ok(package));
        };
        check(Ecosystem::Npm, "lodash", "4.17.21", "pkg:npm/lodash@4.17.21");
        check(Ecosystem::Npm, "@babel/core", "7.0.0", "pkg:npm/%40babel/core@7.0.0");
        check(Ecosystem::PyPi, "requests", "2.31.0", "pkg:pypi/requests@2.31.0");
        check(Ecosystem::Cargo, "serde", "1.0.0", "pkg:cargo/serde@1.0.0");
        check(
            Ecosystem::Go,
            "github.com/user/repository/v2",
            "v2.0.0",
            "pkg:golang/github.com/user/repository/v2@v2.0.0",
        );
        check(Ecosystem::Maven, "org.example:tool", "1.0", "pkg:maven/org.example/tool@1.0");
        check(Ecosystem::NuGet, "Newtonsoft.Json", "13.0.1", "pkg:nuget/Newtonsoft.Json@13.0.1");
        check(Ecosystem::RubyGems, "rails", "7.0.0", "pkg:gem/rails@7.0.0");
        check(Ecosystem::Packagist, "vendor/name", "1.0.0", "pkg:composer/vendor/name@1.0.0");
        check(Ecosystem::GitHubActions, "actions/checkout", "v4", "pkg:github/actions/checkout@v4");
        check(Ecosystem::VsCode, "publisher.name", "1.0.0", "pkg:vscode-extension/publisher/name@1.0.0");
        check(Ecosystem::Docker, "library/nginx", "1.25", "pkg:docker/library/nginx@1.25");
        check(Ecosystem::HuggingFace, "user/model", "abc", "pkg:huggingface/user/model@abc");
        check(Ecosystem::Hex, "phoenix", "1.7.0", "pkg:hex/phoenix@1.7.0");
        check(Ecosystem::Pub, "http", "1.0.0", "pkg:pub/http@1.0.0");
        check(Ecosystem::CocoaPods, "Alamofire", "5.0.0", "pkg:cocoapods/Alamofire@5.0.0");
        check(Ecosystem::Swift, "github.com/user/Package", "1.0.0", "pkg:swift/github.com/user/Package@1.0.0");
        check(Ecosystem::Conan, "zlib", "1.2.13", "pkg:conan/zlib@1.2.13");
        check(Ecosystem::Generic, "thing", "1", "pkg:generic/thing@1");
    }

    #[test]
    fn what_is_read_keeps_its_case() {
        let name = |purl: &str| Package::from_purl(purl).unwrap().name;
        assert_eq!(name("pkg:npm/JSONStream@1.0.0"), "JSONStream");
        assert_eq!(name("pkg:golang/github.com/User/Repo@v1.0.0"), "github.com/User/Repo");
        assert_eq!(name("pkg:NPM/a@1?arch=x#sub"), "a");
    }

    #[test]
    fn what_is_none_is_refused_with_a_reason() {
        for text in ["", "pkg:", "npm/a", "pkg:npm/", "pkg:cobol/a", "pkg:composer/alone", "pkg:npm/%ff"] {
            assert!(Package::from_purl(text).is_err(), "{text}");
        }
        assert!(Package::from_purl(&format!("pkg:npm/{}", "a".repeat(5000))).is_err());
        assert_eq!(package(Ecosystem::Packagist, "alone", None).to_purl(), None);
    }
}
