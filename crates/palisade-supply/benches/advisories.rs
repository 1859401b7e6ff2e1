//! How fast an index is built, opened and asked.
//!
//! The index holds 33,000 reports of malicious packages and 20,000 advisories with several ranges each, about what OSV
//! has for one ecosystem; the lockfile has 1,000 packages, of which 100 are known malicious or vulnerable.

use divan::{Bencher, black_box, counter::ItemsCount};
use palisade_supply::{
    Ecosystem, Package,
    advisory::{Builder, Index, Usage, judge, read},
    version::Scheme,
};
use std::fmt::Write as _;

const REPORTS: usize = 33_000;
const ADVISORIES: usize = 20_000;
const DEPENDENCIES: usize = 1_000;
const PLANTED: usize = 100;

fn main() {
    divan::main();
}

fn records() -> String {
    let mut lines = String::new();
    for number in 0..REPORTS {
        let _ = writeln!(
            lines,
            r#"{{"id":"MAL-{number}","summary":"Malicious code","affected":[{{"package":{{"ecosystem":"npm","name":"bad-{number}"}},"ranges":[{{"type":"SEMVER","events":[{{"introduced":"0"}}]}}]}}]}}"#
        );
    }
    for number in 0..ADVISORIES {
        let (name, major) = (number % 6_000, number % 7);
        let _ = writeln!(
            lines,
            r#"{{"id":"GHSA-{number}","aliases":["CVE-{number}"],"summary":"A weakness","severity":[{{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}}],"affected":[{{"package":{{"ecosystem":"npm","name":"weak-{name}"}},"ranges":[{{"type":"SEMVER","events":[{{"introduced":"{major}.0.0"}},{{"fixed":"{major}.4.{number}"}},{{"introduced":"9.0.0-beta.1"}},{{"fixed":"9.{major}.0"}}]}}]}}]}}"#
        );
    }
    lines
}

fn bytes() -> Vec<u8> {
    let mut builder = Builder::new();
    read::osv_lines(records().as_bytes()).for_each(|record| builder.add(record.expect("the records are sound")));
    builder.build().expect("the index fits")
}

/// One in ten is planted, malicious and vulnerable ones in turn.
fn lockfile() -> Vec<Package> {
    let package =
        |name: String, version: &str| Package { ecosystem: Ecosystem::Npm, name, version: Some(version.to_owned()) };
    (0..DEPENDENCIES)
        .map(|number| match number % 20 {
            0 => package(format!("bad-{}", number * 17), "1.0.0"),
            10 => package(format!("weak-{number}"), "9.0.0-rc.1"),
            _ => package(format!("fine-{number}"), "2.3.4"),
        })
        .collect()
}

#[divan::bench(sample_count = 10)]
fn build(bencher: Bencher) {
    let mut builder = Builder::new();
    read::osv_lines(records().as_bytes()).for_each(|record| builder.add(record.expect("the records are sound")));
    bencher.counter(ItemsCount::new(REPORTS + ADVISORIES)).bench_local(|| black_box(&builder).build());
}

#[divan::bench(sample_count = 10)]
fn read_records(bencher: Bencher) {
    let records = records();
    bencher
        .counter(ItemsCount::new(REPORTS + ADVISORIES))
        .bench_local(|| read::osv_lines(black_box(records.as_bytes())).filter(Result::is_ok).count());
}

#[divan::bench]
fn open(bencher: Bencher) {
    let bytes = bytes();
    bencher.with_inputs(|| bytes.clone()).bench_local_values(|bytes| Index::open(bytes).map(|index| index.summary()));
}

#[divan::bench]
fn lockfile_of_1000(bencher: Bencher) {
    let index = Index::open(bytes()).expect("the index is sound");
    let lockfile = lockfile();
    bencher.counter(ItemsCount::new(DEPENDENCIES)).bench_local(|| {
        let judged = lockfile.iter().map(|package| judge(black_box(&index), package, Usage::default()));
        assert_eq!(judged.filter(|judgement| !judgement.affected.is_empty()).count(), PLANTED);
    });
}

#[divan::bench]
fn look_up_an_unknown_package(bencher: Bencher) {
    let index = Index::open(bytes()).expect("the index is sound");
    bencher.bench_local(|| black_box(&index).package(Ecosystem::Npm, black_box("fine-17")).is_none());
}

#[divan::bench]
fn look_up_a_known_package_and_version(bencher: Bencher) {
    let index = Index::open(bytes()).expect("the index is sound");
    bencher.bench_local(|| {
        let key = Scheme::SemVer.key(black_box("9.0.0-rc.1"));
        let entry = black_box(&index).package(Ecosystem::Npm, black_box("weak-1234"));
        entry.map(|entry| entry.affects().filter(|affects| affects.holds_for(&key).is_some()).count())
    });
}

#[divan::bench(args = [Scheme::SemVer, Scheme::Pep440, Scheme::Maven, Scheme::RubyGems, Scheme::Packagist])]
fn key_of_a_version(bencher: Bencher, scheme: Scheme) {
    bencher.bench_local(|| scheme.key(black_box("1.20.3-rc.1")));
}
