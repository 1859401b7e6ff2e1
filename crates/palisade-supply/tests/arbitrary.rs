//! No bytes make reading fail: fixtures of all formats cut and changed anywhere, and what is hostile on purpose.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "own fixtures")]

use palisade_supply::manifest::{Format, Limits, Manifest, read};
use proptest::prelude::*;
use std::{path::Path, sync::LazyLock, time::Instant};

/// One fixture of every format, in files named after it.
static FIXTURES: LazyLock<Vec<(Format, Vec<u8>)>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/manifests");
    let fixture = |format: Format| (format, std::fs::read(folder.join(format.as_str())).unwrap());
    Format::all().map(fixture).collect()
});

/// What must hold whatever was read.
fn check(manifest: &Manifest, text_bytes: usize) {
    let count = manifest.dependencies.len();
    for edge in &manifest.edges {
        assert!((edge.to as usize) < count && edge.from.is_none_or(|from| (from as usize) < count));
    }
    let paths = manifest.paths();
    for (index, dependency) in manifest.dependencies.iter().enumerate() {
        assert!(paths.to(index).last().is_none_or(|last| *last == index));
        assert!(!dependency.package.name.chars().any(char::is_control), "{:?}", dependency.package.name);
        // UTF-16 is half as long as its bytes are many, and UTF-8 that is none grows by its replacements.
        assert!(dependency.place.byte as usize <= text_bytes * 3 && dependency.place.line > 0);
    }
    assert!(manifest.problems.iter().all(|problem| problem.place.line > 0 && !problem.reason.is_empty()));
}

#[test]
fn every_fixture_is_read_without_problems() {
    for (format, bytes) in FIXTURES.iter() {
        let manifest = read(*format, bytes, &Limits::default());
        assert_eq!(manifest.problems, [], "{format}");
        assert!(!manifest.dependencies.is_empty(), "{format}");
        check(&manifest, bytes.len());
    }
}

#[test]
fn every_fixture_may_end_at_any_byte() {
    for (format, bytes) in FIXTURES.iter() {
        for end in 0..bytes.len() {
            check(&read(*format, &bytes[..end], &Limits::default()), end);
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_may_stand_anywhere(
        which in 0..FIXTURES.len(),
        at in any::<prop::sample::Index>(),
        removed in 0_usize..20,
        inserted in prop::collection::vec(any::<u8>(), 0..20),
    ) {
        let (format, bytes) = &FIXTURES[which];
        let at = at.index(bytes.len());
        let mut changed = bytes.clone();
        changed.splice(at..(at + removed).min(bytes.len()), inserted);
        check(&read(*format, &changed, &Limits::default()), changed.len());
    }

    #[test]
    fn any_text_may_be_any_format(which in 0..FIXTURES.len(), text in "\\PC{0,300}") {
        check(&read(FIXTURES[which].0, text.as_bytes(), &Limits::default()), text.len());
    }
}

#[test]
fn limits_hold_and_say_so() {
    let limits = Limits { bytes: 400, values: 20, dependencies: 2, edges: 1, told: 3, ..Limits::default() };
    for (format, bytes) in FIXTURES.iter() {
        let many: Vec<u8> = bytes.iter().copied().cycle().take(bytes.len() * 4).collect();
        let manifest = read(*format, &many, &limits);
        assert!(manifest.dependencies.len() <= 2 && manifest.edges.len() <= 1, "{format}");
        assert!(manifest.problems.len() <= 3 && manifest.suspicions.len() <= 3, "{format}");
        assert!(manifest.problems.iter().any(|one| one.reason.contains("not read")) || manifest.untold > 0, "{format}");
    }
}

#[test]
fn names_with_control_characters_are_told_with_their_place() {
    let text = "{\"dependencies\": {\n\"a\": \"1\", \"\\u001b[2Jb\": \"1\"}}";
    let manifest = read(Format::PackageJson, text.as_bytes(), &Limits::default());
    assert_eq!(manifest.dependencies.len(), 1);
    let problem = &manifest.problems[0];
    assert!(problem.reason.contains("\\u{1b}[2Jb"), "{}", problem.reason);
    assert_eq!(problem.place.line, 2);
}

/// Reads `bytes` of every format that could be slow on them, within a time that only runaway work exceeds.
fn check_time(name: &str, bytes: &[u8]) {
    for format in Format::all() {
        let begin = Instant::now();
        let manifest = read(format, bytes, &Limits::default());
        let took = begin.elapsed();
        assert!(took.as_secs() < 20, "{name} as {format} took {took:?}");
        drop(manifest);
    }
}

#[test]
fn hostile_nesting_and_lines_without_end_cost_no_more_than_their_length() {
    const BYTES: usize = 1 << 18;
    for opening in
        ["[", "{", "{\"a\":", "<a>", "- ", "[[", "a.", "(", "\"", "#", "\n", "&a [*a,", "? ", "!!x ", "a:\n ", "\\\n"]
    {
        check_time(opening, opening.repeat(BYTES / opening.len()).as_bytes());
    }
    let members: String = (0..20_000).map(|index| format!("\"n{index}\":\"1\",")).collect();
    check_time("members", format!("{{\"dependencies\":{{{members}\"z\":\"1\"}}}}").as_bytes());
    check_time("zeros", &vec![0; BYTES]);
}

#[test]
fn a_minified_line_of_a_hundred_megabytes_is_read() {
    let row = r#""node_modules/package-000000":{"version":"1.0.0","resolved":"https://registry.example/package-000000/-/package-000000-1.0.0.tgz","integrity":"sha512-aa"},"#;
    let count = (100 << 20) / row.len();
    let mut text = String::from(r#"{"packages":{"#);
    for index in 0..count {
        text.push_str(&row.replace("000000", &format!("{index:06}")));
    }
    text.push_str(r#""":{}}}"#);
    let manifest = read(Format::PackageLock, text.as_bytes(), &Limits::default());
    assert_eq!(manifest.problems.len(), 1, "{:?}", manifest.problems);
    assert!(manifest.problems[0].reason.contains("more than 500000 packages"));
    assert_eq!(manifest.dependencies.len(), 500_000);
}
