//! Packages as people name them: a package URL, or `npm/lodash@4.17.21`.

use palisade_supply::{Ecosystem, Package};

/// The package that `text` names.
///
/// # Errors
/// The reason, for people.
pub(super) fn package(text: &str) -> Result<Package, String> {
    let text = text.trim();
    if text.starts_with("pkg:") {
        return Package::from_purl(text).map_err(|error| error.to_string());
    }
    let shown = || text.chars().take(80).collect::<String>();
    let (ecosystem, rest) = text.split_once('/').filter(|(_, rest)| !rest.is_empty()).ok_or_else(|| {
        format!("`{}`: write ECOSYSTEM/NAME[@VERSION], as npm/lodash@4.17.21, or a package URL", shown())
    })?;
    let ecosystem = ecosystem.parse::<Ecosystem>().map_err(|error| error.to_string())?;
    // A scope begins with the sign that stands before a version.
    let (name, version) = match rest.char_indices().skip(1).filter(|(_, character)| *character == '@').last() {
        Some((at, _)) if at + 1 < rest.len() => (&rest[..at], Some(rest[at + 1..].to_owned())),
        _ => (rest, None),
    };
    Ok(Package { ecosystem, name: name.to_owned(), version })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_package_urls_are_read() {
        for (text, name, version) in [
            ("npm/lodash", "lodash", None),
            ("npm/@types/node@20.1.0", "@types/node", Some("20.1.0")),
            ("npm/@types/node", "@types/node", None),
            ("maven/org.slf4j:slf4j-api@2.0.0", "org.slf4j:slf4j-api", Some("2.0.0")),
            ("go/github.com/spf13/cobra@v1.8.0", "github.com/spf13/cobra", Some("v1.8.0")),
            ("pkg:npm/%40types/node@20.1.0", "@types/node", Some("20.1.0")),
        ] {
            let package = package(text).unwrap();
            assert_eq!((package.name.as_str(), package.version.as_deref()), (name, version), "{text}");
        }
        for text in ["lodash", "npm/", "cobol/x", "pkg:nothing", ""] {
            assert!(package(text).is_err(), "{text}");
        }
    }
}
