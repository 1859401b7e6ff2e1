//! One requirement as Python writes it: `name[extra] >=1,<2 ; marker` or `name @ address` (PEP 508).

use crate::{
    Ecosystem,
    manifest::{Dependency, Source, reading},
};

/// The parts of a requirement that say which package is meant.
pub(super) struct Requirement<'t> {
    pub(super) name: &'t str,
    pub(super) range: &'t str,
    pub(super) address: Option<&'t str>,
}

/// Takes a requirement apart; `None` where it does not begin with a name.
pub(super) fn parse(text: &str) -> Option<Requirement<'_>> {
    let text = text.trim();
    let end =
        text.find(|one: char| !(one.is_ascii_alphanumeric() || matches!(one, '.' | '-' | '_'))).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if !name.starts_with(|first: char| first.is_ascii_alphanumeric()) {
        return None;
    }
    let mut rest = rest.trim_start();
    if let Some(extras) = rest.strip_prefix('[') {
        rest = extras.split_once(']')?.1.trim_start();
    }
    if let Some(address) = rest.strip_prefix('@') {
        // A semicolon may be part of an address; the one before a marker has space before it.
        let address = address.trim_start().split(" ;").next().unwrap_or_default().trim();
        return Some(Requirement { name, range: "", address: Some(address) });
    }
    let range = rest.split(';').next().unwrap_or_default().trim();
    let range = range.strip_prefix('(').and_then(|range| range.strip_suffix(')')).unwrap_or(range);
    let is_range = range.is_empty() || range.starts_with(['=', '<', '>', '!', '~']);
    is_range.then_some(Requirement { name, range, address: None })
}

/// The dependency that a requirement declares.
pub(super) fn declared(text: &str, place: usize) -> Option<Dependency> {
    let parsed = parse(text)?;
    let source = parsed.address.map_or(Source::Usual, source_of);
    let requirement = Some(parsed.range).filter(|range| !range.is_empty());
    let dependency = reading::dependency(Ecosystem::PyPi, parsed.name, exact(parsed.range), place);
    Some(dependency.requirement(requirement).source(source))
}

/// The one version that a range allows.
pub(super) fn exact(range: &str) -> Option<&str> {
    let version = range.strip_prefix("===").or_else(|| range.strip_prefix("=="))?.trim();
    (!version.is_empty() && !version.contains([',', '*', ' '])).then_some(version)
}

/// Where an address takes a package from.
pub(super) fn source_of(address: &str) -> Source {
    let is_repository = ["git+", "hg+", "svn+", "bzr+", "git:", "ssh:"].iter().any(|kind| address.starts_with(kind));
    if is_repository {
        return Source::Git(address.to_owned());
    }
    let file = address.split(['#', '?']).next().unwrap_or(address);
    let packed = [".whl", ".tar.gz", ".zip", ".tar.bz2", ".tgz"].iter().any(|ending| file.ends_with(ending));
    let is_remote = address.contains("://") && !address.starts_with("file:");
    if is_remote || packed { Source::Archive(address.to_owned()) } else { Source::Project(address.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_requirement_has_a_name_and_a_range_or_an_address() {
        let check = |text: &str, name: &str, range: &str, address: Option<&str>| {
            let parsed = parse(text).unwrap();
            assert_eq!((parsed.name, parsed.range, parsed.address), (name, range, address), "{text}");
        };
        check("requests", "requests", "", None);
        check(
            "requests[socks, security] >=2.8.1, == 2.8.* ; python_version < '3'",
            "requests",
            ">=2.8.1, == 2.8.*",
            None,
        );
        check("a (>=1)", "a", ">=1", None);
        check("a @ https://host.example/a;b.zip ; python_version < '3'", "a", "", Some("https://host.example/a;b.zip"));
        for odd in ["", "-r a", "a b", "a[x", "./a", "https://a"] {
            assert!(parse(odd).is_none(), "{odd}");
        }
    }
}
