//! What JavaScript's package managers write behind a name: ranges, aliases, addresses, repositories, folders.

use crate::Ecosystem;
use crate::manifest::{Dependency, Reading, Source, SuspicionKind, reading};

/// What a requirement such as `^1.2`, `npm:other@1` or `git+https://…` asks for.
pub(super) struct Asked<'t> {
    /// The name of the package where it is another than the one that it is known by here.
    pub(super) name: Option<&'t str>,
    pub(super) range: &'t str,
    pub(super) source: Source,
}

/// Takes a requirement apart.
pub(super) fn asked(requirement: &str) -> Asked<'_> {
    if let Some(rest) = requirement.strip_prefix("npm:") {
        return match split_descriptor(rest) {
            Some((name, range)) => Asked { name: Some(name), range, source: Source::Usual },
            None if rest.starts_with(|first: char| first.is_alphabetic() || first == '@') => {
                Asked { name: Some(rest), range: "", source: Source::Usual }
            }
            None => Asked { name: None, range: rest, source: Source::Usual },
        };
    }
    Asked { name: None, range: requirement, source: source_of(requirement).unwrap_or_default() }
}

/// `name@range` at the `@` that does not begin a scope.
pub(super) fn split_descriptor(text: &str) -> Option<(&str, &str)> {
    let at = text.get(1..)?.find('@')? + 1;
    Some((&text[..at], &text[at + 1..]))
}

/// Where a requirement or a resolution takes a package from, where that is not a registry.
pub(super) fn source_of(text: &str) -> Option<Source> {
    let begins = |beginnings: &[&str]| beginnings.iter().any(|beginning| text.starts_with(beginning));
    if begins(&["git+", "git:", "git@", "ssh:", "github:", "gitlab:", "bitbucket:", "gist:"]) {
        return Some(Source::Git(text.to_owned()));
    }
    if begins(&["workspace:", "link:", "portal:", "file:", "./", "../", "/", "~/"]) {
        let packed = [".tgz", ".tar.gz", ".tar"].iter().any(|ending| text.ends_with(ending));
        return Some(if packed { Source::Archive(text.to_owned()) } else { Source::Project(text.to_owned()) });
    }
    if begins(&["http://", "https://"]) {
        let (address, _) = text.split_once('#').unwrap_or((text, ""));
        let is_repository = address.ends_with(".git");
        return Some(if is_repository { Source::Git(text.to_owned()) } else { Source::Archive(text.to_owned()) });
    }
    let is_shorthand = text.matches('/').count() == 1 && !text.starts_with('@') && !text.contains(' ');
    is_shorthand.then(|| Source::Git(format!("github:{text}")))
}

/// Where the address of a resolution takes a package from: most are a registry's, `…/name/-/name-1.0.0.tgz`.
pub(super) fn source_of_resolution(address: &str) -> Option<Source> {
    match origin(address) {
        Some(origin) if address.contains("/-/") || address.contains("/download/") => {
            Some(Source::Registry(origin.to_owned()))
        }
        _ => source_of(address),
    }
}

/// Scheme and host of an address.
pub(super) fn origin(address: &str) -> Option<&str> {
    let scheme = ["https://", "http://"].iter().find(|scheme| address.starts_with(**scheme))?.len();
    let host = address[scheme..].find(['/', '?', '#']).map_or(address.len(), |end| scheme + end);
    Some(&address[..host])
}

/// Says so when `address`, of a registry, is that of a package with another name.
pub(super) fn suspect_name(reading: &mut Reading<'_>, index: u32, name: &str, address: &str, place: usize) {
    let Some((before, _)) = address.split_once("/-/") else { return };
    let same = ends_with_name(before, name)
        || before.contains('%') && ends_with_name(&before.replace("%2f", "/").replace("%2F", "/"), name);
    if !same {
        reading.suspect(SuspicionKind::OtherName, Some(index), place, address);
    }
}

fn ends_with_name(address: &str, name: &str) -> bool {
    address.strip_suffix(name).is_some_and(|before| before.ends_with('/'))
}

/// The dependency that a manifest declares as `name` with `requirement`.
pub(super) fn declared(name: &str, requirement: &str, place: usize) -> Dependency {
    let asked = asked(requirement.trim());
    let version = exact(asked.range);
    reading::dependency(Ecosystem::Npm, asked.name.unwrap_or(name), version, place)
        .requirement(Some(if asked.range.is_empty() { "*" } else { asked.range }))
        .source(asked.source)
}

/// The one version that a range allows.
fn exact(range: &str) -> Option<&str> {
    let version = range.trim_start_matches(['=', 'v', ' ']);
    let core = version.split(['-', '+']).next().unwrap_or_default();
    let numbers = core.split('.').filter(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    let plain = version.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+'));
    (plain && numbers.count() == 3 && core.matches('.').count() == 2).then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_requirement_is_a_range_an_alias_an_address_or_a_folder() {
        let source = |text| asked(text).source;
        assert_eq!(source("^1.2.3"), Source::Usual);
        assert_eq!(source("1.x || >=2 <3"), Source::Usual);
        assert_eq!(source("user/repository#v1"), Source::Git("github:user/repository#v1".into()));
        assert_eq!(
            source("git+ssh://git@host.example/a/b.git"),
            Source::Git("git+ssh://git@host.example/a/b.git".into())
        );
        assert_eq!(source("https://host.example/a.tgz"), Source::Archive("https://host.example/a.tgz".into()));
        assert_eq!(source("file:../a"), Source::Project("file:../a".into()));
        assert_eq!(source("file:a.tgz"), Source::Archive("file:a.tgz".into()));
        assert_eq!(asked("npm:@scope/other@^2").name, Some("@scope/other"));
        assert_eq!(asked("npm:^2").range, "^2");
        assert_eq!(exact("=1.2.3-rc.1"), Some("1.2.3-rc.1"));
        assert_eq!([exact("1.2"), exact("1.2.x"), exact("^1.2.3"), exact("1.2.3 - 2.0.0")], [None; 4]);
    }
}
