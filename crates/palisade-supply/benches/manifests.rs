//! How fast manifests are read, in bytes a second on one thread.
//!
//! `cargo bench -p palisade-supply --bench manifests`

#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark that cannot run fails")]

use divan::{Bencher, counter::BytesCount};
use palisade_supply::manifest::{Format, Limits, read};
use std::fmt::Write as _;

fn main() {
    divan::main();
}

/// A lockfile of `count` packages as npm writes it: each asks for three others, one in ten stands in another's folder.
fn package_lock(count: usize) -> String {
    let mut text = String::from(
        "{\n  \"name\": \"app\",\n  \"version\": \"1.0.0\",\n  \"lockfileVersion\": 3,\n  \"requires\": true,\n  \"packages\": {\n    \"\": {\n      \"name\": \"app\",\n      \"dependencies\": {\n        \"package-0\": \"^1.0.0\"\n      }\n    }",
    );
    for index in 0..count {
        let name = format!("package-{index}");
        let folder = if index % 10 == 9 {
            format!("node_modules/package-{}/node_modules/{name}", index - 1)
        } else {
            format!("node_modules/{name}")
        };
        let version = format!("{}.{}.{}", index % 9, index % 31, index % 17);
        // As long as the base64 of a SHA-512.
        let hash = format!("{index:086}");
        write!(
            text,
            ",\n    \"{folder}\": {{\n      \"version\": \"{version}\",\n      \"resolved\": \"https://registry.example/{name}/-/{name}-{version}.tgz\",\n      \"integrity\": \"sha512-{hash}==\",\n      \"dev\": {},\n      \"license\": \"MIT\",\n      \"dependencies\": {{\n",
            index % 4 == 0
        )
        .unwrap();
        let asked = [index * 7 + 1, index * 13 + 3, index + 1]
            .map(|other| format!("        \"package-{}\": \"^1.0.0\"", other % count));
        text.push_str(&asked.join(",\n"));
        text.push_str("\n      },\n      \"engines\": {\n        \"node\": \">=14\"\n      },\n      \"funding\": {\n        \"url\": \"https://funding.example/person\"\n      }\n    }");
    }
    text.push_str("\n  }\n}\n");
    text
}

#[divan::bench(args = [1_000, 20_000])]
fn package_lock_third_version(bencher: Bencher<'_, '_>, count: usize) {
    let text = package_lock(count);
    let read_once = || read(Format::PackageLock, text.as_bytes(), &Limits::default());
    let manifest = read_once();
    assert_eq!((manifest.dependencies.len(), manifest.problems.len()), (count, 0));
    assert!(manifest.edges.len() > count * 2, "{} edges", manifest.edges.len());
    bencher.counter(BytesCount::of_str(&text)).bench(read_once);
}

/// The same packages as cargo would lock them.
#[divan::bench]
fn cargo_lock(bencher: Bencher<'_, '_>) {
    let mut text = String::from("version = 4\n");
    for index in 0..5_000 {
        writeln!(
            text,
            "\n[[package]]\nname = \"package-{index}\"\nversion = \"1.0.{index}\"\nsource = \"registry+https://registry.example/index\"\nchecksum = \"{index:064}\"\ndependencies = [\n \"package-{}\",\n]",
            (index * 7 + 1) % 5_000
        )
        .unwrap();
    }
    let read_once = || read(Format::CargoLock, text.as_bytes(), &Limits::default());
    assert_eq!(read_once().dependencies.len(), 5_000);
    bencher.counter(BytesCount::of_str(&text)).bench(read_once);
}

/// And pnpm.
#[divan::bench]
fn pnpm_lock(bencher: Bencher<'_, '_>) {
    let mut text = String::from("lockfileVersion: '9.0'\npackages:\n");
    for index in 0..5_000 {
        writeln!(text, "  package-{index}@1.0.{index}:\n    resolution: {{integrity: sha512-{index:086}==}}").unwrap();
    }
    let read_once = || read(Format::PnpmLock, text.as_bytes(), &Limits::default());
    assert_eq!(read_once().dependencies.len(), 5_000);
    bencher.counter(BytesCount::of_str(&text)).bench(read_once);
}
