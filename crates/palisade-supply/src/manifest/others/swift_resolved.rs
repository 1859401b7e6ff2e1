//! `Package.resolved` of Swift, versions 1 to 3. Packages are repositories; their names are their addresses.

use crate::{
    Ecosystem,
    manifest::{
        Reading, Source,
        document::{Node, read_json},
        reading,
    },
};

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    let tape = read_json(reading, text);
    let Some(root) = tape.root() else { return };
    let pins = root.get("pins").or_else(|| root.at(&["object", "pins"]));
    for pin in pins.into_iter().flat_map(Node::children) {
        add(reading, pin);
    }
}

fn add(reading: &mut Reading<'_>, pin: Node<'_>) {
    let location = pin.text_of("location").or_else(|| pin.text_of("repositoryURL"));
    let identity = pin.text_of("identity").or_else(|| pin.text_of("package"));
    let Some(written) = location.filter(|location| !location.is_empty()).or(identity) else {
        reading.problem(pin.place(), "is a pin without a location");
        return;
    };
    let state = pin.get("state");
    let of = |member| state.and_then(|state| state.text_of(member));
    let (version, revision) = (of("version"), of("revision"));
    let source = match pin.text_of("kind") {
        Some("localSourceControl" | "fileSystem") => Source::Project(written.to_owned()),
        // A branch or a revision without a version is past what was published.
        _ if version.is_none() => Source::Git(format!("{written}#{}", revision.or(of("branch")).unwrap_or_default())),
        _ if written.starts_with("http://") => Source::Git(written.to_owned()),
        _ => Source::Usual,
    };
    let place = pin.get("identity").or_else(|| pin.get("package")).map_or(pin.place(), Node::place);
    let dependency = reading::dependency(Ecosystem::Swift, name(written), version, place)
        .source(source)
        .integrity(revision.map(|revision| format!("git:{revision}")).as_deref());
    reading.add(dependency);
}

/// Host and path without scheme, user and ending, as package URLs and advisories have it.
fn name(location: &str) -> &str {
    let without_scheme = location.split_once("://").map_or(location, |(_, rest)| rest);
    let without_user = without_scheme.rsplit_once('@').map_or(without_scheme, |(_, rest)| rest);
    without_user.trim_end_matches('/').trim_end_matches(".git")
}

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken, suspicions},
    };

    #[test]
    fn pins_of_all_versions_are_read() {
        let second = r#"{"version": 2, "pins": [
 {"identity": "a", "kind": "remoteSourceControl", "location": "https://host.example/u/a.git", "state": {"revision": "abc", "version": "1.0.0"}},
 {"identity": "b", "kind": "remoteSourceControl", "location": "https://host.example/u/b", "state": {"branch": "main", "revision": "def"}}]}"#;
        let manifest = check(
            Format::SwiftResolved,
            second,
            &["host.example/u/a@1.0.0 unknown :2", "host.example/u/b unknown git:https://host.example/u/b#def :3"],
        );
        assert_eq!(suspicions(&manifest), ["Git host.example/u/b https://host.example/u/b#def"]);
        let first = r#"{"object": {"pins": [{"package": "A", "repositoryURL": "https://host.example/u/a", "state": {"revision": "abc", "version": "1.0.0"}}]}}"#;
        check(Format::SwiftResolved, first, &["host.example/u/a@1.0.0 unknown :1"]);
    }

    #[test]
    fn a_broken_file_keeps_what_stands_before() {
        let text = r#"{"pins": [{"location": "https://h.example/a", "state": {"version": "1"}}, {}, {"#;
        check_broken(Format::SwiftResolved, text, "without a location", &["h.example/a"]);
        check_broken(Format::SwiftResolved, text, "is not valid JSON", &["h.example/a"]);
    }
}
